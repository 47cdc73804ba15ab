"""Making entries of the registry as the code shows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User

from enrichment.models import Workflow
from enrichment.services import entries
from enrichment.services.entries import Entry

RIGHT = entries.ADD
# layer, table, key columns
Flow = tuple[str, str, Sequence[str]]


def register(
    *,
    workflow_name: str,
    key_type: str,
    flows: Iterable[Flow],
    by: User,
    aliases: Iterable[str] = (),
    channel: str = "",
    **columns: Any,
) -> Workflow:
    """Make a workflow with its flows, (layer, table, key columns) each, and its other names.

    The first flow of a layer is its primary one, whose table and key the seed's columns repeat.
    Raises NotPermitted, RegistryRefused: a name that is taken (409), a field that is not right (422).
    """
    named = {"workflow_name": workflow_name.strip(), "key_type": key_type or None}
    tables = [entries.Flow(layer, table, tuple(keys)) for layer, table, keys in flows]
    entry = Entry(columns | named, tables, list(aliases))
    return entries.register(entry, by=by, channel=channel)
