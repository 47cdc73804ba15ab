"""What the database keeps of reports of the canon's checks, whoever writes."""

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from tests.checked import finding, kept, waived

pytestmark = pytest.mark.django_db


def run(statement, *given):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("status = 'fine'", "checkreport_status_known"),
        ("refusal = 'Gone.'", "checkreport_refused_is_unchecked"),
        ("opened = 1", "checkreport_changes_with_before"),
        ("before_id = id", "checkreport_changes_with_before"),
        ("unreadable = 5", "checkreport_parts_within"),
        ("ending = 5", "checkreport_parts_within"),
        ("digest = 'abc'", "checkreport_digest_of_32_bytes"),
        ("seconds = 'NaN'", "checkreport_seconds_finite"),
    ],
)
def test_a_report_says_nothing_that_cannot_be(change, name):
    kept(finding())

    with pytest.raises(IntegrityError, match=name):
        run(f"UPDATE governance_checkreport SET {change}")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("state = 'fine'", "checkfinding_state_known"),
        ("state = 'waived'", "checkfinding_until_while_waived"),
        ("until = '2030-01-01'", "checkfinding_until_while_waived"),
        ("line = 0", "checkfinding_counts_from_1"),
        ('"column" = 0', "checkfinding_counts_from_1"),
        ("ordinal = 0", "checkfinding_counts_from_1"),
    ],
)
def test_a_finding_says_nothing_that_cannot_be(change, name):
    kept(finding())

    with pytest.raises(IntegrityError, match=name):
        run(f"UPDATE governance_checkfinding SET {change}")


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("place = 0", "checkfinding_place_once"),
        ("ordinal = 1", "checkfinding_counted_once"),
    ],
)
def test_a_finding_stands_at_one_place_and_is_counted_once(change, name):
    kept(finding(), finding())

    with pytest.raises(IntegrityError, match=name):
        run(f"UPDATE governance_checkfinding SET {change}")


def test_a_repository_has_a_name_and_one_alone():
    kept(waived())

    with pytest.raises(IntegrityError, match="checkedrepository_named"):
        run("UPDATE governance_checkedrepository SET name = ''")
    with pytest.raises(IntegrityError, match="unique"):
        run("INSERT INTO governance_checkedrepository (name) VALUES ('acme/ingest')")


def test_the_same_report_is_there_once():
    report = kept(finding())

    with pytest.raises(IntegrityError, match="digest"):
        run(
            "INSERT INTO governance_checkreport (repository_id, branch, commit, path, checked_at, by_id,"
            ' status, refusal, canon, "open", waived, known, unreadable, ending, files, lines, seconds,'
            " notes, notes_count, left_out, left_out_count, digest)"
            " SELECT repository_id, branch, commit, path, checked_at, by_id, status, refusal, canon,"
            ' "open", waived, known, unreadable, ending, files, lines, seconds, notes, notes_count,'
            " left_out, left_out_count, digest FROM governance_checkreport WHERE id = %s",
            report.pk,
        )


@pytest.mark.parametrize("table", ["checkedrepository", "checkreport", "checkfinding"])
def test_no_table_of_them_is_emptied_at_once(table):
    kept(finding())

    with pytest.raises(ProgrammingError):
        run(f"TRUNCATE governance_{table} CASCADE")


def test_a_repository_is_kept():
    kept()

    with pytest.raises(ProgrammingError, match="keeps its rows"):
        run("DELETE FROM governance_checkedrepository")
