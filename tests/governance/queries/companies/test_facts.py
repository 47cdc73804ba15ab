"""The facts of a company in words."""

from datetime import UTC, datetime

import pytest

from governance.models import CompanySlot
from governance.queries.companies import facts, records
from tests import make

pytestmark = pytest.mark.django_db
JANUARY = datetime(2026, 1, 8, tzinfo=UTC)


def company(spine) -> records.Company:
    found = records.find(spine.pk)
    assert found
    return found


def test_what_is_not_there_is_said_so():
    bare = company(make.outreach())

    assert facts.of_master(bare) == "no company record"
    assert facts.of_target(bare) == "no record"
    assert facts.of_filings(bare) == "no filing"
    assert facts.of_slots(bare) == "no slot"
    assert facts.of_blogs(bare) == "no page"
    assert facts.of_score(bare) == "no score"


def test_a_target_says_status_completion_method_and_confidence():
    failed = make.target("failed", imo_completed_at=JANUARY)
    ready = make.target("ready", imo_completed_at=JANUARY)

    assert facts.of_target(company(failed.outreach)) == (
        "failed, completed 2026-01-08, no method, no confidence"
    )
    assert facts.of_target(company(ready.outreach)) == (
        "ready, completed 2026-01-08, first.last, confidence 0.7000"
    )


def test_a_company_record_names_its_gaps():
    whole = make.company(domain="a.example", email_pattern="{first}")

    assert facts.of_master(company(whole.outreach)) == "company record complete"
    assert facts.of_master(company(make.company().outreach)) == (
        "company record without domain and e-mail pattern"
    )


def test_of_five_filings_the_one_that_counts_is_named():
    spine = make.filing(ein="12-3456789").outreach
    for _ in range(4):
        make.filing(outreach=spine, ein=None, filing_present=False)

    assert facts.of_filings(company(spine)) == "5 filings: EIN 12-3456789, present"


def test_slots_say_which_are_filled_and_cut_what_is_too_many():
    spine = make.slots(1)[0].outreach

    assert facts.of_slots(company(spine)) == "1 of 3 filled: filled CEO; empty CFO, HR"

    CompanySlot.objects.bulk_create(
        CompanySlot(outreach=spine, slot_type=f"Z{n}") for n in range(60)
    )
    assert facts.of_slots(company(spine)).endswith("empty CFO, HR, Z0, Z1, Z10, Z11 …")


def test_pages_say_how_many_and_when_last():
    spine = make.blog(context_timestamp=JANUARY).outreach
    make.blog(outreach=spine)

    assert facts.of_blogs(company(spine)) == "2 pages, read 2026-01-08"
    assert facts.of_blogs(company(make.blog().outreach)) == "1 page"


def test_a_score_says_from_how_many_signals():
    assert facts.of_score(company(make.bit_score().outreach)) == "50.00 from 2 signals"
    assert facts.of_score(company(make.bit_score(score=None).outreach)) == "no score"


def test_words_that_never_end_are_cut():
    spine = make.target("ready", email_method="m" * 200).outreach
    CompanySlot.objects.create(outreach=spine, slot_type="q" * 200)

    assert f"{'m' * 40}…, confidence" in facts.of_target(company(spine))
    assert facts.of_slots(company(spine)).endswith(f"empty {'q' * 40}…")
