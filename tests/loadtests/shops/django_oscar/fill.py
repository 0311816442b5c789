"""Three things to sell, so many units of each as the first argument says."""

import sys

import django

django.setup()

from oscar.apps.address.models import Country  # noqa: E402
from oscar.apps.catalogue.models import Product, ProductClass  # noqa: E402
from oscar.apps.partner.models import Partner, StockRecord  # noqa: E402

Country.objects.create(
    iso_3166_1_a2="IR", iso_3166_1_a3="IRN", iso_3166_1_numeric="364", name="Iran",
    printable_name="Iran", is_shipping_country=True,
)  # fmt: skip
things = ProductClass.objects.create(name="Things", requires_shipping=True, track_stock=True)
house = Partner.objects.create(name="House")
for number in range(3):
    thing = Product.objects.create(product_class=things, title=f"Thing {number}")
    StockRecord.objects.create(
        product=thing, partner=house, partner_sku=f"T{number}", price=10,
        num_in_stock=int(sys.argv[1]),
    )  # fmt: skip
    print(thing.pk)
