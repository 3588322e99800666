"""Worked examples that others printed: looms of R's warpbreaks, slopes of lmerTest."""

from __future__ import annotations

import pytest

from daybreak.stats.lmm import lmm
from daybreak.stats.means import Line, joint_tests, marginal_means, trends
from tests.stats.cast import data, reference
from tests.stats.means.plain import least_squares

BREAKS = {
    ("A", "L"): [26, 30, 54, 25, 70, 52, 51, 26, 67],
    ("A", "M"): [18, 21, 29, 17, 12, 18, 35, 30, 36],
    ("A", "H"): [36, 21, 24, 18, 10, 43, 28, 15, 26],
    ("B", "L"): [27, 14, 29, 19, 29, 31, 41, 20, 44],
    ("B", "M"): [42, 26, 19, 16, 39, 28, 21, 39, 29],
    ("B", "H"): [20, 21, 24, 17, 13, 15, 15, 16, 28],
}
WARP = {
    "wool": [wool for wool, _ in BREAKS for _ in range(9)],
    "tension": [tension for _, tension in BREAKS for _ in range(9)],
    "breaks": [count for counts in BREAKS.values() for count in counts],
}
ORDER = {"tension": ["L", "M", "H"]}
LMM = [(name, place) for name in ("study-154", "small-24") for place in range(len(reference(name)["lmm"]))]


def column(lines: tuple[Line, ...], name: str) -> list[float]:
    return [getattr(line, name) for line in lines]


@pytest.mark.evidence("reference", "emmeans' help pages: warp.lm, its pairs by Tukey and its joint tests")
def test_means_pairs_and_joint_tests_of_the_looms() -> None:
    fit = least_squares("breaks ~ wool * tension", WARP, ORDER)
    means = marginal_means(fit, "tension", by="wool")
    assert column(means.lines, "estimate") == pytest.approx([44.6, 24.0, 24.6, 28.2, 28.8, 18.8], abs=0.05)
    assert (means.lines[0].se, means.lines[0].ci_low, means.lines[0].ci_high) == pytest.approx(
        (3.65, 37.2, 51.9), abs=0.05
    )
    pairs = means.pairwise(adjust="tukey")
    assert column(pairs.lines, "estimate") == pytest.approx([20.556, 20.0, -0.556, -0.556, 9.444, 10.0], abs=6e-4)
    assert column(pairs.lines, "t") == pytest.approx([3.986, 3.878, -0.108, -0.108, 1.831, 1.939], abs=6e-4)
    assert column(pairs.lines, "p") == pytest.approx([0.0007, 0.0009, 0.9936, 0.9936, 0.1704, 0.1389], abs=6e-5)
    tests = joint_tests(fit)
    assert [(test.term, test.df1, test.df2) for test in tests.tests] == [
        ("wool", 1, 48),
        ("tension", 2, 48),
        ("wool:tension", 2, 48),
    ]
    assert [test.f for test in tests.tests] == pytest.approx([3.765, 8.498, 4.189], abs=6e-4)
    assert [test.p for test in tests.tests] == pytest.approx([0.0582, 0.0007, 0.0210], abs=6e-5)


@pytest.mark.evidence("reference", "R's help page of TukeyHSD")
def test_tukeys_limits_are_those_of_r() -> None:
    fit = least_squares("breaks ~ wool + tension", WARP, {"tension": ["H", "M", "L"]})
    pairs = marginal_means(fit, "tension").pairwise(adjust="tukey", reverse=True)
    assert [line.label for line in pairs.lines] == ["M - H", "L - H", "L - M"]
    assert column(pairs.lines, "ci_low") == pytest.approx([-4.6311985, 5.3688015, 0.6465793], abs=1e-6)
    assert column(pairs.lines, "ci_high") == pytest.approx([14.07564, 24.07564, 19.35342], abs=6e-6)
    assert column(pairs.lines, "p") == pytest.approx([0.4474210, 0.0011218, 0.0336262], abs=1e-7)


@pytest.mark.evidence("reference", "lmerTest 3.1.3, tests/stats/oracles/make_oracles.R: interactions with time")
@pytest.mark.parametrize(("name", "place"), LMM)
def test_differences_of_slopes_are_the_interactions_of_r(name: str, place: int) -> None:
    wanted = reference(name)["lmm"][place]
    fit = lmm(wanted["formula"], data(name), df=wanted["ddf"].lower())
    slopes = trends(fit, "day", "arm").against("ketamine-sham")
    rows = [wanted["terms"].index(f"arm{line.label.removesuffix(' - ketamine-sham')}:day") for line in slopes.lines]
    for ours, theirs, accuracy in (("estimate", "estimate", 1e-6), ("se", "se", 1e-6), ("df", "df", 1e-4)):
        assert column(slopes.lines, ours) == pytest.approx([wanted[theirs][row] for row in rows], rel=accuracy)
