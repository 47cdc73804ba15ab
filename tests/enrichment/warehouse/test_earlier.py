"""In one database with a warehouse, `migrate` keeps its tables under another name and says so."""

import io

import psycopg
import pytest
from django.core.management import CommandError, call_command

from enrichment.models import Workflow
from enrichment.services import takeovers
from tests import make
from tests.servers import OWNER, SERVERS

VIEW = "DROP VIEW reference.enrichment_workflow_registry CASCADE"
TABLE = "CREATE TABLE reference.enrichment_workflow_registry (workflow_name text, key_type text)"
ROW = "INSERT INTO reference.enrichment_workflow_registry VALUES ('company_discovery', 'company')"


def as_(role: str, *statements: str) -> None:
    with psycopg.connect(SERVERS.url(role, SERVERS.database)) as owner:
        for statement in statements:
            owner.execute(statement)


def migrate() -> str:
    out = io.StringIO()
    call_command("migrate", interactive=False, verbosity=0, stdout=out)
    return out.getvalue()


def test_the_registry_of_the_warehouse_is_kept_and_read_in(committed_db):
    as_(OWNER, VIEW, TABLE, ROW)

    said = migrate()
    done = takeovers.take_over(by=make.triager())

    assert said == (
        "reference.enrichment_workflow_registry was a table: it is kept as "
        "reference.enrichment_workflow_registry_before, and its name is a view now.\n"
    )
    assert done.sentence == "1 workflow taken over."
    assert Workflow.objects.get().key_type == "company"
    assert migrate() == ""


def test_a_table_of_somebody_else_is_left_alone_and_named(committed_db):
    as_(OWNER, VIEW)
    with SERVERS.superuser(SERVERS.database) as other:
        other.execute(TABLE)

    with pytest.raises(CommandError, match=r"must be owner.*Rename it to"):
        migrate()

    with SERVERS.superuser(SERVERS.database) as other:
        other.execute("DROP TABLE reference.enrichment_workflow_registry")
