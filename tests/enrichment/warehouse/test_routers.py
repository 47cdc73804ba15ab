"""No migration touches a warehouse that is a database of its own."""

import pytest
from django.core.management import CommandError, call_command
from django.db import router

from enrichment.models import Workflow
from tests.enrichment.warehouse import places


def test_no_model_is_migrated_there(warehouse_apart):
    assert not router.allow_migrate_model("warehouse", Workflow)
    assert router.allow_migrate_model("default", Workflow)


def test_migrate_refuses_the_warehouse_and_makes_nothing(warehouse_apart):
    with pytest.raises(CommandError, match="its own database alone"):
        call_command("migrate", database=places.ALIAS, interactive=False, verbosity=0)

    assert warehouse_apart.execute("SELECT to_regclass('public.django_migrations')").fetchone() == (
        None,
    )
