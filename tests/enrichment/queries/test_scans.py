"""How much of what the latest audit found is registered."""

import pytest

from enrichment.models import Scan
from enrichment.queries import scans

pytestmark = pytest.mark.django_db


def scan(summary: object) -> None:
    Scan.objects.create(tree="ingest", summary=summary, is_green=False, seconds=1)


def test_the_latest_audit_counts():
    assert scans.registered() is None
    scan({"functions": 50, "functions_registered": 50})
    scan({"functions": 53, "functions_registered": 16})

    assert scans.registered() == (16, 53)


@pytest.mark.parametrize("summary", [{}, {"functions_registered": 1}])
def test_an_audit_that_does_not_say_is_unknown(summary):
    scan(summary)

    assert scans.registered() is None
