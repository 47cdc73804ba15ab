"""Groups hold every open error once, and say what clearing them would do."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from governance.models import CompanyTarget, ErrorCount, HubError, Readiness
from governance.queries.errors import groups
from outreach_admin.lists import tallies
from tests import make, sample

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def open_errors():
    return HubError.objects.open()


def key_of(error: HubError, grouping: str) -> tuple:
    return {
        "cause": (error.error_table_id, error.code, bytes(error.message_key)),
        "tries": (error.error_table_id, error.code, error.retry_count),
        "owner": (error.owner,),
        "expiry": (error.expires_at.astimezone(UTC).date(),),
    }[grouping]


@pytest.mark.parametrize("grouping", ["cause", "tries", "owner"])
@pytest.mark.parametrize("source", [ErrorCount, HubError])
def test_groups_are_the_real_counts(grouping, source):
    sample.of(150)

    found = groups.found_in(source.objects.all(), grouping, size=500)

    wanted = Counter(key_of(error, grouping) for error in open_errors())
    assert {group.key: group.rows for group in found.groups} == wanted
    assert (found.number, found.rows) == (len(wanted), open_errors().count())
    assert [group.rows for group in found.groups] == sorted(wanted.values(), reverse=True)
    assert groups.number_of(ErrorCount.objects.all(), grouping) == found.number


def test_days_of_expiry_come_in_order():
    sample.of(100)

    found = groups.found_in(HubError.objects.all(), "expiry", size=500)

    assert [group.key[0] for group in found.groups] == sorted(
        {key_of(error, "expiry")[0] for error in open_errors()}
    )
    assert sum(group.rows for group in found.groups) == open_errors().count()


def test_a_group_says_how_many_tries_are_used_and_what_is_parked():
    make.errors(3, retry_count=1, message="same")
    make.errors(2, retry_count=2, message="same")
    make.errors(1, message="same", disposition="PARKED")

    (group,) = groups.found_in(ErrorCount.objects.all(), "cause").groups

    assert (group.tries, group.parked, group.rows, group.categories) == (
        {0: 1, 1: 3, 2: 2},
        1,
        6,
        {"OPERATIONAL"},
    )


def test_pages_of_groups_follow_each_other():
    for n in range(7):
        make.errors(n + 1, message=f"cause {chr(97 + n) * 3}")

    pages = [
        groups.found_in(ErrorCount.objects.all(), "cause", after=after, size=3)
        for after in (0, 3, 6, 9)
    ]

    assert [[group.rows for group in page.groups] for page in pages] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
        [],
    ]
    assert {page.number for page in pages} == {7}


def test_counting_groups_from_rows_settles_for_at_least(monkeypatch):
    make.errors(8)
    monkeypatch.setattr(tallies, "AT_LEAST", 5)
    monkeypatch.setattr(tallies, "PATIENCE", 0.1)

    found = groups.found_in(HubError.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"]), "cause")

    assert (found.rows, found.at_least) == (5, True)


def effects_of(grouping: str = "cause"):
    found = groups.found_in(ErrorCount.objects.all(), grouping)
    return groups.effects(
        HubError.objects.all(), grouping, [group.key for group in found.groups], at=timezone.now()
    )


def test_clearing_a_group_opens_the_gates_it_alone_keeps_shut():
    alone, twice = make.promotable(), make.promotable()
    make.error(outreach=alone)
    make.error(outreach=alone)
    make.error(outreach=twice)
    make.error(make.PEOPLE, outreach=twice)
    make.error(make.DOL)

    effects = {key[0]: effect for key, effect in effects_of().items()}

    assert {
        table: (one.companies, one.last_blocker, one.gates) for table, one in effects.items()
    } == {
        make.CT: (2, 1, 1),
        make.PEOPLE: (1, 0, 0),
        make.DOL: (1, 1, 0),
    }


def test_the_effect_is_what_happens_when_the_group_is_resolved():
    sample.of(120)
    for company in {error.outreach for error in open_errors() if error.outreach}:
        make.target("ready", outreach=company)
        make.filing(outreach=company)
        make.slots(3, outreach=company)
    effects = effects_of("owner")
    key, effect = max(effects.items(), key=lambda item: item[1].gates)
    before = set(Readiness.objects.filter(promotable=True).values_list("pk", flat=True))

    open_errors().filter(owner=key[0]).update(disposition="RESOLVED", resolved_at=timezone.now())

    after = set(Readiness.objects.filter(promotable=True).values_list("pk", flat=True))
    assert effect.gates == len(after - before)


def test_anchors_that_could_run_again_are_failed_targets_with_no_other_blocker():
    free, held = make.target("failed"), make.target("failed")
    make.error(outreach=free.outreach)
    make.error(outreach=held.outreach)
    make.error(make.DOL, outreach=held.outreach)

    effects = {key[0]: effect.anchors for key, effect in effects_of().items()}

    assert effects == {make.CT: 1, make.DOL: 0}
    assert CompanyTarget.objects.filter(execution_status="failed").count() == 2


def test_a_group_knows_when_its_errors_came():
    for days, rows in ((0, 2), (3, 1), (13, 4), (14, 1)):
        make.errors(rows, message="same", created_at=NOON - timedelta(days=days))
    found = groups.found_in(ErrorCount.objects.all(), "cause").groups

    (effect,) = groups.effects(
        HubError.objects.all(), "cause", [found[0].key], at=NOON + timedelta(hours=1)
    ).values()

    assert (effect.days[0], effect.days[-4], effect.days[-1], sum(effect.days)) == (4, 1, 2, 7)
    assert (effect.first_seen, effect.last_seen) == (NOON - timedelta(days=14), NOON)


@pytest.mark.parametrize("grouping", list(groups.GROUPINGS))
def test_every_way_of_grouping_has_an_effect(grouping):
    sample.of(60)
    source = HubError if grouping == "expiry" else ErrorCount
    keys = [group.key for group in groups.found_in(source.objects.all(), grouping, size=500).groups]

    effects = groups.effects(HubError.objects.all(), grouping, keys, at=NOON)

    assert set(effects) == set(keys)


def test_effects_of_huge_groups_settle_for_at_least(monkeypatch):
    make.errors(8)
    monkeypatch.setattr(tallies, "AT_LEAST", 5)
    monkeypatch.setattr(tallies, "PATIENCE", 0.1)
    keys = [group.key for group in groups.found_in(ErrorCount.objects.all(), "cause").groups]

    (effect,) = groups.effects(
        HubError.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"]), "cause", keys, at=NOON
    ).values()

    assert (effect.companies, effect.at_least) == (5, True)


def test_gates_of_huge_groups_are_exact_all_the_same(monkeypatch):
    for company in [make.promotable() for _ in range(7)]:
        make.error(outreach=company)
    make.target("failed", outreach=make.error().outreach)
    keys = [group.key for group in groups.found_in(ErrorCount.objects.all(), "cause").groups]
    monkeypatch.setattr(tallies, "AT_LEAST", 2)
    patient = iter([False, True])
    monkeypatch.setattr(tallies, "within", lambda seconds, read: read() if next(patient) else None)

    (effect,) = groups.effects(HubError.objects.all(), "cause", keys, at=NOON).values()

    assert (effect.gates, effect.anchors, effect.gates_at_least) == (7, 1, False)
    assert (effect.companies, effect.at_least) == (2, True)
