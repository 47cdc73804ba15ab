"""The list of a subject: what it declares makes the page, apart from title and permission."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import classproperty

from governance import policies, subjects
from governance.models import Disposition
from governance.resources.exports import EXPORTS
from governance.subjects import Subject
from governance.verbs import registry
from governance.verbs.base import Verb
from governance.views.savedviews import SavedTabs
from outreach_admin import menu
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import kept
from outreach_admin.lists.filters import StrictFilterSet
from outreach_admin.lists.listings import Listing
from outreach_admin.ui import navigation
from outreach_admin.ui.pages.base import Link
from outreach_admin.ui.pages.stale import parted
from outreach_admin.ui.tables import Table


def list_address(subject: Subject, text: str) -> str:
    """Write the address of a subject's list under a stored filter; what the list no longer has is left out there and said."""
    filterset = subject.resolve("filterset")
    try:
        filterset.from_text(text)
    except BadRequest:
        found = parted(QueryDict(text), filterset, subject.resolve("table"))
        found.kept.setlist("gone", found.gone)
        text = found.kept.urlencode()
    return subject.list_address(text)


class SubjectList(SavedTabs):
    """Rows of a subject with saved views, verbs and export, all as the subject declares them.

    Subclasses name the `subject`, a title and the permission to look.
    """

    subject = ""
    plan_url_name = "governance:operation-plan"

    @classproperty
    def declared(cls) -> Subject:
        return subjects.named(cls.subject)

    @classproperty
    def page_name(cls) -> str:  # type: ignore[override]
        return cls.declared.list_url

    @classproperty
    def filterset_class(cls) -> type[StrictFilterSet]:  # type: ignore[override]
        return cls.declared.resolve("filterset")

    @classproperty
    def table_class(cls) -> type[Table]:  # type: ignore[override]
        return cls.declared.resolve("table")

    @classproperty
    def listing_class(cls) -> type[Listing]:  # type: ignore[override]
        return cls.declared.resolve("listing")

    @property
    def verbs(self) -> Sequence[Verb]:  # type: ignore[override]
        return registry.offered_for(self.subject)

    def get_queryset(self) -> QuerySet[Any]:
        """Give every row, with what the subject's rows are shown with."""
        return self.declared.rows.select_related(*self.declared.related)

    def primary(self, usable: Sequence[Verb]) -> Verb:  # type: ignore[override]
        """Choose the first verb that fits every disposition asked for."""
        wanted = self.request.GET.getlist("disposition")
        fitting = (verb for verb in usable if all(map(verb.takes, wanted)))
        return next(fitting, usable[0])

    def takes(self, verb: Verb) -> str:  # type: ignore[override]
        return " ".join(filter(verb.takes, Disposition))

    def toolbar(self) -> Iterable[Link]:
        """Lead to the export of what is shown."""
        if self.declared.export:
            export = EXPORTS[self.declared.export]
            entry = menu.Entry("Export", url_name=export.url, permission=export.permissions[0])
            if url := navigation.allowed(self.request, entry):
                text = kept.shortened(self.filterset.canonical(), self.request.GET)
                yield Link(entry.label, f"{url}?{text}", "download")

    def _table(self) -> Table:
        table = super()._table()
        table.query = self.filterset.query(without=("size", "columns")).urlencode()  # type: ignore[attr-defined]
        table.acts = [  # type: ignore[attr-defined]
            verb for verb in self.verbs if policies.may_act(self.request.user, verb)
        ]
        return table
