"""What the endpoints of a subject take from its declaration."""

import pytest

from governance import subjects
from governance.api import errors
from governance.api.subjects import OfSubject, SubjectDetail
from tests import make
from tests.callers import Caller

pytestmark = pytest.mark.django_db
BY_SUBJECT = {"error": "/api/errors/", "archive": "/api/archive/"}


@pytest.mark.parametrize("view", [errors.ErrorList, errors.ArchiveList])
def test_filter_orders_and_rows_are_those_of_the_declaration(view: type[OfSubject]):
    declared = subjects.named(view.subject)

    assert view.filterset_class is declared.resolve("filterset")
    assert view.sorts == declared.resolve("table").sorts()
    assert view.default_sort == declared.resolve("table").default_sort


@pytest.mark.parametrize("subject", BY_SUBJECT)
def test_facets_are_those_of_the_filter_and_count_their_values(subject):
    make.error()
    make.archived()

    said = Caller(make.viewer()).get(f"{BY_SUBJECT[subject]}facets/").json()

    assert set(said["facets"]) == set(subjects.named(subject).resolve("filterset").facets)
    assert said["total"] == {"count": 1, "at_least": False}


def test_the_tag_of_a_row_changes_with_it():
    error, caller = make.error(), Caller(make.viewer())
    path = f"/api/errors/{error.pk}/"
    before = caller.get(path)["ETag"]

    error.owner = "Platform team"
    error.save(update_fields=["owner"])

    assert caller.get(path)["ETag"] != before


@pytest.mark.parametrize("key", ["no-id", "00000000-0000-4000-8000-000000000000", "%00"])
@pytest.mark.parametrize("subject", BY_SUBJECT)
def test_what_is_not_there_is_not_found(subject, key):
    assert Caller(make.viewer()).get(f"{BY_SUBJECT[subject]}{key}/").status_code == 404


def test_a_detail_reads_no_other_address():
    assert issubclass(errors.ErrorDetail, SubjectDetail)
    error = make.error()
    answer = Caller(make.viewer()).get(f"/api/errors/{error.pk}/?full=1")

    assert (answer.status_code, answer.json()["key"]) == (400, "full")
