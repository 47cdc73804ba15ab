"""What lists show of an operation, and of one of its rows."""

import uuid

import pytest

from governance import subjects
from governance.models import HubError, OperationItem
from governance.queries.operations import titles
from governance.tables.operations import ItemTable, OperationTable, row_link, state
from tests import make
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


def test_a_plan_that_waits_says_how_many_rows_it_would_change():
    operation = make.operation(state="planned", planned=1_300, eligible=1_234)

    shown = drawn.row(OperationTable, operation)

    assert drawn.text(shown["progress"]) == '<span class="muted">1,234 eligible</span>'
    assert drawn.text(shown["rows"]) == "1,300"
    assert "none" in drawn.text(shown["gate"])


def test_what_it_does_is_whole_on_hover():
    operation = make.operation(state="planned", planned=1, eligible=1)

    shown = drawn.text(drawn.row(OperationTable, operation)["operation"])

    assert f'title="{titles.title_of(operation)}"' in shown


def test_an_operation_shows_its_outcomes_as_shares_of_the_plan():
    operation = make.operation(state="done", planned=10, applied=6, skipped=3, cancelled=1)

    shown = drawn.text(drawn.row(OperationTable, operation)["progress"])

    assert "6 applied, 3 skipped since the plan, 1 never begun of 10" in shown


def test_what_was_done_in_part_is_not_green():
    operation = make.operation(
        state="done",
        planned=10,
        eligible=8,
        applied=6,
        skipped=3,
        failed=1,
        refusals={"already parked": 2},
    )

    shown = drawn.row(OperationTable, operation)

    assert "Done in part" in drawn.text(shown["state"])
    assert "6 applied, 2 refused, 1 skipped since the plan, 1 failed</span>" in drawn.text(
        shown["progress"]
    )
    assert "is-warn" in drawn.text(shown["state"])
    assert "fill-good" not in drawn.text(shown["progress"])
    assert "fill-bad" in drawn.text(shown["progress"])


def test_refused_rows_leave_a_whole_success_green():
    operation = make.operation(
        state="done",
        planned=10,
        eligible=8,
        applied=8,
        skipped=2,
        refusals={"already parked": 2},
    )

    shown = drawn.row(OperationTable, operation)

    assert drawn.text(shown["state"]).endswith("Done</span>")
    assert "fill-good" in drawn.text(shown["progress"])


def test_its_number_and_what_it_does_are_one_link():
    operation = make.operation()

    shown = drawn.text(drawn.row(OperationTable, operation)["operation"])

    assert f'href="/operations/{operation.pk}/"' in shown
    assert f'<span class="muted">{operation}</span> ' in shown


def item(subject: HubError | None, **given) -> OperationItem:
    found = OperationItem(
        subject_id=subject.pk if subject else uuid.UUID(int=7), outcome="applied", version=1
    )
    found.subject, found.code, found.was, found.now = subject, "", "", "gone"
    vars(found).update(given)
    return found


def test_a_row_that_is_gone_is_named_by_its_id():
    shown = drawn.row(ItemTable, item(None))

    assert drawn.text(shown["row"]) == (
        f'<span class="mono">{uuid.UUID(int=7)}</span><span class="sub-line">no longer there</span>'
    )
    assert drawn.text(shown["now"]) == "gone"


def test_a_row_is_ticked_by_the_id_of_its_subject():
    error = make.error()
    (row,) = ItemTable([item(error)]).body()

    assert row.key == str(error.pk)


def test_what_a_row_was_and_is_are_badges_where_they_are_dispositions():
    shown = drawn.row(ItemTable, item(make.error(), was="RETRY", now="HUB-DOL team"))

    assert 'class="badge is-' in drawn.text(shown["was"])
    assert drawn.text(shown["now"]) == "HUB-DOL team"
    assert state("") == ""


def test_a_row_is_linked_by_its_company_with_the_domain_below():
    company = make.company(company_name="<Acme>")
    error = make.error(outreach=company.outreach, domain="acme.example")

    shown = str(row_link(error))

    assert f'<a href="/errors/{error.pk}/" data-open>&lt;Acme&gt;' in shown
    assert '<span class="sub-line">acme.example</span>' in shown


@pytest.mark.parametrize(
    ("domain", "name"), [("a.example", "a.example"), (None, "without a company")]
)
def test_a_row_without_a_company_is_named_by_its_domain_if_it_has_one(domain, name):
    assert f">{name}<" in str(row_link(make.error(outreach=None, domain=domain)))


def test_only_rows_that_have_a_page_are_linked():
    archived = make.archived()

    assert subjects.of(archived).address_of(archived) == f"/errors/archive/{archived.pk}/"
    assert subjects.COMPANY_TARGET.address_of(make.target()) == ""
    assert subjects.ERROR.address_of(HubError()) == ""
