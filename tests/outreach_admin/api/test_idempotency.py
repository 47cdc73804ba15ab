"""The same request twice is done once, and whatever broke frees its key."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from django.db import connections
from django.utils import timezone

from outreach_admin.api import idempotency
from outreach_admin.api.models import FirstAnswer
from tests import make, owner
from tests.browser import wait_for
from tests.callers import Caller
from tests.outreach_admin.api.probes import HELD, made
from tests.servers import OWNER, SERVERS

MAKING = "/api/probe/making/"
KEY = {"Idempotency_Key": "k-1"}


def test_a_replay_is_the_first_answer_byte_for_byte(triager):
    first = triager.post(MAKING, {}, **KEY)

    again = triager.post(MAKING, {}, **KEY)

    assert (first.status_code, again.status_code, made()) == (201, 201, 1)
    assert again.content == first.content and again["Location"] == first["Location"]
    assert again["Idempotent-Replayed"] == "true" and "Idempotent-Replayed" not in first


def test_without_a_key_it_is_done_each_time(triager):
    triager.post(MAKING, {})
    triager.post(MAKING, {})

    assert made() == 2


def test_another_body_under_the_key_is_refused(triager):
    triager.post(MAKING, {}, **KEY)

    answer = triager.post(MAKING, {"other": 1}, **KEY)

    assert (answer.status_code, made()) == (422, 1)
    assert "another body" in answer.json()["detail"]


@pytest.mark.parametrize("end", ["refused", "bad", "invalid", "missing", "denied"])
def test_a_refusal_is_an_answer_too_and_leaves_nothing(triager, end):
    first = triager.post(MAKING, {"end": end}, **KEY)

    again = triager.post(MAKING, {"end": end}, **KEY)

    assert again.status_code == first.status_code and again.content == first.content
    assert again["Content-Type"] == first["Content-Type"] == "application/problem+json"
    assert made() == 0 and "Idempotent-Replayed" in again


@pytest.mark.parametrize("end", ["throttled", "unsigned", "broken"])
def test_what_may_go_otherwise_later_frees_the_key(triager, end):
    first = triager.post(MAKING, {"end": end}, **KEY)
    again = triager.post(MAKING, {}, **KEY)

    assert first.status_code in (401, 429, 500)
    assert (again.status_code, made()) == (201, 1)


def test_rights_are_asked_before_a_replay(triager):
    triager.post(MAKING, {}, **KEY)
    make.lose(triager.token.account, "group")

    assert triager.post(MAKING, {}, **KEY).status_code == 403


def test_a_key_is_one_account_s_and_one_address_s(triager):
    other = Caller(make.triager(), "triage")
    first = triager.post(MAKING, {}, **KEY).json()

    assert other.post(MAKING, {}, **KEY).json() != first
    assert triager.post("/api/probe/making", {}, **KEY).json() == first
    put = triager.client.put(
        MAKING, {}, content_type="application/json", headers=triager.headers(KEY)
    )
    assert put.json() != first and made() == 3


@pytest.mark.parametrize("key", ["x" * 201, "a\u00adb"])
def test_a_key_that_is_none_is_refused(triager, key):
    answer = triager.post(MAKING, {}, Idempotency_Key=key)

    assert (answer.status_code, answer.json()["key"], made()) == (400, "Idempotency-Key", 0)


def test_work_and_answer_are_one_transaction(triager):
    owner.runs(
        """CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN RAISE ''no''; END'"""
    )
    owner.runs(
        """CREATE TRIGGER broken BEFORE UPDATE ON api_firstanswer
        FOR EACH ROW EXECUTE FUNCTION broken()"""
    )

    answer = triager.post(MAKING, {}, **KEY)

    assert (answer.status_code, made(), FirstAnswer.objects.count()) == (500, 0, 0)


def test_keys_are_forgotten_after_a_day(triager):
    triager.post(MAKING, {}, **KEY)
    triager.post(MAKING, {}, Idempotency_Key="k-2")
    day_old = timezone.now() - timedelta(hours=24, minutes=1)
    FirstAnswer.objects.filter(key="k-1").update(at=day_old)

    assert idempotency.expire() == 1

    assert list(FirstAnswer.objects.values_list("key", flat=True)) == ["k-2"]


@contextmanager
def held() -> Iterator[psycopg.Connection]:
    """Hold what the work waits for."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [HELD])
        yield other


def waiting(other: psycopg.Connection, count: int) -> bool:
    found = other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
    return found[0] == count


def wait_under_the_key(caller: Caller):
    try:
        return caller.post(MAKING, {"end": "wait"}, **KEY)
    finally:
        connections.close_all()


def test_of_two_at_once_one_does_the_work(probed, committed_db):
    caller = Caller(make.triager(), "triage")
    with held() as other, ThreadPoolExecutor(2) as threads:
        first = threads.submit(wait_under_the_key, caller)
        wait_for(lambda: waiting(other, 1), seconds=20)
        second = threads.submit(wait_under_the_key, caller)
        wait_for(lambda: waiting(other, 2), seconds=20)
        other.execute("SELECT pg_advisory_unlock(%s)", [HELD])
        answers = [first.result(), second.result()]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content and made() == 1


def test_a_first_call_that_was_cut_off_frees_its_key_at_once(probed, committed_db):
    caller = Caller(make.triager(), "triage")
    with held() as other:
        cut = threading.Thread(target=wait_under_the_key, args=(caller,))
        cut.start()
        wait_for(lambda: waiting(other, 1), seconds=20)
        with SERVERS.superuser() as superuser:
            superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted")
        cut.join()

        again = caller.post(MAKING, {"end": ""}, **KEY)

    assert (again.status_code, made()) == (201, 1)
