"""`runs_backfill` tells what it inferred."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from enrichment.models import Run
from tests.enrichment.services.test_backfills import THEN, a_table, a_workflow, put

pytestmark = pytest.mark.django_db


def said(*given, **options):
    out = StringIO()
    call_command("runs_backfill", *given, stdout=out, **options)
    return out.getvalue()


def test_it_prints_for_scripts_and_for_people():
    a_table()
    put(("ironclad.com", THEN))
    a_workflow(workflow_name="company_discovery")

    rehearsed = json.loads(said(json=True, dry_run=True))
    words = said("company_discovery")

    assert (rehearsed["dry_run"], rehearsed["made"], Run.objects.count()) == (True, 1, 1)
    assert rehearsed["workflows"][0]["workflow"] == "company_discovery"
    assert words.startswith("company_discovery: 1 runs made of 1 keys")


def test_what_is_left_is_said_and_inactive_workflows_only_by_name():
    a_table()
    put(("ironclad.com", THEN))
    a_workflow(workflow_name="asleep", is_active=False)
    a_workflow(workflow_name="nothing", extracted_table=None)

    assert (
        said()
        == "nothing: left, 0 runs made. It names no extracted table with a key, or no kind of key.\n"
    )
    assert said("asleep").startswith("asleep: 1 runs made")


def test_an_unknown_workflow_is_refused():
    with pytest.raises(CommandError, match="There is no workflow “nobody”"):
        said("nobody")
