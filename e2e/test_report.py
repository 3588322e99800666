"""The report in a real browser: axe-core finds nothing, nothing is fetched, and it fits a phone, in both themes."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from daybreak.analysis.export import open_export
from daybreak.analysis.report.assemble import make_report
from daybreak.analysis.report.page import to_html
from e2e.pages import axe_source
from tests.analysis.exported import draw_people, write_export

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the whole report of a study of sixty people."""
    folder = tmp_path_factory.mktemp("report")
    export = write_export(folder / "export", people=draw_people(60, excluded=9))
    place = folder / "report.html"
    place.write_text(to_html(make_report(open_export(export))), encoding="utf-8")
    return place


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_is_accessible_and_fits(
    browser: Browser, page_file: Path, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    page.evaluate(axe_source())
    found = page.evaluate("axe.run({exclude: [['.sheet svg']]})")["violations"]  # a figure is one picture
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found] == []
    page.close()


def test_a_figure_follows_the_theme(browser: Browser, page_file: Path) -> None:
    ink = {}
    for scheme in SCHEMES:
        page = browser.new_page(color_scheme=scheme)
        page.goto(page_file.as_uri())
        ink[scheme] = page.eval_on_selector(".sheet svg text", "text => getComputedStyle(text).fill")
        page.close()
    assert ink["light"] != ink["dark"]


def test_a_keyboard_reaches_the_contents_and_each_wide_table(browser: Browser, page_file: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(page_file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.get_by_role("link", name="Harms").press("Enter")
    assert page.url.endswith("#harms")
    wide = page.locator(".table")
    assert wide.count() > 20
    assert wide.evaluate_all("parts => parts.every(part => part.tabIndex === 0)")
    page.close()
