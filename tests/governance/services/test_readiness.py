"""Readiness is made equal to its definition again."""

import pytest

from governance.models import Readiness
from governance.queries import readiness as definition
from governance.services import readiness
from tests import make

pytestmark = pytest.mark.django_db


def test_only_rows_that_differ_are_rewritten():
    wrong, right = make.promotable(), make.promotable()
    Readiness.objects.filter(pk=wrong.pk).update(filled_slots=0, dol_blocking=4)

    assert readiness.rebuild() == 1

    assert definition.drift() == (0, [])
    found = Readiness.objects.in_bulk([wrong.pk, right.pk])
    assert all(row.promotable for row in found.values())


def test_where_nothing_differs_nothing_is_written():
    make.error(outreach=make.promotable())

    assert readiness.rebuild() == 0
