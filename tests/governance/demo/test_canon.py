"""The tool canon of the demo: what there is to see, and that no figure of the backlog moves for it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, connections
from django.db.models import Count, F
from django.urls import reverse
from django.utils import timezone

from governance.demo import clock, population
from governance.demo.canon.story import Story
from governance.demo.past import Past
from governance.models import (
    Approval,
    CanonVersion,
    Event,
    KillSwitch,
    Operation,
    Readiness,
    ToolCall,
    ToolUsage,
    Violation,
    ViolationCase,
)
from governance.queries.canon import kept, suspects, usage
from governance.queries.readiness import drift
from governance.toolbox.codes import CODES
from outreach_admin.db import roles

pytestmark = pytest.mark.django_db
STANDING = ("tier", "promotable", "reason", "bottleneck", "ct_done", "dol_done", "people_done")
GATED = {"hunter-enricher", "apollo-enricher", "email-verifier"}


def standing() -> dict:
    rows = Readiness.objects.values_list(*STANDING).annotate(companies=Count("pk"))
    return {row[:-1]: row[-1] for row in rows.order_by()}


@pytest.fixture(scope="module", autouse=True)
def told(changed_backlog, django_db_blocker):
    """The backlog with the canon's weeks told, and how things stood before."""
    with django_db_blocker.unblock():
        found = SimpleNamespace(figures=population.figures(), standing=standing())
        found.began = timezone.now()
        past = Past(population.LATEST_ERROR + population.shift_to(found.began), found.began)
        with roles.as_owner():
            story = Story(past.on, past.ago)
            story.begin()
            story.end()
            clock.settle()
        connections.close_all()
    return found


def page(client, name: str, address: str) -> str:
    client.force_login(get_user_model().objects.get(username=name))
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_every_figure_of_the_backlog_is_as_it_was_and_no_company_stands_elsewhere(told):
    assert population.figures() == told.figures
    assert standing() == told.standing
    assert drift.drift() == (0, [])


def test_whom_calls_violations_and_requests_are_about_is_not_promotable():
    promotable = {str(pk) for pk in Readiness.objects.filter(promotable=True).values_list("pk")}
    held = Readiness.objects.filter(pk__in=ViolationCase.objects.values("outreach"))

    assert not ToolCall.objects.filter(entity__in=promotable).exists()
    assert held.count() > 30 and not held.filter(promotable=True).exists()
    # so that no error is the last blocker of a company any less
    assert not held.filter(open_errors__gt=0).exists()


def test_every_tool_was_called_in_every_way_within_its_limits():
    tools = kept.in_force().canon.tools.values()
    calls = ToolCall.objects.values_list("tool", flat=True)
    used = usage.of(tools, at=timezone.now())

    assert 5_000 < calls.count() < 15_000
    assert set(calls) == {tool.slug for tool in tools}
    assert set(ToolCall.objects.values_list("status", flat=True)) == set(ToolCall.Status.values)
    assert all(quota.left > 0 for use in used.values() for quota in use.quotas)
    assert ToolUsage.objects.filter(cost__gt=1).exists()
    assert not ToolCall.objects.filter(reserved_at__gt=timezone.now()).exists()


def test_a_gated_tool_was_called_once_for_each_company_and_hub():
    gated = ToolCall.objects.made().filter(tool__in=GATED)

    twice = gated.values("tool", "hub", "entity").annotate(n=Count("pk")).filter(n__gt=1)

    assert gated.exists() and not twice.exists()


def test_every_code_has_violations_and_cases_stand_in_every_state():
    cases = ViolationCase.objects

    assert set(cases.values_list("code", flat=True)) == set(CODES)
    states = set(cases.values_list("disposition", flat=True))
    assert states == {"PARKED", "RETRY", "RESOLVED", "ARCHIVED", "IGNORE"}
    assert cases.blocking().filter(expires_at__lt=timezone.now()).exists()
    assert Operation.objects.filter(verb__endswith="_violation", state="done").count() == 4


def test_the_audit_has_found_all_that_is_to_find(told):
    by_call = Violation.objects.filter(actor="system").exclude(call_id=None)

    assert by_call.count() == 11
    assert suspects.counted(timezone.now()) == {}


def test_nothing_was_known_before_it_happened_nor_of_the_time_of_loading(told):
    subject = "governance.violation"
    recorded = Event.objects.filter(subject_type=subject, action="violation.recorded")

    assert recorded.count() == Violation.objects.count()
    assert not Event.objects.filter(subject_type=subject, at__gte=told.began).exists()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM governance_event e JOIN governance_violation v
            ON e.subject_type = 'governance.violation' AND e.subject_key = v.id::text
            WHERE e.at < v.at"""
        )
        assert cursor.fetchone() == (0,)
    assert not KillSwitch.objects.filter(at__gte=told.began).exists()
    assert not Approval.objects.filter(requested_at__gte=told.began).exists()


def test_four_calls_wait_for_the_manager_asked_by_a_pipeline_that_ops_answers_for(client):
    waiting = Approval.objects.of_calls().open()

    shown = page(client, "manager", reverse("governance:approval-calls"))

    assert waiting.count() == 4
    assert {one.requester.username for one in waiting} == {"ops"}
    assert {one.asked_call.account.username for one in waiting} == {"outreach"}
    assert all(one.expires_at - timezone.now() > timedelta(hours=20) for one in waiting)
    assert "4 ask, 4 can be decided" in shown


def test_earlier_calls_were_agreed_to_spent_and_made():
    spent = Approval.objects.of_calls().filter(state="used")
    made = ToolCall.objects.filter(tool="retell-caller")

    correlations = set(spent.values_list("used_by_call", flat=True))

    assert set(made.values_list("correlation_id", flat=True)) == correlations
    assert len(correlations) == 4 and made.filter(cost__gt=0, settled_at__gt=F("reserved_at"))
    assert Approval.objects.of_calls().get(state="rejected").votes.get().comment


def test_one_tool_was_stopped_and_let_go_on_and_another_stands_still(client):
    released, standing = KillSwitch.objects.order_by("pk")

    assert released.released_by != released.by and standing.released_at is None
    assert standing.reason in page(client, "viewer", reverse("governance:tool-list")).replace(
        "&#x27;", "'"
    )


def test_the_canon_was_in_force_before_its_first_call():
    first = ToolCall.objects.earliest("reserved_at").reserved_at

    assert CanonVersion.objects.get().enforced_at < first


def test_a_story_that_was_told_leaves_every_trigger_on():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'"
        )
        assert cursor.fetchone() == (0,)
