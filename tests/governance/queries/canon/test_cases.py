"""What is told of one violation."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.models import ViolationCase
from governance.queries.canon import cases
from governance.toolbox.codes import CODES
from tests import make

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_what_it_means_and_what_to_do(code):
    case = make.violation(code)

    assert cases.meaning(case).lower() == CODES[code].meaning.lower()
    assert cases.to_do(case) not in ("", cases.MEND)


def test_a_code_of_another_time_has_words_too():
    case = ViolationCase(code="V-OLD-001")

    assert (cases.meaning(case), cases.to_do(case)) == ("A rule was broken", cases.MEND)


def test_conditions_are_read_as_the_guard_wrote_them():
    failed = [{"fact": "bit_score", "condition": "bit_score >= 75", "said": "is 60"}, 5, None]
    case = make.violation(context={"failed": failed, "entity": "x", "canon_version": 3})

    assert cases.failed(case) == [cases.Failed("bit_score", "bit_score >= 75", "is 60")]
    assert "canon_version" in cases.beside(case)
    assert "entity" not in cases.beside(case)


def test_why_it_stands_where_it_stands():
    parked, loose = make.violation(), make.violation("V-GATE-003", outreach=None)

    assert cases.why(parked, {}, at=NOW)[0].startswith("It was set aside by system for ESCALATION_")
    assert cases.why(loose, {}, at=NOW)[0] == "It is ARCHIVED: nobody has to act."
    assert "keeps nobody" in cases.why(loose, {}, at=NOW)[1]


@pytest.mark.parametrize(
    ("hub", "gates"),
    [
        ("HUB-COMPANY-TARGET", ["DOL", "People", "Blog", "BIT", "Outreach"]),
        ("HUB-OUTREACH", ["Outreach"]),
    ],
)
def test_what_it_alone_keeps_shut(hub, gates):
    case = make.violation(outreach=make.promotable(), hub_id=hub)

    found = cases.outlook(case)

    assert found.gates == gates
    assert [one.violation_id for one in found.blockers] == [case.pk]


def test_beside_another_blocker_it_keeps_nothing_shut_alone():
    case = make.violation(outreach=make.promotable())
    make.error(outreach=case.outreach)

    assert cases.outlook(case).gates == []


def test_an_outlook_costs_the_same_for_one_blocker_and_many():
    case = make.violation(outreach=make.promotable())

    def asked():
        with CaptureQueriesContext(connection) as captured:
            cases.outlook(case)
        return len(captured)

    alone = asked()
    for _ in range(20):
        make.violation(outreach=case.outreach)

    assert asked() == alone


def test_an_open_case_past_its_time_is_counted_and_says_so_and_a_closed_one_is_over():
    old = NOW - timedelta(days=8)
    held = make.violation(at=old)
    make.violation(at=old, outreach=None)
    make.violation(at=NOW)
    closed = make.violation("V-GATE-003", at=NOW - timedelta(days=31))

    assert cases.overdue(NOW) == cases.Overdue(open=2, holding=1)
    assert cases.OVERDUE in cases.why(held, {}, at=NOW)
    assert cases.OVERDUE not in cases.why(closed, {}, at=NOW)
    assert not cases.is_overdue(held, old)
