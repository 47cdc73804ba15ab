"""What every endpoint has: rights and scopes, problems for refusals, one answer under an idempotency key."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from rest_framework import permissions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from outreach_admin.api import idempotency, versions
from outreach_admin.api.parsers import body_of
from outreach_admin.api.problems import ScopeLacking
from outreach_admin.exceptions import BadRequest, Refused

READ = "read"
WITH_BODIES = ("POST", "PUT", "PATCH")


class MayCall(permissions.BasePermission):
    """Ask for the scope of the token, then for the rights of its account: a page with these rights would open, too."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse in words."""
        scope = view.scope_of(request.method)
        if not request.auth.allows(scope):
            raise ScopeLacking(
                f"This token may not do that: it lacks the scope “{scope}”.",
                what_to_do="Use a token that has it.",
            )
        if not request.user.has_perms(view.rights_for(request.method)):
            raise Refused(
                "The account of this token does not have the right this needs.",
                what_to_do="Ask an admin for the right.",
                status=403,
            )
        return True


class Endpoint(APIView):
    """One address of the API.

    `permission_required` are the rights it needs, as a page names them; `scope` is what a token must
    have, `scopes` and `rights` say otherwise for single methods. `query_keys` are the keys that its
    address may carry. A POST `creates` unless it only reads. Where `one_moment`, a request under an idempotency key sees the rows of one moment.
    `largest` is how many bytes a body may have where fewer are taken than elsewhere.
    `refusals` are the statuses of its problems beyond those that every endpoint can give.
    """

    permission_classes: ClassVar[Any] = [permissions.IsAuthenticated, MayCall]
    permission_required: str | tuple[str, ...] = ()
    scope = READ
    scopes: Mapping[str, str] = {}
    rights: Mapping[str, str | tuple[str, ...]] = {}
    query_keys: tuple[str, ...] = ()
    one_moment = False
    largest: int | None = None
    creates = True
    refusals: tuple[int, ...] = ()

    def scope_of(self, method: str | None) -> str:
        """Name the scope that a method needs."""
        return self.scopes.get(_known_as(method), self.scope)

    def rights_for(self, method: str | None) -> tuple[str, ...]:
        """List the rights that a method needs."""
        needed = self.rights.get(_known_as(method), self.permission_required)
        return (needed,) if isinstance(needed, str) else tuple(needed)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Ask who, whether and how often; then whether the address is understood."""
        super().initial(request, *args, **kwargs)
        self.check_keys(request)

    def check_keys(self, request: Request) -> None:
        """Refuse (400) a key that nobody reads: it may have been meant to narrow what is selected."""
        for key in request.query_params:
            if key not in self.query_keys:
                raise BadRequest(
                    f"Unknown key “{key[:60]}”. Nothing is selected.",
                    what_to_do="Leave it out.",
                    key=key,
                    offered=self.query_keys,
                )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer; under an idempotency key once, after rights were asked."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        asked = self.request = self.initialize_request(request, *args, **kwargs)
        try:
            self.initial(asked, *args, **kwargs)
            response = self._answered(asked)
        except Exception as raised:  # noqa: BLE001 - it raises again whatever is no refusal
            response = self.handle_exception(raised)
        self.response = self.finalize_response(asked, response, *args, **kwargs)
        return self.response

    def _answered(self, request: Request) -> HttpResponse:
        handler = self.handler_of(request)
        if request.method in WITH_BODIES:
            body_of(request, self.largest)
        if request.method != "POST" or not self.creates:
            return handler()
        return idempotency.once(
            request,
            work=lambda: self._worked(handler),
            one_moment=self.one_moment,
        )

    def handler_of(self, request: Request) -> Any:
        """Find what answers the method."""
        name = (request.method or "").lower()
        known = name in self.http_method_names
        handler = getattr(self, name, None) if known else None
        handler = handler or self.http_method_not_allowed
        return partial(handler, request, *self.args, **self.kwargs)

    def _worked(self, handler: Any) -> Response:
        """Answer a refusal as well, with nothing left of what was refused."""
        if not self.request.headers.get(idempotency.HEADER):
            return handler()
        try:
            with transaction.atomic():
                return handler()
        except Exception as raised:  # noqa: BLE001 - it raises again whatever is no refusal
            return self.handle_exception(raised)

    def matching(self, tag: str) -> None:
        """Refuse (412) where the request names another state than the present one."""
        versions.refuse_unless(self.request, tag)

    def created(self, said: Any, *, location: str) -> Response:
        """Answer 201 with where the new thing is."""
        return Response(
            said,
            status=HTTPStatus.CREATED,
            headers={"Location": location},
        )


class NoSuchEndpoint(Endpoint):
    """Whatever is asked for under the API and is not there."""

    permission_classes: ClassVar[Any] = []
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Tell anybody."""
        self.perform_content_negotiation(request, force=True)
        raise Refused(
            "There is nothing at this address.",
            what_to_do="The paths are listed at /api/docs/.",
            status=404,
        )


def _known_as(method: str | None) -> str:
    """Ask for HEAD what is asked for GET."""
    return "GET" if method == "HEAD" else method or ""
