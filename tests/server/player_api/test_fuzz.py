"""The API, fuzzed from its own schema: real server, real person, no answer that is not documented, nothing broken."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.live import LiveServer, Person
from tests.server.http_player import HttpSitting, live_player, moment_record

OPERATIONS = [
    "open_sitting",
    "open_test_sitting",
    "send_chunk",
    "renew_lease",
    "read_asset",
    "save_portrait",
    "read_portrait",
    "delete_portrait",
]
WITHOUT_INPUT = {"read_portrait", "delete_portrait"}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
FUZZING = settings(
    max_examples=80, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture(scope="module")
def fuzzed(real_server: LiveServer) -> Person:
    return real_server.new_participant()


@pytest.fixture(scope="module")
def sitting(real_server: LiveServer, fuzzed: Person) -> HttpSitting:
    sitting = live_player(real_server, fuzzed).open()
    sitting.send(moment_record())
    return sitting


@pytest.fixture(scope="module")
def schema(real_server: LiveServer) -> dict[str, Any]:
    with closing(HTTPConnection("127.0.0.1", real_server.port)) as connection:
        connection.request("GET", "/api/player/openapi.json")
        read: dict[str, Any] = json.loads(connection.getresponse().read())
    return read


@pytest.fixture(scope="module")
def api(schema: dict[str, Any]) -> Any:
    """The schema without its sign-in, which is a real person's here; test_doorway.py tries to get in without."""
    unlocked = json.loads(json.dumps(schema))
    unlocked["components"].pop("securitySchemes")
    for path in unlocked["paths"].values():
        for operation in path.values():
            operation.pop("security")
    return schemathesis.openapi.from_dict(unlocked)


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_a_request_of_the_right_form_gets_a_documented_answer(
    api: Any, real_server: LiveServer, fuzzed: Person, sitting: HttpSitting, operation_id: str
) -> None:
    operation = api.find_operation_by_id(operation_id)

    @FUZZING
    @given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE), st.booleans())
    def check(case: Any, in_the_open_sitting: bool) -> None:
        if in_the_open_sitting and "sitting" in (case.path_parameters or {}):
            case.path_parameters["sitting"] = sitting.id
        case.headers = {**(case.headers or {}), **fuzzed.headers}
        case.validate_response(case.call(base_url=real_server.url), checks=CHECKS)

    check()


@pytest.mark.parametrize("operation_id", [name for name in OPERATIONS if name not in WITHOUT_INPUT])
def test_a_request_of_the_wrong_form_is_refused(
    api: Any, real_server: LiveServer, fuzzed: Person, operation_id: str
) -> None:
    operation = api.find_operation_by_id(operation_id)

    @FUZZING
    @given(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def check(case: Any) -> None:
        case.headers = {**(case.headers or {}), **fuzzed.headers}
        response = case.call(base_url=real_server.url)
        case.validate_response(response, checks=CHECKS)
        assert 400 <= response.status_code < 500

    check()


def test_the_server_is_well_after_all_that(real_server: LiveServer, sitting: HttpSitting) -> None:
    assert sitting.send(moment_record()).status == 200
    log = real_server.log.read_text()
    assert "Traceback" not in log
    assert "ERROR" not in log


def test_every_operation_of_the_schema_has_a_name_and_its_refusals(schema: dict[str, Any]) -> None:
    operations = {
        operation["operationId"]: operation for path in schema["paths"].values() for operation in path.values()
    }
    assert set(operations) == set(OPERATIONS)
    for operation in operations.values():
        assert {"401", "403"} <= set(operation["responses"])
