"""Connections beside the one of the request."""

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


def apart() -> BaseDatabaseWrapper:
    """Return a connection outside of the web's pool; the caller closes it.

    What lasts (a download) takes none that pages need, and what asks whether the database
    answers (health) waits for no page.
    """
    own = connection.copy()
    own.settings_dict.get("OPTIONS", {}).pop("pool", None)
    return own
