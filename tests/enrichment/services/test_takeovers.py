"""The registry of a warehouse is taken over: new entries alone, said in one sentence."""

import io

import pytest
from django.core.management import CommandError, call_command

from enrichment.models import DataFlow, Workflow
from enrichment.services import takeovers
from governance.exceptions import NotPermitted
from governance.models import Event
from tests import make
from tests.enrichment import registries


@pytest.fixture
def by(warehouse_apart, committed_db):
    for statement in registries.TABLE:
        warehouse_apart.execute(statement)
    return make.triager(username="nadia")


def names() -> set[str]:
    return set(Workflow.objects.values_list("workflow_name", flat=True))


def test_new_entries_come_with_their_flows_and_history(by):
    done = takeovers.take_over(by=by)

    assert names() == {"company_discovery", "person_profile", "odd_key", "evil"}
    assert DataFlow.objects.get(workflow__workflow_name="company_discovery").table_name == (
        "core.companies"
    )
    assert Event.objects.filter(actor="nadia").exists()
    assert done.sentence.startswith("4 workflows taken over; 3 left (")
    assert "it has no name" in done.sentence and "3 taken in part" in done.sentence


def test_a_dry_run_says_the_same_and_writes_nothing(by):
    dry = takeovers.take_over(by=by, is_dry=True)

    assert names() == set()
    assert dry.sentence.startswith("4 workflows would be taken over; 3 left (")


def test_a_second_time_changes_nothing(by):
    takeovers.take_over(by=by)
    Workflow.objects.update(owner="Data platform")

    again = takeovers.take_over(by=by)

    assert not again.taken and len(again.left) == 7
    assert set(Workflow.objects.values_list("owner", flat=True)) == {"Data platform"}


def test_who_may_not_register_is_refused(by):
    with pytest.raises(NotPermitted):
        takeovers.take_over(by=make.viewer())

    assert names() == set()


def test_the_command_prints_the_sentence_and_refuses_strangers(by):
    out = io.StringIO()

    call_command("registry_import", "--from-warehouse", "--by=nadia", "--dry-run", stdout=out)

    assert out.getvalue().startswith("4 workflows would be taken over")
    with pytest.raises(CommandError, match="Nobody active is called nobody"):
        call_command("registry_import", "--from-warehouse", "--by=nobody")
