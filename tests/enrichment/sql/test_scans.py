"""What plain SQL may write into audits: nothing that their pages cannot show."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from tests.enrichment import audited

pytestmark = pytest.mark.django_db
TABLE = {
    "layer": "raw",
    "table": "raw.x",
    "keys": ["domain"],
}
WAIVER = {"reason": "later", "expires": "2026-02-28"}


def write(statement, value, key):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(value), key])


@pytest.mark.parametrize("count", [None, "1", [1], {"a": 1}, True, -1, 1.5, 1e300])
def test_a_figure_of_a_scan_is_a_number(count):
    scan = audited.finding().scan

    write("UPDATE enrichment_scan SET summary = %s WHERE id = %s", {"files": 1}, scan.pk)
    with pytest.raises(IntegrityError, match="scan_summary_has_numbers"):
        write("UPDATE enrichment_scan SET summary = %s WHERE id = %s", {"files": count}, scan.pk)


@pytest.mark.parametrize(
    "waiver",
    [
        None,
        1,
        {},
        [WAIVER],
        {"expires": "soon"},
        {"expires": "2026-02-30"},
        {"expires": "0000-01-01"},
        WAIVER | {"reason": 5},
    ],
)
def test_a_waiver_of_a_scan_has_texts_and_a_day(waiver):
    scan = audited.finding().scan

    write("UPDATE enrichment_scan SET waivers = %s WHERE id = %s", [WAIVER], scan.pk)
    with pytest.raises(IntegrityError, match="scan_waivers_end"):
        write("UPDATE enrichment_scan SET waivers = %s WHERE id = %s", [WAIVER, waiver], scan.pk)


@pytest.mark.parametrize(
    "table",
    [
        None,
        1,
        {},
        [TABLE],
        TABLE | {"table": None},
        TABLE | {"layer": []},
        TABLE | {"keys": "domain"},
        TABLE | {"keys": [None]},
    ],
)
def test_a_table_of_a_finding_has_layer_name_and_keys(table):
    with (
        pytest.raises(IntegrityError, match="finding_writes_name_tables"),
        transaction.atomic(),
    ):
        audited.finding(writes=[TABLE, table])
