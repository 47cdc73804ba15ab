"""What is asked of whoever wants a file regularly."""

from datetime import time

import pytest

from governance.forms.scheduledexports import ScheduledExportForm
from tests import make

pytestmark = pytest.mark.django_db
SENT = {"name": "Mine", "format": "csv", "at": "06:30", "time_zone": "UTC", "keep": "3"}


def read(source: str, **given) -> ScheduledExportForm:
    return ScheduledExportForm(SENT | {"source": source}, own="Every row", **{"views": []} | given)


def test_rows_come_from_the_filter_or_from_a_view_that_is_offered():
    view = make.view()

    filtered, of_view = read("filter"), read(str(view.pk), views=[view])

    assert filtered.is_valid() and of_view.is_valid()
    assert (filtered.cleaned_data["view"], of_view.cleaned_data["view"]) == (None, view)
    assert filtered.cleaned_data["at"] == time(6, 30)
    assert filtered.cleaned_data["weekday"] is None
    assert not read(str(view.pk)).is_valid()


def test_nothing_is_chosen_in_place_of_a_view_that_is_gone():
    form = read("", lost="Escalated")

    assert form.errors.keys() == {"source"}
    assert form.fields["source"].choices[0] == ("", "The view “Escalated” is gone: choose")
