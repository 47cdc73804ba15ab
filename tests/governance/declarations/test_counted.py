"""One tuple says what is counted; all that follows from it agrees."""

import re

import pytest
from django.db import connection
from django.db.models import Sum

from governance.filters.archive import ArchiveFilter
from governance.filters.errors import ErrorFilter
from governance.models import ArchiveCount, ArchivedError, ErrorCount, HubError, archives, errors
from tests import make


@pytest.mark.parametrize(
    ("model", "counter"), [(HubError, ErrorCount), (ArchivedError, ArchiveCount)]
)
def test_a_counter_has_the_columns_that_are_counted(model, counter):
    columns = {field.column: field for field in counter._meta.fields}

    assert set(columns) - {"id", "rows"} == set(model.counted.columns)
    for name in model.counted.columns:
        source = next(f for f in model._meta.fields if f.column == name)
        assert columns[name].null == source.null
        assert columns[name].db_type(connection).split("(")[0] == source.db_type(connection)


@pytest.mark.django_db
def test_the_frozen_key_of_the_indexes_is_of_the_facets():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proargnames, prosrc FROM pg_proc WHERE oid = 'governance.facet_key'::regproc"
        )
        names, text = cursor.fetchone()

    assert tuple(names) == errors.COUNTED
    hashed = re.search(r"ARRAY\[(.*)\]", text, re.DOTALL)[1]
    assert (
        tuple(name.strip().removesuffix("::text") for name in hashed.split(",")) == errors.COUNTED
    )


@pytest.mark.parametrize(
    ("filters", "counted"), [(ErrorFilter, errors.COUNTED), (ArchiveFilter, archives.COUNTED)]
)
def test_every_facet_can_be_filtered_by(filters, counted):
    assert set(filters.facets) - {"hub"} == set(counted)
    assert set(filters.facets) <= set(filters.base_filters)


def test_the_counters_do_not_know_the_rest():
    assert set(ErrorFilter.uncounted) == {
        "held",
        "parked_after",
        "parked_before",
        "resolved_after",
        "resolved_before",
        "retry_exhausted",
        *("company", "q", "created_before", "created_after", "expires_before", "expires_after"),
    }
    assert set(ArchiveFilter.uncounted) == {
        *("resolved_after", "resolved_before"),
        *("held", "company", "group", "q", "created_before", "created_after"),
        *("archived_before", "archived_after", "kept_after", "kept_before"),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("counter", ["errorcount", "archivecount"])
def test_counting_anew_gives_the_sums_that_were_kept(counter):
    make.errors(6)
    make.archived()
    model = {"errorcount": ErrorCount, "archivecount": ArchiveCount}[counter]
    before = model.objects.aggregate(rows=Sum("rows"))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM governance_{counter}")
        cursor.execute(f"SELECT governance.recount_{counter}()")

    assert model.objects.aggregate(rows=Sum("rows")) == before
    assert before["rows"] > 0
