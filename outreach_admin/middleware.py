"""What surrounds every request: its id, its line in the log, compression."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

log = structlog.get_logger("outreach.request")
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


class RequestLogMiddleware:
    """Give each request an id (the caller's X-Request-ID when well formed), return it, log the outcome."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with its id bound to every log line."""
        offered = request.headers.get("X-Request-ID", "")
        request.id = offered if WELL_FORMED.fullmatch(offered) else uuid.uuid4().hex  # type: ignore[attr-defined]
        started = time.perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request.id):  # type: ignore[attr-defined]
            response = self.get_response(request)
            log.info(
                "request",
                method=request.method,
                path=request.path,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - started) * 1000, 1),
            )
        structlog.contextvars.unbind_contextvars("operation_id")
        response["X-Request-ID"] = request.id  # type: ignore[attr-defined]
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Put the operation that an address speaks of into every line of its request."""
        match = request.resolver_match
        if match is not None and (match.url_name or "").startswith("operation-") and "pk" in kwargs:
            structlog.contextvars.bind_contextvars(operation_id=kwargs["pk"])


class CompressPagesMiddleware(GZipMiddleware):
    """Compress pages and parts; files leave as fast as the database gives them."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Compress what is HTML where the browser takes it; Django adds random bytes against guessing by length."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        return super().process_response(request, response)
