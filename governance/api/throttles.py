"""How often a token may call."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from governance.services import throttles


class TokenThrottle(BaseThrottle):
    """Counts the requests of each token by the minute."""

    seconds: int | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count this one."""
        self.seconds = throttles.take(
            request.auth or str(request.user.pk),
            limit_a_minute=settings.API_REQUESTS_A_MINUTE,
        )
        return self.seconds is None

    def wait(self) -> int | None:
        """Say in how many seconds the next one is taken."""
        return self.seconds
