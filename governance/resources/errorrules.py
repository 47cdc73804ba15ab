"""What a new error must satisfy by itself, whether it comes in a file or in a body."""

from collections.abc import Container, Iterator
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from governance import words
from governance.models import Disposition, ErrorTable
from governance.resources import widgets

PARKED_ONLY = ("parked_at", "parked_by", "park_reason", "escalated_at")
CLOCK_SKEW = timedelta(hours=1)
Flaws = Iterator[tuple[str, str]]


class ErrorRules:
    """Judges rows of one file or body, whose cells were read before, and fills in what follows from the rest."""

    def __init__(self, *, by: User) -> None:
        self.at = timezone.now()
        self.by = by.get_username()
        self.allowed = dict(ErrorTable.objects.values_list("name", "allowed_dispositions"))
        self.table_name = widgets.TableName(self.allowed)

    def flaws_of(self, given: dict[str, Any], unreadable: Container[str]) -> Flaws:
        """Yield column and sentence of everything that a readable row still lacks or contradicts."""
        for name in ("error_table", "code"):
            if name not in given and name not in unreadable:
                yield name, "It is missing."
        if "created_at" in given and self._is_ahead(given["created_at"]):
            yield "created_at", "It lies in the future."
        if "disposition" not in unreadable:
            yield from self._flaws_of_disposition(given, unreadable)

    def _is_ahead(self, text: str) -> bool:
        return widgets.moment_of(text) > self.at + CLOCK_SKEW

    def _flaws_of_disposition(self, given: dict[str, Any], unreadable: Container[str]) -> Flaws:
        disposition, table = given.get("disposition"), given.get("error_table")
        if disposition and table and disposition not in self.allowed[table]:
            yield "disposition", f"{table} allows {', '.join(self.allowed[table])}."
        if disposition == Disposition.PARKED:
            yield from self._flaws_of_parked(given, unreadable)
        else:
            yield from _parked_alone(given)
        if disposition == Disposition.RESOLVED:
            given.setdefault("resolved_at", self.at.isoformat())

    def _flaws_of_parked(self, given: dict[str, Any], unreadable: Container[str]) -> Flaws:
        if "park_reason" not in given and "park_reason" not in unreadable:
            yield "park_reason", "It is missing: nothing is parked without a reason."
        given.setdefault("parked_at", self.at.isoformat())
        given.setdefault("parked_by", self.by)
        if given.get("escalation_level"):
            given.setdefault("escalated_at", self.at.isoformat())


def _parked_alone(given: dict[str, Any]) -> Flaws:
    for name in PARKED_ONLY:
        if name in given:
            yield name, "Only a PARKED error has it."
    if given.get("escalation_level"):
        yield "escalation_level", "Only a PARKED error is escalated."


def keep_given_domain(data: dict[str, Any], given: str) -> None:
    """Keep what a domain was given as where its one form has less, as the database does."""
    if data.get("domain", given) != given and words.loses_more_than_case(given):
        data["details"] = {**data.get("details", {}), "given_domain": given}
