"""How each language writes digits, percent, plurals, capitals and days: one row of data each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Language = Literal["fa", "en", "ar", "tr"]
"""All that pages are written in."""
USUAL: tuple[Language, ...] = ("fa", "en")
"""Those that are written where nothing else is asked for."""

Plural = Literal["one", "two", "few", "many", "other"]


def _one_or_many(number: float) -> Plural:
    return "one" if number == 1 else "many"


def _never_changes(number: float) -> Plural:
    return "other"


def _arabic(number: float) -> Plural:
    """The rule of the Unicode CLDR; nothing is counted here of which there is none."""
    if number in (1, 2):
        return "one" if number == 1 else "two"
    if number != int(number):
        return "other"
    return "few" if 3 <= number % 100 <= 10 else "many" if number % 100 > 10 else "other"


@dataclass(frozen=True, slots=True)
class Notation:
    """What `reports.formats` has to know of a language besides its sentences."""

    signs: str = "0123456789,.%"
    """Its digits, its separators of thousands and of decimals, and its percent sign."""
    percent_first: bool = False
    """`%12` in the place of `12%`."""
    calendar: Literal["gregorian", "jalali"] = "gregorian"
    plural: Callable[[float], Plural] = _one_or_many
    """Which of the forms of `duration.*` stands beside a number."""
    plurals: tuple[Plural, ...] = ("one", "many")
    """All that `plural` gives."""
    small: Mapping[str, str] = field(default_factory=dict)
    """First letters whose small form is another than that of English."""

    def digits(self, text: str) -> str:
        """Text of the form `1,234.5%` with the signs of the language."""
        return text.translate(str.maketrans("0123456789,.%", self.signs))


NOTATIONS: Mapping[Language, Notation] = {
    "fa": Notation(signs="۰۱۲۳۴۵۶۷۸۹٬٫٪", calendar="jalali"),
    "en": Notation(),
    # Western digits, as shops of Iraq and the Gulf write prices on their pages: unlike the digits
    # ٠ to ٩ they also stay in the order of the text around them, as in `12 ± 3`.
    "ar": Notation(plural=_arabic, plurals=("one", "two", "few", "many", "other")),
    "tr": Notation(
        signs="0123456789.,%",
        percent_first=True,
        plural=_never_changes,
        plurals=("other",),
        small={"I": "ı", "İ": "i"},
    ),
}


def languages_in(text: str) -> tuple[Language, ...]:
    """`fa,en,tr` as languages, each once. Raises ValueError for one that there is not."""
    asked = dict.fromkeys(each.strip() for each in text.split(","))
    known: dict[str, Language] = {each: each for each in NOTATIONS}
    if strange := [each for each in asked if each not in known]:
        raise ValueError(f"{strange[0]!r} is none of {', '.join(known)}.")
    return tuple(known[each] for each in asked)
