"""The addresses and endpoints of enrichment; a new one needs a line."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from enrichment.models import Finding, Run, Scan, Workflow
from governance.models import ImportFile
from tests import make
from tests.enrichment import audited
from tests.walk import effects
from tests.walk.callers import PIPELINE
from tests.walk.endpoints import EVERY, Due, Line, asks, both, reads
from tests.walk.expected import (
    ACTING,
    ALL,
    EXPORTING,
    Address,
    action,
    form,
    page,
    sending,
)
from tests.walk.visits import Visit
from tests.walk.world import World

RUNNING = ACTING | {PIPELINE}


def an_open_run(world: World) -> tuple[Any, ...]:
    """A run that is under way."""
    return (make.run("running").pk,)


def a_run_to_open(world: World) -> dict[str, Any]:
    """Of a workflow that never ran."""
    return {"workflow": make.workflow().workflow_name, "entity": "ironclad.com"}


def sending_entity(world: World) -> dict[str, str]:
    return {"entity_type": "company", "entity_key": "ironclad.com"}


def sending_entities(world: World) -> dict[str, Any]:
    return {"entity_type": "company", "entity_keys": ["ironclad.com", "no domain"]}


def ironclad(world: World) -> tuple[str, str]:
    make.run(entity_key="ironclad.com")
    return ("company", "ironclad.com")


ENTRY = {
    "workflow_name": "walked",
    "is_active": "on",
    "fresh_days": "30",
    "empty_fresh_days": "1",
    "stale_minutes": "15",
    "credits_per_run": "2",
}


# what its page draws
TABLES = {
    "raw_table": "raw.walked",
    "extracted_table": "extracted.walked",
    "key_column": "domain",
}


def an_entry(world: World) -> tuple[Any, ...]:
    known = Workflow.objects.filter(workflow_name="walked").first()
    return ((known or make.workflow(workflow_name="walked", **TABLES)).workflow_name,)


def its_version(world: World) -> dict[str, Any]:
    an_entry(world)
    return {"version": Workflow.objects.get(workflow_name="walked").version}


def a_registry(world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("registry.csv", b"workflow_name\nwalked\n")}


def is_checked(visit: Visit) -> bool:
    return ImportFile.objects.filter(subject="workflow", requester=visit.by).exists()


def is_registered(visit: Visit) -> bool:
    return Workflow.objects.filter(workflow_name="walked").exists()


def has_an_owner(visit: Visit) -> bool:
    return Workflow.objects.filter(workflow_name="walked", owner="Data").exists()


def is_inactive(visit: Visit) -> bool:
    return Workflow.objects.filter(workflow_name="walked", is_active=False).exists()


# the address of a form names its finding in the query, which is the same in every world
FOUND = 4_242


def a_finding(world: World) -> tuple[Any, ...]:
    """One finding that no entry has; addresses without an argument need it there."""
    if not Finding.objects.filter(pk=FOUND).exists():
        audited.finding(pk=FOUND)
    return ()


def the_code(world: World) -> tuple[Any, ...]:
    """Lay down code to read; no path speaks of it."""
    if not settings.INGEST_TREE.is_dir():
        audited.tree(settings.INGEST_TREE)
    return ()


def its_key(world: World) -> tuple[Any, ...]:
    return (*a_finding(world), FOUND)


def its_form(world: World) -> dict[str, str]:
    return {
        "workflow_name": "walked",
        "key_type": "company",
        "tables": "raw.walked (domain)",
    }


def scans(visit: Visit) -> bool:
    return Scan.objects.filter(by=visit.by).exists()


def registers(visit: Visit) -> bool:
    return Workflow.objects.filter(workflow_name="walked").exists()


def registers_all(visit: Visit) -> bool:
    return Workflow.objects.filter(workflow_name="x").exists()


def cancels_the_run(visit: Visit) -> bool:
    return Run.objects.filter(status="cancelled", error_text__endswith="twice.").exists()


def a_run_by_hand(world: World) -> dict[str, str]:
    return {
        "entity_type": "company",
        "key": "ironclad.com",
        "workflow": make.workflow().workflow_name,
    }


def asks_for_a_run(visit: Visit) -> bool:
    return Run.objects.filter(trigger="manual", by=visit.by).exists()


ADDRESSES: dict[str, Address] = {
    "enrichment:entity-run": action(ACTING, asks_for_a_run, lambda world: (), sent=a_run_by_hand),
    "enrichment:entity-lookup": page(ALL),
    "enrichment:entity-detail": page(ALL, ironclad),
    "enrichment:coverage": page(ALL),
    "enrichment:coverage-runs": page(ALL),
    "enrichment:coverage-day": page(ALL, lambda world: ("2026-02-04",)),
    "enrichment:coverage-file": page(ALL, lambda world: ("workflows", "svg")),
    "enrichment:entity-list": page(ALL),
    "enrichment:entity-file": page(EXPORTING),
    "enrichment:audit": page(ALL, a_finding),
    "enrichment:audit-scan": action(ACTING, scans, the_code),
    "enrichment:audit-findings": page(ALL, a_finding),
    "enrichment:audit-file": page(ALL, a_finding),
    "enrichment:audit-waive": page(ALL, its_key),
    "enrichment:audit-register": form(
        ACTING,
        registers,
        a_finding,
        sent=its_form,
        query=f"finding={FOUND}",
    ),
    "enrichment:audit-register-all": form(ACTING, registers_all, a_finding),
    "enrichment:run-list": page(ALL, query="view=all"),
    "enrichment:run-detail": page(ALL, lambda world: (make.run().pk,)),
    "enrichment:run-cancel": action(
        ACTING,
        cancels_the_run,
        an_open_run,
        sent=sending(reason="Asked for twice."),
    ),
    "enrichment:run-export": form(EXPORTING, effects.asks_for_a_file_of("runs")),
    "enrichment:workflow-list": page(ALL),
    "enrichment:workflow-export": form(
        EXPORTING,
        effects.asks_for_a_file_of("workflows"),
    ),
    "enrichment:workflow-import": form(
        ACTING,
        is_checked,
        sent=a_registry,
    ),
    "enrichment:workflow-import-template": page(ACTING),
    "enrichment:workflow-new": form(
        ACTING,
        is_registered,
        sent=lambda world: ENTRY,
    ),
    "enrichment:workflow-edit": form(
        ACTING,
        has_an_owner,
        an_entry,
        sent=lambda world: ENTRY | {"owner": "Data"} | its_version(world),
    ),
    "enrichment:workflow-act": action(
        ACTING,
        is_inactive,
        an_entry,
        sent=lambda world: {"verb": "deactivate"} | its_version(world),
    ),
    "enrichment:workflow-detail": page(ALL, an_entry),
}
ENDPOINTS: dict[str, Line] = {
    "enrichment-api:status": asks(EVERY, sent=sending_entity),
    "enrichment-api:completeness": reads(EVERY, "enrichment:workflow-list"),
    "enrichment-api:workflow-search": asks(EVERY, "enrichment:workflow-list"),
    "enrichment-api:workflow-facets": reads(EVERY, "enrichment:workflow-list"),
    "enrichment-api:workflow-list": both(
        Due(EVERY, page="enrichment:workflow-list"),
        Due(
            ACTING,
            "triage",
            page="enrichment:workflow-new",
            answers=201,
            sent=lambda world: {"workflow_name": "walked"},
        ),
    ),
    "enrichment-api:workflow-detail": both(
        Due(EVERY, page="enrichment:workflow-detail"),
        Due(
            ACTING,
            "triage",
            page="enrichment:workflow-edit",
            sent=lambda world: {"owner": "Data"},
        ),
        an_entry,
    ),
    "enrichment-api:status-list": asks(EVERY, sent=sending_entities),
    # runs
    "enrichment-api:run-list": both(
        Due(EVERY, page="enrichment:run-list"),
        Due(RUNNING, "pipeline", answers=201, sent=a_run_to_open),
    ),
    "enrichment-api:run-search": asks(EVERY, "enrichment:run-list"),
    "enrichment-api:run-detail": reads(EVERY, "enrichment:run-detail", an_open_run),
    "enrichment-api:run-beat": asks(RUNNING, "", an_open_run, scope="pipeline"),
    "enrichment-api:run-close": asks(
        RUNNING,
        "",
        an_open_run,
        scope="pipeline",
        sent=sending(status="completed"),
    ),
    "enrichment-api:run-cancel": asks(ACTING, "", an_open_run, scope="pipeline"),
}
