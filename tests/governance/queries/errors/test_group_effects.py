"""What clearing groups would do: as it would happen, and as it was counted ahead where groups are large."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import CompanyTarget, ErrorCount, GroupEffects, HubError, Readiness
from governance.queries.errors import effects, group_effects, groups
from governance.services import groups as counting
from outreach_admin.lists import tallies
from tests import make, sample

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 2, 2, 12, tzinfo=UTC)


def open_errors():
    return HubError.objects.open()


def effects_of(grouping: str = "cause"):
    found = groups.found_in(ErrorCount.objects.all(), grouping)
    return group_effects.of(HubError.objects.all(), grouping, found.groups, at=timezone.now())


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

    (effect,) = group_effects.of(
        HubError.objects.all(), "cause", found, at=NOON + timedelta(hours=1)
    ).values()

    assert (effect.days[0], effect.days[-4], effect.days[-1], sum(effect.days)) == (4, 1, 2, 7)
    assert (effect.first_seen, effect.last_seen) == (NOON - timedelta(days=14), NOON)


@pytest.mark.parametrize("grouping", list(groups.GROUPINGS))
def test_every_way_of_grouping_has_an_effect(grouping):
    sample.of(60)
    source = HubError if grouping == "expiry" else ErrorCount
    page = groups.found_in(source.objects.all(), grouping, size=500).groups

    effects = group_effects.of(HubError.objects.all(), grouping, page, at=NOON)

    assert set(effects) == {group.key for group in page}


def test_effects_of_huge_groups_settle_for_at_least(monkeypatch):
    make.errors(8)
    monkeypatch.setattr(tallies, "AT_LEAST", 5)
    monkeypatch.setattr(tallies, "PATIENCE", 0.1)
    page = groups.found_in(ErrorCount.objects.all(), "cause").groups

    (effect,) = group_effects.of(
        HubError.objects.extra(where=["pg_sleep(0.05) IS NOT NULL"]), "cause", page, at=NOON
    ).values()

    assert (effect.companies, effect.at_least) == (5, True)


def test_gates_of_huge_groups_are_exact_all_the_same(monkeypatch):
    for company in [make.promotable() for _ in range(7)]:
        make.error(outreach=company)
    make.target("failed", outreach=make.error().outreach)
    page = groups.found_in(ErrorCount.objects.all(), "cause").groups
    monkeypatch.setattr(tallies, "AT_LEAST", 2)
    patient = iter([False, True])
    monkeypatch.setattr(tallies, "within", lambda seconds, read: read() if next(patient) else None)

    (effect,) = group_effects.of(HubError.objects.all(), "cause", page, at=NOON).values()

    assert (effect.gates, effect.anchors, effect.gates_at_least) == (7, 1, False)
    assert (effect.companies, effect.at_least) == (2, True)


@pytest.fixture
def small_world(monkeypatch):
    """Have groups of three rows be large, and two rows be many."""
    for name, value in (("READ_WHOLE", 4), ("READ_APART", 2), ("KEPT_FROM", 3)):
        monkeypatch.setattr(group_effects, name, value)


def page_of(grouping: str = "cause", **narrowed) -> list[groups.Group]:
    return groups.found_in(ErrorCount.objects.filter(**narrowed), grouping).groups


def effects_by_rows(at: datetime, **narrowed) -> dict[int, effects.Effect]:
    page = page_of(**narrowed)
    errors = HubError.objects.filter(**narrowed)
    found = group_effects.of(errors, "cause", page, at=at, narrowed=bool(narrowed))
    return {group.rows: found[group.key] for group in page}


@pytest.mark.parametrize("grouping", list(groups.GROUPINGS))
def test_what_is_counted_ahead_is_what_would_be_counted_now(small_world, grouping):
    sample.of(80)
    source = HubError if grouping == "expiry" else ErrorCount
    page = groups.found_in(source.objects.all(), grouping, size=500).groups
    now = group_effects.of(HubError.objects.all(), grouping, page, at=timezone.now())
    assert not any(effect.counted_at for effect in now.values())

    counting.count_effects()

    kept = group_effects.of(HubError.objects.all(), grouping, page, at=timezone.now())
    ahead = {key: effect for key, effect in kept.items() if effect.counted_at}
    assert ahead
    for key, effect in ahead.items():
        assert {name: getattr(effect, name) for name in effects.KEPT} == {
            name: getattr(now[key], name) for name in effects.KEPT
        }


def test_large_groups_are_as_counted_ahead_and_small_ones_as_they_are_now(small_world):
    make.errors(5, message="large")
    make.errors(2, message="small")
    counting.count_effects()
    HubError.objects.update(outreach=make.outreach())

    effects = effects_by_rows(timezone.now())

    assert (effects[5].companies, effects[2].companies) == (5, 1)
    assert effects[5].counted_at and effects[2].counted_at is None


def test_a_page_that_is_read_at_once_needs_no_counting_ahead(small_world):
    make.errors(4, make.DOL)
    make.errors(3)
    counting.count_effects()
    HubError.objects.update(outreach=make.outreach())

    page = effects_by_rows(timezone.now(), error_table=make.DOL)

    assert (page[4].companies, page[4].counted_at) == (1, None)


def test_a_group_that_a_filter_takes_all_of_is_as_counted_ahead(small_world):
    make.errors(5, make.DOL)
    make.errors(3)
    counting.count_effects()

    whole = effects_by_rows(timezone.now(), error_table=make.DOL)

    assert whole[5].counted_at


def test_a_group_that_a_filter_takes_a_part_of_is_counted_now(small_world):
    make.errors(5, message="large")
    make.errors(3, message="large", disposition="PARKED")
    counting.count_effects()

    part = effects_by_rows(timezone.now(), disposition="RETRY")

    assert (part[5].companies, part[5].counted_at) == (5, None)


@pytest.mark.parametrize("later", [timedelta(minutes=11), timedelta(days=1)])
def test_an_old_counting_is_not_shown(small_world, later):
    make.errors(5)
    counting.count_effects()

    assert effects_by_rows(timezone.now() + later)[5].counted_at is None


def test_days_are_those_before_the_page(small_world):
    make.errors(5)
    counting.count_effects()
    GroupEffects.objects.update(counted_at=NOON.replace(hour=23, minute=58))

    assert effects_by_rows(NOON.replace(hour=23, minute=59))[5].counted_at
    assert effects_by_rows(NOON.replace(hour=0) + timedelta(days=1))[5].counted_at is None


def test_a_page_of_large_groups_reads_no_error(small_world):
    make.errors(5, message="one")
    make.errors(4, message="two")
    counting.count_effects()
    page = page_of()

    with CaptureQueriesContext(connection) as captured:
        group_effects.of(HubError.objects.all(), "cause", page, at=timezone.now())

    read = [query["sql"] for query in captured if "FROM" in query["sql"]]
    assert len(read) == 1
    assert "governance_huberror" not in read[0]


@pytest.mark.parametrize("grouping", ["tries", "owner"])
def test_small_groups_are_looked_up_by_their_combinations(grouping):
    sample.of(60)
    page = page_of(grouping)

    with CaptureQueriesContext(connection) as captured:
        group_effects.of(HubError.objects.all(), grouping, page, at=timezone.now())

    (read,) = [query["sql"] for query in captured if "WITH mine" in query["sql"]]
    assert "governance.facet_key(" in read
