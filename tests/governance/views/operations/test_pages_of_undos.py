"""Pages of operations that are taken back: what an undo would do, and what it did."""

import pytest

from governance.models import HubError, Operation
from governance.services.operations import runner, steering, undos
from tests import make
from tests.governance.views.desk import HTMX, listed, planned, text, url
from tests.markup import tight

pytestmark = pytest.mark.django_db


def test_an_undone_operation_names_its_undo_and_offers_none(client, triager):
    operation = planned(triager, make.errors(2))
    runner.run(operation)
    undo = undos.plan(operation, by=triager)
    runner.run(undo)

    page = tight(text(client, url(operation)))

    assert f'Undone by <a class="link" href="{url(undo)}">{undo}</a>' in page
    assert "Changed since" not in page and "possible, each row" not in page
    assert "Every changed row is back" in page
    assert f">{undo}</a></span>" in text(client, "/operations/")


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


def test_an_undone_operation_shows_what_went_back(client, triager):
    operation = planned(triager)
    runner.run(operation)
    undo = undos.plan(operation, by=triager)
    runner.run(undo)

    assert "Reverted, each row to its own former state" in text(client, url(undo))
    assert f'href="{url(undo)}"' in text(client, url(operation))
