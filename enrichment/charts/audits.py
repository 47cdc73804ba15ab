"""Audits of ingest code over time."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from enrichment.models import Scan
from outreach_admin.ui.charts.marks import BANDS, Chart, Mark, Row, Series

KINDS = {
    "unregistered": Series("Only in the code", "bad"),
    "registered_missing": Series("Only in the registry", "warn"),
    "table_mismatch": Series("Table mismatch", "retry"),
}


def over_time(scans: Sequence[Scan]) -> Chart:
    """Draw what each scan found, the oldest first."""
    last = f"{len(scans)} scans" if len(scans) > 1 else "scan"
    return Chart(
        name="audits",
        title=f"The last {last}",
        subject="Scan",
        nouns="findings",
        series=tuple(KINDS.values()),
        rows=tuple(_scan(one) for one in reversed(scans)),
        kind=BANDS,
        adds_up=False,
        note="Each scan compares the code of that moment with the registry of that moment.",
    )


def _scan(scan: Scan) -> Row:
    marks = [Mark(scan.summary.get(kind), findings_url(scan, kind=kind)) for kind in KINDS]
    return Row(f"{scan.scanned_at:%Y-%m-%d %H:%M}", tuple(marks))


def findings_url(scan: Scan, **wanted: object) -> str:
    """Return the address of findings of a scan."""
    query = urlencode({"scan": scan.pk} | wanted, doseq=True)
    return f"{reverse('enrichment:audit-findings')}?{query}"
