"""Requests for pages, timed: what is asked for, what it cost, and how a lot of them are spread."""

import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

PART = {"HX-Request": "true"}
TRIES = 3


@dataclass(frozen=True)
class Visit:
    """One address: the best of three times in seconds, the first one, and the number of queries."""

    address: str
    seconds: float
    first: float
    queries: int


def visit(client: Client, address: str, *, part: bool = False) -> Visit:
    """Ask for an address until its time is known; other programs on the machine only ever lengthen one."""
    wanted: dict[str, Any] = {"headers": PART} if part else {}
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        answer = client.get(address, **wanted)
        times.append(time.perf_counter() - started)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"
    with CaptureQueriesContext(connection) as found:
        client.get(address, **wanted)
    return Visit(address, min(times), times[0], len(found))


def percentile(values: Iterable[float], share: int) -> float:
    """Return the value that `share` per cent of the values, two at least, do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def report(title: str, visits: list[Visit], *, slowest: int = 8) -> None:
    """Print how the visits are spread, and the slowest of them."""
    times, firsts = [one.seconds for one in visits], [one.first for one in visits]
    print(
        f"\n{title}: {len(visits)} addresses, p50 {percentile(times, 50) * 1000:.0f} ms, p95 {percentile(times, 95) * 1000:.0f} ms, "
        f"slowest {max(times) * 1000:.0f} ms; at the first visit p50 {percentile(firsts, 50) * 1000:.0f}, p95 {percentile(firsts, 95) * 1000:.0f}; "
        f"queries {min(one.queries for one in visits)} to {max(one.queries for one in visits)}"
    )
    for one in sorted(visits, key=lambda one: -one.seconds)[:slowest]:
        print(f"    {one.seconds * 1000:6.0f} ms {one.queries:3} queries  {one.address}")
