"""The form at the door, and whose tries are counted together."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axes.helpers import get_client_ip_address
from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpRequest

# the class of advisory locks that stand for a name at an address
GUESS = 5_318_011


@contextmanager
def guessing_alone(request: HttpRequest, username: str) -> Iterator[None]:
    """Let one try at a time pass for a name and an address, as they are counted.

    Who looks at a password while another try is being judged would not see it counted, and forty at
    once would all be looked at.
    """
    key = [GUESS, f"{username} {get_client_ip_address(request)}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", key)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", key)


class SignInForm(AuthenticationForm):
    """Name and password; a name longer than any person's is wrong before it is looked up or counted."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )

    def clean(self) -> dict[str, Any]:
        """Look at the password, after every earlier try has been counted."""
        if "username" not in self.cleaned_data:
            return self.cleaned_data
        with guessing_alone(self.request, self.cleaned_data["username"]):
            return super().clean()


def address_of(request: HttpRequest) -> str:
    """Return the address that a request comes from; empty where nobody knows it."""
    return get_client_ip_address(request) or ""


def address_behind_proxy(request: HttpRequest) -> str | None:
    """Return whose request a trusted proxy passes on: the last address of X-Forwarded-For, the only one that it wrote itself."""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
