"""Comparing code with the registry, and registering what is missing."""

import pytest

from enrichment.exceptions import RegistryRefused, ScanRefused
from enrichment.models import Finding, Workflow
from enrichment.queries import audits
from enrichment.services import scans
from governance.exceptions import NotPermitted
from tests import make
from tests.enrichment import audited
from tests.enrichment.scanner import trees

pytestmark = pytest.mark.django_db


def test_a_scan_keeps_its_figures_findings_and_waivers(tmp_path):
    audited.register_16()

    kept = audited.scan(audited.tree(tmp_path), by=make.triager())

    kinds = [one.kind for one in kept.findings.all()]
    assert (kinds.count("unregistered"), kinds.count("in_both")) == (39, 14)
    assert (kinds.count("writer"), kinds.count("read_only")) == (32, 14)
    assert kept.summary["table_mismatch"] == kinds.count("table_mismatch") == 4
    assert [one["days_left"] for one in kept.waivers] == ["57", "57", "3", "90"]
    assert not kept.is_green


def test_registering_all_that_need_no_choice_makes_the_audit_green_for_them(tmp_path):
    audited.register_16()
    folder = audited.tree(tmp_path)
    first = audited.scan(folder)
    by = make.triager()

    made = scans.register_all(audits.waiting(first), by=by)
    second = audited.scan(folder)

    assert len(made) == second.summary["in_both"] - 14 == 39
    assert second.summary["unregistered"] == 0
    news = Workflow.objects.get(workflow_name="company_news")
    assert (news.raw_table, news.extracted_table, news.key_column) == (
        "raw.predictleads_news",
        "extracted.company_news",
        "domain",
    )


def test_the_whole_audit_can_be_made_green_and_a_54th_function_fails_it(tmp_path):
    folder = trees.write(
        tmp_path,
        x=f"{trees.EXPOSED}def ingest_x(db):\n    client.run('x', entity=1)\n"
        "    db.table('raw.x').upsert(1, on_conflict='domain')\n",
    )
    scans.register_all(audits.waiting(audited.scan(folder)), by=make.triager())

    assert audited.scan(folder).is_green

    trees.write(folder, y=f"{trees.EXPOSED}def ingest_y(db): db.table('raw.y').insert(1)\n")
    assert not audited.scan(folder).is_green


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "further_writer"},
        {"kind": "dynamic_slug"},
        {"slug": ""},
        {"key_type": ""},
        {"writes": []},
        {"writes": [{"layer": "raw", "table": "raw.x", "keys": [], "via": ""}]},
        {"writes": [{"layer": "raw", "table": "raw.?", "keys": ["domain"], "via": ""}]},
        {"waived_because": "later"},
    ],
)
def test_what_the_code_does_not_say_is_for_a_person(given):
    assert scans.needs_no_choice(audited.finding())
    assert not scans.needs_no_choice(audited.finding(**given))


def test_one_name_that_is_taken_lets_none_be_registered():
    kept = audited.finding().scan
    audited.finding(scan=kept, slug="Not A Slug")

    with pytest.raises(RegistryRefused):
        scans.register_all(audits.waiting(kept), by=make.triager())

    assert not Workflow.objects.exists()


def test_nothing_to_register_is_said():
    with pytest.raises(ScanRefused) as refused:
        scans.register_all([], by=make.triager())

    assert refused.value.status == 409


def test_two_functions_of_one_slug_are_one_workflow():
    kept = audited.finding().scan
    audited.finding(scan=kept, function="ingest_x_bulk")

    assert len(scans.register_all(audits.waiting(kept), by=make.triager())) == 1


def test_names_that_no_database_takes_are_kept_as_they_can_be(tmp_path):
    folder = trees.write(
        tmp_path,
        x=f"{trees.EXPOSED}def ingest_{'x' * 300}(db):\n"
        "    client.run('a\\ud800', entity=1)\n"
        "    db.table('raw.x').upsert(1, on_conflict='a\\0b')\n",
    )

    kept = audited.scan(folder)

    found = Finding.objects.get(scan=kept, kind="unregistered")
    assert (len(found.function), found.slug) == (255, "a?")


def test_who_may_not_scan_and_what_is_not_there_are_refused(tmp_path):
    with pytest.raises(NotPermitted):
        scans.scan(tmp_path, by=make.viewer())
    with pytest.raises(ScanRefused, match="is not there"):
        scans.scan(tmp_path / "nothing", by=None)
