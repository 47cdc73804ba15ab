"""Registering what the audit found."""

import pytest

from enrichment.models import Scan, Workflow
from tests import make
from tests.enrichment import audited

pytestmark = pytest.mark.django_db
REGISTER = "/enrichment/audit/register/"
ALL = "/enrichment/audit/register-all/"
FILLED = {
    "workflow_name": "x",
    "key_type": "company",
    "tables": "raw.x (domain)",
}


@pytest.fixture(autouse=True)
def _somebody(client):
    client.force_login(make.triager())


def test_a_form_comes_filled_with_what_the_code_shows(client):
    finding = audited.finding()

    page = client.get(f"{REGISTER}?finding={finding.pk}").text

    assert 'value="x"' in page and "raw.x (domain)" in page
    assert "ingest/x.py:3" in page


def test_of_several_one_form_follows_the_other(client):
    first = audited.finding()
    second = audited.finding(scan=first.scan, slug="y")

    answer = client.post(f"{REGISTER}?finding={first.pk}&finding={second.pk}", FILLED)

    assert answer["Location"] == f"{REGISTER}?finding={second.pk}"
    made = Workflow.objects.get()
    assert (made.workflow_name, made.raw_table, made.source_file) == ("x", "raw.x", "ingest/x.py")
    last = client.post(answer["Location"], FILLED | {"workflow_name": "y"})
    assert last["Location"] == "/enrichment/audit/"


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"workflow_name": "taken"}, 409, "already exists"),
        ({"tables": "news"}, 422, "is no table of a layer"),
        ({"key_type": ""}, 422, "This field is required"),
    ],
)
def test_what_cannot_be_registered_is_said_on_the_form(given, status, said, client):
    make.workflow(workflow_name="taken")

    answer = client.post(f"{REGISTER}?finding={audited.finding().pk}", FILLED | given)

    assert answer.status_code == status
    assert said in answer.text
    assert Workflow.objects.count() == 1


@pytest.mark.parametrize("query", ["", "?finding=0", f"?finding={10**17}"])
def test_nothing_left_to_register_leads_back(query, client):
    audited.finding()

    assert client.get(f"{REGISTER}{query}")["Location"] == "/enrichment/audit/"


@pytest.mark.parametrize("query", ["x", "-1", "9" * 30, "²"])
def test_what_names_no_finding_is_refused(query, client):
    assert client.get(REGISTER, {"finding": query}).status_code == 400


def test_all_that_need_no_choice_are_shown_before_they_are_registered(client):
    kept = audited.finding().scan
    other = audited.finding(scan=kept, slug="y", key_type="")

    page = client.get(ALL)
    assert "1 workflow to register" in page.text
    assert f'href="{REGISTER}?finding={other.pk}"' in page.text
    assert not Workflow.objects.exists()
    client.post(ALL)

    assert [one.workflow_name for one in Workflow.objects.all()] == ["x"]
    assert "Nothing is left" in client.get(ALL).text
    assert client.post(ALL).status_code == 409


def test_all_is_what_was_shown_although_the_code_was_scanned_meanwhile(client):
    shown = audited.finding().scan
    assert f'name="scan" value="{shown.pk}"' in client.get(ALL).text
    audited.finding(slug="y")

    page = client.post(ALL, {"scan": shown.pk}, follow=True).text

    assert "scanned again meanwhile" in page
    assert not Workflow.objects.exists()


def test_all_of_another_tree_are_registered_from_its_scan(client, settings, tmp_path):
    settings.INGEST_TREE = tmp_path
    other = audited.finding().scan
    own = audited.finding(slug="y").scan
    Scan.objects.filter(pk=own.pk).update(tree=str(tmp_path))

    assert f'name="scan" value="{other.pk}"' in client.get(ALL, {"tree": "code"}).text
    client.post(f"{ALL}?tree=code", {"scan": other.pk})

    assert [one.workflow_name for one in Workflow.objects.all()] == ["x"]


def test_a_form_that_is_sent_twice_leads_to_the_entry_that_it_made(client):
    finding = audited.finding()
    address, given = f"{REGISTER}?finding={finding.pk}", FILLED | {"about": finding.pk}
    client.post(address, given)

    answer = client.post(address, given, follow=True)

    assert answer.redirect_chain == [("/enrichment/workflows/x/", 302)]
    assert "“x” is registered already: this is its entry." in answer.text
    assert Workflow.objects.count() == 1


@pytest.mark.parametrize("name", ["x", "renamed"])
def test_of_several_the_form_that_is_sent_twice_leads_to_the_next(client, name):
    first = audited.finding()
    second = audited.finding(scan=first.scan, slug="y", file="ingest/y.py")
    address = f"{REGISTER}?finding={first.pk}&finding={second.pk}"
    given = FILLED | {"about": first.pk, "workflow_name": name}
    assert f'name="about" value="{first.pk}"' in client.get(address).text
    once = client.post(address, given)

    twice = client.post(address, given)

    assert twice["Location"] == once["Location"] == f"{REGISTER}?finding={second.pk}"
    page = client.get(twice["Location"]).text
    assert f'href="/enrichment/workflows/{name}/">{name}</a>” is registered already' in page
    assert [one.workflow_name for one in Workflow.objects.all()] == [name]


@pytest.mark.parametrize("name", ["other", "Not a slug", "\0"])
def test_a_form_about_what_has_an_entry_meanwhile_makes_none(client, name):
    finding = audited.finding()
    make.workflow(workflow_name="x")

    given = FILLED | {"about": finding.pk, "workflow_name": name}
    answer = client.post(f"{REGISTER}?finding={finding.pk}", given, follow=True)

    assert "Nothing of that is left to register." in answer.text
    assert Workflow.objects.count() == 1
