"""Hub tables under the seed's names take what their scripts write, and show no sovereign id."""

import uuid

import pytest

from governance.models import Event, Outreach, Readiness
from tests import make
from tests.governance.sql.surface import contract
from tests.governance.sql.surface.asked import changed, refused, rows, value

pytestmark = pytest.mark.django_db
ROWS = {
    "outreach.dol": "(ein, filing_present) = ('12-3456789', true)",
    "outreach.blog": "source_type = 'feed'",
    "outreach.people": "(email, email_verified) = ('jo@x.example', true)",
    "people.company_slot": "(slot_type, is_filled) = ('CEO', true)",
    "outreach.company_target": "execution_status = 'failed'",
    "outreach.bit_scores": "score = 50",
}


def columns_of(assigned: str) -> tuple[str, str]:
    names, values = assigned.split(" = ")
    return names.strip("()"), values.strip("()")


@pytest.mark.parametrize(("view", "assigned"), ROWS.items())
def test_a_row_is_inserted_changed_and_deleted_by_its_id(view, assigned):
    company = make.outreach()
    names, values = columns_of(assigned)
    key = next(iter(contract.HUBS[view]))

    made = value(
        f"INSERT INTO {view} (outreach_id, {names}) VALUES (%s, {values}) RETURNING {key}",
        company.pk,
    )

    assert isinstance(made, uuid.UUID)
    assert rows(f"SELECT {names} FROM {view} WHERE {key} = %s", made)
    assert changed(f"UPDATE {view} SET {names.split(',')[0]} = NULL WHERE false") == 0
    assert changed(f"DELETE FROM {view} WHERE {key} = %s", made) == 1
    actions = Event.objects.filter(subject_type=view).order_by("id")
    assert [(one.action, one.db_user, one.actor) for one in actions] == [
        ("CREATE", "outreach_app", None),
        ("DELETE", "outreach_app", None),
    ]


def test_what_is_left_out_is_what_the_seeds_tables_say():
    company = make.outreach()
    changed("INSERT INTO outreach.company_target (outreach_id) VALUES (%s)", company.pk)
    changed("INSERT INTO outreach.people (outreach_id) VALUES (%s)", company.pk)
    changed("INSERT INTO outreach.bit_scores (outreach_id) VALUES (%s)", company.pk)

    assert rows(
        """SELECT t.execution_status, p.email_verified, p.contact_status, s.signal_count
        FROM outreach.company_target t, outreach.people p, outreach.bit_scores s"""
    ) == [("pending", False, "active", 0)]


def test_the_reset_of_the_seed_is_one_statement():
    failed = [make.target("failed") for _ in range(3)]

    count = changed(
        "UPDATE outreach.company_target SET execution_status = 'pending' WHERE outreach_id = ANY (%s)",
        [one.outreach_id for one in failed],
    )

    assert count == 3
    assert Readiness.objects.filter(ct_status="pending").count() == 3


def test_an_upsert_is_taken_where_a_row_is_the_only_one():
    company = make.target("failed").outreach
    text = """INSERT INTO outreach.company_target (outreach_id, execution_status) VALUES (%s, 'ready')
        ON CONFLICT (outreach_id) DO UPDATE SET execution_status = EXCLUDED.execution_status"""

    assert changed(text, company.pk) == 1
    assert value("SELECT execution_status FROM outreach.company_target") == "ready"


def test_a_rule_of_the_table_holds_under_its_name():
    company = make.outreach()

    said = refused(
        "INSERT INTO outreach.company_target (outreach_id, confidence_score) VALUES (%s, 1.5)",
        company.pk,
    )

    assert "confidence_within_0_1" in said


def test_the_sovereign_id_is_shown_nowhere():
    make.promotable()
    sovereign = str(Outreach.objects.get().sovereign_id)
    shown = [rows(f"SELECT v::text FROM {name} v") for name in contract.RELATIONS]

    assert sovereign not in str(shown)
    assert rows("SELECT sovereign_id FROM outreach.outreach") == [(None,)]


def test_companies_of_the_master_are_written_under_their_own_id():
    changed(
        "INSERT INTO company.company_master (company_unique_id, company_name) VALUES ('CO-1', ' Acme ')"
    )

    assert rows("SELECT * FROM company.company_master") == [
        ("CO-1", "Acme", None, None, None, None)
    ]
