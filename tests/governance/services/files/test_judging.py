"""What is wrong with rows of hub tables beside each other and beside stored ones: all of it, at once."""

import uuid

import pytest

from governance.exceptions import ImportRefused, NotPermitted
from governance.models import CompanyTarget, ImportFile, Operation, Outreach, Person
from governance.services.files import imports, judging
from tests import make
from tests.governance.services.files.hub_files import brought_in, checked, problems

pytestmark = pytest.mark.django_db
SOVEREIGN = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def manager():
    return make.manager()


def test_rows_are_compared_with_the_stored_ones(manager):
    same, other = make.target("ready"), make.target("ready")

    file = checked(
        "company_target",
        {"target_id": same.pk, "confidence_score": "0.7", "email_method": "first.last"},
        {"target_id": other.pk, "confidence_score": "0.9", "email_method": "first.last"},
        {"outreach_id": make.outreach().pk, "confidence_score": "1"},
        by=manager,
    )

    assert file.compared == {"new": 1, "changed": 1, "unchanged": 1, "emptied": 0}
    assert (file.subject, file.good, file.bad) == ("company_target", 3, 0)


def test_unchanged_rows_are_skipped_in_the_plan(manager):
    same, other = make.target("ready"), make.target("ready")
    rows = [
        {"target_id": same.pk, "method_type": "MX_ONLY"},
        {"target_id": other.pk, "method_type": "SMTP"},
    ]

    operation = imports.plan(checked("company_target", *rows, by=manager), by=manager)

    assert operation.refusals == {"unchanged": 1}
    assert (operation.eligible, operation.effect["companies"]) == (1, 1)


def test_a_file_of_rows_that_are_stored_so_makes_no_plan(manager):
    file = checked("blog", {"blog_id": make.blog().pk, "source_type": ""}, by=manager)

    with pytest.raises(ImportRefused, match="there is nothing to import"):
        imports.plan(file, by=manager)

    assert not Operation.objects.exists()
    assert ImportFile.objects.get().state == "checked"


def test_every_problem_of_every_row_is_told_at_once(manager):
    target = make.target("pending")
    nobody = uuid.uuid4()

    file = checked(
        "company_target",
        {"target_id": target.pk, "confidence_score": "1.5", "execution_status": "redy"},
        {"outreach_id": nobody, "email_method": "x" * 10_000},
        {"target_id": uuid.uuid4(), "outreach_id": make.target().outreach_id},
        {"target_id": "12", "imo_completed_at": "infinity"},
        {"target_id": uuid.uuid4(), "imo_completed_at": "10000-01-01T00:00:00Z"},
        by=manager,
    )

    assert problems(file) == [
        (2, "confidence_score", "It is not between 0 and 1."),
        (2, "execution_status", "It is not offered. Did you mean ready?"),
        (3, "email_method", "It takes at most 255 characters, not 10,000."),
        (3, "outreach_id", judging.UNKNOWN),
        (4, "outreach_id", judging.TAKEN.format("outreach_id")),
        (5, "target_id", "It is not a UUID, such as 6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d."),
        (5, "imo_completed_at", "It is not a date and time, such as 2026-02-04T13:00:00Z."),
        (5, "outreach_id", judging.MISSING),
        (6, "imo_completed_at", "It is not a date and time, such as 2026-02-04T13:00:00Z."),
        (6, "outreach_id", judging.MISSING),
    ]
    assert (file.good, CompanyTarget.objects.count()) == (0, 2)


def test_two_rows_of_a_file_cannot_be_the_same_row(manager):
    on = make.outreach()
    slot = make.slots(0)[0]

    file = checked(
        "company_slot",
        {"slot_id": slot.pk, "is_filled": "yes"},
        {"slot_id": str(slot.pk).upper(), "is_filled": "no"},
        {"outreach_id": on.pk, "slot_type": "CEO", "is_filled": "yes"},
        {"outreach_id": on.pk, "slot_type": "CEO", "is_filled": "no"},
        by=manager,
    )

    assert problems(file) == [
        (3, "slot_id", "Row 2 stands for the same row."),
        (5, "slot_type", "Row 4 has the same outreach_id and slot_type."),
    ]


def test_a_row_is_found_by_what_tells_it_as_well_as_by_its_key(manager):
    slot = make.slots(0)[1]
    row = {"outreach_id": slot.outreach_id, "slot_type": "CFO", "is_filled": "true"}

    operation = brought_in("company_slot", row, by=manager)

    assert operation.items.get().subject_id == str(slot.pk)
    slot.refresh_from_db()
    assert (slot.is_filled, slot.version) == (True, 2)


def test_a_rule_of_the_table_that_no_cell_tells_is_asked_of_the_whole_row(manager, owner_cursor):
    """Whatever CHECK the table has, it is asked before the plan."""
    file = checked("company_slot", {"slot_id": make.slots(0)[0].pk, "is_filled": "1"}, by=manager)
    verb = imports.registry.bringing_in("company_target")

    asked = {flaw.column: flaw.sentence for _, flaw in judging._checks(verb)}

    assert file.good == 1
    assert asked["execution_status"] == "It breaks the rule execution status known."
    assert asked["imo_completed_at"] == "It takes a moment of the years 1900 to 9999."


def test_a_row_that_breaks_a_rule_of_its_table_is_told_before_the_plan(manager, monkeypatch):
    target = make.target("ready")
    monkeypatch.setitem(judging_ranges(), "confidence_score", (0, 9))

    row = {"target_id": target.pk, "confidence_score": "1.5"}
    file = checked("company_target", row, by=manager)

    assert problems(file) == [(2, "confidence_score", "It breaks the rule confidence within 0 1.")]


def judging_ranges() -> dict:
    return imports.registry.bringing_in("company_target").ranges


def test_a_new_company_needs_its_sovereign_id_which_is_never_shown(manager):
    kept = make.outreach()

    file = checked(
        "outreach",
        {"outreach_id": uuid.uuid4(), "domain": "a.example"},
        {"outreach_id": kept.pk, "sovereign_id": SOVEREIGN},
        {"outreach_id": uuid.uuid4(), "sovereign_id": "secret-12"},
        by=manager,
    )

    assert problems(file) == [
        (2, "sovereign_id", judging.MISSING),
        (3, "sovereign_id", judging.FIXED),
        (4, "sovereign_id", "It is not a UUID, such as 6f1d2c3b-0a4e-4b57-9c1d-2e3f4a5b6c7d."),
    ]
    values = [row.problems[0]["value"] for row in file.staged.all()]
    assert values == ["", "", ""]


def test_a_domain_beyond_ascii_comes_in_as_punycode(manager):
    row = {"sovereign_id": SOVEREIGN, "domain": "https://Bücher.example/"}

    brought_in("outreach", row, by=manager)

    assert Outreach.objects.get().domain == "xn--bcher-kva.example"


def test_an_empty_cell_says_nothing_unless_it_was_to_empty(manager):
    company = make.company(email_pattern="first.last", address_state="OH")
    row = {
        "company_unique_id": company.pk,
        "email_pattern": "",
        "company_name": "",
        "address_state": "MI",
    }

    brought_in("company_master", row, by=manager)
    company.refresh_from_db()
    assert (company.email_pattern, company.address_state) == ("first.last", "MI")

    file = checked("company_master", row, by=manager, clears=True)
    assert file.compared == {"new": 0, "changed": 1, "unchanged": 0, "emptied": 1}
    operation = brought_in("company_master", row, by=manager, clears=True)
    company.refresh_from_db()
    assert (company.email_pattern, company.company_name[:7]) == (None, "Company")
    assert operation.parameters["empty cells"] == "empty what is stored"


def test_a_row_without_key_that_came_in_before_is_that_row(manager):
    row = {"outreach_id": make.outreach().pk, "email": "a@b.example"}
    brought_in("people", row, by=manager)

    assert checked("people", row, by=manager).compared["unchanged"] == 1

    Person.objects.update(contact_status="bounced", email="c@d.example")
    again = checked("people", row, by=manager)
    assert problems(again) == [(2, "person_id", judging.CAME_IN.format("person_id"))]


def test_a_company_master_needs_its_own_id(manager):
    with pytest.raises(ImportRefused, match="lacks the column company_unique_id"):
        checked("company_master", {"company_name": "A"}, by=manager)

    file = checked("company_master", {"company_unique_id": "", "company_name": "A"}, by=manager)
    assert problems(file) == [(2, "company_unique_id", "It is missing.")]


def test_triagers_import_errors_alone(manager):
    with pytest.raises(NotPermitted, match="may not import company slots"):
        checked("company_slot", {"is_filled": "yes"}, by=make.triager())


def test_a_large_import_needs_somebody_else(manager):
    on = [make.outreach().pk for _ in range(3)]
    make.policy(name="ROWS", over_rows=2)

    rows = [{"outreach_id": key, "source_type": "rss"} for key in on]
    operation = imports.plan(checked("blog", *rows, by=manager), by=manager)

    assert operation.gate == "ROWS"
