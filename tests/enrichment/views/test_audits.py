"""The audit as a page."""

import csv
import html
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.models import Scan
from tests import make
from tests.enrichment import audited

pytestmark = pytest.mark.django_db
PAGE = "/enrichment/audit/"
LIST = f"{PAGE}findings/"


def queries(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.fixture
def kept(client, tmp_path):
    audited.register_16()
    client.force_login(make.triager())
    return audited.scan(audited.tree(tmp_path / "code"))


def test_the_page_says_how_code_and_registry_differ(kept, client):
    page = client.get(PAGE).text

    for figure in ("39", "14", "2", "53", "16"):
        assert f">{figure}</a>" in page
    assert "ingest/legacy_latin1.py" in page
    assert "<strong>1</strong>" in page


def test_every_figure_leads_to_exactly_its_rows(kept, client):
    links = client.get(PAGE).context["links"]

    for kind, count in {
        "unregistered": 39,
        "in_both": 14,
        "registered_missing": 2,
        "functions": 53,
        "writer": 32,
        "read_only": 14,
        "not_deployed": 3,
        "unreadable": 1,
        "open": kept.summary["violations"],
        "waived": kept.summary["waived"],
        "all": kept.summary["findings"],
    }.items():
        rows = client.get(f"{links[kind]}&size=100").context["rows"].rows
        assert len(rows) == count, kind


def test_waivers_say_how_long_they_count(kept, client):
    scan = Scan.objects.get()
    scan.waivers[0]["expires"] = "2020-01-01"
    scan.save(update_fields=["waivers"])

    waivers = client.get(PAGE).context["waivers"]

    assert (waivers[0]["ends"], waivers[0]["state"]) == ("ended", "failed")
    assert waivers[0]["named"] == "generic_intake"


def test_a_page_without_a_scan_says_what_to_do(client, settings, tmp_path):
    settings.INGEST_TREE = tmp_path / "nowhere"
    client.force_login(make.triager())

    page = client.get(PAGE).text

    assert "The code was not scanned yet" in page and "INGEST_TREE" in page
    assert "audit/scan/" not in page


def test_scanning_again_keeps_another_scan(client, settings, tmp_path):
    settings.INGEST_TREE = audited.tree(tmp_path / "code")
    by = make.triager()
    client.force_login(by)

    page = client.post(f"{PAGE}scan/", follow=True).text

    assert Scan.objects.get().by == by
    wrong = Scan.objects.get().summary["violations"]
    assert f"Scanned 79 files, {wrong} findings not in order." in page
    assert "The last scan" in page


def test_one_is_no_plural(client, settings, tmp_path):
    settings.INGEST_TREE = tmp_path
    (tmp_path / "broken.py").write_text("def (")
    client.force_login(make.triager())

    client.post(f"{PAGE}scan/")
    page = client.post(f"{PAGE}scan/", follow=True).text

    assert "Scanned 1 file, 1 finding not in order." in page
    assert "The last 2 scans" in page


def test_the_list_offers_to_register_what_the_last_scan_found(client):
    old = audited.finding()
    new = audited.finding()
    client.force_login(make.triager())

    assert f"/register/?finding={new.pk}" in client.get(LIST).text
    assert f"/register/?finding={new.pk}" in client.get(f"{LIST}?scan={new.scan_id}").text
    assert "/register/?" not in client.get(f"{LIST}?scan={old.scan_id}").text

    client.force_login(make.viewer())
    assert "/register/?" not in client.get(LIST).text


def test_a_group_leads_to_all_of_its_kind(kept, client):
    page = client.get(PAGE).text

    address = re.search(r'href="([^"]+)">All 39<', page).group(1)
    rows = client.get(f"{html.unescape(address)}&size=100").context["rows"].rows
    assert len(rows) == 39


def test_a_tree_that_went_is_a_sentence(client, settings, tmp_path):
    settings.INGEST_TREE = tmp_path / "nowhere"
    client.force_login(make.triager())

    answer = client.post(f"{PAGE}scan/")

    assert answer.status_code == 422
    assert "is not there" in answer.text


@pytest.mark.parametrize("address", [PAGE, LIST, f"{LIST}?part=facets"])
def test_a_hundred_rows_cost_as_many_queries_as_one(address, client):
    client.force_login(make.triager())
    kept = audited.finding().scan
    alone = queries(client, address)

    for _ in range(99):
        audited.finding(scan=kept)

    more = address if address == PAGE else f"{address}{'&' if '?' in address else '?'}size=100"
    assert queries(client, more) == alone <= 12


def test_the_file_holds_the_rows_of_its_list_and_no_formula(client):
    kept = audited.finding(function="=1+1").scan
    audited.finding(scan=kept, kind="opens_no_run")
    client.force_login(make.viewer())

    answer = client.get(f"{PAGE}findings.csv?kind=unregistered")

    rows = list(csv.reader(io.StringIO(answer.text)))
    assert [row[:4] for row in rows] == [
        ["kind", "file", "line", "function"],
        ["unregistered", "ingest/x.py", "3", "'=1+1"],
    ]
    assert client.get(f"{PAGE}findings.csv?colour=red").status_code == 400


def test_a_finding_says_what_to_put_into_the_file_of_waivers(client):
    finding = audited.finding(kind="registered_missing", function="", slug="known", file="")
    make.workflow(workflow_name="known")
    client.force_login(make.viewer(first_name="Mei", last_name="Tanaka"))

    page = html.unescape(client.get(f"{PAGE}findings/{finding.pk}/waive/").text)

    for line in ("[[waiver]]", 'finding = "registered_missing"', 'slug = "known"'):
        assert line in page
    assert 'by = "Mei Tanaka"' in page
    assert "/enrichment/workflows/known/" in page
    assert client.get(f"{PAGE}findings/0/waive/").status_code == 404
    assert client.get(f"{PAGE}findings/{10**30}/waive/").status_code == 404


def test_a_waived_finding_says_by_whom_until_when_and_why_and_how_that_ends(client, kept):
    finding = kept.findings.filter(waived_until__isnull=False).first()
    waiver = next(one for one in kept.waivers if one["reason"] == finding.waived_because)
    address = f"{PAGE}findings/{finding.pk}/waive/"

    page = client.get(address).text

    assert "End a waiver" in page and "What to put into" not in page
    for said in (waiver["by"], waiver["reason"], waiver["expires"]):
        assert page.count(html.escape(said)) >= 2, said
    assert f"expires = {waiver['expires']}" in page
    for shown in (f"{LIST}?waived=true", PAGE):
        row = client.get(shown).text
        assert f"by {waiver['by']}: {html.escape(waiver['reason'])}" in row
        assert f'href="{address}">End the waiver…<' in row


def test_the_waived_cost_the_same_queries_for_one_row_and_a_hundred(client, kept):
    client.force_login(make.viewer())
    alone = queries(client, f"{LIST}?waived=true")

    given = {"waived_because": "x", "waived_until": audited.TODAY}
    for _ in range(99):
        audited.finding(scan=kept, **given)

    assert queries(client, f"{LIST}?waived=true&size=100") == alone <= 12


def test_the_page_is_of_one_tree_and_offers_the_others(client, settings, tmp_path):
    settings.INGEST_TREE = tmp_path / "code"
    own = audited.finding(function="ingest_own").scan
    client.force_login(make.triager())
    assert "Trees that were scanned" not in client.get(PAGE).text
    Scan.objects.filter(pk=own.pk).update(tree=str(tmp_path / "code"))
    other = audited.finding(function="ingest_other", slug="y")

    page = client.get(PAGE).text
    assert "ingest_own" in page and "ingest_other" not in page
    assert f'href="{PAGE}?tree=code"' in page
    chosen = client.get(f"{PAGE}?tree=code")

    assert "ingest_other" in chosen.text and "ingest_own" not in chosen.text
    assert chosen.context["chart"].title == "The last scan"
    assert f'href="{PAGE}findings.csv?scan={other.scan_id}"' in chosen.text
    assert f"{PAGE}register-all/?tree=code" in chosen.text
    assert f"/register/?finding={other.pk}" in client.get(f"{LIST}?scan={other.scan_id}").text
    assert client.get(f"{PAGE}register/?finding={other.pk}").status_code == 200


@pytest.mark.parametrize("tree", ["", "nowhere", "\0", "x" * 5000, "<b>"])
def test_a_tree_that_was_not_scanned_is_a_sentence(client, tree):
    audited.finding()
    client.force_login(make.triager())

    for address in (PAGE, f"{PAGE}register-all/"):
        answer = client.get(address, {"tree": tree})
        assert answer.status_code == 400
        assert "was kept" in answer.text and "<b>" not in answer.text
