"""The design page in a real browser: figures change and it redraws, nothing is fetched, axe-core finds nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from e2e.pages import Notes, axe_source
from tests.live import ROOT

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
COMPILED_WITHIN = 240_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Return where `daybreak design` serves the shipped study."""
    command = [sys.executable, "-m", "daybreak.cli.main", "design", "ketamine-training", "--no-open"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()


def opened(browser: Browser, address: str, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Page:
    """Return the page with a whole curve and an example; it fails where the browser notes anything wrong."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, permissions=["clipboard-read", "clipboard-write"]
    )
    notes = Notes(urlsplit(address).netloc)
    notes.watch(context)
    page = context.new_page()
    page.goto(address)
    whole(page)
    assert (notes.errors, notes.strangers) == ([], [])
    return page


def whole(page: Page) -> None:
    """Wait until curve and example are those of the figures."""
    expect(page.locator("#power-chart:not(.stale) svg")).to_be_visible(timeout=COMPILED_WITHIN)
    expect(page.locator("#example-means:not(.stale) svg")).to_be_visible(timeout=COMPILED_WITHIN)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_design_page_is_accessible_and_fits(
    browser: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    page = opened(browser, address, width, scheme)
    page.get_by_text("The numbers as a table").click()
    page.get_by_text("Its means as a table").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(axe_source())
    found = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found] == []
    page.context.close()


def test_a_slider_redraws_the_answer_and_the_back_button_takes_it_back(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    sentence, curve = page.locator("#sentence"), page.locator("#power-chart polyline").first
    expect(sentence).to_contain_text("With 154 people")
    before = curve.get_attribute("points")
    people = page.get_by_label("People, slider")
    people.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(sentence).to_contain_text("With 157 people")
    whole(page)
    assert curve.get_attribute("points") != before
    expect(page.get_by_label("People", exact=True)).to_have_value("157")
    assert urlsplit(page.url).fragment == "n=157"
    page.reload()
    whole(page)
    expect(sentence).to_contain_text("With 157 people")
    page.get_by_label("Ketamine-training against ketamine-sham, Day 30").check()
    expect(sentence).to_contain_text("between ketamine-training and ketamine-sham (Day 30)")
    page.go_back()
    expect(sentence).to_contain_text("between ketamine-training and saline-training (24 hours)")
    page.get_by_role("button", name="Back to the file’s figures").click()
    expect(sentence).to_contain_text("With 154 people")
    page.context.close()


def test_what_cannot_be_is_said_beside_its_control_and_the_picture_stays(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    before = page.locator("#power-chart svg").count()
    dose = page.get_by_label("Dose", exact=True)
    dose.fill("0.99")
    dose.press("Enter")
    expect(page.locator("#wrong-dose")).to_contain_text("cannot differ by an SD of 0.12")
    expect(dose).to_have_attribute("aria-invalid", "true")
    assert page.locator("#power-chart svg").count() == before == 1
    expect(page.locator("#sentence")).to_contain_text("With 154 people")
    page.evaluate(axe_source())
    assert page.evaluate("axe.run()")["violations"] == []
    dose.fill("0.6")
    expect(page.locator("#wrong-dose")).to_be_hidden()
    whole(page)
    expect(page.locator("#note-dose")).to_contain_text("ketamine-training 60")
    page.context.close()


def test_another_study_a_saved_file_and_a_methods_paragraph(browser: Browser, address: str, tmp_path: Path) -> None:
    page = opened(browser, address)
    page.get_by_label("People", exact=True).fill("40")
    expect(page.locator("#sentence")).to_contain_text("With 40 people")
    expect(page.locator("#example-says")).to_contain_text("Study 1 ")
    page.get_by_role("button", name="Another one").click()
    expect(page.locator("#example-says")).to_contain_text("Study 2 ")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save study file").click()
    assert download.value.suggested_filename == "ketamine-training.toml"
    download.value.save_as(tmp_path / "saved.toml")
    assert tomllib.loads((tmp_path / "saved.toml").read_text())["study"]["target"] == 40
    copy = page.get_by_role("button", name="Copy methods paragraph")
    expect(copy).to_have_attribute("aria-disabled", "false", timeout=COMPILED_WITHIN)
    copy.click()
    expect(page.locator("#methods")).to_contain_text("We plan for 40 people")
    assert "Of 20,000 simulated studies" in page.evaluate("navigator.clipboard.readText()")
    page.context.close()
