"""A process that is killed in the middle of a call keeps its place for half a minute, one that lives for as long as it calls."""

import subprocess
import sys
import threading
import time

import pytest
from django.utils import timezone

from governance.canon import reservations
from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.reserving import GuardedCall
from governance.canon.results import ToolBusy
from governance.models import ToolCall, ToolPlace
from governance.services.canon import places
from tests import ledgers
from tests.browser import wait_for
from tests.servers import ROOT

pytestmark = pytest.mark.soak
MX = ("TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE)
ONE = ("50 per second\n      - 50000 per day", "1 at once\n      - 50000 per day")
CALLER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "outreach_admin.settings"
import django
django.setup()
from governance.canon.guard import InteractionType, ToolCanonGuard
from governance.canon.reserving import GuardedCall, reserving
call = GuardedCall(ToolCanonGuard(), "TOOL-001", "HUB-PEOPLE", InteractionType.VALIDATE, {}, None)
with reserving(call):
    print("calling", flush=True)
    sys.stdin.read()
"""


def is_busy() -> bool:
    call = GuardedCall(ToolCanonGuard(), *MX, {}, None)
    try:
        reservations.give_back(reservations.reserve(call))
    except ToolBusy:
        return True
    return False


def test_a_place_is_kept_while_its_process_lives_and_free_soon_after_it_was_killed(
    committed_db, redis_server, monkeypatch
):
    ledgers.at_ease(monkeypatch)
    ledgers.in_force(ONE)
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with caller:
        assert caller.stdout.readline() == "calling\n"
        began, held = time.monotonic(), places.HELD.total_seconds()
        pause = threading.Event()
        while time.monotonic() < began + held + 2 * places.EVERY:
            assert is_busy()
            pause.wait(1)
        caller.kill()

    assert is_busy() and ToolPlace.objects.get().until <= timezone.now() + places.HELD
    wait_for(lambda: not is_busy(), seconds=held + 10)
    # it may have been made: it counts
    assert ToolCall.objects.made().get().status == "reserved"
