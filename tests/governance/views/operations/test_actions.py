"""Pages of operations that have ended: what became of every row, and the way back."""

import pytest

from governance.models import HubError, Operation
from governance.services.approvals import requests, votes
from governance.services.operations import plans, runner, steering, undos
from tests import make
from tests.governance import facts
from tests.governance.views.desk import HTMX, gated, listed, planned, text, url
from tests.markup import tight

pytestmark = pytest.mark.django_db


def test_a_plan_over_rows_that_never_expire_has_its_page_and_so_has_its_undo(client, triager):
    operation = plans.make("reset", errors=[make.target("failed")], by=triager)

    page, rows = text(client, url(operation)), text(client, url(operation, "rows"))
    runner.run(operation)
    back = text(client, url(undos.plan(operation, by=triager)))

    assert all(words in page for words in ("Sample", "never", "Reset 1 company target"))
    assert "failed" in rows
    assert "Sample" in back and "failed" in back


def test_what_was_cancelled_does_not_count_as_done(client, triager):
    operation = planned(triager, make.errors(10))
    Operation.objects.filter(pk=operation.pk).update(chunk_rows=4)
    steering.start(operation, by=triager)
    runner.run_chunk(operation.pk)
    steering.cancel(operation, by=triager)

    page = tight(text(client, url(operation)))

    assert "40 %" in page and "4 of 10 rows done, 6 left alone" in page
    assert "accounted for" not in page


@pytest.mark.parametrize("act", ["pause", "resume", "cancel", "discard", "start"])
def test_what_has_ended_refuses_to_be_steered(client, triager, act):
    operation = planned(triager)
    runner.run(operation)

    assert client.post(url(operation, act)).status_code == 409


def test_a_result_lists_outcomes_by_reason_and_offers_the_rows_again(client, triager):
    changed, fine = make.error(), make.error()
    operation = planned(triager, [changed, fine, make.error(disposition="PARKED")])
    HubError.objects.filter(pk=changed.pk).update(owner="Platform team")
    runner.run(operation)

    page = text(client, url(operation))
    response = client.post(
        url(operation, "retry"), {"outcome": "skipped", "reason": "changed since plan"}
    )

    assert "changed since plan" in page and "already parked" in page and "Plan again" in page
    again = Operation.objects.latest("pk")
    assert response.headers["Location"] == url(again)
    assert set(facts.outcomes(again)) == {changed.pk}


def test_an_undo_is_previewed_in_three_groups_before_it_is_planned(client, triager):
    fine, changed, gone = make.error(), make.error(), make.error()
    operation = planned(triager, [fine, changed, gone])
    runner.run(operation)
    runner.run(planned(triager, [changed], "resolve", note="fixed"))
    HubError.objects.filter(pk=gone.pk).delete()

    part = client.get(f"{url(operation)}?part=undo", headers=HTMX)
    whole = client.get(f"{url(operation)}?part=undo")
    groups = [
        listed(client, operation, f"undo={name}")
        for name in ("reverted", "changed_since", "not_reversible")
    ]

    assert (
        part.context["undo"]
        == whole.context["undo"]
        == {"reverted": 1, "changed_since": 1, "not_reversible": 1}
    )
    assert "<html" not in part.content.decode()
    assert groups == [{fine.pk}, {changed.pk}, {gone.pk}]
    assert Operation.objects.filter(kind="undo").count() == 0


def test_the_counted_undo_still_names_the_undos_made_before(client, triager):
    operation = planned(triager)
    runner.run(operation)
    undo = undos.plan(operation, by=triager)

    part = text(client, f"{url(operation)}?part=undo", headers=HTMX)

    assert undo.reference in part and "Preview undo" not in part
    steering.discard(undo, by=triager)
    assert "Preview undo" in text(client, f"{url(operation)}?part=undo", headers=HTMX)


def test_the_preview_of_an_undo_is_its_plan(client, triager):
    operation = planned(triager)
    runner.run(operation)

    response = client.post(url(operation, "undo"))

    undo = operation.undos.get()
    assert response.headers["Location"] == url(undo)
    page = text(client, url(undo))
    assert f"Undo {operation}: park 1 error" in page
    assert "1 would go back" in page


def test_an_undone_operation_shows_what_went_back(client, triager):
    operation = planned(triager)
    runner.run(operation)
    undo = undos.plan(operation, by=triager)
    runner.run(undo)

    assert "Reverted, each row to its own former state" in text(client, url(undo))
    assert f'href="{url(undo)}"' in text(client, url(operation))


@pytest.mark.parametrize("state", ["rejected", "expired"])
def test_a_plan_that_will_not_run_says_why(client, triager, state):
    operation = gated(triager)
    if state == "rejected":
        votes.reject(requests.make(operation, by=triager), by=make.manager(), comment="not yet")
    else:
        steering.expire_waiting(at=operation.expires_at)

    page = text(client, url(operation))

    assert {"rejected": "not yet", "expired": "It waited too long: plan it again."}[state] in page
    assert "Preview undo" not in page
