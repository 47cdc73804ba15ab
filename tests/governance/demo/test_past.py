"""The past of a demo: what there is to see, that it reads as if it had been, and that no figure moved."""

import contextlib
import io
import json
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import DateTimeField, F, Q
from django.urls import reverse
from django.utils import timezone

from governance.demo import population
from governance.demo.past import Past
from governance.models import (
    Approval,
    ApprovalComment,
    ArchivedError,
    DemoLoad,
    Event,
    ExportFile,
    HubError,
    Operation,
    OperationStep,
    PlaybookRun,
    PlaybookVersion,
    ReadinessSnapshot,
    Report,
    SavedView,
    ScheduledExport,
)
from governance.services.files import exports
from governance.subjects import named
from outreach_admin.management.commands import up
from tests.servers import SERVERS

pytestmark = pytest.mark.django_db
DONE = Operation.State.DONE
UNCOUNTED_HOURS = """SELECT count(*) FROM (
    SELECT disposition, escalation_level, parked_hour, sum(rows) FROM governance_errorhour
    GROUP BY 1, 2, 3 HAVING sum(rows) <> 0
    EXCEPT
    SELECT disposition, escalation_level, date_trunc('hour', parked_at, 'UTC'), count(*)
    FROM governance_huberror GROUP BY 1, 2, 3) wrong"""
# models whose rows the past wrote, in the order in which it wrote them
WRITTEN = {
    Operation: "created_at",
    OperationStep: "at",
    Approval: "requested_at",
    ApprovalComment: "at",
}

# others whose moments are of the past
MOVED = (Event, HubError, ArchivedError, PlaybookRun, Report, ExportFile, ScheduledExport)


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    """A database as the first `make run` leaves it: what was printed, and when it was loaded."""
    out = io.StringIO()
    with django_db_blocker.unblock():
        SERVERS.clone()
        began = timezone.now()
        with contextlib.redirect_stdout(out):
            up.Command().prepare()
        connections.close_all()
    yield SimpleNamespace(printed=out.getvalue(), began=began)
    with django_db_blocker.unblock():
        connections.close_all()
        SERVERS.clone()


def figures(text: str) -> dict[str, int]:
    """The figures that a text states line by line."""
    lines = (line.rsplit(None, 1) for line in text.splitlines() if line.startswith("  "))
    return {
        label.strip(): int(count.replace(",", ""))
        for label, count in lines
        if count.replace(",", "").isdigit()
    }


def scalar(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def somebody(name: str):
    return get_user_model().objects.get(username=name)


def page(client, name: str, address: str) -> str:
    client.force_login(somebody(name))
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_every_figure_of_the_population_is_as_it_was(loaded):
    before, after = figures(loaded.printed), dict(population.figures())

    moved = {label: after.get(label) for label in before if label in after}
    told = {label: count for label, count in before.items() if label in after}
    parked = HubError.objects.filter(disposition="PARKED").count()

    assert len(told) > 35
    assert moved == told | {"open errors": 35_197 + parked}


def test_the_clean_up_gives_the_figures_of_the_backlog():
    out = io.StringIO()

    call_command("ops_cleanup", "--by=ops", "--approved-by=manager", "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert found["total_processed"] == 35_197 and found["reconciled"]
    assert found["actions"] == {
        "dol_errors_parked": 29_740,
        "ct_errors_parked": 26,
        "ct_errors_retried": 4_378,
        "people_errors_parked": 0,
        "people_errors_retried": 1_053,
        "ct_reset_to_pending": 13,
    }
    assert found["audit"] == {"PARK": 29_766, "RETRY": 5_431, "RESET": 13, "total": 35_210}
    assert found["not_ready"] == {"ct_pending": 2_705, "ct_failed": 842, "no_ct_record": 767}
    assert found["tiers"]["before"] == found["tiers"]["after"]
    assert all(line["passed"] for line in found["compliance"])


def test_one_request_waits_for_the_manager_and_can_be_approved_for_hours(client):
    waiting = Approval.objects.get(state="pending", asked_call=None)
    left = waiting.expires_at - timezone.now()

    shown = page(client, "manager", reverse("governance:approval-list"))

    assert waiting.requester.username == "ops" and waiting.note
    assert timedelta(hours=20) < left < timedelta(hours=24)
    assert "Approve 3,871 rows" in shown


def test_one_request_was_rejected_with_a_reason_and_changed_nothing():
    rejected = Approval.objects.get(state="rejected", asked_call=None)

    vote = rejected.votes.get()

    assert vote.voter.username == "manager" and "last blocker" in vote.comment
    assert rejected.comments.count() == 2
    assert rejected.operation.applied == 0
    assert not Event.objects.filter(operation_id=rejected.operation_id).exists()


def test_an_operation_was_done_and_undone_whole():
    undo = Operation.objects.get(kind="undo")

    assert undo.state == undo.undoes.state == DONE
    assert undo.applied == undo.undoes.applied == undo.planned > 100
    assert undo.undoes.finished_at < undo.created_at


def test_operations_were_done_in_part_because_rows_had_changed():
    in_part = Operation.objects.filter(state=DONE, skipped__gt=0, applied__gt=0)

    reasons = {
        reason
        for operation in in_part
        for reason in operation.items.exclude(reason=None).values_list("reason", flat=True)
    }

    assert in_part.filter(playbook_run=None).exists()
    assert in_part.exclude(playbook_run=None).exists()
    assert reasons == {"changed since plan"}


def test_parked_errors_have_reason_owner_and_a_day_of_review():
    parked = HubError.objects.filter(disposition="PARKED")
    soon = timezone.now() + timedelta(hours=48)

    assert parked.count() == 61
    assert not parked.filter(Q(park_reason=None) | Q(owner="")).exists()
    assert not parked.filter(expires_at__lte=timezone.now()).exists()
    assert set(parked.values_list("ttl_tier", flat=True)) == {"MEDIUM", "LONG"}
    assert 0 < parked.filter(expires_at__lt=soon).count() < 10
    assert parked.filter(escalation_level=1).count() == 4


def test_a_run_has_its_report_and_another_waits_as_a_plan():
    first, second = PlaybookRun.objects.order_by("pk")
    report = Report.objects.get()

    assert report.run == first and report.reconciled
    assert report.body["total_processed"] == 61
    assert datetime.fromisoformat(report.body["run"]["finished_at"]) == first.finished_at
    assert first.finished_at < report.created_at < first.finished_at + timedelta(minutes=5)
    assert second.state == "planned" and second.eligible == 35_210
    assert not second.approvals.exists()


def test_the_playbook_has_the_rules_as_shipped_after_a_trial():
    shipped, trial, current = PlaybookVersion.objects.order_by("number")

    assert [rule["verb"] for rule in trial.rules] == ["park", "park"]
    assert [rule["name"] for rule in current.rules] == [rule["name"] for rule in shipped.rules]
    assert shipped.created_at < trial.created_at < current.created_at


def test_views_are_private_shared_and_one_the_default_and_all_open(client):
    kept = SavedView.objects.exclude(owner=None)

    assert kept.filter(is_shared=False).values("owner").distinct().count() == 2
    assert kept.get(is_default=True).page == "governance:archive-list"
    assert kept.filter(is_shared=True, is_default=False).exists()
    for view in kept:
        shown = page(client, view.owner.username, f"{reverse(view.page)}?{view.query}")
        assert view.name.replace("&", "&amp;") in shown


def test_views_are_kept_as_people_would_have_kept_them():
    lists = {named(name).list_url: named(name) for name in ("error", "archive", "company")}

    for view in SavedView.objects.filter(page__in=lists):
        subject = lists[view.page]
        filter_, _, sort = view.query.partition("&sort=")
        read = subject.resolve("filterset").from_text(filter_, subject.rows)
        assert read.canonical() == filter_ and sort in ("", "expires")


def test_the_analyst_finds_a_workbook_on_the_disk():
    file = ExportFile.objects.get(scheduled=None)

    assert file.requester.username == "analyst"
    assert file.state == "ready" and file.rows == 17
    assert exports.path_of(file).stat().st_size == file.size


def test_two_exports_were_written_regularly():
    daily, weekly = ScheduledExport.objects.order_by("pk")

    files = list(daily.files.order_by("due_at"))
    assert [file.state for file in files] == ["ready"] * 3 and daily.view.owner == daily.owner
    assert all(file.rows and exports.path_of(file).is_file() for file in files)
    assert (weekly.files.get().rows, weekly.files.get().format) == (17, "xlsx")


def test_what_was_put_away_is_in_the_archive_with_its_retention():
    archived = ArchivedError.objects.filter(archive_reason="RESOLVED", archived_by="ops")
    shortest = F("archived_at") + timedelta(days=364, hours=23)

    assert archived.count() == 3
    assert (
        archived.filter(
            retention_expires_at__gte=shortest,
            retention_expires_at__lte=F("archived_at") + timedelta(days=365, seconds=1),
        ).count()
        == 3
    )


def test_nothing_of_it_is_of_the_time_of_loading(loaded):
    late = {
        f"{model.__name__}.{field.name}"
        for model in [*WRITTEN, *MOVED]
        for field in model._meta.local_concrete_fields
        if isinstance(field, DateTimeField) and "expires" not in field.name
        if model.objects.filter(**{f"{field.name}__gte": loaded.began}).exists()
    }

    assert late == set()
    assert DemoLoad.objects.filter(loaded_at__gte=loaded.began).exists()


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_numbers_rise_with_time(model):
    moments = list(model.objects.order_by("pk").values_list(WRITTEN[model], flat=True))

    # the steps of a run's plans are written between those of other operations
    assert moments == sorted(moments) and len(moments) > 2


def test_every_operation_runs_between_its_plan_and_its_end():
    ran = Operation.objects.exclude(started_at=None)

    assert (
        ran.filter(created_at__lte=F("started_at"), started_at__lte=F("finished_at")).count() == 14
    )
    for operation in ran:
        events = Event.objects.filter(operation_id=operation.pk)
        span = (operation.started_at, operation.finished_at)
        assert events.filter(at__range=span).count() == events.count() == operation.applied


def test_nothing_happens_to_an_error_before_it_is_there():
    created = "SELECT created_at FROM governance_{} e WHERE e.id = v.subject_id"
    early = "SELECT count(*) FROM governance_event v WHERE at < ({})"

    assert scalar(early.format(created.format("huberror"))) == 0
    assert scalar(early.format(created.format("archivederror"))) == 0


@pytest.mark.parametrize("since", [timedelta(), timedelta(minutes=2), timedelta(hours=20)])
def test_what_waits_was_asked_for_after_the_newest_error_and_in_order(since):
    latest = population.LATEST_ERROR
    past = Past(latest, latest + since)

    moments = [past.ago(minutes) for minutes in (50, 37, 24)]

    assert [latest, *moments, past.now] == sorted([latest, *moments, past.now])
    assert len(set(moments)) == (3 if since else 1)


def test_plans_expire_three_days_and_requests_one_day_after_they_were_made():
    def hours(model, since, **of):
        return {
            round((expires - began).total_seconds() / 3600, 1)
            for expires, began in model.objects.filter(**of).values_list("expires_at", since)
        }

    assert hours(Operation, "created_at") == hours(PlaybookRun, "created_at") == {72}
    # agreements to calls last until people can be called
    assert hours(Approval, "requested_at", asked_call=None) == {24}


def test_history_counters_and_readiness_hold():
    silent = "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
    counted = "SELECT sum(rows) FROM governance_errorcount"

    assert scalar(silent) == 0
    assert scalar("SELECT count(*) FROM governance.readiness_drift") == 0
    assert scalar(counted) == HubError.objects.count()
    assert scalar(UNCOUNTED_HOURS) == 0


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("ops", "Ops backlog cleanup: 35,210 rows"),
        ("manager", "Approve: Retry 3,871 blocked errors"),
        # what is a day old is on the first page or not, as the hour of the day will have it
        ("analyst", "Retry 3,871 blocked errors"),
        ("viewer", "Retry 3,871 blocked errors"),
    ],
)
def test_everybody_finds_something_on_the_first_page(client, name, sees):
    assert sees in page(client, name, "/")


def test_the_days_end_in_what_companies_stand_at_and_follow_from_their_steps(loaded):
    days = list(ReadinessSnapshot.objects.all())

    assert days[-1].day == loaded.began.date()
    assert (days[-1].day - days[0].day).days >= 90
    for day in [*days[-9::2], days[-1]]:
        kept = day.figures.values_list("tier", "reason", "promotable", "companies")
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM governance.readiness_at(%s)", [day.at])
            assert set(kept) == set(cursor.fetchall()), day
