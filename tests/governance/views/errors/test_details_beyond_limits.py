"""Rows and history from before there were limits: every page and file bears them, and no list hides one."""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from governance.models import Event, ExportFile, HubError, OperationItem
from governance.resources import exports
from governance.services.operations import plans, runner, undos
from tests import make
from tests.servers import OWNER, SERVERS

pytestmark = pytest.mark.usefixtures("committed_db")
LIMITS = """SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname)
    FROM pg_constraint WHERE contype = 'c'
        AND conname ~ '(_characters|_bytes|_levels|_to_9999|_finite|_years)$'"""
NUMBER = "9" * 5_000
DEEP = "[" * 3_000 + "]" * 3_000
MOMENTS = ("infinity", "-infinity", "10000-01-01 00:00:00+00", "9999-12-31 12:00:00+00")
DETAILS = ("[1]", '"text"', "5", "null", f'{{"n": {NUMBER}}}', f'{{"deep": {DEEP}}}', DEEP)
SORTS = [f"{sign}{name}" for name in ("created", "expires", "tries") for sign in ("", "-")]
LIST = reverse("governance:error-list")


@pytest.fixture
def limitless() -> None:
    """Take the limits away, as they once were not there."""
    with psycopg.connect(SERVERS.url(OWNER, SERVERS.database)) as owner:
        for (statement,) in owner.execute(LIMITS).fetchall():
            owner.execute(statement)
        owner.execute("ALTER TABLE governance_operationitem DISABLE TRIGGER USER")


@pytest.fixture
def odd(limitless) -> list[UUID]:
    """Errors of every odd kind, and some that plain SQL changed between them."""
    keys = [uuid4() for _ in range(len(MOMENTS) + len(DETAILS))]
    rows = [(key, moment, "{}") for key, moment in zip(keys, MOMENTS, strict=False)]
    rows += [
        (key, "2026-02-04", text) for key, text in zip(keys[len(rows) :], DETAILS, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"""INSERT INTO governance_huberror (id, error_table, code, severity, created_at, details)
            VALUES (%s, '{make.DOL}', 'NO_MATCH', 'HIGH', %s, %s)""",
            rows,
        )
        # events keep both rows whole
        cursor.execute("UPDATE governance_huberror SET stage = 's', next_retry_at = created_at")
    return keys


@pytest.fixture
def ops(client):
    """The client of a signed-in triager."""
    client.force_login(make.triager())
    return client


def walked(client, address: str) -> Iterator[str]:
    """The keys on every page of a list, from the first to the last."""
    while address:
        page = client.get(address)
        assert page.status_code == 200, page.text[:2000]
        yield from re.findall(r'data-row="([^"]+)"', page.text)
        following = re.search(r'id="page-after" href="([^"]+)"', page.text)
        address = f"{LIST}{following[1]}".replace("&amp;", "&") if following else ""


@pytest.mark.parametrize(
    "beside", ["", "&severity=HIGH", "&q=NO_MATCH", "&severity=HIGH&q=NO_MATCH"]
)
def test_no_list_hides_a_row(ops, odd, beside, monkeypatch):
    monkeypatch.setattr("outreach_admin.lists.paging.SIZES", (3, 25))
    make.error(severity="LOW", code="NO_MATCH", message="another")

    for sort in SORTS:
        address = f"{LIST}?sort={sort}&size=3&error_table={make.DOL}{beside}"
        assert sorted(walked(ops, address)) == sorted(map(str, odd)), sort


def test_every_record_is_shown_with_what_it_holds_and_held(ops, odd):
    pages = [
        ops.get(f"{reverse('governance:error-detail', args=[key])}?severity=HIGH") for key in odd
    ]

    assert [page.status_code for page in pages] == [200] * len(odd)
    for page, moment in zip(pages, MOMENTS, strict=False):
        assert moment.removesuffix("+00").split(".")[0] in page.text
    assert NUMBER in pages[len(MOMENTS) + 4].text
    assert DEEP in pages[-1].text


def test_a_mended_record_bears_its_history(ops, odd):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_huberror SET details = '{}', created_at = now(), next_retry_at = NULL"
        )

    for key in odd:
        page = ops.get(reverse("governance:error-detail", args=[key]))
        assert page.status_code == 200
        assert "outside change" in page.text
    assert Event.objects.filter(subject_id=odd[0]).last().before["created_at"] == "infinity"


def test_groups_overview_and_archive_bear_them(ops, odd):
    for view in ("cause", "tries", "owner", "expiry"):
        for part in ("", "&part=effect"):
            page = ops.get(f"{reverse('governance:group-list')}?view={view}{part}")
            assert page.status_code == 200, view
    assert ops.get(reverse("governance:overview")).status_code == 200
    row = make.archived()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_archivederror SET archived_at = 'infinity', details = %s", [DEEP]
        )

    listed = ops.get(f"{reverse('governance:archive-list')}?severity=MEDIUM")
    assert (listed.status_code, str(row.pk) in listed.text) == (200, True)
    assert ops.get(reverse("governance:archive-detail", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("format", ["csv", "json"])
def test_files_hold_every_digit(ops, odd, format):
    for name in ("error", "audit"):
        answer = ops.get(f"{reverse(f'governance:{name}-export')}?format={format}")
        text = b"".join(answer.streaming_content).decode()
        assert answer.status_code == 200
        if name == "error":
            assert NUMBER in text and DEEP in text and "infinity" in text


def test_a_sheet_holds_them(ops, odd):
    file = ExportFile.objects.create(
        subject="errors", format="xlsx", requester=make.triager(username="other")
    )

    exports.write_file(file.pk)

    file.refresh_from_db()
    assert (file.state, file.rows) == ("ready", len(odd)), file.note


def test_an_operation_over_them_shows_its_rows_and_files(ops, odd):
    user = make.triager(username="other")
    rows = HubError.objects.filter(pk__in=odd[:3])
    operation = plans.make(
        "park", rows=rows, by=user, filter="x=1", scope="ids", reason="DATA_QUALITY"
    )
    runner.run(operation)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE governance_operationitem SET before = '5' WHERE subject_id = %s", [str(odd[0])]
        )

    for name in ("operation-detail", "operation-rows"):
        assert ops.get(reverse(f"governance:{name}", args=[operation.pk])).status_code == 200
    answer = ops.get(reverse("governance:operation-outcomes", args=[operation.pk]))
    assert str(odd[0]) in b"".join(answer.streaming_content).decode()
    assert OperationItem.objects.filter(outcome="applied").count() == 3
    undo = undos.plan(operation, by=user)
    assert ops.get(reverse("governance:operation-detail", args=[undo.pk])).status_code == 200
