"""One request at one address: the answer, what came of it, which tables it left changed."""

import copy
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.utils.html import escape

from tests.walk.world import World

STRANGER = "stranger"
# who is signed in, and who tried to, are kept on the way and are nobody's rows
KEPT_ON_THE_WAY = "^(django_session$|axes_|governance_tokenrefusal$)"


@dataclass
class Visit:
    """Somebody at an address; the rest is known once he has asked."""

    world: World
    who: str
    client: Client
    answer: Any = None
    came_of_it: bool = False
    changed: frozenset[str] = frozenset()

    @property
    def by(self) -> User:
        """Who it is."""
        return self.world.people[self.who]

    @property
    def status(self) -> int:
        """The status of the answer."""
        return int(self.answer.status_code)

    def has_come(self, address: Any) -> bool:
        """Tell whether what the address is for has happened; strangers do nothing in their name."""
        known = self.who != STRANGER or STRANGER in address.post
        return bool(known and address.done and address.done(self))

    def says(self, sentence: str) -> bool:
        """Tell whether the page says it, or where it sends on to."""
        if self.status == 302:
            return bool(self.answer["Location"].startswith(sentence))
        return self.answer.streaming is False and escape(sentence) in self.answer.content.decode()


class Walk:
    """Everybody at the door, signed in once; what a request changed is taken back after it."""

    def __init__(self) -> None:
        self.world = World()
        self.clients: dict[str, Client] = {}

    def ready(self, who: str) -> Visit:
        """Bring somebody to the door."""
        if who not in self.clients:
            self.clients[who] = Client(raise_request_exception=False)
            if who != STRANGER:
                self.clients[who].force_login(self.world.people[who])
        return Visit(self.world, who, self.clients[who])

    def ask(self, who: str, method: str, path: str, address: Any) -> Visit:
        """Send one request, see what came of it, take it back."""
        visit = self.ready(who)
        client, cookies = visit.client, copy.deepcopy(visit.client.cookies)
        sent = [address.sent(self.world)] if method == "post" else []
        was_so, rows = visit.has_come(address), written()
        point = transaction.savepoint()
        try:
            visit.answer = getattr(client, method)(
                f"{path}?{address.query}" if address.query else path, *sent
            )
            visit.came_of_it = visit.has_come(address) and not was_so
            leave(visit.answer)
            left = traces() if written() > rows else {}
        finally:
            transaction.savepoint_rollback(point)
            client.cookies = cookies
        # what was written need not have changed anything: a refusal takes back its own
        visit.changed = frozenset(dict(left.items() - traces().items())) if left else frozenset()
        return visit


def leave(answer: Any) -> None:
    """Go away without the body, as a server would notice: a download gives back its seat."""
    if answer.streaming:
        # the test's own connection stays, as with answers that are no streams
        request_finished.disconnect(close_old_connections)
        answer.close()
        request_finished.connect(close_old_connections)


def written() -> int:
    """Count the rows this transaction has written so far, those taken back included."""
    with connection.cursor() as cursor:
        cursor.execute(
            # what pg_stat_xact_user_tables says, without its joins
            """SELECT coalesce(sum(pg_stat_get_xact_tuples_inserted(oid)
                + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)), 0)
            FROM pg_class WHERE relkind = 'r' AND relname !~ %s AND oid >= 16384""",
            [KEPT_ON_THE_WAY],
        )
        return int(cursor.fetchone()[0])


def traces() -> dict[str, str]:
    """Digest every table as it is now."""
    with connection.cursor() as cursor:
        cursor.execute(digests())
        return dict(cursor.fetchall())


@cache
def digests() -> str:
    """Write the statement that digests every table."""
    tables = [
        name
        for name in connection.introspection.table_names()
        if not re.match(KEPT_ON_THE_WAY, name)
    ]
    return " UNION ALL ".join(
        f"SELECT '{name}', md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {name} t"
        for name in tables
    )
