"""What the search box finds of governance: by id, number, name, and words."""

import uuid

import pytest

from governance.models import CompanyMaster, Playbook, SavedView
from governance.queries import search
from governance.services.operations import plans, runner
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def hartfell():
    """A company with a name, a domain and ids, and two others."""
    spine = make.outreach(domain="hartfell.example")
    CompanyMaster.objects.create(
        company_unique_id="C-1",
        company_name="Hartfell Clinics",
        outreach=spine,
        domain=spine.domain,
    )
    CompanyMaster.objects.create(company_unique_id="C-2", company_name="Hartfell Farms")
    return spine


@pytest.mark.parametrize(
    "text",
    [
        "Hartfell Clinics",
        "hartfell clinics",
        "hartfell.example",
        "https://www.hartfell.example/about",
        "jane@hartfell.example",
        "C-1",
    ],
)
def test_one_company_opens_by_any_of_its_names(hartfell, text):
    assert search.company(text, make.viewer()) == f"/companies/{hartfell.pk}/"


def test_one_company_opens_by_its_outreach_id(hartfell):
    assert search.company(str(hartfell.pk), make.viewer()) == f"/companies/{hartfell.pk}/"
    assert search.company(str(uuid.uuid4()), make.viewer()) == ""


def test_companies_are_listed_by_a_part_of_their_name_with_their_errors(hartfell):
    make.error(outreach=hartfell)
    make.error(outreach=hartfell, disposition="RESOLVED")

    found = search.companies_like("artfell", make.viewer()).hits

    assert [(hit.title, hit.detail) for hit in found] == [
        ("Hartfell Clinics", "hartfell.example, 1 open error"),
        ("Hartfell Farms", "no domain, 0 open errors"),
    ]
    assert [hit.url for hit in found] == [f"/companies/{hartfell.pk}/", "/errors/?company=C-2"]


def test_a_company_that_only_the_spine_knows_is_found_by_its_domain():
    spine = make.outreach(domain="brightwater.example")

    assert search.company("brightwater.example", make.viewer()) == f"/companies/{spine.pk}/"
    assert [hit.title for hit in search.companies_like("brightw", make.viewer()).hits] == [
        "brightwater.example"
    ]


def test_an_error_opens_by_its_id_live_or_archived():
    live, moved = make.error(), make.archived()

    assert search.error(str(live.pk), make.viewer()) == f"/errors/{live.pk}/"
    assert search.error(str(moved.pk), make.viewer()) == f"/errors/archive/{moved.pk}/"
    assert search.error(str(uuid.uuid4()), make.viewer()) == ""
    assert search.error("no id", make.viewer()) == ""


def test_records_open_by_the_first_digits_of_their_ids_as_pages_show_them(hartfell):
    live, moved = make.error(), make.archived()
    reader = make.viewer()

    assert search.error(str(live.pk)[:8], reader) == f"/errors/{live.pk}/"
    assert search.error(str(moved.pk)[:13].upper(), reader) == f"/errors/archive/{moved.pk}/"
    assert search.company(str(hartfell.pk)[:8], reader) == f"/companies/{hartfell.pk}/"
    assert search.error(str(live.pk)[:7], reader) == ""
    assert search.error(f"{live.pk}0", reader) == ""


def test_first_digits_of_several_ids_open_none_of_them():
    for number in range(2):
        make.error(id=uuid.UUID(f"abcdef01-0000-4000-8000-00000000000{number}"))

    assert search.error("abcdef01", make.viewer()) == ""


def test_errors_are_found_by_their_text_and_lead_to_all_of_them():
    for number in range(7):
        make.error(message=f"Mailbox {number} is full")

    found = search.errors_like("MAILBOX", make.viewer())

    assert len(found.hits) == 5
    assert found.more_url == "/errors/?q=MAILBOX"


def test_a_pasted_address_finds_what_the_list_finds():
    make.error(message="hartfell.example has no mail server")

    found = search.errors_like("https://Hartfell.example/about", make.viewer())

    assert len(found.hits) == 1


def test_more_than_five_companies_lead_to_all_of_them():
    for number in range(6):
        make.outreach(domain=f"hartfell{number}.example")

    found = search.companies_like("hartfell", make.viewer())

    assert (len(found.hits), found.more_url) == (5, "/companies/?q=hartfell")


def test_more_than_five_of_what_has_no_list_are_said_and_not_listed():
    reader = make.viewer()
    for number in range(6):
        make.view(owner=reader, name=f"Night {number}", query=f"code=X{number}")

    found = search.views_like("night", reader)

    assert (len(found.hits), found.more) == (5, "More than 5 fit: type more of it.")


def test_companies_are_found_by_who_may_see_readiness():
    (kind,) = [kind for kind in search.KINDS if kind.name == "Companies"]

    assert kind.permission == "governance.view_readiness"


def test_codes_lead_to_their_groups():
    hits = search.codes_like("filing carries", make.viewer()).hits

    assert [(hit.title, hit.url) for hit in hits] == [("NO_MATCH", "/errors/groups/?code=NO_MATCH")]


@pytest.mark.parametrize("text", ["OP-{}", "op-{}", "OP {}", "op{}", "#{}"])
def test_an_operation_opens_by_its_number(text):
    operation = plans.make("park", errors=[make.error()], by=make.triager(), reason="DATA_QUALITY")

    typed = text.format(operation.pk)

    assert search.operation(typed, make.viewer()) == f"/operations/{operation.pk}/"
    assert search.run(typed, make.viewer()) == ""


def test_numbers_that_nothing_has_open_nothing():
    assert search.operation("OP-999999999999999999", make.viewer()) == ""
    assert search.run("RUN-9", make.viewer()) == ""


def test_operations_are_found_by_note_verb_and_person():
    by = make.triager(username="nadia")
    plans.make(
        "park", errors=[make.error()], by=by, reason="DATA_QUALITY", remark="before the audit"
    )

    for text in ("the audit", "park", "NADIA"):
        assert len(search.operations_like(text, make.viewer()).hits) == 1
    assert search.operations_like("unpark", make.viewer()).hits == ()


def test_operations_that_changed_nothing_come_after_the_others():
    row = make.error()
    by = make.triager()
    done = plans.make("park", errors=[row], by=by, reason="DATA_QUALITY")
    late = plans.make("park", errors=[row], by=by, reason="DATA_QUALITY")
    runner.run(done)
    runner.run(late)
    make.operation(verb="park", planned=0)

    hits = search.operations_like("park", make.viewer()).hits

    assert [hit.title.partition(":")[0] for hit in hits] == [done.reference, late.reference]


def test_playbooks_are_found_by_name():
    playbook = Playbook.objects.get()

    hits = search.playbooks_like(playbook.name[2:], make.viewer()).hits

    assert [hit.url for hit in hits] == [f"/playbooks/{playbook.slug}/"]


def test_views_of_others_are_not_found():
    mine, other = make.viewer(), make.viewer()
    for owner in (mine, other):
        SavedView.objects.create(
            page="governance:error-list", name="Night shift", query="code=X", owner=owner
        )

    hits = search.views_like("night", mine).hits

    assert [(hit.url, hit.detail) for hit in hits] == [("/errors/?code=X", "your view")]


def test_a_view_whose_list_is_gone_is_not_found_and_one_of_everything_is_no_default():
    reader = make.viewer()
    make.view(owner=reader, name="Night shift", page="governance:gone-list")
    whole = make.view(owner=reader, name="Night watch", query="")

    hits = search.views_like("night", reader).hits

    assert [hit.url for hit in hits] == [f"/errors/?view={whole.pk}"]


def test_a_company_off_the_spine_leads_to_its_errors_whatever_its_own_id_looks_like():
    own = "{0b5f7a36-51a5-4a3e-9d1f-0d2f6a1c9e77}"
    CompanyMaster.objects.create(company_unique_id=own, company_name="Offspine Mills")

    assert search.company("Offspine Mills", make.viewer()).startswith("/errors/?company=%7B0b5f")
    (hit,) = search.companies_like("offspine", make.viewer()).hits
    assert hit.url.startswith("/errors/?company=")


@pytest.mark.parametrize("text", ["TOOL-001", "tool 001", "mx-lookup", "MXLookup", "dnspython"])
def test_a_tool_opens_by_its_id_slug_or_name(text):
    assert search.tool(text, make.viewer()) == "/tools/mx-lookup/"


@pytest.mark.parametrize("text", ["TOOL-099", "TOOL", "", "..", "x" * 500, "nul \0"])
def test_what_no_tool_is_called_opens_none(text):
    assert search.tool(text, make.viewer()) == ""


def test_tools_are_found_by_a_part_of_their_names():
    found = search.tools_like("api", make.viewer())

    assert [hit.title for hit in found.hits] == [
        "TOOL-004 Firecrawl",
        "TOOL-005 ScraperAPI",
        "TOOL-006 GooglePlaces",
        "TOOL-008 HunterEnricher",
        "TOOL-009 ApolloEnricher",
    ]
    assert found.more == "More than 5 fit: type more of it."
