"""No log line holds the token of a personal link, wherever in the record it stood."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daybreak.server.log_scrubbing import ScrubbingFormatter, scrub

TOKEN = "nR3jJ0uWv_5x-Tz9"


@pytest.mark.parametrize(
    "line",
    [f"Not Found: /p/{TOKEN}/", f"GET https://study.example/p/{TOKEN}/?x=1 -> 302", f"'/p/{TOKEN}'", f"/p/{TOKEN}#top"],
)
def test_a_token_is_struck_out_and_the_rest_stays(line: str) -> None:
    assert TOKEN not in scrub(line)
    assert scrub(line) == line.replace(TOKEN, "-")


@given(st.from_regex(r"[A-Za-z0-9_-]{8,60}", fullmatch=True), st.text(max_size=20))
def test_every_token_is_struck_out(token: str, before: str) -> None:
    assert f"/p/{token}" not in scrub(f"{before} /p/{token}/ after")


def test_arguments_and_tracebacks_are_scrubbed_too() -> None:
    try:
        raise ValueError(f"bad address /p/{TOKEN}/")
    except ValueError:
        failure = sys.exc_info()
    record = logging.LogRecord("x", logging.ERROR, "x.py", 1, "at %s", (f"/p/{TOKEN}/",), failure)
    line = ScrubbingFormatter().format(record)
    assert TOKEN not in line
    assert "ValueError: bad address /p/-/" in line
