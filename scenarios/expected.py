"""What a scenario expects if nothing ever runs out: the shares that hold in closed form."""

from __future__ import annotations

from scenarios.schema import Payment, Scenario, Shoppers


def payment_share(payment: Payment) -> float:
    """Probability that a shopper who goes to pay ends up having paid.

    Each attempt succeeds, or fails; a failed one is tried again only if it was declined and the
    shopper cares to, and only so many times.
    """
    again = (1 - payment.succeeds) * (1 - payment.gives_up) * payment.retries
    return payment.succeeds * sum(again**k for k in range(payment.attempts))


def paid_share(shoppers: Shoppers, payment: Payment) -> float:
    """Probability that a session which fills a cart ends in a paid order, with ample stock.

    An order that is paid at the door or in the store needs no payment to be one.
    """
    ordered = shoppers.ready * shoppers.finishes_checkout
    paid = ordered * shoppers.goes_to_pay * payment_share(payment)
    if not (later := payment.paid_later):
        return paid
    return later * ordered + (1 - later) * paid


def mean(distribution: dict[int, float]) -> float:
    """Expected value of a distribution over whole numbers."""
    return sum(number * share for number, share in distribution.items())


def units_per_day(scenario: Scenario) -> float:
    """Units that a day with all factors 100% sells, with ample stock; bursts not counted."""
    demand, shoppers = scenario.demand, scenario.shoppers
    return (
        demand.sessions_per_day
        * demand.engaged
        * paid_share(shoppers, scenario.payment)
        * mean(shoppers.lines)
        * mean(shoppers.quantity)
    )
