"""Chores: each alone, none waits, none takes long."""

import psycopg
import pytest
from django.db import OperationalError, connection

from governance.models import HubError
from governance.services import chores
from tests import make
from tests.servers import OWNER, SERVERS


def lower(error: HubError) -> int:
    return HubError.objects.filter(pk=error.pk).update(severity="LOW")


@pytest.mark.django_db
def test_one_that_fails_keeps_no_other_from_its_turn():
    first, broken, last = make.errors(3)

    def act(error: HubError) -> int:
        if error == broken:
            lower(error)
            raise ValueError("no")
        return lower(error)

    with pytest.raises(ExceptionGroup, match="1 of 3 failed") as failed:
        chores.each([first, broken, last], act)

    assert [type(fault) for fault in failed.value.exceptions] == [ValueError]
    assert set(HubError.objects.filter(severity="LOW")) == {first, last}


def test_what_somebody_has_locked_is_left_for_the_next_time(committed_db):
    held, free = make.errors(2)

    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as other:
        other.execute("SELECT FROM governance_huberror WHERE id = %s FOR UPDATE", [held.pk])
        while_held = chores.each([held, free], lower)
    afterwards = chores.each([held], lower)

    assert (while_held, afterwards) == (1, 1)


def sleep() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(30)")


@pytest.mark.django_db
def test_a_statement_that_takes_long_is_given_up():
    with pytest.raises(OperationalError, match="statement timeout"):
        chores.alone(sleep, longest="50ms")
