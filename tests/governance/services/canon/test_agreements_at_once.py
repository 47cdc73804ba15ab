"""One agreement, many callers at the same moment: exactly one spends it."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from governance.models import Approval
from governance.services.canon import agreements
from tests import make
from tests.governance.services.canon.calling import approved, call, requested, spend
from tests.servers import ROOT

SPENDERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import django
django.setup()
from django.contrib.auth.models import User
from django.db import connections
from tests.governance.services.canon.calling import call
from governance.services.canon import agreements

who = User.objects.get(pk=int(sys.argv[1]))
def take(number):
    try:
        return agreements.spend(**call(), requester=who, correlation_id=f"c-{number}")
    finally:
        connections.close_all()
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(8) as pool:
    print(sum(found is not None for found in pool.map(take, range(13))), flush=True)
"""


def at_once(many, act):
    """What `many` threads got that begin at the same moment."""
    ready = Barrier(many)

    def begin(number):
        ready.wait(30)
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(begin, range(many)))


def race(threads):
    given, caller = approved(), make.triager()

    won = at_once(threads, lambda n: spend(requester=caller, correlation_id=f"c-{n}"))

    assert [one for one in won if one] == [given.pk]
    found = Approval.objects.get(pk=given.pk)
    assert (found.state, found.used_by_call) == ("used", f"c-{won.index(given.pk)}")


def test_of_three_threads_one_spends_it(committed_db):
    race(3)


@pytest.mark.soak
@pytest.mark.parametrize("round", range(20))
def test_of_fifty_threads_one_spends_it(committed_db, round):
    race(50)


@pytest.mark.soak
def test_of_fifty_threads_in_four_processes_one_spends_it(committed_db):
    given, caller = approved(), make.triager()
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", SPENDERS, str(caller.pk)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "outreach_admin.settings"},
        )
        for _ in range(4)
    ]
    for process in begun:
        assert process.stdout.readline() == "ready\n"
    for process in begun:
        process.stdin.write("go\n")
        process.stdin.flush()

    won = [int(process.communicate(timeout=120)[0]) for process in begun]

    assert sum(won) == 1
    assert Approval.objects.get(pk=given.pk).state == "used"


def test_a_call_that_is_taken_back_leaves_it_unspent(committed_db):
    given = approved()

    with transaction.atomic():
        assert spend() == given.pk
        transaction.set_rollback(True)

    assert spend() == given.pk


@pytest.mark.parametrize("many", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_one_call_that_many_ask_for_at_once_is_one_request(committed_db, many):
    people = [make.triager() for _ in range(many)]

    found = at_once(many, lambda n: agreements.open_request(**call(), by=people[n]).pk)

    assert len(set(found)) == 1


@pytest.mark.parametrize("many", [3, pytest.param(20, marks=pytest.mark.soak)])
def test_of_requests_with_other_facts_at_once_one_stays_open(committed_db, many):
    people = [make.triager() for _ in range(many)]

    def ask(number):
        return agreements.open_request(**call(facts={"bit_score": number}), by=people[number]).pk

    at_once(many, ask)

    assert Approval.objects.open().count() == 1
    assert Approval.objects.filter(state="void").count() == many - 1


def test_a_spender_waits_for_the_one_before_it_and_takes_what_that_left(committed_db):
    given = approved()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM governance_approval WHERE id = %s FOR UPDATE", [given.pk]
            )
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(at_once, 1, lambda n: spend())
            assert not waiting.done()
            transaction.set_rollback(True)
            connection.close()
            assert waiting.result(30) == [given.pk]


def test_a_request_of_before_is_not_touched_by_another_entity(committed_db):
    first, second = requested(entity="a.example"), requested(entity="b.example")

    assert {one.state for one in Approval.objects.all()} == {"pending"}
    assert first != second
