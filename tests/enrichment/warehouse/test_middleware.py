"""A request looks a table up once, the next one again."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from enrichment.warehouse import catalog
from enrichment.warehouse.middleware import CatalogMiddleware
from tests import owner

pytestmark = pytest.mark.django_db


def answer(request) -> HttpResponse:
    found = [catalog.table("core.thing") for _ in range(3)]
    return HttpResponse(str(found[0]))


def test_a_request_remembers_and_the_next_one_looks_again(django_assert_max_num_queries):
    page = CatalogMiddleware(answer)
    request = RequestFactory().get("/")

    with django_assert_max_num_queries(7):
        first = page(request)
    owner.runs("CREATE SCHEMA IF NOT EXISTS core")
    owner.runs("CREATE TABLE core.thing (id int)")

    assert (first.content, page(request).content) == (b"None", b"core.thing")
