"""Whether a tool may be called: asked before every call, by pipelines too.

docs/canon.md says what is answered and in which order.
Source: seed 'Enforcement Implementation Summary' 2.1.
"""

import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar
from uuid import UUID, uuid4

from governance.canon import alone  # noqa: F401 - before what needs models
from governance.canon.reserving import GuardedCall, reserving, reserving_aside
from governance.canon.results import (
    ToolCanonViolationError,
    ToolStopped,
    ToolViolation,
    ValidationResult,
)
from governance.canon.steps import STEPS, Question, Refusal
from governance.queries.canon import current
from governance.toolbox import digests
from governance.toolbox.codes import BANNED, CODES, ViolationDisposition, ViolationSeverity
from governance.toolbox.entries import BanKind, InteractionType, ToolTier
from governance.toolbox.facts import clean

__all__ = [
    "InteractionType",
    "ToolCanonGuard",
    "ToolCanonViolationError",
    "ToolStopped",
    "ToolTier",
    "ToolViolation",
    "ValidationResult",
    "ViolationDisposition",
    "ViolationSeverity",
    "enforce_tool_canon",
]

P = ParamSpec("P")
R = TypeVar("R")
Clock = Callable[[], datetime]
LONGEST_WORD = 255
NOT_ASKED = "Not asked: a step before it stands against the call."
GENERATORS = (inspect.isgeneratorfunction, inspect.isasyncgenfunction)
# what runs when whoever has it wants
UNRUN = (inspect.isawaitable, inspect.isgenerator, inspect.isasyncgen)
NOT_YET = "decorate what makes the call: a generator is made before it runs"
NOT_RUN = "{} returned a {}, which makes its call later: decorate what makes it"
CLOCK = "the clock must tell a moment with its zone, one that every zone has"
FIRST = datetime.min.replace(tzinfo=UTC) + timedelta(days=2)
LAST = datetime.max.replace(tzinfo=UTC) - timedelta(days=2)


class Shown(NamedTuple):
    """One step of an evaluation; `passed` is None where it was not asked any more."""

    step: str
    answer: str
    passed: bool | None


def _now() -> datetime:
    return datetime.now(UTC)


class ToolCanonGuard:
    """Asks the canon in force; `clock` says what time it is, where that is not now."""

    def __init__(self, clock: Clock = _now) -> None:
        self.clock = clock

    def validate(
        self,
        tool_id: str,
        hub_id: str,
        interaction_type: InteractionType,
        gate_state: Mapping[str, Any],
        entity: str | UUID | None = None,
        correlation_id: str | UUID | None = None,
    ) -> ValidationResult:
        """Say whether a call may be made, and record nothing.

        Raises ValueError for arguments of a wrong type; what `gate_state` holds is judged instead.
        """
        correlation = _word("correlation_id", correlation_id) or str(uuid4())
        try:
            question = self._question(tool_id, hub_id, interaction_type, gate_state, entity)
            for step in STEPS:
                refusal = step.refuse(question)
                if refusal is not None:
                    return self._refused(question, refusal, correlation)
        except current.Unknown as unknown:
            return ValidationResult(False, None, str(unknown), correlation)
        return ValidationResult(True, None, None, correlation)

    def explain(
        self,
        tool_id: str,
        hub_id: str,
        interaction_type: InteractionType,
        gate_state: Mapping[str, Any],
        entity: str | UUID | None = None,
    ) -> list[Shown]:
        """Return every step with its answer, as `validate` takes them; the same ValueErrors."""
        shown: list[Shown] = []
        try:
            question = self._question(tool_id, hub_id, interaction_type, gate_state, entity)
            for step in STEPS:
                refusal = step.refuse(question)
                said = refusal.said if refusal else step.passing(question)
                shown.append(Shown(step.name, said, refusal is None))
                if refusal:
                    break
        except current.Unknown as unknown:
            shown.append(Shown(STEPS[len(shown)].name, str(unknown), False))
        rest = STEPS[len(shown) :]
        return shown + [Shown(step.name, NOT_ASKED, None) for step in rest]

    def check_vendor(self, name: str) -> ToolViolation | None:
        """Return the violation that this vendor would be, none where it is not banned.

        Raises ToolStopped while nobody can know.
        """
        return self._check(BanKind.VENDOR.value, name)

    def check_library(self, name: str) -> ToolViolation | None:
        """Return the same of a library, by any name that it has: `bs4` is beautifulsoup4."""
        return self._check(BanKind.LIBRARY.value, name)

    def check_pattern(self, name: str) -> ToolViolation | None:
        """Return the same of a way of working."""
        return self._check(BanKind.PATTERN.value, name)

    def _check(self, kind: str, name: str) -> ToolViolation | None:
        if not isinstance(name, str):
            raise ValueError(f"a {kind} is named by a text")
        try:
            ban = current.ask().canon.banned(name, kind)
        except current.Unknown as unknown:
            raise ToolStopped(str(unknown)) from unknown
        if ban is None:
            return None
        return ToolViolation(
            violation_code=BANNED,
            tool_id=clean(name, most=LONGEST_WORD),
            hub_id="",
            severity=CODES[BANNED].severity,
            disposition=CODES[BANNED].disposition,
            message=str(ban),
            timestamp=self.clock(),
            context={"banned": ban.name, "kind": kind},
        )

    def _question(
        self,
        tool_id: Any,
        hub_id: Any,
        interaction_type: Any,
        gate_state: Any,
        entity: Any,
    ) -> Question:
        """Check the arguments themselves, then ask what is in force. Raises ValueError, Unknown."""
        _check_names(tool_id, hub_id, interaction_type)
        if not isinstance(gate_state, Mapping):
            raise ValueError("gate_state maps names of facts to what they are")
        named = _word("entity", entity)
        about = digests.entity_of(named) or None if named else None
        now = current.ask()
        return Question(
            now,
            tool_id,
            hub_id,
            interaction_type,
            dict(gate_state),
            about,
            self._moment(),
            now.canon.tools.get(tool_id),
        )

    def _moment(self) -> datetime:
        """Ask the clock. Raises ValueError where it tells no moment."""
        at = self.clock()
        is_one = isinstance(at, datetime) and at.utcoffset() is not None
        if not (is_one and FIRST < at < LAST):
            raise ValueError(CLOCK)
        return at

    def _refused(self, question: Question, refusal: Refusal, correlation: str) -> ValidationResult:
        if refusal.is_stopped:
            return ValidationResult(False, None, refusal.said, correlation)
        code = CODES[refusal.code]
        violation = ToolViolation(
            violation_code=refusal.code,
            tool_id=clean(question.tool_id, most=LONGEST_WORD),
            hub_id=clean(question.hub_id, most=LONGEST_WORD),
            severity=code.severity,
            disposition=code.disposition,
            message=refusal.said,
            timestamp=question.at,
            context={
                "failed": [one.as_json() for one in refusal.failed],
                "interaction_type": question.interaction.value,
                "entity": question.entity,
                "correlation_id": correlation,
                "canon_version": question.now.canon.version,
            },
        )
        return ValidationResult(False, violation, None, correlation)


def enforce_tool_canon(
    tool_id: str,
    hub_id: str,
    interaction_type: InteractionType,
    *,
    guard: ToolCanonGuard | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let a function or coroutine run only where the canon lets the call be made, else raise ToolCanonViolationError.

    Its arguments `gate_state` and `entity`, where it has them, are what the call is judged by.
    """
    _check_names(tool_id, hub_id, interaction_type)
    asked = guard or ToolCanonGuard()

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        if any(_is(kind, function) for kind in GENERATORS):
            raise ValueError(NOT_YET)
        signature = inspect.signature(function)

        def call_of(args: Any, kwargs: Any) -> GuardedCall:
            given = _given(signature, args, kwargs)
            facts = given.get("gate_state")
            return GuardedCall(
                asked,
                tool_id,
                hub_id,
                interaction_type,
                {} if facts is None else facts,
                given.get("entity"),
            )

        return _guarded(function, call_of)

    return decorate


def _guarded(
    function: Callable[P, R], call_of: Callable[[Any, Any], GuardedCall]
) -> Callable[P, R]:
    """Wrap a function, or a coroutine, so that it holds the right to make its call while it runs."""

    @wraps(function)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        with reserving(call_of(args, kwargs)):
            return _run(function, function(*args, **kwargs))

    @wraps(function)
    async def guarded_coroutine(*args: P.args, **kwargs: P.kwargs) -> Any:
        async with reserving_aside(call_of(args, kwargs)):
            return await function(*args, **kwargs)  # type: ignore[misc]

    is_coroutine = _is(inspect.iscoroutinefunction, function)
    return guarded_coroutine if is_coroutine else guarded  # type: ignore[return-value]


def _is(kind: Callable[[Any], bool], function: Any) -> bool:
    """Whether it is of that kind, or an object that is called as one."""
    return kind(function) or kind(type(function).__call__)


def _run(function: Any, result: R) -> R:
    """Return what a call gave. Raises ValueError for what has not run: the place of the call would be free while it is made."""
    if not any(is_unrun(result) for is_unrun in UNRUN):
        return result
    if inspect.iscoroutine(result):
        result.close()
    name = getattr(function, "__name__", type(function).__name__)
    raise ValueError(NOT_RUN.format(name, type(result).__name__))


def _given(signature: inspect.Signature, args: Any, kwargs: Any) -> dict[str, Any]:
    """Return all arguments of a call by name, also those that **kwargs takes."""
    bound = signature.bind(*args, **kwargs)
    bound.apply_defaults()
    given = dict(bound.arguments)
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= given.pop(parameter.name)
    return given


def _check_names(tool_id: Any, hub_id: Any, interaction_type: Any) -> None:
    if not isinstance(tool_id, str):
        raise ValueError("tool_id must be a text")
    if not isinstance(hub_id, str):
        raise ValueError("hub_id must be a text")
    if not isinstance(interaction_type, InteractionType):
        raise ValueError("interaction_type must be an InteractionType")


def _word(name: str, value: Any) -> str | None:
    """Read an argument that is a text or an id; nothing where it is left out or empty."""
    if value is None:
        return None
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"{name} must be a text or an id")
    if len(value) > LONGEST_WORD or not value.isprintable():
        raise ValueError(f"{name} takes at most {LONGEST_WORD} letters that can be seen")
    return value or None
