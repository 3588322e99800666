"""Laws of the house that no linter keeps."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LISTED = subprocess.run(
    ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
)
TRACKED = [ROOT / name for name in LISTED.stdout.splitlines() if (ROOT / name).is_file()]
PYTHON = [path for path in TRACKED if path.suffix == ".py" and "migrations" not in path.parts]
PLAYER = [path for path in TRACKED if path.suffix == ".ts" and path.name != "contract.ts"]
DOCS = [path for path in TRACKED if path.suffix == ".md"]
TESTS = ("tests", "e2e")


def is_test(path: Path) -> bool:
    return any(part in TESTS for part in path.relative_to(ROOT).parts)


def test_each_file_of_the_main_flow_exists() -> None:
    flow = re.search(r"The main flow.*?```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert flow is not None
    paths = [line.split()[0] for line in flow[1].splitlines()]
    assert len(paths) >= 8
    assert [path for path in paths if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(doc: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", doc.read_text())
    targets += re.findall(r'<img src="([^"]+)"', doc.read_text())
    assert [target for target in targets if not (doc.parent / target).exists()] == []


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    banned = re.compile(r"(^|[_-])(utils?|helpers?|common|misc)\d*$")
    assert [path for path in PYTHON + PLAYER if banned.search(path.stem)] == []


def test_files_stay_readable() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in PYTHON + PLAYER
        if (lines := len(path.read_text().splitlines())) > (500 if is_test(path) else 400)
    }
    assert long == {}


def test_functions_stay_readable() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in PYTHON
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.body[0].lineno > 60
    ]
    assert long == []


def test_decisions_are_numbered_and_short() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
    assert [path.name for path in decisions if len(path.read_text().splitlines()) > 40] == []


def test_the_words_of_others_stay_out_of_the_sources() -> None:
    """The glossary's right column: jsPsych's `trial` lives only where a plugin must say it.

    Where many studies are simulated a trial is one of them.
    """
    player = ("player/src/tasks", "player/src/stage", "player/tests", "player/src/timeline")
    many = ("simulation", "stats/mmrm/batch", "cli/simulate", "cli/power", "cli/design")
    allowed = (*player, *(f"src/daybreak/{place}" for place in many))
    code = [path for path in PYTHON + PLAYER if "src" in path.parts]
    said = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in code
        if not str(path.relative_to(ROOT)).startswith(allowed)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\b(trial_?(id|index|number|count)|trials)\b", line)
    ]
    assert said == []


def test_every_error_code_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "errors.md").read_text()
    raised = {
        code
        for path in PYTHON
        if "src" in path.parts
        for code in re.findall(r'(?:code=|\bcode: str = |^    code = )"([a-z-]+)"', path.read_text(), re.MULTILINE)
    }
    assert len(raised) > 5
    assert sorted(code for code in raised if f"`{code}`" not in page) == []


def test_a_row_is_locked_without_its_key() -> None:
    """With a full lock two writers could wait for each other.

    PostgreSQL checks our foreign keys as a transaction ends, when it holds the head of the trail; whoever waits for
    that head with a full lock on a row such a key leads to stands in its way. `no_key=True` keeps writers apart too.
    """
    full = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PYTHON
        if "src" in path.parts
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "select_for_update(" in line and "no_key=True" not in line
    ]
    assert full == []


def test_a_colour_of_one_name_is_the_same_in_every_style_sheet() -> None:
    """Server, report and design page ship apart, and each brings its own sheet."""
    sheets = [path.read_text() for path in TRACKED if path.suffix == ".css" and "--ground" in path.read_text()]
    assert len(sheets) >= 3
    for light in (True, False):
        seen: dict[str, set[str]] = {}
        for sheet in sheets:
            bright, _, dark = sheet.partition("prefers-color-scheme: dark")
            for name, value in re.findall(r"(--[\w-]+):\s*(#\w{6})", bright if light else dark.partition("\n}\n")[0]):
                seen.setdefault(name, set()).add(value)
        assert {name: values for name, values in seen.items() if len(values) > 1} == {}
        assert len(seen) >= 15
