"""Whoever calls the API: a client that sends a token and JSON."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests import make


class Caller:
    """Calls with one token; `token` is its record."""

    def __init__(self, account: Any = None, *scopes: str, **given: Any) -> None:
        self.client = Client(raise_request_exception=False)
        wanted = {"account": account} if account else {}
        asked = {"scopes": scopes or ("read",)}
        self.token, self.secret = make.token(**asked | wanted | given)

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.client.get(path, headers=self.headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """Send JSON; bytes go as they are. Words of header names are joined by underscores."""
        data = body if isinstance(body, bytes) else json.dumps({} if body is None else body)
        return self.client.post(
            path,
            data=data,
            content_type=headers.pop("content_type", "application/json"),
            headers=self.headers(headers),
        )

    def headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.secret}"} | named
