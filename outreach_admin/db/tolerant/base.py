"""Django's PostgreSQL that reads whatever a table may hold; `ENGINE` of everything but the web."""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base

from outreach_admin.db import moments


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's own but for how values are read."""

    def get_connection_params(self) -> dict[str, Any]:
        """Read moments that Python has not."""
        found: dict[str, Any] = super().get_connection_params()
        return found | {"context": moments.adapters(settings.USE_TZ, self.timezone)}
