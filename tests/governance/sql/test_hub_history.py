"""Hub rows have a history, whoever writes them; a company's change of tier is stored with who made it."""

import pytest
from django.db import connection

from governance.models import Event, Tier, TierTransition
from tests import make

pytestmark = pytest.mark.django_db
# makes a row, a statement that changes it, and the states before and after
HUBS = {
    "outreach.outreach": (make.outreach, "domain = 'new.example'", None, None),
    "company.company_master": (make.company, "company_name = 'New'", None, None),
    "outreach.company_target": (make.target, "execution_status = 'blocked'", "failed", "blocked"),
    "outreach.dol": (make.filing, "ein = NULL", "done", None),
    "outreach.blog": (make.blog, "source_type = 'rss'", None, None),
    "outreach.bit_scores": (make.bit_score, "score = NULL", "done", None),
    "outreach.people": (make.person, "contact_status = 'bounced'", "active", "bounced"),
    "people.company_slot": (lambda: make.slots(1)[0], "is_filled = false", "filled", "empty"),
}
every_hub = pytest.mark.parametrize("table", HUBS)


def plain(statement: str, *params: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def named(actor: str, operation: int) -> None:
    plain(
        "SELECT set_config('outreach.actor', %s, true), set_config('outreach.operation', %s, true)",
        actor,
        str(operation),
    )


def changed(row, what: str) -> None:
    plain(f"UPDATE {row._meta.db_table} SET {what} WHERE {row._meta.pk.column} = %s", row.pk)


def events(table: str, row) -> list[Event]:
    known = {"subject_key": row.pk} if isinstance(row.pk, str) else {"subject_id": row.pk}
    return list(Event.objects.filter(subject_type=table, **known).order_by("id"))


@every_hub
def test_plain_sql_leaves_an_event_with_the_row_before_and_after(table):
    made, change, before, after = HUBS[table]
    row = made()

    changed(row, change)

    came, event = events(table, row)
    assert (came.action, came.from_state, came.to_state) == ("CREATE", None, before)
    assert (event.action, event.from_state, event.to_state) == ("UPDATE", before, after)
    assert event.actor is None
    differing = {name for name in event.after if event.after[name] != event.before[name]}
    assert differing == {change.split()[0], "version"}
    assert event.outreach_id == row.outreach_id
    row.refresh_from_db()
    assert row.version == 2


@every_hub
def test_a_change_by_an_operation_keeps_the_row_too(table):
    made, change, _, _ = HUBS[table]
    row = made()
    named("nadia", 7)

    changed(row, change)

    event = events(table, row)[-1]
    assert (event.actor, event.operation_id) == ("nadia", 7)
    assert event.before["version"] == 1
    assert event.after["version"] == 2


@every_hub
def test_a_row_written_as_it_was_is_no_change(table):
    row = HUBS[table][0]()

    changed(row, "version = version + 7")

    row.refresh_from_db()
    assert row.version == 1
    assert len(events(table, row)) == 1


@every_hub
def test_a_deleted_row_is_kept_in_its_event(table):
    row = HUBS[table][0]()
    key = row.pk

    plain(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", key)

    event = events(table, row)[-1]
    assert event.action == "DELETE"
    assert event.before[row._meta.pk.column] == str(key)


def moves(on) -> list[tuple[str | None, ...]]:
    found = TierTransition.objects.filter(outreach_id=on.pk).order_by("id")
    return list(found.values_list("from_tier", "to_tier", "from_reason", "to_reason"))


def test_a_company_enters_with_a_transition_from_nothing():
    on = make.outreach()

    assert moves(on) == [(None, Tier.NOT_READY, None, "CT_MISSING")]


def test_what_changes_tier_or_promotion_is_stored_and_nothing_else():
    on = make.promotable()
    before = moves(on)

    error = make.error(make.DOL, outreach=on)
    make.error(make.DOL, outreach=on)
    make.error(make.URL, outreach=on)

    assert moves(on) == [*before, (Tier.ANCHOR_DONE, Tier.ANCHOR_DONE, "", "DOL_ERROR")]

    changed(error, "severity = 'LOW'")
    changed(make.blog(outreach=on), "source_type = 'rss'")

    assert len(moves(on)) == len(before) + 1


def test_a_transition_names_who_made_it():
    on = make.outreach()
    named("nadia", 7)

    make.target("ready", outreach=on)

    last = TierTransition.objects.filter(outreach_id=on.pk).latest("id")
    assert (last.actor, last.operation_id) == ("nadia", 7)
    assert (last.from_tier, last.to_tier) == (Tier.NOT_READY, Tier.ANCHOR_DONE)


def test_a_company_leaves_with_a_transition_to_nothing():
    on = make.outreach()

    plain("DELETE FROM governance_outreach WHERE outreach_id = %s", on.pk)

    assert moves(on)[-1] == (Tier.NOT_READY, None, "CT_MISSING", None)
