"""Editing an entry as a verb."""

import json

import pytest
from django.utils import timezone

from enrichment.models import Workflow
from enrichment.verbs.entries import COLUMNS, EditEntry
from governance.verbs import registry
from tests import make

pytestmark = pytest.mark.django_db
GUARDED = {"id", "verified_at", "version", "created_at", "updated_at", "coalesces_to_core"}


def test_it_writes_every_column_that_is_not_kept_otherwise_and_restores_them_all():
    columns = {field.column for field in Workflow._meta.concrete_fields if not field.generated}

    assert {*COLUMNS} == columns - GUARDED
    assert {*EditEntry.touches} == {*COLUMNS, "coalesces_to_core"}


def test_what_is_left_blank_is_emptied_as_its_column_has_it():
    verb = registry.VERBS["edit_entry"]
    asked = verb.stored(
        {
            "workflow_name": "x",
            "intent": "should",
            "raw_table": "",
            "owner": "",
            "is_active": False,
            "fresh_days": 1,
            "empty_fresh_days": 0,
            "stale_minutes": 15,
            "credits_per_run": "0.50",
        }
    )

    changes = verb.changes(by=make.triager(), at=timezone.now(), **verb.read(asked))

    assert (changes["raw_table"], changes["owner"], changes["is_active"]) == (None, "", False)
    assert changes["coalesces_to_core"] is True
    assert changes["empty_fresh_days"] == 0


def test_it_is_offered_above_no_list():
    assert "edit_entry" not in [verb.name for verb in registry.offered_for("workflow")]


def test_tables_and_names_are_told_in_words():
    verb = registry.VERBS["edit_entry"]
    raw = {"layer": "raw", "table": "raw.news", "keys": ["domain", "day"], "leads": True}
    core = {"layer": "core", "table": "core.news", "keys": [], "leads": True}

    assert verb.told("all_tables", json.dumps([raw, core])) == "raw.news (domain, day), core.news"
    assert verb.told("other_names", '["news_old", "press"]') == "news_old, press"
    assert verb.told("other_names", "[]") == "none"
    assert verb.told("owner", "[]") == "[]"
