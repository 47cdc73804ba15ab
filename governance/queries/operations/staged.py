"""Rows of a file that wait to be imported: what an import would make of them."""

from collections.abc import Sequence

from governance.models import HubError, Operation, Outreach
from governance.models.retention.holds import HOLD_FACTS

VERB = "import"

EXISTS = "an error with this id exists already"

ARCHIVED = "an archived error has this id"

SKIPPED = (EXISTS, ARCHIVED)

# the database fills these, or knows them better; holds are put by people here
OWN = (
    "message_key",
    "retry_exhausted",
    "expires_at",
    "version",
    "updated_at",
    "archived_at",
    *HOLD_FACTS,
)

DEFAULTS = {"retry_count": "0", "escalation_level": "0", "details": "'{}'"}

COLUMNS = tuple(
    str(field.column) for field in HubError._meta.concrete_fields if field.column not in OWN
)

LISTED = ", ".join(f'"{name}"' for name in COLUMNS)

# a row to come, found by item `i`, with what the database will file them under where it decides what an operation does to companies
STAGED = """LATERAL (SELECT r.subject_id::uuid AS id, (r.data ->> 'outreach_id')::uuid AS outreach_id, t.name AS error_table,
    r.company IN ('named', 'linked') AND coalesce((r.data ->> 'blocks')::boolean, c.blocking, t.blocks_promotion) AS blocks,
    coalesce(r.data ->> 'disposition', CASE WHEN w.wanted = ANY (t.allowed_dispositions) THEN w.wanted ELSE t.default_disposition END) AS disposition,
    governance.expiry(coalesce((r.data ->> 'created_at')::timestamptz, now()), coalesce(r.data ->> 'ttl_tier', c.ttl_tier, t.ttl_tier)) AS expires_at
    FROM governance_importrow r
    JOIN governance_errortable t ON t.name = r.data ->> 'error_table'
    LEFT JOIN governance_errorcode c ON c.code = r.data ->> 'code'
    CROSS JOIN LATERAL (SELECT CASE WHEN c.code IS NULL THEN CASE r.data ->> 'severity' WHEN 'CRITICAL' THEN 'PARKED' WHEN 'LOW' THEN 'IGNORE' END END AS wanted) w
    WHERE r.file_id = (SELECT f.id FROM governance_importfile f JOIN governance_operation o ON o.id = f.operation_id WHERE o.plan_key = %(plan_key)s)
        AND r.subject_id = i.subject_id AND r.data IS NOT NULL LIMIT 1)"""


def values_of(row: str) -> str:
    """Write the columns of a record of errors as they are inserted, defaults filled in."""
    return ", ".join(
        f'coalesce({row}."{name}", {DEFAULTS[name]})' if name in DEFAULTS else f'{row}."{name}"'
        for name in COLUMNS
    )


def staged(operation: Operation, subjects: Sequence[str]) -> dict[str, HubError]:
    """Return rows that an import would make, as they are staged; none of them is in the database yet."""
    rows = HubError.objects.raw(
        """SELECT d.*, governance.expiry(coalesce(d.created_at, now()), coalesce(d.ttl_tier, t.ttl_tier)) AS would_expire_at
        FROM governance_importrow r
        CROSS JOIN LATERAL jsonb_populate_record(NULL::governance_huberror, r.data) d JOIN governance_errortable t ON t.name = d.error_table
        WHERE r.file_id = (SELECT f.id FROM governance_importfile f WHERE f.operation_id = %s) AND r.subject_id = ANY (%s) AND r.data IS NOT NULL""",
        [operation.pk, list(subjects)],
    )
    found = {str(row.pk): row for row in rows}
    companies = Outreach.objects.select_related("company").in_bulk(
        {row.outreach_id for row in found.values() if row.outreach_id}
    )
    for row in found.values():
        row._state.adding = True
        row.expires_at = vars(row)["would_expire_at"]
        row.outreach = companies.get(row.outreach_id)
    return found
