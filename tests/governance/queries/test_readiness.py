"""Rows of readiness that differ from their definition are found."""

import pytest

from governance.models import Readiness
from governance.queries import readiness
from tests import make

pytestmark = pytest.mark.django_db


def test_rows_that_triggers_keep_do_not_drift():
    make.error(outreach=make.promotable())

    assert readiness.drift() == (0, [])


def test_a_row_that_drifted_is_named():
    made, wrong = make.promotable(), make.promotable()
    Readiness.objects.filter(pk=wrong.pk).update(ct_blocking=3)

    assert readiness.drift() == (1, [wrong.pk])
    assert Readiness.objects.get(pk=made.pk).ct_blocking == 0


def test_all_are_counted_and_the_first_ones_named():
    keys = sorted(make.outreach().pk for _ in range(4))
    Readiness.objects.update(filled_slots=2)

    assert readiness.drift(limit=2) == (4, keys[:2])
