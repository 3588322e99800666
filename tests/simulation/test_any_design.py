"""Laws that hold for any assumptions a study file may make."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from daybreak.simulation.design import design_of
from daybreak.simulation.draws import draws_of
from daybreak.simulation.generate import shaped
from daybreak.simulation.plain import people_of
from tests.simulation.made_up import ARMS, assuming

CHANCES = st.floats(0, 1)
POINTS = st.floats(-20, 20)
NOTHING = st.none()


def each_arm(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(ARMS), values)


ASSUMPTIONS = st.fixed_dictionaries(
    {
        "dropout": st.just({}),
        "hazards": each_arm(st.lists(CHANCES, min_size=5, max_size=5)),
        "gaps": each_arm(st.lists(CHANCES, min_size=5, max_size=5)),
        "dropout_by": NOTHING | st.fixed_dictionaries({"seen": st.floats(-1, 1), "unseen": st.floats(-1, 1)}),
        "correlations": NOTHING,
        "autoregressive": st.floats(0, 0.99),
        "scale": NOTHING | st.fixed_dictionaries({"low": st.just(0.0), "high": st.just(60.0), "step": st.just(0.5)}),
        "entry": NOTHING | st.fixed_dictionaries({"least": st.integers(10, 27).map(float)}),
        "adherence": st.just({}),
        "dose": NOTHING | st.fixed_dictionaries({"effect": each_arm(POINTS), "of_means": CHANCES}),
        "sites": NOTHING | st.fixed_dictionaries({"count": st.integers(1, 4), "sd": st.floats(0, 10)}),
        "rater_sd": st.floats(0, 10),
    }
)


@settings(max_examples=25, deadline=None)
@given(ASSUMPTIONS, st.integers(0, 2**64 - 1), st.integers(0, 10**6), st.floats(0, 1), st.integers(3, 8))
def test_a_block_is_what_the_plain_path_makes(
    assumed: dict[str, Any], seed: int, block: int, fade: float, n: int
) -> None:
    design = design_of(assuming(assumed), n, fade=fade)
    draws = draws_of(design, seed, block)
    trials = shaped(design, draws)
    people = people_of(design, draws, 17)
    assert np.array_equal([one.change for one in people], trials.change[17], equal_nan=True)
    assert [one.baseline for one in people] == trials.baseline[17].tolist()
    assert np.isfinite(trials.baseline).all()
    if design.scale is not None:
        values = trials.baseline[:, :, None] + trials.change
        assert not (values < 0).any()
        assert not (values > 60).any()
