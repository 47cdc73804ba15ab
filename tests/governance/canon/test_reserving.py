"""The place that a guarded call goes through, and the decorator that sends it there."""

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from governance.canon import reserving
from governance.canon.guard import (
    InteractionType,
    ToolCanonGuard,
    ToolCanonViolationError,
    enforce_tool_canon,
)
from governance.canon.reserving import GuardedCall, NeverMade
from governance.models import ToolCall
from tests import ledgers

GOOD = {"domain_verified": True, "mx_present": True}
BAD = {"domain_verified": False, "mx_present": True}
HUNTER = ("TOOL-008", "HUB-COMPANY-TARGET", InteractionType.ENRICH)
MX = ("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE)
guarded = enforce_tool_canon(*HUNTER)


def looped(scene):
    """Run a coroutine in an event loop on a thread of its own: browser tests leave theirs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, scene).result()


@pytest.fixture(autouse=True)
def ready(committed_db, redis_server, monkeypatch):
    ledgers.at_ease(monkeypatch)


@guarded
def call_hunter_api(domain: str, gate_state: dict, entity: str = "", *, deep: bool = False):
    """Ask for the addresses of a domain."""
    return domain, deep


@guarded
async def call_hunter_api_later(domain: str, gate_state: dict, entity: str = "a company"):
    """Ask for them later."""
    return domain


@guarded
def call_with_anything(*args, **rest):
    return args, rest


def test_a_function_keeps_its_name_its_signature_and_what_it_says():
    assert call_hunter_api.__name__ == "call_hunter_api"
    assert call_hunter_api.__doc__ == "Ask for the addresses of a domain."
    assert list(inspect.signature(call_hunter_api).parameters) == [
        "domain",
        "gate_state",
        "entity",
        "deep",
    ]
    assert inspect.iscoroutinefunction(call_hunter_api_later)
    assert not inspect.iscoroutinefunction(call_hunter_api)


def test_facts_are_found_by_place_and_by_name():
    asked = {"domain": "a.example", "gate_state": GOOD, "entity": "company-2"}
    assert call_hunter_api("a.example", GOOD, "company-1") == ("a.example", False)
    assert call_hunter_api(**asked, deep=True) == ("a.example", True)
    told = {"gate_state": GOOD, "entity": "company-3"}
    assert call_with_anything(1, **told) == ((1,), told)
    for refused in (
        lambda: call_hunter_api("a.example", BAD),
        lambda: call_hunter_api("a.example", gate_state=BAD),
        lambda: call_with_anything(gate_state=BAD),
        lambda: call_with_anything(BAD),
    ):
        with pytest.raises(ToolCanonViolationError, match="domain_verified"):
            refused()


def test_the_entity_reaches_the_guard_by_place_and_by_name():
    with pytest.raises(ToolCanonViolationError) as by_place:
        call_hunter_api("a.example", BAD, "company-1")
    with pytest.raises(ToolCanonViolationError) as by_name:
        call_hunter_api("a.example", BAD, entity="company-1")

    assert by_place.value.violation.context["entity"] == "company-1"
    assert by_name.value.violation.context["entity"] == "company-1"


def test_a_method_is_guarded_too():
    class Hunter:
        @guarded
        def find(self, gate_state, entity):
            return self, gate_state

    one = Hunter()

    assert one.find(GOOD, "company-1") == (one, GOOD)
    with pytest.raises(ToolCanonViolationError):
        one.find(BAD, "company-2")


def test_a_coroutine_is_judged_before_it_runs():
    async def both():
        with pytest.raises(ToolCanonViolationError, match="domain_verified"):
            await call_hunter_api_later("a.example", gate_state=BAD)
        return await call_hunter_api_later("a.example", GOOD)

    assert looped(both()) == "a.example"


def test_a_function_without_facts_is_judged_by_none():
    @enforce_tool_canon("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE)
    def look_up(domain, gate_state=None):
        return domain

    @guarded
    def find(domain):
        return domain

    assert look_up("a.example") == "a.example"
    with pytest.raises(ToolCanonViolationError, match="mx_present is not known"):
        find("a.example")


@pytest.mark.parametrize("asked", [("TOOL-008", "HUB-PEOPLE", "ENRICH"), (8, "", None)])
def test_a_decorator_that_cannot_be_right_is_refused_at_once(asked):
    with pytest.raises(ValueError):
        enforce_tool_canon(*asked)


def test_a_generator_is_no_call():
    def pages(gate_state):
        yield gate_state

    with pytest.raises(ValueError, match="generator"):
        guarded(pages)


def test_a_call_has_a_correlation_id_while_it_is_made():
    call = GuardedCall(ToolCanonGuard(), *HUNTER, GOOD, "a company")

    with reserving.reserving(call) as correlation_id:
        assert len(correlation_id) == 36


class Place:
    """Stands in the place of the reservation: takes when it is told to, and notes what is given back."""

    def __init__(self) -> None:
        self.is_asked = threading.Event()
        self.may_take = threading.Event()
        self.given_back: list[type[BaseException] | None] = []

    @contextmanager
    def reserving(self, call):
        self.is_asked.set()
        self.may_take.wait(20)
        try:
            yield "a correlation id"
        except BaseException as fault:
            self.given_back.append(type(fault))
            raise
        self.given_back.append(None)


@pytest.fixture
def place(monkeypatch) -> Place:
    made = Place()
    monkeypatch.setattr(reserving, "reserving", made.reserving)
    return made


def cancelled_when(is_time, may_take, body) -> bool:
    """Cancel a guarded coroutine once it is time; whether it was cancelled."""

    async def call():
        async with reserving.reserving_aside(GuardedCall(ToolCanonGuard(), *HUNTER, GOOD, None)):
            await body()

    async def scene():
        task = asyncio.ensure_future(call())
        await asyncio.to_thread(is_time.wait, 20)
        task.cancel()
        may_take.set()
        await asyncio.wait([task])
        return task.cancelled()

    return looped(scene())


def test_a_caller_that_is_cancelled_while_it_waits_gives_back_what_was_taken(place):
    async def never():
        pytest.fail("the call was made")

    assert cancelled_when(place.is_asked, place.may_take, never)
    assert place.given_back == [NeverMade]


def test_a_caller_that_is_cancelled_twice_while_it_waits_leaves_nothing_taken(place):
    async def call():
        async with reserving.reserving_aside(GuardedCall(ToolCanonGuard(), *HUNTER, GOOD, None)):
            pytest.fail("the call was made")

    async def scene():
        task = asyncio.ensure_future(call())
        await asyncio.to_thread(place.is_asked.wait, 20)
        for _ in range(2):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        place.may_take.set()
        return task.cancelled()

    assert looped(scene())
    assert place.given_back == [NeverMade]


def test_a_caller_that_is_cancelled_while_it_calls_gives_back_too(place):
    place.may_take.set()
    is_called = threading.Event()

    async def long():
        is_called.set()
        await asyncio.Event().wait()

    assert cancelled_when(is_called, place.may_take, long)
    assert place.given_back == [asyncio.CancelledError]


def test_a_call_that_ends_settles(place):
    place.may_take.set()

    assert looped(call_hunter_api_later("a.example", GOOD)) == "a.example"
    assert place.given_back == [None]


def ends() -> list[tuple[str, str]]:
    """How the calls of the ledger stand, the oldest first."""
    return list(ToolCall.objects.order_by("id").values_list("status", "fault"))


def test_a_call_is_open_while_it_is_made_and_settled_when_it_has_ended():
    seen = []

    @enforce_tool_canon(*MX)
    def look_up(domain):
        seen.extend(ends())

    look_up("a.example")

    assert seen == [("reserved", "")]
    assert ends() == [("succeeded", "")]
    call = ToolCall.objects.get()
    assert call.is_stored and call.duration is not None and call.cost == 0


def test_a_call_that_raises_has_failed_and_counts():
    @guarded
    def find(gate_state, entity):
        raise TimeoutError("It did not answer.")

    with pytest.raises(TimeoutError):
        find(GOOD, "acme")
    with pytest.raises(ToolCanonViolationError) as refused:
        find(GOOD, "acme")

    assert ends() == [("failed", "TimeoutError")]
    assert refused.value.violation.violation_code == "V-GATE-003"


def test_a_coroutine_that_is_cancelled_has_failed():
    is_called = threading.Event()

    @enforce_tool_canon(*MX)
    async def look_up(domain):
        is_called.set()
        await asyncio.Event().wait()

    async def scene():
        task = asyncio.ensure_future(look_up("a.example"))
        await asyncio.to_thread(is_called.wait, 20)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert looped(scene())
    assert ends() == [("failed", "CancelledError")]


def test_a_coroutine_that_is_closed_while_it_calls_has_failed():
    is_called = threading.Event()

    @enforce_tool_canon(*MX)
    async def look_up(domain):
        is_called.set()
        await Never()

    async def scene():
        made = look_up("a.example")
        while not is_called.is_set():
            future = made.send(None)
            if future is not None:
                await asyncio.wait([future])
        made.close()

    looped(scene())

    assert ends() == [("failed", "GeneratorExit")]


class Never:
    """What is awaited for good."""

    def __await__(self):
        yield None


def test_a_coroutine_that_is_closed_while_it_waits_gives_back_what_is_taken_for_it(place):
    async def scene():
        made = call_hunter_api_later("a.example", GOOD)
        made.send(None)
        # the reservation is under way on another thread
        await asyncio.to_thread(place.is_asked.wait, 20)
        made.close()
        place.may_take.set()

    looped(scene())

    assert place.given_back == [NeverMade]


def test_a_block_that_is_closed_has_failed():
    def calls():
        with reserving.reserving(GuardedCall(ToolCanonGuard(), *MX, {}, None)):
            yield

    made = calls()
    next(made)
    made.close()

    assert ends() == [("failed", "GeneratorExit")]
