"""Who calls: the account of a token; what is refused to it is counted."""

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.request import Request
from rest_framework.response import Response

from governance.exceptions import TokenRefused
from governance.models import Token, TokenRefusal
from governance.queries import tokens
from governance.services import tokens as services
from outreach_admin.api import problems
from outreach_admin.signin import address_of

SCHEME = "Bearer"
Reason = TokenRefusal.Reason
COUNTED = {403: Reason.NO_RIGHT, 429: Reason.THROTTLED}


class TokenAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer TOKEN`."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Return account and token; None without one. Raises TokenRefused (401)."""
        given = get_authorization_header(request).split()
        if not given:
            return None
        if len(given) != 2 or given[0].lower() != SCHEME.lower().encode():
            raise exceptions.AuthenticationFailed(f"Send “Authorization: {SCHEME} TOKEN”.")
        address = address_of(request._request)
        token = tokens.holder(given[1].decode("latin-1"), address=address)
        services.note_use(token, address=address)
        return token.account, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in answers of 401."""
        return SCHEME


class TokenScheme(OpenApiAuthenticationExtension):
    """Tells the schema how to send a token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Describe the header."""
        return {"type": "http", "scheme": "bearer"}


def answer(raised: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what an endpoint raised into a problem, and count what was refused to a token (EXCEPTION_HANDLER)."""
    response = problems.answer(raised, context)
    if response is not None:
        _count(raised, context["request"], response)
    return response


def _count(raised: Exception, request: Request, response: Response) -> None:
    address = address_of(request._request)
    if isinstance(raised, TokenRefused):
        response["WWW-Authenticate"] = SCHEME
        services.note_refusal(raised.token, reason=raised.reason, address=address)
    elif reason := _reason(raised, response.status_code):
        services.note_refusal(request.auth, reason=reason, address=address)


def _reason(raised: Exception, status: int) -> str | None:
    if isinstance(raised, problems.ScopeLacking):
        return Reason.NO_SCOPE
    return COUNTED.get(status)
