"""Power by simulation: held to closed forms, to single fits, and to the same digits however it is run."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from daybreak.core.errors import FitError
from daybreak.core.study import StudyFile
from daybreak.simulation.design import Changes, design_of
from daybreak.simulation.model import Question, model_of
from daybreak.simulation.power import Found, Order, Row, Runner, search, smallest
from daybreak.simulation.rows import trial_rows
from daybreak.simulation.run import Workers
from daybreak.simulation.tally import Df, Tally, Task, tally_block, together
from daybreak.stats.means import marginal_means
from daybreak.stats.mmrm import mmrm
from daybreak.stats.sequential import lan_demets
from tests.simulation.made_up import ARMS, EVERYTHING, PLAIN, PUBLISHED, assuming

DRUG, TRAINING = "ketamine-training - saline-training", "ketamine-training - ketamine-sham"


def planned(file: StudyFile, **changes: Any) -> StudyFile:
    """Return the file with another primary analysis."""
    primary = {**file.analysis["primary"].model_dump(mode="json", exclude_none=True), **changes}
    tables = file.model_dump(mode="json", exclude_none=True)
    return StudyFile.model_validate({**tables, "analysis": {"primary": primary}})


ONE_VISIT = planned(
    assuming(
        {
            **PLAIN,
            "visits": ["baseline", "day-30"],
            "means": dict(zip(ARMS, ([30.0, 20.0], [30.0, 22.0], [30.0, 28.0]), strict=True)),
            "sd": [5.0, 9.0],
            "correlations": {"later": 0.6, "baseline": 0.4},
        }
    ),
    formula="change ~ arm + us(visit | participant)",
    at=[],
    subgroups=[],
    sensitivity=None,
    mechanism=None,
)
"""Complete data at one visit, where power has a closed form."""


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    with Workers(2) as made:
        yield made


def found(pool: Workers, file: StudyFile, n: int, trials: int, **order: Any) -> Found:
    made = Runner(Order(file, "", trials, 5, **order), pool).at(n)
    assert made is not None
    assert made.whole
    return made


def row(made: Found, contrast: str, visit: str | None = None) -> Row:
    return next(one for one in made.rows if (one.contrast, one.visit) == (contrast, visit))


def same(one: Tally, other: Tally) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Tally.__dataclass_fields__)


def test_power_with_complete_data_is_that_of_the_t_test(pool: Workers) -> None:
    n, trials = 60, 4096
    made = found(pool, ONE_VISIT, n, trials)
    sd = (5.0**2 + 9.0**2 - 2 * 0.4 * 5.0 * 9.0) ** 0.5
    critical = stats.t.isf(0.025, n - 3)
    for contrast, difference in ((DRUG, -8.0), (TRAINING, -2.0)):
        away = difference / (sd * (2 / 20) ** 0.5)
        exact = stats.nct.sf(critical, n - 3, away) + stats.nct.cdf(-critical, n - 3, away)
        told = row(made, contrast, "day-30")
        assert abs(told.power - exact) < 3 * (exact * (1 - exact) / trials) ** 0.5
        assert told.low < told.power < told.high
        assert told.converged == 1
        assert told.truth == pytest.approx(difference)
        assert abs(told.bias) < 4 * told.sd_estimate / trials**0.5


def test_adjusting_for_the_baseline_gains_what_its_correlation_promises(pool: Workers) -> None:
    n, trials = 60, 2048
    adjusted = planned(ONE_VISIT, formula="value ~ baseline + arm + us(visit | participant)")
    told = row(found(pool, adjusted, n, trials), DRUG, "day-30")
    left = 9.0 * (1 - 0.4**2) ** 0.5
    # With one covariate at chance the variance is larger by 1 + 1 / (df - 1).
    assert told.sd_estimate == pytest.approx(left * (2 / 20 * (1 + 1 / (n - 5))) ** 0.5, rel=4 / (2 * trials) ** 0.5)
    assert abs(told.bias) < 4 * told.sd_estimate / trials**0.5


def test_an_arm_with_a_wider_spread_makes_its_contrasts_less_sure(pool: Workers) -> None:
    n, trials = 60, 2048
    file = assuming({"sd_by_arm": {ARMS[2]: [14.0]}}, base=ONE_VISIT)
    told = row(found(pool, file, n, trials), DRUG, "day-30")
    variances = [5.0**2 + sd**2 - 2 * 0.4 * 5.0 * sd for sd in (9.0, 14.0)]
    assert told.sd_estimate == pytest.approx((sum(variances) / 20) ** 0.5, rel=4 / (2 * trials) ** 0.5)
    assert told.truth == pytest.approx(-8.0)
    assert abs(told.bias) < 4 * told.sd_estimate / trials**0.5
    slopes = 0.4 / 5.0 * np.array([9.0, 9.0, 14.0])
    unlike = dict(zip(ARMS, ([30.0, 20.0], [30.0, 20.0], [33.0, 28.0]), strict=True))
    adjusted = planned(file, formula="change ~ baseline + arm + us(visit | participant)")
    adjusted = assuming({"means": unlike}, base=adjusted)
    truth = row(found(pool, adjusted, n, 256), DRUG, "day-30").truth
    assert truth == pytest.approx(-8.0 + 3.0 * slopes.mean())


def test_under_no_effect_one_in_twenty_finds_one_and_limits_cover(pool: Workers) -> None:
    trials = 3072
    nothing: Changes = {"effect": 0.0}
    made = found(pool, PUBLISHED, 90, trials, visits=("day-1", "average"), changes=nothing)
    error = 3 * (0.05 * 0.95 / trials) ** 0.5
    for one in made.rows:
        assert one.truth == pytest.approx(0, abs=1e-12)
        assert abs(one.power - 0.05) < error
        assert abs(one.coverage - 0.95) < error


@pytest.mark.parametrize("df", ["satterthwaite", "kenward-roger", "kenward-roger-linear"])
@pytest.mark.parametrize("file", [PUBLISHED, EVERYTHING], ids=["published", "everything assumed"])
def test_a_trial_is_judged_as_a_single_fit_of_its_rows_would(file: StudyFile, df: Df) -> None:
    design = design_of(file, 90)
    model = model_of(file, design, visits=("day-5", "average"))
    tally = tally_block(Task(design, model, 8, 0.05, df), 0, 1)
    assert tally.refitted == 0
    rows = trial_rows(design, 8)
    levels = {"visit": design.later, "arm": design.arms}
    fit = mmrm(file.analysis["primary"].formula, rows, levels=levels, df=df)
    means = marginal_means(fit, ["arm"], by=["visit"])
    single = {(line.label, line.levels["visit"]): line for line in means.contrasts([DRUG, TRAINING]).lines}
    overall = {line.label: line for line in means.over(design.later).contrasts([DRUG, TRAINING]).lines}
    for place, question in enumerate(model.questions):
        line = single[question.contrast, question.visit] if question.visit else overall[question.contrast]
        assert tally.estimate[place] == pytest.approx(line.estimate, rel=1e-6)
        assert tally.se[place] == pytest.approx(line.se, rel=1e-6)
        significant = next(iter(tally.patterns)) >> place & 1
        assert line.p is not None
        assert bool(significant) == (line.p <= 0.05)


def test_digits_do_not_hang_on_how_many_processes_make_them() -> None:
    design = design_of(PUBLISHED, 30)
    task, trials = Task(design, model_of(PUBLISHED, design), 3, 0.05), 600
    here = together(tally_block(task, block, size) for block, size in enumerate((256, 256, 88)))
    assert here.trials == trials
    for count in (1, 2):
        with Workers(count) as pool:
            done = pool.run(task, trials)
        assert done.tally is not None
        assert same(done.tally, here)


def test_a_lost_process_costs_its_blocks_and_nothing_else() -> None:
    design = design_of(PUBLISHED, 30)
    task = Task(design, model_of(PUBLISHED, design), 3, 0.05)
    killed: list[multiprocessing.process.BaseProcess] = []

    def kill_one(_made: int) -> None:
        if not killed:
            child = multiprocessing.active_children()[0]
            child.kill()
            killed.append(child)

    with Workers(2) as pool:
        done = pool.run(task, 2048, kill_one)
    assert killed
    assert done.whole
    assert done.tally is not None
    assert same(done.tally, together(tally_block(task, block) for block in range(8)))


def test_rules_join_what_each_question_finds(pool: Workers) -> None:
    asked = {"visits": ("day-1", "average")}
    plain, every = found(pool, PUBLISHED, 60, 256, **asked), found(pool, PUBLISHED, 60, 256, **asked, rule="all")
    some, steps = (
        found(pool, PUBLISHED, 60, 256, **asked, rule="any"),
        found(pool, PUBLISHED, 60, 256, **asked, rule="hierarchical"),
    )
    alone = [one.power for one in plain.rows]
    assert row(every, "all").power <= min(alone)
    assert row(some, "any").power >= max(alone)
    assert every.power == row(every, "all").power
    assert plain.power == min(alone)
    stepped = [one.power for one in steps.rows]
    assert stepped[0] == alone[0]
    assert all(later <= before for before, later in pairwise(stepped))
    assert all(step <= one for step, one in zip(stepped, alone, strict=True))


def test_planned_adjustment_makes_it_harder(pool: Workers) -> None:
    bonferroni = found(pool, planned(PUBLISHED, adjust="bonferroni"), 60, 256)
    holm = found(pool, planned(PUBLISHED, adjust="holm"), 60, 256)
    halved = found(pool, PUBLISHED, 60, 256, alpha=0.05 / 4)
    assert [one.power for one in bonferroni.rows] == [one.power for one in halved.rows]
    assert all(one.power >= other.power for one, other in zip(holm.rows, bonferroni.rows, strict=True))


def test_the_smallest_number_of_people_is_found(pool: Workers) -> None:
    runner = Runner(Order(ONE_VISIT, "", 512, 5, contrasts=(DRUG,)), pool)
    tried = sorted(search(runner, 20, 0.8), key=lambda one: one.n)
    least = smallest(tried, 0.8)
    assert least is not None
    assert least % 3 == 0
    assert max(one.power for one in tried if one.n == least - 3) < 0.8
    sd = (5.0**2 + 9.0**2 - 2 * 0.4 * 5.0 * 9.0) ** 0.5
    exact = 3 * 2 * ((1.96 + 0.84) * sd / 8.0) ** 2
    assert abs(least - exact) < 15


def test_a_power_out_of_reach_ends_in_a_sentence(pool: Workers) -> None:
    nothing: Changes = {"effect": 0.0}
    runner = Runner(Order(ONE_VISIT, "", 16, 5, changes=nothing), pool)
    with pytest.raises(FitError, match=r"Even \d+ people have a power of 0"):
        list(search(runner, 19_000, 0.9))


def test_trials_that_cannot_be_fitted_are_counted_as_such(pool: Workers) -> None:
    made = found(pool, PUBLISHED, 6, 32)
    assert made.rows[0].converged < 1
    assert made.rows[0].trials == 32
    assert made.rows[0].power < 0.5


MODELS = {
    "a covariance of another kind": ("change ~ arm * visit + cs(visit | participant)", "another covariance"),
    "random effects": ("change ~ arm * days + (1 | participant)", "another covariance"),
    "another covariate": ("change ~ site + arm * visit + us(visit | participant)", "site"),
    "another outcome": ("log(value) ~ arm * visit + us(visit | participant)", r"the outcome log\(value\)"),
    "no arm": ("change ~ visit + us(visit | participant)", "no arm"),
    "no intercept": ("change ~ 0 + arm * visit + us(visit | participant)", "no intercept"),
    "a product alone": ("change ~ arm:visit + us(visit | participant)", "no intercept, or a product"),
    "baseline by arm": ("change ~ baseline * arm + visit + us(visit | participant)", "baseline by arm"),
}


@pytest.mark.parametrize(("formula", "says"), MODELS.values(), ids=MODELS)
def test_a_model_that_is_not_fitted_many_times_is_told(formula: str, says: str) -> None:
    file = planned(PUBLISHED, formula=formula)
    with pytest.raises(FitError, match=f"Power cannot be worked out for a model with {says}"):
        model_of(file, design_of(file, 60))


def test_questions_are_the_files_unless_others_are_asked() -> None:
    design = design_of(PUBLISHED, 60)
    own = model_of(PUBLISHED, design).questions
    assert own[:2] == (Question(DRUG, "day-1"), Question(DRUG, "day-30"))
    asked = model_of(PUBLISHED, design, ("ketamine-sham - saline-training",), ("average",))
    assert asked.questions == (Question("ketamine-sham - saline-training", None),)
    assert asked.truth[0] == pytest.approx(np.mean(design.means[1, 1:] - design.means[2, 1:]))


def test_a_side_of_a_contrast_can_be_the_mean_of_several_arms() -> None:
    design = design_of(PUBLISHED, 60)
    drug = "ketamine-training & ketamine-sham - saline-training"
    each = ("ketamine-training - saline-training", "ketamine-sham - saline-training")
    model = model_of(PUBLISHED, design, (drug, *each), ("day-1",))
    assert model.weights[0] == pytest.approx((model.weights[1] + model.weights[2]) / 2)
    assert model.truth[0] == pytest.approx((model.truth[1] + model.truth[2]) / 2)
    with pytest.raises(FitError, match="names an arm twice"):
        model_of(PUBLISHED, design, ("ketamine-sham & ketamine-training - ketamine-sham",))


def test_stopping_early_does_what_the_bounds_promise(pool: Workers) -> None:
    n, trials, fractions = 120, 3072, (0.5, 1.0)
    bounds = lan_demets(fractions, alpha=0.05, sides=2)
    sd = (5.0**2 + 9.0**2 - 2 * 0.4 * 5.0 * 9.0) ** 0.5
    told = row(found(pool, ONE_VISIT, n, trials, looks=fractions, contrasts=(DRUG,)), DRUG, "day-30")
    promised = bounds.at(8.0 / (sd * (2 / 40) ** 0.5))
    assert told.power == pytest.approx(promised.power, abs=0.01)
    assert told.expected_n == pytest.approx(n * promised.expected_information, abs=3)
    nothing: Changes = {"effect": 0.0}
    null = row(found(pool, ONE_VISIT, n, trials, looks=fractions, contrasts=(DRUG,), changes=nothing), DRUG, "day-30")
    assert abs(null.power - 0.05) < 3 * (0.05 * 0.95 / trials) ** 0.5
    assert n - 1 < null.expected_n < n


def test_people_who_all_leave_at_once_are_told(pool: Workers) -> None:
    gone = assuming({"dropout": {}, "hazards": {arm: [1.0] * 5 for arm in ARMS}})
    with pytest.raises(FitError, match=r"\[assumptions\]: Nobody is seen after the baseline in any of 16 trials"):
        found(pool, gone, 30, 16)
