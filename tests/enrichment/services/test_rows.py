"""Runs as rows: what is written is what the ORM would have written."""

from decimal import Decimal

import pytest
from django.utils import timezone

from enrichment.models import Run
from enrichment.services import rows
from tests import make

pytestmark = pytest.mark.django_db


def kept(run):
    found = Run.objects.get(pk=run.pk)
    return {field.attname: getattr(found, field.attname) for field in Run._meta.concrete_fields}


def a_run(**given):
    now = timezone.now()
    wanted = {"layers": {"raw": {"out": 1}}, "credits": Decimal("2.50"), "by": make.triager()}
    workflow = make.workflow()
    named = {"workflow": workflow, "entity_type": "company", "entity_key": "ironclad.com"}
    times = {"ran_at": now, "created_at": now, "updated_at": now, "completed_at": now}
    return Run(**named | times | wanted | {"status": "completed", "attempt": 1} | given)


def test_a_new_run_is_stored_whole():
    run = a_run()

    rows.insert(run)

    told = {field.attname: getattr(run, field.attname) for field in Run._meta.concrete_fields}
    assert kept(run) == told
    assert not run._state.adding


def test_only_the_named_columns_are_changed():
    run = a_run()
    rows.insert(run)
    before = kept(run)

    run.layers, run.source, run.error_text = {"core": {"out": 2}}, "clay", "not stored"
    rows.update(run, ["source", "layers"])

    assert kept(run) == before | {"source": "clay", "layers": {"core": {"out": 2}}}
