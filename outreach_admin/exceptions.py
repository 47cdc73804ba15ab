"""Refusals: a rule says no, in a sentence a person can act on."""

from collections.abc import Iterable, Mapping
from typing import Any


class Refused(Exception):  # noqa: N818 - an *error* is a row here
    """Say what was refused and why, with the status that fits and what to do next.

    `way_out` is the address of the nearest thing that is possible, where there is one; `members` is
    what scripts are told beside the sentence; `heading` stands over its page where that of the
    status does not fit.
    """

    status = 422
    heading = ""
    way_out = ""
    members: Mapping[str, Any] = {}

    def __init__(self, sentence: str, *, what_to_do: str = "", status: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.what_to_do = what_to_do
        if status is not None:
            self.status = status


class BadRequest(Refused):
    """Refuse a request that cannot be understood: an unknown key, an invalid value, a bad cursor.

    `key` names what is wrong, `offered` what could stand in its place.
    """

    status = 400

    def __init__(
        self,
        sentence: str,
        *,
        what_to_do: str = "",
        key: str = "",
        offered: Iterable[str] = (),
    ) -> None:
        super().__init__(sentence, what_to_do=what_to_do)
        self.members = {"key": key, "offered": sorted(offered)} if key else {}


class ServerRefused(Refused):
    """A local PostgreSQL or Redis cannot be started, reached or stopped."""

    status = 503


class ExportRefused(Refused):
    """The file asked for cannot be made."""
