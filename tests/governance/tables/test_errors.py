"""Cells of live errors: what is missing is said, foreign text is shown and not done."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from governance.models import HubError
from governance.tables.errors import ErrorTable
from outreach_admin.exceptions import BadRequest
from tests import make
from tests.governance.tables.cells import cells, every_cell

pytestmark = pytest.mark.django_db
HOSTILE = "<b>\x1b[31m\u202e"
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def shown(**given) -> dict[str, str]:
    error = make.error(**given)
    return every_cell(ErrorTable, HubError.objects.listed().get(pk=error.pk), as_of=NOON)


def test_what_an_error_does_not_have_is_said_in_words():
    found = shown(outreach=None, domain=None, message="", code="UNREGISTERED")

    assert found["company"].endswith(">No company</a>")
    assert "no message" in found["message"]
    assert {found[name] for name in ("stage", "outreach")} == {"none"}
    assert (found["park_reason"], found["next_try"]) == ("not parked", "not planned")
    assert "none" in found["domain"]


def test_an_error_that_never_expires_says_never():
    assert shown(ttl_tier="INFINITE")["expires"] == "never"


@pytest.mark.parametrize(
    ("created", "words"),
    [(NOON - timedelta(days=33), "3 d ago"), (NOON - timedelta(days=20), "in 10 d")],
)
def test_what_has_expired_keeps_its_ago(created, words):
    assert f">{words}</time>" in shown(ttl_tier="MEDIUM", created_at=created)["expires"]


def test_hostile_text_is_escaped_and_marks_are_made_visible():
    found = shown(message=HOSTILE, code=HOSTILE, owner=HOSTILE, outreach=None, domain=HOSTILE)

    for name in ("message", "code", "owner", "company"):
        assert "&lt;b&gt;" in found[name]
        assert "<b>" not in found[name]
    assert "\x1b" not in found["message"] + found["company"]
    assert "␛[31m⟨right-to-left override⟩" in found["message"]


def test_tables_lose_their_schema_and_keep_it_on_hover():
    assert shown(table=make.DOL)["table"] == (
        '<span class="mono" title="outreach.dol_errors">dol_errors</span>'
    )


def test_a_record_opens_with_the_list_it_came_from():
    error = make.error()
    table = ErrorTable([HubError.objects.listed().get()])
    table.query = "code=A&sort=expires"

    address = reverse("governance:error-detail", args=[error.pk])
    assert f'href="{address}?code=A&amp;sort=expires"' in cells(table)[0]["company"]


def test_tries_and_level_are_figures():
    found = shown(retry_count=2)

    assert (found["tries"], found["escalation"]) == ("2 / 3", "0")


@pytest.mark.parametrize("sort", ["company", "-message", "secret"])
def test_only_orders_with_an_index_are_offered(sort):
    assert set(ErrorTable.sorts()) == {"tries", "expires", "created"}
    with pytest.raises(BadRequest, match="not an offered order"):
        ErrorTable.order_of(sort)


def test_a_page_of_rows_is_drawn_without_a_query(django_assert_num_queries):
    make.errors(3)
    rows = list(HubError.objects.listed())

    with django_assert_num_queries(0):
        assert len(cells(ErrorTable(rows, shown=list(ErrorTable.base_columns)))) == 3


def test_a_message_is_whole_on_hover_and_as_it_can_be_seen_there_too():
    make.error(message="x" * 300 + "\x1b" + "y" * 300)
    (row,) = ErrorTable([HubError.objects.listed().get()]).body()

    title = next(cell.title for cell in row.cells if "␛" in cell.title)

    assert title == "x" * 300 + "␛" + "y" * 199
