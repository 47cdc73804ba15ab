"""From a CSV of hub rows to a plan."""

import io

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from governance.models import CompanySlot, ImportFile, Operation
from governance.resources import hubs
from governance.resources.hubexports import TABLES
from governance.services.operations import runner
from governance.verbs import registry
from tests import make
from tests.markup import tight

pytestmark = pytest.mark.django_db
LIST = "/imports/"
SLOTS = "/imports/company_slot/"
every_table = pytest.mark.parametrize("table", [verb.subject for verb in TABLES])


@pytest.fixture
def manager(client):
    user = make.manager()
    client.force_login(user)
    return user


def upload(client, url: str, content: str, **given):
    file = SimpleUploadedFile("rows.csv", content.encode())
    return client.post(url, {"file": file, **given})


def test_the_list_offers_every_table_with_its_template(client, manager):
    page = client.get(LIST).text

    for verb in TABLES:
        assert f'href="/imports/{verb.subject}/"' in page
        assert f'href="/imports/{verb.subject}/template/"' in page
        assert verb.table in page


@every_table
def test_a_template_has_the_header_alone(client, manager, table):
    verb = registry.bringing_in(table)

    template = client.get(f"/imports/{table}/template/")

    assert template.content.decode("utf-8-sig") == ",".join(verb.columns) + "\r\n"
    assert f"{verb.table}_template.csv" in template["Content-Disposition"]


@every_table
def test_an_empty_template_is_refused_in_a_sentence(client, manager, table):
    template = client.get(f"/imports/{table}/template/")

    answer = upload(client, f"/imports/{table}/", template.content.decode())

    assert answer.status_code == 422
    assert "has a header and no rows" in answer.text


def test_a_file_is_checked_shown_planned_and_imported(client, manager):
    slot = make.slots(0)[0]
    on = make.outreach()
    content = (
        f"slot_id,outreach_id,slot_type,is_filled\n{slot.pk},,,yes\n,{on.pk},CFO,\n{slot.pk},,,no\n"
    )

    answer = upload(client, SLOTS, content)

    page = client.get(answer["Location"]).text
    assert "is_filled no" in page and "is_filled yes" in page
    assert "Row 2 stands for the same row." in page
    assert "Import only 2 rows that differ" in page

    file = ImportFile.objects.get()
    planned = client.post(reverse("governance:import-plan", args=[file.pk]), {"only_good": "true"})
    operation = Operation.objects.get()
    plan = client.get(planned["Location"]).text
    assert "Import 2 company slots" in plan and "is_filled yes" in plan

    runner.run(operation)
    ended = client.get(planned["Location"]).text
    assert (operation.applied, "imported" in ended) == (2, True)
    assert CompanySlot.objects.get(outreach=on).slot_type == "CFO"


def test_the_plan_says_which_tiers_companies_will_be_in_and_leads_to_the_rows(client, manager):
    on = make.promotable()
    upload(client, SLOTS, f"outreach_id,slot_type,is_filled\n{on.pk},CEO,no\n")
    make.person(outreach=on)

    client.post(reverse("governance:import-plan", args=[ImportFile.objects.get().pk]))

    operation = Operation.objects.get()
    page = tight(client.get(reverse("governance:operation-detail", args=[operation.pk])).text)
    rows = reverse("governance:operation-rows", args=[operation.pk])
    for words, figure in (
        ("Companies that change tier", "tier_changes"),
        ("Companies whose gate to outreach closes", "closes"),
    ):
        address = f"{rows}?effect={figure}"
        assert f'<dt>{words}</dt><dd><a href="{address}">1</a></dd>' in page
        assert str(operation.items.get().subject_id)[:8] in client.get(address).text
    cells = '<td class="num">{}</td><td class="num">{}</td><td class="num">{}</td>'
    assert f"Tier 3, campaign ready</th>{cells.format(1, 0, '−1')}" in page
    assert f"Tier 0, anchor done</th>{cells.format(0, 1, '+1')}" in page


def test_pages_of_an_import_and_its_undo_can_be_read(client, manager):
    file = hubs.check(
        registry.bringing_in("company_master"),
        io.BytesIO(b"company_unique_id,company_name\nCO-1,One & Only\n"),
        name="<b>.csv",
        by=manager,
    )
    client.post(reverse("governance:import-plan", args=[file.pk]))
    operation = Operation.objects.get()
    detail = reverse("governance:operation-detail", args=[operation.pk])
    rows = reverse("governance:operation-rows", args=[operation.pk])

    assert "One &amp; Only" in client.get(detail).text
    assert "CO-1" in client.get(rows).text
    runner.run(operation)
    client.post(reverse("governance:operation-undo", args=[operation.pk]))
    undo = Operation.objects.get(kind="undo")
    page = client.get(reverse("governance:operation-detail", args=[undo.pk])).text
    assert "came in new" in page and "deleted" in page


def test_the_second_import_of_the_same_file_is_told(client, manager):
    content = f"outreach_id,slot_type\n{make.outreach().pk},CEO\n"
    for _ in range(2):
        upload(client, SLOTS, content)
    first, second = ImportFile.objects.order_by("pk")
    client.post(f"/imports/{first.pk}/plan/")
    runner.run(Operation.objects.get())

    answer = client.post(f"/imports/{second.pk}/plan/")

    assert answer.status_code == 422
    assert "there is nothing to import" in answer.text
    assert CompanySlot.objects.count() == 1


def test_an_unknown_table_is_not_there(client, manager):
    for name in ("nowhere", "error", "company-slot"):
        assert client.get(f"/imports/{name}/").status_code == 404


@pytest.mark.parametrize("page", ["", "problems/", "rows/"])
def test_a_file_of_rows_that_nothing_brings_in_is_not_there(client, manager, page):
    slot = make.slots(0)[0]
    upload(client, SLOTS, f"slot_id,is_filled\n{slot.pk},yes\n")
    ImportFile.objects.update(subject="gone ")
    file = ImportFile.objects.get()

    assert client.get(f"/imports/{file.pk}/{page}").status_code == 404
    assert client.post(f"/imports/{file.pk}/plan/").status_code == 404
    assert client.post(f"/imports/{file.pk}/discard/").status_code == 404
    assert client.get(LIST).status_code == 200


def test_a_column_of_another_table_is_refused(client, manager):
    answer = upload(client, SLOTS, "outreach_id,confidence\nx,y\n")

    assert answer.status_code == 422
    assert "has a column that company slots do not have" in answer.text


def test_who_may_import_into_one_table_sees_that_one(client):
    user = make.viewer()
    user.user_permissions.add(Permission.objects.get(codename="import_person"))
    client.force_login(user)

    page = client.get(LIST).text

    assert "outreach.people" in page and "outreach.dol" not in page
    assert client.get("/imports/people/").status_code == 200
    assert client.get(SLOTS).status_code == 403


@pytest.mark.parametrize("role", [make.viewer, make.analyst, make.triager, make.admin])
def test_others_see_no_page_of_it(client, manager, role):
    upload(client, SLOTS, f"outreach_id,slot_type\n{make.outreach().pk},CEO\n")
    pk = ImportFile.objects.get().pk
    client.force_login(role())

    for url in (LIST, SLOTS, f"{SLOTS}template/", f"/imports/{pk}/", f"/imports/{pk}/rows/"):
        assert client.get(url).status_code == 403
    for url in (SLOTS, f"/imports/{pk}/plan/", f"/imports/{pk}/discard/"):
        assert client.post(url).status_code == 403


def test_a_discarded_file_leads_back_to_its_table(client, manager):
    upload(client, SLOTS, f"outreach_id,slot_type\n{make.outreach().pk},CEO\n")
    pk = ImportFile.objects.get().pk

    assert client.post(f"/imports/{pk}/discard/")["Location"] == SLOTS
