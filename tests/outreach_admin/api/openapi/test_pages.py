"""The schema and the page to read it."""

import json

import pytest
from django.conf import settings
from django.test import Client

from outreach_admin.api.openapi.pages import described
from tests import make
from tests.callers import Caller

DOCS, SCHEMA = "/api/docs/", "/api/schema/"
STRICT = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def signed_in() -> Client:
    client = Client()
    client.force_login(make.viewer())
    return client


def policy_of(answer) -> dict[str, list[str]]:
    parts = [part.split() for part in answer["Content-Security-Policy"].split(";")]
    return {name: sorted(values) for name, *values in parts}


def test_the_page_asks_for_a_sign_in(client):
    answer = client.get(DOCS)

    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next={DOCS}")


def test_the_policy_is_relaxed_on_that_page_alone(signed_in):
    page, other = policy_of(signed_in.get(DOCS)), policy_of(signed_in.get("/errors/"))

    loosened = {name for name in page if page[name] != other[name]}
    assert loosened == {"style-src", "img-src"}
    assert page["script-src"] == ["'self'"] and "'unsafe-inline'" not in str(other)


def test_assets_are_our_own(signed_in):
    text = signed_in.get(DOCS).content.decode()

    assert "http://" not in text.replace("http://testserver", "") and "https://" not in text
    assert "<script>" not in text and "swagger-ui-bundle.js" in text


def test_the_schema_is_for_tokens_and_for_who_is_signed_in(signed_in, client):
    assert client.get(SCHEMA).status_code == 401
    assert signed_in.get(SCHEMA).json() == json.loads(json.dumps(described()))
    assert Caller(make.viewer()).get(SCHEMA).status_code == 200


def test_who_asks_for_openapi_gets_its_type(signed_in):
    kind = "application/vnd.oai.openapi+json"

    assert signed_in.get(SCHEMA, headers={"Accept": kind})["Content-Type"].startswith(kind)
