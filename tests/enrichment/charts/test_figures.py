"""Enrichment in one line of the overview."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone

from enrichment.charts import figures
from enrichment.models import Scan
from tests import make

pytestmark = pytest.mark.django_db


def asked_by(person):
    request = RequestFactory().get("/")
    request.user = person
    return figures.line(request)


def test_it_counts_what_is_registered_stale_and_spared():
    summary = {"functions": 53, "functions_registered": 16}
    Scan.objects.create(tree="ingest", summary=summary, is_green=False, seconds=1)
    workflow = make.workflow()
    fresh = make.run(workflow=workflow)
    make.run("skipped", workflow=workflow, refused_for=fresh)
    make.run("stale", workflow=workflow)
    make.run("stale", workflow=workflow, ran_at=timezone.now() - timedelta(days=31))

    line = asked_by(make.viewer())

    assert [(one.number, one.words) for one in line.figures] == [
        ("16 of 53", "functions registered"),
        ("1", "runs stale in 30 days"),
        ("1", "repeats not run again in 30 days"),
    ]
    assert [one.tone for one in line.figures] == ["warn", "warn", ""]


def test_without_an_audit_nothing_is_said_of_functions():
    assert [one.number for one in asked_by(make.viewer()).figures] == ["0", "0"]


def test_who_may_not_see_enrichment_is_told_nothing(client):
    person = make.user("viewer")
    assert "Enrichment" in overview_of(client, person)

    make.lose(person, "group")

    assert asked_by(person) is None
    assert "runs stale" not in overview_of(client, person)


def overview_of(client, person) -> str:
    client.force_login(person)
    return client.get(reverse("governance:overview")).text
