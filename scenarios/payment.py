"""The payment section: ways to pay, what goes wrong with them, verification, settlement.

Numbers of requirements (PAY-1) are those of the rules that a field stands for. Without `gateways`,
`methods` and `faults` the shop has one plain gateway, whose answer is the money.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from model.events import Channel
from model.gateways import GATEWAYS, LINK_TARIFF, Terms
from model.policy import PaymentPolicy, StockCheck
from model.settlement import Tariff, Tier, Tiers
from scenarios.calendar import MonthName
from scenarios.gateways import Fee, Gateway
from scenarios.laws import AnyLaw, Lognormal, Uniform
from scenarios.section import Section
from scenarios.units import (
    Clock,
    Moment,
    PositiveDuration,
    Share,
    did_you_mean,
    parse_clock,
)

MethodName = Literal["online", "link", "personal_link", "cod", "in_store", "card_transfer"]
FaultName = Literal[
    "gives_up", "declined", "issuer_down", "slow", "password_late", "down", "callback_lost",
    "callback_late", "callback_twice", "browser_gone", "error_after_commit",
]  # fmt: skip

CODES: dict[MethodName, Channel] = {
    "online": Channel.GATEWAY,
    "link": Channel.LINK,
    "personal_link": Channel.PERSONAL_LINK,
    "cod": Channel.COD,
    "in_store": Channel.IN_STORE,
    "card_transfer": Channel.CARD_TRANSFER,
}
"""Methods as the event log names them; `GATEWAY` stands for all gateways."""
LATER: tuple[MethodName, ...] = ("cod", "in_store")
BY_HAND: tuple[MethodName, ...] = ("link", "personal_link", "card_transfer")
DELAYED: tuple[FaultName, ...] = ("slow", "password_late", "callback_late")
"""Faults that take time: their `delay` says how much."""


class Method(Section):
    """One way to pay (PAY-1)."""

    method: MethodName
    """`online`: at a gateway; `link`: one link for all, staff match its payments to orders;
    `personal_link`: staff send one for each order; `cod`: the courier collects; `in_store`: paid
    when the goods are fetched; `card_transfer`: staff check every deposit by hand."""
    share: Share = 1.0
    """Of the shoppers, while all methods are to be had; the others' grow where one is not."""
    offered: Literal["always", "until_live", "once_live"] = "always"
    """Also before, only until, or only once the first gateway is live; `online` needs one."""
    work: PositiveDuration = 120.0
    """Of staff, on each payment by link or from card to card (assumption)."""
    collected_after: AnyLaw = Uniform(law="uniform", low=86400, high=5 * 86400)
    """From the order to its money: in the store, and at the door where fulfilment is not played
    (assumption)."""
    miscounted: Share = 0.02
    """Of the collections at the door: some money is missing (assumption)."""
    missing: Share = 0.10
    """Of the amount, then (assumption)."""
    remitted_after: int = Field(default=1, ge=1, le=60)
    """Business days from the collection to the bank, for `cod` (assumption)."""
    unfetched: Share = 0.05
    """Of the orders to be paid in the store (`in_store`): nobody comes for them (assumption)."""
    kept_for: PositiveDuration = 7 * 86400.0
    """The store keeps an order's goods so long (`in_store`); then it is cancelled, and they go back
    to stock (assumption)."""
    fee: Fee | None = None
    """Taken from each payment; `link`, `personal_link`: 600 toman; the others: nothing."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        for fields, methods in (
            (("work",), BY_HAND),
            (("collected_after",), LATER),
            (("miscounted", "missing", "remitted_after"), ("cod",)),
            (("unfetched", "kept_for"), ("in_store",)),
            (("fee",), ("link", "personal_link", "cod")),
        ):
            for name in fields:
                is_set = getattr(self, name) != type(self).model_fields[name].default
                if is_set and self.method not in methods:
                    raise ValueError(f"{name}: only for {' or '.join(methods)}")
        return self


class Staff(Section):
    """Those who check deposits, match link payments and send links by hand."""

    people: int = Field(default=1, ge=1, le=1000)
    """At work at the same time."""
    opens: Clock = parse_clock("09:00")
    """Local time, on business days."""
    closes: Clock = parse_clock("17:00")
    """Local time."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.opens >= self.closes:
            raise ValueError("opens must lie before closes")
        return self


class Verify(Section):
    """What the shop does when a shopper comes back from the bank (PAY-2, PAY-3)."""

    stock: StockCheck = StockCheck.RETAKE
    """Whether it looks at the stock before it verifies the payment, or verifies first."""
    keeps_reservation: bool = True
    """No reservation ends while a payment for it may still be verified."""
    keep_at_most: PositiveDuration = 30 * 60.0
    """Longest such respite, where a gateway sets no limit or a longer one."""
    money_back: AnyLaw = Uniform(law="uniform", low=30 * 60.0, high=72 * 3600.0)
    """From the end of the window until unverified money is back with the shopper."""
    redirect_within: PositiveDuration = 120.0
    """The bank's page must open so soon after the gateway gave a token."""
    password_lives: PositiveDuration = 60.0
    """A one-time password that comes later than this is of no use."""


class Fault(Section):
    """Something that goes wrong with payments: always, at a rate, or in a window of time (PAY-4).

    The first fault of the list that an attempt meets is the one that happens to it.
    """

    fault: FaultName
    """What: see docs/payments.md."""
    share: Share = 1.0
    """Of the attempts in the window."""
    begins: Moment | None = None
    """First moment of the window, local time; without it, from the start."""
    duration: PositiveDuration | None = None
    """Length of the window; without it, to the end."""
    gateway: str | None = None
    """Only at the gateway of this name."""
    delay: AnyLaw | None = None
    """How long what is slow or late takes."""

    @model_validator(mode="after")
    def _delayed(self) -> Self:
        if (self.fault in DELAYED) != (self.delay is not None):
            needs = "needs a delay" if self.fault in DELAYED else "takes no delay"
            raise ValueError(f"{self.fault} {needs}")
        return self


class Settlement(Section):
    """When money that gateways took reaches the bank account (PAY-5)."""

    instructed_at: Clock = parse_clock("11:00")
    """On the business day after the sale the gateway orders the payment."""
    credited_at: Clock = parse_clock("16:00")
    """The bank credits it then, on the same day."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.instructed_at > self.credited_at:
            raise ValueError("instructed_at must not lie after credited_at")
        return self


class Payment(Section):
    """How shoppers pay: how it goes at a bank, and what the shop offers and does about it."""

    succeeds: Share = 0.92
    """Of the attempts."""
    gives_up: Share = 0.35
    """Of the failed attempts: the shopper left the bank's page; the rest was declined."""
    at_gateway: AnyLaw = Lognormal(law="lognormal", median=75, sigma=0.6)
    """From the redirect to the answer."""
    retries: Share = 0.60
    """After a declined attempt."""
    attempts: int = Field(default=3, ge=1, le=10)
    """At most so many for one order."""
    before_retry: AnyLaw = Lognormal(law="lognormal", median=45, sigma=0.8)
    """From one attempt to the next."""
    fee: Fee = Fee()
    """Taken from each successful payment at a gateway that has no fee of its own."""
    gateways: tuple[Gateway, ...] = Field(default=(), max_length=len(GATEWAYS))
    """The first is the main one, the others stand by."""
    failover: Literal["never", "when_down", "on_retry"] = "when_down"
    """`never`: all attempts go to the first gateway; `when_down`: where one gives no token, the
    next is asked; `on_retry`: that, and each further attempt for an order goes to the next gateway
    in turn."""
    methods: tuple[Method, ...] = ()
    """Ways to pay; none: online only."""
    verify: Verify = Verify()
    """What happens when the shopper comes back from the bank."""
    faults: tuple[Fault, ...] = ()
    """What goes wrong besides declined and abandoned attempts."""
    staff: Staff = Staff()
    """Who does what is done by hand."""
    settlement: Settlement = Settlement()
    """When the money reaches the bank account."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        labels = [gateway.label for gateway in self.gateways]
        if len(set(labels)) < len(labels):
            raise ValueError("gateways: two have the same name")
        known = labels or ["gateway"]
        for number, fault in enumerate(self.faults):
            if fault.gateway is not None and fault.gateway not in known:
                near = did_you_mean(fault.gateway, known, f"; there are: {', '.join(known)}")
                raise ValueError(f"faults.{number}.gateway: no gateway {fault.gateway!r}{near}")
        names = [method.method for method in self.methods]
        if len(set(names)) < len(names):
            raise ValueError("methods: a method stands here twice")
        total = sum(method.share for method in self.methods)
        if names and abs(total - 1) > 1e-6:
            raise ValueError(f"methods: the shares add up to {total:.1%}, not 100%")
        needed = any(each.method == "online" or each.offered != "always" for each in self.methods)
        if self.gateways and names and not needed:
            raise ValueError("gateways: no method is `online`, and none waits for a gateway")
        return self

    @property
    def is_plain(self) -> bool:
        """One gateway, whose answer is the money."""
        return not (self.gateways or self.methods or self.faults)

    def plain(self) -> Self:
        """The same shoppers at one plain gateway."""
        return self.model_copy(update={"gateways": (), "methods": (), "faults": ()})

    @property
    def paid_later(self) -> float:
        """Share of the orders that are accepted without money, as long as all is on offer."""
        return sum(each.share for each in self.methods if each.method in LATER)

    @property
    def lines(self) -> dict[Channel, Gateway]:
        """The gateways by their codes; one of general figures where none is named."""
        return dict(zip(GATEWAYS, self.gateways or (Gateway(),), strict=False))

    @property
    def offered(self) -> tuple[Method, ...]:
        """The ways to pay; online where none is named."""
        return self.methods or (Method(method="online"),)

    def tiers(self) -> dict[int, Tiers]:
        """The fees, by volume, of every channel whose money someone keeps for a while."""
        tiers: dict[int, Tiers] = {
            channel: gateway.fees(self.fee) for channel, gateway in self.lines.items()
        }
        for method in self.methods:
            if method.method in ("link", "personal_link"):
                tariff = method.fee.tariff() if method.fee else LINK_TARIFF
            elif method.method == "cod":
                tariff = method.fee.tariff() if method.fee else Tariff(0.0, 0)
            else:
                continue
            tiers[CODES[method.method]] = (Tier(0, tariff),)
        return tiers

    def months(self) -> dict[int, MonthName]:
        """The months by which tiers count, for every channel that has tiers and counts by any."""
        return {
            channel: gateway.tiers_by
            for channel, gateway in self.lines.items()
            if gateway.tiers and gateway.tiers_by != "season"
        }

    def days(self) -> dict[int, int]:
        """Business days from a payment to its credit, for every channel of `tiers`."""
        days: dict[int, int] = dict.fromkeys(self.tiers(), 1)
        for method in self.methods:
            if method.method == "cod":
                days[CODES["cod"]] = method.remitted_after
        return days

    def policy(self) -> PaymentPolicy | None:
        """The shop's switches as the model takes them; None for a plain gateway."""
        if self.is_plain:
            return None
        terms = [gateway.terms(channel) for channel, gateway in self.lines.items()]
        terms += [
            Terms(CODES[name], returns_unverified=False)
            for name in BY_HAND
            if any(method.method == name for method in self.methods)
        ]
        return PaymentPolicy(
            terms=tuple(terms),
            tiers=self.tiers(),
            before_verify=self.verify.stock,
            keeps_unverified=self.verify.keeps_reservation,
            keep_at_most=self.verify.keep_at_most,
        )
