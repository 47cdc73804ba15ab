"""Whatever a client with a token sends about calls of tools: it is answered, and nothing breaks."""

import json

import pytest
from django.db import connection

from governance.models import Approval, ToolCall
from tests import ledgers, make
from tests.callers import Caller
from tests.governance.services.canon import calling

CALLS, ASKED, VALIDATE = "/api/canon/calls/", "/api/canon/approvals/", "/api/canon/validate/"
MX = {"tool_id": "TOOL-001", "hub_id": "HUB-PEOPLE", "interaction_type": "VALIDATE"}
RETELL = {
    "tool_id": "TOOL-011",
    "hub_id": calling.HUB,
    "interaction_type": "WRITE",
    "entity": "acme.example",
}
DEEP = json.loads("[" * 90 + "]" * 90)
ODD = {
    "long": "x" * 10_000,
    "a" * 10_000: 1,
    "": "",
    "great": 10**4_000,
    "small": 1e-300,
    "deep": DEEP,
    "wide": list(range(6_000)),
    "right to left": "\u202egnp.exe",
    "marks": "e" + "\u0301" * 500,
    "script": "<script>alert(1)</script>",
    "sql": "'; DROP TABLE governance_toolcall; --",
    "human_approval": True,
    "seen_at": "9999-12-31T23:59:59-23:59",
    "born_at": "0001-01-01T00:00:00+23:59",
    "year_at": "10000-01-01T00:00:00Z",
    "vendor": {"a": 1},
    "library": ["requests"],
    "pattern": 7,
    "pattern_attempts": -1,
    "enrichment_attempts": 1e308,
    "bit_score": True,
    "contact_timezone": "../../../etc/localtime",
    "domain": "x" * 9_000 + "@",
}
BODIES = [
    b"",
    b"null",
    b"[]",
    b'"text"',
    b"{",
    b'{"tool_id": "\\u0000"}',
    b'{"tool_id": "\\ud800"}',
    b'{"tool_id": 1e999}',
    b'{"tool_id": NaN}',
    b"\xff\xfe",
    b'{"a": 1, "a": 2}',
    b"[" * 5_000,
]


@pytest.fixture
def pipeline(committed_db, redis_server, monkeypatch) -> Caller:
    ledgers.at_ease(monkeypatch)
    return Caller(make.triager(), "pipeline", "read")


def test_any_fact_is_judged_kept_or_refused(pipeline):
    for facts in ({name: value} for name, value in ODD.items()):
        for path, call in ((CALLS, MX), (CALLS, RETELL), (ASKED, RETELL), (VALIDATE, RETELL)):
            known = calling.FACTS | {"contact_timezone": calling.where_it_is_noon()}
            body = call | {"gate_state": (known if call is RETELL else {}) | facts}
            more = {"request_approval": True} if path == CALLS else {}
            answer = pipeline.post(path, body | more)
            assert answer.status_code in (200, 201, 409, 422), (path, facts, answer.content)

    # what was kept and asked for can be read, by programs and by people
    made, asked = ToolCall.objects.all(), Approval.objects.all()
    assert made.exists() and asked.count() > 3
    reader = make.manager()
    pipeline.client.force_login(reader)
    token = Caller(reader, "read")
    for call in made:
        assert pipeline.client.get(f"/canon/calls/{call.pk}/").status_code == 200
    for one in asked:
        assert pipeline.client.get(f"/approvals/{one.pk}/").status_code == 200
        assert token.get(f"/api/approvals/{one.pk}/").status_code == 200
    for path in ("/canon/calls/", "/approvals/", "/approvals/calls/", "/canon/violations/"):
        assert pipeline.client.get(path).status_code == 200
    for path in (CALLS, "/api/approvals/", "/api/canon/violations/?size=1000"):
        assert token.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("path", [CALLS, ASKED, VALIDATE, "/api/canon/violations/search/"])
def test_any_body_is_refused_in_words(path):
    caller = Caller(make.triager(), "pipeline", "read")

    for body in BODIES:
        answer = caller.post(path, body)
        is_search_of_all = path.endswith("search/") and body in (b"", b"{}")
        assert answer.status_code in ((200,) if is_search_of_all else (400, 422)), body
        assert is_search_of_all or answer.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["0", "2147483648", "9223372036854775808", "9" * 60])
def test_a_number_that_no_call_has_is_not_found(key):
    caller = Caller(make.triager(), "pipeline", "read")

    answer = caller.post(f"{CALLS}{key}/settle/", {"status": "succeeded"})

    assert answer.status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "by=%00",
        "by=" + "x" * 5_000,
        "entity=%ED%A0%80",
        "entity=" + "x" * 5_000,
        "tool=TOOL-001&tool=%00",
        "reserved_after=10000-01-01T00:00Z",
        "reserved_after=infinity",
        "reserved_before=-9999d-ago",
        "correlation_id=%F0%9F%92%A9",
        "cursor=AAAA",
        "size=99999999999999999999",
        "sort=-",
    ],
)
def test_any_filter_of_the_ledger_is_answered(query):
    ledgers.call()
    caller = Caller(make.triager(), "read")

    assert caller.get(f"{CALLS}?{query}").status_code in (200, 400)


# what the database takes of anybody; moments beyond the years of calendars, and facts that are none, it refuses
ODD_ROWS = """INSERT INTO governance_toolcall (correlation_id, tool_id, tool, tier, canon_version, hub,
        interaction, entity, domain, facts, passed, channel, reserved_at, status, settled_at, duration,
        cost, is_stored, fault)
    SELECT 'c', t, t, 0, 1, t, 'READ', t, t, f::jsonb, true, t, m::timestamptz, 'failed', m::timestamptz,
        2147483647, 1000000, false, t
    FROM unnest(ARRAY['1900-01-01 00:00+00', '9999-12-31 23:59:59.999999+00', '2026-01-01']) m,
        unnest(ARRAY['{}', '{"": {"b": []}, "c": null}', '{"a": 1e400, "b": -1e-400}']) f,
        unnest(ARRAY[E'<b>/\\u202e']) t"""


@pytest.mark.django_db
def test_whatever_plain_sql_wrote_into_the_ledger_is_shown(client):
    with connection.cursor() as cursor:
        cursor.execute(ODD_ROWS)
    reader = make.manager()
    client.force_login(reader)
    caller = Caller(reader, "read")

    for part in ("", "?part=facets", "?sort=reserved", "?status=failed&size=25"):
        assert client.get(f"/canon/calls/{part}").status_code == 200
    for call in ToolCall.objects.values_list("pk", flat=True):
        assert client.get(f"/canon/calls/{call}/").status_code == 200
    page = caller.get(f"{CALLS}?size=2")
    while following := page.json()["next"]:
        page = caller.get(following)
        assert page.status_code == 200
    assert client.get("/tools/").status_code == 200
