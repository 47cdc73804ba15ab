"""New errors that programs send: set by set, once for each id."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction

from governance import policies
from governance.exceptions import ErrorsRefused, NotPermitted, StateRefused
from governance.queries.errors import received
from governance.queries.errors.received import Standing
from governance.queries.operations import staged
from governance.services import attribution
from outreach_admin.db import jsonfields

MOST = 100_000
# problems that a refusal lists
SAID_AT_ONCE = 1_000
# an id that somebody else creates or archives meanwhile is looked up anew
TRIES = 3
ID = "error_id"
OTHER = "An error with this id is known, and says something else: it was not changed."


class _Meanwhile(Exception):  # noqa: N818 - it takes back what was inserted
    pass


@dataclass(slots=True)
class NewError:
    """An error that was sent, and what became of it.

    `data` are its columns as they will be stored, `read` those that were given; `problems` are pairs of a
    column and a sentence. `named`: the sender gave the id.
    """

    index: int
    data: dict[str, Any]
    read: tuple[str, ...] = ()
    problems: list[tuple[str, str]] = field(default_factory=list)
    company: str | None = None
    named: bool = True
    status: HTTPStatus = HTTPStatus.CREATED
    standing: Standing | None = None

    @property
    def id(self) -> str:
        found: str = self.data.get("id", "")
        return found

    @property
    def is_good(self) -> bool:
        return self.status in (HTTPStatus.CREATED, HTTPStatus.OK)

    def refuse(self, column: str, sentence: str, status: HTTPStatus) -> None:
        """Note a problem."""
        self.problems.append((column, sentence))
        self.status = status


def create(
    rows: Sequence[NewError],
    *,
    by: User,
    only_good: bool = False,
    channel: str = "api",
    request: str = "",
) -> None:
    """Insert the errors that are new and say on each row what became of it; nothing else is changed.

    No operation: no row that exists changes, and one whose id is known is left as it stands. Filing, history
    and readiness follow by trigger, as for plain SQL. Good rows alone where `only_good`, else all or none.
    Raises NotPermitted, ErrorsRefused (too many, or problems), StateRefused (others create the same ids).
    """
    if not policies.may_create_errors(by):
        raise NotPermitted("You may not create errors.", what_to_do="Ask an admin for the right.")
    refuse_too_many(len(rows))
    _judge(rows)
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                attribution.attribute(by=by, channel=channel, request=request)
                _settle(rows, only_good=only_good)
            return
        except _Meanwhile:
            continue
    raise StateRefused(
        "Somebody else creates or archives errors with these ids at this moment. Nothing was done.",
        what_to_do="Send them again.",
    )


def refuse_too_many(number: int) -> None:
    """Raise ErrorsRefused for more rows than one request may create."""
    if number > MOST:
        raise ErrorsRefused(
            f"{number:,} rows are too many: at most {MOST:,} are taken. Nothing was done.",
            what_to_do="Send them in parts.",
        )


def refusal(rows: Iterable[NewError]) -> ErrorsRefused:
    """Say which rows cannot be taken: the first 1,000 problems by place."""
    bad = [row for row in rows if not row.is_good]
    said = [
        {"field": f"rows.{row.index}.{column}".rstrip("."), "problem": sentence}
        for row in bad
        for column, sentence in row.problems
    ]
    found = "row has" if len(bad) == 1 else "rows have"
    return ErrorsRefused(
        f"{len(bad):,} {found} problems. Nothing was done.",
        what_to_do="Correct them, or send “only_good” to create the others.",
        errors=said[:SAID_AT_ONCE],
    )


def _judge(rows: Sequence[NewError]) -> None:
    for row in rows:
        row.status = HTTPStatus.UNPROCESSABLE_ENTITY if row.problems else HTTPStatus.CREATED
    _refuse_doubled(rows)


def _refuse_doubled(rows: Sequence[NewError]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if row.named and row.id and first.setdefault(row.id, row.index) != row.index:
            row.refuse(
                ID,
                f"Row {first[row.id]} has the same id.",
                HTTPStatus.UNPROCESSABLE_ENTITY,
            )


def _settle(rows: Sequence[NewError], *, only_good: bool) -> None:
    new = _unknown(rows)
    if not only_good and not all(row.is_good for row in rows):
        raise refusal(rows)
    made = _insert(new)
    named = [row.id for row in new if row.named]
    # archived between the look-up and the insert, it would stand twice
    if len(made) < len(new) or received.is_any_archived(named):
        raise _Meanwhile
    for row in new:
        row.standing = Standing(received.QUEUE, made[row.id])


def _unknown(rows: Sequence[NewError]) -> list[NewError]:
    """Return the rows to insert; say on the others where their error stands, and whether it says the same."""
    good = [row for row in rows if row.is_good]
    for row in good:
        row.status = HTTPStatus.CREATED
    known = received.standing([row.id for row in good if row.named])
    if not known:
        return good
    there = [row for row in good if row.id in known]
    same = received.same([_content(row) for row in there])
    for row in there:
        row.standing = known[row.id]
        row.status = HTTPStatus.OK
        if row.id not in same:
            row.refuse(ID, OTHER, HTTPStatus.CONFLICT)
    return [row for row in good if row.id not in known]


def _content(row: NewError) -> dict[str, Any]:
    given = {name: row.data[name] for name in row.read if name in row.data}
    details = {"details": row.data["details"]} if "details" in row.data else {}
    return given | details | {"id": row.id}


def _insert(new: Sequence[NewError]) -> dict[str, str]:
    """Insert by one statement, in the order of ids: who inserts the same ones waits, and both go on."""
    if not new:
        return {}
    rows = jsonfields.write([row.data for row in new], ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_huberror ({staged.LISTED})
            SELECT {staged.values_of("d")}
            FROM json_populate_recordset(NULL::governance_huberror, %s::json) d
            ORDER BY d.id
            ON CONFLICT (id) DO NOTHING
            RETURNING id::text, disposition""",
            [rows],
        )
        return dict(cursor.fetchall())
