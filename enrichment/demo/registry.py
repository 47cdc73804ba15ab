"""The 16 workflows that are registered before the audit: one that is deployed and unregistered opens no run."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.backends.utils import CursorWrapper

from enrichment.demo import catalogue
from enrichment.demo.catalogue import Listed
from enrichment.models import DataFlow, Workflow
from governance.services.attribution import attribute

A_DAY = 24 * 60


@dataclass(frozen=True)
class Habit:
    """How a workflow behaves in the demo.

    `share` of all companies or people it ran for; `is_batch`: its runs may be silent for a day.
    """

    share: float
    is_batch: bool = False
    fresh_days: int = 30


HABITS = {
    "company_discovery": Habit(0.26),
    "company_customers": Habit(0.09, fresh_days=60),
    "company_funding": Habit(0.17, fresh_days=45),
    "company_firmographics": Habit(0.20, is_batch=True),
    "company_location": Habit(0.12, fresh_days=90),
    "company_technographics": Habit(0.08, is_batch=True, fresh_days=14),
    "company_signals": Habit(0.06, fresh_days=7),
    "crunchbase_funding_v1": Habit(0.04),
    "case_studies": Habit(0.03, fresh_days=90),
    "person_profile": Habit(0.12, is_batch=True),
    "person_experience": Habit(0.10),
    "person_job_title": Habit(0.07),
    "person_location": Habit(0.05, fresh_days=90),
    "person_email": Habit(0.05, fresh_days=60),
    "person_salesnav": Habit(0.20),
    "person_job_change": Habit(0.04, is_batch=True, fresh_days=14),
}
# who looks after the workflows of a provider; nobody was named for the others
OWNERS = {
    "clay": "Growth data",
    "crunchbase": "Growth data",
    "google": "Data platform",
    "leadmagic": "Contact data",
}
# what somebody looked at and found true, so many days ago
VERIFIED = {
    "company_discovery": 20,
    "company_firmographics": 20,
    "company_location": 41,
    "person_profile": 6,
    "person_job_title": 6,
    "person_location": 41,
    "person_email": 75,
}
CREDITS = {
    "clay": "2",
    "crunchbase": "3",
    "builtwith": "1.50",
    "predictleads": "1",
    "leadmagic": "1",
    "google": "0.50",
    "salesnav": "0.25",
}
# tables beside the first of a layer, with their keys
MORE_FLOWS = {
    "person_profile": ("core.person_locations", "core.person_job_titles"),
}
# keys that have another name in that layer
KEYS = (
    "UPDATE enrichment_dataflow SET key_columns = '{company_domain}' WHERE table_name IN ('raw.clay_company_discovery', 'raw.clay_firmographics')",
    "UPDATE enrichment_dataflow SET key_columns = '{person_linkedin_url}' WHERE table_name IN ('raw.clay_person_profile', 'core.person_job_start_dates')",
)
TABLE = """CREATE TEMP TABLE demo_workflow (
    workflow_id bigint, workflow_name text, key_type text, provider text, extracted_table text,
    core_table text, is_active boolean, credits_per_run numeric, share float, is_batch boolean)
    ON COMMIT DROP"""
ROW = "INSERT INTO demo_workflow VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


def register(cursor: CursorWrapper) -> None:
    """Write the registered workflows with their flows, and lay them down for the runs."""
    attribute(by="admin", reason="registered before the audit", channel="command")
    cursor.execute(TABLE)
    cursor.execute("SELECT latest FROM demo_plan")
    (latest,) = cursor.fetchone()
    made = Workflow.objects.bulk_create(workflow(one, latest) for one in catalogue.REGISTERED)
    cursor.executemany(ROW, [laid_down(one) for one in made])
    DataFlow.objects.bulk_create(flow for one in made for flow in more_flows(one))
    for statement in KEYS:
        cursor.execute(statement)


def workflow(one: Listed, latest: datetime) -> Workflow:
    """Return the entry that the registry has of a workflow; what was verified was so before `latest`."""
    habit = HABITS[one.slug]
    days = VERIFIED.get(one.slug)
    return Workflow(
        workflow_name=one.slug,
        provider=one.provider,
        platform="modal",
        payload_type=one.payload_type,
        raw_table=one.raw_table or None,
        extracted_table=one.extracted_table or None,
        core_table=one.core_table or None,
        key_column=one.key_column or None,
        key_type=one.key_type,
        intent=one.intent or None,
        coalesces_to_core=one.intent == Workflow.Intent.SHOULD,
        is_active=one.is_active,
        source_file=one.file,
        owner=OWNERS.get(one.provider, ""),
        verified_at=latest - timedelta(days=days) if days else None,
        fresh_days=habit.fresh_days,
        stale_minutes=A_DAY if habit.is_batch else 15,
        credits_per_run=Decimal(CREDITS[one.provider]),
    )


def laid_down(one: Workflow) -> tuple[object, ...]:
    """Return the row that the runs of a workflow are made from."""
    habit = HABITS[one.workflow_name]
    return (
        one.pk,
        one.workflow_name,
        one.key_type,
        one.provider,
        one.extracted_table,
        one.core_table,
        one.is_active,
        one.credits_per_run,
        habit.share,
        habit.is_batch,
    )


def more_flows(one: Workflow) -> list[DataFlow]:
    """Return the flows of a workflow that no column of the seed names."""
    named = MORE_FLOWS.get(one.workflow_name, ())
    return [
        DataFlow(
            workflow=one,
            layer=DataFlow.Layer.CORE,
            table_name=table,
            key_columns=["linkedin_url"],
            position=place,
        )
        for place, table in enumerate(named, start=1)
    ]
