"""One violation with its story: what failed, why it stands where it stands, what to do, what it holds back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.db.models.expressions import RawSQL

from governance.models import Disposition, Hub, ParkReason, Readiness, ViolationCase
from governance.models.canon.violations import SUBJECT
from governance.models.errors import BLOCKING_DISPOSITIONS
from governance.queries.errors import blockers, timeline
from governance.queries.errors.timeline import ErrorMoment
from governance.toolbox import codes
from outreach_admin.db import jsonfields

# of a context that somebody else than the guard wrote
MOST_FAILED = 50
# one open violation less of a hub
OPENS_HUBS = """governance.violations_open_hubs(
    governance_readiness, (governance.gate_of(%s) = 'ct')::int)"""
OPENS_PROMOTION = "governance.violations_open_promotion(governance_readiness, 1)"
OVERDUE = (
    "Its time is over: it stays until somebody resolves or archives it, since no gate opens unseen."
)
MEND = "Mend what it names, then retry."
TO_DO = {
    codes.NOT_REGISTERED: "Use a tool of the canon, or bring in a version that has this one.",
    codes.BANNED: "Use the alternative that the ban names; a ban goes by a new version of the canon.",
    codes.KEY_MISSING: "Set the tool's API key where the pipeline runs, then retry.",
    codes.OTHER_INTERACTION: "Ask the tool for what it may do, or use another tool.",
    codes.NO_AUDIT_TRAIL: "Settle the call, so that what it brought is known.",
    codes.NO_STORED_RESULT: "Store the result of the check; nobody has to act.",
    codes.OUTSIDE_ITS_HUBS: "Call it from one of its hubs, or use a tool of this hub.",
    codes.NO_GATE_PASS: "Find out which pipeline calls without asking the guard.",
    codes.NO_GATES: "Bring in a version of the canon that gives the tool its gates.",
    codes.GATE_UNMET: "See that every condition above holds, then retry.",
    codes.NOT_APPROVED: "Ask a manager to approve this call, then retry.",
    codes.ATTEMPTS_SPENT: "Nothing: it was tried as often as it may be.",
}


@dataclass(frozen=True)
class Failed:
    """One condition that did not hold."""

    fact: str
    condition: str
    said: str


@dataclass(frozen=True)
class Overdue:
    """Open cases whose time is over: all of them, and those that keep a company from promotion."""

    open: int
    holding: int


@dataclass(frozen=True)
class Outlook:
    """How ready the violation's company is, what blocks it, and which gates this violation alone keeps shut."""

    readiness: Readiness | None
    blockers: list[blockers.Blocker]
    gates: list[str]


def overdue(at: datetime) -> Overdue:
    """Count the open cases whose time was over at that moment: nothing closes them but a person. One query."""
    late = ViolationCase.objects.filter(disposition__in=BLOCKING_DISPOSITIONS, expires_at__lt=at)
    held = Count("pk", filter=Q(outreach__isnull=False))
    return Overdue(**late.aggregate(open=Count("pk"), holding=held))


def is_overdue(case: ViolationCase, at: datetime) -> bool:
    """Whether its time is over while it is open."""
    return case.disposition in BLOCKING_DISPOSITIONS and case.expires_at < at


def failed(case: ViolationCase) -> list[Failed]:
    """Read the conditions that did not hold, as the guard wrote them; what has another form is left out."""
    context = jsonfields.fields(case.violation.context)
    listed = context.get("failed")
    found = listed if isinstance(listed, list) else []
    return [
        Failed(*(str(one.get(name, "")) for name in ("fact", "condition", "said")))
        for one in map(jsonfields.fields, found[:MOST_FAILED])
        if one
    ]


def beside(case: ViolationCase) -> str:
    """Write what else was said of the call."""
    context = jsonfields.fields(case.violation.context)
    known = ("failed", "entity", "correlation_id")
    rest = {name: value for name, value in context.items() if name not in known}
    return jsonfields.shown(rest) if rest else ""


def meaning(case: ViolationCase) -> str:
    """Say what its code means, as the start of a sentence."""
    code = codes.CODES.get(case.code)
    return code.meaning[0].upper() + code.meaning[1:] if code else "A rule was broken"


def to_do(case: ViolationCase) -> str:
    """Say what to do about it."""
    return TO_DO.get(case.code, MEND)


def why(case: ViolationCase, people: Mapping[str, str], *, at: datetime) -> list[str]:
    """Say in sentences why it stands where it stands, and what it holds back."""
    late = [OVERDUE] if is_overdue(case, at) else []
    return [*_where(case, people), _holds(case), *late]


def hub_name(case: ViolationCase) -> str:
    """Name its hub; empty where the console knows no such hub."""
    return Hub.objects.filter(pk=case.hub_id).values_list("name", flat=True).first() or ""


def outlook(case: ViolationCase) -> Outlook:
    """Read what keeps its company, and what would open without this violation. Two queries, none without a company."""
    if case.outreach_id is None:
        return Outlook(None, [], [])
    opened: dict[str, Any] = {
        "opens_hubs": RawSQL(OPENS_HUBS, [case.hub_id]),  # noqa: S611 - our own text
        "opens_promotion": RawSQL(OPENS_PROMOTION, []),  # noqa: S611 - our own text
    }
    rows = Readiness.objects.annotate(**opened)
    readiness = rows.filter(pk=case.outreach_id).first()
    return Outlook(
        readiness,
        blockers.of(case.outreach_id, readiness),
        _gates(case, readiness),
    )


def story(case: ViolationCase) -> list[ErrorMoment]:
    """Tell everything that happened to it, newest first."""
    return timeline.of_key("violation", SUBJECT, str(case.pk))


def _gates(case: ViolationCase, readiness: Readiness | None) -> list[str]:
    if readiness is None or not case.is_blocking:
        return []
    hubs = blockers.GATED if readiness.opens_hubs else ()
    return [*hubs, *([blockers.OUTREACH] if readiness.opens_promotion else ())]


def _where(case: ViolationCase, people: Mapping[str, str]) -> Iterator[str]:
    if case.disposition == Disposition.PARKED:
        by = people.get(case.parked_by or "", case.parked_by)
        reason = case.park_reason or ""
        words = ParkReason.words(reason)
        said = f"{reason} ({words.lower()})" if words else reason
        yield f"It was set aside by {by} for {said}; {case.owner} looks after it."
    elif case.disposition == Disposition.RETRY:
        yield f"The call may be made again; {case.owner} looks after it."
    elif case.disposition == Disposition.RESOLVED:
        note = f": {case.resolution_note}" if case.resolution_note else ""
        yield f"It is resolved{note}."
    else:
        yield f"It is {case.disposition}: nobody has to act."


def _holds(case: ViolationCase) -> str:
    if case.outreach_id is None:
        return "It is about no company of the spine, so it keeps nobody from promotion."
    if case.is_blocking:
        return "It keeps its company from promotion while it is RETRY or PARKED."
    return f"As {case.disposition} it keeps nobody from promotion."


def found(pk: Any) -> ViolationCase | None:
    """Read one with its fact and its company."""
    rows = ViolationCase.objects.select_related("violation", "outreach__company")
    return rows.filter(pk=pk).first()
