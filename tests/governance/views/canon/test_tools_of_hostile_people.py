"""Whatever anybody sends to the pages of tools, twice or from a page that is long out of date: it is answered."""

import pytest
from django.db import connection
from django.test import Client

from governance.models import Approval, KillSwitch, ViolationCase
from tests import make
from tests.governance.canon import canons
from tests.governance.services.canon.calling import requested

pytestmark = pytest.mark.django_db

ODD = ["", "\0", "x" * 10_000, "9" * 400, "\u202e", "<script>", "%00", "-1", "1e400", "NaN", "[]"]
FORMS = {
    "/canon/try/": ("tool", "hub", "interaction", "entity", "clock", "facts", "fact-bit_score"),
    "/canon/switches/stop/": ("tool", "reason"),
    "/canon/versions/load/": ("text",),
    "/approvals/calls/": ("vote", "calls", "comment"),
}
FACTS = [
    "[]",
    "{",
    '{"vendor": "\\ud800"}',
    '{"a": NaN}',
    '{"a": 1e999}',
    '{"contact_timezone": "Asia/Tokyo", "bit_score": 1e308}',
    "[" * 9_000,
    '{"a": ' + "9" * 5_000 + "}",
]
TRIED = {"tool": "TOOL-011", "hub": "HUB-OUTREACH", "interaction": "WRITE"}
ODD_VIOLATIONS = """INSERT INTO governance_violation
        (code, tool_id, tool, hub_id, entity, severity, disposition, message, actor, channel, context, at)
    SELECT t, t, t, t, t, 'HIGH', d, t, t, t, c::jsonb, m::timestamptz
    FROM (VALUES
        ('1900-01-01 00:00+00', '{"failed": {"fact": 1}}', 'PARK'),
        ('9998-01-01', '{"a": 1e400, "failed": null}', 'RETRY'),
        ('9998-12-31 23:59:59.999999+00', '{}', 'ARCHIVE'),
        ('2026-01-01', '{"failed": 7, "": []}', 'IGNORE'),
        ('2026-01-01', '{"failed": [1, {"fact": []}]}', 'PARK')) v (m, c, d),
        unnest(ARRAY['<b>', E'\\u202e']) t"""


def seated(role: str) -> Client:
    """Somebody of this role, signed in."""
    found = Client(raise_request_exception=False)
    found.force_login(getattr(make, role)())
    return found


def sent(path: str, fields: tuple[str, ...], odd: str) -> list[dict[str, str]]:
    """Each field odd by itself, and all of them together."""
    forms = [{name: odd} for name in fields] + [dict.fromkeys(fields, odd)]
    return [TRIED | one for one in forms] if path == "/canon/try/" else forms


def broken(client: Client, odds: list[str]) -> list[str]:
    """What of the pages of tools breaks."""
    found = []
    for path, fields in FORMS.items():
        for odd in odds:
            answers = [client.post(path, one) for one in sent(path, fields, odd)]
            found += [f"{path} {odd[:20]}" for one in answers if one.status_code >= 500]
    for facts in FACTS:
        if client.post("/canon/try/", TRIED | {"facts": facts}).status_code >= 500:
            found.append(f"facts {facts[:20]}")
    for address in ("/canon/try/?tool=%00", "/tools/no-such/", "/canon/versions/99999999999/"):
        if client.get(address).status_code >= 500:
            found.append(address)
    return found


def test_no_form_breaks_whatever_is_sent():
    assert broken(seated("manager"), ODD[:4]) == []


@pytest.mark.soak
@pytest.mark.parametrize("role", ["viewer", "analyst", "triager", "manager", "admin"])
def test_no_form_breaks_whoever_sends_what(role):
    assert broken(seated(role), ODD) == []


def test_what_is_done_twice_or_from_an_old_page_is_done_once():
    desk, other = seated("manager"), seated("manager")
    stop = {"tool": "firecrawl", "reason": "It misbehaves."}

    answers = [desk.post("/canon/switches/stop/", stop) for _ in range(2)]
    switch = KillSwitch.objects.get()
    answers += [
        one.post(f"/canon/switches/{switch.pk}/release/", {"reason": "It is well."})
        for one in (desk, other, other)
    ]
    text = {"text": canons.text(3)}
    answers += [one.post("/canon/versions/load/", text) for one in (desk, desk)]
    enforce = {"reason": "It is right.", "instead_of": "2"}
    answers += [one.post("/canon/versions/3/enforce/", enforce) for one in (desk, other, other)]

    assert max(answer.status_code for answer in answers) < 500
    switch.refresh_from_db()
    assert switch.released_by is not None and switch.released_by != switch.by


def test_a_vote_that_is_sent_twice_counts_once_and_one_on_what_is_over_is_refused():
    desk, other = seated("manager"), seated("manager")
    found = requested()
    ticked = {"vote": "approve", "calls": f"{found.pk}:{found.plan_hash}"}

    answers = [one.post("/approvals/calls/", ticked) for one in (desk, desk, other)]
    vote = {"vote": "reject", "plan_hash": found.plan_hash, "comment": "Too late."}
    late = other.post(f"/approvals/{found.pk}/vote/", vote)

    assert {answer.status_code for answer in answers} == {200} and late.status_code < 500
    approval = Approval.objects.get()
    assert approval.state == "approved" and approval.votes.count() == 1


def test_whatever_plain_sql_wrote_as_a_violation_is_shown(client):
    with connection.cursor() as cursor:
        cursor.execute(ODD_VIOLATIONS)
    client.force_login(make.manager())

    for part in ("", "?part=facets", "?sort=expires", "?sort=-seen&size=25&columns=channel"):
        assert client.get(f"/canon/violations/{part}").status_code == 200
    for case in ViolationCase.objects.values_list("pk", flat=True):
        assert client.get(f"/canon/violations/{case}/").status_code == 200


def test_a_switch_that_plain_sql_set_is_shown(client):
    reader = make.manager()
    client.force_login(reader)
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO governance_killswitch (tool, reason, by_id, at)
            SELECT t, E'\\u202e', %s, m::timestamptz
            FROM (VALUES ('a/b', '9999-12-31'), ('<b>', '1900-01-02'), ('c', '2026-01-01')) v (t, m)""",
            [reader.pk],
        )

    for path in ("/canon/switches/", "/canon/switches/?part=facets", "/tools/"):
        assert client.get(path).status_code == 200, path
