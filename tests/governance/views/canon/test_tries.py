"""Trying a call: asked of the guard, and recorded nowhere."""

import json

import pytest

from governance.models import Event

pytestmark = pytest.mark.django_db
TRY = "/canon/try/"
HUNTER = {"tool": "TOOL-008", "hub": "HUB-COMPANY-TARGET", "interaction": "ENRICH"}
VERIFIED = {"fact-domain_verified": "true", "fact-mx_present": "true"}
RETELL = {
    "tool": "TOOL-011",
    "hub": "HUB-OUTREACH",
    "interaction": "WRITE",
    "facts": json.dumps({"bit_score": 80, "contact_verified": True, "dnc_checked": True}),
    "fact-contact_timezone": "UTC",
}


def shown(response, status=200):
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def test_a_call_that_passes_is_shown_step_by_step(client, analyst):
    page = shown(client.post(TRY, HUNTER | VERIFIED))

    assert "It may be called" in page
    for words in ("Kill switches", "Every condition is met.", "Nobody has to agree to it."):
        assert words in page
    assert "not asked" not in page


def test_a_refusal_names_its_code_and_the_steps_after_it_are_not_asked(client, analyst):
    page = shown(client.post(TRY, HUNTER | {"fact-domain_verified": "false"}))

    assert "V-GATE-001" in page and "CRITICAL, PARK" in page
    assert "domain_verified is not true; mx_present is not known" in page
    assert "Not asked: a step before it stands against the call." in page


@pytest.mark.parametrize(
    ("clock", "code"), [("2026-02-04T12:00", "V-GATE-002"), ("2026-02-04T03:00", "V-GATE-001")]
)
def test_the_clock_says_when_the_call_would_be(client, analyst, clock, code):
    assert code in shown(client.post(TRY, RETELL | {"clock": clock}))


def test_what_the_object_names_is_judged_too(client, analyst):
    page = shown(client.post(TRY, HUNTER | VERIFIED | {"facts": '{"vendor": "clay.com"}'}))

    assert "V-TOOL-002" in page and "Clay is a banned vendor." in page


def test_the_address_names_a_tool_and_its_facts_are_asked_for(client, analyst):
    page = shown(client.get(f"{TRY}?tool=TOOL-008"))

    assert 'name="fact-mx_present"' in page and 'value="HUB-COMPANY-TARGET"' in page
    assert '<option value="ENRICH" selected>' in page


def test_the_facts_of_another_tool_are_shown_without_a_question(client, analyst):
    sent = HUNTER | {"tool": "TOOL-011", "entity": "somebody", "do": "fields"}

    page = shown(client.post(TRY, sent))

    assert 'name="fact-bit_score"' in page and 'value="somebody"' in page
    assert "The answer" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        HUNTER | {"interaction": "BUY"},
        HUNTER | {"facts": "{"},
        HUNTER | {"clock": "10000-01-01T00:00"},
        HUNTER | {"entity": "nul \0"},
        HUNTER | {"entity": "a\u200bb"},
        HUNTER | {"tool": "x" * 10_000},
        HUNTER | {"fact-mx_present": "maybe"},
    ],
)
def test_what_cannot_be_asked_is_said_in_words(client, analyst, sent):
    page = shown(client.post(TRY, sent), 422)

    assert "The answer" not in page
    assert 'role="alert"' in page or 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "facts",
    [
        '{"mx_present": 1}',
        '{"x": NaN}',
        '{"x": 1e999}',
        '{"x": "\\ud800", "\\udfff": 1}',
        '{"x_at": "9999-12-31T23:59:59"}',
        '{"x": ' + "[" * 500 + "]" * 500 + "}",
        '{"bit_score": ' + "9" * 4000 + "}",
    ],
)
def test_any_object_has_an_answer(client, analyst, facts):
    assert "The answer" in shown(client.post(TRY, HUNTER | VERIFIED | {"facts": facts}))


def test_nothing_is_recorded(client, analyst):
    before = Event.objects.count()

    client.post(TRY, HUNTER)

    assert Event.objects.count() == before
