"""How a company stands at each hub, and why."""

import pytest

from governance.models import CompanyTarget, Hub
from governance.queries.companies import hubs, records
from governance.queries.errors import blockers
from tests import make, owner

pytestmark = pytest.mark.django_db
TALENT = "HUB-TALENT-FLOW"
DOL, PEOPLE, TARGET = "HUB-DOL", "HUB-PEOPLE", "HUB-COMPANY-TARGET"


def standings(spine) -> dict[str, tuple[str, str]]:
    company = records.find(spine.pk)
    found = blockers.read(spine.pk, company.readiness)
    return {one.hub.pk: (one.state, one.fact) for one in hubs.standings(company, found)}


def bottleneck(spine) -> hubs.Bottleneck:
    company = records.find(spine.pk)
    return hubs.bottleneck(company, blockers.read(spine.pk, company.readiness))


def test_the_seven_hubs_come_in_waterfall_order():
    assert list(standings(make.outreach())) == list(Hub.objects.values_list("pk", flat=True))


def test_a_promotable_company_passes_where_something_is_asked():
    spine = make.promotable()
    make.company(outreach=spine)

    states = {hub: state for hub, (state, _) in standings(spine).items()}

    assert states == {
        hubs.LIFECYCLE: "PASS",
        TARGET: "PASS",
        DOL: "PASS",
        PEOPLE: "PASS",
        TALENT: "NOT_REQUIRED",
        hubs.BLOG: "NOT_REQUIRED",
        hubs.EXECUTION: "PASS",
    }


def test_behind_an_anchor_that_is_not_done_everything_waits():
    found = standings(make.outreach())

    assert found[TARGET] == ("MISSING", "no record")
    assert found[DOL] == found[PEOPLE] == ("WAITING", "for Company Target")
    assert found[hubs.EXECUTION] == ("WAITING", "for Company Target, DOL, People")
    assert found[hubs.LIFECYCLE] == ("MISSING", "no company record")


def test_behind_a_passed_anchor_what_is_not_there_is_missing():
    spine = make.target("ready").outreach
    make.slots(1, outreach=spine)

    found = standings(spine)

    assert found[DOL] == ("MISSING", "no filing")
    assert found[PEOPLE] == ("MISSING", "1 of 3 filled: filled CEO; empty CFO, HR")
    assert found[hubs.EXECUTION] == ("WAITING", "for DOL, People")


def test_a_blocked_hub_names_its_oldest_code_and_how_many_more_there_are():
    spine = make.promotable()
    make.error(make.DOL, outreach=spine, retry_count=1)
    make.error(make.DOL, outreach=spine, code="NO_STATE")

    found = standings(spine)

    assert found[DOL] == ("BLOCKED", "NO_MATCH: RETRY, 1 of 5 tries used, and 1 more")
    assert found[hubs.EXECUTION] == ("WAITING", "for DOL")


def test_a_blocked_hub_whose_errors_were_not_read_says_how_many():
    spine = make.promotable()
    make.error(make.CT, outreach=spine)

    found = hubs.standings(records.find(spine.pk), [])

    assert found[1].fact == "1 blocking error"


def test_an_error_that_blocks_nothing_changes_no_state():
    spine = make.promotable()
    make.error(make.URL, outreach=spine)
    make.error(make.CT, outreach=spine, disposition="RESOLVED")

    assert standings(spine)[TARGET][0] == "PASS"


def test_criteria_say_what_is_asked_and_what_is_found():
    spine = make.target("failed").outreach
    make.blog(outreach=spine)

    found = {one.hub: one for one in hubs.criteria(records.find(spine.pk))}

    assert list(found) == ["Company Target", "DOL", "People", "Blog", "BIT"]
    assert found["People"].when == "3 filled slots"
    assert found["Company Target"].found.startswith("failed, completed")
    assert [one.state for one in found.values()] == [
        "MISSING",
        "WAITING",
        "WAITING",
        "PASS",
        "MISSING",
    ]


def test_the_bottleneck_says_why_and_what_to_do():
    held = make.promotable()
    make.error(make.PEOPLE, outreach=held)

    assert bottleneck(make.promotable()).hub == ""
    assert bottleneck(held).hub == "People"
    assert bottleneck(held).why == "people held by an error"
    assert bottleneck(make.outreach()).why == "no company target. Everything behind it waits"
    assert bottleneck(make.outreach()).to_do == "Create its company target."


def test_the_bottleneck_of_many_errors_is_told_without_reading_them():
    spine = make.promotable()
    make.error(make.CT, outreach=spine)

    assert hubs.bottleneck(records.find(spine.pk), []).hub == "Company Target"


@pytest.mark.parametrize("status", CompanyTarget.Status.values)
def test_every_status_has_its_words(status):
    spine = make.target(status, email_method=None).outreach

    assert bottleneck(spine).why.startswith("company target")
    assert standings(spine)[TARGET][1].startswith(status)


def test_who_waits_to_be_counted_anew_passes_no_gate():
    spine = make.promotable()
    owner.leaves(spine.pk)

    assert standings(spine)[hubs.EXECUTION] == ("WAITING", "to be counted anew")
    assert bottleneck(spine) == hubs.Bottleneck("Company Target", blockers.COUNTED_ANEW)
