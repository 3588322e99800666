"""What many trials look like together: means, covariance, shares lost, limits and doses are those assumed.

Seeds are fixed. Each tolerance is four Monte-Carlo standard errors or more.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from daybreak.core.study import StudyFile
from daybreak.simulation.design import Design, design_of
from daybreak.simulation.draws import draws_of
from daybreak.simulation.generate import Trials, generate, shaped
from tests.simulation.made_up import ARMS, PLAIN, PUBLISHED, SITES, assuming

Array = npt.NDArray[np.float64]
FREE = {**PLAIN, "correlations": None}
DAYS = np.array([0.0, 1, 5, 12, 21, 30])
SD = [5.3, 9.5, 9.5, 9.0, 8.0, 9.5]
WHOLE = [[40.0 if row == column else 12.0 + row + column for column in range(6)] for row in range(6)]
SLOPE = {"level_sd": 5.0, "slope_sd": 0.2, "correlation": -0.3, "residual_sd": 4.0}
LINE = 25 + 16 * np.eye(6) - 0.3 * 5 * 0.2 * np.add.outer(DAYS, DAYS) + 0.04 * np.outer(DAYS, DAYS)
COVARIANCES: dict[str, tuple[dict[str, object], Array]] = {
    "compound": ({**FREE, "sd": SD, "compound": 0.4}, np.outer(SD, SD) * (0.4 + 0.6 * np.eye(6))),
    "autoregressive": (
        {**FREE, "sd": SD, "autoregressive": 0.8},
        np.outer(SD, SD) * 0.8 ** np.abs(np.subtract.outer(range(6), range(6))),
    ),
    "covariance": ({**FREE, "sd": None, "covariance": WHOLE}, np.array(WHOLE)),
    "random slope": ({**FREE, "sd": None, "random_slope": SLOPE}, LINE),
}


def many(file: StudyFile, n: int = 90, blocks: int = 3) -> tuple[Design, list[Trials]]:
    """Return a design and so many blocks of its trials."""
    design = design_of(file, n)
    return design, [generate(design, 2026, block) for block in range(blocks)]


def of_arm(trials: list[Trials], arm: int) -> tuple[Array, Array]:
    """Return the values of everybody in an arm, the baseline first, and their doses; one row a person."""
    rows, doses = [], []
    for block in trials:
        theirs = block.arm == arm
        baseline = block.baseline[:, theirs, None]
        rows.append(np.concatenate([baseline, baseline + block.change[:, theirs]], axis=2).reshape(-1, 6))
        doses.append(block.dose[:, theirs].ravel())
    return np.concatenate(rows), np.concatenate(doses)


@pytest.mark.parametrize(("changes", "expected"), COVARIANCES.values(), ids=COVARIANCES)
def test_values_have_the_means_and_covariance_assumed(changes: dict[str, object], expected: Array) -> None:
    design, trials = many(assuming(changes))
    assert design.covariance == pytest.approx(expected)
    for arm in range(3):
        values, _ = of_arm(trials, arm)
        spread = np.sqrt(np.diag(expected))
        assert np.all(np.abs(values.mean(axis=0) - design.means[arm]) < 4.5 * spread / np.sqrt(len(values)))
        error = np.sqrt((np.outer(spread, spread) ** 2 + expected**2) / len(values))
        assert np.all(np.abs(np.cov(values.T) - expected) < 4.5 * error)


def test_an_arm_can_have_a_spread_of_its_own() -> None:
    own = [7.0, 8.0, 11.0, 12.0, 14.0]
    design, trials = many(assuming({**PLAIN, "sd_by_arm": {ARMS[1]: own}}))
    common = np.sqrt(np.diag(design.covariance))
    for arm in range(3):
        spread = np.array([common[0], *own]) if arm == 1 else common
        expected = design.covariance * np.outer(spread / common, spread / common)
        values, _ = of_arm(trials, arm)
        assert np.all(np.abs(values.mean(axis=0) - design.means[arm]) < 4.5 * spread / np.sqrt(len(values)))
        error = np.sqrt((np.outer(spread, spread) ** 2 + expected**2) / len(values))
        assert np.all(np.abs(np.cov(values.T) - expected) < 4.5 * error)


@pytest.mark.parametrize(("entry", "sd"), [({"least": 25.0}, 5.3), ({"least": 30.1}, 2.5), ({"most": 41.0}, 5.3)])
def test_an_entry_rule_cuts_the_baseline_and_keeps_all_means_and_covariances(
    entry: dict[str, float], sd: float
) -> None:
    design, trials = many(assuming({**PLAIN, "entry": entry, "sd": [sd, *SD[1:]]}))
    values, _ = of_arm(trials, 0)
    baseline = values[:, 0]
    assert baseline.min() >= entry.get("least", -np.inf)
    assert baseline.max() <= entry.get("most", np.inf)
    spread = np.sqrt(np.diag(design.covariance))
    assert np.all(np.abs(values.mean(axis=0) - design.means[0]) < 4.5 * spread / np.sqrt(len(values)))
    error = 2 * np.outer(spread, spread) / np.sqrt(len(values))
    assert np.all(np.abs(np.cov(values.T) - design.covariance) < 4.5 * error)


def test_values_lie_on_the_scale() -> None:
    _, trials = many(assuming({"scale": {"low": 0.0, "high": 36.0, "step": 1.5}, "entry": None, "dropout": {}}))
    for arm in range(3):
        values, _ = of_arm(trials, arm)
        assert (values.min(), values.max()) == (0, 36)
        assert np.all(values % 1.5 == 0)


def test_a_dropout_is_the_share_without_the_last_visit_and_nobody_comes_back() -> None:
    shares = (0.3, 0.05, 0.6)
    _, trials = many(assuming({"dropout": dict(zip(ARMS, shares, strict=True))}))
    for arm, share in enumerate(shares):
        gone = np.isnan(of_arm(trials, arm)[0])
        assert abs(gone[:, -1].mean() - share) < 4.5 * np.sqrt(share * (1 - share) / len(gone))
        assert np.all(gone[:, 1:-1] <= gone[:, 2:])


def test_hazards_and_gaps_take_the_shares_they_say() -> None:
    hazards, gaps = [0.1, 0.0, 0.2, 0.0, 0.1], [0.0, 0.3, 0.0, 0.1, 0.0]
    here = np.cumprod(1 - np.array(hazards)) * (1 - np.array(gaps))
    _, trials = many(assuming({"dropout": {}, "hazards": {ARMS[0]: hazards}, "gaps": {ARMS[0]: gaps}}))
    seen = ~np.isnan(of_arm(trials, 0)[0][:, 1:])
    assert np.all(np.abs(seen.mean(axis=0) - here) < 4.5 * np.sqrt(0.25 / len(seen)))
    assert np.all(seen[:, 0] | ~seen[:, 1:].any(axis=1))


@pytest.mark.parametrize(("by", "place"), [("seen", 1), ("unseen", 2)])
def test_who_fares_badly_leaves_more_often_by_the_odds_assumed(by: str, place: int) -> None:
    hazards = {arm: [0.0, 0.2, 0.0, 0.0, 0.0] for arm in ARMS}
    file = assuming({**PLAIN, "hazards": hazards, "dropout_by": {by: 0.15}})
    design = design_of(file, 90)
    all_seen = design_of(assuming(PLAIN), 90)
    above, left = [], []
    for block in range(3):
        draws = draws_of(design, 4, block)
        lost, whole = shaped(design, draws), shaped(all_seen, draws)
        values = whole.baseline + whole.change[:, :, place - 1]
        above.append((values - design.means[whole.arm, place]).ravel())
        left.append(np.isnan(lost.change[:, :, 1]).ravel())
    deviation, gone = np.concatenate(above), np.concatenate(left)
    expected = 1 / (1 + np.exp(np.log(4) - 0.15 * deviation))
    error = np.sqrt((expected * (1 - expected)).sum())
    assert abs(gone.sum() - expected.sum()) < 4 * error
    assert abs((deviation * (gone - expected)).sum()) < 4 * np.sqrt((deviation**2 * expected * (1 - expected)).sum())


def test_doses_have_the_mean_and_spread_assumed_and_move_the_course() -> None:
    dose = {"spread": {ARMS[0]: 0.2}, "effect": {ARMS[0]: -10.0}}
    design, trials = many(assuming({**PLAIN, "adherence": {ARMS[0]: 0.7}, "dose": dose}))
    values, doses = of_arm(trials, 0)
    assert (doses.min() >= 0, doses.max() <= 1) == (True, True)
    assert abs(doses.mean() - 0.7) < 4.5 * 0.2 / np.sqrt(len(doses))
    assert abs(doses.std() - 0.2) < 4.5 * 0.2 / np.sqrt(len(doses))
    for visit, gone in enumerate((DAYS[1:] - 1) / 29, start=1):
        slope = np.cov(doses, values[:, visit])[0, 1] / doses.var()
        assert abs(slope + 10 * gone) < 4.5 * 9.7 / (0.2 * np.sqrt(len(doses)))
    assert np.all(of_arm(trials, 1)[1] == 1)
    assert np.all(np.abs(values.mean(axis=0) - design.means[0]) < 4.5 * 10 / np.sqrt(len(values)))


def test_sites_and_raters_add_the_spread_assumed() -> None:
    file = assuming({**PLAIN, "sites": {"sd": 3.0}, "rater_sd": 2.0}, sites=SITES)
    _, trials = many(file, blocks=6)
    noise = assuming({**PLAIN, "sites": {"sd": 0.0}}, sites=SITES)
    _, without = many(noise, blocks=6)
    added = np.concatenate([one.change - other.change for one, other in zip(trials, without, strict=True)])
    site = np.stack([block.change - other.change for block, other in zip(trials, without, strict=True)])
    assert abs(added.var() - 13) < 0.6
    within = [site[b][:, trials[b].site == s].mean(axis=(1, 2)) for b in range(6) for s in range(3)]
    assert abs(np.concatenate(within).std() - 3) < 0.2
    assert all(np.array_equal(one.baseline, other.baseline) for one, other in zip(trials, without, strict=True))


def test_the_shipped_assumptions_give_the_published_baseline_and_completers() -> None:
    _, trials = many(PUBLISHED)
    baseline = np.concatenate([block.baseline.ravel() for block in trials])
    assert abs(baseline.mean() - 32.8) < 0.15
    assert abs(baseline.std() - 5.3) < 0.15
    assert baseline.min() == 25
    completed = [1 - np.isnan(of_arm(trials, arm)[0][:, -1]).mean() for arm in range(3)]
    assert completed == pytest.approx([52 / 53, 1, 48 / 51], abs=0.01)
