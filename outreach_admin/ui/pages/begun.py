"""Whose a form is: each one that is shown to somebody carries the account, signed."""

from typing import Any

from django.core import signing
from django.http import HttpRequest

FIELD = "begun_by"
SIGNER = signing.Signer(salt="outreach.begun_by")


def mark(user: Any) -> str:
    """Write the account for a form to carry; empty for a stranger."""
    return SIGNER.sign(str(user.pk)) if user.is_authenticated else ""


def owner(request: HttpRequest) -> str:
    """Read which account a form was shown to; empty where it does not say so in our hand."""
    try:
        return SIGNER.unsign(request.POST.get(FIELD, ""))
    except signing.BadSignature:
        return ""


def is_of(account: str, user: Any) -> bool:
    """Tell whether that is the account of this user."""
    return bool(account) and account == str(user.pk)
