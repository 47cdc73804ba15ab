"""Pages for what breaks below the views; none of them needs the database."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from outreach_admin.ui.pages import refusals

RETRY_SECONDS = "10"
# connection exceptions, shutdown of the server, too many connections
GONE = ("08", "57P", "53")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when PostgreSQL is gone, 500 for everything else."""
    # Django turns exceptions into responses at every middleware, so only its 500 handler sees them all
    if database_is_gone(sys.exc_info()[1]):
        page = HttpResponse(render_to_string("503.html"), status=503)
        page["Retry-After"] = RETRY_SECONDS
        return page
    return refusals.broken(request)


def database_is_gone(problem: BaseException | None) -> bool:
    """Say whether an exception means that PostgreSQL cannot be reached, rather than that a statement failed."""
    if isinstance(problem, InterfaceError):
        return True
    if not isinstance(problem, OperationalError):
        return False
    state = getattr(problem.__cause__, "sqlstate", None)
    return state is None or state.startswith(GONE)
