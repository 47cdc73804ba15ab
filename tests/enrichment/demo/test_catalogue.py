"""The workflows of the demo, as its warehouse and its tree of code read them."""

from enrichment.demo import catalogue


def test_there_are_53_functions_and_16_entries_of_which_14_are_in_both():
    in_both = [one for one in catalogue.REGISTERED if one.function]

    assert len(catalogue.FUNCTIONS) == 53
    assert len(catalogue.REGISTERED) == 16
    assert len(in_both) == 14


def test_every_slug_is_there_once():
    slugs = [one.slug for one in catalogue.LISTED]

    assert len(set(slugs)) == len(slugs) == 55


def test_what_the_code_writes_differs_where_the_row_says_so():
    wrong = {one.slug for one in catalogue.LISTED if one.written != one.tables}

    assert wrong == {
        "company_discovery",
        "company_location",
        "company_technographics",
        "person_email",
    }
