"""The form of a verb for one error: what it asks and says, and where it leads."""

import html
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import Operation
from governance.services.operations import acts
from governance.verbs.registry import VERBS
from tests import make
from tests.governance.views.desk import HTMX
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "code=CT-M-NO-MX&sort=created"
SENT = {"version": "1", "reason": "DATA_QUALITY"}


def url(error, verb="park", query=LIST):
    return f"/errors/{error.pk}/{verb}/?{query}"


def in_list(client, query=LIST):
    """What htmx says when the list is on the screen."""
    return HTMX | {"HX-Current-URL": f"http://testserver/errors/?{query}"}


@pytest.fixture
def three():
    at = timezone.now()
    return [make.error(created_at=at - timedelta(hours=n)) for n in (3, 2, 1)]


def test_a_sent_form_is_done_and_leads_to_the_next_error(client, triager, three):
    answer = client.post(url(three[0]), SENT)

    three[0].refresh_from_db()
    assert three[0].disposition == "PARKED"
    assert answer.url == f"/errors/{three[1].pk}/?{LIST}"
    page = tight(client.get(answer.url).content.decode())
    assert "<strong>Parked</strong>" in page and f"/{Operation.objects.get().pk}/take-back/" in page


def test_an_address_that_cannot_be_read_is_none_of_ours(client, triager, three):
    here = HTMX | {"HX-Current-URL": "http://[bad/errors/"}

    assert client.post(url(three[0]), SENT, headers=here).url.startswith("/errors/")
    assert Operation.objects.get().applied == 1


def test_after_the_last_error_comes_the_list(client, triager, three):
    assert client.post(url(three[2]), SENT).url == f"/errors/?{LIST}"


def test_in_the_list_it_goes_on_with_the_list_as_it_is_shown(client, triager, three):
    shown = f"{LIST}&size=25&columns=code"

    answer = client.post(url(three[0]), SENT, headers=in_list(client, shown))
    part = client.get(answer.url, headers=HTMX).content.decode()

    assert answer.url == f"/errors/?{shown}"
    assert part.count('id="messages"') == 1 and "data-arrived" in part
    assert "take-back" in part and 'id="results"' in part


def test_a_page_of_somebody_else_is_not_gone_on_to(client, triager, three):
    headers = HTMX | {"HX-Current-URL": "http://elsewhere.example/errors/"}

    assert client.post(url(three[0]), SENT, headers=headers).url.startswith("/errors/")


def test_undo_leads_back_to_the_error_and_nowhere_else(client, triager, three):
    client.post(url(three[0]), SENT)
    done = Operation.objects.get()
    undo = f"/operations/{done.pk}/take-back/"

    answer = client.post(f"{undo}?next=https://elsewhere.example/")

    three[0].refresh_from_db()
    assert three[0].disposition == "RETRY"
    assert answer.url == f"/operations/{done.undos.get().pk}/"


def test_undo_of_the_toast_leads_to_where_it_was_done(client, triager, three):
    page = client.post(url(three[0]), SENT, follow=True).content.decode()
    (undo,) = re.findall(r'action="(/operations/\d+/take-back/[^"]+)"', page)

    assert client.post(undo.replace("&amp;", "&")).url == f"/errors/{three[0].pk}/?{LIST}"


def test_undo_of_the_toast_of_a_list_leads_to_its_page_and_row(client, triager, three):
    shown = f"{LIST}&size=25"
    answer = client.post(url(three[0]), SENT, headers=in_list(client, shown))
    part = client.get(answer.url, headers=HTMX).text
    (undo,) = re.findall(r'action="(/operations/\d+/take-back/[^"]+)"', part)

    back = client.post(html.unescape(undo)).url

    assert back == f"/errors/?{shown}#row={three[0].pk}"


def test_the_form_begins_with_the_usual_reason_of_the_code(client, triager):
    known, mixed = make.error(make.DOL, code="NO_MATCH"), make.error(code="CT-M-NO-MX")

    with_reason = client.get(url(known, query="")).content.decode()
    without = client.get(url(mixed, query="")).content.decode()

    assert 'value="STRUCTURAL_NO_DOL_MATCH" selected' in with_reason
    assert re.search(r'<button class="button primary" autofocus', with_reason)
    assert re.search(r'<select name="reason"[^>]*autofocus', without)


def test_a_missing_answer_is_asked_for_in_its_place(client, triager, three):
    answer = client.post(url(three[0], "resolve"), {"version": "1"}, headers=in_list(client))

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#act")
    assert "This field is required" in answer.content.decode()
    assert client.post(url(three[0], "resolve"), {"version": "1"}).status_code == 422


def test_the_last_notes_are_offered(client, triager, three):
    acts.do(VERBS["resolve"], three[2], by=triager, version=1, note="Fixed at the registrar")

    page = client.get(url(three[0], "resolve")).content.decode()

    assert 'name="note" value="Fixed at the registrar"' in page


def test_a_row_that_changed_meanwhile_is_left_alone(client, triager, three):
    answer = client.post(url(three[0]), SENT | {"version": "5"})

    three[0].refresh_from_db()
    assert (answer.status_code, three[0].disposition) == (409, "RETRY")
    assert "Somebody has changed this row" in answer.content.decode()


def test_where_a_policy_asks_for_an_approval_the_form_says_so_and_leads_to_the_plan(
    client, triager, three
):
    make.policy(name="TWO-EYES-MORE", verbs=["park"])

    part = client.get(url(three[0]), headers=in_list(client)).content.decode()
    answer = client.post(url(three[0]), SENT, headers=in_list(client))

    three[0].refresh_from_db()
    plan = Operation.objects.get()
    assert "TWO-EYES-MORE asks for an approval" in part
    assert answer["HX-Redirect"] == f"/operations/{plan.pk}/"
    assert (three[0].disposition, plan.state) == ("RETRY", "planned")


def test_what_cannot_be_done_says_why_and_offers_no_button(client, triager):
    parked = make.error(disposition="PARKED")

    part = client.get(url(parked, query=""), headers=HTMX).content.decode()

    assert "Not possible: already parked." in part
    assert "button primary" not in part


@pytest.mark.parametrize("verb", ["archive", "restore", "nothing"])
def test_only_verbs_done_at_once_have_such_a_page(client, triager, verb):
    assert client.get(url(make.error(), verb, "")).status_code == 404


def test_the_form_alone_costs_few_queries(client, triager, three, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        assert client.get(url(three[1]), headers=in_list(client)).status_code == 200


def test_the_form_for_one_row_speaks_of_no_other(client, triager):
    page = client.get(url(make.error())).content.decode()

    asked = page[page.index('class="act"') :]
    asked = asked[: asked.index("</form>")]
    assert "Kept for good in the audit trail." in asked
    assert not re.search(r"every row|each row|these rows", asked, re.IGNORECASE)
