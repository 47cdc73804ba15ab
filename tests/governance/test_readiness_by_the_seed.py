"""What triggers keep of any company is what the seed's rules say of its rows, whatever happens to these."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from governance.models import HubError, Readiness
from governance.queries.errors import blockers
from governance.services.operations import plans, runner
from tests import make
from tests.governance.seed import Company

pytestmark = pytest.mark.django_db
SINGLE = {"target": "governance_companytarget", "score": "governance_bitscore"}
MANY = {
    "filings": "governance_dolfiling",
    "slots": "governance_companyslot",
    "blogs": "governance_blogcontent",
    "people": "governance_person",
    "errors": "governance_huberror",
    "violations": "governance_violationcase",
}
TABLES = (make.CT, make.DOL, make.PEOPLE, make.URL)
HUBS = ("HUB-COMPANY-TARGET", "HUB-DOL", "HUB-PEOPLE", "HUB-OUTREACH", "HUB-BLOG-001", "")
# what is parked, retried, archived and only logged
CODES = ("V-GATE-001", "V-TOOL-003", "V-GATE-003", "V-TYPE-003")
# a change of some rows by plain SQL, or by an operation of the console
CHANGES = (
    "UPDATE governance_companytarget SET execution_status = 'failed' WHERE outreach_id > %s",
    "UPDATE governance_companytarget SET execution_status = 'ready' WHERE outreach_id < %s",
    "UPDATE governance_companytarget SET confidence_score = 0.8 WHERE outreach_id > %s",
    "DELETE FROM governance_companytarget WHERE outreach_id < %s",
    "UPDATE governance_dolfiling SET ein = NULL WHERE outreach_id > %s",
    "UPDATE governance_dolfiling SET filing_present = true, ein = '12-3' WHERE outreach_id < %s",
    "UPDATE governance_companyslot SET is_filled = NOT is_filled WHERE outreach_id > %s",
    "DELETE FROM governance_blogcontent WHERE outreach_id > %s",
    "UPDATE governance_bitscore SET signal_count = 1, score = 5 WHERE outreach_id < %s",
    "UPDATE governance_person SET email_verified = NOT email_verified WHERE outreach_id > %s",
    "UPDATE governance_huberror SET disposition = 'ARCHIVED' WHERE outreach_id > %s",
    "DELETE FROM governance_huberror WHERE outreach_id < %s",
    """UPDATE governance_violationcase SET disposition = 'RESOLVED', resolved_at = now()
        WHERE disposition IN ('RETRY', 'PARKED') AND outreach_id > %s""",
    """UPDATE governance_violationcase SET disposition = 'RETRY'
        WHERE disposition IN ('PARKED', 'ARCHIVED') AND outreach_id < %s""",
    """INSERT INTO governance_violation (code, tool_id, hub_id, outreach_id, severity, disposition,
            message, actor, channel, context)
        SELECT 'V-SCOPE-001', 'TOOL-001', h.id, o.outreach_id, 'CRITICAL', 'PARK', 'no', 'x', 'sql', '{}'
        FROM governance_outreach o CROSS JOIN governance_hub h WHERE o.outreach_id < %s""",
    "park",
    "resolve",
)
REASONS = {"park": {"reason": "DATA_QUALITY"}, "resolve": {"note": "mended"}}

maybe = st.booleans()
target = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["pending", "ready", "ready", "failed", "blocked"]),
        "email_method": st.sampled_from([None, "first.last", "first.last"]),
        "confidence_score": st.sampled_from([None, Decimal("0.7999"), Decimal("0.8"), Decimal(1)]),
        "imo_completed_at": st.sampled_from([None, timezone.now(), timezone.now()]),
    }
)
filing = st.fixed_dictionaries(
    {"ein": st.sampled_from([None, "", "12-3456789"]), "filing_present": st.none() | maybe}
)
score = st.fixed_dictionaries({"score": st.none() | st.just(50), "signal_count": st.integers(0, 2)})
company = st.fixed_dictionaries(
    {
        "target": st.none() | target,
        "filings": st.lists(filing, max_size=3),
        "filled": st.integers(0, 3),
        "blogs": st.integers(0, 2),
        "score": st.none() | score,
        "people": st.lists(maybe, max_size=2),
        "errors": st.lists(
            st.tuples(st.sampled_from(TABLES), st.sampled_from(["RETRY", "PARKED", "RESOLVED"])),
            max_size=3,
        ),
        "violations": st.lists(
            st.tuples(st.sampled_from(CODES), st.sampled_from(HUBS)),
            max_size=2,
        ),
    }
)
worlds = st.lists(company, min_size=1, max_size=4)
changes = st.lists(st.tuples(st.sampled_from(CHANGES), st.uuids()), max_size=6)


def build(given) -> None:
    on = make.outreach(outreach_id=uuid.uuid4())
    if given["target"]:
        make.target(outreach=on, **given["target"])
    for row in given["filings"]:
        make.filing(outreach=on, **row)
    make.slots(given["filled"], outreach=on)
    for _ in range(given["blogs"]):
        make.blog(outreach=on)
    if given["score"]:
        make.bit_score(outreach=on, **given["score"])
    for verified in given["people"]:
        make.person(outreach=on, email_verified=verified)
    hold(on, given)


def hold(on, given) -> None:
    """Put in the way what is in the way."""
    for table, disposition in given["errors"]:
        if (table, disposition) != (make.URL, "PARKED"):
            make.error(table, outreach=on, disposition=disposition)
    for code, hub in given["violations"]:
        make.violation(code, outreach=on, hub_id=hub)


def change(how: str, border: uuid.UUID) -> None:
    if how in REASONS:
        operate(how, HubError.objects.filter(outreach__lt=border))
        return
    with connection.cursor() as cursor:
        cursor.execute(how, [border])


def operate(verb: str, rows) -> None:
    if rows.exists():
        operation = plans.make(verb, rows=rows, by=make.triager(), **REASONS[verb])
        if operation.items.filter(outcome="planned").exists():
            runner.run(operation)


def by_hand() -> dict[uuid.UUID, Company]:
    """Read the rows of every id as they are stored."""
    found = {row["outreach_id"]: Company() for row in stored("governance_outreach")}
    for part, table in SINGLE.items():
        for row in stored(table):
            setattr(found[row["outreach_id"]], part, row)
    for part, table in MANY.items():
        for row in stored(table):
            getattr(found[row["outreach_id"]], part).append(row)
    return found


def stored(table: str) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def says(company: Company) -> dict:
    return {
        "tier": company.tier,
        "promotable": company.promotable,
        "bottleneck": company.bottleneck,
        "blockers": company.blockers,
    }


def kept() -> dict[uuid.UUID, dict]:
    return {
        row.pk: {
            "tier": row.tier,
            "promotable": row.promotable,
            "bottleneck": row.bottleneck,
            "blockers": sorted(
                (one.kind, one.severity, one.hub) for one in blockers.of(row.pk, row)
            ),
        }
        for row in Readiness.objects.all()
    }


@settings(
    max_examples=25,
    deadline=None,
    # finding out which lines a failure needs takes minutes
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds, bursts=changes)
def test_readiness_is_what_the_seed_says_of_the_rows(db, world, bursts):
    with transaction.atomic():
        for given_company in world:
            build(given_company)
        for how, border in bursts:
            change(how, border)

        assert kept() == {pk: says(company) for pk, company in by_hand().items()}

        transaction.set_rollback(True)
