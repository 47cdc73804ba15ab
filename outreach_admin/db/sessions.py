"""What each session of the console sets for itself, whatever others made the default of database or role.

With the start of the connection, so that no statement runs before it and RESET ALL comes back to it.
"""

from typing import Any

# where the tables are; pg_temp last, or a temporary table could stand in for one of ours
PATH = "public, pg_temp"
OWN = {
    "search_path": PATH,
    "datestyle": "ISO, MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "quote_all_identifiers": "off",
    "default_transaction_isolation": "read committed",
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    # a limit on what an index finds would leave rows out of a list
    "gin_fuzzy_search_limit": "0",
}
# how a server is reached: one that has gone silent behind the network is given up after 15 seconds
NETWORK = {
    "connect_timeout": 3,
    "keepalives_idle": 6,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}
# an older server refuses a connection that names what it does not know
OF_NEWER_SERVERS = {170000: "SET transaction_timeout TO 0"}


def options(given: str = "") -> str:
    """Write the settings as libpq's `options`; those of DATABASE_URL come last, so that they win."""
    own = (f"-c {name}={_escaped(value)}" for name, value in OWN.items())
    return " ".join([*own, given]).rstrip()


def connecting(given: dict[str, Any]) -> dict[str, Any]:
    """Add to what an address says of a connection how its server is reached, and what the session sets."""
    return NETWORK | given | {"options": options(given.get("options", ""))}


def finish(connection: Any) -> bool:
    """Set what depends on the server's version; return whether anything was set."""
    missing = [
        statement
        for version, statement in OF_NEWER_SERVERS.items()
        if connection.info.server_version >= version
    ]
    for statement in missing:
        connection.execute(statement)
    return bool(missing)


def give_memory(cursor: Any, *, megabytes: int) -> None:
    """Give statements more memory to sort and hash in than others get, to the end of the transaction."""
    cursor.execute(f"SET LOCAL work_mem TO '{megabytes:d}MB'")


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace(" ", "\\ ")
