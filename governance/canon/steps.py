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
from governance.toolbox.facts import shown
from governance.toolbox.wording import TIERS

# facts that name what a call would use, beside the tool itself
USED = tuple(kind.value for kind in BanKind)
NOBODY_AGREED = Failure(
    "human_approval",
    "a person agrees to the call",
    "was not given",
    Kind.GATE,
)


class Refusal(NamedTuple):
    """Why a call is not made; `code` where a rule is broken, `is_stopped` where a switch stands against it."""

    said: str
    code: str = ""
    failed: tuple[Failure, ...] = ()
    is_stopped: bool = False


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
    tool: Tool | None
    judged: tuple[Failure, ...] | None = None

    def registered(self) -> Tool:
        assert self.tool is not None
        return self.tool

    def failures(self) -> tuple[Failure, ...]:
        """Judge facts and gates, once."""
        if self.judged is None:
            call = Call(self.registered(), self.hub_id, self.entity, self.facts, self.at)
            self.judged = tuple(failures(call, self.now.canon))
        return self.judged


def switches(question: Question) -> Refusal | None:
    """Stop what somebody has stopped."""
    said = question.now.stop_of(question.tool)
    return Refusal(said, is_stopped=True) if said else None


def bans(question: Question) -> Refusal | None:
    """Refuse what is banned: the tool itself, or a vendor, library or pattern that the call names."""
    canon = question.now.canon
    ban = canon.banned(question.tool_id)
    for kind in USED:
        value = question.facts.get(kind)
        if ban is None and isinstance(value, str):
            ban = canon.banned(value, kind)
    return Refusal(str(ban), codes.BANNED) if ban else None


def registry(question: Question) -> Refusal | None:
    """Refuse a tool that is not listed."""
    if question.tool is not None:
        return None
    return Refusal(
        f"{shown(question.tool_id)} is not in the canon, and what is not listed may not be called.",
        codes.NOT_REGISTERED,
    )


def scope(question: Question) -> Refusal | None:
    """Refuse a hub that is not one of the tool's."""
    tool = question.registered()
    if question.hub_id in tool.hubs:
        return None
    hub = question.now.canon.hubs.get(question.hub_id)
    if hub is None:
        said = f"There is no hub {shown(question.hub_id)}."
    elif hub.closed:
        said = f"{hub.id} may use no tool. {hub.closed}"
    else:
        said = f"{tool} is not for {hub.id}: it is for {', '.join(sorted(tool.hubs))}."
    return Refusal(said, codes.OUTSIDE_ITS_HUBS)


def interaction(question: Question) -> Refusal | None:
    """Refuse another interaction than the tool's one."""
    tool, asked = question.registered(), question.interaction
    if asked is tool.interaction:
        return None
    return Refusal(
        f"{tool} is for {tool.interaction.value}, not for {asked.value}.",
        codes.OTHER_INTERACTION,
    )


def tier(question: Question) -> Refusal | None:
    """Refuse a tool of tier 2 that has no gates."""
    tool = question.registered()
    if tool.gates or tool.tier is not ToolTier.TIER_2:
        return None
    return Refusal(
        f"{tool} is of tier 2, and the canon names no gates for it.",
        codes.NO_GATES,
    )


def facts(question: Question) -> Refusal | None:
    """Refuse facts of a wrong kind, whether a gate asks for them or not."""
    return _refused(question, Kind.FACT, codes.GATE_UNMET)


def attempts(question: Question) -> Refusal | None:
    """Refuse what was tried often enough."""
    return _refused(question, Kind.ATTEMPTS, codes.ATTEMPTS_SPENT)


def gates(question: Question) -> Refusal | None:
    """Refuse while a condition is unmet or unknown."""
    return _refused(question, Kind.GATE, codes.GATE_UNMET)


def approval(question: Question) -> Refusal | None:
    """Refuse, when all else lets it pass, what no person has agreed to."""
    tool = question.registered()
    if not question.now.needs_approval(tool, question.hub_id):
        return None
    if lookups.approved(tool, question.hub_id, question.entity, question.facts):
        return None
    return Refusal(
        f"{tool} needs the agreement of a person for {question.hub_id}, and nobody has given it.",
        codes.NOT_APPROVED,
        (NOBODY_AGREED,),
    )


def _refused(question: Question, kind: Kind, code: str) -> Refusal | None:
    """Refuse where a failure is of this kind, naming every one: who mends it hears of all."""
    failed = question.failures()
    if not any(one.kind is kind for one in failed):
        return None
    said = "; ".join(map(str, failed))
    return Refusal(
        f"{question.tool} may not be called for {question.hub_id}: {said}.",
        code,
        failed,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it refuses, and what it says where it lets a call pass."""

    name: str
    refuse: Callable[[Question], Refusal | None]
    otherwise: str

    def passing(self, question: Question) -> str:
        """Write what it says of a call that passes."""
        tool = question.tool
        return self.otherwise.format(
            tool=tool,
            hub=question.hub_id,
            version=question.now.canon.version,
            interaction=question.interaction.value,
            tier=f"{tool.tier.value}, {TIERS[tool.tier]}" if tool else "",
            gates=len(tool.gates) if tool else 0,
            agreed="Somebody has agreed" if self._is_asked(question) else "Nobody has to agree",
        )

    def _is_asked(self, question: Question) -> bool:
        tool = question.tool
        return tool is not None and question.now.needs_approval(tool, question.hub_id)


STEPS = (
    Step("Kill switches", switches, "No switch stands against it."),
    Step("Banned list", bans, "Nothing of it is banned."),
    Step("Registry", registry, "{tool} is in version {version} of the canon."),
    Step("Hub", scope, "{hub} may use it."),
    Step("Interaction", interaction, "{interaction} is what it is for."),
    Step("Tier", tier, "Tier {tier}; conditions to meet: {gates}."),
    Step("Kinds of facts", facts, "Every fact is of its kind."),
    Step("Attempts", attempts, "It was not tried too often."),
    Step("Gate conditions", gates, "Every condition is met."),
    Step("Human approval", approval, "{agreed} to it."),
)
