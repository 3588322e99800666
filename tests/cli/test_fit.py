"""`daybreak fit`: files in, R's numbers out, and one sentence for every mistake."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from daybreak.cli import main
from daybreak.cli.fit import FitDataError, fit
from daybreak.core.errors import DaybreakError
from tests.stats.cast import ORACLES, VISITS, data, people, reference

ROOT = Path(__file__).parents[2]
DATA = ORACLES / "study-154.csv"
MMRM = "change ~ baseline + arm * visit + us(visit | id)"
LMM = "change ~ baseline + arm * day + (1 + day | id)"
ORDER = ("--levels", f"visit={','.join(VISITS)}")
DDF = {
    "Satterthwaite": "satterthwaite",
    "Kenward-Roger": "kenward-roger",
    "Between-Within": "between-within",
    "Residual": "residual",
}
KEYS = [
    "method", "converged", "n_subjects", "n_obs", "loglik", "coefficients", "covariance", "means", "contrasts",
    "warnings",
]  # fmt: skip


def run(*arguments: object, columns: int = 120) -> str:
    """Run the command and return what it prints; a refusal is raised as the error the command line turns to words."""
    app = typer.Typer()
    app.command()(fit)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": str(columns)})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def told(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json"))
    return found


def refusal(*arguments: object, kind: type[DaybreakError] = DaybreakError) -> str:
    with pytest.raises(kind) as refused:
        run(*arguments)
    return refused.value.sentence()


def near(numbers: Sequence[float], relative: float) -> Any:
    return pytest.approx(numbers, rel=relative, abs=1e-6)


def options(fit: dict[str, Any]) -> list[str]:
    linear = "-linear" if fit["vcov"] == "Kenward-Roger-Linear" else ""
    empirical = fit["vcov"] == "Empirical" or fit["ddf"] == "Residual"  # mmrm's default with residual df
    return [
        *("--ddf", DDF[fit["ddf"]] + linear),
        *(["--vcov", "empirical"] if empirical else []),
        *([] if fit["reml"] else ["--ml"]),
    ]


@pytest.mark.evidence("reference", "R 4.2, mmrm 0.3.18 and emmeans 1.8.4: tests/stats/oracles/study-154.json")
@pytest.mark.parametrize(
    "place", [place for place, fit in enumerate(reference("study-154")["mmrm"]) if fit["covariance"] in ("us", "toeph")]
)
def test_json_holds_what_r_says_of_repeated_measures(place: int) -> None:
    expected = reference("study-154")["mmrm"][place]
    found = told(DATA, expected["formula"], *ORDER, *options(expected), "--means", "arm:visit", "--contrast", "pairs")
    assert list(found) == KEYS
    assert (found["n_subjects"], found["n_obs"], found["converged"]) == (154, 680, True)
    assert found["loglik"] == pytest.approx(expected["loglik"], rel=1e-7)
    rows = found["coefficients"]
    assert [row["term"] for row in rows] == expected["terms"]
    for name, tolerance in (("estimate", 1e-6), ("se", 1e-6), ("df", 1e-4), ("t", 1e-5)):
        assert [row[name] for row in rows] == near(expected[name], tolerance)
    assert found["covariance"]["visits"] == VISITS
    if not expected["grouped"]:
        ours, theirs = found["covariance"]["matrix"], expected["visit_covariance"]
        assert list(chain(*ours)) == near(list(chain(*theirs)), 1e-5)
    assert [(row["group"], row["visit"]) for row in found["means"]] == [
        (row["arm"], row["visit"]) for row in expected["means"]
    ]
    assert [row["visit"] for row in found["contrasts"]] == [row["visit"] for row in expected["contrasts"]]
    for table, named in (("means", {"estimate": "emmean"}), ("contrasts", {"estimate": "estimate", "t": "t.ratio"})):
        for name, name_of_r in {**named, "se": "SE", "df": "df"}.items():
            tolerance = 1e-4 if name == "df" else 1e-5 if name == "t" else 1e-6
            assert [row[name] for row in found[table]] == near([row[name_of_r] for row in expected[table]], tolerance)


@pytest.mark.evidence("reference", "R 4.2, lme4 1.1.31, lmerTest 3.1.3, pbkrtest 0.5.2: tests/stats/oracles")
@pytest.mark.parametrize("place", range(4))
def test_json_holds_what_r_says_of_random_effects(place: int) -> None:
    expected = reference("study-154")["lmm"][place]
    found = told(DATA, expected["formula"], "--ddf", expected["ddf"].lower())
    assert list(found) == KEYS
    assert found["method"]["model"] == "lmm"
    assert found["loglik"] == pytest.approx(expected["loglik"], rel=1e-7)
    assert [row["term"] for row in found["coefficients"]] == expected["terms"]
    for name, tolerance in (("estimate", 1e-6), ("se", 1e-6), ("df", 1e-4)):
        assert [row[name] for row in found["coefficients"]] == near(expected[name], tolerance)


def test_each_row_has_the_keys_agreed_on() -> None:
    found = told(DATA, MMRM, *ORDER, "--contrast", "ketamine-training - saline-training")
    numbers = ["estimate", "se", "df", "t", "p", "ci_low", "ci_high"]
    assert list(found["coefficients"][0]) == ["term", *numbers]
    assert list(found["means"][0]) == ["group", "visit", "estimate", "se", "df"]
    assert list(found["contrasts"][0]) == ["contrast", "visit", *numbers]
    assert [row["visit"] for row in found["contrasts"]] == VISITS
    assert found["warnings"] == []
    assert found["method"]["estimation"] == "REML"


def test_without_means_or_contrasts_there_are_none() -> None:
    found = told(DATA, LMM)
    assert (found["means"], found["contrasts"]) == ([], [])


def test_the_factor_and_the_visit_are_found_from_a_contrast() -> None:
    short = told(DATA, MMRM, *ORDER, "--contrast", "ketamine-training - saline-training")
    long = told(DATA, MMRM, *ORDER, "--contrast", "ketamine-training - saline-training", "--means", "arm : visit")
    assert short == long


def test_parquet_gives_what_csv_gives(tmp_path: Path) -> None:
    file = tmp_path / "study.parquet"
    data("study-154").write_parquet(file)
    assert run(file, MMRM, *ORDER, "--json") == run(DATA, MMRM, *ORDER, "--json")


def test_csv_may_have_semicolons_and_marks_for_gaps(tmp_path: Path) -> None:
    file = tmp_path / "study.csv"
    data("study-154").write_csv(file, separator=";")
    assert run(file, MMRM, *ORDER, "--json") == run(DATA, MMRM, *ORDER, "--json")
    lines = DATA.read_text().splitlines()
    lines[5] = lines[5].rsplit(",", 1)[0] + ",NA"
    lines[9] = lines[9].rsplit(",", 1)[0] + ",."
    file.write_text("\n".join(lines))
    found = told(file, MMRM, *ORDER)
    assert found["n_obs"] == 678
    assert found["warnings"] == ["2 of 680 rows were left out; missing are change in 2."]


def test_a_reference_is_put_first() -> None:
    found = told(DATA, MMRM, *ORDER, "--reference", "arm=saline-training", "--reference", "visit=day-30")
    terms = [row["term"] for row in found["coefficients"]]
    assert terms[2:4] == ["armketamine-sham", "armketamine-training"]
    assert terms[4:8] == ["visitday-1", "visitday-5", "visitday-12", "visitday-21"]
    assert found["covariance"]["visits"][0] == "day-30"
    assert found["loglik"] == pytest.approx(told(DATA, MMRM, *ORDER)["loglik"], rel=1e-9)


def test_means_stand_at_given_values_of_a_covariate() -> None:
    early, late = (
        told(DATA, LMM, "--means", "arm", "--at", f"day={day}", "--contrast", "pairs")["contrasts"] for day in (1, 30)
    )
    slopes = [row["estimate"] for row in told(DATA, LMM)["coefficients"][5:]]
    assert late[0]["estimate"] - early[0]["estimate"] == pytest.approx(-29 * slopes[0])
    assert late[0]["visit"] is None
    with_days = told(DATA, LMM, "--means", "arm:day", "--at", "day=1,30")["means"]
    assert [(row["group"], row["visit"]) for row in with_days][2:4] == [
        ("saline-training", "1"),
        ("ketamine-sham", "30"),
    ]


def test_weights_and_adjustment_are_taken(tmp_path: Path) -> None:
    file = tmp_path / "weighed.csv"
    data("study-154").with_columns(w=pl.when(pl.col("site") == "S1").then(2.0).otherwise(1.0)).write_csv(file)
    weighed = told(file, MMRM, *ORDER, "--weights", "w")
    assert weighed["loglik"] != pytest.approx(told(DATA, MMRM, *ORDER)["loglik"], rel=1e-4)
    asked = (DATA, MMRM, *ORDER, "--contrast", "pairs", "--means", "arm:visit")
    plain, kept = told(*asked)["contrasts"], told(*asked, "--adjust", "bonferroni")["contrasts"]
    assert [row["p"] for row in kept] == pytest.approx([min(1.0, 3 * row["p"]) for row in plain])


def test_csv_has_a_line_for_every_estimate() -> None:
    lines = list(
        csv.DictReader(io.StringIO(run(DATA, MMRM, *ORDER, "--csv", "--means", "arm:visit", "--contrast", "pairs")))
    )
    assert [line["table"] for line in lines] == ["coefficient"] * 16 + ["mean"] * 15 + ["contrast"] * 15
    assert float(lines[1]["estimate"]) == pytest.approx(reference("study-154")["mmrm"][0]["estimate"][1])
    assert (lines[16]["label"], lines[16]["visit"]) == ("ketamine-sham", "day-1")


def test_the_page_for_a_terminal_says_everything() -> None:
    page = run(DATA, MMRM, *ORDER, "--contrast", "ketamine-training - saline-training", "--adjust", "holm")
    for part in (
        "Mixed model for repeated measures, covariance us, REML, satterthwaite df",
        "154 people, 680 rows; log likelihood -2346.327, AIC 4722.7, BIC 4768.2",
        "armketamine-training:visitday-5",
        "SD and correlations of visits",
        "Marginal means",
        "Contrasts, p and limits by holm",
    ):
        assert part in page
    row = next(line for line in page.splitlines() if line.startswith("baseline"))
    assert row.split() == ["baseline", "-0.748", "-1.007", "to", "-0.489", "0.131", "148.0", "-5.70", "<0.0001"]


def test_the_page_fits_a_narrow_terminal() -> None:
    page = run(DATA, MMRM, *ORDER, "--contrast", "ketamine-training - saline-training", columns=80)
    assert max(map(len, page.splitlines())) <= 80
    assert "ketamine-training\n" in re.sub(r" +[-0-9.to <]+\n", "\n", page)


def test_the_page_tells_random_effects_and_groups() -> None:
    page = run(DATA, LMM)
    assert "Random effects of id, 154 levels" in page
    assert "Residual SD 6.487" in page
    assert "in ketamine-sham" in run(DATA, "change ~ arm * visit + us(visit | arm / id)", *ORDER, "--vcov", "empirical")


def test_a_covariance_by_distance_is_told_at_distance_one() -> None:
    formula = "change ~ baseline + arm * visit + sp_exp(day | id)"
    assert "distance 1  9.399          0.91" in run(DATA, formula, *ORDER)
    assert told(DATA, formula, *ORDER)["covariance"]["visits"] == ["distance 0", "distance 1"]


def test_what_the_data_leave_open_is_null_and_named(tmp_path: Path) -> None:
    file = tmp_path / "gap.csv"
    gone = (pl.col("arm") == "saline-training") & (pl.col("visit") == "day-30")
    data("study-154").filter(~gone).write_csv(file)
    asked = (file, MMRM, *ORDER, "--means", "arm:visit", "--contrast", "ketamine-sham - saline-training")
    found = told(*asked)
    assert found["means"][-1] == {
        "group": "saline-training",
        "visit": "day-30",
        "estimate": None,
        "se": None,
        "df": None,
    }
    assert found["contrasts"][-1]["estimate"] is None
    assert any("armsaline-training:visitday-30" in line for line in found["warnings"])
    assert any("saline-training" in line and "leave open" in line for line in found["warnings"])
    assert "not estimable" in run(*asked)
    assert run(*asked, "--csv").splitlines()[-1].endswith("day-30,,,,,,,")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.csv", MMRM), "nowhere.csv: this file cannot be read. Check the path."),
        ((DATA, "change ~ arm"), "does not say which rows are of one person. Add us(visit | id)"),
        ((DATA, "change ~ arm +"), "change~arm+: The formula breaks off."),
        ((DATA, "change ~ armm + us(visit | id)"), "The data have no column 'armm'. Did you mean arm?"),
        ((DATA, MMRM, "--ddf", "kenward"), "--ddf cannot be 'kenward'. Write one of: satterthwaite, kenward-roger"),
        ((DATA, MMRM, "--vcov", "robust"), "--vcov cannot be 'robust'."),
        ((DATA, MMRM, "--adjust", "fdr"), "--adjust cannot be 'fdr'."),
        ((DATA, MMRM, "--json", "--csv"), "--json and --csv do not go together."),
        ((DATA, MMRM, "--levels", "visit"), "--levels cannot be 'visit'. Write VAR=a,b,c."),
        ((DATA, MMRM, "--levels", "visit=day-1,day-5"), "visit is 'day-12', which is no level given."),
        ((DATA, MMRM, "--levels", "visits=day-1"), "no column 'visits'. Did you mean visit"),
        ((DATA, MMRM, "--reference", "arm=placebo"), "--reference of arm cannot be 'placebo'. Write one of: "),
        ((DATA, MMRM, "--reference", "arm=ketamine-sham,x"), "--reference of arm cannot be 'ketamine-sham,x'."),
        ((DATA, MMRM, "--means", "arm:visit:site"), "--means cannot be 'arm:visit:site'. Write ARM:VISIT"),
        ((DATA, MMRM, "--means", "dose"), "The model has no factor dose."),
        ((DATA, MMRM, "--contrast", "a - b"), "No one factor has the levels of 'a - b'. Say --means FACTOR:VISIT"),
        ((DATA, MMRM, "--means", "arm", "--contrast", "a - b"), "is not the difference of two means"),
        ((DATA, MMRM, "--means", "arm", "--contrast", "pairs", "--contrast", "a - b"), "pairs stands alone."),
        ((DATA, LMM, "--at", "day=soon"), "--at takes numbers."),
        ((DATA, LMM, "--vcov", "empirical"), "--vcov does not go with random effects."),
        ((DATA, LMM, "--weights", "baseline"), "--weights does not go with random effects."),
        ((DATA, LMM, "--ddf", "between-within"), "--ddf between-within does not go with random effects."),
        ((DATA, MMRM, "--ddf", "kenward-roger", "--ml"), "Kenward-Roger needs restricted maximum likelihood."),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_one_sentence(arguments: tuple[object, ...], said: str) -> None:
    assert said in refusal(*arguments)


STUDY = data("study-154")
TEXT = {name: pl.col(name).cast(str) for name in ("change", "baseline")}
STILL = pl.when(pl.col("visit") == "day-5").then(2).otherwise("change")
HOSTILE: dict[str, tuple[pl.DataFrame, str]] = {
    "constant": (STUDY.with_columns(change=pl.lit(3.0)), "change is 3 in every row."),
    "twice": (pl.concat([STUDY, STUDY[:1]]), "rows 1 and 681: P001 has two rows for visit day-1."),
    "text": (STUDY.with_columns(change=TEXT["change"].replace("-21", "n/a")), "row 1: change is 'n/a', which is no"),
    "mixed": (STUDY.with_columns(baseline=TEXT["baseline"].replace("31", "31?")), "is '31?', which is no number"),
    "gaps": (STUDY.with_columns(baseline=pl.lit(None)), "No row is complete; missing are baseline in 680."),
    "one arm": (STUDY.with_columns(arm=pl.lit("sham")), "arm is 'sham' in every row that can be used."),
    "still": (STUDY.with_columns(change=STILL), "at day-5"),
    "heading": (STUDY[:0], "The data have no rows."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_data_that_give_no_honest_number_are_refused(name: str, tmp_path: Path) -> None:
    table, said = HOSTILE[name]
    file = tmp_path / "hostile.csv"
    table.write_csv(file)
    assert said in refusal(file, MMRM, *([] if name == "heading" else ORDER), "--json")


def test_numbers_that_rest_on_next_to_nothing_are_warned_of(tmp_path: Path) -> None:
    opposite = -pl.col("change").filter(pl.col("visit") == "v01").first().over("id")
    rows = people(60, 3).with_columns(change=pl.when(pl.col("visit") == "v02").then(opposite).otherwise("change"))
    file = tmp_path / "thin.csv"
    rows.write_csv(file)
    found = told(file, "change ~ baseline + arm * visit + toeph(visit | id)")
    assert any(
        line.startswith("Fewer than one degree of freedom is left for (Intercept)") for line in found["warnings"]
    )


def test_files_that_are_no_tables_are_refused(tmp_path: Path) -> None:
    for name, content, said in (
        ("empty.csv", b"", "this file is empty"),
        ("odd.parquet", b"no parquet", "this file is no Parquet that can be read"),
        ("odd.csv", b"a,b\n1,2,3\n", "this file is no CSV in UTF-8 that can be read"),
    ):
        file = tmp_path / name
        file.write_bytes(content)
        assert said in refusal(file, MMRM, kind=FitDataError)
    assert FitDataError.code == "fit-data"


def test_the_command_line_ends_with_status_two_and_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["daybreak", "fit", str(DATA), "change ~ armm + us(visit | id)"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.strip() == "daybreak: The data have no column 'armm'. Did you mean arm?"


def test_the_examples_of_the_page_print_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs/stats/fit.md").read_text(encoding="utf-8")
    table = re.search(r"```csv\n(.*?)```", page, re.DOTALL)
    assert table is not None
    (tmp_path / "study.csv").write_text(table[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```console\n\$ daybreak fit (.*?)\n(.*?)```", page.replace("\\\n", ""), re.DOTALL)
    assert len(examples) >= 2
    for arguments, printed in examples:
        lines = [line.rstrip() for line in run(*shlex.split(arguments), columns=100).splitlines()]
        assert lines == [line.rstrip() for line in printed.splitlines()], arguments
