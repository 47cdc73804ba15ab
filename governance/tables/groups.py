"""Rows of the groups page: each group in words, as a filter, and with the verb that suits it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString

from governance.models import Category, ErrorCode, ErrorTable
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import groups
from governance.queries.errors.effects import DAYS, Effect
from governance.tables import advice
from governance.verbs.base import Verb
from outreach_admin.ui import bars, figures, texts

Pairs = Sequence[tuple[str, str]]
OPEN = [("disposition", str(disposition)) for disposition in OPEN_DISPOSITIONS]
# of what never expires, see governance.expiry()
NEVER = date(9000, 1, 1)
# in the order of what an effect is missing
HUBS = ("company target", "DOL", "people")


@dataclass(frozen=True)
class Row:
    """One group as it is shown."""

    label: str
    where: str
    note: str
    rows: int
    query: str
    spoken: str
    verb: Verb | None = None
    advice: str = ""
    effect: Effect | None = None
    spark: SafeString | str = ""
    most: int = 0
    parts: list["Row"] = field(default_factory=list)

    @property
    def cleared(self) -> str:
        """Say in short what clearing the group would do."""
        if self.effect is None:
            return ""
        if self.effect.anchors:
            return f"{count_of(self.effect.anchors, 'anchor')} could run again"
        return _gates(self.effect.gates)

    @property
    def cleared_note(self) -> str:
        """Say what companies would lose, and what they would still lack."""
        if self.effect is None:
            return ""
        lost = self.effect.last_blocker
        loses = "loses its" if lost == 1 else "lose their"
        note = f"{figures.number(lost)} {loses} last blocker{lacking(self.effect)}"
        if self.effect.anchors and self.effect.gates:
            return f"{note}; {_gates(self.effect.gates)}"
        return note


def lacking(effect: Effect) -> str:
    """Say which hubs keep companies from promotion that lose their last blocker."""
    lack = [(hub, rows) for hub, rows in zip(HUBS, effect.missing, strict=True) if rows]
    if not lack:
        return "" if effect.gates or not effect.last_blocker else ", which kept no gate shut"
    (hub, rows), *others = lack
    if rows == effect.last_blocker:
        return f", but {hub} is not done"
    rest = "".join(f", {hub} at {figures.number(rows)}" for hub, rows in others)
    return f", but {hub} is not done at {figures.number(rows)}{rest}"


def _gates(number: int) -> str:
    return f"{figures.number(number)} {'gate opens' if number == 1 else 'gates open'}"


def count_of(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{figures.number(number)} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True)
class Reference:
    """The reference data that words need: tables and codes by name, messages by key."""

    tables: Mapping[str, ErrorTable]
    codes: Mapping[str, ErrorCode]
    patterns: Mapping[bytes, str]

    def tries_of(self, table: str, code: str) -> int:
        """Return how many tries errors of a table and code have."""
        known = self.codes.get(code)
        return (
            known.max_retries
            if known and known.max_retries is not None
            else self.tables[table].max_retries
        )


def reference_of(page: Sequence[groups.Group], grouping: str) -> Reference:
    """Read the reference data that the words of a page need."""
    patterns = groups.patterns(page) if grouping == "cause" else {}
    return Reference(ErrorTable.objects.in_bulk(), ErrorCode.objects.in_bulk(), patterns)


def row_of(
    group: groups.Group,
    grouping: str,
    reference: Reference,
    *,
    beside: Pairs,
    effect: Effect | None,
    usable: set[str],
    at: datetime,
) -> Row:
    """Write one group; `beside` are the filters the page itself is narrowed by, `usable` the verbs the person may use.

    Attempts that lie ahead of `at` are known with the effect.
    """
    label, where, note, mine = WORDS[grouping](group, reference)
    pairs = merged(beside, mine)
    queued = effect.queued_at(at) if effect else None
    advised = advise(group, grouping, reference, queued)
    return Row(
        label,
        where,
        note,
        group.rows,
        query_of(pairs),
        SPOKEN[grouping].format(count_of(group.rows, "error"), label=label, note=note),
        verb=usable_of(advised, usable),
        advice=advised.reason,
        effect=effect,
        spark=spark_of(effect),
        most=max(effect.days) if effect else 0,
        parts=parts_of(group, grouping, reference, pairs, usable, queued),
    )


def by_cause(group: groups.Group, reference: Reference) -> tuple[str, str, str, Pairs]:
    """Name a cause."""
    table, code, key = group.key
    message = texts.visible(reference.patterns.get(key, ""))
    return (
        code,
        table.rpartition(".")[2],
        message or "no message",
        [("error_table", table), ("code", code), ("group", key.hex())],
    )


def by_tries(group: groups.Group, reference: Reference) -> tuple[str, str, str, Pairs]:
    """Name a code with the tries used."""
    table, code, used = group.key
    note = used_of(used, reference.tries_of(table, code))
    return (
        code,
        table.rpartition(".")[2],
        note,
        [("error_table", table), ("code", code), ("retry_count", str(used))],
    )


def by_owner(group: groups.Group, reference: Reference) -> tuple[str, str, str, Pairs]:
    """Name an owner."""
    owner = group.key[0]
    return texts.visible(owner), "", f"{figures.number(group.parked)} parked", [("owner", owner)]


def by_expiry(group: groups.Group, reference: Reference) -> tuple[str, str, str, Pairs]:
    """Name a day."""
    day = group.key[0]
    if day == NEVER:
        return "Never", "", f"{figures.number(group.parked)} parked", [("ttl_tier", "INFINITE")]
    pairs = [("expires_after", f"{day:%Y-%m-%d}")]
    if day < date.max:
        pairs.append(("expires_before", f"{day + timedelta(days=1):%Y-%m-%d}"))
    return f"{day:%Y-%m-%d}", "", f"{figures.number(group.parked)} parked", pairs


WORDS: dict[str, Callable[[groups.Group, Reference], tuple[str, str, str, Pairs]]] = {
    "cause": by_cause,
    "tries": by_tries,
    "owner": by_owner,
    "expiry": by_expiry,
}


SPOKEN = {
    "cause": "{0} with {label}: {note}",
    "tries": "{0} with {label}, {note}",
    "owner": "{0} of {label}",
    "expiry": "{0} that expire: {label}",
}


def parts_of(
    group: groups.Group,
    grouping: str,
    reference: Reference,
    pairs: Pairs,
    usable: set[str],
    queued: advice.Queued | None,
) -> list[Row]:
    """Split a cause by tries used where its errors differ in them."""
    if grouping != "cause" or len(group.tries) < 2:
        return []
    table, code, _ = group.key
    most = reference.tries_of(table, code)
    parts = []
    for used, rows in group.tries.items():
        advised = advice.of_tries(group, used, most, queued)
        label = used_of(used, most)
        parts.append(
            Row(
                label,
                "",
                "",
                rows,
                query_of(merged(pairs, [("retry_count", str(used))])),
                SPOKEN["tries"].format(count_of(rows, "error"), label=code, note=label),
                verb=usable_of(advised, usable),
                advice=advised.reason,
            )
        )
    return parts


def usable_of(advised: advice.Advice, usable: set[str]) -> Verb | None:
    """Return the verb that is advised, if the person may use it."""
    return advised.verb if advised.verb and advised.verb.name in usable else None


def advise(
    group: groups.Group, grouping: str, reference: Reference, queued: advice.Queued | None
) -> advice.Advice:
    """Choose the verb that suits a group, by what is known of its way of grouping."""
    if grouping in ("owner", "expiry"):
        return advice.of_days_or_owners(group)
    return advice.of_code(group, reference.tries_of(*group.key[:2]), queued)


def used_of(used: int, most: int) -> str:
    """Say how many tries are used."""
    return f"{used} of {most} {'try' if most == 1 else 'tries'} used"


def merged(beside: Pairs, mine: Pairs) -> Pairs:
    """Join filters: a group's own replace the page's of the same key, and only what is open belongs to it."""
    own = {key for key, _ in mine}
    kept = [pair for pair in beside if pair[0] not in own]
    opened = [pair for pair in kept if pair[0] == "disposition" and pair in OPEN] or OPEN
    return [*(pair for pair in kept if pair[0] != "disposition"), *opened, *mine]


def query_of(pairs: Pairs) -> str:
    """Write a filter as its canonical text."""
    return urlencode(sorted(set(pairs)), quote_via=quote)


def spark_of(effect: Effect | None) -> SafeString | str:
    """Draw the rows created on each of the last 14 days, the highest day as high as the picture."""
    if effect is None:
        return ""
    created = f"{figures.number(sum(effect.days))} created in the last {DAYS} days"
    if most := max(effect.days):
        created = f"{created}, {figures.number(most)} on the busiest"
    return bars.spark(effect.days, label=created)


def closed_rows(cells: Sequence[Mapping[str, Any]], reference: Reference) -> list[dict[str, Any]]:
    """Write what is not open: one row per code and disposition, with its share."""
    whole = sum(cell["total"] for cell in cells)
    return [
        {
            "label": texts.visible(cell["code"]),
            "table": reference.tables[cell["error_table"]].short_name,
            "category": Category(cell["category"]).label,
            "disposition": cell["disposition"],
            "rows": cell["total"],
            "query": query_of(
                [(name, cell[name]) for name in ("error_table", "code", "disposition", "category")]
            ),
            "bar": bars.bar(
                [(cell["total"], "rest"), (whole - cell["total"], "gap")],
                label=f"{cell['code']} {figures.percent(cell['total'], whole)}",
            ),
            "note": note_of(reference.tables[cell["error_table"]], cell["code"], reference),
        }
        for cell in cells
    ]


def note_of(table: ErrorTable, code: str, reference: Reference) -> str:
    """Say what a row would be if it came back."""
    tries = reference.tries_of(table.name, code)
    known = reference.codes.get(code)
    blocks = table.blocks_promotion if known is None or known.blocking is None else known.blocking
    return f"{tries} {'try' if tries == 1 else 'tries'}, {table.hub_id or 'platform'}, {'blocks promotion' if blocks else 'gates nothing'}"
