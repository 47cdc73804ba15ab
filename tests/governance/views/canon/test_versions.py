"""Versions of the canon as pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from governance.models import CanonVersion
from governance.services.canon import versions
from governance.toolbox.reading import LONGEST
from tests import make
from tests.governance.canon import canons

pytestmark = pytest.mark.django_db
LOAD = "/canon/versions/load/"
ENFORCE = "/canon/versions/{}/enforce/"


@pytest.fixture
def manager(client):
    person = make.manager()
    client.force_login(person)
    return person


def text(response, status=200):
    assert response.status_code == status, response.content.decode()
    return response.content.decode()


def loaded(number=3, *edits):
    """A version that somebody else brought in."""
    return versions.load(canons.text(number, *edits), by=make.manager())


def in_force():
    return CanonVersion.objects.enforced().first().version


def test_the_list_shows_each_version(client, analyst):
    loaded()

    shown = text(client.get("/canon/versions/"))

    assert "Never in force" in shown and "In force" in shown
    assert "New version…" not in shown


@pytest.mark.parametrize("part", ["", "?part=facets"])
def test_the_list_costs_the_same_queries_for_one_and_for_many(client, analyst, part):
    client.get(f"/canon/versions/{part}")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/canon/versions/{part}")
    for number in range(3, 9):
        loaded(number)
    client.get(f"/canon/versions/{part}")

    with CaptureQueriesContext(connection) as many:
        client.get(f"/canon/versions/{part}")

    assert len(one) == len(many)


def test_a_version_shows_its_text_and_what_it_changes(client, analyst):
    loaded(3, ("50 per second", "40 per second"))

    shown = text(client.get("/canon/versions/3/"))

    assert "What it changes of version 2" in shown
    assert "40 per second; 50000 per day" in shown and "50 per second; 50000 per day" in shown
    assert "# Tier 0: free" in shown


def test_any_two_versions_are_compared(client, analyst):
    loaded(3, ("50 per second", "40 per second"))
    loaded(4, ("50 per second", "30 per second"))

    shown = text(client.get("/canon/versions/4/?against=3"))

    assert "What it changes of version 3" in shown and "40 per second; 50000 per day" in shown


@pytest.mark.parametrize(
    ("against", "status"),
    [("x", 400), ("-1", 400), ("9" * 30, 400), ("7", 404), ("999999999", 404)],
)
def test_a_version_that_is_not_there_is_not_compared_with(client, analyst, against, status):
    text(client.get(f"/canon/versions/2/?against={against}"), status)


@pytest.mark.parametrize("number", ["7", "9" * 9, "9" * 30])
def test_a_version_that_is_not_there_is_not_found(client, analyst, number):
    assert client.get(f"/canon/versions/{number}/").status_code == 404


def test_only_comments_are_no_difference(client, analyst):
    loaded(3, ("# Tier 0: free", "# Nothing to pay"))

    assert "only comments, order or layout differ" in text(client.get("/canon/versions/3/"))


def test_a_pasted_text_is_kept_as_the_file_has_it(client, manager):
    sent = {"text": canons.text(3).replace("\n", "\r\n")}

    response = client.post(LOAD, sent, follow=True)

    assert "It is in force once somebody else says so." in text(response)
    kept = CanonVersion.objects.get(version=3)
    assert (kept.text, kept.loaded_by) == (canons.text(3), manager)
    assert in_force() == 2


def test_an_uploaded_file_is_kept(client, manager):
    file = SimpleUploadedFile("toolbox.yaml", canons.text(3).encode())

    client.post(LOAD, {"file": file})

    assert CanonVersion.objects.get(version=3).text == canons.text(3)


def test_a_text_sent_twice_is_kept_once(client, manager):
    for _ in range(2):
        response = client.post(LOAD, {"text": canons.text(3)})

    assert response["Location"] == "/canon/versions/3/"
    assert CanonVersion.objects.count() == 2


def test_every_mistake_is_told_with_line_and_field(client, manager):
    wrong = canons.text(3, ("tier: 0", "tier: 9"), ("cost: free", "cost: nothing"))

    shown = text(client.post(LOAD, {"text": wrong}), 422)

    assert "2 mistakes" in shown
    assert "tools.TOOL-001.tier" in shown and "tools.TOOL-001.cost" in shown
    assert "tier: 9" in shown
    assert CanonVersion.objects.count() == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": "nul \0"},
        {"text": "version: 2"},
        {"text": "\ud800".encode("utf-8", "surrogatepass")},
        {"text": "[" * 10_000},
        {"text": "&a [*a]"},
        {"text": "x" * (LONGEST + 1)},
    ],
)
def test_what_is_no_canon_is_refused_in_words(client, manager, sent):
    assert 'role="alert"' in text(client.post(LOAD, sent), 422) or sent == {"text": "nul \0"}
    assert CanonVersion.objects.count() == 1


def test_a_text_beyond_any_length_is_refused_beside_its_field(client, manager):
    assert f"at most {LONGEST + 1} characters" in text(
        client.post(LOAD, {"text": "x" * (LONGEST + 2)}), 422
    )


def test_somebody_else_puts_it_in_force_after_a_look(client, manager):
    loaded(3, ("50 per second", "40 per second"))

    shown = text(client.get(ENFORCE.format(3)))
    assert "What it changes of version 2" in shown
    assert '<input type="hidden" name="instead_of" value="2"' in shown
    response = client.post(
        ENFORCE.format(3), {"reason": "Reviewed.", "instead_of": "2"}, follow=True
    )

    assert "Canon version 3 is in force" in text(response)
    assert "Reviewed." in text(response)
    assert in_force() == 3


def test_a_version_put_in_force_in_between_stops_it_and_asks_again(client, manager):
    versions.enforce(loaded(3), by=make.manager(), reason="Reviewed.")
    loaded(4)

    response = client.post(ENFORCE.format(4), {"reason": "Mine.", "instead_of": "2"})

    shown = text(response, 409)
    assert "Version 3 was put in force in the meantime" in shown
    assert 'name="instead_of" value="3"' in shown and "What it changes of version 3" in shown
    assert in_force() == 3


def test_a_form_sent_twice_puts_it_in_force_once(client, manager):
    sent = {"reason": "Reviewed.", "instead_of": "2"}
    loaded()
    client.post(ENFORCE.format(3), sent)
    first = CanonVersion.objects.get(version=3).enforced_at

    shown = text(client.post(ENFORCE.format(3), sent), 409)

    assert "It is in force: nothing is left to do." in shown
    assert CanonVersion.objects.get(version=3).enforced_at == first


def test_an_older_version_comes_back_the_same_way(client, manager):
    versions.enforce(loaded(3), by=make.manager(), reason="Reviewed.")

    client.post(ENFORCE.format(2), {"reason": "It refused too much.", "instead_of": "3"})

    assert in_force() == 2


def test_who_brought_it_in_is_told_that_somebody_else_decides(client, manager):
    versions.load(canons.text(3), by=manager)

    shown = text(client.get(ENFORCE.format(3)))

    assert "somebody else puts it in force" in shown and "<textarea" not in shown
    client.post(ENFORCE.format(3), {"reason": "Mine.", "instead_of": "2"})
    assert in_force() == 2


@pytest.mark.parametrize("sent", [{}, {"reason": " "}, {"reason": "x", "instead_of": "nul \0"}])
def test_without_a_reason_nothing_is_put_in_force(client, manager, sent):
    loaded()

    text(client.post(ENFORCE.format(3), sent), 422)

    assert in_force() == 2
