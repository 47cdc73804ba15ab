"""Queries are tested while nothing can be written."""

import pytest

from tests.governance import reading


@pytest.fixture(autouse=True)
def queries_only_read(request, monkeypatch):
    """Fail a test whose query writes; tests without a database have nothing to write to."""
    if request.node.get_closest_marker("django_db") or "committed_db" in request.fixturenames:
        reading.only_read(monkeypatch)
