"""Entries that come in by file."""

import pytest

from enrichment.models import Workflow
from enrichment.verbs.arrivals import COLUMNS
from governance.queries import imports
from governance.resources.hubexports import TABLES
from governance.verbs import registry
from tests import make

pytestmark = pytest.mark.django_db


def test_what_the_console_keeps_itself_comes_in_by_no_file():
    columns = {field.column for field in Workflow._meta.concrete_fields}
    own = {"id", "filled", "is_complete", "placed", "version", "created_at", "updated_at"}
    own |= {"all_tables", "other_names"}

    assert columns - {*COLUMNS} == own


def test_it_is_no_hub_table():
    verb = registry.bringing_in("workflow")

    assert verb not in TABLES and verb not in imports.tables_for(make.manager())


@pytest.mark.parametrize(
    ("person", "may"),
    [("triager", True), ("manager", True), ("analyst", False), ("viewer", False)],
)
def test_who_may(person, may):
    assert make.user(person).has_perm(registry.bringing_in("workflow").permission) is may
