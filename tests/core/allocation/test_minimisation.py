"""Minimisation: the published example, a slow plain double, the coin, the ratio."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction
from statistics import pvariance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.core.allocation.minimisation import Minimiser, Spread

SEED = bytes(range(32))
FACTORS = ("site", "sex", "severity")
People = list[tuple[str, dict[str, str]]]


def people_with(counts: dict[str, tuple[int, int, int]]) -> People:
    """Return people of three arms of whom so many share the new person's level of each factor."""
    arms = {"a": 0, "b": 1, "c": 2}
    return [
        (arm, {factor: "same" if number < seen[at] else "other" for factor, seen in counts.items()})
        for arm, at in arms.items()
        for number in range(max(seen[at] for seen in counts.values()))
    ]


@pytest.mark.evidence("reference", "Pocock & Simon 1975, section 3.4, by way of the design's statistics.md")
def test_the_published_example_gives_6_10_and_5() -> None:
    before = people_with({"site": (9, 10, 9), "sex": (9, 11, 9), "severity": (4, 5, 3)})
    minimiser = Minimiser({"a": 1, "b": 1, "c": 1}, {"site": 2, "sex": 1, "severity": 1}, 0.8)
    sums = minimiser.imbalances(before, dict.fromkeys(FACTORS, "same"))
    assert sums == {"a": 6, "b": 10, "c": 5}


persons = st.lists(
    st.tuples(st.sampled_from("abc"), st.fixed_dictionaries({factor: st.sampled_from("xyz") for factor in FACTORS})),
    max_size=40,
)
levels = st.fixed_dictionaries({factor: st.sampled_from("xyz") for factor in FACTORS})
ratios = st.fixed_dictionaries({arm: st.integers(1, 4) for arm in "abc"})
weights = st.fixed_dictionaries({factor: st.sampled_from([0.5, 1.0, 2.0, 3.0]) for factor in FACTORS})


def plainly(minimiser: Minimiser, before: People, new: dict[str, str]) -> dict[str, Fraction]:
    """Return the sums by imagining each arm in full and counting everybody anew."""
    sums = {}
    for candidate in minimiser.ratios:
        everybody, total = [*before, (candidate, new)], Fraction(0)
        for factor, weight in minimiser.weights.items():
            shares = [
                Fraction(sum(arm == each and theirs[factor] == new[factor] for each, theirs in everybody), ratio)
                for arm, ratio in minimiser.ratios.items()
            ]
            apart = max(shares) - min(shares) if minimiser.spread == "range" else pvariance(shares)
            total += Fraction(weight) * apart
        sums[candidate] = total
    return sums


@pytest.mark.evidence("double", "everybody counted anew for each arm")
@given(persons, levels, ratios, weights, st.sampled_from(["range", "variance"]))
def test_imbalances_are_what_plain_counting_gives(
    before: People, new: dict[str, str], shares: dict[str, int], heavy: dict[str, float], spread: Spread
) -> None:
    minimiser = Minimiser(shares, heavy, 0.8, spread)
    assert minimiser.imbalances(before, new) == plainly(minimiser, before, new)


@given(ratios, st.sampled_from([0.5, 0.8, 0.95]))
def test_the_coin_adds_up_to_one_and_keeps_the_ratio_on_average(shares: dict[str, int], probability: float) -> None:
    minimiser, whole = Minimiser(shares, {"site": 1}, probability), sum(shares.values())
    coins = {preferred: minimiser.chances(preferred) for preferred in shares}
    assert all(sum(coin.values()) == 1 and min(coin.values()) > 0 for coin in coins.values())
    for arm, ratio in shares.items():
        average = sum(Fraction(shares[preferred], whole) * coin[arm] for preferred, coin in coins.items())
        assert average == Fraction(ratio, whole)
    rarest = min(shares, key=lambda arm: shares[arm])
    assert coins[rarest][rarest] == Fraction(probability)


@given(persons, levels, st.binary(min_size=32, max_size=32))
def test_the_same_seed_people_and_levels_give_the_same_arm(before: People, new: dict[str, str], seed: bytes) -> None:
    minimiser = Minimiser({"a": 1, "b": 1, "c": 1}, dict.fromkeys(FACTORS, 1.0), 0.8)
    assert minimiser.allocate(seed, before, new) == minimiser.allocate(seed, list(before), dict(new))


def test_an_arm_is_taken_as_often_as_the_coin_says() -> None:
    before = people_with({"site": (9, 10, 9), "sex": (9, 11, 9), "severity": (4, 5, 3)})
    minimiser = Minimiser({"a": 1, "b": 1, "c": 1}, {"site": 2, "sex": 1, "severity": 1}, 0.8)
    new = dict.fromkeys(FACTORS, "same")
    taken = Counter(minimiser.allocate(number.to_bytes(32, "big"), before, new) for number in range(3000))
    assert abs(taken["c"] - 2400) < 4 * 22  # 0.8, four standard errors
    assert abs(taken["a"] - taken["b"]) < 4 * 25


def test_nobody_before_leaves_equal_arms_alike() -> None:
    minimiser = Minimiser({"a": 1, "b": 1}, {"site": 1}, 0.8)
    taken = Counter(minimiser.allocate(number.to_bytes(32, "big"), [], {"site": "x"}) for number in range(2000))
    assert abs(taken["a"] - 1000) < 4 * 23


def test_in_the_long_run_arms_are_taken_by_their_ratio() -> None:
    minimiser, before = Minimiser({"a": 2, "b": 1}, {"site": 1}, 0.8), list[tuple[str, dict[str, str]]]()
    for number in range(300):
        new = {"site": "xyz"[number % 3]}
        before.append((minimiser.allocate(SEED, before, new), new))
    assert 190 <= sum(arm == "a" for arm, _ in before) <= 210


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.lists(levels, min_size=60, max_size=60))
def test_levels_end_up_closer_to_balance_than_tossing_coins_would_leave_them(
    seed: bytes, coming: list[dict[str, str]]
) -> None:
    minimiser, before = (
        Minimiser({"a": 1, "b": 1}, dict.fromkeys(FACTORS, 1.0), 0.95),
        list[tuple[str, dict[str, str]]](),
    )
    for new in coming:
        before.append((minimiser.allocate(seed, before, new), new))
    counts = Counter((factor, theirs[factor], arm) for arm, theirs in before for factor in FACTORS)
    apart = [abs(counts[factor, level, "a"] - counts[factor, level, "b"]) for factor in FACTORS for level in "xyz"]
    assert sum(apart) / len(apart) < 4.5


@pytest.mark.evidence(
    "reference", "Efron's coin at n = 154: P(D = 0) 0.50000025, right guesses 0.623918 (statistics.md)"
)
def test_with_two_arms_and_no_factor_it_is_efrons_coin() -> None:
    minimiser = Minimiser({"a": 1, "b": 1}, {"everybody": 1}, 2 / 3)
    likely, guessed = {0: 1.0}, 0.0
    for _ in range(154):
        nexts: dict[int, float] = defaultdict(float)
        for ahead, p in likely.items():
            to_a = chance_of_a(minimiser, ahead)
            guessed += p * max(to_a, 1 - to_a) / 154
            nexts[ahead + 1] += p * to_a
            nexts[ahead - 1] += p * (1 - to_a)
        likely = nexts
    assert likely[0] == pytest.approx(0.50000025, abs=5e-9)
    assert guessed == pytest.approx(0.623918, abs=5e-7)


def chance_of_a(minimiser: Minimiser, ahead: int) -> float:
    """Return how likely arm a is when it is so many people ahead."""
    before = [("a" if ahead > 0 else "b", {"everybody": "one"})] * abs(ahead)
    sums = minimiser.imbalances(before, {"everybody": "one"})
    best = [arm for arm, total in sums.items() if total == min(sums.values())]
    return float(sum(minimiser.chances(arm)["a"] for arm in best) / len(best))
