"""Four weeks of calls, written at once by sql/calls.sql: by every tool, ended in every way, within every limit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from governance.demo import population
from governance.demo.canon import cast
from governance.models import ToolCall
from governance.services.canon.calls import held_for
from governance.toolbox.entries import Tool, Unit

TOOLS = """CREATE TEMP TABLE demo_tool (slug text, id text, tier int, interaction text, hubs text[],
    cost numeric, a_day int, a_month int, version int) ON COMMIT DROP"""
UNTIL = "CREATE TEMP TABLE demo_until ON COMMIT DROP AS SELECT %s::timestamptz AS at"


def write(made: Sequence[ToolCall], *, until: datetime) -> None:
    """Fill the ledger up to a moment, with calls that are told already among the others. Needs an open transaction."""
    version = cast.canon().version
    rows = [[*_given(tool), version] for tool in cast.canon().tools.values()]
    with connection.cursor() as cursor:
        cursor.execute(UNTIL, [until])
        cursor.execute(TOOLS)
        places = ", ".join(["%s"] * 9)
        cursor.executemany(f"INSERT INTO demo_tool VALUES ({places})", rows)
        cursor.execute(population.statements("calls"))
    ToolCall.objects.bulk_create(made)


def _given(tool: Tool) -> Iterator[Any]:
    yield from (tool.slug, tool.id, tool.tier.value, tool.interaction.value)
    yield sorted(tool.hubs)
    yield held_for(tool)
    yield _most(tool, Unit.DAY)
    yield _most(tool, Unit.MONTH)


def _most(tool: Tool, unit: Unit) -> int | None:
    return next((limit.calls for limit in tool.limits if limit.unit is unit), None)
