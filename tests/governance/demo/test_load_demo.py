"""`load_demo`: where it may load, what it leaves behind, what it begins anew."""

import io
import re
from datetime import UTC, datetime, time, timedelta

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections
from django.db.models import Max
from django.utils import timezone

from governance.demo import population
from governance.models import (
    ApprovalPolicy,
    CompanyTarget,
    DemoLoad,
    Hub,
    HubError,
    Outreach,
    Readiness,
)
from tests import make
from tests.servers import OWNER, SERVERS

# as a database that was made before the migrations began again
OLDER = """UPDATE django_migrations SET name = '0001_records'
    WHERE app = 'governance' AND name = '0001_initial'"""
KEYS = {
    "huberror": "id",
    "companytarget": "target_id",
    "companymaster": "company_unique_id",
    "readiness": "outreach_id",
}


def load_demo(**options: object) -> str:
    out = io.StringIO()
    call_command("load_demo", scenario="ops_backlog", stdout=out, **options)
    return out.getvalue()


def content() -> dict[str, str]:
    """A digest of every row of the tables that matter."""
    digest = "SELECT md5(string_agg(md5(t::text), '' ORDER BY {key})) FROM governance_{table} t"
    with connection.cursor() as cursor:
        return {
            table: cursor.execute(digest.format(table=table, key=key)).fetchone()[0]
            for table, key in KEYS.items()
        }


def rules() -> list[tuple[str, ...]]:
    """Every index, constraint and trigger of the filled tables, as text."""
    filled = [population.tables(population.LATE_RULED)]
    with connection.cursor() as cursor:
        cursor.execute(population.statements("rules"), filled * 2)
        found = cursor.fetchall()
        cursor.execute(
            "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = ANY (%s::regclass[]) ORDER BY 1",
            filled,
        )
        return found + cursor.fetchall()


def as_owner(statement: str) -> None:
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        owner.execute(statement)


def test_it_refuses_a_database_with_a_company_in_it(committed_db):
    make.outreach()

    with pytest.raises(
        CommandError,
        match="already holds outreach ids, readiness, tier transitions: nothing was changed",
    ):
        load_demo()

    assert Outreach.objects.count() == 1 and not DemoLoad.objects.exists()


def test_it_refuses_a_database_where_somebody_can_sign_in(committed_db):
    make.user()

    with pytest.raises(CommandError, match="already holds users"):
        load_demo()


def test_reset_refuses_a_database_without_the_mark_of_a_demo(committed_db):
    make.error()

    with pytest.raises(CommandError, match="A demo is loaded into an empty database only"):
        load_demo(reset=True)

    assert HubError.objects.count() == 1


@pytest.fixture
def marked(committed_db) -> None:
    """A database that bears the mark of a demo."""
    DemoLoad.objects.create(scenario="ops_backlog", scale=1, shift=timedelta())


def test_it_refuses_to_load_twice(marked):
    with pytest.raises(
        CommandError, match=r"already holds the demo ops_backlog x 1, .* Add --reset"
    ):
        load_demo()


def test_reset_refuses_while_others_hold_the_tables(marked):
    make.errors(3)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_huberror LIMIT 1")

        with pytest.raises(CommandError, match="Other programs are using this database"):
            load_demo(reset=True)

    assert HubError.objects.open().count() == 3


@pytest.mark.soak
def test_reset_begins_anew_over_another_version_and_leads_to_the_same_rows(committed_backlog):
    first = content()
    HubError.objects.filter(code="NO_STATE").update(
        disposition="RESOLVED", resolved_at=timezone.now()
    )
    ApprovalPolicy.objects.all().delete()
    as_owner(OLDER)
    as_owner("ALTER TABLE governance_hub DROP COLUMN team CASCADE")

    with pytest.raises(CommandError, match="another version"):
        load_demo()
    printed = load_demo(reset=True)

    assert content() == first
    assert ApprovalPolicy.objects.count() == 4
    assert Hub.objects.filter(team__endswith="team").count() == 7
    assert DemoLoad.objects.count() == 1
    assert re.search(r"open errors +35,197", printed) and "ops / demo-ops" in printed


def test_reset_leaves_a_database_of_another_version_without_a_demo_alone(committed_db):
    as_owner(OLDER)

    with pytest.raises(CommandError, match="another version"):
        load_demo(reset=True)

    assert Hub.objects.count() == 7


def test_a_load_that_fails_leaves_nothing_behind(committed_db):
    as_owner(
        "ALTER TABLE governance_huberror ADD CONSTRAINT nothing_of_this CHECK (code <> 'PI-E001')"
    )
    before = rules()

    with pytest.raises(IntegrityError, match="nothing_of_this"):
        load_demo()

    connections.close_all()
    assert rules() == before and len(before) > 60
    assert (
        not Outreach.objects.exists()
        and not get_user_model().objects.exists()
        and not DemoLoad.objects.exists()
    )


@pytest.mark.soak
def test_with_today_and_scale_the_newest_error_is_of_the_last_morning_and_every_figure_a_multiple(
    committed_db,
):
    before = rules()

    load_demo(scale=2, today=True)
    newest = HubError.objects.aggregate(at=Max("created_at"))["at"]

    assert rules() == before
    assert newest.time() == time(8) and timedelta() <= timezone.now() - newest < timedelta(days=1)
    assert not Outreach.objects.filter(created_at__gt=newest).exists()
    assert (
        HubError.objects.filter(
            error_table=make.DOL, created_at__lt=newest - timedelta(days=7, hours=8)
        ).count()
        == 0
    )
    assert CompanyTarget.objects.count() == 2 * 41_425
    assert HubError.objects.open().count() == 2 * 35_197
    assert Readiness.objects.filter(promotable=True).count() == 160
    assert Outreach.objects.values("domain").distinct().count() == 2 * 42_192


@pytest.mark.parametrize(("hour", "day"), [(0, 20), (7, 20), (8, 21), (23, 21)])
def test_no_demo_error_lies_in_the_future_at_any_hour(hour, day):
    now = datetime(2026, 11, 21, hour, tzinfo=UTC)

    newest = population.LATEST_ERROR + population.shift_to(now)

    assert newest == datetime(2026, 11, day, 8, tzinfo=UTC)


@pytest.mark.parametrize("scale", [0, -1, 25])
def test_a_scale_without_names_is_refused(committed_db, scale):
    with pytest.raises(CommandError, match="--scale is a whole number from 1 to 24"):
        load_demo(scale=scale)


def test_an_unknown_scenario_is_refused(committed_db):
    with pytest.raises(CommandError, match="invalid choice: 'canaries'"):
        call_command("load_demo", "--scenario", "canaries")
