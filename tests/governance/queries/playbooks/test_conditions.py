"""What rules may ask of rows, of each subject and of one that declares nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.filters.errors import ErrorFilter
from governance.queries.playbooks import conditions
from governance.queries.playbooks import rules as playbook_rules
from tests import make
from tests.governance.rules import PARK_TRIED, RESET

pytestmark = pytest.mark.django_db


def test_a_rule_about_company_targets_names_no_errors():
    found = playbook_rules.problems({**RESET, "codes": ["CT-M-NO-MX"], "error_table": make.CT})

    assert set(found) == {"codes", "error_table"}


def test_rules_are_said_in_words():
    assert (
        playbook_rules.words(PARK_TRIED)
        == "CT-M-NO-MX in outreach.company_target_errors, tried at least 2 times"
    )
    assert (
        playbook_rules.words({**PARK_TRIED, "codes": [], "min_retries": None, "max_retries": 1})
        == "any code in outreach.company_target_errors, tried at most once"
    )
    assert playbook_rules.words(RESET) == "failed company targets"


NOW = datetime(2026, 2, 4, 13, tzinfo=UTC)


def archived_with(filter: str) -> dict:
    return {"name": "Archived", "verb": "restore", "filter": filter}


def about(subject: str) -> conditions.Conditions:
    return conditions.of(subject)


def test_each_subject_has_the_conditions_it_declares():
    assert type(about("error")) is conditions.OpenErrors
    assert type(about("company_target")) is conditions.FailedTargets
    assert type(about("archive")) is conditions.Conditions


def test_rules_about_errors_mean_those_in_retry_of_their_table_codes_and_tries():
    wanted = make.error(retry_count=2)
    make.error(retry_count=1)
    make.error(retry_count=2, disposition="RESOLVED")
    make.error(retry_count=2, code="CT-M-SMTP-FAIL")
    make.error(make.DOL, retry_count=2)

    assert list(about("error").rows(PARK_TRIED)) == [wanted]
    assert about("error").rows(PARK_TRIED | {"codes": []}).count() == 2
    assert about("error").rows(PARK_TRIED | {"min_retries": None}).count() == 2


def test_the_filter_of_a_rule_lists_its_rows():
    make.error(retry_count=2)
    make.error(retry_count=3)
    rule = PARK_TRIED | {"max_retries": 2}

    text = about("error").canonical(rule)

    assert text == (
        "code=CT-M-NO-MX&disposition=RETRY&error_table=outreach.company_target_errors"
        "&retry_count_max=2&retry_count_min=2"
    )
    assert set(ErrorFilter.from_text(text).qs) == set(about("error").rows(rule))


def test_failed_targets_are_all_failed_targets():
    failed = make.target("failed")
    make.target("ready")

    assert list(about("company_target").rows(RESET)) == [failed]
    assert about("company_target").canonical(RESET) == "execution_status=failed"


@pytest.mark.parametrize(
    ("filter", "sentence"),
    [
        ("", "A rule without a filter would be about every row."),
        ("dispositon=RETRY", "Unknown filter “dispositon”. Nothing is selected."),
        ("archive_reason=WHY", "Select a valid choice"),
    ],
)
def test_a_subject_that_declares_nothing_takes_the_filter_of_its_list(filter, sentence):
    found = about("archive").problems(archived_with(filter))

    assert set(found) == {"filter"}
    assert sentence in found["filter"]


def test_a_sound_filter_means_its_rows_and_is_said_in_words():
    wanted = make.archived(archive_reason="SUPERSEDED")
    make.archived()
    rule = archived_with("archive_reason=SUPERSEDED")

    assert about("archive").problems(rule) == {}
    assert list(about("archive").rows(rule)) == [wanted]
    assert about("archive").words(rule) == "archived errors with archive_reason=SUPERSEDED"


def test_what_belongs_to_another_subject_is_refused_where_it_stands():
    rule = archived_with("archive_reason=SUPERSEDED") | {"codes": ["NO_MATCH"], "min_retries": 0}

    found = about("archive").problems(rule)

    assert set(found) == {"codes", "min_retries"}
    assert about("error").problems(PARK_TRIED | {"filter": "code=A"}) == {
        "filter": conditions.Conditions.foreign
    }


def test_a_rule_with_a_distance_in_time_counts_from_the_moment_of_the_run():
    archived = make.archived(archived_at=NOW - timedelta(days=6))
    rule = archived_with("archived_before=7d-ago")

    assert about("archive").problems(rule) == {}
    assert list(about("archive").rows(rule, as_of=NOW)) == []
    assert list(about("archive").rows(rule, as_of=NOW + timedelta(days=2))) == [archived]


@pytest.mark.django_db
def test_an_attempt_that_has_not_had_its_time_is_not_counted_as_used():
    now = timezone.now()
    row = make.error(retry_count=2, last_retry_at=now, next_retry_at=now + timedelta(minutes=10))

    found = [
        row
        in about("error").rows(PARK_TRIED | {"min_retries": 2, "error_table": make.CT}, as_of=at)
        for at in (now, now + timedelta(minutes=10))
    ]

    assert found == [False, True]
