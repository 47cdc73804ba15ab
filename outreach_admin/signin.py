"""The form at the door, and whose tries are counted together."""

import ipaddress

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.models import User
from django.http import HttpRequest


class SignInForm(AuthenticationForm):
    """Name and password; a name longer than any person's is wrong before it is looked up or counted."""

    username = UsernameField(
        max_length=User._meta.get_field("username").max_length,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


def address_behind_proxy(request: HttpRequest) -> str | None:
    """Return whose request a trusted proxy passes on: the last address of X-Forwarded-For, the only one that it wrote itself."""
    said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
    try:
        return str(ipaddress.ip_address(said))
    except ValueError:
        return request.META.get("REMOTE_ADDR") or None
