from __future__ import annotations

from daybreak.core.plan import Refreshes
from daybreak.core.session_length import expected_minutes
from tests.core.plan_cast import PACKS


def test_a_session_is_expected_to_stay_within_twenty_minutes() -> None:
    # The published limit of a session is 20 minutes (Price and colleagues 2022).
    for pack in PACKS.values():
        assert 15 <= expected_minutes(pack, practice=False) <= expected_minutes(pack, practice=True) <= 20


def test_durations_in_refreshes_count_as_on_a_display_of_60_hz() -> None:
    pack = PACKS["en"]
    slow = pack.tasks.faces.timing.model_copy(update={"pause": Refreshes(refreshes=630)})
    tasks = pack.tasks.model_copy(update={"faces": pack.tasks.faces.model_copy(update={"timing": slow})})
    longer = expected_minutes(pack.model_copy(update={"tasks": tasks}), practice=False)
    # 120 steps, each with a pause of 10.5 s where it was 0.5 s.
    assert longer - expected_minutes(pack, practice=False) == 20
