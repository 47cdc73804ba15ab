"""Errors and hub rows that come in by file: staged and judged at once, then one operation."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from governance import policies
from governance.exceptions import ImportRefused, NotPermitted, StateRefused
from governance.models import ImportFile, ImportRow, Operation
from governance.queries import arrivals
from governance.queries.operations import staged
from governance.services import chores
from governance.services.files import judging
from governance.services.operations import plans
from governance.verbs import registry
from governance.verbs.base import Verb
from governance.verbs.hubs import ImportRows
from outreach_admin.db import jsonfields
from outreach_admin.ui import figures
from outreach_admin.ui.people import name_of

KEPT = timedelta(days=7)
State = ImportFile.State


def stage(
    *,
    verb: Verb,
    name: str,
    read: Callable[[ImportFile], tuple[int, str, str]],
    by: User,
    **columns: Any,
) -> ImportFile:
    """Keep the rows of a file, judge them beside each other and beside stored ones, and count; all or nothing.

    `read` keeps the rows and returns size, digest and remark of the file, `columns` are more of the
    file's own. Raises NotPermitted, ImportRefused without a row, and whatever reading raises.
    """
    refuse_unless_may_import(by, verb)
    with transaction.atomic():
        file = ImportFile.objects.create(
            name=name,
            subject=verb.subject,
            requester=by,
            digest="",
            size=0,
            **columns,
        )
        file.size, file.digest, file.remark = read(file)
        file.rows = file.staged.count()
        if not file.rows:
            raise ImportRefused(
                f"{name} has a header and no rows.", what_to_do="Add rows below the header."
            )
        _judge(file, verb)
        file.save()
    return file


def _judge(file: ImportFile, verb: Verb) -> None:
    if verb.updates:
        file.compared = judging.judge(file, cast(ImportRows, verb))
    else:
        _refuse_doubled(file)
        file.companies = _companies(file)
    file.good = file.staged.filter(problems__isnull=True).count()


def keep(rows: Iterable[ImportRow]) -> None:
    """Keep rows of a file that is being staged."""
    statement = "COPY governance_importrow (file_id, number, subject_id, company, data, problems) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            kept = (
                None if value is None else jsonfields.write(value)
                for value in (row.data, row.problems)
            )
            copy.write_row((row.file_id, row.number, row.subject_id, row.company, *kept))


def plan(
    file: ImportFile,
    *,
    by: User,
    only_good: bool = False,
    channel: str = "browser",
    remark: str = "",
) -> Operation:
    """Freeze the import of a checked file: every good row is an item, and refused if its id was taken meanwhile.

    Raises NotPermitted, StateRefused (planned or discarded), ImportRefused (rows with problems unless `only_good`, no good row).
    """
    verb = registry.bringing_in(file.subject)
    refuse_unless_may_import(by, verb)
    with transaction.atomic():
        current = _mine(file, by)
        _refuse_bad_rows(current, only_good=only_good)
        operation = _operation(current, verb, by=by, channel=channel, remark=remark)
        current.state, current.operation = State.PLANNED, operation
        current.save(update_fields=["state", "operation"])
        _freeze(operation, current, verb, by=by)
        current.operation = operation
        current.save(update_fields=["operation"])
    file.refresh_from_db()
    return operation


def _freeze(operation: Operation, file: ImportFile, verb: Verb, *, by: User) -> None:
    if verb.updates:
        _insert_hub_items(operation, file, cast(ImportRows, verb))
    else:
        _insert_items(operation, file)
    plans.freeze(operation, by=by)
    if verb.updates and not operation.eligible:
        raise ImportRefused(
            "Every row is stored as the file has it: there is nothing to import.",
            what_to_do="Discard the file.",
        )


def discard(file: ImportFile, *, by: User) -> None:
    """Throw a checked file and its rows away. Raises NotPermitted, StateRefused once it is planned."""
    refuse_unless_may_import(by, registry.bringing_in(file.subject))
    with transaction.atomic():
        _drop(_mine(file, by))
    file.refresh_from_db()


def expire(*, kept: timedelta = KEPT) -> int:
    """Drop the staged rows of files older than `kept` that wait for nothing; returns how many files."""
    return chores.each(expired(kept=kept), _drop)


def expired(*, kept: timedelta = KEPT) -> QuerySet[ImportFile]:
    """Return the files older than `kept` that wait for nothing and have staged rows."""
    old = ImportFile.objects.filter(created_at__lt=timezone.now() - kept, staged__isnull=False)
    ended = Q(operation__state__in=Operation.FINAL_STATES)
    return old.filter(ended | Q(state=State.CHECKED)).distinct()


def refuse_unless_may_import(user: User, verb: Verb) -> None:
    """Raise NotPermitted for who may not import such rows."""
    if not policies.may_plan(user, verb):
        who = "managers" if verb.updates else "triagers"
        raise NotPermitted(
            f"You may not {verb.label.lower()}.",
            what_to_do=f"Ask a person in the group of {who}.",
        )


def _mine(file: ImportFile, by: User) -> ImportFile:
    current = ImportFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if current.requester_id != by.pk:
        raise NotPermitted(
            f"{name_of(current.requester)} uploaded this file: only the same person can import or discard it."
        )
    if current.state != State.CHECKED:
        raise StateRefused(
            f"{current} is {current.get_state_display().lower()} already.",
            what_to_do="Upload it again to check it anew.",
        )
    return current


def _refuse_bad_rows(file: ImportFile, *, only_good: bool) -> None:
    if file.bad and not only_good:
        raise ImportRefused(
            f"{file.bad:,} of {figures.counted(file.rows, 'row has problems', 'rows have problems')}.",
            what_to_do="Correct the file, or import only the good rows.",
        )
    if not file.good:
        raise ImportRefused(
            "No row can be imported.", what_to_do="Correct the file and upload it again."
        )


def _drop(file: ImportFile) -> bool:
    if file.state == State.CHECKED:
        file.state = State.DISCARDED
        file.save(update_fields=["state"])
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM governance_importrow WHERE file_id = %s", [file.pk])
    return True


def _companies(file: ImportFile) -> dict[str, int]:
    """Count good rows by how they name their company."""
    good = file.staged.filter(problems__isnull=True).order_by()
    return dict(good.values_list("company").annotate(rows=Count("*")))


def _refuse_doubled(file: ImportFile) -> None:
    """Add the problem that no batch shows by itself: an id that stands twice in the file.

    Rows written a moment ago have no statistics: no statement joins them with each other but by tid.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE governance_importrow r SET data = NULL, company = NULL, problems = coalesce(r.problems, '[]')
                || jsonb_build_array(jsonb_build_object('column', 'error_id', 'value', r.subject_id,
                    'problem', format('Row %%s has the same id.', d.first)))
            FROM (SELECT ctid AS tid, number, min(number) OVER (PARTITION BY subject_id) AS first
                FROM governance_importrow WHERE file_id = %s AND subject_id IS NOT NULL) d
            WHERE d.number > d.first AND r.ctid = d.tid""",
            [file.pk],
        )


def _operation(file: ImportFile, verb: Verb, *, by: User, channel: str, remark: str) -> Operation:
    parameters = {
        "file": file.name,
        "rows": file.rows,
        "left out": file.bad,
        "sha256": file.digest,
    }
    if file.clears:
        parameters["empty cells"] = "empty what is stored"
    return plans.draft(
        verb,
        by,
        kind=Operation.Kind.IMPORT,
        parameters=parameters,
        filter=f"import={file.pk}",
        scope="file",
        channel=channel,
        note=remark,
    )


def _insert_items(operation: Operation, file: ImportFile) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_operationitem (plan_key, subject_id, version, outcome, reason)
            SELECT %s, r.subject_id, NULL, CASE WHEN e.id IS NULL AND a.id IS NULL THEN 'planned' ELSE 'skipped' END,
                CASE WHEN e.id IS NOT NULL THEN %s WHEN a.id IS NOT NULL THEN %s END
            FROM governance_importrow r
            LEFT JOIN governance_huberror e ON e.id = r.subject_id::uuid LEFT JOIN governance_archivederror a ON a.id = r.subject_id::uuid
            WHERE r.file_id = %s AND r.problems IS NULL ORDER BY r.subject_id""",
            [operation.plan_key, *staged.SKIPPED, file.pk],
        )


def _insert_hub_items(operation: Operation, file: ImportFile, verb: ImportRows) -> None:
    """Freeze each row with the version that it would change, none where it is new; what is stored already is refused."""
    is_same = f"{arrivals.is_there(verb)} AND NOT ({arrivals.differs(verb)})"
    params: dict[str, Any] = {
        "plan_key": operation.plan_key,
        "file": file.pk,
        "defaults": arrivals.defaults(verb),
        "unchanged": arrivals.UNCHANGED,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO governance_operationitem (plan_key, subject_id, version, outcome, reason)
            SELECT %(plan_key)s, r.subject_id, (e.kept).version,
                CASE WHEN s.is_same THEN 'skipped' ELSE 'planned' END,
                CASE WHEN s.is_same THEN %(unchanged)s END
            FROM governance_importrow r {arrivals.stored(verb)} {arrivals.becoming(verb)}
            CROSS JOIN LATERAL (SELECT {is_same} AS is_same) s
            WHERE r.file_id = %(file)s AND r.data IS NOT NULL ORDER BY r.subject_id""",
            params,
        )
