"""Letters that nobody sees: refused where people and files bring them, shown where they are in already."""

import io
import re

import pytest
from django.urls import reverse

from governance.models import CompanyMaster, ErrorCode, Playbook
from governance.queries.playbooks import rules as playbook_rules
from governance.resources import errors
from governance.services import savedviews
from governance.services.operations import plans
from outreach_admin.db import rules
from outreach_admin.exceptions import Refused
from tests import make
from tests.governance.rules import RETRY

pytestmark = pytest.mark.django_db
TURNED = "gnp.\u202eexe"
BROKEN = "NO\nMATCH"
# forms and addresses carry what the database holds
CARRIED = re.compile(r'\svalue="[^"]*"|<textarea.*?</textarea>', re.DOTALL)


def shown(client, name, *args):
    answer = client.get(reverse(f"governance:{name}", args=args), follow=True)
    assert answer.status_code == 200
    return CARRIED.sub("", answer.text)


@pytest.fixture
def ops(client):
    person = make.triager()
    client.force_login(person)
    return person


@pytest.fixture
def hostile():
    """An error that plain SQL brought, of a code and a company that turn the line around."""
    ErrorCode.objects.filter(code="NO_MATCH").update(title=TURNED)
    found = make.error(make.DOL, code=BROKEN, message=TURNED, stage=TURNED)
    CompanyMaster.objects.update(company_name=TURNED)
    make.error(make.DOL)
    return found


@pytest.mark.parametrize("letter", ["\u202e", "\n", "\t", "\u200b", "\x1b", "\u2066", "\x85"])
def test_a_word_with_a_letter_that_nobody_sees_is_refused_by_its_number(letter):
    assert f"U+{ord(letter):04X}" in rules.unseen(f"NO{letter}MATCH")


@pytest.mark.parametrize("word", ["NO_MATCH", "Müller & Söhne", "שלום", "株式会社", "a b"])
def test_a_word_that_is_seen_is_taken(word):
    assert rules.unseen(word) == ""


@pytest.mark.parametrize("page", ["error-list", "overview", "group-list"])
def test_lists_show_what_plain_sql_brought(client, ops, hostile, page):
    text = shown(client, page)

    assert "\u202e" not in text and BROKEN not in text
    assert "␊MATCH" in text


def test_a_record_and_a_plan_show_it_in_title_facts_and_sample(client, ops, hostile):
    plan = plans.make("park", errors=[hostile], by=ops, reason="DATA_QUALITY")

    for text in (
        shown(client, "error-detail", hostile.pk),
        shown(client, "operation-detail", plan.pk),
    ):
        assert "\u202e" not in text and BROKEN not in text


def test_the_chip_and_the_facet_of_a_code_show_it_and_still_find_its_rows(client, ops, hostile):
    answer = client.get(reverse("governance:error-list"), {"code": BROKEN, "part": "facets"})

    assert [row.pk for row in answer.context["rows"].rows] == [hostile.pk]
    assert BROKEN not in CARRIED.sub("", answer.text)


def test_a_file_with_such_a_code_or_company_says_so_at_its_row(ops):
    text = f'error_table,code,stage\n{make.DOL},"{BROKEN}",\n{make.DOL},NO_MATCH,a{TURNED}\n'

    file = errors.check(io.BytesIO(text.encode()), name="errors.csv", by=ops)

    assert (file.good, file.bad) == (0, 2)


def test_the_name_of_a_file_shows_what_it_hides(client, ops):
    text = f"error_table,code\n{make.DOL},NO_MATCH\n"
    file = errors.check(io.BytesIO(text.encode()), name=f"{TURNED}.csv", by=ops)

    text = shown(client, "import-detail", file.pk)

    assert "\u202e" not in text and "⟨right-to-left override⟩" in text


def test_views_and_rules_are_not_called_that(ops):
    with pytest.raises(Refused, match=r"U\+202E"):
        savedviews.save(page="governance:error-list", name=TURNED, query="", by=ops)

    assert "U+202E" in playbook_rules.problems(RETRY | {"name": TURNED})["name"]


def test_reference_data_are_not_called_that(client):
    client.force_login(make.superuser())
    address = reverse("admin:governance_errorcode_change", args=["NO_MATCH"])
    page = client.get(address)
    form = page.context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields}

    answer = client.post(address, sent | {"title": TURNED})

    assert "U+202E" in str(answer.context["adminform"].errors)
    assert TURNED not in ErrorCode.objects.get(code="NO_MATCH").title
    assert Playbook.objects.exists()
