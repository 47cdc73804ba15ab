"""Whether a company can be promoted, with the sentence why not."""

import pytest

from governance.models import Readiness
from governance.queries.companies import promotion, records
from governance.queries.errors.blockers import COUNTED_ANEW
from tests import make, owner

pytestmark = pytest.mark.django_db


def answers(spine) -> dict[str, tuple[bool, str]]:
    found = promotion.answers(records.find(spine.pk))
    return {one.target: (one.allowed, one.why) for one in found}


def test_every_target_is_answered():
    yes = (True, promotion.NOTHING)

    assert answers(make.promotable()) == dict.fromkeys(records.TARGETS, yes)
    assert set(promotion.LABELS) == set(records.TARGETS)


def test_an_anchor_error_shuts_every_target_and_a_people_error_only_outreach():
    held, other = make.promotable(), make.promotable()
    make.error(make.CT, outreach=held)
    make.error(make.PEOPLE, outreach=other)

    assert answers(held)["BIT"] == (False, "1 blocking company target error")
    assert answers(other)["BIT"] == (True, promotion.NOTHING)
    assert answers(other)["OUTREACH"] == (False, "1 blocking people error")


def test_all_that_stands_in_the_way_is_named():
    spine = make.outreach()
    for _ in range(2):
        make.error(make.DOL, outreach=spine)

    assert answers(spine)["DOL"] == (False, "company target not done")
    assert answers(spine)["OUTREACH"] == (
        False,
        "company target not done; DOL not done; 2 blocking DOL errors; people not done",
    )


@pytest.mark.parametrize("target", records.TARGETS)
def test_a_reason_is_given_exactly_where_the_answer_is_no(target):
    for spine in (make.promotable(), make.outreach(), make.target("ready").outreach):
        readiness = Readiness.objects.get(pk=spine.pk)
        allowed, _ = answers(spine)[target]
        assert allowed is (promotion.why(readiness, target) == promotion.NOTHING)


def test_who_waits_to_be_counted_anew_is_told_so_at_every_target():
    spine = make.promotable()
    owner.leaves(spine.pk)

    assert answers(spine) == dict.fromkeys(records.TARGETS, (False, COUNTED_ANEW))
