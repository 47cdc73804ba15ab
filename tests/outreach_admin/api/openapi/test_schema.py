"""The schema: made without a warning, and it says of each endpoint what it takes and gives."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from outreach_admin.api.openapi.pages import described
from outreach_admin.api.openapi.schema import ALWAYS, OF_BODIES, WHY

SCHEMA = json.loads(json.dumps(described()))
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method} {path}": said
    for path, methods in SCHEMA["paths"].items()
    for method, said in methods.items()
}
WITH_BODIES = [name for name, said in OPERATIONS.items() if "requestBody" in said]


def test_it_is_openapi_and_made_without_a_warning(tmp_path):
    call_command(
        "spectacular",
        "--validate",
        "--fail-on-warn",
        "--format=openapi-json",
        f"--file={tmp_path / 'schema.json'}",
    )

    assert SCHEMA["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_endpoint_says_what_it_does_and_needs(name):
    said = OPERATIONS[name]

    assert said["summary"] and not said["summary"].endswith(".")
    assert "Scope: " in said["description"] or name.endswith("/schema/")
    assert said["tags"] == [name.split("/")[2]]


@pytest.mark.parametrize("name", OPERATIONS)
def test_each_endpoint_says_which_refusals_it_can_give(name):
    method, path = name.split()
    due = {*ALWAYS}
    due |= set(OF_BODIES) if method in ("post", "put", "patch") else set()
    due |= {404} if "{" in path else set()

    answers = OPERATIONS[name]["responses"]

    assert {str(status) for status in due} <= set(answers)
    assert any(status.startswith("2") for status in answers)
    for status, answer in answers.items():
        if not status.startswith("2"):
            assert list(answer["content"]) == ["application/problem+json"]
            assert answer["description"] == WHY[int(status)]


@pytest.mark.parametrize("name", WITH_BODIES)
def test_each_body_is_described_with_an_example(name):
    body = OPERATIONS[name]["requestBody"]["content"]

    assert list(body) == ["application/json"]
    content = body["application/json"]
    assert content.get("examples") or content.get("example"), name
    assert "$ref" in content["schema"] or content["schema"].get("properties")


def test_names_of_operations_are_their_own():
    names = [said["operationId"] for said in OPERATIONS.values()]

    assert len(set(names)) == len(names)


def test_a_list_offers_the_keys_and_orders_of_its_filter():
    given = {one["name"]: one for one in OPERATIONS["get /api/errors/"]["parameters"]}

    assert {"disposition", "code", "q", "sort", "size", "cursor"} <= set(given)
    assert "-created" in given["sort"]["schema"]["enum"]
    assert "part" not in given and "view" not in given


def test_a_search_has_no_get():
    assert list(SCHEMA["paths"]["/api/errors/search/"]) == ["post"]


def test_a_token_is_how_one_calls():
    assert SCHEMA["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}
    assert OPERATIONS["get /api/errors/"]["security"] == [{"token": []}]
