"""From a selection to a plan: what was shown is what is planned, and whatever is unclear plans nothing."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from governance.models import CompanyTarget, Disposition, ErrorTable, HubError, Operation
from governance.services.operations import plans, runner
from governance.verbs import registry
from outreach_admin.lists import moments
from tests import make
from tests.governance import facts
from tests.governance.verbs.promises import every_case
from tests.governance.verbs.test_holds import agreed

pytestmark = pytest.mark.django_db

PARK = "/operations/plan/park/"
REASON = {"asked": "1", "reason": "DATA_QUALITY"}
CASES = every_case()


@pytest.fixture
def triager(client):
    person = make.triager()
    client.force_login(person)
    return person


def post(client, verb="park", **given):
    """Send a selection as a list does."""
    return client.post(f"/operations/plan/{verb}/", {"as_of": timezone.now().isoformat()} | given)


def planned(response) -> Operation:
    assert response.status_code == 302, response.content.decode()
    return Operation.objects.get(pk=response.headers["Location"].rstrip("/").rpartition("/")[2])


@pytest.mark.parametrize("verb", [verb.name for verb in registry.offered_for("error")])
@pytest.mark.parametrize("filtered", [True, False])
@pytest.mark.parametrize("scope", ["ids", "all", "except"])
def test_what_a_verb_changes_is_what_was_selected_and_no_other_row(
    client, triager, verb, filtered, scope
):
    ErrorTable.objects.filter(name=make.CT).update(allowed_dispositions=Disposition.values)
    case = CASES[verb]
    inside = make.errors(3, **case.before)
    outside = make.errors(2, make.DOL)
    chosen = {"ids": inside[:2], "all": inside, "except": inside[1:]}[scope]
    names = {"ids": inside[:2], "except": inside[:1]}.get(scope, [])
    text = "code=CT-M-NO-MX" if filtered else ""
    keys = {row.pk for row in chosen}
    others = facts.bytes_of(HubError, but=keys)

    selection = {
        "scope": "ids" if scope == "ids" else "all",
        "filter": text,
        "ids" if scope == "ids" else "except": ",".join(str(row.pk) for row in names),
    }
    response = post(client, verb, **(selection | {"asked": "1"} | case.asked))

    if scope != "ids" and not filtered:
        assert (response.status_code, Operation.objects.count()) == (400, 0)
        return
    operation = planned(response)
    assert set(facts.outcomes(operation)) == keys
    if operation.gate:
        agreed(operation)
    else:
        runner.run(operation)
    assert facts.applied(operation) == keys
    assert facts.bytes_of(HubError, but=keys) == others
    assert len(outside) == 2


def test_the_form_says_how_many_rows_are_meant_and_plans_nothing(client, triager):
    make.errors(3)

    response = post(client, scope="all", filter="code=CT-M-NO-MX")

    assert response.status_code == 200
    assert "Park 3 errors" in response.content.decode()
    assert not Operation.objects.exists()


def test_who_came_by_a_key_is_at_the_first_field(client, triager):
    page = post(client, scope="ids", ids=str(make.error().pk)).content.decode()

    assert page.count(" autofocus") == 1
    assert re.search(
        r"<select[^>]* autofocus[^>]* id=\"id_reason\"|id=\"id_reason\"[^>]* autofocus", page
    )


def test_the_form_has_an_address_of_its_own(client, triager):
    make.errors(2)

    page = client.get(f"{PARK}?code=CT-M-NO-MX").content.decode()

    assert "Park 2 errors" in page
    assert 'name="filter" value="code=CT-M-NO-MX"' in page


def chosen(page: str) -> list[str]:
    """The reasons that the form of a page has chosen by itself."""
    reasons = page.partition('name="reason"')[2].partition("</select>")[0]
    return [one.split('"')[1] for one in reasons.split("<option value=")[1:] if " selected" in one]


def test_the_usual_reason_is_chosen_where_every_selected_code_has_it(client, triager):
    """One Enter must not write a false reason into the history."""
    lost, other = make.errors(2, make.DOL), make.error(make.DOL, code="NO_STATE")

    fits = post(client, scope="ids", ids=",".join(str(row.pk) for row in lost))
    mixed = post(client, scope="ids", ids=f"{lost[0].pk},{other.pk}")
    unnamed = post(client, scope="ids", ids=str(make.error().pk))

    assert chosen(fits.content.decode()) == ["STRUCTURAL_NO_DOL_MATCH"]
    assert "No match in the federal filings (STRUCTURAL_NO_DOL_MATCH)" in fits.content.decode()
    assert chosen(mixed.content.decode()) == [""]
    assert chosen(unnamed.content.decode()) == [""]


def test_no_reason_plans_nothing(client, triager):
    response = post(client, scope="ids", ids=str(make.error().pk), asked="1", reason="")

    assert (response.status_code, Operation.objects.count()) == (422, 0)


def test_a_verb_that_asks_nothing_is_planned_at_once(client, triager):
    error = make.error(disposition="PARKED")

    operation = planned(post(client, "unpark", scope="ids", ids=str(error.pk)))

    assert (operation.verb, operation.eligible, operation.scope) == ("unpark", 1, "ids")


def test_rows_unticked_without_scripts_are_left_out(client, triager):
    shown = make.errors(3)
    kept = [str(row.pk) for row in shown[1:]]

    response = post(
        client,
        scope="all",
        filter="code=CT-M-NO-MX",
        shown=",".join(str(row.pk) for row in shown),
        keep=kept,
        **REASON,
    )

    assert {str(key) for key in facts.outcomes(planned(response))} == set(kept)


def test_failed_company_targets_are_reset_by_filter_and_by_id(client, triager):
    failed = make.target("failed")
    make.target("ready")

    by_filter = planned(post(client, "reset", scope="all", filter="execution_status=failed"))
    by_id = planned(post(client, "reset", scope="ids", ids=str(failed.pk)))

    assert set(facts.outcomes(by_filter)) == set(facts.outcomes(by_id)) == {failed.pk}
    runner.run(by_id)
    assert CompanyTarget.objects.get(pk=failed.pk).execution_status == "pending"


def test_archived_errors_are_restored_by_the_filter_of_their_list(client, triager):
    archived = make.archived(archive_reason="SUPERSEDED")
    make.archived()

    operation = planned(post(client, "restore", scope="all", filter="archive_reason=SUPERSEDED"))

    assert set(facts.outcomes(operation)) == {archived.pk}


@pytest.mark.parametrize(
    "given",
    [
        {"scope": "all", "filter": ""},
        {"scope": "all", "filter": "dispositon=RETRY"},
        {"scope": "all", "filter": "disposition=HAPPY"},
        {"scope": "all", "filter": "retry_count_min=many"},
        {"scope": "all", "filter": "sort=-created"},
        {"scope": "all", "filter": "retry_count_min=1&retry_count_min=2"},
        {"scope": "all", "filter": "code="},
        {
            "scope": "all",
            "filter": "code=CT-M-NO-MX",
            "ids": "00000000-0000-4000-8000-000000000001",
        },
        {"scope": "all", "filter": "code=CT-M-NO-MX", "dispositon": "RETRY"},
        {"scope": "all", "filter": "code=CT-M-NO-MX", "except": "none"},
        {"scope": "some", "filter": "code=CT-M-NO-MX"},
        {"filter": "code=CT-M-NO-MX"},
        {"scope": "ids", "ids": "1"},
        {"scope": "ids", "ids": "x' OR '1'='1"},
        {"scope": "all", "filter": "code=CT-M-NO-MX", "as_of": "yesterday"},
        {"scope": "all", "filter": "code=CT-M-NO-MX", "as_of": "2026-02-02T10:00"},
    ],
)
def test_an_unclear_selection_plans_nothing(client, triager, given):
    make.errors(2)

    response = post(client, **(REASON | given))

    assert (response.status_code, Operation.objects.count()) == (400, 0)


def test_nothing_selected_is_refused(client, triager):
    assert post(client, scope="ids", ids="").status_code == 422


def test_ids_of_other_things_are_refused(client, triager):
    live, archived, target = make.error(), make.archived(), make.target()

    for stranger in (archived, target, live.outreach):
        response = post(client, scope="ids", ids=f"{live.pk},{stranger.pk}", **REASON)
        assert response.status_code == 422
        assert "1 of the 2 selected rows name no live error" in response.content.decode()
    assert not Operation.objects.exists()


def test_more_single_rows_than_a_form_carries_are_refused(client, triager):
    ids = ",".join(f"00000000-0000-4000-8000-{n:012d}" for n in range(10_001))

    assert post(client, scope="ids", ids=ids, **REASON).status_code == 413


@pytest.mark.parametrize(
    "asked",
    [
        {"asked": "1"},
        {"reason": ""},
        {"reason": "BECAUSE"},
        {"reason": "DATA_QUALITY", "owner": "Nobody"},
    ],
)
def test_a_wrong_or_missing_parameter_asks_again(client, triager, asked):
    error = make.error()

    response = post(client, scope="ids", ids=str(error.pk), **asked)

    assert (response.status_code, Operation.objects.count()) == (422, 0)
    assert f'value="{error.pk}"' in response.content.decode()


@pytest.mark.parametrize("verb", ["explode", "import"])
def test_a_verb_that_no_selection_is_offered_is_no_page(client, triager, verb):
    assert post(client, verb, scope="ids", ids="x").status_code == 404


@pytest.mark.parametrize("query", ["", "?dispositon=RETRY", "?disposition=HAPPY", "?sort=-created"])
def test_the_address_of_the_form_refuses_what_the_list_would(client, triager, query):
    response = client.get(f"{PARK}{query}")

    assert response.status_code == 400


@pytest.mark.parametrize("role", ["viewer", "analyst", "admin"])
def test_nobody_plans_without_the_right_of_the_verb(client, role):
    client.force_login(getattr(make, role)())
    error = make.error()

    assert post(client, scope="ids", ids=str(error.pk), **REASON).status_code == 403
    assert not Operation.objects.exists()


def test_a_filter_that_can_match_nothing_is_refused(client, triager):
    make.error()

    response = post(client, scope="all", filter="hub=HUB-TALENT-FLOW", **REASON)

    assert (response.status_code, Operation.objects.count()) == (422, 0)


def test_a_plan_counts_from_its_own_moment_and_states_it(client, triager):
    old = make.error(created_at=timezone.now() - timedelta(days=8))
    make.error()

    operation = planned(post(client, scope="all", filter="created_before=7d-ago", **REASON))

    meant = moments.stamp(operation.as_of - timedelta(days=7))
    page = client.get(f"/operations/{operation.pk}/").text
    assert [item.subject_id for item in operation.items.all()] == [str(old.pk)]
    assert f"created_before=7d-ago ({meant})" in page


def test_other_parameters_for_the_same_rows_keep_the_moment_they_were_chosen_at(client, triager):
    make.error(created_at=timezone.now() - timedelta(days=8))
    operation = planned(post(client, scope="all", filter="created_before=7d-ago", **REASON))

    again = plans.revise(operation, by=triager, reason="EXTERNAL_DEPENDENCY")

    assert again.as_of == operation.as_of


def test_a_selection_by_a_filter_that_is_gone_is_refused_and_never_widened(client, triager):
    make.error()

    response = post(client, scope="all", filter="code=CT-M-NO-MX&legacy=1", **REASON)

    assert response.status_code == 400 and "Unknown filter “legacy”" in response.text
    assert not Operation.objects.exists()


def test_the_way_back_from_a_plan_leaves_out_what_its_list_no_longer_has(client, triager):
    operation = make.operation(requester=triager, filter="code=CT-M-NO-MX&legacy=1")

    page = client.get(f"/operations/{operation.pk}/")
    back = client.get(page.context["back_url"])

    assert back.status_code == 200
    assert back.context["filterset"].canonical() == "code=CT-M-NO-MX"
    assert "no longer has the filter “legacy”" in back.context["notice"].sentence
