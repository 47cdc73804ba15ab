"""Refusals of this app, by sentence."""

from collections.abc import Iterable, Mapping
from typing import Any

from outreach_admin.exceptions import Refused


class NotPermitted(Refused):
    """The person lacks the right."""

    status = 403


class PlanRefused(Refused):
    """Nothing can be planned as asked."""


class StateRefused(Refused):
    """The operation, run or request is not in a state that allows this."""

    status = 409


class ApprovalRequired(Refused):
    """A gate stands before this plan (V-GATE-002)."""

    status = 409


class PolicyRefused(Refused):
    """A policy cannot be changed as asked."""


class CampaignRefused(Refused):
    """There is no company that a campaign may take."""


class ScheduledExportRefused(Refused):
    """No file can be written regularly as asked."""


class VoteRefused(Refused):
    """This person cannot vote on this request, or not now."""

    status = 409


class PlaybookRefused(Refused):
    """The rules of a playbook are not sound."""


class ImportRefused(Refused):
    """A file cannot be read or has rows that cannot be taken."""


class ErrorsRefused(Refused):
    """Rows that a program sends cannot become errors; `errors` lists places and sentences."""

    def __init__(self, sentence: str, *, what_to_do: str = "", errors: Any = ()) -> None:
        super().__init__(sentence, what_to_do=what_to_do)
        self.members = {"errors": list(errors)}


class ViewRefused(Refused):
    """A view cannot be saved as asked."""


class SnapshotRefused(Refused):
    """How companies stood on that day is not known."""


class FilterRefused(Refused):
    """A filter cannot be kept, or is kept no longer."""


class CanonRefused(Refused):
    """A version of the tool canon cannot be brought in, or put in force; `problems` are its mistakes."""

    def __init__(
        self, sentence: str, *, what_to_do: str = "", problems: Iterable[Any] = ()
    ) -> None:
        super().__init__(sentence, what_to_do=what_to_do)
        self.problems = list(problems)


class SwitchRefused(Refused):
    """A tool cannot be stopped, or let go on, as asked."""

    status = 409


class CallRefused(Refused):
    """A call of a tool cannot be asked for, or settled, as told."""

    status = 409


class ReportRefused(Refused):
    """A report of the canon's checks has a form that is not known."""

    members: Mapping[str, Any] = {"errors": [{"field": "version", "problem": "It is another one."}]}


class TokenRefused(Refused):
    """A token cannot be made or revoked as asked, or does not open the door.

    `reason` is one of TokenRefusal.Reason and `token` the one that was shown, where it is known.
    """

    def __init__(
        self,
        sentence: str,
        *,
        what_to_do: str = "",
        status: int | None = None,
        reason: str = "",
        token: Any = None,
    ) -> None:
        super().__init__(
            sentence,
            what_to_do=what_to_do,
            status=status,
        )
        self.reason = reason
        self.token = token


class JobRefused(Refused):
    """A job cannot run as asked, or not now."""

    status = 409
