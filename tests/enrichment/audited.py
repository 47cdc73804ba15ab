"""The demo's registry and tree, where a test wants them audited."""

from datetime import date
from pathlib import Path
from typing import Any

from enrichment.demo import ingest_tree
from enrichment.demo.catalogue import REGISTERED, Listed
from enrichment.models import Finding, Scan, Workflow
from enrichment.services import registry, scans
from tests import make

TODAY = date(2026, 2, 2)


def register_16() -> list[Workflow]:
    """Register what the demo's registry holds."""
    by = make.triager()
    return [
        registry.register(
            by=by,
            workflow_name=one.slug,
            key_type=one.key_type,
            flows=flows_of(one),
            intent=one.intent or None,
            is_active=one.is_active,
        )
        for one in REGISTERED
    ]


def flows_of(one: Listed) -> list[registry.Flow]:
    return [(table.partition(".")[0], table, [one.key_column]) for table in one.tables]


def tree(folder: Path) -> Path:
    """Write the demo's tree."""
    folder.mkdir(parents=True, exist_ok=True)
    ingest_tree.write(folder, TODAY)
    return folder


def scan(folder: Path, **given: Any) -> Scan:
    return scans.scan(folder, **{"by": None, "today": TODAY} | given)


def finding(kind: str = "unregistered", **given: Any) -> Finding:
    """A finding of a scan of its own."""
    kept = given.pop("scan", None) or Scan.objects.create(
        tree="code",
        summary={kind: 1},
        is_green=False,
        seconds=1,
    )
    wanted = {
        "file": "ingest/x.py",
        "line": 3,
        "function": "ingest_x",
        "slug": "x",
        "key_type": "company",
        "writes": [{"layer": "raw", "table": "raw.x", "keys": ["domain"], "via": ""}],
    }
    return Finding.objects.create(scan=kept, kind=kind, **wanted | given)
