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


def stretch() -> float:
    """Say how many times longer than its own work a program takes now, because others use the machine."""
    ratios = []
    for _ in range(9):
        wall, work = time.perf_counter(), time.process_time()
        sum(range(1_000_000))
        ratios.append((time.perf_counter() - wall) / (time.process_time() - work))
    return max(1.0, statistics.fmean(ratios))


def percentile(values: Iterable[float], share: int) -> float:
    """Return the value that `share` per cent of the values do not exceed."""
    values = list(values)
    return (
        values[0]
        if len(values) == 1
        else statistics.quantiles(values, n=100, method="inclusive")[share - 1]
    )


def visit_all(
    client: Client, addresses: Iterable[str], *, part: bool = False
) -> tuple[list[Visit], float]:
    """Visit every address; say how much longer than their own work they took on this machine."""
    stretches, visits = [stretch()], []
    for place, address in enumerate(addresses):
        visits.append(visit(client, address, part=part))
        if place % 20 == 19:
            stretches.append(stretch())
    return visits, statistics.median(stretches)


def report(title: str, visits: list[Visit], *, stretched: float, slowest: int = 8) -> None:
    """Print how the visits are spread, and the slowest of them; every time as measured."""
    times, firsts = [one.seconds for one in visits], [one.first for one in visits]
    print(
        f"\n{title}: {len(visits)} addresses, p50 {percentile(times, 50) * 1000:.0f} ms, p95 {percentile(times, 95) * 1000:.0f} ms, "
        f"slowest {max(times) * 1000:.0f} ms; at the first visit p50 {percentile(firsts, 50) * 1000:.0f}, p95 {percentile(firsts, 95) * 1000:.0f}; "
        f"queries {min(one.queries for one in visits)} to {max(one.queries for one in visits)}; other programs made it take {stretched:.1f} times as long"
    )
    for one in sorted(visits, key=lambda one: -one.seconds)[:slowest]:
        print(f"    {one.seconds * 1000:6.0f} ms {one.queries:3} queries  {one.address}")
