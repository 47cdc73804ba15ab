"""What an upload must bring."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from governance.forms.imports import HubUploadForm, UploadForm
from tests import make

pytestmark = pytest.mark.django_db


def upload(content: bytes = b"code\nX\n", **given: str) -> UploadForm:
    return UploadForm(given, {"file": SimpleUploadedFile("errors.csv", content)})


def test_a_file_is_needed():
    form = UploadForm({})

    assert form.errors == {"file": ["This field is required."]}


def test_an_empty_file_passes_here_because_reading_it_says_more():
    assert upload(b"").is_valid()


def test_every_error_table_is_offered_and_no_other_is_taken():
    form = upload(error_table=make.DOL)
    assert form.is_valid() and form.cleaned_data["error_table"] == make.DOL

    other = upload(error_table="outreach.other")
    assert "not one of the available choices" in other.errors["error_table"][0]


def test_without_a_table_each_row_names_its_own():
    form = upload()

    assert form.is_valid() and form.cleaned_data["error_table"] == ""
    assert form.fields["error_table"].choices[0] == ("", "Each row names its own")


def test_empty_cells_say_nothing_unless_asked():
    files = {"file": SimpleUploadedFile("slots.csv", b"a")}
    silent, clearing = HubUploadForm({}, files), HubUploadForm({"clears": "on"}, files)

    assert silent.is_valid() and silent.cleaned_data["clears"] is False
    assert clearing.is_valid() and clearing.cleaned_data["clears"] is True
