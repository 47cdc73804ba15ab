"""The demo of the warehouse at scale 1: what there is to see, and that it is real."""

from datetime import timedelta

import pytest
from django.db import connection

from enrichment import keys
from enrichment.demo import catalogue, population
from enrichment.models import Entity, EntitySync, Run, State, Workflow
from enrichment.warehouse import catalog

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("warehouse")]
IRONCLAD = {
    "company_discovery": "completed",
    "company_customers": "completed",
    "company_funding": "completed",
    "company_firmographics": "running",
    "company_technographics": "pending",
    "company_location": "failed",
    "company_signals": "stale",
}
COLUMNS = {
    "core.companies": "id domain name linkedin_url cleaned_name created_at updated_at",
    "core.companies_missing_location": "id domain name linkedin_url discovery_location salesnav_location",
    "core.people": "id linkedin_url linkedin_slug full_name core_company_id linkedin_url_type",
    "core.person_tenure": "linkedin_url job_start_date source",
    "core.person_job_start_dates": "person_linkedin_url job_start_date source",
    "core.person_work_history": "linkedin_url company_domain company_name title matched_cleaned_job_title"
    " matched_job_function matched_seniority start_date end_date is_current experience_order source_id",
    "core.person_locations": "linkedin_url city state country source",
    "core.person_job_titles": "linkedin_url matched_cleaned_job_title matched_job_function"
    " matched_seniority source",
    "core.company_funding": "domain source raw_funding_range matched_funding_range",
    "core.company_locations": "domain country state city source",
    "extracted.person_experience": "linkedin_url experience_order title company company_domain"
    " start_date end_date is_current",
    "reference.companies_missing_cleaned_name": "domain name",
    "reference.people_missing_country": "linkedin_url full_name",
    "reference.job_title_lookup": "latest_title cleaned_job_title seniority_level job_function",
}


def rows(statement: str, *given: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchall()


def figures() -> dict[str, int]:
    return dict(population.figures())


def test_the_cases_of_the_seed_are_there_in_proportion():
    found = figures()

    assert found["core.companies"] == 20_000
    assert found["core.people"] == 60_000
    assert found["companies listed without a location"] == 2_750
    assert found["of them with people"] == 650
    assert found["people with a start date and no tenure"] == 4_858
    assert found["domains with funding that core has not"] == 4_800
    assert found["people whose experience core has not"] == 12_000
    assert found["titles without a mapping"] == 12


def test_equal_counts_hide_keys_that_nobody_has_in_common():
    found = figures()

    assert found["profiles of people"] == found["people with a location in core"] == 22_000
    assert found["people with a profile and a location"] == 0


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_the_columns_of_production(name):
    assert " ".join(catalog.demanded(name).columns) == COLUMNS[name]


def test_every_table_that_a_workflow_names_or_writes_is_there():
    missing = []
    for one in catalogue.LISTED:
        for name in {*one.tables, *one.written}:
            table = catalog.table(name)
            if table is None or not table.is_readable:
                missing.append(name)

    assert missing == []


def test_16_workflows_are_registered_and_their_keys_are_columns():
    assert Workflow.objects.count() == 16
    for workflow in Workflow.objects.prefetch_related("flows"):
        assert workflow.flows.count() >= 2
        for flow in workflow.flows.all():
            table = catalog.demanded(flow.table_name)
            assert set(flow.key_columns) <= set(table.columns), flow.table_name


def test_some_entries_are_complete_and_some_lack_what_an_audit_would_find():
    complete = Workflow.objects.filter(is_complete=True).count()

    assert 4 <= complete <= 12
    assert Workflow.objects.filter(owner="").exists()


def test_runs_are_in_every_state_and_several_thousand():
    by_status = {
        label.removeprefix("runs "): n for label, n in figures().items() if "runs " in label
    }

    assert set(by_status) == set(Run.Status.values)
    assert 10_000 < sum(by_status.values()) < 60_000
    assert min(by_status.values()) >= 20


def test_ironclad_has_each_state_and_a_gap_without_a_path():
    states = State.objects.filter(entity_type="company", entity_key="ironclad.com")
    active = states.filter(workflow__is_active=True)

    customers = states.get(workflow="company_customers")
    assert dict(active.values_list("workflow", "status")) == IRONCLAD
    assert Workflow.objects.filter(is_active=True, key_type="company").count() == 8
    assert (customers.records_in_extracted, customers.records_in_core) == (25, 0)
    assert rows(
        "SELECT count(*) FROM extracted.company_customers WHERE domain = 'ironclad.com'"
    ) == [(25,)]


def test_what_was_asked_again_is_refused_for_a_fresh_run_and_saves_credits():
    skipped = Run.objects.filter(status="skipped")

    assert not skipped.filter(refused_for=None).exists()
    assert not skipped.exclude(refused_for__status="completed").exists()
    assert not skipped.exclude(credits_saved__gt=0).exists()
    assert not skipped.exclude(refused_for__ran_at__lt=population.population.LATEST_ERROR).exists()


def test_what_runs_began_just_before_and_may_be_silent_for_a_day():
    latest = population.population.LATEST_ERROR
    open_runs = Run.objects.filter(status__in=["pending", "running"])

    assert not open_runs.exclude(ran_at__gte=latest - timedelta(minutes=10)).exists()
    assert not open_runs.exclude(workflow__stale_minutes__gte=1_440).exists()
    assert Run.objects.earliest("ran_at").ran_at > latest - timedelta(days=120)


def test_every_key_is_the_one_form_of_what_the_warehouse_holds():
    found = Run.objects.order_by("id")[:2_000]

    for run in found:
        assert keys.normalised(run.entity_type, run.entity_key) == run.entity_key
        assert keys.normalised(run.entity_type, run.raw_key) == run.entity_key


def test_entities_are_those_of_the_warehouse():
    there = Entity.objects.filter(in_warehouse=True)

    assert there.filter(entity_type="company").count() == 20_000
    assert there.filter(entity_type="person").count() == 60_000
    assert there.get(entity_key="ironclad.com").name == "Ironclad"
    assert not Entity.objects.filter(in_warehouse=False).exists()
    assert not EntitySync.objects.filter(finished_at=None).exists()


def test_company_names_are_invented():
    foreign = rows("SELECT count(*) FROM core.companies WHERE domain NOT LIKE '%%.example'")

    assert foreign == [(1,)]
