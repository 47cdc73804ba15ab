"""Refusals and failures as problem details. Source: RFC 9457."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response

from outreach_admin.db import limits
from outreach_admin.exceptions import Refused
from outreach_admin.watch.outages import outage

TYPE = "application/problem+json"
PREFIX = "/api/"
RETRY_SECONDS = 10
NOT_THERE = "There is nothing at this address."
TRY_AGAIN = f"Send it again in {RETRY_SECONDS} seconds."
WAYS_OUT = {
    exceptions.NotAuthenticated: "Send “Authorization: Bearer TOKEN”, with a token of /tokens/.",
    exceptions.UnsupportedMediaType: "Send JSON, with “Content-Type: application/json”.",
    exceptions.NotAcceptable: "Ask for “Accept: application/json”.",
    exceptions.MethodNotAllowed: "“Allow” beside this answer names the methods that there are.",
}
BROKEN = "Something broke. It is in the log under the id of this request."


class ScopeLacking(Refused):
    """The token was not made for that."""

    status = 403


def is_wanted(request: HttpRequest) -> bool:
    """Tell whether whoever asks reads problem details instead of pages."""
    return request.path.startswith(PREFIX) or request.path == PREFIX.rstrip("/")


def problem(
    status: int,
    sentence: str,
    what_to_do: str = "",
    **more: Any,
) -> dict[str, Any]:
    """Say what, why and what to do; `more` are members of the one kind of problem."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence,
        "what_to_do": what_to_do,
    }
    return {name: value for name, value in (said | more).items() if value not in ("", None, [])}


def page(
    request: HttpRequest,
    status: int,
    sentence: str,
    what_to_do: str = "",
) -> HttpResponse:
    """Answer where no endpoint is reached, or one broke."""
    said = problem(
        status,
        sentence,
        what_to_do,
        request_id=getattr(request, "id", ""),
    )
    response = JsonResponse(said, status=status, content_type=TYPE)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response


def answer(raised: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what an endpoint raised into a problem; None for what broke (EXCEPTION_HANDLER)."""
    said = _said(raised)
    if said is None:
        return None
    said["request_id"] = getattr(context["request"], "id", "")
    response = Response(said, status=said["status"], content_type=TYPE)
    for name, value in _headers(raised, said["status"]).items():
        response[name] = value
    return response


def _said(raised: Exception) -> dict[str, Any] | None:
    if isinstance(raised, Refused):
        return _refused(raised)
    if isinstance(raised, exceptions.ValidationError):
        return _invalid(raised)
    if isinstance(raised, Http404 | exceptions.NotFound):
        return problem(404, NOT_THERE, "Look at the id and the path.")
    if isinstance(raised, PermissionDenied):
        return problem(403, str(raised) or "This is not allowed to you.")
    if isinstance(raised, exceptions.APIException):
        return problem(raised.status_code, str(raised.detail), _way_out(raised))
    return _of_servers(raised)


def _way_out(raised: exceptions.APIException) -> str:
    """Say what to do about what a first call does wrong."""
    return next((said for kind, said in WAYS_OUT.items() if isinstance(raised, kind)), "")


def _refused(refusal: Refused) -> dict[str, Any]:
    return problem(
        refusal.status,
        refusal.sentence,
        refusal.what_to_do,
        **refusal.members,
    )


def _of_servers(raised: Exception) -> dict[str, Any] | None:
    if said := limits.explained(raised):
        return problem(422, f"Too much for its place: {said}.")
    why = outage(raised)
    if why is None:
        return None
    return problem(503, why, TRY_AGAIN)


def _invalid(raised: exceptions.ValidationError) -> dict[str, Any]:
    """List every field that is wrong by its place in the body."""
    wrong = list(_wrong(raised.detail, ""))
    fields = ", ".join(f"“{place or 'body'}”" for place, _ in wrong[:3])
    return problem(
        422,
        f"What was sent is not valid: {fields}. Nothing was done.",
        "Correct it and send it again.",
        errors=[{"field": place, "problem": sentence} for place, sentence in wrong],
    )


def _wrong(detail: Any, place: str) -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            here = "" if name == "non_field_errors" else name
            yield from _wrong(inner, f"{place}.{here}".strip("."))
    elif isinstance(detail, list) and any(isinstance(one, dict | list) for one in detail):
        for number, inner in enumerate(detail):
            yield from _wrong(inner, f"{place}.{number}".strip("."))
    elif isinstance(detail, list):
        yield place, " ".join(map(str, detail))
    else:
        yield place, str(detail)


def _headers(raised: Exception, status: int) -> dict[str, str]:
    headers = {}
    if scheme := getattr(raised, "auth_header", None):
        headers["WWW-Authenticate"] = scheme
    wait = getattr(raised, "wait", None)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        wait = wait or RETRY_SECONDS
    if wait:
        headers["Retry-After"] = str(max(1, round(wait)))
    return headers
