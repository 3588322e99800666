"""docs/staff.md says what the code does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings

from daybreak.core.roles import Role
from daybreak.server.accounts.lockout import minutes_locked
from daybreak.server.accounts.rights import RIGHTS
from daybreak.server.staffing.actions.invite import LASTS
from scripts.write_rights import PAGE, with_table

WORDS = {5: "Five", 7: "seven", 10: "ten"}


def test_the_table_of_rights_is_the_one_in_the_code() -> None:
    heads = ["may", *Role]
    rows = [[right.says, *("yes" if role in right.roles else "" for role in Role)] for right in RIGHTS.values()]
    lines = [heads, ["---", *(":-:" for _ in Role)], *rows]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page, table) == page, "run python -m scripts.write_rights"


def test_the_limits_on_the_page_are_those_in_force() -> None:
    page = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
    assert f"{WORDS[settings.AXES_FAILURE_LIMIT]} wrong passwords or codes close the account" in page
    assert f"for {minutes_locked()} minutes" in page
    assert f"after {settings.STAFF_IDLE_SECONDS // 60} minutes without use" in page
    assert f"after {WORDS[settings.STAFF_SESSION_SECONDS // 3600]} hours" in page
    assert f"for {WORDS[LASTS.days]} days" in page
    assert f"the answer holds for {WORDS[settings.ACCOUNT_REAUTHENTICATION_TIMEOUT // 60].lower()} minutes" in page
    assert "12 characters" in page
    validators: Any = settings.AUTH_PASSWORD_VALIDATORS
    assert validators[0]["OPTIONS"]["min_length"] == 12
    assert settings.ACCOUNT_SESSION_COOKIE_AGE == settings.STAFF_IDLE_SECONDS


def test_every_setting_of_mail_is_documented() -> None:
    source = (Path(PAGE).parent.parent / "src/daybreak/server/environment.py").read_text()
    listed = (Path(PAGE).parent / "reference/settings.md").read_text()
    assert [name for name in set(re.findall(r'"(DAYBREAK_\w+)"', source)) if f"`{name}`" not in listed] == []
