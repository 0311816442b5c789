"""The chapter on payments: what became of the attempts, and when the money reached the bank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from reports.chapters.bars import Bar, bars
from reports.chapters.chapter import Cell, Chapter, Head, Row, Table
from reports.chapters.in_time import InTime, Series
from reports.charts import Key
from reports.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION
from reports.formats import Unit

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.charts import Chart
    from reports.download import Download
    from reports.frames import Found

OUTCOMES, OVER_TIME, CASH = "payment_outcomes", "payments_over_time", "cash_by_day"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE)
UNPAID = {"failed": VERMILLION, "returned": PURPLE, "reversed": ORANGE, "not_verified": SKY,
          "open": GREY}  # fmt: skip
"""What an attempt comes to that leaves the shop no money."""

OUTCOME_KEYS = ("through", "outcome", "reason")
MOST = 8
"""Bars of reasons; the table has them all."""


def chapter(page: Page) -> Chapter | None:
    """Nothing where nobody was sent to pay."""
    if not page.happens("payment_attempts", "orders_accepted"):
        return None
    return Chapter(
        name="payments",
        title=page.text("payments.title"),
        lead=tuple(_lead(page)),
        figures=tuple(_figures(page)),
        tables=tuple(_tables(page)),
    )


def _lead(page: Page) -> list[Markup]:
    said = []
    if page.happens("payment_attempts"):
        said.append(
            page.text(
                "payments.attempts",
                attempts=page.measure("payment_attempts"),
                rate=page.measure("payment_success_rate"),
                reversed=page.measure("payments_reversed"),
            )
        )
    for measure, key in (
        ("orders_accepted", "payments.accepted"),
        ("duplicate_callbacks_ignored", "payments.duplicates"),
        ("late_paid", "payments.late"),
        ("late_lost", "payments.late_lost"),
    ):
        if page.happens(measure):
            said.append(page.text(key, found=page.measure(measure)))
    money = []
    if page.estimates.has("days_to_cash_mean"):
        money.append(
            page.text(
                "payments.cash",
                days=page.measure("days_to_cash_mean"),
                longest=page.measure("days_to_cash_max"),
                most=page.measure("cash_float_peak_rial"),
                fees=page.measure("fees_rial"),
            )
        )
    return [page.caption(part) for part in (said, money) if part]


# ---- figures


def _figures(page: Page) -> list[Chart]:
    charts = []
    if page.has(OUTCOMES):
        charts += [*_reasons(page), _success(page)]
    if page.has(CASH):
        charts += _cash(page)
    return charts


def _reasons(page: Page) -> list[Chart]:
    """Attempts that left no money, by what they came to and why."""
    found = page.frames.estimates(OUTCOMES, "attempts", ["outcome", "reason"], page.chosen)
    unpaid = {key: each for key, each in found.items() if key[0] in UNPAID and each.mean}
    if not unpaid:
        return []
    most = max(unpaid, key=lambda key: unpaid[key].mean)
    caption = page.text(
        "payments.reasons_caption",
        reason=_reason(page, *most),
        attempts=page.say(unpaid[most]),
        share=page.share(unpaid[most].mean, sum(each.mean for each in unpaid.values())),
    ) + page.rivals(unpaid, most)
    shown = sorted(unpaid, key=lambda key: -unpaid[key].mean)[:MOST]
    drawn = [Bar(_why(page, *key), unpaid[key], UNPAID[key[0]]) for key in shown]
    legend = tuple(
        Key(page.named("payment_outcome", outcome), colour, "box")
        for outcome, colour in UNPAID.items()
        if any(key[0] == outcome for key in shown)
    )
    title = page.text("payments.reasons")
    return [
        bars(
            page, "payment-reasons", title, drawn, caption, legend=legend,
            data=_file_of_outcomes(page),
        )
    ]  # fmt: skip


def _success(page: Page) -> Chart:
    """Attempts that brought money, over time, by gateway or method."""
    time = InTime(page)
    attempts = page.frames.estimates(OVER_TIME, "attempts", "through", page.chosen)
    by_name = {
        name: page.frames.ratios(
            OVER_TIME, "paid", "attempts", "at_s", page.chosen, {"through": name}
        )
        for name, found in attempts.items()
        if found.mean
    }
    every = page.frames.ratios(OVER_TIME, "paid", "attempts", "at_s", page.chosen)
    made = page.frames.estimates(OVER_TIME, "attempts", "at_s", page.chosen)
    usual = sum(each.mean for each in made.values()) / len(made)
    # Of a few attempts at night, none may succeed: that says nothing.
    judged = {at: every[at] for at in made if made[at].mean >= usual / 2}
    worst = min(judged, key=lambda at: judged[at].mean)
    caption = page.text(
        "payments.success_caption",
        when=time.when(worst),
        rate=page.say(every[worst], Unit.SHARE),
    ) + page.rivals(judged, worst)
    series = [
        Series(through(page, name), colour, found)
        for (name, found), colour in zip(by_name.items(), COLOURS, strict=False)
    ]
    return time.curves(
        "payment-success", page.text("payments.success"), Unit.SHARE, series, caption,
        data=page.frames.download("payments-over-time", OVER_TIME, ["through", "at_s"]),
    )  # fmt: skip


def _cash(page: Page) -> list[Chart]:
    """The money on its way to the bank, and what came in and what was credited, day by day."""
    time = InTime(page)

    def by_day(number: str) -> Found:
        return page.frames.estimates(CASH, number, "day", page.chosen)

    peak, taken, credited = by_day("float_peak_rial"), by_day("taken_rial"), by_day("credited_rial")
    edges = time.days(len(peak))
    highest = max(peak, key=lambda day: peak[day].mean)
    longest, ends = _without_credit(credited, taken)
    if longest <= 1:
        ends = max(credited, key=lambda day: credited[day].mean)
    level = time.curves(
        "cash-float",
        page.text("payments.float"),
        Unit.RIAL,
        [Series(Markup(""), BLUE, _placed(peak, edges))],
        page.text(
            "payments.float_caption",
            day=time.date(highest),
            most=page.say(peak[highest], Unit.RIAL),
        )
        + page.rivals(peak, highest),
        edges=edges,
        wide=True,
        data=_file_by_day(page),
    )
    flows = time.curves(
        "cash-flows",
        page.text("payments.flows"),
        Unit.RIAL,
        [
            Series(page.text("payments.taken"), BLUE, _placed(taken, edges), in_steps=True),
            Series(
                page.text("payments.credited"), VERMILLION, _placed(credited, edges), "--", True
            ),
        ],
        page.text(
            "payments.flows_caption" if longest > 1 else "payments.flows_plain",
            count=page.formats.count(longest),
            day=time.date(ends),
            credited=page.say(credited[ends], Unit.RIAL),
        ),
        edges=edges,
        wide=True,
        data=_file_by_day(page),
    )
    return [level, flows]


def _without_credit(credited: Found, taken: Found) -> tuple[int, int]:
    """The most days on end without a credit, from the first payment on, and the day after them."""
    first = next((day for day in taken if taken[day].mean), 0)
    longest, ends, length = 0, max(credited), 0
    for day in sorted(credited):
        if day < first:
            continue
        if credited[day].mean:
            if length > longest:
                longest, ends = length, day
            length = 0
        else:
            length += 1
    return longest, ends


def _placed(by_day: Found, edges: list[float]) -> Found:
    return {edges[day]: found for day, found in by_day.items()}


# ---- tables


def _tables(page: Page) -> list[Table]:
    tables = []
    if page.has(OUTCOMES):
        tables.append(_by_outcome(page))
    if page.has(CASH):
        tables.append(_by_day(page))
    return tables


def _by_outcome(page: Page) -> Table:
    keys = OUTCOME_KEYS
    attempts = page.frames.estimates(OUTCOMES, "attempts", keys, page.chosen)
    amounts = page.frames.estimates(OUTCOMES, "amount_rial", keys, page.chosen)
    scale = page.formats.scale(Unit.RIAL, [each.mean for each in amounts.values()])
    names = list(dict.fromkeys(name for name, _, _ in attempts))
    total = sum(each.mean for each in attempts.values())
    paid = sum(each.mean for key, each in attempts.items() if key[1] == "paid")
    return Table(
        title=page.text("payments.outcomes"),
        caption=page.shown(
            "payments.outcomes_caption",
            names=page.words.listed([through(page, name) for name in names]),
            share=page.share(paid, total),
        ),
        head=(
            Head(page.text("payments.through")),
            Head(page.text("payments.outcome")),
            Head(page.words.measure("payment_attempts")),
            Head(page.text("payments.amount"), scale.word),
        ),
        rows=tuple(
            Row(
                through(page, key[0]),
                (
                    Cell(_reason(page, *key[1:])),
                    page.cell(attempts[key]),
                    page.cell(amounts[key], Unit.RIAL, scale),
                ),
            )
            for key in sorted(attempts, key=lambda key: (names.index(key[0]), -attempts[key].mean))
        ),
        data=_file_of_outcomes(page),
    )


COLUMNS = ("taken_rial", "fees_rial", "credited_rial", "float_rial")


def _by_day(page: Page) -> Table:
    time = InTime(page)
    found = {name: page.frames.estimates(CASH, name, "day", page.chosen) for name in COLUMNS}
    scale = page.formats.scale(
        Unit.RIAL, [each.mean for of in found.values() for each in of.values()]
    )
    days = sorted(found["taken_rial"])
    closed = [day for day in days if not time.is_open(day)]
    return Table(
        title=page.text("payments.days"),
        caption=page.shown(
            "payments.days_caption",
            closed=page.formats.count(len(closed)),
            count=page.formats.count(len(days)),
        ),
        head=(
            Head(page.text("day")),
            Head(page.text("open_day")),
            *(Head(page.text(f"payments.{name}"), scale.word) for name in COLUMNS),
        ),
        rows=tuple(
            Row(
                time.date(day),
                (
                    Cell(time.occasion(day)),
                    *(page.cell(found[name][day], Unit.RIAL, scale) for name in COLUMNS),
                ),
            )
            for day in days
        ),
        data=_file_by_day(page),
        folded=True,
    )


# ---- files


def _file_of_outcomes(page: Page) -> Download:
    return page.frames.download("payment-outcomes", OUTCOMES, OUTCOME_KEYS)


def _file_by_day(page: Page) -> Download:
    return page.frames.download("cash-by-day", CASH, "day")


# ---- words


def through(page: Page, name: str) -> Markup:
    """A gateway by its name, or a way to pay in the language."""
    known = f"method.{name}"
    return page.words(known) if known in page.words else Markup("<bdi>{}</bdi>").format(name)


def _why(page: Page, outcome: str, reason: str) -> Markup:
    """The reason alone, where there is one."""
    return page.named("payment_outcome" if reason == "none" else "payment_reason",
                      outcome if reason == "none" else reason)  # fmt: skip


def _reason(page: Page, outcome: str, reason: str) -> Markup:
    said = page.named("payment_outcome", outcome)
    if reason == "none":
        return said
    return page.text("payments.why", outcome=said, reason=page.named("payment_reason", reason))
