"""What a rule of a playbook may ask of rows: one class a subject, named by its declaration."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode

from governance import subjects
from governance.models import CompanyTarget, Disposition, ErrorCode, ErrorTable, HubError
from governance.queries.errors.attempts import waits
from governance.subjects import Subject
from outreach_admin.db.limits import MOST_INTEGER
from outreach_admin.exceptions import BadRequest

NARROWING = ("error_table", "codes", "min_retries", "max_retries", "filter")

Rule = Mapping[str, Any]


class Known:
    """Error tables and codes that there are, read once for all rules."""

    @cached_property
    def tables(self) -> dict[str, ErrorTable]:
        return ErrorTable.objects.in_bulk()

    @cached_property
    def hubs(self) -> dict[str, str | None]:
        """Map each code to the hub it belongs to."""
        return dict(ErrorCode.objects.values_list("code", "hub_id"))


class Conditions:
    """Rows by the filter of the subject's own list: what a subject has that declares nothing else."""

    keys: tuple[str, ...] = ("filter",)
    foreign = "It does not belong to what this rule is about: leave this empty."

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def problems(
        self,
        rule: Rule,
        known: Known | None = None,
    ) -> dict[str, str]:
        """Say what is wrong with the conditions, one sentence per field; empty means sound."""
        found = self._foreign(rule)
        try:
            if self._read(rule).is_empty:
                found["filter"] = "A rule without a filter would be about every row."
        except BadRequest as refusal:
            found["filter"] = refusal.sentence
        return found

    def rows(self, rule: Rule, *, as_of: datetime | None = None) -> QuerySet[Any]:
        """Return the rows that a sound rule is about; times from now are counted from `as_of`."""
        found: QuerySet[Any] = self._read(rule, as_of).qs
        return found

    def canonical(self, rule: Rule) -> str:
        """Return the rule's rows as the filter text of their list."""
        return str(self._read(rule).canonical())

    def words(self, rule: Rule) -> str:
        """Say in one line which rows a rule is about."""
        return f"{self.subject.called(2)} with {self.canonical(rule)}"

    def _read(self, rule: Rule, as_of: datetime | None = None) -> Any:
        return self.subject.resolve("filterset").from_text(
            rule.get("filter") or "", self.subject.rows, as_of=as_of
        )

    def _foreign(self, rule: Rule) -> dict[str, str]:
        return {
            name: self.foreign
            for name in NARROWING
            if name not in self.keys and rule.get(name) not in (None, [], "")
        }


class OpenErrors(Conditions):
    """Errors in RETRY of one table, by codes and tries."""

    keys = ("error_table", "codes", "min_retries", "max_retries")

    def problems(
        self,
        rule: Rule,
        known: Known | None = None,
    ) -> dict[str, str]:
        """Say what is wrong: table, codes, tries."""
        known = known or Known()
        name = rule.get("error_table")
        if not name:
            return {"error_table": "Choose an error table."}
        table = known.tables.get(name)
        if table is None:
            return {"error_table": f"Choose an error table: there is no {name}."}
        found = self._foreign(rule) | _wrong_codes(rule, table, known.hubs) | _wrong_tries(rule)
        least, most = rule.get("min_retries"), rule.get("max_retries")
        if not found and least is not None and most is not None and least > most:
            found["max_retries"] = "At most is less than at least: no row matches."
        return found

    def rows(self, rule: Rule, *, as_of: datetime | None = None) -> QuerySet[Any]:
        """Return errors in RETRY of its table, codes and retry counts."""
        conditions = Q(error_table=rule["error_table"], disposition=Disposition.RETRY)
        if rule.get("codes"):
            conditions &= Q(code__in=rule["codes"])
        if rule.get("min_retries") is not None:
            # what was asked for last is not used up before it had its time
            conditions &= Q(retry_count__gte=rule["min_retries"]) & ~waits(as_of or timezone.now())
        if rule.get("max_retries") is not None:
            conditions &= Q(retry_count__lte=rule["max_retries"])
        return HubError.objects.filter(conditions)

    def canonical(self, rule: Rule) -> str:
        """Return the filter of the queue."""
        pairs = [
            ("error_table", rule["error_table"]),
            ("disposition", "RETRY"),
            *(("code", code) for code in rule.get("codes") or []),
        ]
        pairs += [
            (f"retry_count_{edge}", str(rule[f"{edge}_retries"]))
            for edge in ("min", "max")
            if rule.get(f"{edge}_retries") is not None
        ]
        return urlencode(sorted(pairs))

    def words(self, rule: Rule) -> str:
        """Name codes, table and tries."""
        codes = " or ".join(rule.get("codes") or []) or "any code"
        least, most = rule.get("min_retries"), rule.get("max_retries")
        tries = {
            (False, False): "",
            (True, False): f", tried at least {_times(least)}",
            (False, True): f", tried at most {_times(most)}",
            (True, True): f", tried {least} to {_times(most)}",
        }
        return f"{codes} in {rule['error_table']}{tries[least is not None, most is not None]}"


class FailedTargets(Conditions):
    """Company targets that failed, all of them."""

    keys = ()
    foreign = "It is about company targets, not about errors: leave this empty."

    def problems(
        self,
        rule: Rule,
        known: Known | None = None,
    ) -> dict[str, str]:
        """Refuse whatever would narrow them."""
        return self._foreign(rule)

    def rows(self, rule: Rule, *, as_of: datetime | None = None) -> QuerySet[Any]:
        """Return every failed target."""
        return CompanyTarget.objects.filter(execution_status=CompanyTarget.Status.FAILED)

    def canonical(self, rule: Rule) -> str:
        """Return the filter of company targets."""
        return urlencode([("execution_status", "failed")])

    def words(self, rule: Rule) -> str:
        """Name them."""
        return "failed company targets"


def of(subject: str) -> Conditions:
    """Return what rules about this subject may ask."""
    declared = subjects.named(subject)
    kind: type[Conditions] = declared.resolve("conditions") or Conditions
    return kind(declared)


def _wrong_codes(
    rule: Rule,
    table: ErrorTable,
    hubs: Mapping[str, str | None],
) -> dict[str, str]:
    codes = list(rule.get("codes") or [])
    if unknown := [code for code in codes if code not in hubs]:
        return {"codes": f"Not registered: {', '.join(unknown)}."}
    if foreign := [code for code in codes if hubs[code] not in (None, table.hub_id)]:
        return {"codes": f"{', '.join(foreign)} does not occur in {table}."}
    return {}


def _wrong_tries(rule: Rule) -> dict[str, str]:
    return {
        name: f"Tries are a whole number from 0 to {MOST_INTEGER:,}."
        for name in ("min_retries", "max_retries")
        if (value := rule.get(name)) is not None
        and not (isinstance(value, int) and 0 <= value <= MOST_INTEGER)
    }


def _times(number: int | None) -> str:
    return "once" if number == 1 else f"{number} times"
