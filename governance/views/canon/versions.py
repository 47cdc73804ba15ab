"""Versions of the canon: all of them, one beside another, bringing one in, putting one in force."""

from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property

from governance import policies
from governance.filters.canon.versions import VersionFilter
from governance.forms.canon import EnforceForm, TextForm
from governance.models import CanonVersion
from governance.queries.canon import kept
from governance.queries.canon import versions as queries
from governance.queries.canon.versions import Compared
from governance.services.canon import versions
from governance.tables.canonversions import VersionTable
from governance.views.canon.base import SEE_CANON, AboutTools, ActPage
from governance.views.savedviews import person
from outreach_admin.exceptions import BadRequest
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.lists import TablePage

LIST = "governance:canonversion-list"
ONE = "governance:canonversion-detail"


class VersionList(AboutTools, TablePage):
    """Every version that was ever brought in."""

    permission_required = SEE_CANON
    template_name = "governance/canon/listed.html"
    title = "Canon versions"
    table_class = VersionTable
    filterset_class = VersionFilter
    empty_hint = "The first version comes with `manage.py migrate`."

    def get_queryset(self) -> Any:
        return kept.listed().with_standing()

    def toolbar(self) -> list[Link]:
        """Lead to the form, for who may bring one in."""
        if not policies.may_load_canon(person(self.request)):
            return []
        return [Link("New version…", reverse("governance:canonversion-load"), "upload")]


class OfVersion(Page):
    """A page about one version, by its number."""

    @cached_property
    def version(self) -> CanonVersion:
        return get_object_or_404(kept.listed(), version=self.kwargs["number"])

    @property
    def address(self) -> str:
        return reverse(ONE, args=[self.version.version])


class VersionDetail(OfVersion, AboutTools):
    """Its text, what it changes (`?against=2`: of that version), and when it was put in force."""

    permission_required = SEE_CANON
    template_name = "governance/canon/version.html"
    nav = LIST

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.version)

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    @cached_property
    def against(self) -> CanonVersion | None:
        """Find the version to compare with. Raises BadRequest, Http404."""
        number = self.request.GET.get("against", "")
        if not number:
            return queries.before(self.version)
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            raise BadRequest(f"“{number[:60]}” is not the number of a version.")
        return get_object_or_404(kept.listed(), version=int(number))

    @property
    def compared(self) -> Compared | None:
        return queries.compared(self.against, self.version) if self.against else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the text and what it changes."""
        may_enforce = policies.may_enforce_canon(person(self.request))
        context = {
            "version": self.version,
            "is_in_force": self.in_force.version == self.version,
            "compared": self.compared,
            "others": kept.listed().exclude(pk=self.version.pk)[: queries.SHOWN],
            "enforcements": queries.enforcements(self.version),
            "may_enforce": may_enforce,
        }
        return super().get_context_data(**context | kwargs)


class VersionLoad(ActPage):
    """Bring in a text: it is kept, and nothing goes by it yet."""

    permission_required = "governance.load_canonversion"
    title = "New version of the canon"
    nav = LIST
    form_class = TextForm
    back_url = reverse_lazy(LIST)

    def crumbs(self) -> list[Crumb]:
        return [Crumb("New version")]

    def act(self, given: dict[str, Any]) -> str:
        version = versions.load(given["text"], by=person(self.request))
        self.back_url = reverse(ONE, args=[version.version])
        return f"{version} is kept. It is in force once somebody else says so."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {
            "said": "Raise the version in the text. What is kept once stays as it is.",
            "submit": "Bring it in",
        }
        return super().get_context_data(**context | kwargs)


class VersionEnforce(OfVersion, ActPage):
    """Put a version in force that somebody else brought in, after a look at what it changes."""

    permission_required = "governance.enforce_canonversion"
    nav = LIST
    form_class = EnforceForm

    @property
    def title(self) -> str:  # type: ignore[override]
        return f"Put {str(self.version).lower()} in force"

    @property
    def back_url(self) -> str:  # type: ignore[override]
        return self.address

    def crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.version), self.address), Crumb("Put in force")]

    @property
    def number_in_force(self) -> int:
        version = self.in_force.version
        return version.version if version else 0

    def form(self, data: Any = None, files: Any = None) -> Form:
        initial = {} if data else {"instead_of": self.number_in_force}
        return EnforceForm(data, initial=initial)

    def act(self, given: dict[str, Any]) -> str:
        version = versions.enforce(
            self.version,
            by=person(self.request),
            reason=given["reason"],
            instead_of=given["instead_of"],
        )
        return f"{version} is in force: every process goes by it within a second."

    def refused(self, form: Form, status: int, **context: Any) -> HttpResponse:
        """Ask again over the version that is in force now."""
        form.data = form.data.copy()
        form.data["instead_of"] = self.number_in_force
        return super().refused(form, status, **context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what would change, and why this person cannot do it."""
        now = self.in_force.version
        is_in_force = now == self.version
        context = {
            "version": self.version,
            "is_in_force": is_in_force,
            "compared": queries.compared(now, self.version) if now and not is_in_force else None,
            "blockers": policies.enforcement_blockers(person(self.request), self.version),
            "submit": "Put it in force",
        }
        return super().get_context_data(**context | kwargs)
