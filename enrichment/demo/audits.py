"""The demo's tree of ingest code where the audit reads it, and a first audit of it."""

from datetime import datetime

from django.conf import settings

from enrichment.demo import ingest_tree
from enrichment.models import Scan
from enrichment.services import scans


def load(at: datetime) -> Scan:
    """Write the tree and compare it with the registry as it is; whatever else lies there stays."""
    folder = settings.INGEST_TREE
    folder.mkdir(parents=True, exist_ok=True)
    ingest_tree.write(folder, at.date())
    return scans.scan(folder, by=None, today=at.date())
