"""Pages for what breaks below the views; none of them needs the database."""

import sys

import redis
import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from outreach_admin.api import problems
from outreach_admin.ui.pages import refusals
from outreach_admin.watch import pulses
from outreach_admin.watch.outages import Outage, outage

log = structlog.get_logger("outreach.faults")
RETRY_SECONDS = "10"
WHAT_TO_DO = {
    Outage.GONE: "Wait a minute and load the page again. If it stays, tell the platform team.",
    Outage.BUSY: "Wait a few seconds and load the page again. If it stays, tell the platform team.",
    Outage.LOCKED: "Nothing was changed. Load the page again; if it stays, tell the platform team.",
    Outage.CROSSED: "Nothing was changed. Wait a few seconds and send it again.",
    Outage.NO_ROOM: "Tell the platform team: reading works, and nothing can be written until there is room.",
}


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when PostgreSQL is gone or busy or the disk is full, 500 for everything else."""
    # Django turns exceptions into responses at every middleware, so only its 500 handler sees them all
    why = outage(sys.exc_info()[1])
    if why is Outage.NO_ROOM:
        _note_full_disk()
    if problems.is_wanted(request):
        return _problem(request, why)
    if why is None:
        return refusals.broken(request)
    words = {"sentence": why, "what_to_do": WHAT_TO_DO[why]}
    page = HttpResponse(render_to_string("503.html", words), status=503)
    page["Retry-After"] = RETRY_SECONDS
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400 (handler400)."""
    if problems.is_wanted(request):
        return problems.page(request, 400, "This request cannot be read.")
    return refusals.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 (handler404)."""
    if problems.is_wanted(request):
        return problems.page(request, 404, problems.NOT_THERE)
    return refusals.not_found(request, exception)


def _problem(request: HttpRequest, why: Outage | None) -> HttpResponse:
    if why is None:
        return problems.page(request, 500, problems.BROKEN)
    return problems.page(request, 503, why, problems.TRY_AGAIN)


def _note_full_disk() -> None:
    try:
        pulses.record_full_disk()
    except redis.RedisError as problem:
        log.warning("full disk not recorded", reason=str(problem))
