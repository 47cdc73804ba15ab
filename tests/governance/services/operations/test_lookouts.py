"""A second connection sees whose lock a statement waits for."""

import pytest
from django.db import DatabaseError, connection, transaction

from governance.models import HubError
from governance.services.operations import lookouts
from outreach_admin.db import connections as more
from tests import make
from tests.governance.services.operations import broken


def pid() -> int:
    return connection.connection.info.backend_pid


def wait_for_lock(key) -> None:
    """Wait half a second for a row, in vain."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '500ms'")
        with pytest.raises(DatabaseError), transaction.atomic():
            HubError.objects.select_for_update().get(pk=key)


def test_the_holder_of_a_row_is_seen_while_it_is_waited_for(committed_db):
    error = make.error()

    with broken.held(broken.ROW, [error.pk]), lookouts.Lookout(pid()) as lookout:
        wait_for_lock(error.pk)

    assert lookout.holder.who == f"outreach_owner/{broken.NIGHTLY}"
    assert not lookout.holder.is_table


def test_a_lookout_that_cannot_connect_stops_nothing(committed_db, monkeypatch):
    error = make.error()
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")

    with broken.held(broken.ROW, [error.pk]), lookouts.Lookout(pid()) as lookout:
        wait_for_lock(error.pk)

    assert lookout.holder is None
    assert more.apart().settings_dict["PORT"] == "1"
