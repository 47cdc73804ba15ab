"""The evaluation of a call, step by step in the canon's order; each step answers in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from governance.canon import lookups
from governance.canon.gates import Call, Failure, Kind, failures
from governance.queries.canon.current import InForce
from governance.toolbox import codes
from governance.toolbox.entries import BanKind, InteractionType, Tool, ToolTier
from governance.toolbox.facts import clean, shown

# facts that name what a call would use, beside the tool itself
USED = {kind.value: kind for kind in BanKind}
TIERS = {
    ToolTier.TIER_0: "free",
    ToolTier.TIER_1: "cheap",
    ToolTier.TIER_2: "surgical",
}


class Answer(NamedTuple):
    """What a step says; `code` where a rule is broken, `is_stopped` where a switch stands against it."""

    said: str
    code: str = ""
    failed: tuple[Failure, ...] = ()
    is_stopped: bool = False

    @property
    def passed(self) -> bool:
        return not self.code and not self.is_stopped


@dataclass(slots=True)
class Question:
    """One call as the steps see it."""

    now: InForce
    tool_id: str
    hub_id: str
    interaction: InteractionType
    facts: Mapping[Any, Any]
    entity: str | None
    at: datetime
    tool: Tool | None = None
    judged: list[Failure] | None = None

    def registered(self) -> Tool:
        assert self.tool is not None
        return self.tool

    def failures(self, *kinds: Kind) -> tuple[Failure, ...]:
        """Return every failure where one is of these kinds, else none: who mends one hears of all."""
        if self.judged is None:
            call = Call(self.registered(), self.hub_id, self.entity, self.facts, self.at)
            self.judged = failures(call, self.now.canon)
        if not self.judged:
            return ()
        is_of_kind = any(one.kind in kinds for one in self.judged)
        return tuple(self.judged) if is_of_kind else ()


def switches(question: Question) -> Answer:
    """Stop what somebody has stopped."""
    if said := question.now.stop_of(question.tool):
        return Answer(said, is_stopped=True)
    return Answer("No switch stands against it.")


def bans(question: Question) -> Answer:
    """Refuse what is banned: the tool itself, or a vendor, library or pattern that the call names."""
    canon = question.now.canon
    ban = canon.banned(question.tool_id)
    for name, kind in USED.items():
        value = question.facts.get(name)
        if ban is None and isinstance(value, str):
            ban = canon.banned(value, kind)
    if ban is None:
        return Answer("Nothing of it is banned.")
    return Answer(
        f"{ban.name} is a banned {ban.kind.value}. {ban.reason} Instead: {ban.alternative}.",
        codes.BANNED,
    )


def registry(question: Question) -> Answer:
    """Refuse a tool that is not listed."""
    if question.tool is None:
        name = shown(question.tool_id)
        return Answer(
            f"{name} is not in the canon, and what is not listed may not be called.",
            codes.NOT_REGISTERED,
        )
    return Answer(f"{question.tool} is in version {question.now.canon.version} of the canon.")


def scope(question: Question) -> Answer:
    """Refuse a hub that is not one of the tool's."""
    tool = question.registered()
    if question.hub_id in tool.hubs:
        return Answer(f"{question.hub_id} may use it.")
    hub = question.now.canon.hubs.get(question.hub_id)
    if hub is None:
        said = f"There is no hub {shown(question.hub_id)}."
    elif hub.closed:
        said = f"{hub.id} may use no tool. {hub.closed}"
    else:
        said = f"{tool} is not for {hub.id}: it is for {', '.join(sorted(tool.hubs))}."
    return Answer(said, codes.OUTSIDE_ITS_HUBS)


def interaction(question: Question) -> Answer:
    """Refuse another interaction than the tool's one."""
    tool, asked = question.registered(), question.interaction
    if asked is tool.interaction:
        return Answer(f"{asked.value} is what it is for.")
    return Answer(
        f"{tool} is for {tool.interaction.value}, not for {asked.value}.",
        codes.OTHER_INTERACTION,
    )


def tier(question: Question) -> Answer:
    """Refuse a tool of tier 2 that has no gates."""
    tool = question.registered()
    if tool.tier is ToolTier.TIER_2 and not tool.gates:
        return Answer(
            f"{tool} is of tier 2, and the canon names no gates for it.",
            codes.NO_GATES,
        )
    return Answer(f"Tier {tool.tier.value}, {TIERS[tool.tier]}: {len(tool.gates)} gates.")


def facts(question: Question) -> Answer:
    """Refuse facts of a wrong kind, whether a gate asks for them or not."""
    failed = question.failures(Kind.FACT)
    return _answer(question, failed, codes.GATE_UNMET, "Every fact is of its kind.")


def attempts(question: Question) -> Answer:
    """Refuse what was tried often enough."""
    failed = question.failures(Kind.ATTEMPTS)
    return _answer(question, failed, codes.ATTEMPTS_SPENT, "It was not tried too often.")


def gates(question: Question) -> Answer:
    """Refuse while a condition is unmet or unknown."""
    failed = question.failures(Kind.GATE)
    return _answer(question, failed, codes.GATE_UNMET, "Every condition is met.")


def approval(question: Question) -> Answer:
    """Refuse, when all else lets it pass, what no person has agreed to."""
    tool = question.registered()
    if not question.now.canon.needs_approval(tool, question.hub_id):
        return Answer("Nobody has to agree to it.")
    if lookups.approved(tool, question.hub_id, question.entity, question.facts):
        return Answer("Somebody has agreed to this call.")
    return Answer(
        f"{tool} needs the agreement of a person for {question.hub_id}, and nobody has given it.",
        codes.NOT_APPROVED,
    )


def _answer(
    question: Question,
    failed: tuple[Failure, ...],
    code: str,
    otherwise: str,
) -> Answer:
    if not failed:
        return Answer(otherwise)
    said = "; ".join(map(str, failed))
    where = clean(question.hub_id, most=40)
    return Answer(f"{question.tool} may not be called for {where}: {said}.", code, failed)


Step = tuple[str, Callable[[Question], Answer]]
STEPS: tuple[Step, ...] = (
    ("Kill switches", switches),
    ("Banned list", bans),
    ("Registry", registry),
    ("Hub", scope),
    ("Interaction", interaction),
    ("Tier", tier),
    ("Kinds of facts", facts),
    ("Attempts", attempts),
    ("Gate conditions", gates),
    ("Human approval", approval),
)
