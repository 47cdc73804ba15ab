"""What makes a query that writes fail its test does so, and hinders nobody else."""

import pytest
from django.db import InternalError

from governance.models import HubError
from governance.queries import people
from governance.queries.playbooks import conditions
from governance.queries.readiness import drift
from tests import make
from tests.governance import reading

pytestmark = pytest.mark.django_db


def writes() -> None:
    HubError.objects.update(owner="Somebody")


writes.__module__ = people.__name__


def test_a_query_that_writes_fails(monkeypatch):
    make.error()
    monkeypatch.setattr(people, "writes", writes, raising=False)
    reading.only_read(monkeypatch)

    with pytest.raises(InternalError, match="read-only transaction"):
        people.writes()

    assert not HubError.objects.filter(owner="Somebody").exists()


def test_a_query_that_locks_rows_fails():
    error = make.error()

    with pytest.raises(InternalError, match="read-only transaction"), reading.reading():
        HubError.objects.select_for_update().get(pk=error.pk)


def test_whoever_is_no_query_writes_before_and_after():
    error = make.error()
    with reading.reading():
        assert HubError.objects.get() == error

    HubError.objects.update(owner="Somebody")

    assert HubError.objects.get().owner == "Somebody"


def test_functions_and_methods_of_every_module_are_read_only(monkeypatch):
    reading.only_read(monkeypatch)

    for query in (people.names, drift.drift, conditions.Conditions.rows):
        assert hasattr(query, "__wrapped__")
    assert len(reading.modules()) > 20
