"""Which interviews are rated twice: as many as the study file asks for, the same each time it is asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daybreak.core.second_rating import Interview, is_rated_twice

INTERVIEWS = st.builds(Interview, *[st.text("abc-12", min_size=1, max_size=8)] * 4)


@given(INTERVIEWS, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_every_interview_of_a_smaller_one(interview: Interview, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert is_rated_twice(interview, large) or not is_rated_twice(interview, small)


@given(INTERVIEWS)
def test_no_share_takes_none_and_the_whole_takes_all(interview: Interview) -> None:
    assert not is_rated_twice(interview, 0.0)
    assert is_rated_twice(interview, 1.0)


def test_about_a_fifth_of_interviews_are_taken_where_a_fifth_is_asked_for() -> None:
    drawn = [is_rated_twice(Interview("study", f"P-{number}", "day-1", "madrs"), 0.2) for number in range(2000)]
    assert 340 < sum(drawn) < 460
