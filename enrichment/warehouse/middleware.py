"""Tables are looked up once a request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from enrichment.warehouse import catalog


class CatalogMiddleware:
    """Remember the tables of the warehouse for the length of a request, and no longer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        with catalog.remembering():
            return self.get_response(request)
