"""What an import asks."""

from typing import Any

from django import forms

from governance.models import ErrorTable


class FileForm(forms.Form):
    """A CSV."""

    file = forms.FileField(
        label="CSV file",
        help_text="UTF-8, with a header; comma, semicolon or tab between cells.",
        widget=forms.FileInput(attrs={"class": "input", "accept": ".csv,.tsv,.txt,text/csv"}),
        allow_empty_file=True,
    )


class HubUploadForm(FileForm):
    """A CSV for one hub table."""

    clears = forms.BooleanField(
        label="Empty cells empty what is stored",
        required=False,
        help_text="Else an empty cell says nothing and the stored value stays.",
    )


class UploadForm(FileForm):
    """A CSV of errors."""

    error_table = forms.ChoiceField(
        label="Error table", required=False, help_text="Taken for rows that name none."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = ErrorTable.objects.values_list("name", flat=True)
        self.fields["error_table"].choices = [
            ("", "Each row names its own"),
            *((name, name) for name in tables),
        ]  # type: ignore[attr-defined]
