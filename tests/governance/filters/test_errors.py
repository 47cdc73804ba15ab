"""The queue's filter selects exactly what it says, and nothing when it is wrong."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance.filters.errors import ErrorFilter
from governance.models import ErrorText, HubError
from outreach_admin.exceptions import BadRequest
from tests import make, sample

pytestmark = pytest.mark.django_db
KEYS = [
    "error_table",
    "hub",
    "code",
    "category",
    "disposition",
    "severity",
    "stage",
    "ttl_tier",
    "expires_before",
    "expires_after",
    "escalation_level",
    "retry_count",
    "retry_count_min",
    "retry_count_max",
    "retry_exhausted",
    "blocks",
    "created_before",
    "created_after",
    "resolved_before",
    "resolved_after",
    "parked_before",
    "parked_after",
    "held",
    "owner",
    "park_reason",
    "company",
    "group",
    "q",
]
QUEUED = "(disposition = 'RETRY' AND governance.attempt_waits(next_retry_at, last_retry_at, now()))"
# each filter as somebody would write it by hand
SAME_IN_SQL = {
    "error_table=outreach.dol_errors": "error_table = 'outreach.dol_errors'",
    "error_table=outreach.dol_errors&error_table=people.people_errors": "error_table IN ('outreach.dol_errors', 'people.people_errors')",
    "hub=HUB-PEOPLE": "error_table = 'people.people_errors'",
    "hub=HUB-PEOPLE&hub=HUB-DOL": "error_table IN ('outreach.dol_errors', 'people.people_errors')",
    "hub=HUB-OUTREACH": "false",
    "code=NO_MATCH&code=blocked": "code IN ('NO_MATCH', 'blocked')",
    "code=no_match": "false",
    "code=NO_MATCH+": "false",
    "owner=+": "false",
    "category=TRANSIENT": "category = 'TRANSIENT'",
    "disposition=PARKED": "disposition = 'PARKED'",
    "severity=HIGH&severity=LOW": "severity IN ('HIGH', 'LOW')",
    "stage=M1": "stage = 'M1'",
    "ttl_tier=INFINITE": "ttl_tier = 'INFINITE'",
    "expires_before=2026-02-10T00:00Z": "expires_at < '2026-02-10 00:00+00'",
    "expires_after=2026-02-10": "expires_at >= '2026-02-10 00:00+00'",
    "expires_after=2026-01-10&expires_before=2026-02-10T00:00:00%2B01:00": "expires_at >= '2026-01-10 00:00+00' AND expires_at < '2026-02-09 23:00+00'",
    "escalation_level=2&escalation_level=3": "escalation_level IN (2, 3)",
    "retry_count=0&retry_count=3": "retry_count IN (0, 3)",
    "retry_count_min=2": "retry_count >= 2",
    "retry_count_max=1": "retry_count <= 1",
    "retry_exhausted=true": f"retry_exhausted AND NOT {QUEUED}",
    "retry_exhausted=false": f"NOT retry_exhausted OR {QUEUED}",
    "blocks=true": "blocks AND outreach_id IS NOT NULL",
    "blocks=false": "NOT blocks OR outreach_id IS NULL",
    "created_before=2026-01-01": "created_at < '2026-01-01 00:00+00'",
    "created_after=2026-01-01T06:30": "created_at >= '2026-01-01 06:30+00'",
    "resolved_before=2100-01-01": "resolved_at < '2100-01-01 00:00+00'",
    "resolved_after=2026-01-01": "resolved_at >= '2026-01-01 00:00+00'",
    "parked_before=2100-01-01": "parked_at < '2100-01-01 00:00+00'",
    "parked_after=2026-01-01": "parked_at >= '2026-01-01 00:00+00'",
    "held=true": "held_at IS NOT NULL",
    "held=false": "held_at IS NULL",
    "owner=owner%2C+with+comma": "owner = 'owner, with comma'",
    "park_reason=DATA_QUALITY": "park_reason = 'DATA_QUALITY'",
    "company=firm2.example": "outreach_id IN (SELECT outreach_id FROM governance_outreach WHERE domain = 'firm2.example')",
    "company=+https%3A%2F%2FFirm2.Example.%2Fcontact": "outreach_id IN (SELECT outreach_id FROM governance_outreach WHERE domain = 'firm2.example')",
    "company=+LOOSE-1+": "outreach_id IS NULL AND company_unique_id = 'LOOSE-1'",
    "company=LOOSE2.example.": "outreach_id IS NULL AND domain = 'loose2.example'",
    "company=FIRM2.example": "outreach_id IN (SELECT outreach_id FROM governance_outreach WHERE domain = 'firm2.example')",
    "company=LOOSE-1": "outreach_id IS NULL AND company_unique_id = 'LOOSE-1'",
    "company=loose2.example": "outreach_id IS NULL AND domain = 'loose2.example'",
    "company=nobody": "false",
    "q=mail+server": "upper(message) LIKE '%MAIL SERVER%'",
    "q=MAIL": "upper(message) LIKE '%MAIL%'",
    "q=100%25": "message LIKE '%100!%%' ESCAPE '!'",
    "q=r_s": "message LIKE '%under!_score%' ESCAPE '!'",
    "q=%25%25%25": "false",
    "q=CT-M-NO": "code = 'CT-M-NO-MX'",
    "q=%25+empty": "message LIKE '%!% empty%' ESCAPE '!'",
    "q=++mail+server": "false",
    "q=HTTPS%3A%2F%2FLoose0.Example%2Fcontact": "domain = 'loose0.example'",
    "q=loose0.example.": "domain = 'loose0.example'",
    "q=loose0.example": "domain = 'loose0.example'",
    "disposition=RETRY&severity=HIGH&retry_count_min=1&q=mail": "disposition = 'RETRY' AND severity = 'HIGH' AND retry_count > 0 AND message LIKE '%mail%'",
}
REFUSED = {
    "dispositon=RETRY": "dispositon",
    "sort=-created": "sort",
    "disposition=": "disposition",
    "disposition=retry": "disposition",
    "disposition=RETRY&disposition=NOPE": "disposition",
    "severity=": "severity",
    "code=%00": "code",
    "code=" + "x" * 301: "code",
    "escalation_level=4": "escalation_level",
    "retry_count=one": "retry_count",
    "retry_count=-1": "retry_count",
    "retry_count=9999999999": "retry_count",
    "retry_count=٣": "retry_count",
    "retry_count_min=1&retry_count_min=2": "retry_count_min",
    "retry_count_min=1.5": "retry_count_min",
    "retry_exhausted=maybe": "retry_exhausted",
    "blocks=maybe": "blocks",
    "expires_before=soon": "expires_before",
    "expires_before=0001-01-01T00:00%2B14:00": "expires_before",
    "created_after=2026-13-01": "created_after",
    "created_after=2026-01-01&created_after=2026-01-02": "created_after",
    "q=ab": "q",
    "q=+++": "q",
    "q=abc&q=def": "q",
    "q=ab%00c": "q",
    "group=zz": "group",
    "group=" + "A" * 32: "group",
    "company=a%00b": "company",
}


def sql_count(condition: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM governance_huberror WHERE {condition}")
        return cursor.fetchone()[0]


def test_the_keys_are_the_contract():
    assert sorted(ErrorFilter.base_filters) == sorted(KEYS)


def test_each_filter_finds_what_plain_sql_finds():
    sample.of(160)

    found = {text: ErrorFilter.from_text(text).qs.count() for text in SAME_IN_SQL}

    assert found == {text: sql_count(condition) for text, condition in SAME_IN_SQL.items()}
    assert sum(map(bool, found.values())) > 30


def test_a_company_is_found_by_outreach_id_own_id_and_domain():
    company = make.company()
    mine = make.error(outreach=company.outreach)
    make.error()

    for value in (str(company.outreach_id), company.company_unique_id, company.outreach.domain):
        assert list(ErrorFilter.from_text(urlencode({"company": value})).qs) == [mine]


def test_a_name_beyond_ascii_is_found_by_its_letters_in_any_order_of_the_list():
    spine = make.outreach(domain="xn--mnchen-3ya.example")
    mine = {make.error(outreach=spine), make.error(outreach=None, domain=spine.domain)}
    written = make.error(message="no mail server at münchen.example")
    make.error()

    assert set(ErrorFilter.from_text(urlencode({"company": "MÜNCHEN.example"})).qs) == mine
    found = ErrorFilter.from_text(urlencode({"q": "München.example"}))
    assert set(found.qs) == {*mine, written}
    parts = found.filtered([])
    assert (parts.text, parts.few) == ("xn--mnchen-3ya.example", True)


def test_a_group_is_the_errors_of_one_normalised_message():
    one, other = (
        make.error(message="a.example has no mail server"),
        make.error(message="b.example has no mail server"),
    )
    make.error(message="c.example refused")

    assert set(ErrorFilter.from_text(f"group={bytes(one.message_key).hex()}").qs) == {one, other}


def test_text_is_searched_in_the_first_2000_characters():
    make.error(message="x" * 1990 + " needle " + "y" * 100_000 + " haystack")

    assert ErrorFilter.from_text("q=needle").qs.count() == 1
    assert ErrorFilter.from_text("q=haystack").qs.count() == 0


def test_text_search_uses_the_index():
    sample.of(50)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN "
            + str(ErrorText.objects.filter(body__icontains="MAIL").query).replace(
                "%MAIL%", "'%MAIL%'"
            )
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())

    assert "error_text_words" in plan


@pytest.mark.parametrize("order", ["created_at", "-created_at"])
def test_the_few_whose_tries_are_used_up_are_read_by_an_index_of_their_own(order):
    sample.of(50)
    spent = ErrorFilter.from_text("retry_exhausted=true").qs
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    assert "error_spent" in spent.order_by(order, order.replace("created_at", "id"))[:50].explain()
    assert "error_spent" in spent.order_by().values("pk").explain()


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_wrong_selects_nothing_and_names_the_key(text):
    make.error()

    with pytest.raises(BadRequest, match=REFUSED[text]):
        _ = ErrorFilter.from_text(text).qs


keys = st.one_of(
    st.sampled_from([*KEYS, "sort", "view", "select", "part", "before"]), st.text(max_size=12)
)
values = st.one_of(
    st.sampled_from(
        [
            "RETRY",
            "PARKED",
            "HIGH",
            "NO_MATCH",
            "0",
            "1",
            "-1",
            "true",
            "2026-01-01",
            "2026-01-01T00:00Z",
            "mail",
            "firm1.example",
            "",
            " ",
        ]
    ),
    st.text(max_size=40),
    st.binary(max_size=12).map(lambda raw: raw.decode("latin-1")),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=st.lists(st.tuples(keys, values), max_size=5))
def test_any_text_is_refused_or_means_one_set_of_rows(pairs):
    if not HubError.objects.exists():
        sample.of(40)
    text = "&".join(f"{quote(key)}={quote(value)}" for key, value in pairs)

    try:
        found = ErrorFilter(QueryDict(text))
        rows = set(found.qs.values_list("pk", flat=True))
    except BadRequest:
        return

    canonical = found.canonical()
    again = ErrorFilter.from_text(canonical)
    assert set(again.qs.values_list("pk", flat=True)) == rows
    assert again.canonical() == canonical
    assert bool(canonical) or len(rows) == HubError.objects.count()


@pytest.mark.parametrize("key", ["outreach_id", "company_unique_id"])
def test_the_chip_of_a_company_says_its_name(key):
    company = make.company(company_name="Hartfell Clinics")

    (chip,) = ErrorFilter(QueryDict(f"company={getattr(company, key)}")).chips()

    assert (chip.label, chip.value) == ("Company", "Hartfell Clinics")


def test_the_chip_of_an_unknown_company_says_what_was_asked():
    (chip,) = ErrorFilter(QueryDict("company=nobody.example")).chips()

    assert chip.value == "nobody.example"


def test_what_fits_two_companies_is_shown_as_it_was_asked():
    for _ in range(2):
        make.outreach(domain="shared.example")

    (chip,) = ErrorFilter(QueryDict("company=shared.example")).chips()

    assert chip.value == "shared.example"


NOW = datetime(2026, 2, 4, 13, tzinfo=UTC)


def test_a_span_that_has_a_name_is_one_chip_and_others_say_their_zone():
    named = ErrorFilter.from_text("code=A&expires_after=now&expires_before=in-48h")
    dated = ErrorFilter.from_text("expires_before=2026-02-04&created_before=60d-ago")

    assert [(chip.label, chip.value, chip.remove) for chip in named.chips()] == [
        ("Code", "A", "expires_after=now&expires_before=in-48h"),
        ("Expires", "within 48 h", "code=A"),
    ]
    assert [(chip.label, chip.value) for chip in dated.chips()] == [
        ("Created before", "60 days ago"),
        ("Expires before", "2026-02-04 00:00 UTC"),
    ]


def test_the_same_text_means_other_rows_at_another_time():
    error = make.error(created_at=NOW - timedelta(days=6))

    def older_than_a_week(at: datetime) -> list:
        return list(ErrorFilter.from_text("created_before=7d-ago", as_of=at).qs)

    assert older_than_a_week(NOW) == []
    assert older_than_a_week(NOW + timedelta(days=2)) == [error]


def test_every_part_of_a_filter_counts_from_one_moment():
    found = ErrorFilter.from_text("expires_after=now&q=mail", as_of=NOW)

    beside = found.without("q")
    beside.check()
    assert beside.values["expires_after"] == NOW
    assert found.moments() == {"now": NOW}


def test_a_table_is_found_by_the_name_that_pages_show():
    error = make.error(make.DOL)
    make.error(make.CT)

    found = ErrorFilter.from_text("error_table=dol_errors")

    assert list(found.qs) == [error]
    assert found.canonical() == f"error_table={make.DOL}"
