"""What the database keeps of the canon, whoever writes."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from governance.models import CanonVersion, KillSwitch
from governance.services.canon import switches, versions
from tests import make
from tests.governance.canon import canons

pytestmark = pytest.mark.django_db


def refused(statement: str, *given) -> str:
    """The constraint that refuses a statement."""
    with (
        pytest.raises(IntegrityError) as fault,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, given)
    return fault.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("text = text || ' '", "canonversion_kept"),
        ("version = 7", "canonversion_kept"),
        ("sha256 = repeat('0', 64)", "canonversion_kept"),
        ("loaded_at = now()", "canonversion_kept"),
        ("enforced_at = NULL", "canonversion_in_order"),
        ("enforced_at = enforced_at - interval '1 second'", "canonversion_in_order"),
        ("enforced_at = clock_timestamp() + interval '1 hour'", "canonversion_in_order"),
    ],
)
def test_a_version_stays_as_it_was_loaded(assignment, constraint):
    assert refused(f"UPDATE governance_canonversion SET {assignment}") == constraint


def test_who_put_it_in_force_stays_with_the_moment():
    person = make.manager()

    said = refused("UPDATE governance_canonversion SET enforced_by_id = %s", person.pk)

    assert said == "canonversion_in_order"


@pytest.mark.parametrize("who", ["loaded_by_id", "NULL"])
def test_nobody_alone_puts_a_version_in_force_by_sql_either(who):
    loaded = versions.load(canons.text(3), by=make.manager())

    said = refused(
        f"""UPDATE governance_canonversion
        SET enforced_at = clock_timestamp(), enforced_by_id = {who}
        WHERE id = %s""",
        loaded.pk,
    )

    assert said == "canonversion_four_eyes"


def test_a_version_that_is_not_in_force_has_nobody_who_put_it_there():
    loaded = versions.load(canons.text(3), by=make.manager())

    said = refused(
        "UPDATE governance_canonversion SET enforced_by_id = %s WHERE id = %s",
        make.manager().pk,
        loaded.pk,
    )

    assert said in ("canonversion_in_order", "canonversion_enforced_facts_paired")


@pytest.mark.parametrize(
    ("sha256", "constraint"),
    [
        ("repeat('0', 64)", "canonversion_digest"),
        ("encode(sha256('x'), 'hex')", None),
    ],
)
def test_a_digest_is_that_of_the_text(sha256, constraint):
    statement = (
        f"INSERT INTO governance_canonversion (version, sha256, text) VALUES (9, {sha256}, 'x')"
    )

    if constraint:
        assert refused(statement) == constraint
    else:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        assert CanonVersion.objects.filter(version=9, enforced_at=None).exists()


@pytest.mark.parametrize(
    ("assignment", "constraint"),
    [
        ("reason = 'Never mind.'", "killswitch_kept"),
        ("tool = 'firecrawl'", "killswitch_kept"),
        ("released_at = now()", "killswitch_released_facts_paired"),
        ("released_by_id = by_id, released_at = now()", "killswitch_released_by_somebody_else"),
    ],
)
def test_a_stop_stays_as_it_was_made(assignment, constraint):
    switches.stop(by=make.triager(), reason="Audit.")

    assert refused(f"UPDATE governance_killswitch SET {assignment}") == constraint


def test_what_was_released_stays_released():
    switch = switches.stop(by=make.triager(), reason="Audit.")
    switches.release(switch, by=make.manager(), reason="Done.")

    said = refused("UPDATE governance_killswitch SET released_at = NULL, released_by_id = NULL")

    assert said == "killswitch_kept"


@pytest.mark.parametrize(
    ("tool", "reason", "constraint"),
    [("firecrawl", "", "killswitch_has_a_reason"), ("", "Me too.", "killswitch_stands_once")],
)
def test_a_new_stop_has_a_reason_and_stands_once(tool, reason, constraint):
    person = make.triager()
    KillSwitch.objects.create(tool="", reason="Audit.", by=person)

    said = refused(
        "INSERT INTO governance_killswitch (tool, reason, by_id) VALUES (%s, %s, %s)",
        tool,
        reason,
        person.pk,
    )

    assert said == constraint


@pytest.mark.parametrize("table", ["canonversion", "killswitch"])
def test_nothing_of_it_is_deleted(table):
    switches.stop(by=make.triager(), reason="Audit.")

    with (
        pytest.raises(DatabaseError, match="keeps its rows for good"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM governance_{table}")
