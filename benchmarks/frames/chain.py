"""The rival: the same steps as a stock jsPsych 8 timeline of html-keyboard-response trials."""

from __future__ import annotations

import html
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from daybreak.core.plan import MaskedWordsRound, TrainingPlan, Word
from e2e.frames.barcode import Code, as_html
from e2e.frames.bench_page import ROOT, served
from e2e.frames.play import watch
from e2e.frames.verdict import OnScreen, on_screen

PHASES = ("fixation", "mask", "cue", "trait", "target", "pause")
UNTIMED_MS = 50
TARGET_MS = 150
"""Phases without critical timing are kept as short as those of the player in a hurry."""
PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>jsPsych chain</title>'
    '<link rel="stylesheet" href="jspsych.css"><script type="module" src="chain.js"></script><body></body></html>'
)


def play_chain(executable: str, plan: TrainingPlan, ms: float) -> list[OnScreen]:
    """Show the steps of the plan's masked words with `ms` for cue and trait; return what was on the screen of each."""
    steps = _steps(plan)
    with tempfile.TemporaryDirectory() as folder:
        _build(Path(folder))
        trials = json.dumps([trial for number, words in enumerate(steps) for trial in _trials(number, words, ms)])
        with served(Path(folder), {"chain.json": trials, "index.html": PAGE}) as base:
            shown, _ = watch(executable, f"{base}index.html", lambda _: [])
    seen = on_screen(shown)
    return [seen.get(number, OnScreen()) for number in range(len(steps))]


def _build(folder: Path) -> None:
    modules = ROOT / "player" / "node_modules"
    script = Path(__file__).with_name("chain.js")
    command: list[str | Path] = [
        modules / ".bin" / "esbuild",
        "--bundle",
        "--format=esm",
        "--log-level=warning",
        f"--outdir={folder}",
    ]
    subprocess.run([*command, script], env={**os.environ, "NODE_PATH": str(modules)}, check=True)
    shutil.copy(modules / "jspsych" / "css" / "jspsych.css", folder)


def _steps(plan: TrainingPlan) -> list[tuple[str, str, str, str]]:
    """Return mask, cue, trait and target of every step, as texts."""
    texts = {asset.id: asset.text for asset in plan.assets if isinstance(asset, Word)}
    rounds = [round_ for round_ in plan.rounds if isinstance(round_, MaskedWordsRound)]
    return [
        (texts[round_.mask], texts[step.cue], texts[step.trait], texts[step.target])
        for round_ in rounds
        for step in round_.steps
    ]


def _trials(number: int, words: tuple[str, str, str, str], ms: float) -> list[dict[str, object]]:
    texts = ("+", *words, "")
    lengths = (UNTIMED_MS, UNTIMED_MS, ms, ms, TARGET_MS, UNTIMED_MS)
    return [
        {"html": f"{as_html(Code(number, phase, 0))}<p style='font-size:48px'>{html.escape(text)}</p>", "ms": length}
        for phase, (text, length) in enumerate(zip(texts, lengths, strict=True))
    ]
