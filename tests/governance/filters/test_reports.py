"""What playbooks, their runs and reports can be filtered by."""

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from governance.filters.reports import PlaybookFilter, ReportFilter, RunFilter
from governance.models import Playbook, PlaybookRun, Report
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.rules import RETRY, planned

pytestmark = pytest.mark.django_db


def report(by: str, *, reconciled: bool) -> Report:
    make.error()
    run = planned(RETRY, by=make.triager())
    # the executor is who started it, not who planned it
    run.started_at, run.started_by = timezone.now(), make.triager(username=by)
    run.save()
    return Report.objects.create(run=run, body={}, reconciled=reconciled)


def found(**given: object) -> set[Report]:
    return set(ReportFilter.from_text(urlencode(given), Report.objects.all()).qs)


def test_reports_are_found_by_playbook_executor_totals_and_moment():
    good, bad = report("ops", reconciled=True), report("other", reconciled=False)

    assert found(reconciled="true") == found(executor="ops") == {good}
    assert found(reconciled="false") == {bad}
    assert found(playbook=bad.run.version.playbook.slug) == {bad}
    assert found(written_after=good.created_at.isoformat()) == {good, bad}
    assert found(written_before=good.created_at.isoformat()) == set()


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("reconciled=maybe", "reconciled"),
        ("written_after=soon", "written_after"),
        ("colour=red", "colour"),
    ],
)
def test_what_reports_do_not_have_is_refused(text, key):
    with pytest.raises(BadRequest, match=f"“{key}”"):
        ReportFilter.from_text(text, Report.objects.all())


def test_runs_are_found_by_playbook_state_and_who_planned_them():
    make.error()
    one = planned(RETRY, by=make.triager(username="ops"))
    make.error()
    other = planned(RETRY, by=make.triager(username="other"))

    def runs(**given: object) -> set[PlaybookRun]:
        return set(RunFilter.from_text(urlencode(given), PlaybookRun.objects.all()).qs)

    assert runs(requester="ops") == {one}
    assert runs(state="planned") == {one, other}
    assert runs(state="done") == runs(undoes=one.pk) == runs(planned_after="2990-01-01") == set()
    assert runs(playbook=one.version.playbook.slug) >= {one}


def test_playbooks_are_found_by_a_part_of_their_name():
    shipped = Playbook.objects.all()

    def playbooks(**given: object) -> set[Playbook]:
        return set(PlaybookFilter.from_text(urlencode(given), shipped).qs)

    name = shipped[0].name
    assert shipped[0] in playbooks(q=name[2:].upper())
    assert playbooks(q="no such playbook") == set()
