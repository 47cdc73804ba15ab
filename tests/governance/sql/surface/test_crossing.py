"""Long transactions over the same companies: where their rows differ nobody is refused, and every count is right afterwards."""

import pytest

from governance.models import (
    ArchivedError,
    ErrorPattern,
    Event,
    HubError,
    Outreach,
    PurgeManifest,
    Readiness,
)
from governance.services import counters
from governance.services.operations import runner
from tests import make
from tests.governance.services.operations import broken
from tests.governance.sql.surface import crossed
from tests.governance.sql.surface.asked import rows
from tests.governance.sql.surface.crossed import Step
from tests.governance.sql.test_concurrency import drift, wait_until_blocked
from tests.servers import SERVERS

RESOLVE = "UPDATE {} SET disposition = 'RESOLVED', resolved_at = now() WHERE error_id = %s"
OF_DOL, OF_CT = map(RESOLVE.format, (make.DOL, make.CT))
FAIL = "UPDATE outreach.company_target SET execution_status = 'failed' WHERE outreach_id = %s"
FILL = "UPDATE people.company_slot SET is_filled = true WHERE slot_id = %s"
RENAME = "UPDATE outreach.outreach SET domain = 'new-' || domain WHERE outreach_id = %s"
ARCHIVE = "UPDATE outreach.dol_errors SET disposition = 'ARCHIVED'"
NEW = """INSERT INTO outreach.dol_errors (outreach_id, failure_code, blocking_reason)
    VALUES (%s, 'NO_MATCH', %s)"""
MASS = [(f"UPDATE outreach.dol SET filing_present = {flag}", ()) for flag in ("false", "true")]
JOBS = ("SELECT * FROM shq.fn_escalate_stale_parked_errors()", ())
LEAVE = "SELECT governance.leave_readiness(ARRAY[%s::uuid])"
DUE = "SELECT ids FROM governance.readiness_due"


def companies(number: int) -> list[Outreach]:
    """Ids with an error of each hub, a target that is done, a filing, and three empty slots."""
    found = [make.outreach() for _ in range(number)]
    for on in found:
        make.slots(0, outreach=on)
        make.target("ready", outreach=on)
        make.filing(outreach=on)
    for table in (make.DOL, make.CT, make.PEOPLE):
        HubError.objects.bulk_create(
            HubError(**make.error_columns(table, outreach=on)) for on in found
        )
    return found


def errors_of(table: str) -> dict[object, object]:
    """The errors of a table by company."""
    return {one.outreach_id: one.pk for one in HubError.objects.filter(error_table=table)}


def scripts(spine: list[Outreach]) -> list[list[Step]]:
    """What some programs write, one row a statement, none that another writes; two file the same new causes."""
    causes = [(NEW, (on.pk, f"cause {'x' * n}")) for n, on in enumerate(spine)]
    return [
        [(OF_DOL, (key,)) for key in errors_of(make.DOL).values()],
        [(OF_CT, (key,)) for key in errors_of(make.CT).values()],
        [(FAIL, (on.pk,)) for on in spine],
        [(FILL, key) for key in rows("SELECT slot_id FROM people.company_slot")],
        [(RENAME, (on.pk,)) for on in spine],
        causes,
        causes,
    ]


def is_settled() -> bool:
    """Whether all is counted, once those who met have gone and the counters were folded."""
    counters.fold()
    return (rows(DUE), drift()) == ([], [])


def test_who_would_end_in_a_deadlock_goes_on_and_is_counted_at_the_end(committed_db):
    a, b = (on.pk for on in companies(2))
    dol, ct = errors_of(make.DOL), errors_of(make.CT)
    with crossed.writer() as one, crossed.writer() as two:
        one.execute(OF_DOL, [dol[a]])
        two.execute(OF_CT, [ct[b]])
        # whichever of the two PostgreSQL picks
        waiting = crossed.Session(crossed.one_transaction([(OF_DOL, (dol[b],))]), one)
        wait_until_blocked(one.info.backend_pid)
        two.execute(OF_CT, [ct[a]])
        two.commit()
        waiting.join()

    assert waiting.refused is None
    assert (rows(DUE), drift()) == ([], [])
    left = set(Readiness.objects.values_list("dol_blocking", "ct_blocking", "people_blocking"))
    assert left == {(0, 0, 1)}


def test_who_moves_or_deletes_the_same_rows_ends_each_once(committed_db):
    companies(4)
    ways = (ARCHIVE, ARCHIVE, "DELETE FROM outreach.dol_errors")

    refused = crossed.at_once(*(crossed.one_transaction([(way, ())]) for way in ways))

    assert refused == []
    assert is_settled()
    assert not HubError.objects.filter(error_table=make.DOL).exists()
    ended = Event.objects.filter(subject_type=make.DOL).exclude(action="CREATE")
    moved = ended.filter(action="ARCHIVE").count()
    assert ended.count() == 4
    assert ArchivedError.objects.count() == moved
    assert sum(PurgeManifest.objects.values_list("rows", flat=True)) == 4 - moved


def test_nothing_waits_for_ever_for_a_session_that_died(committed_db):
    (company,) = (on.pk for on in companies(1))
    with SERVERS.superuser(SERVERS.database) as owed:
        owed.autocommit = False
        owed.execute(LEAVE, [company])
    # it died before its end, and owes nothing
    assert (rows(DUE), drift()) == ([], [])

    with crossed.writer() as holder, SERVERS.superuser(SERVERS.database) as owed:
        holder.execute(OF_CT, list(errors_of(make.CT).values()))
        owed.execute(LEAVE, [company])
        counters.fold()
        assert rows(DUE) == [([company],)]
        owed.execute("SELECT pg_terminate_backend(%s, 10000)", [holder.info.backend_pid])
        holder.close()

    assert is_settled()
    assert Readiness.objects.get(pk=company).ct_blocking == 1


def meet(seed: int) -> None:
    """Let all programs, a job, whole statements and an operation write to the same companies."""
    spine = companies(8)
    operation = broken.running(list(HubError.objects.filter(error_table=make.PEOPLE)))
    programs = [crossed.shuffled(steps, seed + n) for n, steps in enumerate(scripts(spine))]

    refused = crossed.at_once(
        *map(crossed.one_transaction, programs),
        crossed.each_by_itself([*MASS, JOBS] * 3),
        meanwhile=lambda: runner.finish(operation),
    )

    assert refused == []
    assert is_settled()
    assert (operation.state, operation.applied) == ("done", 8)
    assert HubError.objects.filter(error_table=make.DOL, disposition="RESOLVED").count() == 8
    assert ErrorPattern.objects.filter(body__startswith="cause").count() == 8
    assert set(Readiness.objects.values_list("filled_slots", "ct_blocking")) == {(3, 0)}


def test_programs_that_write_in_any_order_all_end_well(committed_db):
    meet(1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 2000, 100))
def test_programs_all_end_well_in_every_order(committed_db, seed):
    meet(seed)


def test_who_wants_the_same_row_waits_or_is_told(committed_db):
    companies(4)
    steps = [(OF_DOL, (key,)) for key in errors_of(make.DOL).values()]

    refused = crossed.at_once(
        crossed.one_transaction(steps), crossed.one_transaction(list(reversed(steps)))
    )

    assert len(refused) <= 1
    assert all("deadlock detected" in said for said in refused)
    assert is_settled()
    assert HubError.objects.filter(disposition="RESOLVED").count() == 4
