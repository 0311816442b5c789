"""The operator's page in Chromium: she opens it, reads it and acts, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import WIDER_THAN_THE_WINDOW, browser
from stores import SMALL, Served

__all__ = ["browser"]  # a fixture

pytestmark = pytest.mark.browser

TOKEN = "a token for tests, long enough"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Served]:
    with Served(f"sqlite:///{tmp_path / 'shop.db'}", *SMALL, ESFAND_OPERATOR_TOKEN=TOKEN) as served:
        for session in range(4):
            served.buy(session, product=session)
        yield served


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("en", "ltr")])
@pytest.mark.parametrize("width", [1280, 390])
def test_an_operator_cancels_two_orders(
    browser, store: Served, language: str, direction: str, width: int
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    browser.get(f"{store.url}/operator?lang={language}")
    browser.find_element("id", "token").send_keys(TOKEN)
    browser.find_element("css selector", "button").click()
    browser.implicitly_wait(10)  # seconds, for pages that answer a click
    browser.find_element("css selector", "figure rect")

    assert browser.execute_script("return getComputedStyle(document.body).direction") == direction
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.execute_script(WIDER_THAN_THE_WINDOW) == []
    bars = browser.execute_script(
        "return [...document.querySelectorAll('figure rect')]"
        ".map(bar => [bar.getBoundingClientRect().height, getComputedStyle(bar).fill])"
    )
    assert bars
    assert all(height > 1 and fill == "rgb(211, 146, 0)" for height, fill in bars)

    for number in (1, 2):
        browser.find_element("css selector", f"input[name=order][value='{number}']").click()
    browser.find_element("css selector", "button[value=cancel]").click()
    assert browser.find_elements("css selector", ".done")
    states = [store.get(f"/sessions/{n}").json()["order"]["state"] for n in range(4)]
    assert states == ["UNPAID", "CANCELLED", "CANCELLED", "UNPAID"]
    assert browser.execute_async_script(
        "document.fonts.ready.then(() => arguments[0](document.fonts.check('1rem Vazirmatn')))"
    )
    said = [entry for entry in browser.get_log("browser") if entry["level"] != "DEBUG"]
    assert said == []
