"""Any spelling of a key, and what of it is left out."""

import pytest

from enrichment.keys import KeyRefused
from enrichment.queries.entity import lookups

ABOUT = "https://WWW.Ironclad.com:443/about?x=1"
LEAD = "https://www.linkedin.com/sales/lead/ACwAAB,NAME_SEARCH"


@pytest.mark.parametrize(
    ("raw", "entity_type", "key"),
    [
        ("ironclad.com", "company", "ironclad.com"),
        (ABOUT, "company", "ironclad.com"),
        ("linkedin.com", "company", "linkedin.com"),
        ("HTTPS://de.LinkedIn.com/in/Jane-Doe/", "person", "linkedin.com/in/jane-doe"),
    ],
)
def test_a_text_says_whether_it_is_of_a_company_or_a_person(raw, entity_type, key):
    found = lookups.guessed(raw)

    assert (found.entity_type, found.key) == (entity_type, key)


@pytest.mark.parametrize(
    ("entity_type", "raw", "said"),
    [
        ("company", "ironclad.com", ""),
        ("company", "http://ironclad.com", "scheme is left out"),
        ("company", "Ironclad.com", "capitals are left out"),
        ("company", ABOUT, "scheme, www., port, query, path and capitals are left out of a key"),
        ("company", "ironclad.com.", "it is written in its one form here"),
        ("person", "de.linkedin.com/in/jo", "language is left out"),
        ("person", LEAD, "never taken for a profile"),
    ],
)
def test_what_is_left_out_is_named(entity_type, raw, said):
    notice = lookups.read(entity_type, raw).notice

    assert said in notice and bool(notice) is bool(said)


def test_a_salesnav_address_is_no_profile():
    assert lookups.guessed(LEAD).key.startswith("salesnav:")


@pytest.mark.parametrize("raw", ["no domain", "", "linkedin.com/company/x", "\0", "x" * 3_000])
def test_what_names_nothing_is_refused(raw):
    with pytest.raises(KeyRefused) as refusal:
        lookups.guessed(raw)

    assert refusal.value.status == 422
