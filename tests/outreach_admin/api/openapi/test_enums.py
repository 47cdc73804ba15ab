"""Names of choices in the description of the API."""

from drf_spectacular.plumbing import load_enum_name_overrides

from outreach_admin.api.openapi import enums
from outreach_admin.api.openapi.pages import described


def test_each_name_is_of_choices_that_are_there():
    assert set(load_enum_name_overrides().values()) >= set(enums.NAMES)


def test_each_name_stands_in_the_description():
    assert set(enums.NAMES) <= set(described()["components"]["schemas"])
