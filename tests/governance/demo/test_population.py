"""What follows from the rows of the population: counters, texts, history, figures, sign-ins."""

import pytest
from django.contrib.auth import get_user_model
from django.db.models import Count, Sum

from governance.demo import population, signins
from governance.models import (
    ErrorCount,
    ErrorText,
    Event,
    HubError,
    Operation,
)
from tests.governance.demo.rows import scalar

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("backlog")]


def test_counters_equal_the_rows():
    facets = (
        "error_table",
        "code",
        "disposition",
        "severity",
        "category",
        "stage",
        "owner",
        "ttl_tier",
        "retry_count",
        "retry_exhausted",
        "blocks",
    )
    counted = {
        row[:-1]: row[-1] for row in ErrorCount.objects.values_list(*facets).annotate(Sum("rows"))
    }
    real = {
        row[:-1]: row[-1] for row in HubError.objects.values_list(*facets).annotate(Count("pk"))
    }

    assert counted == real
    assert (
        ErrorCount.objects.aggregate(total=Sum("rows"))["total"]
        == HubError.objects.count()
        == 77_545
    )


def test_every_error_can_be_found_by_text_and_has_its_creation_in_the_history():
    assert ErrorText.objects.count() == 77_545
    assert (
        Event.objects.filter(action="CREATE", subject_id__isnull=False)
        .values("subject_id")
        .distinct()
        .count()
        == 77_545
    )
    assert (
        not Event.objects.filter(action="CREATE")
        .exclude(subject_id__in=HubError.objects.values("pk"))
        .exists()
    )


def test_triggers_and_indexes_are_back():
    assert (
        scalar("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'") == 0
    )
    assert (
        scalar(
            "SELECT count(*) FROM pg_indexes WHERE indexname IN ('error_text_words', 'error_cause', 'error_created', 'event_subject')"
        )
        == 4
    )


def test_figures_say_what_is_there():
    figures = dict(population.figures())

    assert figures["open errors"] == 35_197
    assert figures["tier TIER_1_MARKETING_READY"] == 0
    assert figures["errors outreach.dol_errors NO_MATCH RETRY, 0 tries"] == 24_546
    assert figures["ids held by a company target error alone"] == 50


def test_every_group_has_its_person_who_can_sign_in():
    users = {user.username: user for user in get_user_model().objects.prefetch_related("groups")}

    assert {name: user.groups.get().name for name, user in users.items()} == {
        person.username: person.group for person in signins.PEOPLE
    }
    assert all(users[person.username].check_password(person.password) for person in signins.PEOPLE)
    assert [name for name, user in users.items() if user.is_staff] == ["admin"]
    assert users["ops"].get_full_name() == "Nadia Okafor"


def test_nothing_has_been_done_to_the_backlog_yet():
    assert not Operation.objects.exists()
    assert not HubError.objects.filter(disposition="PARKED").exists()
