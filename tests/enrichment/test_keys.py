"""One entity, one key: however it was written."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from enrichment.keys import KeyRefused, normalised

PERSON = "linkedin.com/in/jane-doe"
LEAD = "https://www.linkedin.com/sales/lead/ACwAAB1cD_e,NAME_SEARCH,k9Zb"
SAME_COMPANY = (
    "ironclad.com",
    "IronClad.COM",
    " ironclad.com\n",
    "https://www.ironclad.com/about?x=1#top",
    "//ironclad.com",
    "http://user:secret@ironclad.com:8080/",
    "www.www.ironclad.com.",
    "ironclad.com?utm=1",
    "ironclad.com\\about",
    "https%3A%2F%2Fwww.ironclad.com%2Fabout%20us",
    "https%253A%252F%252Fironclad.com",
    "ironclad%2Ecom",
    "ｉｒｏｎｃｌａｄ。com",
)
SAME_PERSON = (
    "https://www.linkedin.com/in/jane-doe",
    "linkedin.com/in/jane-doe/",
    "LINKEDIN.COM/IN/JANE-DOE",
    "http://de.linkedin.com/in/jane-doe?trk=x",
    "https://m.linkedin.com/in/jane-doe#about",
    "https://www.linkedin.com/in/jane-doe/en",
    "www.linkedin.com/in/jane-doe/details/experience/",
    "https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane%2Ddoe",
    "linkedin.com/in/jane%252Ddoe",
)
NO_COMPANIES = (
    "",
    " \t",
    "ironclad",
    "localhost",
    "app.localhost",
    "no domain",
    "n/a",
    "127.0.0.1",
    "http://[::1]/",
    "0x7f.0x1",
    "iron clad.com",
    "iron%20clad.com",
    "iron\x00clad.com",
    "ironclad.com/%00",
    "iron\u200bclad.com",
    "iron_clad.com",
    "-ironclad.com",
    "ironclad..com",
    ".com",
    "ironclad.c",
    "a" * 64 + ".com",
    ".".join(["a" * 60] * 5) + ".com",
    "ironclad.com/" + "a" * 2_048,
    "\ud800.com",
    "xn--zzzzzz-.com",
    "i❤.com",
    "iron％clad.com",
    "iron%ff.com",
    "https://www.linkedin.com/company/ironclad",
    LEAD,
    None,
    7,
)
NO_PEOPLE = (
    "",
    "jane-doe",
    "ironclad.com/in/jane-doe",
    "linkedin.com.evil.com/in/jane-doe",
    "evil-linkedin.com/in/jane-doe",
    "linkedin.com",
    "linkedin.com/in/",
    "linkedin.com/company/ironclad",
    "linkedin.com/in/jane doe",
    "linkedin.com/in/jane%20doe",
    "linkedin.com/in/jane\x00",
    "linkedin.com/in/\udfff",
    "linkedin.com/in/..",
    "linkedin.com/in/100%",
    "linkedin.com/in/%ff",
    "linkedin.com/in/" + "a" * 101,
    "linkedin.com/sales/lead/",
    "linkedin.com/sales/people/,NAME",
    "salesnav:short",
    None,
)


@pytest.mark.parametrize("raw", SAME_COMPANY)
def test_a_domain_is_one_company_however_it_is_written(raw):
    assert normalised("company", raw) == "ironclad.com"


@pytest.mark.parametrize("raw", SAME_PERSON)
def test_a_profile_is_one_person_however_it_is_written(raw):
    assert normalised("person", raw) == PERSON


@pytest.mark.parametrize("raw", NO_COMPANIES)
def test_what_is_no_domain_is_refused_with_what_one_looks_like(raw):
    with pytest.raises(KeyRefused, match=r"looks like ironclad\.com") as refusal:
        normalised("company", raw)

    assert refusal.value.status == 422


@pytest.mark.parametrize("raw", NO_PEOPLE)
def test_what_is_no_profile_is_refused_with_what_one_looks_like(raw):
    with pytest.raises(KeyRefused, match=r"looks like linkedin\.com/in/jane-doe") as refusal:
        normalised("person", raw)

    assert refusal.value.status == 422


@pytest.mark.parametrize("kind", ["", "Company", "robot", None, []])
def test_another_type_is_a_bad_request(kind):
    with pytest.raises(KeyRefused, match="company or person") as refusal:
        normalised(kind, "ironclad.com")

    assert refusal.value.status == 400


def test_a_domain_in_another_script_is_punycode_in_either_unicode_form():
    composed = unicodedata.normalize("NFC", "müller.example")
    decomposed = unicodedata.normalize("NFD", "MÜLLER.example")

    keys = {normalised("company", raw) for raw in (composed, decomposed, "m%C3%BCller.example")}

    assert keys == {"xn--mller-kva.example"}
    assert normalised("company", "XN--Mller-KVA.example") == "xn--mller-kva.example"


def test_sharp_s_and_double_s_stay_two_companies():
    assert normalised("company", "straße.example") == "xn--strae-oqa.example"
    assert normalised("company", "strasse.example") == "strasse.example"


def test_a_domain_that_is_called_www_keeps_its_name():
    assert normalised("company", "www.com") == "www.com"


def test_a_profile_in_another_script_is_ascii_in_either_unicode_form():
    composed = unicodedata.normalize("NFC", "linkedin.com/in/jürgen")
    decomposed = unicodedata.normalize("NFD", "linkedin.com/in/JÜRGEN")
    encoded = "linkedin.com/in/j%25C3%25BCrgen"

    keys = {normalised("person", raw) for raw in (composed, decomposed, encoded)}

    assert keys == {"linkedin.com/in/j%c3%bcrgen"}


def test_a_salesnav_address_is_a_digest_of_its_id_however_it_was_found():
    key = normalised("person", LEAD)

    assert key.startswith("salesnav:")
    assert len(key) == len("salesnav:") + 32
    assert normalised("person", "linkedin.com/sales/people/ACwAAB1cD_e,OTHER?x=1") == key
    assert normalised("person", "linkedin.com/sales/lead/acwaab1cd_e") != key
    assert normalised("person", "linkedin.com/in/ACwAAB1cD_e") != key


@given(st.sampled_from(["company", "person"]), st.text(max_size=80), st.booleans())
@example("company", "www.www.com", False)
@example("person", "İΑΣ", True)
@example("person", "J\u0308%2525C3", True)
def test_a_key_is_its_own_key_and_plain(kind, raw, in_profile):
    given_text = f"linkedin.com/in/{raw}" if in_profile and kind == "person" else raw
    try:
        key = normalised(kind, given_text)
    except KeyRefused:
        return

    assert normalised(kind, key) == key
    assert key.isascii()
    assert key == key.lower()
    assert not any(map(str.isspace, key))


DOMAINS = st.from_regex(r"\A[A-Za-zäß]{1,12}\.(com|de|example)\Z")


@given(DOMAINS, st.sampled_from(["", "www.", "https://", "HTTP://www."]))
def test_what_stands_before_a_domain_changes_nothing(domain, before):
    assert normalised("company", before + domain) == normalised("company", domain)
