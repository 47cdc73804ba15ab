"""`load_demo --scenario warehouse`: where it may load, beside what, and that a reset takes it away."""

import io

import psycopg
import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from enrichment.demo import population
from enrichment.models import Workflow
from governance.demo import loads
from governance.models import DemoLoad, HubError
from tests import backlog, make
from tests.servers import OWNER, SERVERS

WAREHOUSE = backlog.WAREHOUSE


def as_owner(statement: str) -> None:
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        owner.execute(statement)


def load(scenario: str, **options: object) -> str:
    out = io.StringIO()
    call_command("load_demo", scenario=scenario, stdout=out, **options)
    return out.getvalue()


def schemas() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname IN ('raw', 'core')")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.soak
def test_it_stands_beside_the_backlog_and_the_running_role_reads_it(committed_backlog):
    before = HubError.objects.count()

    printed = load(WAREHOUSE)

    assert HubError.objects.count() == before
    assert get_user_model().objects.filter(groups__name="triager").count() == 1
    assert set(DemoLoad.objects.values_list("scenario", flat=True)) == {"ops_backlog", WAREHOUSE}
    assert "core.companies" in printed and "20,000" in printed
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core.companies")
        assert cursor.fetchone() == (20_000,)


def test_it_refuses_to_load_twice(committed_warehouse):
    with pytest.raises(CommandError, match="already holds the demo warehouse x 1"):
        load(WAREHOUSE)


@pytest.mark.soak
def test_a_reset_takes_the_schemas_away_and_begins_anew(committed_warehouse):
    before = population.figures()
    Workflow.objects.filter(workflow_name="company_signals").update(owner="Somebody")

    load(WAREHOUSE, reset=True)

    assert population.figures() == before
    assert not Workflow.objects.filter(owner="Somebody").exists()
    assert schemas() == {"raw", "core"}


def test_a_warehouse_that_is_there_is_left_alone(committed_db):
    as_owner("CREATE SCHEMA core")
    as_owner("CREATE TABLE core.companies (id int)")

    with pytest.raises(CommandError, match="already holds schema core: nothing was changed"):
        load(WAREHOUSE)

    assert loads.SCENARIOS[WAREHOUSE].occupants() == ["schema core"]


def test_a_registry_that_is_there_is_left_alone(committed_db):
    make.workflow()

    with pytest.raises(CommandError, match="already holds workflows"):
        load(WAREHOUSE)


@pytest.mark.parametrize(("scenario", "largest"), [("warehouse", 50), ("all", 24)])
def test_a_scale_without_names_is_refused(committed_db, scenario, largest):
    with pytest.raises(CommandError, match=f"from 1 to {largest}"):
        load(scenario, scale=51)


def test_a_warehouse_of_its_own_gets_no_demo(monkeypatch, settings):
    monkeypatch.setattr(loads, "SCENARIOS", {loads.BACKLOG: loads.SCENARIOS[loads.BACKLOG]})
    app = apps.get_app_config("enrichment")

    settings.WAREHOUSE = "warehouse"
    app.bring_demo()
    apart = list(loads.SCENARIOS)
    settings.WAREHOUSE = "default"
    app.bring_demo()

    assert (apart, list(loads.SCENARIOS)) == (["ops_backlog"], ["ops_backlog", "warehouse"])
