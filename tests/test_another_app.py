"""Another app adds rows with a key of its own kind, a page, an export and verbs; governance does not know it."""

import json
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from governance.models import ApprovalPolicy, Event, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, undos
from outreach_admin.lists.fields import AnyText
from outreach_admin.lists.tallies import Tally
from tests import make
from tests.governance import facts
from tests.parts.models import Part
from tests.parts.page import PartFilter, PartList

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.parts.page")]
NOW = timezone.now().isoformat()
HERE = Path(__file__).parent / "parts"


@pytest.fixture
def keeper(client):
    user = make.triager()
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="parts"))
    client.force_login(user)
    return user


@pytest.fixture
def parts():
    return [Part.objects.create(name=f"bolt {n}", state="good") for n in range(12)]


def plan_by_page(client, verb, **fields):
    address = reverse("governance:operation-plan", args=[verb])
    answer = client.post(address, {"scope": "all", "filter": "state=good", "as_of": NOW, **fields})
    assert answer.status_code == 302, answer.text
    return Operation.objects.get(verb=verb)


def test_the_page_lists_filters_and_leads_to_files(client, keeper, parts):
    Part.objects.filter(pk=parts[0].pk).update(state="scrapped")

    page = client.get("/parts/?state=scrapped")

    assert "bolt 0" in page.text and "bolt 1" not in page.text
    assert "/plan/reschedule/" in page.text and "/parts/export/?state=scrapped" in page.text
    assert client.get("/parts/?nope=1").status_code == 400
    file = b"".join(client.get("/parts/export/?state=scrapped&format=csv").streaming_content)
    # the file is read on a connection of its own, which does not see this transaction
    assert "part,name,state,due" in file.decode() and "state=scrapped" in file.decode()


def test_a_verb_with_a_date_is_planned_approved_run_and_undone(client, keeper, parts):
    ApprovalPolicy.objects.create(name="PARTS", version=1, verbs=["reschedule"], over_rows=5)
    before = facts.bytes_of(Part, without="'{version,updated_at}'")

    operation = plan_by_page(client, "reschedule", due="2027-03-01")
    votes.approve(requests.make(operation, by=keeper), by=make.manager())
    runner.finish(operation)
    operation.refresh_from_db()

    assert operation.parameters == {"due": "2027-03-01"}
    assert {str(part.due) for part in Part.objects.all()} == {"2027-03-01"}
    assert (
        client.get(reverse("governance:operation-detail", args=[operation.pk])).status_code == 200
    )
    undo = undos.plan(operation, by=keeper)
    votes.approve(requests.make(undo, by=keeper), by=make.manager())
    runner.finish(undo)
    assert facts.bytes_of(Part, without="'{version,updated_at}'") == before


def test_single_rows_are_chosen_by_their_numbers(client, keeper, parts):
    address = reverse("governance:operation-plan", args=["scrap"])

    client.post(
        address, {"scope": "ids", "as_of": NOW, "ids": [str(parts[1].pk), str(parts[2].pk)]}
    )
    operation = Operation.objects.get(verb="scrap")
    runner.run(operation)

    assert set(operation.items.values_list("subject_id", flat=True)) == {
        str(parts[1].pk),
        str(parts[2].pk),
    }
    assert Part.objects.filter(state="scrapped").count() == 2
    for odd in ("x", str(2**70), "1;2"):
        assert client.post(address, {"scope": "ids", "as_of": NOW, "ids": [odd]}).status_code == 400


def test_refused_and_changed_rows_have_their_reasons(keeper, parts):
    Part.objects.filter(pk=parts[0].pk).update(state="scrapped")
    operation = plans.make("scrap", rows=Part.objects.all(), by=keeper)
    Part.objects.filter(pk=parts[1].pk).update(name="nut")

    runner.run(operation)

    reasons = dict(operation.items.exclude(reason=None).values_list("subject_id", "reason"))
    assert reasons == {
        str(parts[0].pk): "already scrapped",
        str(parts[1].pk): "changed since plan",
    }


def test_changes_by_plain_sql_and_by_operations_are_in_the_history(keeper, parts):
    Part.objects.filter(pk=parts[3].pk).update(name="nut")
    runner.run(plans.make("scrap", errors=[parts[4]], by=keeper))

    events = Event.objects.filter(subject_type="parts.part").exclude(action="CREATE")
    outside, inside = events.order_by("id")
    assert (outside.subject_key, outside.is_outside) == (str(parts[3].pk), True)
    assert (inside.subject_key, inside.action, inside.actor) == (
        str(parts[4].pk),
        "SCRAP",
        keeper.username,
    )


def test_rows_without_a_value_are_no_value_of_a_facet(parts):
    class ByDue(PartFilter):
        due = AnyText(label="Due")

    Part.objects.filter(pk=parts[0].pk).update(due="2027-03-01")
    page = PartList()
    page.filterset = ByDue(QueryDict(), Part.objects.all())

    assert page.facet_counts("due") == {"2027-03-01": Tally(1)}


def test_it_is_small_and_governance_does_not_know_it():
    for file in ("page.py", "subject.py"):
        assert len((HERE / file).read_text().splitlines()) <= 60, file
    root = HERE.parents[1]
    named = [
        path
        for app in ("governance", "outreach_admin")
        for path in (root / app).rglob("*.py")
        if "tests.parts" in (text := path.read_text())
        or re.search(r"\b(from|import) enrichment\b", text)
    ]
    assert json.dumps([str(path) for path in named]) == "[]"
