"""Retention by the API: policies, forecast, account; agreeing to it is somebody else's act."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from governance.models import ErrorTable, PurgeConsent, ReconciliationCheck
from governance.services import attribution
from governance.services.archives import accounts
from governance.services.jobs import runs
from tests import make
from tests.callers import Caller
from tests.governance.sql.test_holds import held

pytestmark = pytest.mark.django_db
RETENTION = "/api/archive/retention/"
ACCOUNT = "/api/archive/reconciliation/"
AGREE = f"{RETENTION}{make.CT}/agree/"


@pytest.fixture
def viewer() -> Caller:
    return Caller(make.viewer())


@pytest.fixture
def manager() -> Caller:
    return Caller(make.manager(), "approve")


def set_retention(days: int, by: object) -> None:
    attribution.attribute(by=by, reason="reference data", channel="browser")
    ErrorTable.objects.filter(name=make.CT).update(retention=timedelta(days=days))


def of(found: list[dict], table: str = make.CT) -> dict:
    return next(one for one in found if one["error_table"] == table)


def test_each_table_tells_its_policy_and_what_goes_in_which_month(viewer):
    at = timezone.now()
    make.archived(retention_expires_at=at - timedelta(days=1))
    make.archived(retention_expires_at=at + timedelta(days=900))
    held(retention_expires_at=at)

    said = viewer.get(RETENTION).json()

    told = of(said["tables"])
    assert (told["archived"], told["held"], told["overdue"], told["later"]) == (3, 1, 1, 1)
    assert [month["rows"] for month in told["months"]] == [1] + [0] * 12
    assert told["months"][0]["month"] == f"{at:%Y-%m-01}"
    assert told["consent"] | {"days": told["retention_days"], "agreed_by": None} == told["consent"]
    assert said["schedule"]["job"] == "weekly" and said["purges"] == []


def test_what_was_deleted_is_told_with_its_digest(viewer):
    make.archived(retention_expires_at=timezone.now() - timedelta(days=1))
    runs.run("weekly", trigger="command", started_by="root")

    (purge,) = viewer.get(RETENTION).json()["purges"]

    assert (purge["error_table"], purge["rows"], len(purge["digest"])) == (make.CT, 1, 64)
    assert purge["reference"] == f"OP-{purge['operation']}"


def test_the_account_adds_up_and_the_latest_check_says_where_it_did_not(viewer):
    make.error()
    make.archived()
    before = viewer.get(ACCOUNT).json()
    accounts.reconcile()
    ReconciliationCheck.objects.create(is_exact=False, differing={make.CT: 2})

    after = viewer.get(ACCOUNT).json()

    told = of(before["tables"])
    assert (before["balances"], before["checked"]) == (True, None)
    assert (told["live"], told["archived"], told["purged"], told["created"]) == (1, 1, 0, 2)
    assert (told["difference"], told["balances"]) == (0, True)
    assert after["tables"] == before["tables"]
    assert after["checked"] | {"is_exact": False, "differing": {make.CT: 2}} == after["checked"]


def test_somebody_else_agrees_to_the_retention_that_was_read(manager):
    set_retention(30, make.admin())
    assert manager.get(RETENTION).status_code == 200

    other = manager.post(AGREE, {"days": 31})
    agreed = manager.post(AGREE, {"days": 30, "note": "As agreed."}, Idempotency_Key="agree")
    replayed = manager.post(AGREE, {"days": 30, "note": "As agreed."}, Idempotency_Key="agree")
    again = manager.post(AGREE, {"days": 30})

    assert (other.status_code, agreed.status_code, again.status_code) == (409, 201, 409)
    assert replayed.content == agreed.content
    assert agreed.json()["agreed_by"] == manager.token.account.username
    told = of(manager.get(RETENTION).json()["tables"])
    assert told["consent"] == agreed.json() and told["consent"]["note"] == "As agreed."


def test_who_set_it_is_refused_by_page_and_api_alike(manager):
    set_retention(30, manager.token.account)
    page = Client()
    page.force_login(manager.token.account)

    refused = manager.post(AGREE, {"days": 30})
    shown = page.post(reverse("governance:archive-agree", args=[make.CT]), {"days": "30"})

    assert (refused.status_code, shown.status_code) == (403, 403)
    assert refused.json()["detail"] in shown.content.decode()
    assert not PurgeConsent.objects.in_force().filter(error_table=make.CT).exists()


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({}, 422),
        ({"days": "30"}, 422),
        ({"days": -1}, 422),
        ({"days": 10**30}, 422),
        ({"days": 30, "note": "x" * 10_000}, 422),
        ({"days": 30, "note": "\0"}, 400),
        ({"days": 30, "notes": ""}, 400),
    ],
)
def test_what_is_no_word_is_refused(manager, wrong, status):
    set_retention(30, make.admin())

    assert manager.post(AGREE, wrong).status_code == status
    assert not PurgeConsent.objects.in_force().filter(error_table=make.CT).exists()


@pytest.mark.parametrize("name", ["no.such_table", "%00", "%ED%A0%80", "x" * 4_000])
def test_a_table_that_there_is_not_is_told_so(manager, name):
    assert manager.post(f"{RETENTION}{name}/agree/", {"days": 30}).status_code == 404


@pytest.mark.parametrize("address", [RETENTION, ACCOUNT])
def test_many_cost_as_many_queries_as_one(viewer, address):
    viewer.get(address)
    counts = []
    for _ in range(2):
        make.archived()
        make.archived(make.DOL)
        ReconciliationCheck.objects.create(is_exact=True)
        set_retention(30 + len(counts), make.admin())
        agreed = Caller(make.manager(), "approve").post(AGREE, {"days": 30 + len(counts)})
        with CaptureQueriesContext(connection) as asked:
            viewer.get(address)
        counts.append(len(asked))

    assert agreed.status_code == 201 and counts[0] == counts[1] <= 10
