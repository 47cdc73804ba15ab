"""The verbs that bring hub rows in: one declared object a table."""

import pytest
from django.contrib.auth.models import Permission

from governance import subjects
from governance.services.operations import plans
from governance.verbs import registry
from governance.verbs.hubs import ImportRows
from governance.verbs.registry import VERBS
from tests import make

pytestmark = pytest.mark.django_db
TABLES = [verb for verb in VERBS.values() if isinstance(verb, ImportRows) and verb.is_hub]


def test_every_hub_table_has_one():
    assert {verb.table for verb in TABLES} == {
        "outreach.outreach",
        "outreach.company_target",
        "outreach.dol",
        "outreach.blog",
        "outreach.bit_scores",
        "outreach.people",
        "people.company_slot",
        "company.company_master",
    }
    for verb in TABLES:
        assert verb.model.history.subject_type == f"'{verb.table}'"
        assert subjects.named(verb.subject).model is verb.model


def test_managers_have_the_right_to_each_and_triagers_to_none():
    manager, triager = make.manager(), make.triager()

    for verb in TABLES:
        assert manager.has_perm(verb.permission) and not triager.has_perm(verb.permission)
        codename = verb.permission.partition(".")[2]
        assert Permission.objects.get(codename=codename).name == f"Can {verb.label.lower()}"


def test_no_list_and_no_rule_offers_them():
    for verb in TABLES:
        assert verb not in registry.offered_for(verb.subject)
        assert verb not in registry.in_rules()


def test_over_rows_that_are_there_each_is_refused():
    target = make.target()

    operation = plans.make("import_company_target", errors=[target], by=make.manager())

    assert operation.refusals == {"rows are imported from a file": 1}


def test_what_the_database_keeps_and_what_is_unique_follow_from_the_model():
    slots, targets = (registry.bringing_in(name) for name in ("company_slot", "company_target"))

    assert "version" not in slots.columns and slots.key_column == "slot_id"
    assert (slots.unique, targets.unique) == ([("outreach_id", "slot_type")], [("outreach_id",)])
    assert not registry.bringing_in("company_master").makes_keys
    assert slots.title(1) == "Import 1 company slot"
