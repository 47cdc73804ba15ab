"""Whether a warehouse of its own answers: what health and overview say of it."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections

from enrichment.warehouse import connection

SECONDS = 2


def problem() -> str:
    """Say that the warehouse does not answer; empty while it does, or is the console's own database."""
    if not connection.is_apart():
        return ""
    # what waits for nobody else: health has seconds
    own = connections[settings.WAREHOUSE].copy()
    own.settings_dict["OPTIONS"]["connect_timeout"] = SECONDS
    try:
        with own.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('statement_timeout', %s, false)", [str(SECONDS * 1000)]
            )
    except (DatabaseError, InterfaceError) as trouble:
        return f"the warehouse does not answer: {connection.said(trouble)}"
    finally:
        own.close()
    return ""
