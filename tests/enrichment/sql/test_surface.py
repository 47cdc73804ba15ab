"""reference.enrichment_runs: what the seed's scripts write by plain SQL becomes runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from enrichment.keys import KeyRefused, normalised
from enrichment.models import Entity, Run, State, StateCount
from enrichment.services import runs
from enrichment.services.accounts import Origin
from tests import make, owner

pytestmark = pytest.mark.django_db
THEN = datetime(2024, 1, 15, 10, 30, tzinfo=UTC)
UPSERT = """INSERT INTO reference.enrichment_runs
        (workflow_name, entity_key, entity_type, status, records_processed, completed_at, source)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (workflow_name, entity_key) DO UPDATE
    SET status = EXCLUDED.status, records_processed = EXCLUDED.records_processed,
        completed_at = EXCLUDED.completed_at, source = EXCLUDED.source"""
INSERT = """INSERT INTO reference.enrichment_runs (workflow_name, entity_key, entity_type)
    VALUES (%s, %s, %s)"""


@pytest.fixture
def workflow():
    return make.workflow(workflow_name="company_discovery")


def sql(statement, *given):
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def upsert(key="ironclad.com", status="completed", records=25, at=THEN, source="clay"):
    return sql(UPSERT, "company_discovery", key, "company", status, records, at, source)


def refused(statement, *given):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        sql(statement, *given)
    return str(refusal.value)


def test_the_view_has_the_columns_of_the_seed(workflow):
    upsert()

    (row,) = sql(
        """SELECT workflow_name, entity_key, entity_type, status, records_processed,
            started_at, completed_at, source FROM reference.enrichment_runs"""
    )
    state = State.objects.get()
    assert row == (
        "company_discovery",
        "ironclad.com",
        "company",
        "completed",
        25,
        THEN,
        THEN,
        "clay",
    )
    assert sql("SELECT id FROM reference.enrichment_runs") == [(state.pk,)]


def test_an_insert_makes_a_run(workflow):
    sql(INSERT, "company_discovery", "https://www.Ironclad.com/about", "company")

    run = Run.objects.get()
    assert (run.entity_key, run.status, run.trigger) == ("ironclad.com", "pending", "sql")
    assert State.objects.get().run == run
    assert Entity.objects.get().entity_key == "ironclad.com"


def test_a_run_is_begun_and_ended_by_updates(workflow):
    sql(INSERT, "company_discovery", "ironclad.com", "company")
    sql("UPDATE reference.enrichment_runs SET status = 'running'")
    sql(
        """UPDATE reference.enrichment_runs
        SET status = 'completed', records_processed = 3, completed_at = now()"""
    )

    run, state = Run.objects.get(), State.objects.get()
    assert (run.status, run.records_out) == (state.status, state.records_processed)
    assert (state.status, state.records_processed, state.success_id) == ("completed", 3, run.pk)


def test_an_upsert_on_completion_adds_a_run_each_time_and_none_when_it_says_the_same(workflow):
    upsert()
    upsert()
    assert Run.objects.count() == 1

    upsert(at=THEN + timedelta(days=5), records=1)
    upsert(status="failed", at=THEN + timedelta(days=9), records=None)

    told = Run.objects.order_by("ran_at").values_list("status", "records_out", "trigger")
    assert list(told) == [
        ("completed", 25, "sql"),
        ("completed", 1, "sql"),
        ("failed", None, "sql"),
    ]
    state = State.objects.get()
    assert (state.status, state.succeeded_at) == ("failed", THEN + timedelta(days=5))


def test_a_figure_is_corrected_where_nothing_else_changed(workflow):
    upsert()
    upsert(records=26)

    assert list(Run.objects.values_list("records_out", flat=True)) == [26]


def test_what_is_queued_again_is_a_new_run_and_the_old_one_stays(workflow):
    upsert(status="failed")
    sql("UPDATE reference.enrichment_runs SET status = 'pending' WHERE status = 'failed'")

    assert sorted(Run.objects.values_list("status", flat=True)) == ["failed", "pending"]
    assert State.objects.get().status == "pending"


def test_a_result_by_sql_ends_the_run_that_a_service_opened(workflow):
    asked = Origin(workflow="company_discovery", entity="ironclad.com")
    run = runs.open(asked, by=make.triager()).run

    upsert(at=timezone.now())

    run.refresh_from_db()
    assert (run.status, run.records_out, run.trigger) == ("completed", 25, "request")
    assert Run.objects.count() == 1


def test_a_stale_run_takes_its_late_result(workflow):
    run = make.run("stale", workflow=workflow, entity_key="ironclad.com")

    upsert(at=timezone.now())

    run.refresh_from_db()
    assert (run.status, Run.objects.count()) == ("completed", 1)


def test_a_clock_that_runs_ahead_is_set_back(workflow):
    upsert(at=timezone.now() + timedelta(days=2))

    assert Run.objects.get().completed_at <= timezone.now()


def test_many_rows_are_written_by_one_statement(workflow):
    written = sql(
        """INSERT INTO reference.enrichment_runs (workflow_name, entity_key, entity_type, status)
        SELECT 'company_discovery', 'company' || n || '.example', 'company', 'completed'
        FROM generate_series(1, 50) n"""
    )
    changed = sql("UPDATE reference.enrichment_runs SET source = 'apollo'")

    assert written == changed == 50
    assert Run.objects.filter(source="apollo", status="completed").count() == 50
    counted = StateCount.objects.values_list("status", "rows")
    assert sum(rows for status, rows in counted if status == "completed") == 50
    assert sum(rows for status, rows in counted if status != "completed") == 0


def test_a_statement_over_many_rows_takes_no_lock_for_each(workflow):
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    ((before,),) = sql(held)

    sql(
        """INSERT INTO reference.enrichment_runs (workflow_name, entity_key, entity_type)
        SELECT 'company_discovery', 'company' || n || '.example', 'company'
        FROM generate_series(1, 20) n"""
    )

    assert sql(held) == [(before,)]


def test_a_former_name_of_a_workflow_is_its_name(workflow):
    workflow.aliases.create(alias="discover")

    sql(INSERT, "discover", "ironclad.com", "company")

    assert State.objects.get().workflow_id == "company_discovery"


@pytest.mark.parametrize(
    ("name", "key", "kind", "why"),
    [
        ("nobody", "ironclad.com", "company", "there is no workflow “nobody”"),
        ("company_discovery", "not a domain", "company", "no key"),
        ("company_discovery", "", "company", "no key"),
        ("company_discovery", None, "company", "null"),
        ("company_discovery", "ironclad.com", "person", "is about a company"),
        ("company_discovery", "x" * 5_000, "company", "no key"),
        ("company_discovery", "bücher.de", "company", "no key"),
    ],
)
def test_what_is_no_state_is_refused(workflow, name, key, kind, why):
    assert why in refused(INSERT, name, key, kind)
    assert not Run.objects.exists()


def test_hostile_values_are_refused(workflow):
    upsert()
    for change in (
        "status = 'happy'",
        "status = 'skipped'",
        "status = NULL",
        "records_processed = -1",
        "completed_at = 'infinity'",
        "source = repeat('x', 300)",
        "entity_key = 'other.com'",
        "workflow_name = 'other'",
        "id = gen_random_uuid()",
    ):
        assert refused(f"UPDATE reference.enrichment_runs SET {change}")
    assert State.objects.get().status == "completed"


def test_an_inactive_workflow_takes_results_and_no_new_runs(workflow):
    workflow.is_active = False
    workflow.save()

    assert "inactive" in refused(INSERT, "company_discovery", "ironclad.com", "company")
    upsert()
    assert Run.objects.get().status == "completed"


def test_states_are_not_deleted(workflow):
    upsert()

    assert "DELETE refused" in refused("DELETE FROM reference.enrichment_runs")
    assert State.objects.exists()


def test_figures_that_no_run_has_are_kept_without_a_run(workflow):
    upsert()

    State.objects.update(records_in_core=7)

    assert Run.objects.count() == 1


def test_who_has_rights_on_the_view_alone_can_write_through_it(workflow):
    role = connection.settings_dict["USER"]
    with transaction.atomic():
        for table in connection.introspection.table_names():
            if table.startswith("enrichment_"):
                owner.runs(f"REVOKE ALL ON {table} FROM {role}")

        upsert()
        upsert(status="failed", at=THEN + timedelta(days=1))

        owner.runs(f"GRANT SELECT ON enrichment_run TO {role}")
        assert Run.objects.count() == 2
        transaction.set_rollback(True)


ADDRESSES = {
    "company": [
        "ironclad.com",
        " HTTPS://www.Ironclad.com:443/about?x=1#y ",
        "user@www.www.ironclad.com.",
        "//ironclad.com",
        "www.com",
        "xn--bcher-kva.de",
    ],
    "person": [
        "linkedin.com/in/jane-doe",
        "https://DE.linkedin.com/in/Jane-Doe/en?trk=x",
        "https://www.linkedin.com/sales/lead/ACwAAB_x-1,NAME,abc?y",
        "salesnav:" + "0a" * 16,
    ],
}
NO_KEYS = {
    "company": ["localhost", "1.2.3.4", "a..b.com", "-x.com", "linkedin.com/in/x", "a b.com"],
    "person": ["ironclad.com", "linkedin.com/company/x", "linkedin.com/in/", "linkedin.com/in/%"],
}


@pytest.mark.parametrize(
    ("kind", "raw"), [(kind, raw) for kind, many in ADDRESSES.items() for raw in many]
)
def test_sql_has_the_form_of_a_key_that_programs_have(kind, raw):
    assert sql("SELECT enrichment.entity_key(%s, %s)", kind, raw) == [(normalised(kind, raw),)]


@pytest.mark.parametrize(
    ("kind", "raw"), [(kind, raw) for kind, many in NO_KEYS.items() for raw in many]
)
def test_what_is_no_key_is_none_in_sql_either(kind, raw):
    with pytest.raises(KeyRefused):
        normalised(kind, raw)
    assert "no key" in refused("SELECT enrichment.entity_key(%s, %s)", kind, raw)


def test_a_key_that_is_known_is_taken_as_it_is():
    people = make.workflow(workflow_name="people", key_type="person")
    make.run(workflow=people, entity_key="linkedin.com/in/andr%c3%a9")

    sql(INSERT, "people", "linkedin.com/in/jane", "person")
    sql(
        """INSERT INTO reference.enrichment_runs (workflow_name, entity_key, entity_type, status)
        VALUES ('people', 'linkedin.com/in/andr%%c3%%a9', 'person', 'failed')
        ON CONFLICT (workflow_name, entity_key) DO UPDATE SET status = EXCLUDED.status""",
    )

    assert Run.objects.filter(entity_key__contains="%c3").count() == 2
