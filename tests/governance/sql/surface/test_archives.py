"""What plain SQL sets to ARCHIVED is moved by the same statement; archives are read and not written."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import ArchivedError, ErrorCount, Event, HubError, Readiness
from tests import make
from tests.governance.sql.surface.asked import changed, refused, rows, value

pytestmark = pytest.mark.django_db
ARCHIVE = "UPDATE outreach.dol_errors SET disposition = 'ARCHIVED' WHERE error_id = %s"


def test_a_row_is_moved_by_the_statement_that_archives_it():
    company = make.outreach()
    error = make.error(make.DOL, outreach=company, retry_count=1, domain="x.example")
    before = HubError.objects.filter(pk=error.pk).values().get()

    assert rows(f"{ARCHIVE} RETURNING error_id, disposition", error.pk) == [(error.pk, "ARCHIVED")]

    after = ArchivedError.objects.filter(pk=error.pk).values().get()
    assert not HubError.objects.exists()
    assert (after["archive_reason"], after["archived_by"]) == ("MANUAL", "outreach_app")
    assert (after["final_disposition"], after["disposition"]) == ("RETRY", "RETRY")
    kept = timedelta(days=365)
    assert after["retention_expires_at"] - after["archived_at"] == kept
    same = set(before) - {"version", "updated_at", "archived_at"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert Readiness.objects.get(pk=company.pk).open_errors == 0
    assert sum(ErrorCount.objects.values_list("rows", flat=True)) == 0


def test_it_leaves_one_event_with_the_row_before_and_after():
    errors = make.errors(3, make.DOL)
    changed("UPDATE outreach.dol_errors SET disposition = 'ARCHIVED'")

    events = Event.objects.filter(action="ARCHIVE")

    assert {one.subject_id for one in events} == {error.pk for error in errors}
    assert events.count() == 3
    assert Event.objects.filter(subject_type=make.DOL).count() == 6
    (one, *_) = events
    assert (one.from_state, one.to_state, one.db_user) == ("RETRY", "ARCHIVED", "outreach_app")
    assert (one.before["disposition"], one.after["disposition"]) == ("RETRY", "ARCHIVED")


def test_a_parked_row_keeps_in_the_archive_what_it_was_parked_for():
    error = make.error(
        make.DOL, disposition="PARKED", escalation_level=1, escalated_at=timezone.now()
    )

    changed(ARCHIVE, error.pk)

    kept = ArchivedError.objects.get()
    assert (kept.final_disposition, kept.park_reason) == ("PARKED", error.park_reason)
    assert (kept.parked_by, kept.escalation_level) == (error.parked_by, 1)


def test_a_moment_that_is_given_is_kept_and_retention_counts_from_now():
    error, then = make.error(make.DOL), timezone.now() - timedelta(days=900)

    changed(
        "UPDATE outreach.dol_errors SET disposition = 'ARCHIVED', archived_at = %s WHERE error_id = %s",
        then,
        error.pk,
    )

    kept = ArchivedError.objects.get()
    assert kept.archived_at == then
    assert kept.retention_expires_at > timezone.now() + timedelta(days=360)


def test_failures_of_addresses_stay_live_until_a_moment_is_written():
    error = make.error(make.URL, disposition="RETRY")
    changed("UPDATE company.url_discovery_failures SET disposition = 'ARCHIVED'")

    assert HubError.objects.get().archived_at is None
    changed("UPDATE company.url_discovery_failures SET archived_at = now()")

    assert not HubError.objects.exists()
    assert ArchivedError.objects.get().final_disposition == "ARCHIVED"
    actions = Event.objects.filter(subject_id=error.pk).order_by("id")
    assert [one.action for one in actions] == ["CREATE", "ARCHIVE", "ARCHIVE"]


def test_a_row_that_comes_in_archived_is_moved_too():
    changed(
        "INSERT INTO outreach.dol_errors (failure_code, disposition) VALUES ('NO_MATCH', 'ARCHIVED')"
    )
    changed("INSERT INTO company.url_discovery_failures (failure_reason) VALUES ('dns_error')")

    assert ArchivedError.objects.get().error_table_id == make.DOL
    assert HubError.objects.get().disposition == "ARCHIVED"
    assert Event.objects.filter(subject_id=ArchivedError.objects.get().pk).count() == 1


def test_what_was_archived_is_found_by_search_no_more_than_once_and_restored():
    error = make.error(make.DOL)
    changed(ARCHIVE, error.pk)

    assert value("SELECT count(*) FROM governance_errortext WHERE error_id = %s", error.pk) == 1


def test_archives_show_every_column_and_take_no_change():
    error = make.archived(make.DOL, details={"raw_input": {"a": 1}})

    found = rows(
        """SELECT error_id, raw_input -> 'a', final_disposition, archived_by, archive_reason
        FROM outreach.dol_errors_archive"""
    )

    assert found == [
        (error.pk, "1", error.final_disposition, error.archived_by, error.archive_reason)
    ]
    for statement in (
        "UPDATE outreach.dol_errors_archive SET archived_by = 'nobody'",
        "DELETE FROM outreach.dol_errors_archive",
        "INSERT INTO outreach.dol_errors_archive (error_id) VALUES (gen_random_uuid())",
    ):
        assert "archived errors are kept as they are" in refused(statement)


def test_archives_show_the_types_of_the_seed_and_hold_no_word_that_they_refuse():
    make.archived(table=make.DOL)

    for column in ("disposition", "final_disposition", "ttl_tier"):
        said = refused(f"UPDATE governance_archivederror SET {column} = 'SOON'")
        assert f"archive_{column}_known" in said
    types = "pg_typeof(final_disposition)::text, pg_typeof(retry_count)::text, pg_typeof(ttl_tier)::text"
    assert rows(f"SELECT {types} FROM outreach.dol_errors_archive") == [
        ("error_disposition", "integer", "ttl_tier")
    ]
