"""PostgreSQL: the vault belongs to a role of its own, and the server's login reads nothing of it outside the doors."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.live import ROOT
from tests.postgresql import new_database

LOGIN, ROLE = "daybreak_login", "daybreak_vault"
ROLES = f"""
DROP ROLE IF EXISTS {LOGIN};
DROP ROLE IF EXISTS {ROLE};
CREATE ROLE {LOGIN} LOGIN;
CREATE ROLE {ROLE};
GRANT {ROLE} TO {LOGIN} WITH INHERIT FALSE, SET TRUE;
"""
ENROL = """
import json
from datetime import timedelta
from daybreak.server.serve import prepare
prepare()
from django.db import connection, transaction
from daybreak.core.cues import Cues
from daybreak.core.errors import DaybreakError
from daybreak.server import clock
from daybreak.server.audit.trail import recorded
from daybreak.server.audit.verify import faults
from daybreak.server.enrolment.actions import save_cues
from daybreak.server.training.models import TrainingSession
from daybreak.server.vault import allocate, dispense, reveal
from tests import candidates, people
from tests.live_people import shipped_study_file

def role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return cursor.fetchone()[0]

site = people.site(shipped_study_file())
person = candidates.enrolled(site, "P-1")
save_cues(person, Cues("Alexandra"))
infusion = people.infused(person, clock.now() + timedelta(hours=1))
session = TrainingSession.objects.create(participant=person, infusion=infusion, number=1, planned_at=clock.now())
plan = dispense.dispense_plan(session)
picture = next(asset.id for asset in plan.assets if asset.kind == "picture")
with recorded(None, "reveal-arm", participant=person) as entry:
    arm = reveal.reveal_arm(entry, person)
    within = role()
with recorded(None, "list-kits", site=site) as entry:
    kits = reveal.pharmacy_list(entry, site)
with recorded(None, "replace-kit", site=site, reason="dropped") as entry:
    spare = allocate.next_kit(entry, person, 2)
    reveal.change_kit(entry, site, spare, "prepared", expected="to-prepare")
    replaced = reveal.replace_kit(entry, site, spare)
    found = allocate.find_kit(site, replaced)
stranger = candidates.consented(site, "P-2")
with transaction.atomic():
    try:
        with recorded(None, "reveal-arm", participant=stranger) as entry:
            reveal.reveal_arm(entry, stranger)
    except DaybreakError as error:
        refusal, afterwards = error.code, role()
print(json.dumps({
    "arm": arm,
    "kits": [kit.number for kit in kits],
    "kit": allocate.current_kit(person, 1),
    "spare": [spare, replaced, found.number, found.state],
    "same": plan == dispense.dispense_plan(session),
    "picture": len(dispense.dispense_picture(session, picture)),
    "roles": [within, afterwards, role()],
    "refusal": refusal,
    "faults": [str(fault) for fault in faults()] + allocate.check_commitments(site.study),
}))
"""


def environment(folder: Path, url: str, role: str = ROLE) -> dict[str, str]:
    """Return the surroundings of a server that signs in to the database at `url` as the application does."""
    key = base64.b64encode(bytes(32)).decode()
    return os.environ | {
        "DATABASE_URL": url,
        "DAYBREAK_DATA": str(folder),
        "DAYBREAK_DEMO": "1",
        "DAYBREAK_MASTER_KEY": key,
        "DAYBREAK_VAULT_KEY": key,
        "DAYBREAK_VAULT_ROLE": role,
        "DJANGO_SETTINGS_MODULE": "daybreak.server.settings",
    }


def run(surroundings: dict[str, str], code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=False, text=True)


@pytest.fixture(scope="module")
def database() -> str:
    """Return the address of a new database by which the application signs in."""
    as_superuser = new_database()
    with psycopg.connect(as_superuser, autocommit=True) as connection:
        connection.execute(ROLES)
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} OWNER TO {LOGIN}")
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO {ROLE}")
    return as_superuser.replace("postgres:@", f"{LOGIN}:@")


@pytest.fixture(scope="module")
def told(database: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what a server says of a person whom it enrolled, trained and revealed."""
    done = run(environment(tmp_path_factory.mktemp("role"), database), ENROL)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def test_the_doors_do_their_work_under_the_vaults_role(told: dict[str, Any]) -> None:
    assert told["kits"] == [told["kit"]]
    assert told["arm"]
    spare, replaced, found, state = told["spare"]
    assert spare != replaced == found
    assert state == "to-prepare"
    assert told["same"] is True
    assert told["picture"] > 0
    assert told["faults"] == []


def test_the_role_is_given_back_after_a_door_and_after_a_refusal(told: dict[str, Any]) -> None:
    assert told["roles"] == [LOGIN] * 3
    assert told["refusal"] == "not-allocated"


@pytest.mark.parametrize("table", ["allocationlist", "allocationrow", "assignment", "kit", "dispensed"])
def test_the_servers_own_login_can_read_no_table_of_the_vault(database: str, told: dict[str, Any], table: str) -> None:
    assert told
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM enrolment_participant").fetchone() == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied for schema vault"):
            connection.execute(f"SELECT * FROM vault.vault_{table}")


def test_the_vaults_role_can_read_but_change_nothing_else(database: str, told: dict[str, Any]) -> None:
    assert told
    with psycopg.connect(database) as connection:
        connection.execute(f"SET LOCAL ROLE {ROLE}")
        connection.execute("SELECT * FROM enrolment_participant")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM enrolment_participant")


PREPARE = "from daybreak.server.serve import prepare; prepare()"


def test_a_server_that_is_not_told_of_the_role_says_so_when_it_starts(
    database: str, told: dict[str, Any], tmp_path: Path
) -> None:
    assert told
    done = run(environment(tmp_path, database, role=""), PREPARE)
    assert done.returncode == 1
    assert f"DAYBREAK_VAULT_ROLE: the vault of this database belongs to the role {ROLE}." in done.stderr


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("nobody_of_this_name", "there is no such role."),
        (ROLE, "the server's login postgres may read the vault without taking this role."),
    ],
)
def test_a_role_that_would_wall_nothing_off_is_refused(database: str, tmp_path: Path, role: str, says: str) -> None:
    assert database
    done = run(environment(tmp_path, new_database(), role=role), PREPARE)
    assert done.returncode == 1
    assert f"DAYBREAK_VAULT_ROLE: {says}" in done.stderr
