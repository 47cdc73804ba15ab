"""The rules that hold for live errors, also against plain SQL."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.models import Disposition, ErrorCode, HubError
from tests import make

pytestmark = pytest.mark.django_db
EDGES = {
    "RETRY": {"PARKED", "RESOLVED", "ARCHIVED", "IGNORE"},
    "PARKED": {"RETRY", "RESOLVED", "ARCHIVED"},
    "IGNORE": {"RETRY", "PARKED", "ARCHIVED", "RESOLVED"},
    "RESOLVED": {"ARCHIVED", "RETRY"},
    "ARCHIVED": {"RETRY"},
}
PAIRS = list(itertools.permutations(Disposition.values, 2))
FACTS = {
    "PARKED": ", parked_at = now(), parked_by = 'someone', park_reason = 'DATA_QUALITY'",
    "RESOLVED": ", resolved_at = now()",
}


def plain(sql: str, *params: object) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def update(error: HubError, change: str) -> HubError:
    plain(f"UPDATE governance_huberror SET {change} WHERE id = %s", error.pk)
    error.refresh_from_db()
    return error


@pytest.fixture
def free_table(owner_cursor, db) -> str:
    """An error table that allows every disposition and keeps what is ARCHIVED, so that only the machine refuses."""
    policy = make.ErrorTable.objects.get(pk=make.CT)
    policy.allowed_dispositions = Disposition.values
    policy.default_disposition = Disposition.ARCHIVED
    policy.save(update_fields=["allowed_dispositions", "default_disposition"])
    return policy.pk


@pytest.mark.parametrize(("start", "end"), [pair for pair in PAIRS if pair[1] in EDGES[pair[0]]])
def test_an_edge_of_the_machine_is_open_to_plain_sql(free_table, start, end):
    error = make.error(free_table, disposition=start)

    update(error, f"disposition = '{end}'{FACTS.get(end, '')}")

    assert error.disposition == end


@pytest.mark.parametrize(
    ("start", "end"), [pair for pair in PAIRS if pair[1] not in EDGES[pair[0]]]
)
def test_any_other_edge_is_refused(free_table, start, end):
    error = make.error(free_table, disposition=start)

    with pytest.raises(IntegrityError, match="cannot become"):
        update(error, f"disposition = '{end}'{FACTS.get(end, '')}")


@pytest.mark.parametrize("missing", ["parked_at", "parked_by", "park_reason"])
def test_parked_without_one_of_its_facts_is_refused(missing):
    error = make.error()

    with pytest.raises(IntegrityError, match="parked_facts_paired"):
        update(error, _without(missing))


def _without(missing: str) -> str:
    facts = {"parked_at": "now()", "parked_by": "'someone'", "park_reason": "'DATA_QUALITY'"} | {
        missing: "NULL"
    }
    return "disposition = 'PARKED', " + ", ".join(
        f"{name} = {value}" for name, value in facts.items()
    )


def test_parked_facts_without_parked_are_refused():
    with pytest.raises(IntegrityError, match="parked_facts_paired"):
        update(
            make.error(), "parked_at = now(), parked_by = 'someone', park_reason = 'DATA_QUALITY'"
        )


def test_resolved_without_a_time_is_refused():
    with pytest.raises(IntegrityError, match="resolved_facts_paired"):
        update(make.error(), "disposition = 'RESOLVED'")


def test_leaving_parked_clears_its_facts_and_the_escalation():
    error = update(make.error(disposition="PARKED"), "escalation_level = 2, escalated_at = now()")

    update(error, "disposition = 'RETRY'")

    assert (
        error.parked_at,
        error.parked_by,
        error.park_reason,
        error.escalation_level,
        error.escalated_at,
    ) == (None, None, None, 0, None)


def test_an_unparked_error_can_be_parked_again():
    error = update(make.error(disposition="PARKED"), "disposition = 'RETRY'")

    update(error, f"disposition = 'PARKED'{FACTS['PARKED']}")

    assert error.disposition == "PARKED"


def test_an_escalation_without_a_time_is_refused():
    with pytest.raises(IntegrityError, match="escalated_facts_paired"):
        update(make.error(disposition="PARKED"), "escalation_level = 1")


def test_a_table_that_does_not_allow_a_disposition_refuses_it():
    error = make.error(make.URL, disposition="RETRY")

    with pytest.raises(IntegrityError, match="does not allow PARKED"):
        update(error, f"disposition = 'PARKED'{FACTS['PARKED']}")


def test_exhaustion_follows_the_count_whatever_is_written():
    error = update(make.error(max_retries=3), "retry_count = 3, retry_exhausted = false")

    assert error.retry_exhausted
    assert not update(error, "retry_count = 2, retry_exhausted = true").retry_exhausted


def test_the_version_rises_with_every_change_of_plain_sql():
    error = make.error()

    update(error, "owner = 'Platform team', version = 1")

    assert error.version == 2


@pytest.mark.parametrize(
    "change", ["id = gen_random_uuid()", "error_table = 'outreach.dol_errors'"]
)
def test_an_error_keeps_its_id_and_its_table(change):
    with pytest.raises(IntegrityError, match="keeps its id"):
        plain(f"UPDATE governance_huberror SET {change} WHERE id = %s", make.error().pk)


def test_a_registered_code_files_a_new_error():
    code = ErrorCode.objects.get(pk="CT-M-NO-MX")

    error = make.error(make.CT)

    assert (error.category, error.severity, error.stage) == (code.category, code.severity, "M1")
    assert (error.max_retries, error.ttl_tier, error.blocks) == (3, "MEDIUM", True)
    assert (error.disposition, error.owner) == (
        "RETRY",
        make.ErrorTable.objects.get(pk=make.CT).owner,
    )


def test_a_code_of_its_own_mind_overrides_its_table():
    ErrorCode.objects.filter(pk="NO_STATE").update(blocking=False, ttl_tier="SHORT", max_retries=1)

    error = make.error(make.DOL, code="NO_STATE")

    assert (error.blocks, error.ttl_tier, error.max_retries) == (False, "SHORT", 1)


def test_an_unregistered_code_is_filed_as_operational():
    assert make.error(code="NEVER-HEARD-OF").category == "OPERATIONAL"


def test_a_critical_error_without_a_rule_is_parked_at_once():
    error = make.error(code="NEVER-HEARD-OF", severity="CRITICAL")

    assert (error.disposition, error.parked_by, error.park_reason) == (
        "PARKED",
        "system",
        "ESCALATION_REQUIRED",
    )


def test_a_low_error_without_a_rule_is_ignored_only_where_the_table_allows_it():
    assert make.error(make.CT, code="NEVER-HEARD-OF", severity="LOW").disposition == "RETRY"
    assert (
        make.error(make.LOG, code="NEVER-HEARD-OF", severity="LOW", outreach=None).disposition
        == "IGNORE"
    )


@pytest.mark.parametrize(("tier", "days"), [("SHORT", 7), ("MEDIUM", 30), ("LONG", 90)])
def test_the_expiry_is_the_tier_after_creation_to_the_second(tier, days):
    born = datetime(2024, 2, 28, 23, 59, 59, tzinfo=UTC)

    error = make.error(created_at=born, ttl_tier=tier)

    assert error.expires_at == born + timedelta(days=days)


def test_an_infinite_error_never_expires():
    error = update(make.error(), "ttl_tier = 'INFINITE'")

    assert error.expires_at.year == 9000
    assert error not in HubError.objects.expired(timezone.now() + timedelta(days=365_000))


def test_messages_that_differ_in_names_and_numbers_are_one_group():
    first = make.error(
        make.DOL, message='No federal filing matches "ALDERMOOR TEXTILES" in "TX" after 12 look-ups'
    )
    second = make.error(
        make.DOL, message='No federal filing matches "BASALT BREWING" in "OR" after 3 look-ups'
    )

    assert bytes(first.message_key) == bytes(second.message_key)


@pytest.mark.parametrize(
    "named",
    ["ACME.EXAMPLE", "Acme.Example", "acme.EXAMPLE", "aCME.eXAMPLE", "www.Acme-2.Co.UK"],
)
def test_domains_in_any_case_are_one_group(named):
    first = make.error(message="acme.example has no mail server")
    second = make.error(message=f"{named} has no mail server")

    assert bytes(first.message_key) == bytes(second.message_key)


def test_addresses_in_any_case_are_one_group():
    first = make.error(message="https://acme.example/ did not answer")
    second = make.error(message="HTTPS://ACME.EXAMPLE/Contact did not answer")

    assert bytes(first.message_key) == bytes(second.message_key)


def test_classes_of_failures_are_groups_of_their_own():
    first = make.error(message="errors.ConnectionError")
    second = make.error(message="errors.TypeError")

    assert bytes(first.message_key) != bytes(second.message_key)


def test_a_message_of_a_megabyte_is_filed_by_its_first_2000_characters():
    first, second = (make.error(message="x" * 2000 + tail * 500_000) for tail in ("ab", "cd"))

    assert bytes(first.message_key) == bytes(second.message_key)
    assert len(first.text.body) < 2200
    assert len(first.message) == 1_002_000


def test_a_changed_message_moves_to_its_group_and_is_found_by_its_new_words():
    error = make.error(message="first cause")

    update(error, "message = 'second cause'")

    assert bytes(error.message_key) == bytes(make.error(message="second cause").message_key)
    assert "second cause" in HubError.objects.get(pk=error.pk).text.body


def test_searched_text_knows_its_cause_also_after_a_change_of_message():
    error = make.error(message="first cause")
    first = bytes(error.message_key)
    assert bytes(error.text.message_key) == first

    update(error, "message = 'second cause'")

    changed = HubError.objects.get(pk=error.pk)
    assert bytes(changed.text.message_key) == bytes(changed.message_key) != first
