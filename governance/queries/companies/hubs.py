"""How a company stands at each hub, in waterfall order, with the fact behind it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from governance.models import Hub, Reason
from governance.models.hubs import ANCHOR, DOL, EXECUTION, GATES, PEOPLE
from governance.queries.companies import facts
from governance.queries.companies.records import Company
from governance.queries.errors.blockers import COUNTED_ANEW, Blocker
from outreach_admin.ui import figures

LIFECYCLE, BLOG = "HUB-COMPANY-LIFECYCLE", "HUB-BLOG-001"
PASS, NOT_REQUIRED, WAITING = "PASS", "NOT_REQUIRED", "WAITING"
BLOCKED, MISSING = "BLOCKED", "MISSING"
NAMES = {ANCHOR: "Company Target", DOL: "DOL", PEOPLE: "People", EXECUTION: "Outreach"}
NOTHING_ASKED = "asks for nothing and gates nothing"


@dataclass(frozen=True)
class Standing:
    """One hub of one company: its state, and in words why."""

    hub: Hub
    state: str
    fact: str

    @property
    def word(self) -> str:
        return self.state.replace("_", " ")


@dataclass(frozen=True)
class Criterion:
    """What makes a hub done, what is there of it, and whether that is enough."""

    hub: str
    when: str
    found: str
    state: str


def standings(company: Company, blockers: Iterable[Blocker]) -> list[Standing]:
    """List the hubs, each with its state; `blockers` as blockers.read() gives them. One query.

    A hub behind the anchor waits while the anchor is not done or held by an error, whatever it has of its own.
    """
    codes = _codes(blockers)
    listed = []
    for hub in Hub.objects.all():
        tell = OF_HUB.get(hub.pk, _of_other)
        state, fact = tell(company, codes.get(hub.pk, ""))
        listed.append(Standing(hub, state, fact))
    return listed


def criteria(company: Company) -> list[Criterion]:
    """List what makes each hub done, and which fact says so."""
    slots = figures.counted(company.readiness.required_slots, "filled slot")
    return [
        Criterion(hub, when.format(slots=slots), found(company), state(company))
        for hub, when, found, state in CRITERIA
    ]


def _state_at(gate: str) -> Callable[[Company], str]:
    return lambda company: gate_state(company, gate)


def _state_beside(column: str) -> Callable[[Company], str]:
    """Say how a company stands at a hub that gates nothing: it is done, or missing."""
    return lambda company: PASS if getattr(company.readiness, column) else MISSING


# hub, what makes it done, the fact behind it, the state
CRITERIA = (
    (
        "Company Target",
        "ready, with method, confidence and time of completion",
        facts.of_target,
        _state_at("ct"),
    ),
    ("DOL", "a filing is present and has an EIN", facts.of_filings, _state_at("dol")),
    ("People", "{slots}", facts.of_slots, _state_at("people")),
    ("Blog", "a row exists", facts.of_blogs, _state_beside("blog_done")),
    ("BIT", "a score, and at least one signal", facts.of_score, _state_beside("bit_done")),
)


def gate_state(company: Company, gate: str) -> str:
    """Say how a company stands at a hub that gates, named by the prefix of its columns."""
    readiness = company.readiness
    if getattr(readiness, f"{gate}_blocked"):
        return BLOCKED
    if getattr(readiness, f"{gate}_done"):
        return PASS
    waits = gate != "ct" and gate_state(company, "ct") != PASS
    return WAITING if waits else MISSING


def _codes(blockers: Iterable[Blocker]) -> dict[str, str]:
    """Tell by hub what blocks it: the code of its oldest error, and how often it was tried."""
    found: dict[str, str] = {}
    for blocker in blockers:
        if blocker.is_held:
            found.setdefault(_holds_at(blocker), f"{blocker.words}: {blocker.note}")
    return found


def _of_gate(gate: str) -> Callable[[Company, str], tuple[str, str]]:
    def tell(company: Company, code: str) -> tuple[str, str]:
        state = gate_state(company, gate)
        if state == BLOCKED:
            errors = getattr(company.readiness, f"{gate}_blocking")
            violations = getattr(company.readiness, f"{gate}_violations")
            return state, _blocked(errors, violations, code)
        if state == WAITING:
            return state, "for Company Target"
        return state, facts.OF_GATE[gate](company)

    return tell


def _blocked(errors: int, violations: int, code: str) -> str:
    number = errors + violations
    if not code:
        return figures.counted(number, "blocking error" if errors else "open violation")
    return f"{code}, and {number - 1:,} more" if number > 1 else code


def _of_lifecycle(company: Company, code: str) -> tuple[str, str]:
    return (PASS if company.master else MISSING), facts.of_master(company)


def _of_blog(company: Company, code: str) -> tuple[str, str]:
    return NOT_REQUIRED, f"{facts.of_blogs(company)}, gates nothing"


def _of_outreach(company: Company, code: str) -> tuple[str, str]:
    if company.is_due:
        return WAITING, "to be counted anew"
    if company.readiness.promotable:
        return PASS, "may be promoted now"
    waited_for = [NAMES[hub] for gate, hub in GATES.items() if gate_state(company, gate) != PASS]
    if not waited_for:
        return BLOCKED, _blocked(0, company.readiness.other_violations, code)
    return WAITING, f"for {', '.join(waited_for)}"


def _of_other(company: Company, code: str) -> tuple[str, str]:
    return NOT_REQUIRED, NOTHING_ASKED


OF_HUB: dict[str, Callable[[Company, str], tuple[str, str]]] = {
    LIFECYCLE: _of_lifecycle,
    **{hub: _of_gate(gate) for gate, hub in GATES.items()},
    BLOG: _of_blog,
    EXECUTION: _of_outreach,
}


@dataclass(frozen=True)
class Bottleneck:
    """The first hub that holds a company, and in words why; no hub where nothing does."""

    hub: str
    why: str
    to_do: str = ""


def bottleneck(company: Company, blockers: Iterable[Blocker]) -> Bottleneck:
    """Say what holds a company, and what to do about it: the error first, where there is one."""
    if company.is_due:
        return Bottleneck(NAMES[ANCHOR], COUNTED_ANEW)
    hub = company.readiness.bottleneck
    if not hub:
        return Bottleneck("", "nothing keeps it from Outreach")
    here = [one for one in blockers if _holds_at(one) == hub]
    here.sort(key=lambda one: not one.is_held)
    to_do = here[0].to_do if here else ""
    return Bottleneck(NAMES[hub], _reason(company), to_do)


def _holds_at(blocker: Blocker) -> str:
    """Name the hub that a blocker holds: what concerns none of the gates holds Outreach alone."""
    return blocker.of_hub if blocker.of_hub in GATES.values() else EXECUTION


def _reason(company: Company) -> str:
    said = Reason(company.readiness.reason).label
    behind = ". Everything behind it waits" if company.readiness.bottleneck == ANCHOR else ""
    return f"{said}{behind}"
