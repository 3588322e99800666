"""Which PINs can be kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.server.accounts.pins import is_weak, pin_problem

digits = st.text("0123456789", min_size=4, max_size=8)


@pytest.mark.parametrize("pin", ["5094", "83027", "604913", "71539204"])
def test_an_ordinary_pin_can_be_kept(pin: str) -> None:
    assert pin_problem(pin, pin) == ""


@pytest.mark.parametrize(
    "pin", ["1234", "0000", "1111", "4321", "9876", "7890", "1212", "121212", "1990", "2026", "2580", "12345678"]
)
def test_a_pin_that_strangers_try_first_is_refused(pin: str) -> None:
    assert pin_problem(pin, pin) == "This PIN is easy to guess. Please choose another one."


@pytest.mark.parametrize("pin", ["", "123", "509412345", "50 94", "abcd", "５０９４", "٥٠٩٤", "5094\n"])
def test_a_pin_is_four_to_eight_plain_digits(pin: str) -> None:
    assert pin_problem(pin, pin) == "A PIN has 4 to 8 digits and nothing else."


def test_both_fields_must_hold_the_same_pin() -> None:
    assert pin_problem("5094", "5093") == "The two PINs are not the same. Please type them again."


@given(digits)
def test_every_run_and_repetition_is_weak(pin: str) -> None:
    run = "".join(str((int(pin[0]) + place) % 10) for place in range(len(pin)))
    assert is_weak(run)
    assert is_weak(run[::-1])
    assert is_weak(pin[:2] * (len(pin) // 2))


def test_most_pins_are_not_weak() -> None:
    assert sum(is_weak(f"{number:04d}") for number in range(10_000)) < 450
