"""Every address: who may open it, what comes of sending to it, and what the others are told.

One line an address; a new one needs a line.
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from governance.forms.playbooks import fields_of
from governance.models import ErrorTable, ReadinessSnapshot
from governance.resources.hubexports import TABLES
from tests import make
from tests.governance.canon import canons
from tests.walk import effects
from tests.walk.expected import (
    ACTING,
    ALL,
    ANYBODY,
    APPROVING,
    EXPORTING,
    KEEPING_TOKENS,
    NO_FILE_YET,
    NOT_THE_ASKER,
    NOT_THE_UPLOADER,
    NOT_THERE,
    NOT_YOUR_EXPORT,
    NOT_YOURS_TO_RENEW,
    NOT_YOURS_TO_WITHDRAW,
    OWNING,
    SIGNED_IN_ALREADY,
    Address,
    Refusal,
    action,
    form,
    key_of,
    page,
    sending,
)
from tests.walk.visits import STRANGER
from tests.walk.world import RULE, World


def a_playbook(world: World) -> tuple[Any, ...]:
    return (world.playbook.slug,)


def the_company(world: World) -> tuple[Any, ...]:
    return (world.error.outreach_id,)


def a_promotable_company(world: World) -> tuple[Any, ...]:
    """Let there be something to hand out; no path speaks of it."""
    make.promotable()
    return ()


def passwords(world: World) -> tuple[Any, ...]:
    """Give everybody a password; no path speaks of it."""
    for person in world.people.values():
        person.set_password(effects.OLD_PASSWORD)
        person.save()
    return ()


def two_days(world: World) -> tuple[Any, ...]:
    """Keep how companies stood on two days; no path speaks of them."""
    today = timezone.now()
    for at in (today - timedelta(days=1), today):
        ReadinessSnapshot.objects.get_or_create(day=at.date(), defaults={"at": at, "definition": 1})
    return ()


def a_changed_retention(world: World) -> tuple[Any, ...]:
    """Let a table keep its archived errors for another length of time, which nobody has agreed to."""
    ErrorTable.objects.filter(pk=make.CT).update(retention=timedelta(days=30))
    return (make.CT,)


def a_sign_in(world: World) -> dict[str, Any]:
    return {"username": world.triager.username, "password": effects.OLD_PASSWORD}


def a_new_password(world: World) -> dict[str, Any]:
    new = effects.NEW_PASSWORD
    return {"old_password": effects.OLD_PASSWORD, "new_password1": new, "new_password2": new}


def a_file(world: World) -> dict[str, Any]:
    content = f"error_table,code\n{make.CT},CT-M-NO-MX\n".encode()
    return {"file": SimpleUploadedFile("mine.csv", content)}


def a_scheduled_export(world: World) -> dict[str, Any]:
    when = {"at": "06:30", "time_zone": "Europe/Berlin", "weekday": "", "keep": "3"}
    return when | {"name": "Each morning", "source": "filter", "format": "csv"}


def a_hub_file(world: World) -> dict[str, Any]:
    content = f"outreach_id,slot_type\n{make.outreach().pk},CEO\n".encode()
    return {"file": SimpleUploadedFile("mine.csv", content)}


def a_selection(world: World) -> dict[str, Any]:
    ticked = {"scope": "ids", "ids": str(world.error.pk), "as_of": timezone.now().isoformat()}
    return ticked | {"reason": "DATA_QUALITY"}


def the_call_as_read(world: World) -> dict[str, Any]:
    return {"vote": "approve", "calls": [f"{world.asked_call.pk}:{world.asked_call.plan_hash}"]}


def a_vote(world: World) -> dict[str, Any]:
    return {"vote": "approve", "plan_hash": world.approval.plan_hash}


def a_token(world: World) -> dict[str, Any]:
    return {"key": str(uuid4()), "name": "Mine", "days": "30", "scopes": "read"}


def the_rules(world: World) -> dict[str, Any]:
    rule = fields_of(RULE | {"name": "Changed"})
    typed = {f"rule0-{name}": value for name, value in rule.items()}
    return typed | {"rules": "1", "base": "1", "note": "a better name"}


ADDRESSES: dict[str, Address] = {
    # no worker runs in tests
    "healthz": page(ANYBODY, shows=503),
    "login": form(
        frozenset({STRANGER}),
        effects.signs_in,
        passwords,
        sent=a_sign_in,
        refusal=SIGNED_IN_ALREADY,
    ),
    "logout": action(
        ALL,
        effects.signs_out,
        lambda world: (),
        but={STRANGER: Refusal(302, "/")},
        keeps_everything=True,
    ),
    "api-docs": page(ALL),
    "password_change": form(ALL, effects.changes_the_password, passwords, sent=a_new_password),
    "ui:preferences": action(
        ANYBODY,
        effects.turns_dark,
        lambda world: (),
        sent=sending(theme="dark"),
        keeps_everything=True,
    ),
    "ui:keys": page(ANYBODY),
    "ui:search": page(ALL, query="q=mail"),
    # overview
    "governance:overview": page(ALL),
    # errors
    "governance:error-list": page(ALL, query="view=all"),
    "governance:error-detail": page(ALL, key_of("error")),
    "governance:error-act": form(
        ACTING,
        effects.parks_the_error,
        lambda world: (world.error.pk, "park"),
        sent=sending(version="1", reason="DATA_QUALITY"),
    ),
    "governance:error-changes": page(ALL, query="code=NO_MATCH"),
    "governance:group-list": page(ALL),
    "governance:archive-list": page(ALL),
    "governance:archive-detail": page(ALL, key_of("archived")),
    "governance:archive-retention": page(ALL),
    "governance:archive-agree": form(
        APPROVING,
        effects.agrees_to_the_retention,
        a_changed_retention,
        sent=sending(days="30"),
    ),
    # companies
    "governance:company-list": page(ALL),
    "governance:company-detail": page(ALL, the_company),
    "governance:company-history": page(ALL, the_company),
    "governance:filter-keep": action(
        ALL,
        effects.keeps_the_filter,
        lambda world: (),
        sent=sending(path="/errors/", query=effects.LONG_FILTER),
    ),
    "governance:view-save": form(
        ALL,
        effects.saves_the_view,
        query="page=governance:error-list",
        sent=sending(page="governance:error-list", name="Mine", query="code=NO_MATCH"),
    ),
    "governance:view-mend": action(
        APPROVING,
        effects.mends_the_view,
        key_of("stale_view"),
        refusal=Refusal(403, "You may not change this view."),
    ),
    "governance:view-delete": action(
        APPROVING,
        effects.deletes_the_view,
        key_of("view"),
        refusal=Refusal(403, "You may not delete this view."),
    ),
    "governance:view-default": action(
        APPROVING,
        effects.makes_it_the_default,
        key_of("view"),
        refusal=Refusal(403, "You may not share views."),
    ),
    # readiness
    "governance:readiness": page(ALL),
    "governance:backlog-day": page(ALL, lambda world: (timezone.now().date(),)),
    "governance:chart": page(ALL, lambda world: ("errors",)),
    "governance:chart-file": page(ALL, lambda world: ("tiers", "svg")),
    # files
    "governance:error-export": form(
        EXPORTING, effects.asks_for_a_file_of("errors"), query="code=NO_MATCH"
    ),
    "governance:archive-export": form(EXPORTING, effects.asks_for_a_file_of("archive")),
    "governance:readiness-export": form(EXPORTING, effects.asks_for_a_file_of("readiness")),
    "governance:audit-export": form(EXPORTING, effects.asks_for_a_file_of("audit")),
    # violations of the tool canon
    "governance:violation-list": page(ALL, query="code=V-GATE-001"),
    "governance:violation-detail": page(ALL, key_of("violation")),
    "governance:violation-export": form(
        EXPORTING, effects.asks_for_a_file_of("violations"), query="code=V-GATE-001"
    ),
    "governance:campaign-list": page(EXPORTING),
    "governance:campaign-take": form(EXPORTING, effects.hands_out_a_list, a_promotable_company),
    "governance:campaign-detail": page(EXPORTING, key_of("campaign")),
    "governance:campaign-file": page(EXPORTING, key_of("campaign")),
    "governance:export-list": page(EXPORTING),
    "governance:export-download": page(
        EXPORTING,
        key_of("export"),
        but={"triager": NO_FILE_YET, "manager": NOT_THERE, "analyst": NOT_THERE},
    ),
    "governance:scheduledexport-list": page(EXPORTING),
    "governance:scheduledexport-new": form(
        EXPORTING,
        effects.schedules_an_export,
        lambda world: ("errors",),
        sent=a_scheduled_export,
        query="code=NO_MATCH",
    ),
    "governance:scheduledexport-detail": page(EXPORTING, key_of("scheduled_export")),
    "governance:scheduledexport-edit": form(
        OWNING,
        effects.changes_the_scheduled_export,
        key_of("scheduled_export"),
        sent=a_scheduled_export,
        but=dict.fromkeys(("manager", "analyst"), NOT_YOUR_EXPORT),
    ),
    "governance:scheduledexport-stop": action(
        OWNING | {"manager"},
        effects.stops_the_scheduled_export,
        key_of("scheduled_export"),
        but={"analyst": NOT_YOUR_EXPORT},
    ),
    "governance:scheduledexport-start": action(
        OWNING,
        effects.starts_the_scheduled_export,
        key_of("stopped_export"),
        but=dict.fromkeys(("manager", "analyst"), NOT_YOUR_EXPORT),
    ),
    "governance:scheduledexport-look": action(
        OWNING | {"manager"},
        effects.looks_at_the_scheduled_export,
        key_of("scheduled_export"),
        but={"analyst": NOT_YOUR_EXPORT},
    ),
    "governance:error-import": form(ACTING, effects.checks_the_upload, sent=a_file),
    "governance:import-template": page(ACTING),
    "governance:import-detail": page(ACTING, key_of("upload")),
    "governance:import-problems": page(ACTING, key_of("upload")),
    "governance:import-rows": page(ACTING, key_of("upload")),
    "governance:import-plan": action(
        OWNING, effects.plans_the_import, key_of("upload"), but={"manager": NOT_THE_UPLOADER}
    ),
    "governance:import-discard": action(
        OWNING, effects.discards_the_upload, key_of("upload"), but={"manager": NOT_THE_UPLOADER}
    ),
    "governance:import-list": page(APPROVING),
    "governance:hub-import": form(
        APPROVING,
        effects.checks_the_upload,
        lambda world: ("company_slot",),
        sent=a_hub_file,
    ),
    "governance:hub-import-template": page(APPROVING, lambda world: ("company_slot",)),
    **{
        f"governance:{table.subject}-export": form(
            EXPORTING, effects.asks_for_a_file_of(table.subject)
        )
        for table in TABLES
    },
    # operations
    "governance:operation-list": page(ALL),
    "governance:operation-plan": form(
        ACTING,
        effects.plans_to_park_the_error,
        lambda world: ("park",),
        query="code=NO_MATCH",
        sent=a_selection,
    ),
    "governance:operation-detail": page(ALL, key_of("planned")),
    "governance:operation-rows": page(ALL, key_of("planned")),
    "governance:operation-outcomes": page(ALL, key_of("planned")),
    "governance:operation-start": action(ACTING, effects.starts, key_of("planned")),
    "governance:operation-request": action(
        OWNING,
        effects.asks_for_approval,
        key_of("gated"),
        sent=sending(note="Please"),
        but={"manager": NOT_THE_ASKER},
    ),
    "governance:operation-pause": action(ACTING, effects.pauses, key_of("running")),
    "governance:operation-resume": action(ACTING, effects.resumes, key_of("paused")),
    "governance:operation-cancel": action(ACTING, effects.cancels, key_of("running")),
    "governance:operation-discard": action(ACTING, effects.discards, key_of("planned")),
    "governance:operation-throttle": action(
        ACTING, effects.slows_down, key_of("running"), sent=sending(rows_a_second="100")
    ),
    "governance:operation-undo": action(ACTING, effects.plans_the_undo, key_of("ended")),
    "governance:operation-take-back": action(ACTING, effects.takes_it_back, key_of("done_to_one")),
    "governance:operation-retry": action(
        ACTING,
        effects.plans_the_skipped_row_again,
        key_of("ended"),
        sent=sending(outcome="skipped"),
    ),
    "governance:operation-revise": action(
        ACTING, effects.revises, key_of("planned"), sent=sending(reason="RETRIES_EXHAUSTED")
    ),
    # approvals
    "governance:approval-list": page(ALL),
    "governance:approval-detail": page(ALL, key_of("approval")),
    "governance:approval-vote": action(
        APPROVING, effects.approves, key_of("approval"), sent=a_vote
    ),
    "governance:approval-calls": form(
        APPROVING,
        effects.approves_the_call,
        sent=the_call_as_read,
        answers=200,
    ),
    "governance:approval-comment": action(
        ACTING,
        effects.comments,
        key_of("approval"),
        sent=sending(body="Why these?"),
        refusal=Refusal(403, "You may not comment on this request."),
    ),
    "governance:approval-withdraw": action(
        OWNING,
        effects.withdraws,
        key_of("approval"),
        refusal=Refusal(403, "Only who asked can withdraw a request."),
    ),
    "governance:approval-discard": action(
        OWNING,
        effects.discards_the_rejection,
        key_of("rejected"),
        refusal=Refusal(403, "Only who asked can discard a rejected request."),
    ),
    # playbooks
    "governance:playbook-list": page(ALL),
    "governance:playbook-detail": page(ALL, a_playbook),
    "governance:playbook-edit": form(ACTING, effects.saves_the_rules, a_playbook, sent=the_rules),
    "governance:playbook-simulate": action(
        ACTING,
        effects.counts_the_rules,
        a_playbook,
        sent=the_rules,
        answers=200,
        keeps_everything=True,
    ),
    "governance:playbook-plan": action(ACTING, effects.plans_a_run, a_playbook),
    "governance:run-detail": page(ALL, key_of("run")),
    "governance:run-start": action(ACTING, effects.starts_the_run, key_of("free_run")),
    "governance:run-request": action(
        OWNING,
        effects.asks_for_approval_of_the_run,
        key_of("run"),
        but={"manager": NOT_THE_ASKER},
    ),
    "governance:run-cancel": action(ACTING, effects.cancels_the_run, key_of("run_under_way")),
    "governance:run-discard": action(ACTING, effects.discards_the_run, key_of("run")),
    "governance:run-undo": action(ACTING, effects.plans_the_undo_of_the_run, key_of("ended_run")),
    # tools
    "governance:tool-list": page(ALL),
    "governance:tool-detail": page(ALL, lambda world: ("mx-lookup",)),
    "governance:switch-list": page(ALL),
    "governance:switch-stop": form(
        ACTING,
        effects.stops_a_tool,
        sent=sending(tool="mx-lookup", reason="It misbehaves."),
    ),
    "governance:switch-release": form(
        APPROVING,
        effects.releases_the_tool,
        key_of("switch"),
        sent=sending(reason="Mended."),
    ),
    "governance:tool-try": form(
        ALL,
        effects.asks_the_guard,
        sent=sending(tool="TOOL-001", hub="HUB-PEOPLE", interaction="VALIDATE"),
        answers=200,
        keeps_everything=True,
    ),
    "governance:call-list": page(ALL),
    "governance:call-detail": page(ALL, key_of("reserved")),
    "governance:check-list": page(ALL),
    "governance:check-repository": page(
        ALL,
        lambda world: (world.checked.repository_id,),
    ),
    "governance:check-report": page(ALL, key_of("checked")),
    "governance:check-closed": page(ALL, key_of("checked")),
    "governance:check-file": page(EXPORTING, key_of("checked")),
    "governance:canonversion-list": page(ALL),
    "governance:canonversion-detail": page(ALL, lambda world: (world.canon.version,)),
    "governance:canonversion-load": form(
        APPROVING,
        effects.brings_in_a_version,
        sent=lambda world: {"text": canons.text(3)},
    ),
    "governance:canonversion-enforce": form(
        APPROVING,
        effects.enforces_the_version,
        lambda world: (world.canon.version,),
        sent=sending(reason="Reviewed."),
    ),
    # jobs
    "governance:job-list": page(ALL),
    "governance:jobrun-list": page(ALL),
    "governance:jobrun-gates": page(ALL),
    "governance:jobrun-detail": page(ALL, key_of("job_run")),
    "governance:jobrun-review": form(ACTING, effects.reviews_the_gates, key_of("job_run")),
    "governance:job-run": form(
        ACTING,
        effects.asks_for_a_run,
        lambda world: ("daily",),
        sent=sending(dry="on"),
    ),
    "governance:job-schedule": form(
        ACTING,
        effects.proposes_a_schedule,
        lambda world: ("daily",),
        sent=sending(at="08:15", time_zone="UTC", grace_minutes="15", is_on="on", reason="later"),
    ),
    "governance:schedule-enforce": form(
        APPROVING, effects.enforces_the_schedule, key_of("proposal")
    ),
    "governance:schedule-withdraw": Address(
        get=ACTING,
        post=APPROVING,
        objects=key_of("proposal"),
        done=effects.withdraws_the_schedule,
        but={"triager": NOT_YOURS_TO_WITHDRAW},
    ),
    # tokens
    "governance:token-list": form(
        ALL,
        effects.makes_a_token,
        sent=a_token,
        answers=200,
    ),
    "governance:token-refusals": page(ALL),
    "governance:token-detail": page(
        OWNING | KEEPING_TOKENS,
        key_of("token"),
        but=dict.fromkeys(("viewer", "analyst"), NOT_THERE),
    ),
    "governance:token-renew": action(
        OWNING,
        effects.renews,
        key_of("token"),
        answers=200,
        but=dict.fromkeys(("viewer", "analyst"), NOT_THERE)
        | dict.fromkeys(KEEPING_TOKENS, NOT_YOURS_TO_RENEW),
    ),
    "governance:token-revoke": action(
        OWNING | KEEPING_TOKENS,
        effects.revokes,
        key_of("token"),
        but=dict.fromkeys(("viewer", "analyst"), NOT_THERE),
    ),
    # reports
    "governance:readiness-trends": page(ALL, two_days),
    "governance:readiness-moves": page(ALL, two_days),
    "governance:readiness-moves-file": page(EXPORTING, two_days),
    "governance:report-list": page(ALL),
    "governance:report-detail": page(ALL, key_of("report")),
    "governance:report-download": page(ALL, lambda world: (world.report.pk, "json")),
}
