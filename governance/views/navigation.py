"""Figures beside the entries of the navigation."""

from django.http import HttpRequest
from django.utils import timezone

from governance.models import Approval
from governance.queries import overview
from governance.queries.errors import counts


def backlog(_request: HttpRequest) -> dict[str, int]:
    """Count the backlog, the same for everybody: an entry that a person may not open is not shown."""
    return counts.navigation()


def waiting(request: HttpRequest) -> dict[str, int]:
    """Count what runs, what ends and what waits for this person."""
    if not request.user.is_authenticated:
        return {}
    at = timezone.now()
    found = overview.beside_navigation(request.user, at=at)
    if request.user.has_perm("governance.vote_approval"):
        found["approvals_due"] = Approval.objects.waiting_for(request.user, at).count()
    return found
