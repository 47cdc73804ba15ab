"""What a person selected in a list, read from the form that carries it to a verb."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from outreach_admin.exceptions import BadRequest, Refused

SCOPES = ("ids", "all", "except")
MOST_IDS = 10_000


@dataclass(frozen=True)
class Selection:
    """Rows by id, all that match a filter, or all but some ids.

    `filter` is the list's canonical text, `as_of` the time of the page it was read on.
    """

    scope: str
    ids: tuple[str, ...]
    filter: str
    as_of: datetime

    @classmethod
    def from_post(cls, data: QueryDict) -> "Selection":
        """Read a list's form; refuse an empty, contradictory or unlimited selection.

        Without JavaScript a page of "all" sends which rows it showed and which stayed ticked;
        the difference is what the person took out.
        """
        scope = data.get("scope", "")
        ids = _split(data.getlist("ids"))
        if scope not in SCOPES:
            raise BadRequest(
                "The selection says neither which rows nor all of them.",
                what_to_do="Go back to the list and select again.",
            )
        if scope == "all":
            scope, ids = _all(data, ids)
        return cls.checked(
            scope,
            ids,
            filter=data.get("filter", ""),
            as_of=_moment(data.get("as_of", "")),
        )

    @classmethod
    def checked(
        cls,
        scope: str,
        ids: Iterable[str],
        *,
        filter: str,
        as_of: datetime,
    ) -> "Selection":
        """Make a selection; refuse an empty or unlimited one."""
        named = list(dict.fromkeys(ids))
        _refuse_unlimited(scope, named, filter)
        return cls(scope, tuple(named), filter, as_of)


def _all(data: QueryDict, ids: list[str]) -> tuple[str, list[str]]:
    if ids:
        raise BadRequest(
            "The selection names rows and all rows at once.",
            what_to_do="Select either rows or all that match.",
        )
    kept = set(_split(data.getlist("keep")))
    taken_out = [key for key in _split(data.getlist("shown")) if key not in kept]
    before = [key for key in _split(data.getlist("except")) if key not in kept]
    left_out = list(dict.fromkeys([*before, *taken_out]))
    return ("except" if left_out else "all"), left_out


def _refuse_unlimited(scope: str, ids: list[str], text: str) -> None:
    if scope == "ids" and not ids:
        raise Refused(
            "Nothing is selected.", what_to_do="Tick rows in the list, or choose all that match."
        )
    if scope != "ids" and not text:
        raise BadRequest(
            "“All matching” without a filter would be every row. Nothing is selected.",
            what_to_do="Filter the list first.",
        )
    if len(ids) > MOST_IDS:
        raise Refused(
            f"More than {MOST_IDS:,} single rows are selected.",
            what_to_do="Filter the list so that it shows what you mean, and select all that match.",
            status=413,
        )


def _split(values: Iterable[str]) -> list[str]:
    parts = (part for value in values for part in value.split(","))
    return list(dict.fromkeys(part for part in parts if part))


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadRequest(
            "The selection does not say of what time it is.",
            what_to_do="Open the list again and select anew.",
        )
    return moment
