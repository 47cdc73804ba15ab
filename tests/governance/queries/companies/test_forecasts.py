"""What is foreseen of companies when hub rows come in is what becomes of them."""

import pytest

from governance.models import CompanySlot, Operation, Readiness, Tier
from governance.queries.companies import forecasts
from governance.queries.operations import effects
from governance.services.operations import runner, undos
from tests import make
from tests.governance.services.files.hub_files import brought_in, checked, imports

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    return make.manager()


def planned(table, *rows, by) -> Operation:
    return imports.plan(checked(table, *rows, by=by), by=by)


def anchored():
    return make.target("ready").outreach


def standing() -> dict:
    return {
        row.pk: (row.tier, row.promotable)
        for row in Readiness.objects.only("pk", "tier", "promotable")
    }


def moves(before: dict, after: dict) -> list:
    """What really happened, as a forecast lists it."""
    found: dict = {}
    for company in before.keys() | after.keys():
        former, later = (rows.get(company, (None, False))[0] for rows in (before, after))
        if former != later:
            found[former, later] = found.get((former, later), 0) + 1
    return sorted(([*pair, n] for pair, n in found.items()), key=str)


def gates(before: dict, after: dict) -> tuple[int, int]:
    common = before.keys() & after.keys()
    opened = [key for key in common if after[key][1] and not before[key][1]]
    closed = [key for key in common if before[key][1] and not after[key][1]]
    return len(opened), len(closed)


def target(company, **given):
    ready = {
        "execution_status": "ready",
        "email_method": "first.last",
        "confidence_score": "0.9",
        "imo_completed_at": "2026-01-07T08:00:00Z",
    }
    return {"outreach_id": company.pk, **ready, **given}


def of_targets():
    """One becomes marketing ready, one loses its anchor, one stays as far as it was."""
    bare, lost, stays = make.outreach(), anchored(), make.outreach()
    yield target(bare)
    yield {"outreach_id": lost.pk, "execution_status": "failed"}
    yield target(stays, execution_status="pending")


def of_filings():
    """A first filing opens the gate, a second one of the same company changes nothing more."""
    opens = anchored()
    make.slots(outreach=opens)
    rich = anchored()
    make.blog(outreach=rich)
    make.bit_score(outreach=rich)
    for n, company in enumerate((opens, opens, rich, make.outreach())):
        yield {"outreach_id": company.pk, "ein": f"12-000000{n}", "filing_present": "true"}


def of_slots():
    """The third slot is the one that counts; a slot that is emptied closes the gate."""
    third = make.filing(outreach=anchored()).outreach
    make.slots(2, outreach=third)
    ready = make.promotable()
    yield {"outreach_id": third.pk, "slot_type": "HR", "is_filled": "true"}
    yield {"outreach_id": ready.pk, "slot_type": "HR", "is_filled": "false"}


def of_people():
    """A verified person lifts a company whose slots are filled to the highest tier, held ones too."""
    for company in (make.promotable(), make.promotable(), anchored()):
        yield {"outreach_id": company.pk, "email": "a@b.example", "email_verified": "true"}
    make.error(outreach=Readiness.objects.filter(promotable=True).first().outreach)


def of_blogs():
    company = make.filing(outreach=anchored()).outreach
    make.bit_score(outreach=company)
    yield {"outreach_id": company.pk, "source_type": "website"}
    yield {"outreach_id": anchored().pk, "source_type": "website"}


def of_scores():
    company = make.filing(outreach=anchored()).outreach
    make.blog(outreach=company)
    yield {"outreach_id": company.pk, "score": "40", "signal_count": "2"}
    yield {"outreach_id": anchored().pk, "score": "40", "signal_count": "0"}


def of_spine():
    """A company that comes in is not ready; one that takes another domain stands as it did."""
    yield {"outreach_id": anchored().pk, "domain": "other.example"}
    yield {
        "outreach_id": "11111111-1111-4111-8111-111111111111",
        "sovereign_id": "21111111-1111-4111-8111-111111111111",
        "domain": "new.example",
        "created_at": "2026-01-07T08:00:00Z",
        "updated_at": "2026-01-07T08:00:00Z",
    }


def of_masters():
    yield {"company_unique_id": "C-1", "outreach_id": anchored().pk, "company_name": "Acme"}


FILES = {
    "company_target": (of_targets, [["NOT_READY", "TIER_1_MARKETING_READY", 1]]),
    "dol": (of_filings, [["TIER_0_ANCHOR_DONE", "TIER_2_ENRICHMENT_COMPLETE", 1]]),
    "company_slot": (of_slots, []),
    "people": (of_people, [["TIER_0_ANCHOR_DONE", "TIER_3_CAMPAIGN_READY", 2]]),
    "blog": (of_blogs, [["TIER_0_ANCHOR_DONE", "TIER_2_ENRICHMENT_COMPLETE", 1]]),
    "bit_scores": (of_scores, [["TIER_0_ANCHOR_DONE", "TIER_2_ENRICHMENT_COMPLETE", 1]]),
    "outreach": (of_spine, [[None, "NOT_READY", 1]]),
    "company_master": (of_masters, []),
}


@pytest.mark.parametrize("table", FILES)
def test_the_forecast_of_a_file_and_of_its_undo_is_what_becomes_of_companies(table, manager):
    rows, foreseen = FILES[table]
    operation = planned(table, *rows(), by=manager)

    for step in (operation, None):
        before = standing()
        step = step or undos.plan(operation, by=manager)
        runner.run(step)
        after = standing()

        effect = step.effect
        assert sorted(effect["moves"], key=str) == moves(before, after)
        assert effect["tier_changes"] == sum(n for *_, n in moves(before, after))
        assert (effect["gates"], effect["closes"]) == gates(before, after)
    assert all(move in operation.effect["moves"] for move in foreseen)


def test_each_figure_is_the_number_of_companies_behind_it(manager):
    operation = planned("company_slot", *of_slots(), by=manager)

    for figure in forecasts.FIGURES:
        found = Readiness.objects.filter(pk__in=effects.companies_behind(operation, figure))
        rows = operation.items.filter(subject_id__in=effects.rows_behind(operation, figure))
        assert (figure, found.count()) == (figure, operation.effect[figure])
        assert (figure, rows.count()) == (figure, operation.effect[figure])
    assert (operation.effect["gates"], operation.effect["closes"]) == (1, 1)


def test_a_row_that_changes_its_company_counts_for_both(manager):
    first, second = anchored(), anchored()
    for company in (first, second):
        make.filing(outreach=company)
    make.slots(outreach=first)
    make.slots(2, outreach=second)
    second.slots.filter(slot_type="HR").delete()
    moved = CompanySlot.objects.get(outreach=first, slot_type="HR")

    operation = planned(
        "company_slot",
        {"slot_id": moved.pk, "outreach_id": second.pk, "slot_type": "HR", "is_filled": "true"},
        by=manager,
    )

    effect = operation.effect
    assert (effect["companies"], effect["gates"], effect["closes"]) == (2, 1, 1)
    behind = effects.rows_behind(operation, "closes")
    assert operation.items.filter(subject_id__in=behind).count() == 1


def test_a_figure_that_only_errors_have_has_nothing_behind_it(manager):
    operation = planned("blog", *of_blogs(), by=manager)

    assert effects.rows_behind(operation, "last_blocker") is None
    assert effects.companies_behind(operation, "last_blocker") is None


def test_what_came_in_stands_as_foreseen(manager):
    brought_in("people", *of_people(), by=manager)

    assert Readiness.objects.filter(tier=Tier.CAMPAIGN_READY).count() == 2
