"""What findings can be narrowed to."""

import pytest

from tests import make
from tests.enrichment import audited

pytestmark = pytest.mark.django_db
LIST = "/enrichment/audit/findings/"


@pytest.fixture
def kept(client):
    kept = audited.finding(function="ingest_open").scan
    audited.finding(
        scan=kept, function="ingest_waived", waived_because="later", waived_until=audited.TODAY
    )
    audited.finding(scan=kept, function="ingest_known", slug="known")
    audited.finding(scan=kept, kind="opens_no_run", function="ingest_silent", file="ingest/deep.py")
    make.workflow(workflow_name="known")
    client.force_login(make.viewer())
    return kept


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"open", "waived", "known", "silent"}),
        ("kind=opens_no_run", {"silent"}),
        ("kind=opens_no_run&kind=unregistered", {"open", "waived", "known", "silent"}),
        ("waived=true", {"waived"}),
        ("registered=true", {"known"}),
        ("q=DEEP", {"silent"}),
        ("kind=in_both", set()),
    ],
)
def test_a_filter_keeps_what_it_says(query, shown, kept, client):
    page = client.get(f"{LIST}?{query}").text

    names = ("open", "waived", "known", "silent")
    assert {name for name in names if f"ingest_{name}" in page} == shown


@pytest.mark.parametrize("query", ["kind=colour", "waived=perhaps", "scan=x", "colour=red"])
def test_what_no_filter_takes_is_refused(query, kept, client):
    assert client.get(f"{LIST}?{query}").status_code == 400


def test_another_scan_is_shown_by_its_number(kept, client):
    audited.finding(function="ingest_later")

    assert "ingest_later" in client.get(LIST).text
    earlier = client.get(f"{LIST}?scan={kept.pk}").text
    assert "ingest_open" in earlier and "ingest_later" not in earlier


def test_facets_of_flags_are_counted_under_their_words(kept, client):
    facets = {one.name: one for one in client.get(f"{LIST}?part=facets").context["facets"]}

    counts = {one.label: one.tally.count for one in facets["waived"].values}
    assert counts == {"Yes": 1, "No": 3}
