"""The registry as the scanner sees it, and what audits found."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enrichment.exceptions import ScanRefused
from enrichment.models import Scan
from enrichment.queries import audits
from tests import make
from tests.enrichment import audited
from tests.governance.reading import reading

pytestmark = pytest.mark.django_db


def test_a_workflow_is_an_entry_with_all_its_tables_keys_and_names():
    workflow = make.workflow(workflow_name="a", extracted_table="extracted.x", key_column="domain")
    workflow.flows.create(layer="raw", table_name="raw.y", key_columns=["company_domain"])
    workflow.aliases.create(alias="once")
    make.workflow(is_active=False)

    with reading(), CaptureQueriesContext(connection) as captured:
        first, second = audits.entries()

    assert set(first.tables) == {"extracted.x", "raw.y"}
    assert set(first.keys) == {"domain", "company_domain"}
    assert (first.slug, first.aliases, first.whole) == ("a", ("once",), True)
    assert not second.is_active
    assert len([one for one in captured if "FROM" in one["sql"]]) == 3


def test_the_file_of_waivers_in_the_tree_counts_unless_another_is_named(tmp_path):
    folder = audited.tree(tmp_path / "code")
    other = tmp_path / "none.toml"
    other.write_text("")

    own = audits.compare(folder, today=audited.TODAY)
    none = audits.compare(folder, today=audited.TODAY, waived=other)

    assert (len(own.waivers), len(none.waivers)) == (4, 0)


def test_a_file_that_says_what_it_may_not_is_refused(tmp_path):
    (tmp_path / "waivers.toml").write_text("[[waiver]]\nfinding = 3\n")

    with pytest.raises(ScanRefused, match="waiver 1 has no reason"):
        audits.compare(tmp_path, today=audited.TODAY)


@pytest.mark.parametrize(
    ("head", "ref", "commit"),
    [
        ("4be21f0" * 5, None, "4be21f0" * 5),
        ("ref: refs/heads/main\n", "91c07aa\n", "91c07aa"),
        ("ref: refs/heads/packed\n", None, ""),
    ],
)
def test_the_commit_is_read_off_the_checkout(head, ref, commit, tmp_path):
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text(head)
    if ref:
        (git / "refs/heads/main").write_text(ref)
    (tmp_path / "ingest").mkdir()

    assert audits.commit_of(tmp_path / "ingest") == commit


def test_a_checkout_whose_head_is_no_text_has_no_commit(tmp_path):
    (tmp_path / ".git/refs/heads/main").mkdir(parents=True)
    (tmp_path / ".git/HEAD").write_text("ref: refs/heads/main")

    assert audits.commit_of(tmp_path) == ""


def test_the_first_of_each_kind_come_worst_first_and_waived_ones_last():
    kept = audited.finding(function="a", waived_because="x", waived_until=audited.TODAY).scan
    audited.finding(scan=kept, function="b")
    audited.finding(scan=kept, function="c")
    audited.finding(scan=kept, kind="in_both")
    audited.finding(scan=kept, kind="opens_no_run", function="d")

    found = audits.first_of_each(kept, 2)

    assert [(one.kind, one.function) for one in found if one.kind != "opens_no_run"] == [
        ("unregistered", "b"),
        ("unregistered", "c"),
    ]
    assert len(found) == 3


def test_what_waits_has_no_entry_under_any_name():
    kept = audited.finding(slug="open").scan
    audited.finding(scan=kept, slug="known")
    audited.finding(scan=kept, slug="once")
    audited.finding(scan=kept, slug="other", kind="opens_no_run")
    make.workflow(workflow_name="known").aliases.create(alias="once")

    assert [one.slug for one in audits.waiting(kept)] == ["open"]
    keys = kept.findings.values_list("pk", flat=True)
    assert [one.slug for one in audits.chosen(keys)] == ["open"]
    assert list(audits.chosen([0])) == []


def test_findings_of_an_earlier_scan_of_a_tree_are_not_chosen():
    earlier, other = audited.finding(), audited.finding()
    Scan.objects.filter(pk=other.scan_id).update(tree="elsewhere")
    last = audited.finding()

    found = audits.chosen([earlier.pk, other.pk, last.pk])

    assert list(found) == [other, last]


def test_the_last_scan_of_the_consoles_tree_is_the_latest_until_it_has_none(settings, tmp_path):
    settings.INGEST_TREE = tmp_path / "code" / ".." / "code"
    first = audited.finding().scan
    second = audited.finding().scan
    assert audits.latest() == second
    first.tree = str(tmp_path / "code")
    first.save(update_fields=["tree"])

    assert audits.latest() == first
    assert {*audits.trees()} == {first, second}
    assert audits.past(first.tree, 9) == [first]


def a_waiver(**given):
    told = {
        "finding": "*",
        "function": "ingest_*",
        "slug": "",
        "file": "",
        "reason": "later",
        "by": "Joris Vance",
        "expires": "2026-02-02",
        "days_left": "0",
    }
    return told | given


def test_a_waived_finding_has_the_waiver_that_answers_for_it():
    finding = audited.finding(waived_because="later", waived_until=audited.TODAY)
    others = [
        a_waiver(by="A", reason="sooner"),
        a_waiver(by="B", expires="2026-02-03"),
        a_waiver(by="C", function="other"),
        a_waiver(by="D", finding="dynamic_slug"),
    ]
    finding.scan.waivers = [*others, a_waiver()]

    assert audits.waiver_of(finding).by == "Joris Vance"
    finding.scan.waivers = others
    assert audits.waiver_of(finding) is None
