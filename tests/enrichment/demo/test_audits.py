"""The demo's audit."""

from datetime import UTC, datetime

import pytest

from enrichment.demo import audits
from enrichment.models import Scan
from tests.enrichment import audited

pytestmark = pytest.mark.django_db


def test_the_demo_has_53_functions_against_its_16_entries(settings, tmp_path):
    settings.INGEST_TREE = tmp_path / "code"
    audited.register_16()

    audits.load(datetime(2026, 2, 2, tzinfo=UTC))

    summary = Scan.objects.get().summary
    assert (summary["functions"], summary["registered"]) == (53, 16)
    assert (summary["unregistered"], summary["functions_registered"]) == (39, 14)
    assert (summary["registered_missing"], summary["further_writers"]) == (2, 32)
    assert (settings.INGEST_TREE / "app.py").exists()
