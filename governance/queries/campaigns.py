"""Lists that campaigns were given, as they were then."""

import hashlib
from typing import NamedTuple

from django.db import connection

from governance.models import CampaignList
from outreach_admin.lists.files import copies, streams

COLUMNS = ("outreach_id", "domain", "company_name", "readiness_tier")
GIVEN = """SELECT outreach_id, domain, company_name, tier, number
    FROM governance_campaigncompany WHERE list_id = %s"""


class Proof(NamedTuple):
    """What a file is told by: its bytes, and their SHA-256 in hexadecimal."""

    size: int
    checksum: str


def rows_of(key: int) -> copies.Rows:
    """Return what the file of a list is written from."""
    return copies.Rows(GIVEN, [key], COLUMNS, order=["number"], beside=["number"])


def proof_of(key: int) -> Proof:
    """Write a list's file anew, in constant memory, and measure it."""
    digest, size = hashlib.sha256(), 0
    rows = rows_of(key)
    with connection.cursor() as cursor:
        source = copies.ordered(rows, copies.bound(cursor, rows))
        for block in copies.table(cursor, source):
            digest.update(block)
            size += len(block)
    return Proof(size, digest.hexdigest())


def stream_of(given: CampaignList, *, reader: int | None = None) -> streams.Stream:
    """Begin the file of a list as it was given, stating the moment it was taken. Refuses as `stream_csv`."""
    rows = rows_of(given.pk)
    stream = streams.stream_csv(
        rows.query,
        rows.params,
        rows.columns,
        label=streams.Label(f"campaign-{given}", given.filter),
        order=rows.order,
        beside=rows.beside,
        comments=False,
        reader=reader,
    )
    return stream.taken(given.as_of)
