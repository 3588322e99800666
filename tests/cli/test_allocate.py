from __future__ import annotations

import csv
import hashlib
import json
import stat
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from daybreak.cli.allocate import allocate
from daybreak.core.errors import CommandError, DaybreakError

STUDIES = Path(__file__).parents[2] / "src/daybreak/content/studies"
PUBLISHED = STUDIES / "ketamine-training.toml"
SEED = "5f" * 32


def run(*arguments: object) -> Result:
    """Run the command; a refusal is raised as the error the command line turns to words."""
    app = typer.Typer()
    app.command()(allocate)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, DaybreakError):
        raise done.exception
    return done


def rows(out: Path) -> list[dict[str, str]]:
    with out.open(newline="") as file:
        return list(csv.DictReader(file))


def lists(tmp_path: Path, *more: object, seed: str = SEED, n: int = 12) -> list[dict[str, str]]:
    out = tmp_path / f"list-{len(list(tmp_path.iterdir()))}.csv"
    assert run(PUBLISHED, "--n", n, "--seed", seed, "--out", out, *more).exit_code == 0
    return rows(out)


def test_each_stratum_gets_a_list_of_its_own_with_balanced_blocks(tmp_path: Path) -> None:
    made = lists(tmp_path, "--site", "harbour", "--site", "hill")
    assert Counter(row["stratum"] for row in made) == {"site=harbour": 12, "site=hill": 12}
    for (_, _, size), block in groupby(made, lambda row: (row["stratum"], row["block"], row["size"])):
        counts = Counter(row["arm"] for row in block)
        if sum(counts.values()) == int(size):
            assert set(counts.values()) == {int(size) // 3}


def test_the_same_seed_gives_the_same_list_and_another_seed_another(tmp_path: Path) -> None:
    one, again, other = (lists(tmp_path, "--site", "harbour", seed=seed) for seed in (SEED, SEED.upper(), "other"))
    assert one == again
    assert [row["arm"] for row in one] != [row["arm"] for row in other]


def test_json_prints_what_may_be_published_and_no_persons_arm(tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    done = run(PUBLISHED, "--n", 30, "--seed", SEED, "--out", out, "--site", "harbour", "--json")
    told = json.loads(done.stdout)
    assert told["ratios"] == {"ketamine-training": 1, "ketamine-sham": 1, "saline-training": 1}
    [listed] = told["lists"]
    assert (listed["stratum"], listed["places"]) == ("site=harbour", 30)
    assert listed["commitment"] == hashlib.sha256(f"{SEED}\n{out.read_text()}".encode()).hexdigest()


def test_the_file_is_its_owners_alone_and_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    done = run(PUBLISHED, "--n", 3, "--seed", SEED, "--out", out, "--site", "harbour")
    assert "keep it from everybody who is to stay blind" in done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    before = out.read_bytes()
    with pytest.raises(CommandError, match=r"list.csv: this file is there already. Name a new one."):
        run(PUBLISHED, "--n", 3, "--seed", "other", "--out", out, "--site", "harbour")
    assert out.read_bytes() == before


def test_a_study_file_without_sites_gives_a_list_for_one(tmp_path: Path) -> None:
    done = run(PUBLISHED, "--n", 154, "--seed", SEED, "--out", tmp_path / "list.csv")
    assert "the list is for one called 'site-1'; see --site." in done.stderr
    assert Counter(row["stratum"] for row in rows(tmp_path / "list.csv")) == {"site=site-1": 154}


def test_a_seed_that_can_be_guessed_is_named_as_such(tmp_path: Path) -> None:
    said = run(PUBLISHED, "--n", 3, "--seed", "7", "--out", tmp_path / "a.csv", "--site", "harbour").stderr
    assert "The seed can be guessed." in said
    said = run(PUBLISHED, "--n", 3, "--seed", SEED, "--out", tmp_path / "b.csv", "--site", "harbour").stderr
    assert "guessed" not in said


def test_what_has_no_list_is_refused_in_one_sentence(tmp_path: Path) -> None:
    asked = ("--n", 3, "--seed", SEED, "--out", tmp_path / "list.csv")
    with pytest.raises(CommandError, match="nobody is allocated in this study"):
        run(STUDIES / "clinic.toml", *asked)
    minimised = tmp_path / "study.toml"
    text = PUBLISHED.read_text()
    head, rest = text.split("[allocation]")[0], text[text.index("[infusions]") :]
    minimised.write_text(f'{head}[allocation]\nmethod = "minimisation"\nfactors = ["site"]\n\n{rest}')
    with pytest.raises(CommandError, match="minimisation has no list"):
        run(minimised, *asked)
    with pytest.raises(CommandError, match=r"this file cannot be written. Check the folder."):
        run(PUBLISHED, "--n", 3, "--seed", SEED, "--site", "a", "--out", tmp_path / "nowhere" / "list.csv")
    assert not (tmp_path / "list.csv").exists()
    assert run(PUBLISHED, "--n", 0, "--seed", SEED, "--out", tmp_path / "list.csv").exit_code == 2
