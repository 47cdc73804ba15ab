"""The running role reads how companies stand, and cannot make it up."""

import pytest
from django.db import ProgrammingError, connection, transaction

from governance.models import Readiness, ReadinessCount, TierTransition, ToolUsage
from governance.services import counters, readiness
from outreach_admin.db import roles
from tests import make, owner
from tests.governance.transitions import MISSING, moved

pytestmark = pytest.mark.django_db
DENIED = "permission denied"
GUARDED = """SELECT proname FROM pg_proc
    WHERE prosecdef AND prorettype = 'trigger'::regtype
        AND has_function_privilege(current_user, oid, 'EXECUTE')"""
PATHLESS = """SELECT proname FROM pg_proc
    WHERE prosecdef AND pronamespace = 'governance'::regnamespace
        AND NOT EXISTS (SELECT FROM unnest(proconfig) c WHERE c = 'search_path=public, pg_temp')"""
MINE = "CREATE TEMP TABLE mine (outreach_id uuid)"
ATTACHED = """CREATE TRIGGER forged AFTER INSERT ON mine REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION governance.readiness_rows('filled_slots', 'true')"""
TRANSITION = (
    "INSERT INTO governance_tiertransition (txid, outreach_id) VALUES (1, gen_random_uuid())"
)


def run(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def refused(statement: str) -> None:
    with pytest.raises(ProgrammingError, match=DENIED), transaction.atomic():
        run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        TRANSITION,
        "UPDATE governance_readiness SET filled_slots = 3",
        "DELETE FROM governance_readiness",
        "INSERT INTO governance_readiness (outreach_id) VALUES (gen_random_uuid())",
        "UPDATE governance_readinesscount SET rows = 0",
        "DELETE FROM governance_readinesscount",
        "INSERT INTO governance_readinesscount SELECT * FROM governance_readinesscount",
        "TRUNCATE governance_readinesscount",
    ],
)
def test_what_triggers_keep_is_written_by_nobody_else(statement):
    make.promotable()

    refused(statement)


def test_what_may_write_cannot_be_put_on_a_table_of_ones_own():
    run(MINE)

    refused(ATTACHED)
    assert run(GUARDED) == []


def test_whatever_runs_with_the_owners_rights_has_a_path_of_its_own():
    assert run(PATHLESS) == []


def test_the_tables_that_are_kept_so_can_be_read():
    tables = roles.kept_tables()

    assert tables == [
        "governance_errortally",
        "governance_purgemanifest",
        "governance_readiness",
        "governance_readinesscount",
        "governance_tiertransition",
        "governance_toolusage",
    ]
    for model in (Readiness, ReadinessCount, TierTransition, ToolUsage):
        assert model.objects.count() >= 0


def test_the_consoles_own_work_goes_on():
    on = make.promotable()
    owner.corrupts(on.pk, filled_slots=0)

    assert readiness.rebuild() == 1
    assert counters.fold() > 0
    make.error(make.DOL, outreach=on)

    assert Readiness.objects.get(pk=on.pk).dol_blocking == 1


def test_a_company_takes_its_row_along():
    gone, stays = make.outreach(), make.outreach()

    run(f"DELETE FROM governance_outreach WHERE outreach_id = '{gone.pk}'")

    assert list(Readiness.objects.values_list("pk", flat=True)) == [stays.pk]
    last = TierTransition.objects.latest("id")
    assert (last.outreach_id, last.to_tier) == (gone.pk, None)


def test_a_step_that_the_owner_tells_is_stored():
    company = make.outreach().pk

    moved(company, 3, None, MISSING)

    assert TierTransition.objects.filter(outreach_id=company).count() == 2
