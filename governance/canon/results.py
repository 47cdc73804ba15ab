"""What the guard answers. Source: seed 'Enforcement Implementation Summary' 2.1."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from governance.toolbox.codes import ViolationDisposition, ViolationSeverity
from outreach_admin.exceptions import Refused

NOT_ALLOWED = "No tool may be called now."


@dataclass(frozen=True)
class ToolViolation:
    """A rule of the canon that a call would break; `context` is ready to be written as JSON."""

    violation_code: str
    tool_id: str
    hub_id: str
    severity: ViolationSeverity
    disposition: ViolationDisposition
    message: str
    timestamp: datetime
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """Whether a call may be made.

    Where it may not, either `violation` names the rule, or `stopped` says that a switch stands
    against it or that what is allowed cannot be known: then no rule was broken.
    """

    is_valid: bool
    violation: ToolViolation | None = None
    stopped: str | None = None
    correlation_id: str = ""

    def raise_refusal(self) -> None:
        """Raise what stands against the call: ToolCanonViolationError, or ToolStopped which is one."""
        if self.stopped is not None:
            raise ToolStopped(self.stopped)
        if not self.is_valid:
            raise ToolCanonViolationError(self.violation)


class ToolCanonViolationError(Refused):
    """The canon does not let a call be made; the name is the seed's."""

    status = 409

    def __init__(self, violation: ToolViolation | None = None, sentence: str = NOT_ALLOWED) -> None:
        super().__init__(violation.message if violation else sentence)
        self.violation = violation
        self.members: Mapping[str, Any] = (
            {"violation_code": violation.violation_code} if violation else {}
        )


class ToolStopped(ToolCanonViolationError):  # noqa: N818 - no rule was broken
    """A kill switch stands against the call, or nobody can know what is allowed: try again later."""

    status = 503

    def __init__(self, sentence: str) -> None:
        super().__init__(None, sentence)


class ToolUnnamed(ToolCanonViolationError):  # noqa: N818 - no rule was broken
    """A call of tier 2 does not say who it is about, so that its attempts could not be counted."""

    status = 422


class ToolBusy(ToolCanonViolationError):  # noqa: N818 - no rule was broken
    """The rate of a tool is exhausted, or all of its places are taken: wait `seconds`."""

    status = 429

    def __init__(self, tool: str, words: str, wait: timedelta) -> None:
        self.seconds = max(1, ceil(wait.total_seconds()))
        # what problems say in Retry-After
        self.wait = self.seconds
        super().__init__(None, f"{tool} takes {words}. Wait {self.seconds} s.")
        self.members = {"wait_seconds": self.seconds}


class ToolClosed(ToolCanonViolationError):  # noqa: N818 - no rule was broken
    """The day's or month's calls of a tool, or its budget, are used up: closed until a moment."""

    status = 503

    def __init__(self, tool: str, words: str, until: datetime, wait: timedelta) -> None:
        self.until = until
        self.wait = max(1, ceil(wait.total_seconds()))
        super().__init__(
            None,
            f"{tool} has used up its {words}. It is closed until {until:%Y-%m-%d %H:%M} UTC.",
        )
        self.members = {"closed_until": until.isoformat()}
