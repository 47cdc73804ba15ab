"""Whether somebody still answers for an operation under way."""

from django.db import connection

from governance import policies
from governance.models import Operation


def holds(operation: Operation) -> bool:
    """Say whether who runs it still may, and its approval still counts. One query; `policies` says why not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT governance.may_go_on(%s, %s)",
            [operation.pk, policies.rights_to_go_on(operation)],
        )
        return bool(cursor.fetchone()[0])
