"""Colours: text stands out from its ground, and colour-blind readers tell the figures' apart."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reports import figures, run_folder
from reports.charts import COLOURS

CSS = (Path(run_folder.__file__).parent / "templates" / "report.css").read_text(encoding="utf-8")
NAMED = dict(re.findall(r"--([\w-]+): (#\w+)", CSS))
INHERITED = ("ink", "soft", "link")
"""Colours of text that stand on whatever ground is below them."""
PALETTE = {
    name: getattr(figures, name)
    for name in ("BLUE", "VERMILLION", "GREEN", "ORANGE", "SKY", "PURPLE", "YELLOW", "GREY")
}
TOGETHER = {"palette": PALETTE, **COLOURS}
"""The colours of curves and marks, and of the parts of one bar."""
# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (2009), severity 1.0, for linear RGB.
SEEN_BY = {
    "everybody": np.eye(3),
    "protanopes": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopes": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopes": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])
APART = 15.0
"""CIE 1976 difference: one of 2.3 is just seen with the colours side by side; these are not."""


def linear(colour: str) -> NDArray[np.float64]:
    digits = colour.lstrip("#")
    digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
    channels = np.array([int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(ink: str, ground: str) -> float:
    """WCAG 2.2: from 1 to 21."""
    dark, light = sorted(float(TO_XYZ[1] @ linear(colour)) for colour in (ink, ground))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE L*a*b* of linear RGB, under D65."""
    t = TO_XYZ @ np.clip(rgb, 0, 1) / WHITE
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def pairs_of_text_and_ground() -> list[tuple[str, str]]:
    """What the style sheet lets meet: colours of one rule, and inherited text on every ground."""
    pairs = set()
    for rule in re.findall(r"{([^{}]*)}", CSS):
        ink = re.search(r"(?<![-\w])color: var\(--([\w-]+)\)", rule)
        ground = re.search(r"background: var\(--([\w-]+)\)", rule)
        if ground and ground[1] != "colour":
            pairs |= {(each, ground[1]) for each in ([ink[1]] if ink else INHERITED)}
        elif ink and ink[1] not in INHERITED:
            pairs |= {(ink[1], "paper"), (ink[1], f"{ink[1]}-ground")}
    return sorted(pairs)


@pytest.mark.parametrize(("ink", "ground"), pairs_of_text_and_ground())
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of 4.5 to 1."""
    assert contrast(NAMED[ink], NAMED[ground]) >= 4.5


def test_the_style_sheet_was_understood() -> None:
    pairs = pairs_of_text_and_ground()
    assert {("doubt", "doubt-ground"), ("soft", "ground"), ("bad", "paper")} <= set(pairs)
    assert contrast("#000", "#fff") == pytest.approx(21)


def test_the_letters_of_a_figure_stand_out_from_the_page() -> None:
    assert contrast(figures.INK, NAMED["paper"]) >= 4.5


@pytest.mark.parametrize("reader", SEEN_BY)
@pytest.mark.parametrize("together", TOGETHER)
def test_colours_that_stand_together_are_told_apart(together: str, reader: str) -> None:
    seen = {
        name: lab(SEEN_BY[reader] @ linear(colour)) for name, colour in TOGETHER[together].items()
    }
    alike = [
        pair
        for pair in combinations(seen, 2)
        if np.linalg.norm(seen[pair[0]] - seen[pair[1]]) < APART
    ]
    assert alike == []


def test_red_and_green_of_one_lightness_would_not_be() -> None:
    red, green = (lab(SEEN_BY["deuteranopes"] @ linear(each)) for each in ("#c07000", "#8a9000"))
    assert np.linalg.norm(red - green) < APART
