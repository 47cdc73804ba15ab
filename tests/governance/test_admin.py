"""Reference data are kept at /reference/ by admins, under their name, with every change in the history."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.urls import reverse

from governance.admin import hubs_known, tools_known
from governance.models import (
    ApprovalPolicy,
    ErrorCode,
    ErrorTable,
    Event,
    Hub,
    Readiness,
    ReadinessPolicy,
)
from governance.queries.canon import current
from governance.services.approvals import votes
from tests import make
from tests.governance.services.approvals.asked import requested

pytestmark = pytest.mark.django_db
PATH = "/reference/governance"


@pytest.fixture
def keeper(client):
    person = make.admin(username="keeper")
    client.force_login(person)
    return person


def sent(page, **changed):
    """What the form of a page would send, with some of it changed."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {
        name: value
        for name, value in (values | changed).items()
        if value is not None and value is not False
    }


def test_every_kind_of_reference_data_is_listed(client, keeper):
    page = client.get("/reference/").content.decode()

    for kind in ("hub", "errortable", "errorcode", "approvalpolicy", "readinesspolicy"):
        assert f"{PATH}/{kind}/" in page
        assert client.get(f"{PATH}/{kind}/").status_code == 200


def test_a_code_is_changed_under_the_persons_name(client, keeper):
    code = ErrorCode.objects.get(code="NO_MATCH")
    address = f"{PATH}/errorcode/NO_5FMATCH/change/"

    answer = client.post(address, sent(client.get(address), hint="Wait for the March load."))

    assert answer.status_code == 302, answer.context["adminform"].errors
    assert ErrorCode.objects.get(pk=code.pk).hint == "Wait for the March load."
    event = Event.objects.filter(
        subject_type="governance_errorcode", subject_key="NO_MATCH"
    ).latest("pk")
    assert (event.action, event.actor, event.reason) == ("UPDATE", "keeper", "reference data")


def test_a_new_error_table_is_a_row(client, keeper):
    values = {
        "name": "blog.blog_errors",
        "hub": "",
        "entity_type": "BLOG_ERROR",
        "owner": "HUB-BLOG team",
        "default_disposition": "RETRY",
    }
    more = {
        "allowed_dispositions": ["RETRY", "PARKED"],
        "ttl_tier": "SHORT",
        "max_retries": 3,
        "archive_name": "blog.blog_errors_archive",
        "retention": "365 00:00:00",
    }

    answer = client.post(f"{PATH}/errortable/add/", values | more)

    assert answer.status_code == 302, answer.context["adminform"].errors
    assert ErrorTable.objects.get(name="blog.blog_errors").allowed_dispositions == [
        "RETRY",
        "PARKED",
    ]


def test_a_changed_policy_is_its_next_version(client, keeper):
    first = ApprovalPolicy.objects.get(name="BULK-ROWS")
    address = f"{PATH}/approvalpolicy/{first.pk}/change/"

    answer = client.post(address, sent(client.get(address), over_rows=1000, verbs=["park"]))

    assert answer.status_code == 302, answer.context["adminform"].errors
    versions = (
        ApprovalPolicy.objects.filter(name="BULK-ROWS")
        .order_by("version")
        .values_list("version", "is_active", "over_rows", "verbs")
    )
    assert list(versions) == [(1, False, 500, []), (2, True, 1000, ["park"])]
    assert client.post(address, {"over_rows": 1}).status_code == 403


def test_a_policy_about_calls_names_tools_and_hubs_of_the_canon(client, keeper):
    address = f"{PATH}/approvalpolicy/add/"
    values = sent(
        client.get(address),
        name="HUNTER",
        subject="tool_call",
        tools=["hunter-enricher"],
        hubs=["HUB-PEOPLE"],
        description="It costs.",
    )

    answer = client.post(address, values)

    assert answer.status_code == 302, answer.context["adminform"].errors
    found = ApprovalPolicy.objects.get(name="HUNTER")
    assert (found.tools, found.hubs) == (["hunter-enricher"], ["HUB-PEOPLE"])
    assert found.covers == "to make a call of hunter-enricher for HUB-PEOPLE"
    other = client.post(address, values | {"name": "OTHER", "subject": "operation"})
    assert "Only calls of tools are narrowed" in str(other.context["adminform"].errors)
    unknown = client.post(address, values | {"name": "OTHER", "tools": ["zoominfo"]})
    assert unknown.status_code == 200
    assert not ApprovalPolicy.objects.filter(name="OTHER").exists()


def test_while_nobody_knows_the_canon_a_policy_about_calls_names_none(monkeypatch):
    monkeypatch.setattr(current, "KNOWLEDGE", current.Knowledge())
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    assert (tools_known(), hubs_known()) == ([], [])


def test_what_names_a_row_stays_and_nothing_is_deleted(client, keeper):
    hub = Hub.objects.first()
    address = f"{PATH}/hub/{hub.pk.replace('_', '_5F')}"

    client.post(
        f"{address}/change/",
        sent(client.get(f"{address}/change/"), id="other", team="Somebody else"),
    )

    assert (
        Hub.objects.get(pk=hub.pk).team == "Somebody else"
        and not Hub.objects.filter(pk="other").exists()
    )
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


PEOPLE = "/reference/auth/user"


@pytest.fixture
def superuser(client):
    """Somebody who may delete accounts."""
    person = make.superuser()
    client.force_login(person)
    return person


def test_an_account_that_did_nothing_is_renamed_and_deleted(client, superuser):
    person = make.viewer(username="osp")
    address = f"{PEOPLE}/{person.pk}"

    answer = client.post(
        f"{address}/change/", sent(client.get(f"{address}/change/"), username="ops")
    )

    assert answer.status_code == 302, answer.context["adminform"].errors
    assert User.objects.get(pk=person.pk).username == "ops"
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=person.pk).exists()


def test_a_person_who_left_a_trace_keeps_the_name_and_is_switched_off(client, superuser):
    person = make.triager(username="ops")
    make.operation(requester=person)
    address = f"{PEOPLE}/{person.pk}"
    page = client.get(f"{address}/change/")

    given = sent(page, is_active=False) | {"username": "somebody"}
    answer = client.post(f"{address}/change/", given)

    assert answer.status_code == 302, answer.context["adminform"].errors
    person.refresh_from_db()
    assert (person.username, person.is_active) == ("ops", False)
    assert "switched off instead of deleted" in page.content.decode()
    assert f"{address}/delete/" not in page.content.decode()
    assert client.post(f"{address}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("OPS", "is taken"),
        ("system", "is taken"),
        ("System", "is taken"),
        ("\u043eps", "is taken"),
        ("n\u0430dia", "mixes alphabets"),
    ],
)
def test_a_name_that_could_mean_somebody_else_is_refused_at_the_field(client, keeper, name, why):
    make.user(username="ops")
    other = make.user(username="other")
    address = f"{PEOPLE}/{other.pk}/change/"
    password = "long enough a word"

    changed = client.post(address, sent(client.get(address), username=name))
    added = client.post(
        f"{PEOPLE}/add/",
        {
            "username": name,
            "usable_password": "true",
            "password1": password,
            "password2": password,
        },
    )

    for answer in (changed, added):
        assert why in str(answer.context["adminform"].errors)


def test_who_is_switched_off_has_no_vote_from_that_moment(client, keeper):
    approval, voter = requested(), make.manager()
    make.lose(approval.requester, "account")
    votes.approve(approval, by=voter)
    address = f"{PEOPLE}/{voter.pk}/change/"

    client.post(address, sent(client.get(address), is_active=False))

    approval.refresh_from_db()
    assert approval.state == "pending"


def test_a_form_says_what_a_column_takes_and_what_came(client, keeper):
    address = f"{PATH}/errorcode/NO_5FMATCH/change/"
    values = sent(client.get(address), stage="x" * 300)

    page = client.post(address, values)

    assert (page.status_code, page.context["errors"]) == (
        200,
        [["It takes at most 255 characters, not 300."]],
    )


def test_how_many_slots_are_asked_for_is_a_row_that_counts_at_once(client, keeper):
    on = make.promotable()
    address = f"{PATH}/readinesspolicy/add/"
    assert client.get(address).status_code == 200

    answer = client.post(address, {"required_slots": "4", "reason": "Sales asks for four."})

    assert answer.status_code == 302, answer.context["adminform"].errors
    assert Readiness.objects.get(pk=on.pk).promotable is False
    event = Event.objects.filter(subject_type="governance_readinesspolicy").latest("pk")
    assert (event.actor, event.reason) == ("keeper", "Sales asks for four.")
    policy = ReadinessPolicy.objects.get()
    assert client.get(f"{PATH}/readinesspolicy/{policy.pk}/change/").status_code == 200
    assert client.post(f"{PATH}/readinesspolicy/{policy.pk}/delete/").status_code == 403


@pytest.mark.parametrize(("slots", "said"), [("3", "asked for already"), ("0", "greater than")])
def test_slots_that_hold_already_or_cannot_be_are_said(client, keeper, slots, said):
    answer = client.post(f"{PATH}/readinesspolicy/add/", {"required_slots": slots, "reason": "x"})

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not ReadinessPolicy.objects.exists()


def test_a_pipeline_gets_no_password(client):
    token, _ = make.token(pipeline="gap-checker")
    client.force_login(make.superuser())
    address = reverse("admin:auth_user_password_change", args=[token.account_id])

    for answer in (client.get(address), client.post(address, {"password1": "x"})):
        assert answer.status_code == 403
        assert "nobody signs in as it" in answer.content.decode()
