"""How an error moves between queue and archive: one text of the statement, whoever runs it.

Who runs it says which rows go (`chosen`), what they become and what they join.
"""

from collections.abc import Iterable, Sequence

from django.db import models

LIVE, ARCHIVE = "governance_huberror", "governance_archivederror"
ARCHIVE_FACTS = (
    "archived_at",
    "archived_by",
    "archive_reason",
    "final_disposition",
    "retention_expires_at",
)
# what says that a row is parked: whoever archives it may have taken that away before
PARKED_FACTS = ("parked_at", "parked_by", "park_reason", "escalation_level", "escalated_at")
# what another error of the same id has otherwise: a row that stands in the other table has moved
# there where these are the same, else it is a twin
SAME = ("created_at", "code", "message", "details")
# functions that look moved rows up in the other table: that table grows under the statement, and a
# plan is kept for the session; one made while it was small would read all of it for each row
BY_KEY = " SET enable_seqscan TO off SET enable_hashjoin TO off SET enable_mergejoin TO off"
WITH_POLICY = "JOIN governance_errortable t ON t.name = g.error_table"
GONE = "DELETE FROM {start} e {chosen} RETURNING e.*"
ARRIVING = """INSERT INTO {end} ({columns}, version{more})
    SELECT {values}, g.version + 1{given} FROM gone g {joined}"""
# an archived row of the same id is kept whole by its history: nothing is stranded in the queue
IN_ITS_PLACE = "ON CONFLICT (id) DO UPDATE SET ({taken}) = ROW({given})"


def is_same(there: str, row: str) -> str:
    """Write whether a row of the other table is this error."""
    return " AND ".join(f"{there}.{name} = {row}.{name}" for name in ("id", *SAME))


def columns_of(live: type[models.Model]) -> tuple[str, ...]:
    """Return what a row takes along: its columns, without the version that every move raises."""
    own = ("version", *ARCHIVE_FACTS)
    names = (str(field.column) for field in live._meta.local_concrete_fields)
    return tuple(name for name in names if name not in own)


def gone(start: str, chosen: str, also: Iterable[str] = ()) -> str:
    """Write the deletion whose rows the arrival calls `gone`, with columns `also` of what it was chosen by."""
    return ", ".join([GONE.format(start=start, chosen=chosen), *also])


def archived(
    columns: Sequence[str], values: Iterable[str], facts: Iterable[str], joined: str
) -> str:
    """Write the arrival of `gone` in the archive, in the place of what stands there by its id.

    `values` are SQL for `columns`, `facts` for ARCHIVE_FACTS.
    """
    taken = [name for name in (*columns, *ARCHIVE_FACTS) if name != "id"]
    place = IN_ITS_PLACE.format(
        taken=_listed(taken), given=", ".join(f'excluded."{name}"' for name in taken)
    )
    return f"{_arriving(ARCHIVE, columns, values, joined, ARCHIVE_FACTS, facts)} {place}"


def restored(columns: Sequence[str], values: Iterable[str], joined: str) -> str:
    """Write the arrival of `gone` in the queue, where nothing may have its id."""
    return _arriving(LIVE, columns, values, joined)


def _arriving(
    end: str,
    columns: Sequence[str],
    values: Iterable[str],
    joined: str,
    more: Sequence[str] = (),
    given: Iterable[str] = (),
) -> str:
    return ARRIVING.format(
        end=end,
        columns=_listed(columns),
        values=", ".join(values),
        joined=joined,
        more="".join(f", {name}" for name in more),
        given="".join(f", {value}" for value in given),
    )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
