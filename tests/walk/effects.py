"""What comes of sending to an address: each tells, from the database, whether it has happened."""

from typing import Any

from django.conf import settings

from governance.models import (
    CampaignList,
    CanonVersion,
    ExportFile,
    ImportFile,
    JobRun,
    KeptFilter,
    KillSwitch,
    OpenedGate,
    Operation,
    PlaybookRun,
    PurgeConsent,
    SavedView,
    Schedule,
    ScheduledExport,
    Token,
)
from tests.walk.visits import Visit

LONG_FILTER = "&".join(f"code=LONG-{number}" for number in range(200))
OLD_PASSWORD, NEW_PASSWORD = "the-old-word-1", "the-new-word-2"


def now(record: Any) -> Any:
    """Return a record as it is in the database now."""
    return type(record).objects.get(pk=record.pk)


def signs_in(visit: Visit) -> bool:
    cookie = visit.client.cookies.get(settings.SESSION_COOKIE_NAME)
    return bool(cookie and cookie.value)


def signs_out(visit: Visit) -> bool:
    return not signs_in(visit)


def changes_the_password(visit: Visit) -> bool:
    return now(visit.by).check_password(NEW_PASSWORD)


def turns_dark(visit: Visit) -> bool:
    cookie = visit.client.cookies.get("theme")
    return bool(cookie and cookie.value == "dark")


def keeps_the_filter(visit: Visit) -> bool:
    return KeptFilter.objects.filter(text=LONG_FILTER).exists()


def saves_the_view(visit: Visit) -> bool:
    return SavedView.objects.filter(owner=visit.by, name="Mine", query="code=NO_MATCH").exists()


def mends_the_view(visit: Visit) -> bool:
    return SavedView.objects.filter(pk=visit.world.stale_view.pk, query="code=NO_MATCH").exists()


def deletes_the_view(visit: Visit) -> bool:
    return not SavedView.objects.filter(pk=visit.world.view.pk).exists()


def makes_it_the_default(visit: Visit) -> bool:
    return SavedView.objects.get(is_default=True, page=visit.world.view.page) == visit.world.view


def asks_for_a_file_of(subject: str) -> Any:
    def asks(visit: Visit) -> bool:
        return ExportFile.objects.filter(
            requester=visit.by, subject=subject, state="queued"
        ).exists()

    return asks


def schedules_an_export(visit: Visit) -> bool:
    made = ScheduledExport.objects.filter(owner=visit.by, name="Each morning", keep=3)
    return made.exclude(pk=visit.world.scheduled_export.pk).exists()


def changes_the_scheduled_export(visit: Visit) -> bool:
    return now(visit.world.scheduled_export).name == "Each morning"


def stops_the_scheduled_export(visit: Visit) -> bool:
    return not now(visit.world.scheduled_export).is_on


def starts_the_scheduled_export(visit: Visit) -> bool:
    return now(visit.world.stopped_export).is_on


def looks_at_the_scheduled_export(visit: Visit) -> bool:
    return visit.world.scheduled_export.files.filter(looked_by=visit.by).exists()


def agrees_to_the_retention(visit: Visit) -> bool:
    return PurgeConsent.objects.in_force().filter(agreed_by=visit.by).exists()


def hands_out_a_list(visit: Visit) -> bool:
    return CampaignList.objects.filter(requester=visit.by, companies__gte=1).exists()


def checks_the_upload(visit: Visit) -> bool:
    return ImportFile.objects.filter(requester=visit.by, name="mine.csv", rows=1, good=1).exists()


def plans_the_import(visit: Visit) -> bool:
    upload = now(visit.world.upload)
    return upload.state == "planned" and upload.operation.state == "planned"


def discards_the_upload(visit: Visit) -> bool:
    return now(visit.world.upload).state == "discarded" and not visit.world.upload.staged.exists()


def plans_to_park_the_error(visit: Visit) -> bool:
    mine = Operation.objects.filter(requester=visit.by, verb="park", state="planned")
    return mine.filter(items__subject_id=visit.world.error.pk).exists()


def parks_the_error(visit: Visit) -> bool:
    done = Operation.objects.filter(requester=visit.by, verb="park", state="done", applied=1)
    return now(visit.world.error).disposition == "PARKED" and done.exists()


def takes_it_back(visit: Visit) -> bool:
    return visit.world.done_to_one.undos.filter(requester=visit.by, state="done").exists()


def starts(visit: Visit) -> bool:
    return now(visit.world.planned).state == "running"


def discards(visit: Visit) -> bool:
    return now(visit.world.planned).state == "cancelled"


def revises(visit: Visit) -> bool:
    same_rows = Operation.objects.filter(
        requester=visit.by,
        state="planned",
        parameters__reason="RETRIES_EXHAUSTED",
        items__subject_id=visit.world.planned.items.get().subject_id,
    )
    return discards(visit) and same_rows.exists()


def asks_for_approval(visit: Visit) -> bool:
    asked = visit.world.gated.approvals.filter(requester=visit.by, state="pending", note="Please")
    return now(visit.world.gated).state == "awaiting" and asked.exists()


def pauses(visit: Visit) -> bool:
    return now(visit.world.running).state == "paused"


def resumes(visit: Visit) -> bool:
    return now(visit.world.paused).state == "running"


def cancels(visit: Visit) -> bool:
    operation = now(visit.world.running)
    return operation.state == "cancelled" and operation.cancelled == operation.planned


def slows_down(visit: Visit) -> bool:
    return now(visit.world.running).throttle == 100


def plans_the_undo(visit: Visit) -> bool:
    return visit.world.ended.undos.filter(requester=visit.by, state="planned").exists()


def plans_the_skipped_row_again(visit: Visit) -> bool:
    again = Operation.objects.filter(requester=visit.by, retries=visit.world.ended, planned=1)
    return again.exists()


def approves_the_call(visit: Visit) -> bool:
    return now(visit.world.asked_call).state == "approved"


def approves(visit: Visit) -> bool:
    votes = visit.world.approval.votes.filter(voter=visit.by, decision="approve")
    # the vote that completes the quorum lets the plan start, which uses the approval
    return votes.exists() and (
        now(visit.world.approval).state,
        now(visit.world.gated).state,
    ) == ("used", "running")


def comments(visit: Visit) -> bool:
    return visit.world.approval.comments.filter(author=visit.by, body="Why these?").exists()


def discards_the_rejection(visit: Visit) -> bool:
    return now(visit.world.rejected).discarded_at is not None


def withdraws(visit: Visit) -> bool:
    states = now(visit.world.approval).state, now(visit.world.gated).state
    return states == ("withdrawn", "planned")


def saves_the_rules(visit: Visit) -> bool:
    current = visit.world.playbook.versions.order_by("-number").first()
    return (current.number, current.author, current.rules[0]["name"]) == (2, visit.by, "Changed")


def counts_the_rules(visit: Visit) -> bool:
    context = (visit.answer and visit.answer.context) or {}
    return [rule.count.eligible for rule in context.get("counted", ())] == [1]


def plans_a_run(visit: Visit) -> bool:
    runs = PlaybookRun.objects.filter(version__playbook=visit.world.playbook)
    return runs.filter(requester=visit.by, state="planned").exists()


def starts_the_run(visit: Visit) -> bool:
    return now(visit.world.free_run).state == "running"


def asks_for_approval_of_the_run(visit: Visit) -> bool:
    asked = visit.world.run.approvals.filter(requester=visit.by, state="pending")
    return now(visit.world.run).state == "awaiting" and asked.exists()


def cancels_the_run(visit: Visit) -> bool:
    return now(visit.world.run_under_way).state == "cancelled"


def discards_the_run(visit: Visit) -> bool:
    return now(visit.world.run).state == "cancelled"


def plans_the_undo_of_the_run(visit: Visit) -> bool:
    return visit.world.ended_run.undos.filter(requester=visit.by, state="planned").exists()


def makes_a_token(visit: Visit) -> bool:
    return Token.objects.filter(account=visit.by, name="Mine", kind="person").exists()


def renews(visit: Visit) -> bool:
    return Token.objects.filter(renews=visit.world.token, created_by=visit.by).exists()


def revokes(visit: Visit) -> bool:
    return Token.objects.filter(pk=visit.world.token.pk, revoked_by=visit.by).exists()


def stops_a_tool(visit: Visit) -> bool:
    return KillSwitch.objects.standing().filter(tool="mx-lookup", by=visit.by).exists()


def releases_the_tool(visit: Visit) -> bool:
    return now(visit.world.switch).released_by == visit.by


def asks_for_a_run(visit: Visit) -> bool:
    return JobRun.objects.filter(started_by=visit.by.username, is_dry=True).exists()


def reviews_the_gates(visit: Visit) -> bool:
    return OpenedGate.objects.filter(reviewed_by=visit.by).exists()


def proposes_a_schedule(visit: Visit) -> bool:
    return Schedule.objects.proposed().filter(proposed_by=visit.by).exists()


def enforces_the_schedule(visit: Visit) -> bool:
    return now(visit.world.proposal).enforced_by == visit.by


def withdraws_the_schedule(visit: Visit) -> bool:
    return now(visit.world.proposal).ended_at is not None


def brings_in_a_version(visit: Visit) -> bool:
    return CanonVersion.objects.filter(version=3, loaded_by=visit.by).exists()


def enforces_the_version(visit: Visit) -> bool:
    return now(visit.world.canon).enforced_by == visit.by


def asks_the_guard(visit: Visit) -> bool:
    context = (visit.answer and visit.answer.context) or {}
    return context.get("tried") is not None
