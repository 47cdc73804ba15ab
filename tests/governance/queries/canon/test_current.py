"""What a process knows of the canon: at most a second old, and nothing where nobody can know."""

import os
import threading
import time

import psycopg
import pytest
from django.db import DataError, connection, transaction

from governance.canon.guard import InteractionType, ToolCanonGuard, ToolStopped
from governance.models import CanonVersion
from governance.queries.canon import current
from governance.services.canon import switches, versions
from tests import make
from tests.governance.canon import canons
from tests.servers import RUNNING, SERVERS

ASKED = ("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE, {})


def stopped() -> str | None:
    return ToolCanonGuard().validate(*ASKED).stopped


def elsewhere(statement: str, *given) -> None:
    """Commit a statement on a connection of another program's."""
    url = SERVERS.url(RUNNING, SERVERS.database)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(statement, given)


@pytest.fixture
def nothing_known(monkeypatch):
    """A process that has not asked yet."""
    fresh = current.Knowledge()
    monkeypatch.setattr(current, "KNOWLEDGE", fresh)
    yield fresh
    fresh.close()


def test_a_stop_by_another_program_is_kept_within_a_second(committed_db):
    person = make.triager()
    assert stopped() is None

    elsewhere(
        "INSERT INTO governance_killswitch (tool, reason, by_id) VALUES ('', 'Audit.', %s)",
        person.pk,
    )

    committed_at = time.monotonic()
    asked_at = committed_at
    while stopped() is None:
        assert asked_at <= committed_at + current.LASTS
        asked_at = time.monotonic()

    assert stopped() == "All tools are stopped: Audit."
    with pytest.raises(ToolStopped, match="Audit"):
        ToolCanonGuard().validate(*ASKED).raise_refusal()


def test_a_stop_of_ones_own_holds_at_once_and_its_release_too(committed_db):
    assert stopped() is None

    switch = switches.stop("mx-lookup", by=make.triager(), reason="It is slow.")
    assert stopped() == "TOOL-001 MXLookup is stopped: It is slow."

    switches.release(switch, by=make.manager(), reason="It is not.")
    assert stopped() is None


def test_a_version_put_in_force_holds_at_once(committed_db):
    other = ToolCanonGuard().validate("TOOL-001", "HUB-OUTREACH", *ASKED[2:])
    assert other.violation.violation_code == "V-SCOPE-001"
    text = canons.text(3, ("[HUB-COMPANY-TARGET, HUB-PEOPLE]", "[HUB-OUTREACH]"))

    versions.enforce(versions.load(text, by=make.manager()), by=make.manager(), reason="Reviewed.")

    assert ToolCanonGuard().validate("TOOL-001", "HUB-OUTREACH", *ASKED[2:]).is_valid
    assert current.ask().canon.version == 3


def test_a_transaction_of_the_caller_hides_nothing_and_shows_nothing(committed_db):
    person = make.triager()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT count(*) FROM governance_killswitch")
        elsewhere(
            "INSERT INTO governance_killswitch (tool, reason, by_id) VALUES ('', 'Audit.', %s)",
            person.pk,
        )
        current.forget()

        assert stopped() == "All tools are stopped: Audit."


@pytest.mark.django_db
def test_a_transaction_that_failed_hides_nothing(nothing_known):
    with transaction.atomic(), connection.cursor() as cursor:
        with pytest.raises(DataError):
            cursor.execute("SELECT 1 / 0")

        assert stopped() is None
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_while_the_database_is_away_nothing_is_allowed(nothing_known, monkeypatch):
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "/nowhere")

        result = ToolCanonGuard().validate(*ASKED)

        assert (result.is_valid, result.violation, result.stopped) == (False, None, current.AWAY)
        with pytest.raises(ToolStopped, match="does not answer"):
            ToolCanonGuard().check_vendor("Clay")
        shown = ToolCanonGuard().explain(*ASKED)
        assert (shown[0].answer, shown[0].passed) == (current.AWAY, False)

    # asked anew once the doubt has passed
    current.forget()
    assert stopped() is None


@pytest.mark.django_db
def test_a_connection_that_was_cut_is_made_anew(nothing_known):
    assert stopped() is None
    elsewhere("SELECT pg_terminate_backend(%s)", nothing_known.connection.info.backend_pid)
    current.forget()

    assert stopped() is None


def test_a_canon_that_this_version_does_not_understand_stops_all(committed_db):
    text = "version: 9\n"
    elsewhere(
        """INSERT INTO governance_canonversion (version, sha256, text, enforced_at, enforced_by_id)
        VALUES (9, encode(sha256(%s::bytea), 'hex'), %s, clock_timestamp(), %s)""",
        text.encode(),
        text,
        make.manager().pk,
    )
    current.forget()

    assert stopped().startswith("This version of the console does not understand the canon")


def test_without_any_canon_in_force_nothing_is_allowed(committed_db):
    with psycopg.connect(SERVERS.url("outreach_owner", SERVERS.database)) as owner:
        owner.execute("ALTER TABLE governance_canonversion DISABLE TRIGGER USER")
        owner.execute("DELETE FROM governance_canonversion")
    assert not CanonVersion.objects.exists()
    current.forget()

    assert stopped() == current.NONE_IN_FORCE


@pytest.mark.django_db
def test_threads_ask_once_in_a_second(nothing_known, monkeypatch):
    asked = []
    read = nothing_known.read

    def counted():
        asked.append(threading.get_ident())
        return read()

    monkeypatch.setattr(nothing_known, "read", counted)
    threads = [threading.Thread(target=stopped) for _ in range(20)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(asked) == 1


@pytest.mark.django_db
def test_an_answer_that_took_too_long_is_none(nothing_known, monkeypatch):
    monkeypatch.setattr(current, "LASTS", 0.0)

    assert stopped() == current.AWAY


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.django_db
def test_a_child_process_asks_on_a_connection_of_its_own(nothing_known):
    assert stopped() is None
    own = nothing_known.connection.info.backend_pid

    child = os.fork()
    if child == 0:
        is_fine = False
        try:
            is_fine = stopped() is None and current.KNOWLEDGE.connection.info.backend_pid != own
        finally:
            os._exit(0 if is_fine else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    current.forget()
    assert stopped() is None and nothing_known.connection.info.backend_pid == own
