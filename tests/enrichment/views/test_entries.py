"""Making, editing and verifying one entry by its pages."""

import re
from urllib.parse import unquote

import pytest

from enrichment.models import Workflow
from governance.models import Operation
from tests import make

pytestmark = pytest.mark.django_db
NEW = "/enrichment/registry/new/"
GIVEN = {
    "workflow_name": "company_news",
    "key_type": "company",
    "key_column": "domain",
    "tables": "raw.news\nextracted.company_news",
    "is_active": "on",
    "fresh_days": "30",
    "empty_fresh_days": "1",
    "stale_minutes": "15",
    "credits_per_run": "2",
}


def page_of(name, what=""):
    return f"/enrichment/workflows/{name}/{what}"


@pytest.fixture
def ops(client):
    client.force_login(make.triager(first_name="Ada", last_name="Ops"))
    return client


def test_an_entry_is_registered_by_the_form(ops):
    answer = ops.post(NEW, GIVEN, follow=True)

    assert answer.redirect_chain == [(page_of("company_news"), 302)]
    assert "“company_news” is registered." in answer.text
    workflow = Workflow.objects.get()
    assert (workflow.raw_table, workflow.key_column) == ("raw.news", "domain")


def test_a_name_that_is_taken_is_said_at_its_field(ops):
    make.workflow(workflow_name="company_news")

    answer = ops.post(NEW, GIVEN)

    assert answer.status_code == 409
    assert answer.context["form"].errors["workflow_name"]
    assert Workflow.objects.count() == 1


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"tables": "extracted.company_news (domain)\nraw.news"},
        {"workflow_name": " company_news "},
    ],
)
def test_a_form_that_is_sent_twice_leads_to_the_entry_that_it_made(ops, again):
    ops.post(NEW, GIVEN | {"aliases": "news"})

    answer = ops.post(NEW, GIVEN | {"aliases": "news"} | again, follow=True)

    assert answer.redirect_chain == [(page_of("company_news"), 302)]
    assert "“company_news” is registered already, as the form says." in answer.text
    assert Workflow.objects.count() == 1


@pytest.mark.parametrize("again", [{"owner": "x"}, {"tables": "raw.other"}, {"aliases": ""}])
def test_another_entry_of_the_same_name_is_refused(ops, again):
    ops.post(NEW, GIVEN | {"aliases": "news"})

    answer = ops.post(NEW, GIVEN | {"aliases": "news"} | again)

    assert answer.status_code == 409
    assert Workflow.objects.get().raw_table == "raw.news"


@pytest.mark.parametrize(
    "wrong",
    [
        {"workflow_name": "Not a slug"},
        {"workflow_name": ""},
        {"tables": "raw.a\0"},
        {"tables": "'; DROP TABLE x"},
        {"owner": "x" * 10_000},
        {"fresh_days": "99999999999999"},
        {"credits_per_run": "NaN"},
        {"credits_per_run": "1e99"},
        {"key_type": "ship"},
        {"aliases": "Not/a/slug"},
    ],
)
def test_whatever_is_typed_is_refused_with_its_field(ops, wrong):
    answer = ops.post(NEW, GIVEN | wrong)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not Workflow.objects.exists()


def test_an_edit_leads_back_to_the_entry_and_can_be_taken_back_there(ops):
    ops.post(NEW, GIVEN)
    form = ops.get(page_of("company_news", "edit/")).context["form"]
    asked = {name: "" if value is None else value for name, value in form.initial.items()}

    answer = ops.post(page_of("company_news", "edit/"), asked | {"owner": "Data"}, follow=True)

    assert answer.redirect_chain == [(page_of("company_news"), 302)]
    done = Operation.objects.get(verb="edit_entry")
    assert f"/operations/{done.pk}/take-back/" in answer.text
    assert "Edited" in answer.text and "Ada Ops" in answer.text
    assert "owner:  → Data" in answer.text
    back = ops.post(f"/operations/{done.pk}/take-back/?next={page_of('company_news')}")
    assert back.url == page_of("company_news")
    assert Workflow.objects.get().owner == ""


def test_a_form_of_another_tab_says_so_and_keeps_what_was_typed(ops):
    ops.post(NEW, GIVEN)

    answer = ops.post(page_of("company_news", "edit/"), GIVEN | {"version": 99, "owner": "Data"})

    assert answer.status_code == 409
    assert "Somebody has changed this entry since you opened it" in answer.text
    assert 'value="Data"' in answer.text


def test_a_renamed_entry_goes_on_at_its_new_address(ops):
    ops.post(NEW, GIVEN)
    version = Workflow.objects.get().version
    renamed = GIVEN | {"version": version, "workflow_name": "newsroom"}

    answer = ops.post(page_of("company_news", "edit/"), renamed)

    assert answer.url == page_of("newsroom")
    assert ops.get(page_of("company_news")).url == page_of("newsroom")


def test_a_rename_that_is_taken_back_leads_to_the_entry_under_its_name_again(ops):
    ops.post(NEW, GIVEN)
    renamed = GIVEN | {"version": Workflow.objects.get().version, "workflow_name": "newsroom"}

    page = ops.post(page_of("company_news", "edit/"), renamed, follow=True).text

    done = Operation.objects.get(verb="edit_entry")
    ways = re.findall(rf"/operations/{done.pk}/take-back/\?next=[^\"]+", page)
    assert [unquote(way) for way in ways] == [unquote(ways[0])] * 2
    back = ops.post(ways[0], follow=True)
    assert back.redirect_chain == [(page_of("company_news"), 302)]
    assert back.status_code == 200
    assert "other names: company_news → " in back.text


@pytest.mark.parametrize(
    ("verb", "column", "value"),
    [("deactivate", "is_active", False), ("verify", "verified_at", None)],
)
def test_an_entry_is_set_inactive_and_verified_at_once(ops, verb, column, value):
    workflow = make.workflow()
    before = getattr(workflow, column)

    asked = {"verb": verb, "version": workflow.version}
    answer = ops.post(page_of(workflow, "act/"), asked)

    assert answer.url == page_of(workflow)
    workflow.refresh_from_db()
    assert getattr(workflow, column) != before
    if value is not None:
        assert getattr(workflow, column) == value


@pytest.mark.parametrize("version", ["", "7", "x", "99999999999999999999"])
def test_what_was_changed_meanwhile_is_left_alone(ops, version):
    workflow = make.workflow()

    answer = ops.post(page_of(workflow, "act/"), {"verb": "deactivate", "version": version})

    assert answer.status_code == 409
    assert "Nothing was done" in answer.text
    workflow.refresh_from_db()
    assert workflow.is_active


@pytest.mark.parametrize("verb", ["edit_entry", "park", "", "\0"])
def test_no_other_verb_is_done_at_once(ops, verb):
    answer = ops.post(page_of(make.workflow(), "act/"), {"verb": verb, "version": 1})

    assert answer.status_code == 404
