"""Rows of readiness that differ from their definition are found."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from governance.models import Readiness, ReadinessCheck, ReadinessPolicy
from governance.models.readiness import DEFINITION
from governance.queries.readiness import drift
from tests import make, owner

pytestmark = pytest.mark.django_db


def test_rows_that_triggers_keep_do_not_drift():
    make.error(outreach=make.promotable())

    assert drift.drift() == (0, [])


def test_a_row_that_drifted_is_named():
    made, wrong = make.promotable(), make.promotable()
    owner.corrupts(wrong.pk, ct_blocking=3)

    assert drift.drift() == (1, [wrong.pk])
    assert Readiness.objects.get(pk=made.pk).ct_blocking == 0


def test_all_are_counted_and_the_first_ones_named():
    keys = sorted(make.outreach().pk for _ in range(4))
    for key in keys:
        owner.corrupts(key, filled_slots=2)

    assert drift.drift(limit=2) == (4, keys[:2])


def said() -> str:
    with connection.cursor() as cursor:
        return drift.problem(cursor)


def test_the_latest_check_says_what_differs_and_which():
    assert said() == ""
    ids = [uuid.UUID(int=n) for n in range(4)]
    ReadinessCheck.objects.create(differing=1, first=ids[:1])
    assert said() == f"readiness of 1 company differs from its definition: {ids[0]}"
    ReadinessCheck.objects.create(differing=4, first=ids)
    assert said().endswith(
        f"of 4 companies differ from its definition: {ids[0]}, {ids[1]}, {ids[2]}, .."
    )

    ReadinessCheck.objects.create(differing=0)
    assert said() == ""


def test_each_policy_raises_the_mark_of_the_definition():
    began = timezone.now()
    assert (drift.required_slots(), drift.definition_at(began)) == (3, DEFINITION)

    ReadinessPolicy.objects.create(required_slots=2, reason="Two are enough.")

    assert drift.required_slots() == 2
    assert drift.definition_at(began) == DEFINITION
    assert drift.definition_at(timezone.now()) == DEFINITION + 1


def test_a_company_without_its_row_differs():
    gone = make.outreach()
    owner.runs("DELETE FROM governance_readiness WHERE outreach_id = %s", gone.pk)

    assert drift.drift() == (1, [gone.pk])
