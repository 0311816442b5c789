"""A small django-oscar: its own defaults, guests may buy, the API is switched on."""

from pathlib import Path

from oscar.defaults import *  # noqa: F403

HERE = Path.cwd()
SECRET_KEY = "made up for a test"
ALLOWED_HOSTS = ["127.0.0.1"]
SITE_ID = 1
ROOT_URLCONF = "urls"
USE_TZ = True
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HERE / "shop.db",
        "OPTIONS": {  # writers wait for one another, as they do on a server
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
OSCAR = {
    "": "Shop", "analytics": "Analytics", "checkout": "Checkout", "address": "Address",
    "shipping": "Shipping", "catalogue": "Catalogue", "catalogue.reviews": "CatalogueReviews",
    "communication": "Communication", "partner": "Partner", "basket": "Basket",
    "payment": "Payment", "offer": "Offer", "order": "Order", "customer": "Customer",
    "search": "Search", "voucher": "Voucher", "wishlists": "Wishlists",
    "dashboard": "Dashboard", "dashboard.reports": "ReportsDashboard",
    "dashboard.users": "UsersDashboard", "dashboard.orders": "OrdersDashboard",
    "dashboard.catalogue": "CatalogueDashboard", "dashboard.offers": "OffersDashboard",
    "dashboard.partners": "PartnersDashboard", "dashboard.pages": "PagesDashboard",
    "dashboard.ranges": "RangesDashboard", "dashboard.reviews": "ReviewsDashboard",
    "dashboard.vouchers": "VouchersDashboard",
    "dashboard.communications": "CommunicationsDashboard",
    "dashboard.shipping": "ShippingDashboard",
}  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.flatpages",
    *(
        f"oscar.apps.{app}.apps.{name}Config" if app else f"oscar.config.{name}"
        for app, name in OSCAR.items()
    ),
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
    "rest_framework",
    "oscarapi",
]
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["oscar.apps.customer.auth_backends.EmailBackend"]
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_INITIAL_ORDER_STATUS = OSCAR_INITIAL_LINE_STATUS = "Pending"
