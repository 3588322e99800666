"""Assurance: held to closed forms, to plain power at each point of a grid, and to the same digits however it is run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from math import isnan
from typing import Any

import numpy as np
import pytest
from scipy import stats

from daybreak.core.errors import StudyFileError
from daybreak.core.study import StudyFile
from daybreak.core.study.assumed import RangeRules
from daybreak.simulation.assurance import Assured, check, orders_of
from daybreak.simulation.cache import Cache
from daybreak.simulation.design import Changes
from daybreak.simulation.montecarlo import of_blocks, of_trials
from daybreak.simulation.power import Found, Order, Row, Runner, search, smallest
from daybreak.simulation.ranges import GROUPS, points_of, values_of
from daybreak.simulation.run import Workers
from tests.simulation.made_up import PUBLISHED, assuming
from tests.simulation.test_power import DRUG, ONE_VISIT, TRAINING

WIDE = {"of": "effect", "mean": 0.8, "sd": 0.4}
LOSS = {"of": "dropout", "low": 1.0, "high": 5.0}
GRID = {"of": "effect", "values": [0.5, 1.0]}


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    with Workers(2) as made:
        yield made


def ranging(*ranges: dict[str, Any], base: StudyFile = PUBLISHED) -> StudyFile:
    return assuming({"ranges": list(ranges)}, base)


def order(file: StudyFile, trials: int, seed: int = 5, **more: Any) -> Order:
    return Order(file, "", trials, seed, **more)


def assured(pool: Workers, asked: Order, n: int) -> Found:
    found = Assured(asked, pool).at(n)
    assert found is not None
    assert found.whole
    return found


def plain(pool: Workers, asked: Order, n: int) -> Found:
    found = Runner(asked, pool).at(n)
    assert found is not None
    return found


def figures(row: Row) -> dict[str, Any]:
    """Return everything of a row but which assumptions it is of."""
    return {one.name: getattr(row, one.name) for one in fields(row) if one.name not in {"assumed", "points"}}


def same(one: Row, other: Row) -> bool:
    pairs = zip(figures(one).values(), figures(other).values(), strict=True)
    return all(left == right or (isnan(left) and isnan(right)) for left, right in pairs)


def test_a_grid_of_one_point_is_plain_power_digit_for_digit(pool: Workers) -> None:
    file, half = ranging({"of": "effect", "values": [0.5]}), Changes(effect=0.5)
    one = assured(pool, order(file, 600, rule="any"), 30)
    there = plain(pool, order(file, 600, rule="any", changes=half), 30)
    assert all(same(left, right) for left, right in zip(one.rows, there.rows, strict=True))
    assert [row.assumed for row in one.rows] == [{"effect": 0.5}] * len(one.rows)


def test_a_grids_assurance_is_the_mean_of_the_runs_at_its_points(pool: Workers) -> None:
    file = ranging(GRID, {"of": "dropout", "values": [1.0, 4.0]})
    both = assured(pool, order(file, 300), 30)
    corners = [Changes(effect=effect, dropout=loss) for effect in (0.5, 1.0) for loss in (1.0, 4.0)]
    alone = [plain(pool, order(file, 300, changes=one), 30) for one in corners]
    assert [part.rows[0].assumed for part in both.parts] == corners
    for place, row in enumerate(both.rows):
        for name in ("power", "mc_se", "low", "mean_estimate", "truth", "coverage"):
            assert getattr(row, name) == np.mean([getattr(one.rows[place], name) for one in alone])
        assert same(both.parts[1].rows[place], alone[1].rows[place])
    assert (both.trials, both.rows[0].trials, both.rows[0].points) == (300, 300, 4)


def test_assurance_of_a_normal_effect_is_that_of_the_closed_form(pool: Workers) -> None:
    """By O'Hagan, Stevens and Campbell (2005); with few people for the t test, its power averaged over the prior."""
    n, trials, mean, sd = 150, 16_384, 0.5, 0.3
    file = ranging({"of": "effect", "mean": mean, "sd": sd}, base=ONE_VISIT)
    found = assured(pool, order(file, trials, contrasts=(DRUG, TRAINING)), n)
    error = (5.0**2 + 9.0**2 - 2 * 0.4 * 5.0 * 9.0) ** 0.5 * (2 / (n / 3)) ** 0.5
    critical = stats.t.isf(0.025, n - 3)
    for row, difference in zip(found.rows, (8.0, 2.0), strict=True):
        away, spread = mean * difference / error, (1 + (sd * difference / error) ** 2) ** 0.5
        normal = stats.norm.cdf((away - 1.96) / spread) + stats.norm.cdf((-away - 1.96) / spread)
        draws = (mean + sd * stats.norm.ppf((np.arange(2000) + 0.5) / 2000)) * difference / error
        exact = np.mean(stats.nct.sf(critical, n - 3, draws) + stats.nct.cdf(-critical, n - 3, draws))
        assert abs(normal - exact) < 0.01
        assert abs(row.power - exact) < 4 * row.mc_se
        assert row.mc_se < 0.01
        assert row.low < exact < row.high
        assert row.truth == pytest.approx(-mean * difference, rel=0.05)
        assert abs(row.bias) < 4 * error / trials**0.5
        powers = np.quantile(stats.nct.sf(critical, n - 3, draws), (0.05, 0.5, 0.95))
        assert row.quantiles == pytest.approx(powers, abs=0.06)
        assert row.draws == trials // 256


def test_the_error_of_an_assurance_is_how_far_seeds_lie_apart(pool: Workers) -> None:
    file = ranging(WIDE, {"of": "spread", "low": 0.7, "high": 1.3}, base=ONE_VISIT)
    rows = [assured(pool, order(file, 4096, seed, contrasts=(DRUG,)), 24).rows[0] for seed in range(20)]
    apart = float(np.std([row.power for row in rows], ddof=1))
    told = float(np.mean([row.mc_se for row in rows]))
    assert 0.6 < told / apart < 1.7


def test_digits_do_not_hang_on_how_many_processes_draw_them() -> None:
    file, rows = ranging(WIDE, base=ONE_VISIT), []
    for count in (1, 2):
        with Workers(count) as pool:
            rows.append(assured(pool, order(file, 4500), 30).rows)
    assert all(same(one, other) for one, other in zip(*rows, strict=True))


def test_a_grid_and_a_distribution_go_together_and_are_kept(pool: Workers, tmp_path: Any) -> None:
    asked = order(ranging(GRID, LOSS), 4096, visits=("day-30",), rule="all")
    first, again = (Assured(asked, pool, Cache(tmp_path)).at(30) for _ in range(2))
    assert first is not None
    assert again is not None
    assert [part.rows[0].assumed for part in first.parts] == [{"effect": 0.5}, {"effect": 1.0}]
    assert all(row.draws == 16 for part in first.parts for row in part.rows)
    assert again.kept
    assert all(same(one, other) for one, other in zip(first.rows, again.rows, strict=True))


def test_nothing_is_known_of_a_grid_as_long_as_a_point_is_missing(pool: Workers) -> None:
    def stop(_made: int) -> None:
        raise KeyboardInterrupt

    found = Assured(order(ranging(GRID), 2048), pool, progress=stop).at(30)
    assert found is not None
    assert not found.whole
    assert (found.rows, len(found.parts)) == ((), 1)


def test_the_smallest_number_of_people_with_an_assurance_is_found(pool: Workers) -> None:
    file = ranging({"of": "effect", "values": [0.8, 1.2]}, base=ONE_VISIT)
    tried = sorted(search(Assured(order(file, 256, contrasts=(DRUG,)), pool), 30, 0.8), key=lambda one: one.n)
    least = smallest(tried, 0.8)
    assert least is not None
    assert 30 < least < 90


def test_draws_are_spread_evenly_and_follow_their_distribution() -> None:
    ranges = (RangeRules(of="fade", mean=0.2, sd=0.3), RangeRules(of="effect", low=-1.0, high=3.0))
    drawn = [values_of(ranges, 7, block) for block in range(64 * GROUPS)]
    cut = stats.truncnorm((0 - 0.2) / 0.3, (1 - 0.2) / 0.3, 0.2, 0.3)
    for group in range(GROUPS):
        effects = sorted((one["effect"] + 1) / 4 for one in drawn[group::GROUPS])
        fades = sorted(cut.cdf(one["fade"]) for one in drawn[group::GROUPS])
        assert [int(64 * share) for share in fades] == list(range(64))
        assert np.abs(np.array(effects) - (np.arange(64) + 0.5) / 64).max() < 2 / 27
    together = np.array([[one["fade"], one["effect"]] for one in drawn])
    assert abs(np.corrcoef(together.T)[0, 1]) < 0.05
    assert values_of(ranges, 7, 40) == drawn[40]
    assert values_of(ranges, 8, 40) != drawn[40]


def test_what_blocks_share_is_in_the_error() -> None:
    halves = {block: (256 * (block % 2), 256) for block in range(2 * GROUPS)}
    apart = of_blocks(halves)
    assert apart.mc_se == pytest.approx((0.25 / (GROUPS - 1)) ** 0.5)
    assert of_trials(256 * GROUPS, 512 * GROUPS).mc_se < apart.mc_se / 15
    assert (apart.quantiles[0], apart.quantiles[2]) == (0.0, 1.0)
    alike = of_blocks(dict.fromkeys(range(2 * GROUPS), (256, 256)))
    assert (alike.power, alike.mc_se, alike.high) == (1.0, 0.0, 1.0)
    assert alike.low == of_trials(4096, 4096).low
    assert isnan(of_blocks({0: (9, 256)}).mc_se)


def test_what_is_asked_takes_the_place_of_its_range() -> None:
    asked = order(ranging(GRID, LOSS), 4096, changes=Changes(effect=0.7))
    assert len(orders_of(asked)) == 1
    assert orders_of(asked)[0].changes == {"effect": 0.7}


RANGES = "[[assumptions.ranges]]"
HUGE = {"of": "spread", "values": [1 + place / 100 for place in range(40)]}
DOSES = {"of": "dose", "low": 0.99, "high": 1.0}
REFUSED: dict[str, tuple[tuple[dict[str, Any], ...], Changes, str]] = {
    "no ranges": ((), {}, "--assurance: the study file gives no ranges. Add [[assumptions.ranges]], as docs/"),
    "none left": ((GRID,), {"effect": 0.0}, "--assurance: every range is of a figure that is asked for. Ask for"),
    "a share above one": (
        ({"of": "fade", "values": [0.5, 1.5]},),
        {},
        "[[assumptions.ranges]]: fade cannot be 1.5. Write numbers from 0 to 1.",
    ),
    "a mean that cannot be": (({"of": "dose", "mean": 1.2, "sd": 0.1},), {}, f"{RANGES}: dose cannot be 1.2"),
    "a factor below nil": (({"of": "dropout", "low": -1, "high": 2},), {}, f"{RANGES}: dropout cannot be -1"),
    "too many points": (
        (HUGE, {**HUGE, "of": "effect"}),
        {},
        "[[assumptions.ranges]]: the values make 1600 points. List fewer values; 1000 points are the most.",
    ),
    "a chance over one": (
        ({"of": "dropout", "values": [1.0, 500.0]},),
        {},
        "[[assumptions.ranges]], with dropout 500: dropout: the chance to leave before 'day-1' would be",
    ),
    "doses that cannot differ so much": ((GRID, DOSES), {}, f"{RANGES}, with effect 0.5, dose 0."),
    "few trials": ((WIDE,), {}, "--trials: 600 trials are too few: 256 share what is drawn from the ranges. Take 4"),
}


@pytest.mark.parametrize(("ranges", "changes", "says"), REFUSED.values(), ids=REFUSED)
def test_ranges_that_cannot_be_are_refused_in_a_sentence(
    ranges: tuple[dict[str, Any], ...], changes: Changes, says: str
) -> None:
    with pytest.raises(StudyFileError) as refused:
        check(order(ranging(*ranges), 600, changes=changes), 30)
    assert str(refused.value).startswith(says)


def test_a_seed_that_is_none_is_refused_before_anything_is_drawn() -> None:
    with pytest.raises(StudyFileError, match="the seed cannot be -1"):
        check(order(ranging(WIDE), 4096, seed=-1), 30)


def test_a_check_tells_how_many_points_there_are() -> None:
    assert check(order(ranging(GRID, {"of": "dose", "values": [0.5, 0.7, 0.9]}), 64), 30) == 6
    assert check(order(ranging(WIDE, LOSS), 4096), 30) == 1
    assert points_of([RangeRules(of="effect", mean=1.0, sd=0.1)]) == [{}]
