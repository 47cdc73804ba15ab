"""Addresses of endpoints: each with and without the slash at its end."""

from typing import Any

from django.urls import URLPattern, path


def both(route: str, view: Any, name: str) -> list[URLPattern]:
    """Give an endpoint its address, which ends with a slash, and the same one without."""
    answer = view.as_view()
    return [path(route, answer, name=name), path(route.rstrip("/"), answer)]


def with_slash(endpoints: list[tuple[str, str, str, Any]]) -> list[tuple[str, str, str, Any]]:
    """Leave the addresses without slash out of the schema (PREPROCESSING_HOOKS)."""
    return [endpoint for endpoint in endpoints if endpoint[0].endswith("/")]
