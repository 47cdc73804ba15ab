"""API tokens: who has which, a new one, a new secret of one, the end of one, and what was refused."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View

from governance import policies
from governance.exceptions import TokenRefused
from governance.filters.tokens import RefusalFilter, TokenFilter
from governance.forms.tokens import TokenForm
from governance.models import Token
from governance.queries import tokens as queries
from governance.services import tokens
from governance.tables.tokens import RefusalTable, TokenTable, address_of, refused_address
from governance.views.savedviews import person
from outreach_admin.ui.pages.base import Crumb, Link, Page
from outreach_admin.ui.pages.lists import Tab, TablePage

LIST = "governance:token-list"


class TokenList(TablePage):
    """The tokens that this person may see, and the form for a new one; posting it shows the secret once, on the page itself."""

    permission_required = ()
    title = "API tokens"
    table_class = TokenTable
    filterset_class = TokenFilter
    template_name = "governance/tokens/list.html"
    empty_hint = "Make one below: it is shown once."

    @property
    def user(self) -> User:
        return person(self.request)

    @cached_property
    def issues(self) -> bool:
        """Whether this person makes tokens for pipelines and sees those of all."""
        return policies.may_issue_tokens(self.user)

    def get_queryset(self) -> Any:
        return queries.listed(self.user, at=self.as_of)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a token and show its secret; the key in the form makes no second one of a page that is sent again."""
        form = TokenForm(request.POST, issues=self.issues)
        if not form.is_valid():
            return self.shown(form=form, status=422)
        try:
            token, secret = self.make(form.cleaned_data)
        except TokenRefused as refusal:
            form.add_error(None, f"{refusal.sentence} {refusal.what_to_do}".strip())
            return self.shown(form=form, status=refusal.status)
        return self.shown(made=token, secret=secret)

    def shown(self, *, status: int = 200, **context: Any) -> HttpResponse:
        """Show the page, which no cache and no browser keeps."""
        return self.render_to_response(self.get_context_data(**context), status=status)

    def make(self, given: dict[str, Any]) -> tuple[Token, str]:
        pipeline = given.get("pipeline", "")
        return tokens.make(
            name=given["name"],
            scopes=given["scopes"],
            by=self.user,
            account=None if pipeline else self.user,
            pipeline=pipeline,
            responsible=given.get("responsible"),
            days=given["days"],
            networks=given["networks"],
            form_key=given["key"],
        )

    def tabs(self) -> list[Tab]:
        """List the tokens by whose they are and how they stand, with counts."""
        found = queries.figures(self.user, at=self.as_of)
        wanted = [
            ("All", {}, found.every),
            ("Mine", {"mine": "true"}, found.mine),
            ("Pipelines", {"kind": "pipeline"}, found.pipelines),
            ("People", {"kind": "person"}, found.people),
            ("End soon", {"state": "ends_soon"}, found.ends_soon),
            ("Ended", {"state": ["expired", "revoked"]}, found.ended),
        ]
        return [self.tab(label, query, count) for label, query, count in wanted]

    def tab(self, label: str, query: dict[str, Any], count: int) -> Tab:
        text = urlencode(query, doseq=True)
        is_current = self.filterset.canonical() == text
        return Tab(label, f"?{text}" if text else reverse(LIST), count, is_current)

    def toolbar(self) -> list[Link]:
        """Lead to the form below the rows."""
        return [Link("New token", "#new", "plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refused = queries.refused(self.user, at=self.as_of)
        context = {
            "form": kwargs.get("form") or TokenForm(issues=self.issues),
            "refused": [(one, address_of(one)) for one in refused],
            "refused_total": sum(one.requests for one in refused),
            "refused_all": refused_address(),
        }
        return super().get_context_data(**context | kwargs)


class TokenDetail(Page):
    """One token: what it may, until when, where it was used and refused, and how to end it."""

    permission_required = ()
    nav = LIST
    template_name = "governance/tokens/detail.html"

    @cached_property
    def token(self) -> Token:
        seen = Token.objects.seen_by(self.request.user).with_people()
        return get_object_or_404(seen, pk=self.kwargs["pk"])

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.token.name

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.token.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give what it is, and what was refused within a day."""
        user = person(self.request)
        refused = queries.refused(user, at=self.as_of, token=self.token)
        context = {
            "token": self.token,
            "state": self.token.state_at(self.as_of),
            "refused": [(one, address_of(one)) for one in refused],
            "may_revoke": policies.may_revoke(user, self.token),
            "may_renew": policies.may_renew(user, self.token),
            "not_renewed": policies.renewal_blockers(self.token),
        }
        return super().get_context_data(**context | kwargs)


class TokenRenew(TokenDetail):
    """Make a new secret of a token, shown once by the answer itself."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the page of the old one with the new secret, which no cache and no browser keeps."""
        made, secret = tokens.renew(self.token, by=person(request))
        del self.token
        context = self.get_context_data(
            made=made,
            secret=secret,
            goes_on=self.token.expires_at > self.as_of,
        )
        return self.render_to_response(context)


class TokenRevoke(LoginRequiredMixin, View):
    """End a token."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponseRedirect:
        seen = Token.objects.seen_by(person(request))
        token = tokens.revoke(get_object_or_404(seen, pk=pk), by=person(request))
        messages.success(request, f"“{token.name}” is revoked: it opens nothing any more.")
        return redirect("governance:token-detail", token.pk)


class TokenRefusals(TablePage):
    """Refused requests, counted by token, reason and hour."""

    permission_required = ()
    title = "Refused requests"
    nav = LIST
    table_class = RefusalTable
    filterset_class = RefusalFilter
    empty_hint = "Requests that a token did not open are counted here for 90 days."

    def crumbs(self) -> list[Crumb]:
        return [Crumb(self.title)]

    def get_queryset(self) -> Any:
        return queries.refusals(person(self.request))
