"""Rows of the groups page: each group in words, as a filter, and with the verb that suits it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.safestring import SafeString

from governance.models import Category, ErrorCode, ErrorTable
from governance.models.errors import OPEN_DISPOSITIONS
from governance.queries.errors import group_effects, groups
from governance.verbs.base import Verb
from governance.verbs.registry import VERBS
from outreach_admin.ui import bars, figures, texts

Pairs = Sequence[tuple[str, str]]
OPEN = [("disposition", str(disposition)) for disposition in OPEN_DISPOSITIONS]
# of what never expires, see governance.expiry()
NEVER = date(9000, 1, 1)
NO_GATE = "no gate waits for them alone"


@dataclass(frozen=True)
class Row:
    """One group as it is shown."""

    label: str
    where: str
    note: str
    rows: int
    query: str
    verb: Verb | None = None
    advice: str = ""
    effect: group_effects.Effect | None = None
    spark: SafeString | str = ""
    parts: list["Row"] = field(default_factory=list)

    @property
    def cleared(self) -> str:
        """Say in short what clearing the group would do."""
        if self.effect is None:
            return ""
        if self.effect.anchors:
            return f"{figures.number(self.effect.anchors)} anchors could run again"
        return f"{figures.number(self.effect.gates)} {'gate opens' if self.effect.gates == 1 else 'gates open'}"

    @property
    def cleared_note(self) -> str:
        if self.effect is None:
            return ""
        lost = f"{figures.number(self.effect.last_blocker)} lose their last blocker"
        return (
            f"{lost}, {figures.number(self.effect.gates)} gates open"
            if self.effect.anchors
            else lost
        )


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


def row_of(
    group: groups.Group,
    grouping: str,
    reference: Reference,
    *,
    beside: Pairs,
    effect: group_effects.Effect | None,
    usable: set[str],
) -> Row:
    """Write one group; `beside` are the filters the page itself is narrowed by, `usable` the verbs the person may use."""
    label, where, note, mine = WORDS[grouping](group, reference)
    pairs = merged(beside, mine)
    verb, advice = advise(group, grouping, reference)
    return Row(
        label,
        where,
        note,
        group.rows,
        query_of(pairs),
        verb=verb if verb and verb.name in usable else None,
        advice=advice,
        effect=effect,
        spark=spark_of(effect),
        parts=parts_of(group, grouping, reference, pairs, usable),
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


def parts_of(
    group: groups.Group, grouping: str, reference: Reference, pairs: Pairs, usable: set[str]
) -> list[Row]:
    """Split a cause by tries used where its errors differ in them."""
    if grouping != "cause" or len(group.tries) < 2:
        return []
    table, code, _ = group.key
    most = reference.tries_of(table, code)
    parts = []
    for used, rows in group.tries.items():
        verb, advice = advise_by_tries(group, used, most)
        query = query_of(merged(pairs, [("retry_count", str(used))]))
        parts.append(
            Row(
                used_of(used, most),
                "",
                "",
                rows,
                query,
                verb=verb if verb.name in usable else None,
                advice=advice,
            )
        )
    return parts


def advise(group: groups.Group, grouping: str, reference: Reference) -> tuple[Verb | None, str]:
    """Choose the verb that suits most of a group, and say why."""
    if group.parked == group.rows:
        return VERBS["resolve"], "all parked: resolve what is fixed"
    if grouping in ("owner", "expiry"):
        return VERBS["park"], "park what needs a person"
    if group.categories == {Category.STRUCTURAL}:
        return VERBS["park"], "structural: a further try does not help"
    if grouping == "tries":
        return advise_by_tries(group, group.key[2], reference.tries_of(*group.key[:2]))
    return VERBS["retry"], "a further try may help"


def advise_by_tries(group: groups.Group, used: int, most: int) -> tuple[Verb, str]:
    """Choose by how many tries are left."""
    left = most - used
    if left <= 0:
        return VERBS["park"], "no try left: park"
    if group.categories == {Category.STRUCTURAL}:
        return VERBS["park"], "structural: a further try does not help"
    if left == 1 and used:
        return VERBS["park"], "one try left: park"
    return VERBS["retry"], f"{left} {'try' if left == 1 else 'tries'} left: try again"


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


def spark_of(effect: group_effects.Effect | None) -> SafeString | str:
    """Draw the rows created on each of the last 14 days."""
    if effect is None:
        return ""
    return bars.spark(
        effect.days,
        label=f"{figures.number(sum(effect.days))} created in the last {group_effects.DAYS} days",
    )


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
