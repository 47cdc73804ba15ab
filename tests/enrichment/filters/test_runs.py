"""What runs can be filtered by."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.http import urlencode

from enrichment.filters.runs import RunFilter
from enrichment.models import Run, WorkflowAlias
from outreach_admin.exceptions import BadRequest
from tests import make

pytestmark = pytest.mark.django_db


def listed(**given: object) -> set[Run]:
    text = urlencode(given, doseq=True)
    return set(RunFilter.from_text(text, Run.objects.all()).qs)


def test_runs_are_found_by_what_they_are():
    failed = make.run("failed", source="clay", error_class="Timeout")
    inferred = make.run(
        trigger="inferred",
        workflow=make.workflow(key_type="person"),
        entity_key="linkedin.com/in/x",
    )

    assert listed(status="failed") == listed(source="clay") == {failed}
    assert listed(error_class="Timeout") == listed(trigger="request") == {failed}
    assert listed(entity_key=failed.entity_key) == listed(entity_type="company") == {failed}
    assert listed(inferred="true") == listed(entity_type="person") == {inferred}
    assert listed(inferred="false") == {failed}
    assert listed(status=["failed", "completed"]) == {failed, inferred}


def test_a_workflow_is_meant_by_its_former_name_too():
    run, other = make.run(), make.run()
    WorkflowAlias.objects.create(alias="once", workflow=run.workflow)

    assert listed(workflow="once") == listed(workflow=run.workflow.workflow_name) == {run}
    assert listed(workflow=["once", other.workflow.workflow_name]) == {run, other}
    assert listed(workflow="nobody") == set()


def test_requests_that_were_needless_are_told_apart():
    fresh = make.run()
    skipped = make.run("skipped", workflow=fresh.workflow, refused_for=fresh)

    assert listed(already_enriched="true") == {skipped}
    assert listed(already_enriched="false") == {fresh}


def test_requests_are_found_by_the_run_that_answered_them():
    fresh = make.run()
    skipped = make.run("skipped", workflow=fresh.workflow, refused_for=fresh)
    make.run("skipped", refused_for=make.run())

    assert listed(answered_by=str(fresh.pk)) == {skipped}


def test_runs_are_found_by_when_they_started():
    now = timezone.now()
    old = make.run(ran_at=now - timedelta(days=8))
    new = make.run(ran_at=now - timedelta(days=1))

    assert listed(started_after="7d-ago") == {new}
    assert listed(started_before="7d-ago") == {old}
    assert listed(started_after=new.ran_at.isoformat()) == {new}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("status=happy", "status"),
        ("inferred=perhaps", "inferred"),
        ("trigger=x", "trigger"),
        ("started_after=soon", "started_after"),
        ("colour=red", "colour"),
    ],
)
def test_what_is_none_of_its_filters_selects_nothing(text, key):
    with pytest.raises(BadRequest) as refused:
        _ = RunFilter.from_text(text, Run.objects.all()).qs

    assert refused.value.members["key"] == key
