"""What access logs say about a scenario: sessions, behaviour and website, each with its grounds."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.calibration.access.laws import LognormalFit, fit_lognormal, wilson
from scenarios.calibration.access.log import AccessLog, read_access_log
from scenarios.calibration.access.pages import Page
from scenarios.calibration.access.reader import MAX_MALFORMED
from scenarios.calibration.access.sessions import GAP
from scenarios.calibration.ample import ample
from scenarios.calibration.fit import DAY, Fit
from scenarios.calibration.pieces import Assumptions
from scenarios.calibration.rhythm import MONTH_DAYS, Rhythm, fit_rhythm
from scenarios.schema import CatalogueEntry, Demand, Scenario, Season, Shoppers, Website
from scenarios.units import format_share

Floats = NDArray[np.float64]
_ASSUMED_GOODS = CatalogueEntry(
    name="goods", products=200, share=1.0, price=1_000_000, cover=30 * DAY
)
"""An assumption, as in the library's benchmark: a log shows neither prices nor stock."""
_LEAST_STEPS = 30
"""Sessions that reached a step, for the share that went on to say something."""


@dataclass(frozen=True)
class AccessPieces:
    """The parts of a scenario that logs show; None and defaults where they do not."""

    log: AccessLog
    engaged: float | None
    shoppers: Shoppers
    website: Website | None
    think: LognormalFit | None
    notes: Mapping[str, str]
    """Dotted path of a field -> value, interval and source."""
    account: tuple[str, ...]
    """What was read, left out and taken for granted, a sentence each."""

    def assumptions(self, given: Assumptions | None = None) -> Assumptions:
        """What an order export does not show, as far as the logs do."""
        given = given or Assumptions()
        return replace(given, engaged=self.engaged or given.engaged, shoppers=self.shoppers)

    def with_engaged(self, share: float) -> AccessPieces:
        """The same with a share of engaged sessions that somebody knows better."""
        return replace(self, engaged=share, notes={**self.notes, "demand.engaged": "as given"})

    def onto(self, fitted: Fit) -> Fit:
        """A fit to orders that rests on `assumptions()`, with the website and the grounds of both.

        The season's curve and the hours stay those of the orders, which cover the season.
        """
        notes = dict(fitted.notes)
        for field in self.notes:
            if not field.startswith("demand.") or (field == "demand.engaged" and self.engaged):
                notes[field] = self.notes[field]
        scenario = fitted.scenario.model_copy(update={"website": self.website})
        return Fit(scenario, notes, (*fitted.account, *self.account))

    def alone(self, name: str, assumptions: Assumptions | None = None) -> Fit:
        """A scenario of the logs' own days; what they do not show is assumed, and says so."""
        assumed = self.assumptions(assumptions)
        first, totals, hours = self.log.days()
        rhythm = _rhythm(first, totals)
        carts = _carts_share(self.log)
        scenario = Scenario(
            name=name,
            title={"fa": f"برگرفته از ترافیک {name}", "en": f"Fitted to the traffic of {name}"},
            summary=f"Reproduces {self.log.traffic.total:,} sessions of an access log.",
            season=Season(
                start=dt.datetime.combine(first, dt.time()),
                duration=len(totals) * DAY,
                timezone=self.log.zone,
            ),
            demand=Demand(
                sessions_per_day=round(rhythm.average * carts, 1),
                shape=rhythm.shape,
                weekdays=rhythm.weekdays,
                holiday=rhythm.holiday,
                month_days=rhythm.month_days,
                hours=tuple(round(float(weight), 3) for weight in hours),
                day_cv=rhythm.day_cv,
                engaged=assumed.engaged,
            ),
            catalogue=(_ASSUMED_GOODS,),
            shoppers=assumed.shoppers,
            reservation=assumed.reservation,
            payment=assumed.payment,
            website=self.website,
        )
        notes = {
            **_rhythm_notes(self.log, rhythm, totals, hours),
            "demand.engaged": "assumed: the logs show no additions to a cart, no checkout",
            "catalogue": "assumed: no access log shows prices and stock; write your own, or give "
            "--orders besides",
            "shoppers": "what is not said to be fitted is assumed (docs/parameters.md)",
            "reservation": "assumed: say here what the shop did at the time",
            "payment": "assumed: no access log shows it (docs/parameters.md)",
            "support": "assumed: nobody; write the desks there are",
            **self.notes,
        }
        return Fit(scenario, notes, self.account)


def fit_access_log(
    paths: Sequence[Path],
    *,
    platform: str | None = None,
    pages: Mapping[str, str] | None = None,
    zone: str = "Asia/Tehran",
    max_malformed: float = MAX_MALFORMED,
    assumptions: Assumptions | None = None,
) -> AccessPieces:
    """Read logs (see `read_access_log`) and fit every part of a scenario that they show."""
    log = read_access_log(
        paths, platform=platform, pages=pages, zone=zone, max_malformed=max_malformed
    )
    return fit_log(log, assumptions or Assumptions())


def fit_log(log: AccessLog, assumptions: Assumptions) -> AccessPieces:
    """The parts of a scenario that a log shows."""
    notes: dict[str, str] = {}
    engaged = _engaged(log, notes)
    shoppers, think = _shoppers(log, assumptions, notes)
    website = _website(log, notes)
    if website:
        notes["website"] = f"fitted; {log.capacity.minutes:,} minutes with response times"
    account = (*_read(log), *_funnel(log), *_capacity(log))
    return AccessPieces(log, engaged, shoppers, website, think, notes, account)


# sessions -------------------------------------------------------------------------------------


def _carts_share(log: AccessLog) -> float:
    """Sessions without those that only come back to a cart: a shopper and her return are one."""
    return 1 - log.traffic.returned / log.traffic.total


def _visits(log: AccessLog) -> int:
    return log.traffic.total - log.traffic.returned


def _filled(log: AccessLog) -> tuple[int, str]:
    """Sessions that filled a cart, and what tells that they did."""
    reached = log.traffic.reached
    if log.traffic.added:
        return reached[Page.ADD] - log.traffic.returned, "put something in a cart or got further"
    return reached[Page.CART] - log.traffic.returned, (
        "looked at the cart (which may be empty: no addition is to be seen in the logs) or got "
        "further"
    )


def _engaged(log: AccessLog, notes: dict[str, str]) -> float | None:
    filled, what = _filled(log)
    if filled < _LEAST_STEPS:
        return None
    visits = _visits(log)
    low, high = wilson(filled, visits)
    notes["demand.engaged"] = (
        f"fitted: {filled:,} of {visits:,} sessions {what}, {filled / visits:.2%} ({low:.2%} to "
        f"{high:.2%}, 95 %); source: access log"
    )
    return round(filled / visits, 4)


def _rhythm(first: dt.date, totals: Floats) -> Rhythm:
    return fit_rhythm(first, totals, 1 / np.sqrt(np.maximum(totals, 1.0)))


def _rhythm_notes(log: AccessLog, rhythm: Rhythm, totals: Floats, hours: Floats) -> dict[str, str]:
    """Grounds of the season, sessions and hours."""
    half = 1.96 * float(np.sqrt(totals.sum())) / len(totals)
    mean = float(totals.mean())
    sessions = f"fitted: {mean:,.1f} +-{half:,.1f} sessions a day (95 %, counting error)"
    if log.traffic.returned:
        sessions += (
            f", without the {log.traffic.returned / log.traffic.total:.2%} that only come back to "
            "a cart"
        )
    per_hour = totals.sum() * hours / 24
    errors = 1.96 / np.sqrt(np.maximum(per_hour, 1.0))
    shape = f"fitted: sessions by the hour in which they began, +-{np.median(errors):.1%} (95 %)"
    if log.uncovered_hours:
        shape += f"; {log.uncovered_hours} hours are not in the logs and assumed as the mean"
    notes = {
        "season.start": "the whole days of the logs",
        "demand.sessions_per_day": f"{sessions}; source: access log",
        "demand.hours": f"{shape}; source: access log",
    }
    if rhythm.shape:
        notes["demand.shape"] = "fitted: sessions per day; source: access log"
        notes["demand.day_cv"] = "assumed: too few days to tell (docs/parameters.md)"
    if rhythm.weekdays:
        notes["demand.weekdays"] = "fitted: average against the curve; source: access log"
    if rhythm.cv_interval:
        low, high = rhythm.cv_interval
        notes["demand.day_cv"] = f"fitted: {low:.1%} to {high:.1%} (95 %); source: access log"
        notes["demand.holiday"] = f"{rhythm.holiday_note()}; source: access log"
    if rhythm.month_days:
        notes["demand.month_days"] = f"{MONTH_DAYS}; source: access log"
    return notes


# behaviour ------------------------------------------------------------------------------------


def _shoppers(
    log: AccessLog, assumptions: Assumptions, notes: dict[str, str]
) -> tuple[Shoppers, LognormalFit | None]:
    """Behaviour as far as pages show it: think times, time to decide, who goes on to the end."""
    traffic, usual = log.traffic, assumptions.shoppers
    changed: dict[str, object] = {}
    think = fit_lognormal(_counter(traffic.gaps), longest=GAP)
    if think:
        changed["browse"] = think.law
        notes["shoppers.browse"] = (
            f"fitted: pauses between pages, {think}; cut off at 30 minutes; source: access log"
        )
    decide = fit_lognormal(traffic.decided)
    if decide:
        changed["decide"] = decide.law
        notes["shoppers.decide"] = (
            f"fitted: from the filled cart to checkout in one session, {decide}; source: access log"
        )
    filled, _ = _filled(log)
    checkouts, received = traffic.reached[Page.CHECKOUT], traffic.reached[Page.RECEIVED]
    if filled >= _LEAST_STEPS and checkouts >= _LEAST_STEPS:
        low, high = wilson(min(checkouts, filled), filled)
        changed["ready"] = round(min(1.0, checkouts / filled), 4)
        notes["shoppers.ready"] = (
            f"fitted: {checkouts:,} checkouts of {filled:,} filled carts ({low:.1%} to {high:.1%}, "
            "95 %); who gave up for want of stock counts as not ready; source: access log"
        )
    shoppers = usual.model_copy(update=changed)
    if filled >= _LEAST_STEPS and checkouts >= _LEAST_STEPS and received:
        low, high = wilson(min(received, filled), filled)
        asked = received / filled * shoppers.finishes_checkout / _paid_share(shoppers, assumptions)
        shoppers = shoppers.model_copy(update={"finishes_checkout": round(min(1.0, asked), 4)})
        capped = (
            f"; it would take {asked:.1%}, so that fewer pay than did: the assumed payment or "
            "reservation loses too many"
            if asked > 1
            else ""
        )
        notes["shoppers.finishes_checkout"] = (
            f"fitted so that {received / filled:.1%} ({low:.1%} to {high:.1%}, 95 %) of the filled "
            f"carts end in an order, {received:,} of {filled:,}, with the assumed payment and "
            f"reservation{capped}; source: access log"
        )
    return shoppers, think


def _paid_share(shoppers: Shoppers, assumptions: Assumptions) -> float:
    """Of the filled carts, those that end in an order where stock is ample."""
    return ample(shoppers.lines, shoppers, assumptions.payment, assumptions.reservation).paid_share


def _counter(gaps: NDArray[np.int64]) -> Counter[int]:
    return Counter({int(second): int(gaps[second]) for second in np.flatnonzero(gaps)})


# the website ----------------------------------------------------------------------------------


def _website(log: AccessLog, notes: dict[str, str]) -> Website | None:
    """The website that was fitted; None where response times do not show its workers."""
    capacity, traffic, counts = log.capacity, log.traffic, log.counts
    if capacity.workers is None or capacity.page_time is None:
        return None
    low, high = capacity.page_time_interval
    least, most = capacity.workers_interval
    many = traffic.total - traffic.single
    requests = traffic.pages + counts.robots + counts.background
    changed: dict[str, float | int] = {
        "workers": capacity.workers,
        "page_time": round(capacity.page_time, 4),
        "pages": round(requests / _visits(log), 2),
        "visit": float(max(1, round(traffic.seconds / max(1, many)))),
    }
    notes["website.workers"] = (
        f"fitted: {capacity.workers} ({least} to {most}, 95 %) by the load at which times rise; an "
        f"M/M/c queue explains {capacity.explained:.1%} of the differences between the classes of "
        f"load (R^2); the busiest, {capacity.busiest:.3g} pages a second, take "
        f"{capacity.rise:.2f} times as long as the quietest; source: access log"
    )
    notes["website.page_time"] = (
        f"fitted: {capacity.page_time:.3f} s; quiet minutes alone say {low:.3f} to {high:.3f} s "
        "(95 %); source: access log"
    )
    notes["website.pages"] = (
        f"fitted: {requests:,} requests that the shop had to work on, robots and background "
        "included, for each session of people; source: access log"
    )
    notes["website.visit"] = "fitted: mean of the sessions of two pages or more; source: access log"
    notes["website.room"] = "assumed: hardly anybody was turned away (429, 502, 503, 504)"
    if capacity.room is not None:
        changed["room"] = min(10_000, capacity.room)
        notes["website.room"] = (
            "fitted: what waited in minutes in which some were turned away; source: access log"
        )
    return Website.model_validate(changed)


# the account ----------------------------------------------------------------------------------


def _read(log: AccessLog) -> list[str]:
    counts, traffic = log.counts, log.traffic
    robots = sum(traffic.robots.values())
    found = [
        f"Read from {', '.join(log.sources)}: {counts.lines:,} lines in combined format"
        f"{' with request times' if counts.timed else ' without request times'}; "
        f"{traffic.total:,} sessions of people with {traffic.pages:,} pages. Pages by the patterns "
        f"of {log.platform} ({log.how}). Local time in {log.zone}.",
        f"Left out: {counts.assets:,} lines for images and the like, {counts.robots:,} of agents "
        f"that call themselves robots, {counts.background:,} in the background, "
        f"{counts.no_request:,} without a request, {counts.malformed:,} malformed "
        f"({format_share(counts.malformed / counts.lines)}), and {robots:,} sessions"
        + (":" if robots else "")
        + ",".join(f" {number:,} {why}" for why, number in traffic.robots.most_common())
        + (" (robots)." if robots else " of robots that did not say so."),
        "A session is one address and agent without a pause above 30 minutes: people behind one "
        "address with the same browser count as one, and who changes the network as two.",
    ]
    return found


def _funnel(log: AccessLog) -> list[str]:
    traffic = log.traffic
    steps = ((Page.PRODUCT, "saw a product"), (Page.CART, "the cart"),
             (Page.CHECKOUT, "checkout"), (Page.RECEIVED, "an order"))  # fmt: skip
    told = ", ".join(
        f"{traffic.reached[step]:,} {what} ({traffic.reached[step] / traffic.total:.2%})"
        for step, what in steps
    )
    found = [f"Of {traffic.total:,} sessions {told}."]
    bought = fit_lognormal(traffic.to_purchase)
    if bought:
        later = traffic.later / sum(traffic.to_purchase.values())
        found.append(
            f"From the cart to the order: {bought}; {later:.1%} of them in a later session of the "
            "same address and agent, so at least as many."
        )
    if not traffic.reached[Page.RECEIVED]:
        found.append(
            "No page that thanks for an order was found: if there is one, give its address "
            "(received=...)."
        )
    return found


def _capacity(log: AccessLog) -> list[str]:
    if not log.counts.timed:
        return [
            "The logs have no request times, so the website is left out. In nginx, put "
            "$request_time at the end of the log format."
        ]
    if log.capacity.why_not:
        return [f"The website is left out, for its capacity does not show: {log.capacity.why_not}."]
    return []
