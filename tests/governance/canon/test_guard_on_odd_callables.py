"""What else can be decorated than functions: it is guarded while it runs, or refused."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection

from governance.canon.guard import InteractionType, enforce_tool_canon
from governance.models import ToolCall
from tests import ledgers

guarded = enforce_tool_canon("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE)


def looped(scene):
    """Run a coroutine in an event loop on a thread of its own: browser tests leave theirs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


def under_way() -> int:
    try:
        return ToolCall.objects.open().count()
    finally:
        connection.close()


async def asked(domain):
    return await asyncio.to_thread(under_way)


class Client:
    """What is called like a coroutine function."""

    async def __call__(self, domain):
        return await asked(domain)


class Pages:
    """What is called like a generator function."""

    def __call__(self, domain):
        yield domain


def test_what_is_called_as_a_coroutine_is_guarded_until_it_has_run(
    committed_db, redis_server, monkeypatch
):
    ledgers.at_ease(monkeypatch)

    for function in (Client(), partial(asked)):
        assert looped(guarded(function)("a.example")) == 1

    assert set(ToolCall.objects.values_list("status", flat=True)) == {"succeeded"}
    for function in (lambda domain: asked(domain), lambda domain: (one for one in [domain])):
        with pytest.raises(ValueError, match="makes its call later"):
            guarded(function)("a.example")
    assert ToolCall.objects.filter(status="failed", fault="ValueError").count() == 2


def test_what_is_called_as_a_generator_is_no_call():
    with pytest.raises(ValueError, match="generator"):
        guarded(Pages())
