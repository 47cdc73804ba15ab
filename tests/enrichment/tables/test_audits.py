"""What a row of findings shows."""

import pytest

from enrichment.queries import audits
from enrichment.tables.audits import offer, place_of, state_of
from tests import make
from tests.enrichment import audited

pytestmark = pytest.mark.django_db


def as_shown(**given):
    kept = audited.finding(**given).scan
    return audits.findings(kept).get()


def test_a_finding_is_open_until_it_is_waived_or_registered():
    make.workflow(workflow_name="known")
    waived = as_shown(waived_because="later", waived_until=audited.TODAY)

    assert state_of(as_shown()) == ("open_finding", "open")
    assert state_of(waived) == ("waived", "waived until 2026-02-02")
    assert state_of(as_shown(slug="known")) == ("registered", "registered since")
    assert state_of(as_shown(kind="in_both")) == ("noted", "in order")


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({}, "Register…"),
        ({"waived_because": "x", "waived_until": audited.TODAY}, "End the waiver…"),
        ({"slug": ""}, "Waive…"),
        ({"kind": "registered_missing"}, "Mend or waive…"),
        ({"kind": "dynamic_slug"}, "Waive…"),
        ({"kind": "unreadable"}, None),
        ({"kind": "read_only"}, None),
    ],
)
def test_what_can_be_done_is_offered(given, label):
    done = offer(as_shown(**given), may_register=True)

    assert (done.label if done else None) == label


def test_who_may_not_register_is_not_offered_to():
    assert offer(as_shown(), may_register=False).label == "Waive…"


def test_what_stands_in_no_file_stands_in_the_registry():
    assert place_of(as_shown()) == "ingest/x.py:3"
    assert place_of(as_shown(line=None)) == "ingest/x.py"
    assert place_of(as_shown(file="", line=None)) == "registry"


def test_a_hostile_name_is_shown_as_text(client):
    audited.finding(function="<script>alert(1)</script>", found="\u202eevil")
    client.force_login(make.viewer())

    page = client.get("/enrichment/audit/findings/").text

    assert "&lt;script&gt;" in page and "<script>alert" not in page
    assert "\u202e" not in page
