"""The chapter on stockouts: where the units were, of what, when, and what that lost."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from reports import area_figures
from reports.breakdowns.stockouts import OTHERS
from reports.chapters import drawing
from reports.chapters.chapter import Chapter, Head, Row, Table
from reports.chapters.drawing import DAY, Said, Series
from reports.charts import STOCKOUTS, Chart
from reports.figures import GREY, ORANGE, PURPLE, SKY, VERMILLION
from reports.formats import Unit
from reports.intervals import Interval

if TYPE_CHECKING:
    from reports.chapters.page import Page
    from reports.download import Download
    from reports.frames import Found

ROWS = 12
"""Most products in the figure by product and hour."""
LEVELS = {"available": SKY, "reserved": ORANGE, "suspended": PURPLE}
"""What the unsold stock of a product is made of, from the bottom."""
_NONE = Interval(0.0, 0.0, 0.0, 0.0, 0)


def chapter(page: Page) -> Chapter | None:
    """Nothing where nobody was refused."""
    if not page.happens("stockouts"):
        return None
    figures = [_by_why(page, chart) for chart in page.charts.parts("stockouts")]
    by_hour, tables = page.charts.by_hour("stockouts"), []
    if page.found("stockouts_by_why", "stockouts", "why"):
        figures.append(_phantom(page))
        tables.append(_whys(page))
    figures += by_hour
    if page.found("stockouts_by_product", "stockouts", "product"):
        figures += [*_lost_by_day(page), _by_product(page), *_paths(page)]
        tables.append(_products(page))
    return Chapter(
        "stockouts", page.text("stockouts.title"), (_lead(page),), tuple(figures), tuple(tables)
    )


def _lead(page: Page) -> Markup:
    names = ["stockouts", "lost_sales_rial"]
    if inside := _knows_phantoms(page):
        names += ["phantom_stockouts", "phantom_lost_sales_rial"]
    said = {name: page.measure(name) for name in names}
    return page.caption([page.text(f"stockouts.{'lead' if inside else 'seen'}", **said)])


def _knows_phantoms(page: Page) -> bool:
    """A live run, which is seen from outside, knows nothing of reservations."""
    return page.estimates.has("phantom_stockouts")


def _by_why(page: Page, chart: Chart) -> Chart:
    if not page.has("stockouts_by_why"):
        return chart
    return dataclasses.replace(chart, data=_file_by_why(page))


def _file_by_why(page: Page) -> Download:
    return page.frames.download("stockouts-by-why", "stockouts_by_why", ("why", "kind"))


def _phantom(page: Page) -> Chart:
    """Phantom against true, by where the units were."""
    found = page.found("stockouts_by_why", "stockouts", ("why", "kind"))
    whys = [
        part.removeprefix("stockouts_")
        for part in STOCKOUTS
        if any(why == part.removeprefix("stockouts_") for why, _ in found)
    ]
    parts = [
        Series(
            page.text(f"stockouts.kind.{kind}"),
            [found.get((why, kind), _NONE) for why in whys],
            colour,
        )
        for kind, colour in (("phantom", VERMILLION), ("true", GREY))
    ]
    share = page.share(page.mean("phantom_stockouts"), page.mean("stockouts"))
    said = Said(
        "stockouts-phantom",
        page.text("stockouts.phantom"),
        page.caption([page.text("stockouts.phantom_caption", share=share)]),
        _file_by_why(page),
    )
    labels = [page.words.part(f"stockouts_{why}") for why in whys]
    return drawing.bars(page, said, labels, parts, page.words.measure("stockouts"))


def _lost_by_day(page: Page) -> list[Chart]:
    """Lost sales day by day, phantom and true ones one upon the other; not of a day or two."""
    if page.run.manifest.season.seconds < drawing.DAYS_APART:
        return []
    lost = page.frames.table("stockouts_by_day", "lost_rial", "day", page.chosen)
    phantom = page.frames.table("stockouts_by_day", "phantom_lost_rial", "day", page.chosen)
    by_day = page.frames.over(lost)
    worst = max(by_day, key=lambda day: by_day[day].mean)
    start = page.run.manifest.season.start.date()
    inside = _knows_phantoms(page)
    caption = page.text(
        "stockouts.lost_caption" if inside else "stockouts.lost_seen",
        total=page.measure("lost_sales_rial"),
        phantom=page.measure("phantom_lost_sales_rial") if inside else "",
        day=page.formats.day(start + dt.timedelta(days=int(worst))),
        most=page.say(by_day[worst], Unit.RIAL),
    ) + page.rivals(by_day, worst)
    said = Said(
        "stockouts-lost",
        page.text("stockouts.lost"),
        page.caption([caption]),
        page.frames.download("stockouts-by-day", "stockouts_by_day", "day"),
    )
    kinds = (("phantom", phantom, VERMILLION), ("true", lost - phantom, GREY))
    parts = [
        Series(page.text(f"stockouts.kind.{kind}"), list(page.frames.over(table).values()), colour)
        for kind, table, colour in kinds
    ]
    if not inside:
        parts = [Series(page.words.measure("stockouts"), list(by_day.values()), GREY)]
    return [drawing.columns(page, said, [float(day) * DAY for day in by_day], parts, Unit.RIAL)]


def _by_product(page: Page) -> Chart:
    """Products by hour of day, a cell for each."""
    found = page.found("stockouts_by_product", "stockouts", ("product", "hour"))
    of_product = page.found("stockouts_by_product", "stockouts", "product")
    days = page.run.manifest.season.seconds / DAY
    shown = _worth_showing(page, of_product)[:ROWS]
    numbers = [
        [found.get((product, hour), _NONE).mean / days for hour in range(24)] for product in shown
    ]
    cells = {key: each for key, each in found.items() if key[0] in shown}
    (product, hour) = most = max(cells, key=lambda key: cells[key].mean)
    caption = page.text(
        "stockouts.products_caption",
        product=_code(product),
        hour=page.formats.clock(int(hour)),
        count=page.say(_per(found[product, hour], days)),
        share=page.share(sum(of_product[each].mean for each in shown), page.mean("stockouts")),
        rivals=page.rivals(cells, most),
    )
    said = page.caption([caption])
    svg = area_figures.cells(
        numbers,
        shown,
        {at: page.formats.digits(str(at)) for at in range(0, 24, 3)},
        page.formats.for_figure(page.words("axis.hour").striptags()),
        page.formats.tick(page.formats.scale(Unit.COUNT, [])),
        name="stockouts-products",
        alt=said.striptags(),
        right_to_left=page.words.right_to_left,
    )
    data = page.frames.download(
        "stockouts-by-product", "stockouts_by_product", ("product", "hour"), ["stockouts"]
    )
    return Chart(page.text("stockouts.products"), Markup(""), svg, said, (), data, wide=True)


def _paths(page: Page) -> list[Chart]:
    """The stock of the hottest items in the first season, with what is reserved upon it."""
    found = {name: page.found("stock_path", name, ("product", "at_s")) for name in LEVELS}
    kept = dict.fromkeys(product for product, _ in found["available"])
    often = _worth_showing(page, page.found("stockouts_by_product", "stockouts", "product"))
    products = [product for product in kept if product in often]
    charts = []
    for number, product in enumerate(products, start=1):
        times = [int(at) for name, at in found["available"] if name == product]
        parts = [
            Series(
                page.text(f"stockouts.level.{name}"),
                [levels[product, at] for at in times],
                LEVELS[name],
            )
            for name, levels in found.items()
            if any(each.mean for each in levels.values())
        ]
        empty = sum(each.mean <= 0 for each in parts[0].intervals) / len(times)
        caption = page.text(
            "stockouts.path_caption", share=page.share(empty, 1.0), product=_code(product)
        )
        said = Said(
            f"stock-path-{number}",
            page.text("stockouts.path", product=_code(product)),
            page.caption([caption]),
            page.frames.download("stock-path", "stock_path", ("product", "at_s")),
        )
        charts.append(drawing.layers(page, said, times, parts, in_steps=True))
    return charts


def _whys(page: Page) -> Table:
    columns = {
        name: page.found("stockouts_by_why", name, ("why", "kind"))
        for name in ("stockouts", "lost_units", "lost_rial")
    }
    money = page.scale(columns["lost_rial"].values(), Unit.RIAL)
    rows = [
        Row(
            page.text(
                "stockouts.of_kind",
                why=page.words.part(f"stockouts_{why}"),
                kind=page.text(f"stockouts.kind.{kind}"),
            ),
            (
                page.cell(columns["stockouts"][why, kind]),
                page.cell(columns["lost_units"][why, kind]),
                page.cell(columns["lost_rial"][why, kind], Unit.RIAL, money),
            ),
        )
        for why, kind in _most(columns["stockouts"])
    ]
    caption = page.text("stockouts.whys_caption", total=page.measure("lost_sales_rial"))
    return Table(
        page.text("stockouts.whys"),
        page.caption([caption]),
        (
            Head(page.text("stockouts.where")),
            Head(page.words.measure("stockouts")),
            Head(page.words.measure("lost_units")),
            Head(page.words.measure("lost_sales_rial"), money.word),
        ),
        tuple(rows),
        _file_by_why(page),
    )


def _products(page: Page) -> Table:
    columns = {
        name: page.found("stockouts_by_product", name, "product")
        for name in ("stockouts", "phantom_stockouts", "lost_rial")
    }
    money = page.scale(columns["lost_rial"].values(), Unit.RIAL)
    rows = [
        Row(
            page.text("stockouts.others") if product == OTHERS else _code(product),
            (
                page.cell(columns["stockouts"][product]),
                page.cell(columns["phantom_stockouts"][product]),
                page.cell(columns["lost_rial"][product], Unit.RIAL, money),
            ),
        )
        for product in _most(columns["stockouts"])
    ]
    return Table(
        page.text("stockouts.by_product"),
        page.text("stockouts.by_product_caption"),
        (
            Head(page.text("head.product")),
            Head(page.words.measure("stockouts")),
            Head(page.words.measure("phantom_stockouts")),
            Head(page.words.measure("lost_sales_rial"), money.word),
        ),
        tuple(rows),
        page.frames.download("stockouts-products", "stockouts_by_product", "product"),
        folded=True,
    )


def _worth_showing(page: Page, of_product: Found) -> list[str]:
    """The products, the one with most stockouts first: those with a hundredth of all, or it."""
    named = [each for each in _most(of_product) if each != OTHERS]
    least = page.mean("stockouts") / 100
    return [each for each in named if of_product[each].mean >= least] or named[:1]


def _most(found: Found) -> list[Any]:
    """The keys, the largest mean first."""
    return sorted(found, key=lambda key: -found[key].mean)


def _per(interval: Interval, days: float) -> Interval:
    mean, low, high, half = (number / days for number in interval[:4])
    return interval._replace(mean=mean, low=low, high=high, half_width=half)


def _code(name: str) -> Markup:
    return Markup('<code dir="ltr">{}</code>').format(name)
