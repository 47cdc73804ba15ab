"""A list page is four attributes: rows, filters, table and verbs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.outreach_admin.ui.people")]
START = datetime(2026, 1, 1, tzinfo=UTC)
HTMX = {"HX-Request": "true"}
# session, user, two of permissions, rows
LIST_QUERIES = 5


def may(user, *codenames):
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


@pytest.fixture
def person(django_user_model):
    return django_user_model.objects.create_user("reader", last_name="adams", date_joined=START)


@pytest.fixture
def reader(person, client):
    may(person, "view_user")
    client.force_login(person)
    return client


@pytest.fixture
def triager(person, client):
    may(person, "view_user", "change_user")
    client.force_login(person)
    return client


@pytest.fixture
def crowd(django_user_model):
    names = ["adams", "baker"]
    django_user_model.objects.bulk_create(
        django_user_model(
            username=f"u{n:03}", last_name=names[n % 2], date_joined=START + timedelta(days=1 + n)
        )
        for n in range(60)
    )


def test_a_stranger_is_sent_to_the_sign_in_and_back(client):
    answer = client.get("/people/?q=a")

    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("next=/people/%3Fq%3Da")


def test_a_stranger_asking_for_a_part_is_sent_there_as_a_whole_page(client):
    answer = client.get(
        "/people/?part=total", headers=HTMX | {"HX-Current-URL": "http://testserver/people/?q=a"}
    )

    assert answer.headers["HX-Redirect"].endswith("next=/people/%3Fq%3Da")


def test_somebody_without_the_right_is_refused(person, client):
    client.force_login(person)

    assert client.get("/people/").status_code == 403


def test_the_newest_rows_come_first_and_pages_follow(reader, crowd):
    first = reader.get("/people/")
    second = reader.get("/people/", {"after": first.context["rows"].after})

    assert [row.username for row in first.context["rows"].rows][:2] == ["u059", "u058"]
    assert len(second.context["rows"].rows) == 11


def test_a_list_costs_the_same_queries_for_one_row_and_many(
    reader, crowd, django_assert_num_queries
):
    few = "/people/?q=u000"
    reader.get(few)

    with django_assert_num_queries(LIST_QUERIES):
        reader.get(few)
    with django_assert_num_queries(LIST_QUERIES):
        reader.get("/people/")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("lastname=adams", "Unknown filter “lastname”"),
        ("last_name=nobody", "“last_name” is not valid"),
        ("sort=password", "“password” is not an offered order"),
        ("size=7", "“7” is not an offered page size"),
        ("columns=password", "Unknown column “password”"),
        ("part=secrets", "“secrets” is not a part"),
        ("select=everything", "“everything” is not a select"),
        ("after=rubbish", "place marker"),
        ("sort=joined&sort=username", "“sort” is given 2 times"),
    ],
)
def test_an_address_with_an_error_is_refused_without_rows(reader, crowd, query, sentence):
    answer = reader.get(f"/people/?{query}")

    assert answer.status_code == 400
    assert sentence in answer.text
    assert "u059" not in answer.text


def test_htmx_gets_the_results_alone(reader, crowd):
    answer = reader.get("/people/", headers=HTMX)

    assert answer.text.strip().startswith('<div class="swap" id="results"')
    assert "HX-Request" in answer.headers["Vary"]


def test_a_restored_history_entry_is_the_whole_page(reader):
    answer = reader.get("/people/", headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert "<html" in answer.text


def test_facets_are_counted_without_their_own_choice(reader, crowd):
    answer = reader.get("/people/?last_name=adams&part=facets", headers=HTMX)

    values = answer.context["facets"][0].values
    assert [(value.label, value.tally.count, value.current) for value in values] == [
        ("Adams", 31, True),
        ("Baker", 30, False),
        ("Clark", 0, False),
    ]


def test_the_counts_are_a_page_without_javascript(reader, crowd):
    answer = reader.get("/people/?part=facets")

    assert "<html" in answer.text
    assert '<span class="count">31</span>' in answer.text


def test_the_total_is_a_part_of_its_own(reader, crowd):
    assert 'data-total="61"' in reader.get("/people/?part=total", headers=HTMX).text


def test_columns_are_chosen_in_the_address(reader):
    answer = reader.get("/people/?columns=seen")

    assert [head.name for head in answer.context["table"].heads()] == ["username", "seen"]


def test_a_sorted_header_names_its_direction_and_offers_the_other(reader):
    answer = reader.get("/people/?sort=username&q=e")

    assert 'aria-sort="ascending"' in answer.text
    assert (
        'href="?sort=-username&amp;q=e"' in answer.text
        or 'href="?q=e&amp;sort=-username"' in answer.text
    )


def test_only_verbs_a_person_may_use_are_offered(triager):
    text = triager.get("/people/").text

    assert 'formaction="/plan/park/"' in text
    assert "/plan/delete/" not in text


def test_a_reader_has_neither_check_boxes_nor_verbs(reader):
    text = reader.get("/people/").text

    assert "data-tick" not in text
    assert "formaction" not in text


def test_all_matching_is_offered_only_for_a_filter(triager):
    assert "select=all" not in triager.get("/people/").text
    assert "select=all" in triager.get("/people/?q=e").text


def test_hostile_text_shows_as_text(reader, person):
    person.last_name = "<script>alert(1)</script>"
    person.save()

    text = reader.get("/people/").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_an_empty_list_by_filter_names_the_filter_to_remove(reader):
    text = reader.get("/people/?q=nobodyhere").text

    assert "No person matches these filters" in text
    assert "Remove Text “nobodyhere”" in text


@pytest.mark.parametrize(
    "query", ["q=nobodyhere", "q=nobodyhere&select=all", "q=nobodyhere&size=100"]
)
def test_an_empty_list_has_nothing_to_page_or_select(triager, query):
    empty, full = triager.get(f"/people/?{query}").text, triager.get("/people/?q=reader").text

    for part in ('class="pager"', 'id="total"', "data-acts", "data-selection"):
        assert part not in empty
        assert part in full


def test_a_form_of_all_but_one_reaches_the_plan(triager, crowd, django_user_model):
    page = triager.get("/people/?q=u00&select=all")
    keys = [str(row.pk) for row in page.context["rows"].rows]

    sent = {
        "scope": "all",
        "filter": "q=u00",
        "as_of": page.context["as_of"].isoformat(),
        "shown": ",".join(keys),
        "keep": keys[1:],
    }
    answer = triager.post("/plan/park/", sent).json()

    assert answer == {"verb": "park", "scope": "except", "ids": [keys[0]], "filter": "q=u00"}


def test_no_page_carries_inline_style_or_script(triager, crowd):
    text = triager.get("/people/?q=u&select=all").text

    assert "style=" not in text
    assert "onclick" not in text
    assert "<script>" not in text
