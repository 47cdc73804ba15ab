"""The weekly clean-up of archives: one operation, with a manifest of what it deleted."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models.expressions import RawSQL

from governance.exceptions import StateRefused
from governance.models import ArchivedError, Operation
from governance.queries.archives import purges as found
from governance.services.operations import plans, runner

# rows that it deletes and those that a hold keeps, which are listed as refused; tables without a
# standing approval are left out
ROWS = "SELECT p.id FROM governance.past_retention(%s) p WHERE p.is_agreed"


@dataclass(frozen=True)
class Purged:
    """What a clean-up did or would do, by error table.

    `deleted` and `held` count rows, `waiting` those of tables that nobody agreed to; `operation` is
    None where there was nothing to delete or it was a dry run.
    """

    at: datetime
    deleted: dict[str, int]
    held: dict[str, int]
    waiting: dict[str, int]
    operation: Operation | None = None


def foresee(*, at: datetime) -> Purged:
    """Count what a clean-up would delete at that moment; nothing changes. One query."""
    counted = found.past_retention(at)
    return Purged(at, counted.deletable, counted.held, counted.waiting)


def plan(*, at: datetime, by: User, channel: str = "job") -> Operation | None:
    """Freeze the clean-up as of that moment, held rows refused; None where it would delete nothing.

    It needs no approval of its own: standing approvals of the tables are asked for each row, now and
    again when it is deleted. Raises NotPermitted.
    """
    moment = at.replace(microsecond=at.microsecond // 1000 * 1000)
    if not found.past_retention(moment).deletable:
        return None
    keys = RawSQL(ROWS, [moment])  # noqa: S611 - our own text, the moment as parameter
    return plans.make(
        "purge",
        by=by,
        rows=ArchivedError.objects.filter(pk__in=keys),
        filter=f"kept_before={moment:%Y-%m-%dT%H:%M:%SZ}",
        scope="rule",
        channel=channel,
        as_of=moment,
        at=moment,
    )


def purge(*, at: datetime, by: User, channel: str = "job") -> Purged:
    """Delete what has reached the end of its retention as of that moment, in this process, chunk by chunk.

    Raises NotPermitted, StateRefused where it was held on the way.
    """
    foreseen = foresee(at=at)
    operation = plan(at=at, by=by, channel=channel)
    if operation is None:
        return Purged(at, {}, foreseen.held, foreseen.waiting)
    runner.run(operation)
    if operation.state != Operation.State.DONE:
        state = operation.get_state_display().lower()
        raise StateRefused(f"{operation} is {state}. {operation.state_note}".strip())
    deleted = found.deleted_by(operation)
    return Purged(at, deleted, foreseen.held, foreseen.waiting, operation)
