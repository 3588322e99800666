"""A design holds what the file assumes and what was asked in its place; what cannot be is refused in a sentence."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest

from daybreak.content.studies import study_text
from daybreak.core.allocation.blocks import block_places
from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile, read_study
from daybreak.simulation.design import Changes, design_of
from daybreak.simulation.generate import generate
from tests.simulation.made_up import ARMS, PLAIN, PUBLISHED, SITES, assuming

COURSE = {
    "means": None,
    "course": {
        ARMS[0]: {"baseline": 33.0, "change": -13.0, "drift": 2.9},
        ARMS[1]: {"baseline": 33.0, "change": -12.0, "drift": 4.0, "drift_until": 12},
        ARMS[2]: {"baseline": 33.0, "change": -6.0},
    },
}


def test_means_can_be_told_by_a_change_and_a_drift() -> None:
    means = design_of(assuming(COURSE), 30).means
    assert means[0] == pytest.approx([33, 20, 20.4, 21.1, 22, 22.9])
    assert means[1] == pytest.approx([33, 21, 21 + 4 * 4 / 11, 25, 25, 25])
    assert means[2] == pytest.approx([33, 27, 27, 27, 27, 27])


def test_a_fade_brings_an_arm_to_another_and_leaves_it_there() -> None:
    fade = {ARMS[0]: {"into": ARMS[2], "begin": 5, "end": 21}}
    means = design_of(assuming({**COURSE, "fade": fade}), 30).means
    left = np.array([1, 1, 1, 9 / 16, 0, 0])
    own = np.array([33, 20, 20.4, 21.1, 22, 22.9])
    assert means[0] == pytest.approx(means[2] + (own - means[2]) * left)


def test_an_effect_of_nil_leaves_the_arms_no_difference_and_half_of_it_half() -> None:
    full, half, none = (design_of(PUBLISHED, 154, effect=effect).means for effect in (1.0, 0.5, 0.0))
    assert np.all(none == none[0])
    assert half == pytest.approx((full + none) / 2)
    assert none[0] == pytest.approx(full.mean(axis=0))


def test_an_asked_fade_takes_its_share_of_the_differences_by_the_last_visit() -> None:
    full, faded = design_of(PUBLISHED, 154).means, design_of(PUBLISHED, 154, fade=0.5).means
    apart = [means - means.mean(axis=0) for means in (full, faded)]
    assert apart[1] == pytest.approx(apart[0] * (1 - 0.5 * np.array([0, 0, 4, 11, 20, 29]) / 29))


def test_a_lower_dose_moves_the_means_by_what_a_dose_does() -> None:
    asked, written = design_of(PUBLISHED, 154, dose=0.6), design_of(PUBLISHED, 154)
    assert asked.doses.mean.tolist() == [0.6, 0.9, 0.6]
    moved = asked.means - written.means
    assert moved[:, -1] == pytest.approx([4.2 * 0.3, 0, 3.3 * 0.3])
    assert moved[:, 1] == pytest.approx([0, 0, 0])


def test_the_dose_to_which_the_means_belong_can_be_written() -> None:
    dose = {"effect": {ARMS[0]: -4.0}, "of_means": 1.0}
    means = design_of(assuming({"dose": dose, "adherence": {ARMS[0]: 0.75}}), 30).means
    assert means[0, -1] == pytest.approx(20.0 + 1.0)


def test_a_spread_and_a_dropout_are_factors() -> None:
    asked, written = design_of(PUBLISHED, 154, spread=2.0, dropout=3.0), design_of(PUBLISHED, 154)
    factors = np.outer([1, 2, 2, 2, 2, 2], [1, 2, 2, 2, 2, 2])
    assert asked.covariance == pytest.approx(written.covariance * factors)
    assert asked.leaving.hazards == pytest.approx(written.leaving.hazards * 3)


def test_an_asked_spread_is_a_factor_of_an_arms_own_too() -> None:
    file = assuming({"sd_by_arm": {ARMS[2]: [19.0] * 5}})
    asked, written = design_of(file, 154, spread=2.0), design_of(file, 154)
    assert written.spreads == pytest.approx(np.array([[1.0] * 5, [1.0] * 5, [2.0] * 5]))
    assert np.array_equal(asked.spreads, written.spreads)
    assert asked.covariance[1:, 1:] == pytest.approx(4 * written.covariance[1:, 1:])


def test_looks_are_kept() -> None:
    looks = {"fractions": [0.5, 1.0], "spending": "pocock"}
    design = design_of(assuming({"looks": looks}), 154)
    assert (design.looks, design.spending) == ((0.5, 1.0), "pocock")
    assert (design_of(PUBLISHED, 154).looks, design_of(PUBLISHED, 154).spending) == ((), "")


def test_arms_come_from_the_lists_that_a_running_study_would_draw() -> None:
    file = assuming(
        {}, sites=SITES, allocation={"method": "permuted-blocks", "block_sizes": [3, 6], "strata": ["site"]}
    )
    design = design_of(file, 60)
    arms, sites = design.enrolling.enrolled(8, 2, 60)
    secret = hashlib.sha256(b"simulation:8:2").digest()
    for place, site in enumerate(design.sites):
        theirs = [ARMS[arm] for arm in arms[sites == place]]
        places = block_places(secret, f"site={site}", dict.fromkeys(ARMS, 1), (3, 6))
        assert theirs == [one.arm for one, _ in zip(places, theirs, strict=False)]
    assert set(sites) == {0, 1, 2}


@pytest.mark.parametrize("ratio", [(2, 1, 1), (4, 2, 2)])
def test_an_unequal_ratio_is_kept(ratio: tuple[int, ...]) -> None:
    trials = generate(design_of(PUBLISHED, 80, ratio=ratio), 1, 0)
    counts = np.bincount(trials.arm)
    assert abs(counts[0] - 40) <= 4
    assert counts.sum() == 80


def test_minimisation_balances_the_sites() -> None:
    rules = {"method": "minimisation", "factors": ["site"], "probability": 0.9}
    arms, sites = design_of(assuming({}, sites=SITES, allocation=rules), 90).enrolling.enrolled(1, 0, 90)
    for site in range(3):
        counts = np.bincount(arms[sites == site], minlength=3)
        assert counts.max() - counts.min() <= 3


def test_sites_are_those_of_the_file_or_as_many_as_assumed() -> None:
    assert design_of(PUBLISHED, 30).sites == ("site-1",)
    assert design_of(assuming({}, sites=SITES), 30).sites == ("clinic-a", "clinic-b", "clinic-c")
    assert design_of(assuming({"sites": {"count": 2}}, sites=SITES), 30).sites == ("site-1", "site-2")


REFUSED: dict[str, tuple[StudyFile, int, Changes, str]] = {
    "fewer people than arms": (PUBLISHED, 2, {}, "n: 2 people cannot fill 3 arms. Take 3 people or more."),
    "one person": (PUBLISHED, 1, {}, "n: 1 person cannot fill 3 arms. Take 3 people or more."),
    "nothing assumed": (
        read_study(study_text("clinic"), "clinic.toml"),
        30,
        {},
        "clinic: the study file has no [assumptions]. Add them, as docs/simulation.md tells.",
    ),
    "a hazard over one": (
        assuming({"dropout": {ARMS[1]: 0.9}}),
        30,
        {"dropout": 3.0},
        "dropout: the chance to leave before 'day-1' would be 1.11 in 'ketamine-sham'. "
        "No chance exceeds 1: write a smaller factor.",
    ),
    "a dose over one": (PUBLISHED, 30, {"dose": 1.5}, "dose: dose cannot be 1.5. Write a number from 0 to 1."),
    "doses that cannot differ so much": (
        PUBLISHED,
        30,
        {"dose": 0.99},
        "dose: doses with a mean of 0.99 cannot differ by an SD of 0.12 in 'ketamine-training'. "
        "Write a mean further from 0 and 1, or a smaller spread.",
    ),
    "no spread": (PUBLISHED, 30, {"spread": 0.0}, "spread: spread cannot be 0.0. Write a number from 0.001 to 100."),
    "no number": (PUBLISHED, 30, {"effect": float("nan")}, "effect: effect cannot be nan. Write a number from -100"),
    "a ratio of two": (PUBLISHED, 30, {"ratio": (1, 1)}, "ratio: the ratio 1:1 does not fit the 3 arms."),
    "an empty arm": (PUBLISHED, 30, {"ratio": (1, 1, 0)}, "ratio: the ratio 1:1:0 does not fit the 3 arms."),
}


@pytest.mark.parametrize(("file", "n", "changes", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(file: StudyFile, n: int, changes: Changes, says: str) -> None:
    with pytest.raises(StudyFileError) as refused:
        design_of(file, n, **changes)
    assert str(refused.value).startswith(says)


@pytest.mark.parametrize("dose", [0.0, 1.0])
def test_everybody_or_nobody_can_be_given_the_whole_dose(dose: float) -> None:
    trials = generate(design_of(PUBLISHED, 12, dose=dose), 1, 0)
    assert np.all(trials.dose[:, trials.arm != 1] == dose)


def test_bare_assumptions_add_nothing() -> None:
    design = design_of(assuming(PLAIN), 30)
    bare: dict[str, Any] = {"scale": design.scale, "site_sd": design.site_sd, "rater_sd": design.rater_sd}
    assert bare == {"scale": None, "site_sd": 0, "rater_sd": 0}
    assert not design.leaving.hazards.any()
    assert not design.doses.differ
