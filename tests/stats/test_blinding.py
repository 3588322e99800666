"""Blinding indices: published tables, the published formulae written out, closed forms and refusals."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from daybreak.core.errors import FitError
from daybreak.stats.blinding import Blinding, blinding, tally

Table = dict[str, dict[str, int]]
SOME = st.integers(1, 60)


def table(*counts: int) -> Table:
    """Return a table given as papers print it: by guess, each in the active arm and under placebo."""
    a, b, c, d, e, f = counts
    return {
        "active": {"active": a, "placebo": c, "don't know": e},
        "placebo": {"active": b, "placebo": d, "don't know": f},
    }


CRISP = table(82, 27, 25, 29, 170, 83)


def james(found: Blinding) -> tuple[float, float]:
    assert found.james is not None
    return found.james.estimate, found.james.se


def published_james(told: list[list[float]], unsure: float) -> tuple[float, float]:
    """James 1996 as written, sums over cells: kappa of those who know, then the index and its variance."""
    x = np.array(told)
    n = x.sum() + unsure
    p, dk = x / n, unsure / n
    w = 1 - np.eye(2)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    seen = (w * p).sum() / (1 - dk)
    chance = (w * np.outer(rows, columns)).sum() / (1 - dk) ** 2
    kappa = (seen - chance) / chance
    top = 0.0
    for i in range(2):
        for j in range(2):
            margin = sum(w[r, j] * rows[r] + w[i, r] * columns[r] for r in range(2))
            top += p[i, j] * (1 - dk) ** 2 * ((1 - dk) * w[i, j] - (1 + kappa) * margin) ** 2
    first = top / (4 * (w * np.outer(rows, columns)).sum() ** 2)
    second = dk * (1 - dk) - (1 - dk) * (1 + kappa) * (dk + (1 - dk) * (1 + kappa) / 4)
    return (1 + dk + (1 - dk) * kappa) / 2, float(np.sqrt((first + second) / n))


@pytest.mark.evidence("reference", "CRISP: counts of Bang 2004, table 7, as R's BI quotes them; indices as published")
def test_the_cholesterol_study_of_bang() -> None:
    found = blinding(CRISP)
    assert james(found)[0] == pytest.approx(0.75, abs=0.005)
    assert [one.estimate for one in found.bang] == pytest.approx([0.21, 0.01], abs=0.005)
    assert [one.n for one in found.bang] == [277, 139]


@pytest.mark.evidence("reference", "Houweling 2014, investigators, as R's BI prints it (BlindingIndex.jl, README)")
def test_the_investigators_of_a_study_of_stockings() -> None:
    found = blinding(table(48, 22, 4, 30, 330, 319))
    assert found.james is not None
    rows = [(one.estimate, one.se, one.ci_low, one.ci_high) for one in (found.james, *found.bang)]
    assert np.array(rows) == pytest.approx(
        np.array([[0.896, 0.011, 0.875, 0.918], [0.115, 0.018, 0.080, 0.150], [0.022, 0.019, -0.016, 0.060]]), abs=6e-4
    )


@pytest.mark.evidence("double", "James 1996, formulae 2 to 5 written out")
@given(SOME, SOME, SOME, SOME, SOME, SOME)
def test_james_agrees_with_the_published_sums(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    assert james(blinding(table(a, b, c, d, e, f))) == pytest.approx(published_james([[a, b], [c, d]], e + f), abs=1e-9)


@pytest.mark.evidence("property", "Bang 2004: right minus wrong, and its variance")
@given(SOME, SOME, SOME)
def test_bang_is_right_minus_wrong(right: int, wrong: int, unsure: int) -> None:
    one = blinding(table(right, 5, wrong, 5, unsure, 5)).bang[0]
    n = right + wrong + unsure
    p, q = right / n, wrong / n
    assert one.estimate == pytest.approx(p - q)
    assert one.se == pytest.approx(np.sqrt((p * (1 - p) + q * (1 - q) + 2 * p * q) / n))


@given(SOME, SOME, SOME, SOME, SOME, SOME)
def test_nothing_depends_on_the_order_of_arms_or_guesses(a: int, b: int, c: int, d: int, e: int, f: int) -> None:
    one = blinding(table(a, b, c, d, e, f))
    turned = {arm: dict(reversed(list(own.items()))) for arm, own in reversed(table(a, b, c, d, e, f).items())}
    two = blinding(turned)
    assert james(one) == pytest.approx(james(two))
    assert [x.estimate for x in one.bang] == pytest.approx([x.estimate for x in reversed(two.bang)])


def test_the_ends_of_the_scales_mean_what_they_should() -> None:
    all_right, all_wrong = blinding(table(9, 0, 0, 9, 0, 0)), blinding(table(0, 9, 9, 0, 0, 0))
    assert (james(all_right), james(all_wrong)) == ((0, 0), (1, 0))
    assert [one.estimate for one in all_right.bang] == [1, 1]
    assert [one.estimate for one in all_wrong.bang] == [-1, -1]
    random = blinding(table(10, 10, 10, 10, 0, 0))
    assert james(random)[0] == pytest.approx(0.5)
    assert [one.estimate for one in random.bang] == [0, 0]
    assert [one.ci_high for one in all_right.bang] == [1, 1]


def test_where_nobody_guesses_everybody_is_blind_and_it_says_so() -> None:
    found = blinding(table(0, 0, 0, 0, 20, 30))
    assert james(found) == (1, 0)
    assert [one.estimate for one in found.bang] == [0, 0]
    assert found.warnings == ("Nobody guessed in active, placebo; the index there is nil without an error.",)


def test_where_no_guess_could_be_wrong_james_is_not_told() -> None:
    found = blinding(table(5, 0, 0, 0, 3, 4))
    assert found.james is None
    assert "James's index cannot be told" in found.summary()
    assert found.to_dict()["james"] is None


THREE: Table = {
    "ketamine-training": {"ketamine-training": 20, "ketamine-sham": 10, "saline-training": 10, "don't know": 10},
    "ketamine-sham": {"ketamine-training": 15, "ketamine-sham": 15, "saline-training": 15, "don't know": 6},
    "saline-training": {"ketamine-training": 2, "ketamine-sham": 3, "saline-training": 40, "don't know": 5},
}


def test_with_three_arms_guessing_at_random_is_nil() -> None:
    found = blinding(THREE)
    assert found.options == 3
    assert found.bang[0].estimate == pytest.approx((20 - 20 / 2) / 50)
    assert found.bang[1].estimate == pytest.approx(0)
    assert found.bang[2].estimate == pytest.approx((40 - 5 / 2) / 50)
    assert blinding({arm: {"ketamine-sham": 4} for arm in THREE}).bang[0].estimate == pytest.approx(-0.5)


@pytest.mark.evidence("double", "finite differences of the index by each cell")
def test_the_variance_for_three_arms_is_that_of_the_delta_method() -> None:
    weights = {("ketamine-training", "ketamine-sham"): 0.5, ("ketamine-sham", "ketamine-training"): 0.5}
    found = blinding(THREE, weights=weights)
    cells = [(arm, guess) for arm, own in THREE.items() for guess in own]
    n, step = 151, 1000
    many = {arm: {guess: count * 10_000 for guess, count in own.items()} for arm, own in THREE.items()}
    slopes = []
    for arm, guess in cells:
        sides = []
        for sign in (1, -1):
            moved = {name: dict(own) for name, own in many.items()}
            moved[arm][guess] += sign * step
            sides.append(james(blinding(moved, weights=weights))[0])
        slopes.append((sides[0] - sides[1]) / (2 * step) * n * 10_000)
    share = np.array([THREE[arm][guess] / n for arm, guess in cells])
    variance = float(share @ np.square(slopes)) / n
    assert james(found)[1] == pytest.approx(np.sqrt(variance), rel=1e-4)
    assert james(found)[0] != pytest.approx(james(blinding(THREE))[0])


def test_the_guess_of_a_part_of_the_arm_is_its_own_table() -> None:
    drug = {"ketamine-training": "ketamine", "ketamine-sham": "ketamine", "saline-training": "saline"}
    counts = {
        "ketamine-training": {"ketamine": 30, "saline": 5, "no idea": 5},
        "ketamine-sham": {"ketamine": 20, "saline": 15, "no idea": 5},
        "saline-training": {"ketamine": 8, "saline": 24, "no idea": 8},
    }
    found = blinding(counts, right=drug, unsure=["no idea"])
    assert found.options == 2
    assert [one.estimate for one in found.bang] == pytest.approx([25 / 40, 5 / 40, 16 / 40])


def test_guesses_are_counted_from_answers_and_the_unasked_left_out() -> None:
    counted = tally(["a", "b", "a", "b", "a"], ["a", "a", None, "don't know", "b"])
    assert counted == {"a": {"a": 1, "b": 1}, "b": {"a": 1, "don't know": 1}}
    assert blinding(counted).bang[1].unsure == 1


def test_results_are_handed_on_with_their_labels() -> None:
    found = blinding(CRISP, level=0.9)
    told = json.loads(json.dumps(found.to_dict()))
    assert (told["options"], told["level"], told["warnings"]) == (2, 0.9, [])
    # the published one-sided 95 % limits are the two of 90 %
    assert (told["bang"][0]["ci_low"], told["bang"][0]["ci_high"]) == pytest.approx((0.148, 0.264), abs=5e-4)
    assert found.to_polars()["arm"].to_list() == ["", "active", "placebo"]
    assert found.summary().splitlines()[0] == "Blinding, 2 possible guesses, 90 % limits"
    assert len(found.summary().splitlines()) == 4


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_indices_stay_on_their_scales(counts: list[int]) -> None:
    assume(sum(counts[::2]) and sum(counts[1::2]))
    found = blinding(table(*counts))
    for one in (*found.bang, *([found.james] if found.james else [])):
        low = 0 if one.name == "James" else -1
        assert low <= one.ci_low <= one.estimate + 1e-12
        assert one.estimate - 1e-12 <= one.ci_high <= 1
        assert one.n == one.correct + one.wrong + one.unsure


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda: blinding(CRISP, level=1), "The confidence level 1 is not between 0 and 1."),
        (lambda: blinding({"a": {"a": 1}}), "Blinding needs the guesses of two arms."),
        (lambda: blinding(CRISP, right={"active": "active"}), "No right guess is given for placebo."),
        (lambda: blinding({"a": {"a": 1.5}, "b": {}}), "A number of guesses is not a whole number."),
        (lambda: blinding({"a": {"a": -1}, "b": {"b": 1}}), "A number of guesses is not a whole number."),
        (lambda: blinding({"a": {"a": 1}, "b": {}}), "Nobody of b was asked."),
        (lambda: blinding({"a": {"x": 1}, "b": {"x": 1}}, right={"a": "x", "b": "x"}), "The only guess is x"),
        (
            lambda: blinding(CRISP, weights={("active", "placebo"): 2}),
            "The weight 2 of placebo in active makes no sense.",
        ),
        (lambda: blinding(CRISP, weights={("nobody", "placebo"): 1}), "The weight 1 of placebo in nobody"),
        (lambda: tally(["a"], []), "There are 1 arms and 0 guesses."),
    ],
)
def test_a_mistake_gets_one_sentence(ask: Any, sentence: str) -> None:
    with pytest.raises(FitError) as caught:
        ask()
    assert sentence in caught.value.sentence()
