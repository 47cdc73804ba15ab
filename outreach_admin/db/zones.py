"""Time zones by name: what may be chosen is known to the database and to this machine, which may have other releases of them."""

from zoneinfo import available_timezones

from django.db import connection

# what some machines call their own: another one on each of them
OWN = "localtime"


def known() -> list[str]:
    """Return the names that both know, in their order. One query, of some hundredths of a second."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_catalog.pg_timezone_names")
        names = {name for (name,) in cursor.fetchall()}
    return sorted(names & available_timezones() - {OWN})
