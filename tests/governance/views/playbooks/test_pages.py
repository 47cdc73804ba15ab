"""The pages of playbooks: rules, versions, simulations."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.forms.playbooks import fields_of
from governance.models import Playbook, PlaybookRun
from governance.services.playbooks import run_plans, versions
from tests import make
from tests.governance import rules
from tests.markup import tight

pytestmark = pytest.mark.django_db
SLUG = "ops-backlog-cleanup"


@pytest.fixture
def ops(client):
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def playbook():
    return Playbook.objects.get(slug=SLUG)


def address(name, *args):
    return reverse(f"governance:{name}", args=args)


def typed(rules, **more):
    sent = {"base": "1", "rules": str(len(rules)), "note": ""}
    for place, rule in enumerate(rules):
        sent |= {f"rule{place}-{name}": str(value) for name, value in fields_of(rule).items()}
    return sent | more


def names(response):
    return [form["name"].value() for form in response.context["forms"]]


def test_the_list_names_version_and_last_run(client, ops, playbook):
    make.error(make.DOL)
    run = run_plans.make(playbook.current, by=ops)

    page = client.get(address("playbook-list")).content.decode()

    assert "version 1 · 6 rules" in page
    assert address("run-detail", run.pk) in page


def test_the_page_shows_rules_as_links_to_their_rows(client, ops):
    page = client.get(address("playbook-detail", SLUG)).content.decode()

    assert (
        "?code=NO_MATCH&amp;code=NO_STATE&amp;disposition=RETRY&amp;error_table=outreach.dol_errors"
        in page
    )
    assert "STRUCTURAL_NO_DOL_MATCH" in page


def test_the_rules_are_counted_on_request_and_nothing_is_kept(client, ops):
    make.error(make.DOL)

    page = client.get(address("playbook-detail", SLUG), {"count": "now"}).content.decode()

    assert "counted on the backlog" in page
    assert not PlaybookRun.objects.exists()


def test_counting_is_for_those_who_may_run(client):
    client.force_login(make.viewer())

    assert client.get(address("playbook-detail", SLUG), {"count": "now"}).status_code == 403
    assert client.get(address("playbook-detail", SLUG), {"count": "later"}).status_code == 400


@pytest.mark.parametrize(("version", "status"), [("1", 200), ("7", 404), ("x", 400)])
def test_an_earlier_version_has_an_address(client, ops, version, status):
    assert client.get(address("playbook-detail", SLUG), {"version": version}).status_code == status


def test_versions_are_listed_the_newest_first(client, ops, playbook):
    rules = playbook.current.rules
    for base in (1, 2, 3):
        versions.save(playbook, rules[:-base], by=ops, note="Shorter.", base=base)

    page = client.get(address("playbook-detail", SLUG)).content.decode()

    assert re.findall(r">Version (\d)</a>", page) == ["4", "3", "2", "1"]


def test_a_new_version_is_saved_with_its_note(client, ops, playbook):
    response = client.post(
        address("playbook-edit", SLUG),
        typed(playbook.current.rules[:2], do="save", note="Only the first two."),
    )

    assert response.status_code == 302
    assert playbook.current.note == "Only the first two."
    assert [rule["name"] for rule in playbook.current.rules] == [
        "DOL errors without a match or a state",
        "No mail server after two tries",
    ]


def test_a_version_without_a_note_is_not_saved_and_the_field_says_so(client, ops, playbook):
    page = client.get(address("playbook-edit", SLUG)).content.decode()

    response = client.post(
        address("playbook-edit", SLUG), typed(playbook.current.rules[:2], do="save", note=" ")
    )

    label = page[page.index("What changed, and why") :]
    assert "optional" not in label[: label.index("</label>")]
    assert response.status_code == 422
    assert "A new version needs a note" in response.content.decode()
    assert playbook.versions.count() == 1


def test_rules_typed_over_a_version_of_somebody_else_are_kept(client, ops, playbook):
    sent = typed(playbook.current.rules[:2], do="save", note="Only the first two.")
    versions.save(playbook, playbook.current.rules[:1], by=make.triager(), note="One.", base=1)

    answer = client.post(address("playbook-edit", SLUG), sent)

    assert answer.status_code == 409
    assert "was saved in the meantime" in answer.text and "Only the first two." in answer.text
    assert len(answer.context["forms"]) == 2
    assert client.post(address("playbook-edit", SLUG), sent | {"base": "2"}).status_code == 302
    assert playbook.current.number == 3


def test_only_saving_asks_for_the_note(client, ops):
    page = tight(client.get(address("playbook-edit", SLUG)).content.decode())

    buttons = re.findall(r'<button[^>]* name="do" value="([a-z]+)[^"]*"( formnovalidate)?', page)
    assert {wish for wish, free in buttons if not free} == {"save"}
    assert {"up", "down", "remove", "add", "simulate"} <= {wish for wish, free in buttons if free}


def test_unsound_rules_are_said_at_their_fields_and_nothing_is_saved(client, ops, playbook):
    sent = typed(playbook.current.rules[:1], do="save", note="Typo.") | {
        "rule0-codes": "NO_MATCH, NO_MTACH"
    }

    response = client.post(address("playbook-edit", SLUG), sent)

    assert response.status_code == 422
    assert "Not registered: NO_MTACH." in response.content.decode()
    assert playbook.versions.count() == 1


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ("up-1", ["B", "A", "C"]),
        ("down-1", ["A", "C", "B"]),
        ("remove-0", ["B", "C"]),
        ("add", ["A", "B", "C", None]),
        ("up-0", ["A", "B", "C"]),
        ("up-9", ["A", "B", "C"]),
        ("dance-1", ["A", "B", "C"]),
    ],
)
def test_rules_are_rearranged_without_being_saved(client, ops, playbook, wish, expected):
    rules = [{**playbook.current.rules[0], "name": name} for name in "ABC"]

    response = client.post(address("playbook-edit", SLUG), typed(rules, do=wish))

    assert names(response) == expected
    assert playbook.versions.count() == 1


def test_rearranging_keeps_what_is_half_typed(client, ops):
    sent = {
        "base": "1",
        "rules": "2",
        "rule0-name": "",
        "rule0-min_retries": "two",
        "rule1-name": "Second",
        "do": "down-0",
        "note": "Still thinking",
    }

    response = client.post(address("playbook-edit", SLUG), sent)

    assert response.context["forms"][1]["min_retries"].value() == "two"
    assert "Still thinking" in response.content.decode()


@pytest.mark.parametrize("base", ["", "x", "-1"])
def test_a_form_without_its_version_is_refused(client, ops, playbook, base):
    assert (
        client.post(
            address("playbook-edit", SLUG), typed(playbook.current.rules, do="up-1", base=base)
        ).status_code
        == 400
    )


def test_a_simulation_shows_counts_beside_the_form(client, ops, playbook):
    make.errors(3, make.DOL)

    response = client.post(address("playbook-simulate", SLUG), typed(playbook.current.rules[:1]))

    assert [one.count.eligible for one in response.context["counted"]] == [3]
    assert not PlaybookRun.objects.exists()


def test_a_simulation_leads_to_what_would_change_if_all_of_a_rules_rows_were_cleared(
    client, ops, playbook
):
    make.error(outreach=make.promotable())
    rule = {
        "name": "Archive",
        "error_table": make.CT,
        "codes": ["CT-M-NO-MX"],
        "verb": "archive",
        "parameters": {"reason": "MANUAL"},
    }

    page = client.post(address("playbook-simulate", SLUG), typed([rule])).text

    assert "1 gate opens;" in tight(page)
    assert (
        'href="/errors/changes/?code=CT-M-NO-MX&amp;disposition=RETRY'
        '&amp;error_table=outreach.company_target_errors"'
    ) in page


def test_a_simulation_answers_htmx_with_its_part(client, ops, playbook):
    page = client.post(
        address("playbook-simulate", SLUG),
        typed(playbook.current.rules[:1]),
        headers={"HX-Request": "true"},
    ).content.decode()

    assert page.lstrip().startswith('<div id="simulation"')


def test_a_simulation_of_unsound_rules_says_which(client, ops, playbook):
    response = client.post(
        address("playbook-simulate", SLUG), typed([{**playbook.current.rules[0], "name": ""}])
    )

    assert response.status_code == 422
    assert "Rule 1: This field is required." in response.content.decode()


def test_planning_leads_to_the_frozen_run(client, ops):
    make.error(make.DOL)

    response = client.post(address("playbook-plan", SLUG))

    run = PlaybookRun.objects.get()
    assert response["Location"] == address("run-detail", run.pk)
    assert "Exactly what will happen" in client.get(response["Location"]).content.decode()


def test_planning_over_nothing_is_refused_in_words(client, ops):
    response = client.post(address("playbook-plan", SLUG))

    assert response.status_code == 422
    assert "there is nothing to do" in response.content.decode()


@pytest.fixture
def run(ops, playbook):
    make.error(make.DOL)
    make.error(make.CT, retry_count=1)
    return run_plans.make(playbook.current, by=ops)


def test_a_playbook_whose_rules_lost_a_part_opens_and_says_so(client, ops):
    sound = rules.PARK_TRIED
    version = make.playbook([sound, sound | {"name": "Old", "verb": "forget", "owner": "x"}])
    slug = version.playbook.slug

    page = client.get(address("playbook-detail", slug))
    edit = client.get(address("playbook-edit", slug))
    plan = client.post(address("playbook-plan", slug))

    said = "Rule 2, Old: A rule does not have owner."
    assert page.status_code == 200 and said in page.text and said in edit.text
    assert address("playbook-plan", slug) not in page.text
    assert plan.status_code == 422 and "can no longer run" in plan.text
    assert not PlaybookRun.objects.exists()


def test_the_page_of_a_playbook_costs_the_same_for_one_rule_and_many(client, ops):
    found = []
    for number in (1, 20):
        version = make.playbook([rules.RETRY] * number)
        with CaptureQueriesContext(connection) as queries:
            client.get(address("playbook-detail", version.playbook.slug))
        found.append(len(queries))

    assert found[0] == found[1]
