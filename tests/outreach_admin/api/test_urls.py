"""Each endpoint has its address with and without the slash; the schema names one."""

from outreach_admin.api.openapi.pages import Schema
from outreach_admin.api.urls import both, with_slash


def test_an_endpoint_has_two_addresses_and_one_name():
    with_, without = both("things/<int:pk>/", Schema, "thing-detail")

    assert (str(with_.pattern), with_.name) == ("things/<int:pk>/", "thing-detail")
    assert (str(without.pattern), without.name) == ("things/<int:pk>", None)
    assert with_.callback is without.callback


def test_the_schema_names_the_one_with_the_slash():
    listed = [("/a/", "", "GET", None), ("/a", "", "GET", None)]

    assert with_slash(listed) == listed[:1]
