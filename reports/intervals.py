"""Confidence intervals of means over replications, and of differences between them."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

K = TypeVar("K", bound=Hashable)


class Interval(NamedTuple):
    """A mean of `n` numbers with its confidence interval; NaN where there are too few numbers."""

    mean: float
    low: float
    high: float
    half_width: float
    n: int


def in_units(found: Interval, of: float) -> Interval:
    """The same interval in units of so much, such as a thousand rial."""
    mean, low, high, half_width = (number / of for number in found[:4])
    return Interval(mean, low, high, half_width, found.n)


def mean_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Student's t interval of the mean. NaN are left out; it takes two numbers for a width.

    Raises ValueError for a level that is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not at {level}")
    numbers = np.asarray(values, float).ravel()
    numbers = numbers[~np.isnan(numbers)]
    n = len(numbers)
    mean = float(numbers.mean()) if n else np.nan
    if n < 2:
        return Interval(mean, np.nan, np.nan, np.nan, n)
    half = _quantile(n - 1, level) * float(numbers.std(ddof=1)) / n**0.5
    return Interval(mean, mean - half, mean + half, half, n)


def prediction_interval(values: ArrayLike, level: float = 0.95) -> Interval:
    """Where one more number of the same kind would lie; `mean` is that of the others.

    Student's t interval of a further normal observation, wider than that of the mean by the
    spread of a single one. NaN are left out; it takes two numbers for a width.
    """
    found = mean_interval(values, level)
    half = found.half_width * (1 + found.n) ** 0.5
    return Interval(found.mean, found.mean - half, found.mean + half, half, found.n)


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval:
    """The mean of `a - b`, number by number: replications that met the same shoppers.

    Raises ValueError where the two are not of one length.
    """
    left, right = np.asarray(a, float), np.asarray(b, float)
    if left.shape != right.shape:
        raise ValueError(f"pairs need two equal lengths, not {left.shape} and {right.shape}")
    return mean_interval(left - right, level)


def relative_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval:
    """How much more the mean of `a` is, as a share of the size of the mean of `b`.

    Of a loss that becomes smaller it is above zero: less of a loss is more.

    Pairs as in `paired_difference`; one with a NaN is left out. The interval is Student's t of
    the ratio's residuals `a - ratio * b` (the delta method; Cochran, Sampling Techniques, 6.3).
    NaN where the mean of `b` is zero. Raises ValueError where the two are not of one length.
    """
    left, right = np.asarray(a, float), np.asarray(b, float)
    if left.shape != right.shape:
        raise ValueError(f"pairs need two equal lengths, not {left.shape} and {right.shape}")
    both = ~np.isnan(left - right)
    left, right = left[both], right[both]
    base = float(right.mean()) if len(right) else 0.0
    if not base:
        return Interval(np.nan, np.nan, np.nan, np.nan, len(right))
    # From the differences, so that equal numbers differ by exactly nothing.
    more = float((left - right).mean()) / abs(base)
    residuals = left - right - more * np.sign(base) * right
    half = mean_interval(residuals, level).half_width / abs(base)
    return Interval(more, more - half, more + half, half, len(right))


def unpaired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval:
    """The mean of `a` minus that of `b`, two samples that have nothing to do with each other.

    Welch's interval: the two may spread differently (Welch 1947, Biometrika 34). Of a single
    number the spread is taken to be that of the other sample, so that the interval is the one in
    which one more number of it would lie. NaN are left out; two single numbers have no interval.
    """
    found = _unpaired(a, b)
    half = found.error * _quantile(found.degrees, level)
    return Interval(found.mean, found.mean - half, found.mean + half, half, found.n)


def unpaired_relative(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Interval:
    """The same as a share of the size of the mean of `b`, by the delta method.

    NaN where the mean of `b` is zero, as in `relative_difference`.
    """
    left, right = _known(a), _known(b)
    base = float(right.mean()) if len(right) else 0.0
    if not base or not len(left):
        return Interval(np.nan, np.nan, np.nan, np.nan, min(len(left), len(right)))
    more = float(left.mean() - base) / abs(base)
    half = unpaired_difference(left, right * left.mean() / base, level).half_width / abs(base)
    return Interval(more, more - half, more + half, half, min(len(left), len(right)))


def unpaired_chance(a: ArrayLike, b: ArrayLike) -> float:
    """The probability of means this far apart where the true ones are equal; see `two_sided`.

    Numbers without any spread are judged by how few orders of all of them keep the two apart.
    """
    from scipy.special import stdtr

    found = _unpaired(a, b)
    if np.isnan(found.error) or not found.mean:
        return 1.0
    if not found.error:
        left, right = len(_known(a)), len(_known(b))
        return min(1.0, 2 / math.comb(left + right, left))
    return 2 * float(stdtr(found.degrees, -abs(found.mean) / found.error))


class _Unpaired(NamedTuple):
    mean: float
    error: float
    degrees: float
    n: int
    """Of the smaller sample."""


def _unpaired(a: ArrayLike, b: ArrayLike) -> _Unpaired:
    left, right = _known(a), _known(b)
    few = min(len(left), len(right))
    mean = float(left.mean() - right.mean()) if few else np.nan
    larger = max(len(left), len(right))
    if few < 1 or larger < 2:
        return _Unpaired(mean, np.nan, 1, few)
    if few == 1:
        spread = float(max(left, right, key=len).std(ddof=1))
        return _Unpaired(mean, spread * (1 + 1 / larger) ** 0.5, larger - 1, few)
    one, two = (float(each.var(ddof=1)) / len(each) for each in (left, right))
    if not one + two:
        return _Unpaired(mean, 0.0, len(left) + len(right) - 2, few)
    degrees = (one + two) ** 2 / (one**2 / (len(left) - 1) + two**2 / (len(right) - 1))
    return _Unpaired(mean, (one + two) ** 0.5, degrees, few)


def _known(numbers: ArrayLike) -> NDArray[np.float64]:
    found = np.asarray(numbers, float).ravel()
    return found[~np.isnan(found)]


def holm(chances: Mapping[K, float], level: float) -> set[K]:
    """Those of many comparisons that stand out, with a chance of even one false of 1 - `level`.

    Holm's step-down (Scandinavian Journal of Statistics 6, 1979): from the least probable on, each
    at what is left of the level.
    """
    apart: set[K] = set()
    for place, each in enumerate(sorted(chances, key=lambda each: chances[each])):
        if chances[each] > (1 - level) / (len(chances) - place):
            break
        apart.add(each)
    return apart


def two_sided(differences: ArrayLike) -> float:
    """The probability, by Student's t, of a mean this far from zero where the true one is zero.

    One for fewer than two numbers and for nothing but zeros; NaN are left out. Equal numbers have
    no spread to judge by: of them it is the probability that so many have one sign by chance.
    """
    from scipy.special import stdtr

    found = mean_interval(differences)
    if found.n < 2 or not found.mean:
        return 1.0
    error = found.half_width / _quantile(found.n - 1, 0.95)
    if not error:
        return 2 * 0.5**found.n
    return 2 * float(stdtr(found.n - 1, -abs(found.mean) / error))


def _quantile(degrees: float, level: float) -> float:
    """How many standard errors an interval at `level` reaches to either side."""
    from scipy.special import stdtrit  # a tenth of scipy.stats to import, the same function

    return float(stdtrit(degrees, (1 + level) / 2))
