"""Comparing ingest code with the registry, keeping what was found, and registering what is missing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from enrichment.exceptions import ScanRefused
from enrichment.models import Finding, Scan, Workflow
from enrichment.queries import audits
from enrichment.scanner import records
from enrichment.scanner.audit import about
from enrichment.scanner.records import Audit, Write
from enrichment.services import registry
from governance.exceptions import NotPermitted
from outreach_admin.db.limits import PROSE, WORD

RIGHT = "enrichment.run_scan"
# findings that one statement inserts
BATCH = 2_000
NO_CHOICE = "unregistered"


def scan(
    path: Path,
    *,
    by: User | None,
    today: date | None = None,
    waived: Path | None = None,
    config: Path | None = None,
) -> Scan:
    """Compare a tree of code with the registry and keep the result. `by` nobody: on the command line.

    Raises NotPermitted, ScanRefused.
    """
    if by is not None and not (by.is_active and by.has_perm(RIGHT)):
        raise NotPermitted("Your account may not scan ingest code.")
    found = audits.compare(
        path,
        today=today or datetime.now(UTC).date(),
        waived=waived,
        config=config,
    )
    return keep(found, by=by)


def keep(found: Audit, *, by: User | None) -> Scan:
    """Keep an audit with all its findings; a folder is one tree, however it was named."""
    folder = Path(found.tree.path).resolve()
    with transaction.atomic():
        kept = Scan.objects.create(
            tree=_short(str(folder)),
            commit=audits.commit_of(folder),
            summary=found.summary,
            waivers=[_waiver(one) for one in found.waivers],
            is_green=found.is_green,
            seconds=found.tree.seconds,
            by=by,
        )
        rows = [_finding(kept, one) for one in [*found.findings, *_noted(found)]]
        Finding.objects.bulk_create(rows, batch_size=BATCH)
    return kept


def _noted(found: Audit) -> list[records.Finding]:
    """Write functions of which nothing is to be said, so that their numbers lead to them."""
    return [
        about(function, kind, "", " ".join(function.tables))
        for kind, functions in found.noted.items()
        for function in functions
    ]


def _finding(kept: Scan, one: records.Finding) -> Finding:
    return Finding(
        scan=kept,
        kind=one.kind,
        file=_short(one.file),
        line=one.line,
        function=_short(one.function),
        slug=_short(one.slug),
        slug_from=one.slug_from,
        key_type=one.key_type,
        expected=_short(one.expected, PROSE),
        found=_short(one.found, PROSE),
        writes=[_write(write) for write in one.writes],
        waived_because=_short(one.waived_because, PROSE),
        waived_until=one.waived_until,
    )


def _write(write: Write) -> dict[str, Any]:
    return {
        "layer": write.layer,
        "table": _short(write.table),
        "keys": [_short(key) for key in write.keys],
        "via": _short(write.via),
    }


def _waiver(one: dict[str, Any]) -> dict[str, Any]:
    return {name: _short(str(value), PROSE) for name, value in one.items()}


def _short(text: str, most: int = WORD) -> str:
    """Write a text of somebody's code so that the database takes it."""
    plain = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def proposal(finding: Finding) -> dict[str, Any]:
    """Return what an entry made of a finding would say, as the code shows it."""
    writes = [one for one in finding.writes if one["layer"] in records.LAYERS[:3]]
    plain = [one for one in writes if not one["table"].endswith(records.UNKNOWN)]
    return {
        "workflow_name": finding.slug,
        "key_type": finding.key_type,
        "flows": [(one["layer"], one["table"], tuple(one["keys"])) for one in plain],
        "source_file": finding.file,
    }


def needs_no_choice(finding: Finding) -> bool:
    """Whether the code says all that an entry needs: its slug, its key, every table by name."""
    said = proposal(finding)
    writes = [one for one in finding.writes if one["layer"] in records.LAYERS[:3]]
    keys = any(keys for _, _, keys in said["flows"])
    whole = len(said["flows"]) == len(writes) > 0
    is_plain = finding.kind == NO_CHOICE and not finding.waived_because
    return bool(is_plain and finding.slug and finding.key_type and keys and whole)


def register_all(findings: Iterable[Finding], *, by: User) -> list[Workflow]:
    """Register every finding of these that needs no choice, all or none; one slug is one workflow.

    Raises NotPermitted, RegistryRefused with the slug that cannot be.
    """
    made: dict[str, Workflow] = {}
    with transaction.atomic():
        for one in findings:
            if needs_no_choice(one) and one.slug not in made:
                made[one.slug] = registry.register(by=by, **proposal(one))
    if not made:
        raise ScanRefused(
            "Nothing is left that can be registered without a choice.",
            what_to_do="Register the others one by one, or scan again.",
            status=409,
        )
    return list(made.values())
