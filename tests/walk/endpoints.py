"""Every endpoint: by method who may call it, with which scope, and the page that shows or does the same.

One line an address; a new one needs a line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from governance.api.serializers.canon.askedcalls import AskBody
from tests import checked, ledgers, make
from tests.walk.addresses import a_changed_retention, a_playbook, the_company, two_days
from tests.walk.callers import PIPELINE
from tests.walk.expected import (
    ACTING,
    ALL,
    APPROVING,
    EXPORTING,
    NO_FILE_YET,
    NOT_THE_ASKER,
    NOT_YOUR_EXPORT,
    NOT_YOURS_TO_WITHDRAW,
    OWNING,
    Objects,
    Refusal,
    Sent,
    key_of,
    sending,
)
from tests.walk.world import World

EVERY = ALL | {PIPELINE}
NO_TOKEN = Refusal(401, "")
NO_SCOPE = Refusal(403, "it lacks the scope “{scope}”")
MAY_NOT_PARK = Refusal(403, "You may not park.")
MAY_NOT_BRING = Refusal(403, "The account of this token may not bring rows into any table.")
NOT_MINE = Refusal(404, "You have asked for no such file.")
MAY_NOT_STEER = Refusal(403, "You may not ")
NO_RIGHT = Refusal(403, "The account of this token does not have the right this needs.")


@dataclass(frozen=True)
class Due:
    """What one method is due: whom it answers, what is sent to it; `page` is the one of the same thing.

    `scope` names one, or several of which any will do. Who has no right is told `refusal`, and some
    who have it are refused something else: `but`.
    """

    who: frozenset[str]
    scope: str = "read"
    page: str = ""
    answers: int = 200
    sent: Sent = lambda world: {}
    refusal: Refusal = NO_RIGHT
    but: Mapping[str, Refusal] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """What is expected at one address; `objects` is for its path."""

    objects: Objects
    methods: Mapping[str, Due]


def both(get: Due, post: Due, objects: Objects = lambda world: ()) -> Line:
    """An endpoint to read, and to send to."""
    return Line(objects, {"get": get, "post": post})


def acts(
    who: frozenset[str], page: str = "", objects: Objects = lambda world: (), **more: Any
) -> Line:
    """An endpoint that something is done by to a thing in its path; pipelines run their own imports alone."""
    but = {PIPELINE: MAY_NOT_STEER} if "operation" in page else {}
    but |= more.pop("but", {})
    return asks(who, page, objects, scope="triage", but=but, **more)


def some_rows(world: World) -> dict[str, Any]:
    parameters = {"reason": "DATA_QUALITY"}
    return {"verb": "park", "parameters": parameters, "ids": [str(world.error.pk)]}


def a_slot(world: World) -> dict[str, Any]:
    return {"rows": [{"outreach_id": str(make.outreach().pk), "slot_type": "CEO"}]}


def a_day(world: World) -> tuple[Any, ...]:
    two_days(world)
    return (timezone.now().date().isoformat(),)


def reads(
    who: frozenset[str], page: str = "", objects: Objects = lambda world: (), **more: Any
) -> Line:
    """An endpoint to read by GET."""
    return Line(objects, {"get": Due(who, page=page, **more)})


def asks(
    who: frozenset[str], page: str = "", objects: Objects = lambda world: (), **more: Any
) -> Line:
    """An endpoint that a body is sent to."""
    return Line(objects, {"post": Due(who, page=page, **more)})


def a_call_about_nobody(world: Any) -> dict[str, Any]:
    """A call of tier 2 that does not say whom it is about."""
    return {
        "tool_id": "TOOL-008",
        "hub_id": "HUB-PEOPLE",
        "interaction_type": "ENRICH",
        "gate_state": {"domain_verified": True, "mx_present": True},
    }


def a_call_of_nobody(world: World) -> tuple[Any, ...]:
    return (ledgers.call().pk,)


def many_errors(world: Any) -> dict[str, Any]:
    """Two errors in one body."""
    row = {"error_table": make.CT, "code": "CT-M-NO-MX"}
    return {"rows": [row, row]}


def a_call(world: World) -> dict[str, Any]:
    return {
        "tool_id": "TOOL-001",
        "hub_id": "HUB-PEOPLE",
        "interaction_type": "VALIDATE",
        "gate_state": {},
    }


ENDPOINTS: dict[str, Line] = {
    "api-schema": reads(EVERY),
    # errors
    "api:error-list": both(
        Due(EVERY, page="governance:error-list"),
        Due(
            ACTING | {PIPELINE},
            "pipeline",
            answers=201,
            sent=sending(error_table=make.CT, code="CT-M-NO-MX"),
        ),
    ),
    "api:error-bulk": asks(
        ACTING | {PIPELINE},
        scope="pipeline",
        answers=201,
        sent=many_errors,
    ),
    "api:error-search": asks(EVERY, "governance:error-list"),
    "api:error-facets": reads(EVERY, "governance:error-list"),
    "api:error-detail": reads(EVERY, "governance:error-detail", key_of("error")),
    "api:archive-list": reads(EVERY, "governance:archive-list"),
    "api:archive-search": asks(EVERY, "governance:archive-list"),
    "api:archive-facets": reads(EVERY, "governance:archive-list"),
    "api:archive-detail": reads(EVERY, "governance:archive-detail", key_of("archived")),
    "api:archive-retention": reads(EVERY, "governance:archive-retention"),
    "api:archive-reconciliation": reads(EVERY, "governance:archive-retention"),
    "api:archive-agree": asks(
        APPROVING,
        "governance:archive-agree",
        a_changed_retention,
        scope="approve",
        answers=201,
        sent=lambda world: {"days": 30},
    ),
    # groups
    "api:group-list": reads(EVERY, "governance:group-list"),
    "api:group-search": asks(EVERY, "governance:group-list"),
    # operations
    "api:verb-list": reads(EVERY),
    "api:operation-list": both(
        Due(EVERY, page="governance:operation-list"),
        Due(
            ACTING,
            "triage",
            page="governance:operation-plan",
            answers=201,
            sent=some_rows,
            refusal=MAY_NOT_PARK,
        ),
    ),
    "api:operation-search": asks(EVERY, "governance:operation-list"),
    "api:plan-preview": asks(
        ACTING,
        "governance:operation-plan",
        scope="triage",
        sent=some_rows,
        refusal=MAY_NOT_PARK,
    ),
    "api:operation-detail": reads(EVERY, "governance:operation-detail", key_of("planned")),
    "api:operation-items": reads(EVERY, "governance:operation-rows", key_of("planned")),
    "api:operation-outcomes": reads(EVERY, "governance:operation-outcomes", key_of("planned")),
    "api:operation-preview": reads(EVERY, "governance:operation-detail", key_of("planned")),
    "api:operation-timeline": reads(EVERY, "governance:operation-detail", key_of("planned")),
    "api:operation-start": acts(ACTING, "governance:operation-start", key_of("planned")),
    "api:operation-request": acts(
        OWNING,
        "governance:operation-request",
        key_of("gated"),
        answers=201,
        sent=sending(note="Please"),
        but={"manager": NOT_THE_ASKER, PIPELINE: NOT_THE_ASKER},
    ),
    "api:operation-pause": acts(ACTING, "governance:operation-pause", key_of("running")),
    "api:operation-resume": acts(ACTING, "governance:operation-resume", key_of("paused")),
    "api:operation-cancel": acts(ACTING, "governance:operation-cancel", key_of("running")),
    "api:operation-discard": acts(ACTING, "governance:operation-discard", key_of("planned")),
    "api:operation-throttle": acts(
        ACTING,
        "governance:operation-throttle",
        key_of("running"),
        sent=lambda world: {"rows_a_second": 100},
    ),
    "api:operation-undo": acts(ACTING, "governance:operation-undo", key_of("ended"), answers=201),
    "api:operation-retry": acts(
        ACTING,
        "governance:operation-retry",
        key_of("ended"),
        answers=201,
        sent=sending(outcome="skipped"),
    ),
    "api:operation-revise": acts(
        ACTING,
        "governance:operation-revise",
        key_of("planned"),
        answers=201,
        sent=lambda world: {"parameters": {"reason": "RETRIES_EXHAUSTED"}},
    ),
    # approvals
    "api:approval-list": reads(EVERY, "governance:approval-list"),
    "api:approval-search": asks(EVERY, "governance:approval-list"),
    "api:approval-detail": reads(EVERY, "governance:approval-detail", key_of("approval")),
    "api:approval-approve": asks(
        APPROVING,
        "governance:approval-vote",
        key_of("approval"),
        scope="approve",
        sent=lambda world: {"plan_hash": world.approval.plan_hash},
    ),
    "api:approval-reject": asks(
        APPROVING,
        "governance:approval-vote",
        key_of("approval"),
        scope="approve",
        sent=sending(comment="Retry them first."),
    ),
    "api:approval-comment": asks(
        ACTING,
        "governance:approval-comment",
        key_of("approval"),
        scope="triage",
        answers=201,
        sent=sending(body="Why these?"),
        refusal=Refusal(403, "You may not comment on this request."),
    ),
    "api:approval-withdraw": acts(
        OWNING,
        "governance:approval-withdraw",
        key_of("approval"),
        refusal=Refusal(403, "Only who asked can withdraw a request."),
    ),
    "api:approval-discard": acts(
        OWNING,
        "governance:approval-discard",
        key_of("rejected"),
        refusal=Refusal(403, "Only who asked can discard a rejected request."),
    ),
    "api:call-approvals": both(
        Due(ACTING | {PIPELINE}),
        Due(
            ACTING | {PIPELINE},
            "pipeline",
            answers=201,
            sent=lambda world: dict(AskBody.example),
        ),
    ),
    # calls of tools
    "api:call-list": both(
        Due(EVERY),
        Due(
            ACTING | {PIPELINE},
            "pipeline",
            answers=422,
            # a call that is let through stays in the ledger, whatever becomes of the test
            sent=a_call_about_nobody,
        ),
    ),
    "api:call-settle": asks(
        ACTING | {PIPELINE},
        objects=a_call_of_nobody,
        scope="pipeline",
        answers=404,
        sent=sending(status="succeeded"),
    ),
    # reports of the canon's checks
    "api:check-list": both(
        Due(EVERY),
        Due(
            ACTING | {PIPELINE},
            "checks",
            answers=201,
            sent=lambda world: checked.body(checked.finding()),
        ),
    ),
    "api:check-detail": reads(EVERY, "governance:check-report", key_of("checked")),
    "api:check-findings": reads(EVERY, "governance:check-report", key_of("checked")),
    # playbooks
    "api:playbook-list": reads(EVERY, "governance:playbook-list"),
    "api:playbook-search": asks(EVERY, "governance:playbook-list"),
    "api:playbook-detail": reads(EVERY, "governance:playbook-detail", a_playbook),
    "api:playbook-simulate": acts(ACTING, "governance:playbook-simulate", a_playbook),
    "api:run-list": both(
        Due(EVERY, page="governance:playbook-list"),
        Due(
            ACTING,
            "triage",
            page="governance:playbook-plan",
            answers=201,
            sent=lambda world: {"playbook": world.playbook.slug},
        ),
    ),
    "api:run-search": asks(EVERY, "governance:playbook-list"),
    "api:run-detail": reads(EVERY, "governance:run-detail", key_of("run")),
    "api:run-timeline": reads(EVERY, "governance:run-detail", key_of("run")),
    "api:run-request": acts(
        OWNING,
        "governance:run-request",
        key_of("run"),
        answers=201,
        but={"manager": NOT_THE_ASKER},
    ),
    "api:run-start": acts(ACTING, "governance:run-start", key_of("free_run")),
    "api:run-cancel": acts(ACTING, "governance:run-cancel", key_of("run_under_way")),
    "api:run-discard": acts(ACTING, "governance:run-discard", key_of("run")),
    "api:run-undo": acts(ACTING, "governance:run-undo", key_of("ended_run"), answers=201),
    # jobs
    "api:job-list": reads(EVERY, "governance:job-list"),
    "api:job-detail": reads(EVERY, "governance:job-list", lambda world: ("daily",)),
    "api:jobrun-list": reads(EVERY, "governance:jobrun-list"),
    "api:jobrun-search": asks(EVERY, "governance:jobrun-list"),
    "api:jobrun-detail": reads(EVERY, "governance:jobrun-detail", key_of("job_run")),
    "api:jobrun-gates": reads(EVERY, "governance:jobrun-detail", key_of("job_run")),
    "api:openedgate-list": reads(EVERY, "governance:jobrun-gates"),
    "api:openedgate-search": asks(EVERY, "governance:jobrun-gates"),
    "api:jobrun-review": asks(
        ACTING, "governance:jobrun-review", key_of("job_run"), scope="triage"
    ),
    "api:job-run": asks(
        ACTING,
        "governance:job-run",
        lambda world: ("daily",),
        scope="triage",
        answers=201,
        sent=lambda world: {"dry": True},
    ),
    "api:job-schedule": asks(
        ACTING,
        "governance:job-schedule",
        lambda world: ("daily",),
        scope="triage",
        answers=201,
        sent=sending(at="08:15", reason="later"),
    ),
    "api:schedule-detail": reads(EVERY, "governance:job-list", key_of("proposal")),
    "api:schedule-enforce": asks(
        APPROVING, "governance:schedule-enforce", key_of("proposal"), scope="approve"
    ),
    "api:schedule-withdraw": asks(
        APPROVING,
        "governance:schedule-withdraw",
        key_of("proposal"),
        scope="triage",
        but={"triager": NOT_YOURS_TO_WITHDRAW},
    ),
    # the canon
    "api:canon": reads(EVERY, "governance:canonversion-list"),
    "api:tool-list": reads(EVERY, "governance:tool-list"),
    "api:canon-validate": asks(EVERY, "governance:tool-try", sent=a_call),
    "api:violation-list": reads(EVERY, "governance:violation-list"),
    "api:violation-search": asks(EVERY, "governance:violation-list"),
    "api:violation-facets": reads(EVERY, "governance:violation-list"),
    "api:violation-export": reads(EXPORTING, "governance:violation-export"),
    "api:violation-detail": reads(EVERY, "governance:violation-detail", key_of("violation")),
    # reports
    "api:report-list": reads(EVERY, "governance:report-list"),
    "api:report-search": asks(EVERY, "governance:report-list"),
    "api:report-detail": reads(EVERY, "governance:report-detail", key_of("report")),
    "api:report-markdown": reads(EVERY, "governance:report-download", key_of("report")),
    # companies
    "api:company-list": reads(EVERY, "governance:company-list"),
    "api:company-search": asks(EVERY, "governance:company-list"),
    "api:company-facets": reads(EVERY, "governance:company-list"),
    "api:company-detail": reads(EVERY, "governance:company-detail", the_company),
    "api:company-timeline": reads(EVERY, "governance:company-history", the_company),
    # readiness
    "api:readiness": reads(EVERY, "governance:readiness"),
    "api:snapshot-list": reads(EVERY, "governance:readiness-trends", two_days),
    "api:snapshot-detail": reads(EVERY, "governance:readiness-trends", a_day),
    "api:readiness-trends": reads(EVERY, "governance:readiness-trends", two_days),
    "api:move-list": reads(EVERY, "governance:readiness-moves", two_days),
    "api:move-counts": reads(EVERY, "governance:readiness-moves", two_days),
    "api:readiness-changes": asks(
        EVERY,
        "governance:readiness",
        sent=lambda world: {"filter": {"disposition": "RETRY"}},
    ),
    # hub rows
    "api:hub-list": reads(APPROVING | {PIPELINE}, "governance:hub-import", refusal=MAY_NOT_BRING),
    "api:hub-rows": both(
        Due(APPROVING | {PIPELINE}, page="governance:hub-import"),
        Due(
            APPROVING | {PIPELINE},
            "pipeline",
            page="governance:hub-import",
            answers=202,
            sent=a_slot,
        ),
        lambda world: ("company_slot",),
    ),
    "api:hub-export": reads(
        EXPORTING, "governance:company_slot-export", lambda world: ("company_slot",)
    ),
    # files
    "api:export-list": both(
        Due(EXPORTING, page="governance:export-list"),
        Due(
            EXPORTING,
            page="governance:error-export",
            answers=201,
            sent=sending(name="errors", format="csv"),
        ),
    ),
    "api:export-detail": reads(
        EXPORTING,
        "governance:export-download",
        key_of("export"),
        but={"manager": NOT_MINE, "analyst": NOT_MINE},
    ),
    "api:export-download": reads(
        EXPORTING,
        "governance:export-download",
        key_of("export"),
        but={"triager": NO_FILE_YET, "manager": NOT_MINE, "analyst": NOT_MINE},
    ),
    "api:scheduledexport-list": both(
        Due(EXPORTING, page="governance:scheduledexport-list"),
        Due(
            EXPORTING,
            scope="triage",
            page="governance:scheduledexport-new",
            answers=201,
            sent=sending(name="Each morning", subject="errors", at="06:30"),
        ),
    ),
    "api:scheduledexport-search": asks(EXPORTING, "governance:scheduledexport-list"),
    "api:scheduledexport-detail": Line(
        key_of("scheduled_export"),
        {
            "get": Due(EXPORTING, page="governance:scheduledexport-detail"),
            "post": Due(
                OWNING,
                scope="triage",
                page="governance:scheduledexport-edit",
                sent=lambda world: {"keep": 3},
                but=dict.fromkeys(("manager", "analyst"), NOT_YOUR_EXPORT),
            ),
        },
    ),
    "api:scheduledexport-files": reads(
        EXPORTING, "governance:scheduledexport-detail", key_of("scheduled_export")
    ),
    "api:scheduledexport-stop": acts(
        OWNING | {"manager"},
        "governance:scheduledexport-stop",
        key_of("scheduled_export"),
        but={"analyst": NOT_YOUR_EXPORT},
    ),
    "api:scheduledexport-start": acts(
        OWNING,
        "governance:scheduledexport-start",
        key_of("stopped_export"),
        but=dict.fromkeys(("manager", "analyst"), NOT_YOUR_EXPORT),
    ),
    "api:scheduledexport-look": acts(
        OWNING | {"manager"},
        "governance:scheduledexport-look",
        key_of("scheduled_export"),
        but={"analyst": NOT_YOUR_EXPORT},
    ),
    "api:error-export": reads(EXPORTING, "governance:error-export"),
    "api:archive-export": reads(EXPORTING, "governance:archive-export"),
    "api:company-export": reads(EXPORTING, "governance:readiness-export"),
    "api:audit-export": reads(EXPORTING, "governance:audit-export"),
}
