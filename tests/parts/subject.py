"""Parts as something operations can act on, and the verbs for them."""

from typing import Any

from django import forms
from django.db.models import Q

from governance import subjects
from governance.verbs import registry
from governance.verbs.base import Verb
from tests.parts.models import Part


class DueParameters(forms.Form):
    due = forms.DateField(label="Due", widget=forms.DateInput(attrs={"type": "date"}))


class Reschedule(Verb):
    """Give parts another date."""

    name = "reschedule"
    subject = "part"
    permission = "parts.reschedule_part"
    done = "rescheduled to"
    shows = "due"
    parameters = DueParameters
    touches = ("due",)
    refusals = {Q(state="scrapped"): "scrapped"}

    def changes(self, *, due: Any, **context: Any) -> dict[str, Any]:
        return {"due": due}


class Scrap(Verb):
    """Take parts out of use."""

    name = "scrap"
    subject = "part"
    permission = "parts.scrap_part"
    shows = "state"
    becomes = "scrapped"
    touches = ("state",)
    refusals = {Q(state="scrapped"): "already scrapped"}

    def changes(self, **context: Any) -> dict[str, Any]:
        return {"state": "scrapped"}


PART = subjects.register(
    subjects.Subject(
        name="part",
        model=Part,
        noun="part",
        filterset="tests.parts.page.PartFilter",
        table="tests.parts.page.PartTable",
        list_url="parts:part-list",
        export="parts",
    )
)
registry.register(Reschedule(), Scrap())
