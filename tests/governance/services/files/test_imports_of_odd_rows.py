"""What a file brings keeps its digits, and what a column does not take is told row by row."""

import csv
import io
from uuid import UUID

import pytest
from django.urls import reverse

from governance.models import HubError, ImportRow
from governance.resources import errors
from governance.services.files import imports
from governance.services.operations import runner
from tests import make
from tests.governance import facts

NUMBERS = '"amount": 12345678901234567890.123456789, "share": 1.10, "long": ' + "7" * 5_000


def checked(by, *details: str):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["error_table", "code", "details"])
    writer.writerows([make.DOL, "NO_MATCH", one] for one in details)
    return errors.check(io.BytesIO(text.getvalue().encode()), name="errors.csv", by=by)


@pytest.mark.usefixtures("committed_db")
def test_numbers_keep_their_digits_through_import_page_and_files(client):
    ops = make.triager()
    client.force_login(ops)

    runner.run(imports.plan(checked(ops, f"{{{NUMBERS}}}"), by=ops))

    error = HubError.objects.get()
    page = client.get(reverse("governance:error-detail", args=[error.pk])).text
    files = [
        b"".join(
            client.get(f"{reverse('governance:error-export')}?format={format}").streaming_content
        ).decode()
        for format in ("csv", "json")
    ]
    for digits in ("12345678901234567890.123456789", "1.10", "7" * 5_000):
        assert digits in page
        assert all(digits in text for text in files)


@pytest.mark.django_db
def test_a_record_that_is_saved_keeps_its_digits():
    error = make.error()
    error.details = errors.widgets.Details(250_000).read(f"{{{NUMBERS}}}")
    error.save()

    assert HubError.objects.get(pk=error.pk).details == error.details


@pytest.mark.django_db
def test_a_row_that_its_table_refuses_fails_with_column_and_limit():
    ops = make.triager()
    file = checked(ops, "{}", "{}")
    first = file.staged.order_by("subject_id").first()
    # as no check lets it through
    ImportRow.objects.filter(subject_id=first.subject_id).update(
        data=first.data | {"stage": "x" * 256}
    )
    operation = imports.plan(file, by=ops)

    runner.run(operation)

    assert (operation.applied, operation.failed) == (1, 1)
    assert facts.outcomes(operation)[UUID(first.subject_id)] == (
        "failed",
        "stage takes at most 255 characters (huberror_stage_at_most_255_characters)",
    )
