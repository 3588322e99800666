"""Nothing is lost: whatever happens to server, network, page and browser, each step is stored exactly once."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from e2e.bad_luck import BadLuck
from tests.live import LiveServer


def assert_each_step_is_stored_once(luck: BadLuck) -> None:
    stored = luck.stored()
    assert {step: times for step, times in stored.items() if times != 1} == {}
    assert luck.seen.keys() - stored.keys() == set()
    assert {step: times for step, times in luck.seen.items() if times != 1} == {}


def test_a_dozen_faults_lose_and_double_no_step(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server, sync_playwright() as playwright:
        luck = BadLuck(playwright, server, server.new_participant(), tmp_path, seed=2)
        luck.faults_at_random(12)
        luck.come_back()
        luck.close()
        assert len(luck.faults) == 6
        assert len(luck.seen) > 20
        assert_each_step_is_stored_once(luck)


@pytest.mark.slow
def test_a_hundred_and_twenty_faults_lose_and_double_no_step_and_the_session_is_completed(tmp_path: Path) -> None:
    with LiveServer(tmp_path) as server, sync_playwright() as playwright:
        luck = BadLuck(playwright, server, server.new_participant(), tmp_path, seed=7)
        luck.faults_at_random(120)
        luck.play_to_the_end(within=600)
        luck.come_back()
        luck.close()
        assert luck.faults.total() == 120
        assert len(luck.seen) > 300
        assert_each_step_is_stored_once(luck)
