"""What was planned before plans had keys keeps its number and its rows."""

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from governance.models import Operation
from governance.services.operations import plans, runner, undos
from outreach_admin.db import roles
from tests import make

OLD = [("governance", "0016_discarded_rejections")]
NEW = [("governance", "0017_plan_keys")]
BY_NUMBER = """ALTER TABLE governance_operationitem DISABLE TRIGGER USER;
    UPDATE governance_operationitem i SET operation_id = {number} WHERE operation_id = {key};
    ALTER TABLE governance_operationitem ENABLE TRIGGER USER"""
# triggers of today know today's columns only
ALL_TRIGGERS = """DO $$ DECLARE found regclass; BEGIN
    FOR found IN SELECT oid FROM pg_class WHERE relname LIKE 'governance%' AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s {} TRIGGER USER', found);
    END LOOP; END $$"""
# what plans of today ask of companies
LATEST = [*MigrationLoader(None).graph.leaf_nodes("governance")]


def migrated(wanted, *statements):
    """Migrate as the owner."""
    with roles.as_owner() as database, database.cursor() as cursor:
        cursor.execute(ALL_TRIGGERS.format("DISABLE"))
        MigrationExecutor(database).migrate(wanted)
        for statement in statements:
            cursor.execute(statement)
        cursor.execute(ALL_TRIGGERS.format("ENABLE"))
        roles.grant_running_role()


@pytest.mark.soak
@pytest.mark.usefixtures("committed_db")
def test_old_plans_keep_their_numbers_and_rows():
    by, rows = make.triager(), make.errors(3)
    lost = plans.numbers.key()
    operation = plans.make("park", errors=rows, by=by, reason="DATA_QUALITY")
    runner.run(operation)
    key = operation.plan_key
    assert key > lost >= operation.pk

    migrated(OLD, BY_NUMBER.format(number=operation.pk, key=key))
    migrated(NEW)

    migrated(LATEST)
    old = Operation.objects.get()
    assert (old.pk, old.plan_key, old.items.count()) == (operation.pk, operation.pk, 3)
    undo = undos.plan(old, by=by)
    assert (undo.pk, undo.eligible) == (old.pk + 1, 3)
    assert undo.plan_key > old.plan_key
