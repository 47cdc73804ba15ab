"""What an upload must bring."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.forms.imports import UploadForm
from governance.models import ErrorTable
from tests import make

pytestmark = pytest.mark.django_db


def sent(raw: bytes | None = b"code\nA\n", **given: str) -> UploadForm:
    files = {} if raw is None else {"file": SimpleUploadedFile("errors.csv", raw)}
    return UploadForm(given, files)


@pytest.mark.parametrize("table", ["", make.DOL])
def test_a_file_is_enough_and_may_come_with_a_table(table):
    form = sent(error_table=table)

    assert form.is_valid()
    assert form.cleaned_data["error_table"] == table


def test_an_empty_file_is_left_to_the_reader_who_says_more():
    assert sent(b"").is_valid()


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        (lambda: sent(None), "file", "This field is required."),
        (lambda: sent(error_table="nowhere"), "error_table", "nowhere is not one of"),
    ],
)
def test_no_file_and_no_such_table_are_refused(form, field, sentence):
    errors = form().errors

    assert set(errors) == {field}
    assert sentence in errors[field][0]


def test_every_table_is_offered():
    offered = [value for value, _ in UploadForm().fields["error_table"].choices]

    assert offered == ["", *ErrorTable.objects.values_list("name", flat=True)]
