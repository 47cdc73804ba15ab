"""The gates of a call that somebody is asked to agree to, as they stand now by the facts that it is bound to."""

from datetime import datetime
from typing import NamedTuple

from governance.canon.gates import Call, failures
from governance.models import AskedCall
from governance.queries.canon import current
from governance.toolbox import openings
from governance.toolbox.entries import Comparison, Condition
from governance.toolbox.facts import shown
from outreach_admin.ui import figures

UNKNOWN = "is not known"


class Shown(NamedTuple):
    """One fact and what is asked of it; `state` is holds, waits or fails, empty where nothing is asked."""

    condition: str
    found: str
    state: str = ""
    said: str = ""


def of(call: AskedCall, *, at: datetime) -> list[Shown]:
    """List the gates of its tool with what was told, then what was told beside; nothing of gates while nobody knows them."""
    told = call.told
    try:
        canon = current.ask().canon
        tool = canon.tools.get(call.tool_id)
        asked = Call(tool, call.hub_id, call.entity, told, at) if tool else None
        failed = {one.fact: one.said for one in failures(asked, canon)} if asked else {}
    except current.Unknown:
        tool, failed = None, {}
    gates = tool.gates if tool else ()
    named = {gate.fact for gate in gates}
    beside = [Shown(name, shown(told[name])) for name in told if name not in named]
    return [_shown(gate, call, failed.get(gate.fact, ""), at) for gate in gates] + beside


def _shown(
    gate: Condition,
    call: AskedCall,
    said: str,
    at: datetime,
) -> Shown:
    value = call.told.get(gate.fact)
    found = UNKNOWN if value is None else shown(value)
    if gate.comparison is Comparison.WITHIN_HOURS and said:
        opens = openings.next_opening(at, call.contact_zone, call.hours)
        if opens > at:
            return Shown(gate.words, found, "waits", f"opens {figures.ago(opens, at)}")
    return Shown(gate.words, found, "fails" if said else "holds", said)
