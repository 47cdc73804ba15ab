"""Reports of the canon's checks: kept once, set against the one before, deleted when they are old."""

import copy
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.api.serializers.canon.checks import CheckReportBody
from governance.exceptions import NotPermitted
from governance.models import CheckedRepository, CheckFinding, CheckReport
from governance.services.canon import checks
from outreach_admin.api import bodies
from tests import make
from tests.checked import ago, body, finding, kept, over_time, unreadable, waived

pytestmark = pytest.mark.django_db


def test_a_report_is_kept_with_every_finding_and_its_figures():
    sender = make.triager()

    report = kept(
        finding("lxml", cell=2, line=7, column=3),
        finding("lxml"),
        waived("bs4", "2030-02-01", because="Why not. (Ada)"),
        finding("scrapy", state="in the baseline"),
        unreadable(),
        by=sender,
        notes=["A waiver ended."],
        left_out=[{"path": ".venv", "why": "a hidden folder"}],
    )

    report.refresh_from_db()
    assert (report.open, report.waived, report.known, report.unreadable) == (3, 1, 1, 1)
    assert (report.status, report.by, report.repository.name) == (
        "could not check",
        sender,
        "acme/ingest",
    )
    assert (report.notes, report.left_out_count) == (["A waiver ended."], 1)
    found = list(report.findings.order_by("place"))
    assert [(one.name, one.ordinal, one.where) for one in found[:2]] == [
        ("lxml", 1, "a.py:cell 2:7:3"),
        ("lxml", 2, "a.py:1:8"),
    ]
    assert (found[2].because, str(found[2].until)) == ("Why not. (Ada)", "2030-02-01")
    assert report.repository.last == report


def test_the_same_report_is_kept_once_in_whatever_order_it_says_it():
    said = bodies.read(CheckReportBody, body(finding(), waived("bs4")))
    turned = dict(reversed(copy.deepcopy(said).items()))

    first, is_new = checks.store(said, by=make.triager())
    again, is_new_again = checks.store(turned, by=make.manager())

    assert (is_new, is_new_again, again) == (True, False, first)
    assert CheckReport.objects.count() == 1 and CheckFinding.objects.count() == 2


def test_branches_and_repositories_are_set_against_their_own():
    kept(finding(), checked_at=ago(days=3))
    other = kept(finding("bs4"), checked_at=ago(days=2), branch="fix")
    third = kept(finding("bs4"), checked_at=ago(days=2), repository="acme/other")
    now = kept(finding("scrapy"), checked_at=ago(days=1))

    assert (other.before, third.before) == (None, None)
    assert (now.opened, now.closed) == (1, 1)


def test_a_report_that_comes_late_takes_its_place():
    first, last = over_time([finding()], [finding(), finding("bs4")])
    moment = first.checked_at + timedelta(hours=1)

    late = kept(finding("bs4"), checked_at=moment.isoformat())

    last.refresh_from_db()
    assert (late.before, last.before) == (first, late)
    assert (late.opened, late.closed, last.opened, last.closed) == (1, 1, 1, 0)
    assert late.repository.last == last


def test_a_report_that_could_not_look_closes_nothing():
    first = kept(finding(), checked_at=ago(days=3))
    blind = kept(checked_at=ago(days=2), refusal="It cannot be checked.")
    now = kept(finding(), checked_at=ago(days=1))

    assert (blind.before, blind.closed) == (None, None)
    assert (now.before, now.opened, now.closed) == (first, 0, 0)


def test_who_lacks_the_right_sends_none():
    with pytest.raises(NotPermitted, match="may not send reports"):
        kept(by=make.analyst())

    assert not CheckedRepository.objects.exists()


def test_long_texts_are_cut_and_what_is_too_much_is_counted():
    notes = ["x" * 9_000] * 300

    report = kept(finding(said="s" * 20_000), waived(because="b" * 20_000), notes=notes)

    report.refresh_from_db()
    assert (len(report.notes), report.notes_count) == (200, 300)
    assert {len(note) for note in report.notes} == {500}
    found = report.findings.order_by("place")
    assert (len(found[0].said), len(found[1].because)) == (10_000, 10_000)
    assert found[0].said.endswith("…")


def backdate(report, **given):
    moment = timezone.now() - timedelta(**given)
    CheckReport.objects.filter(pk=report.pk).update(checked_at=moment)


def test_old_reports_are_deleted_with_their_findings_but_for_the_last():
    old, now = over_time([finding()], [finding("bs4")])
    lonely = kept(finding(), repository="acme/other")
    backdate(old, days=366)
    backdate(lonely, days=366)

    assert checks.expire() == 1

    now.refresh_from_db()
    assert set(CheckReport.objects.all()) == {now, lonely}
    assert (now.before, now.opened, now.closed, now.newly_waived) == (None,) * 4
    assert CheckFinding.objects.count() == 2
    assert checks.expire() == 0


def test_the_last_report_is_not_deleted_by_hand_either():
    report = kept(finding())

    assert checks.delete(report) is False
    assert CheckReport.objects.exists()
