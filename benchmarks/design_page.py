"""How long the design page takes to redraw in a real browser: python -m benchmarks.design_page http://127.0.0.1:PORT/.

The page must be served: `daybreak design ketamine-training --no-open`. A slider is moved, and the time is taken until
the sentence, the curve and the example study are those of the new figure. Everything is compiled before.
"""

from __future__ import annotations

import statistics
import sys

from playwright.sync_api import Page, sync_playwright

from scripts.find_chromium import chromium

MOVES = {"effect": (0.9, 0.8, 0.7, 0.6, 0.5, 1.1, 1.2), "n": (120, 140, 160, 180, 200, 240, 300)}
MOVE = """([name, value]) => new Promise((done) => {
  const slider = document.querySelector(`input[type=range][data-figure="${name}"]`);
  const begun = performance.now(), times = {};
  const note = (what) => {
    times[what] ??= performance.now() - begun;
    if (Object.keys(times).length === 3) done([times.sentence, times.curve, times.example]);
  };
  const watch = (id, what) => new MutationObserver(() => note(what)).observe(
    document.getElementById(id), { childList: true });
  watch("status", "sentence");
  watch("power-chart", "curve");
  watch("example-means", "example");
  slider.value = value;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
  slider.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def measure(page: Page) -> None:
    """Print the median and the longest time of each kind of move, in milliseconds."""
    for name, values in MOVES.items():
        times = [page.evaluate(MOVE, [name, value]) for value in values]
        for what, taken in zip(("sentence", "curve", "example"), zip(*times, strict=True), strict=True):
            print(f"{name:7} {what:9} median {statistics.median(taken):5.0f} ms, longest {max(taken):5.0f} ms")


def main() -> None:
    """Measure the page at the address given."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(sys.argv[1])
        page.wait_for_selector("#copy[aria-disabled=false]", timeout=240_000)
        measure(page)
        browser.close()


if __name__ == "__main__":
    main()
