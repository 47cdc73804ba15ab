"""Batches of errors that come in: looked up at once, each id once, and none overwritten."""

import io
import uuid
from typing import Any

import pytest
from django.db import transaction
from psycopg.errors import UniqueViolation
from tablib import Dataset

from governance.models import ImportFile
from governance.resources import errors, staging
from tests import make
from tests.governance.resources.checking import GOOD, problems, written

pytestmark = pytest.mark.django_db


def batch(*rows: tuple[Any, str]) -> Dataset:
    """Codes of one table, without a cell that fits no column."""
    lines = [(number, None, make.DOL, code) for number, code in rows]
    return Dataset(*lines, headers=[staging.NUMBER, staging.TORN, "error_table", "code"])


def resource() -> errors.ErrorResource:
    file = ImportFile.objects.create(name="x.csv", digest="", size=0, requester=make.triager())
    return errors.ErrorResource(file, ["error_table", "code"])


def test_a_dry_run_finds_the_same_and_stages_nothing():
    reader = resource()
    rows = batch((2, "NO_MATCH"), (3, ""))

    dry = reader.import_data(rows, dry_run=True)
    assert not reader.file.staged.exists()
    real = reader.import_data(rows)

    assert [row.import_type for row in dry] == [row.import_type for row in real]
    assert [row.error_dict for row in dry.invalid_rows] == [{"code": ["It is missing."]}]
    assert (real.totals["new"], real.totals["invalid"], reader.file.staged.count()) == (1, 1, 2)


def test_what_breaks_is_no_problem_of_a_row():
    reader = resource()
    reader.import_data(batch((2, "NO_MATCH")))

    with pytest.raises(UniqueViolation, match="importrow_pk"), transaction.atomic():
        reader.import_data(batch((2, "NO_MATCH")))
    with pytest.raises(TypeError):
        reader.import_data(batch((3, None)))
    assert reader.file.staged.count() == 1


def test_ids_that_are_taken_or_doubled_are_problems_never_overwritten():
    live, archived, fresh = make.error(make.DOL), make.archived(make.DOL), str(uuid.uuid4())

    found = problems(
        GOOD | {"error_id": str(live.pk)},
        GOOD | {"error_id": str(archived.pk)},
        GOOD | {"error_id": fresh},
        GOOD | {"error_id": fresh.upper(), "severity": "x"},
    )

    assert [(row, sentence) for row, _, _, sentence in found] == [
        (2, "An error with this id is in the queue already."),
        (3, "An archived error has this id: restore it instead."),
        (5, "It is not one of CRITICAL, HIGH, LOW, MEDIUM."),
        (5, "Row 4 has the same id."),
    ]


def test_an_id_is_found_however_it_is_written():
    live = make.error(make.DOL)

    found = problems(*(GOOD | {"error_id": f" {text} "} for text in (live.pk, live.pk.hex.upper())))

    assert [sentence for *_, sentence in found] == [
        errors.LIVE,
        errors.LIVE,
        "Row 2 has the same id.",
    ]


def test_a_torn_row_has_no_id():
    fresh = uuid.uuid4()
    raw = f"error_id,error_table,code\n{fresh},{make.DOL},,more\n{fresh},{make.DOL},NO_MATCH\n"

    file = errors.check(io.BytesIO(raw.encode()), name="x.csv", by=make.triager())

    assert list(file.staged.order_by("number").values_list("number", "subject_id")) == [
        (2, None),
        (3, str(fresh)),
    ]
    assert file.good == 1


def test_a_batch_is_looked_up_at_once(django_assert_max_num_queries):
    taken = make.errors(20, make.DOL)
    fresh = [uuid.uuid4() for _ in range(400)]
    content = written(*(GOOD | {"error_id": str(one)} for one in [*fresh, *(e.pk for e in taken)]))
    triager = make.triager()

    with django_assert_max_num_queries(16):
        file = errors.check(io.BytesIO(content), name="x.csv", by=triager)

    assert (file.rows, file.bad) == (420, 20)
