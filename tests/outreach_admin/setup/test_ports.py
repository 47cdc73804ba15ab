"""A port that cannot be had is named with who holds it and a port that can."""

import os
import re
import socket
import subprocess
import sys

import pytest

from outreach_admin.setup import Missing, ports

HOLD = "import socket, sys; door = socket.create_server(('127.0.0.1', 0)); print(door.getsockname()[1], flush=True); sys.stdin.read()"


def test_the_program_that_holds_it_is_named():
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        port = holder.stdout.readline().strip()

        with pytest.raises(
            Missing,
            match=rf"held by {re.escape(sys.executable)} -c .* \(process {holder.pid}\): stop that, or set PORT",
        ):
            ports.check("127.0.0.1", port)

        holder.stdin.close()


def test_the_port_that_is_offered_instead_is_free():
    with socket.create_server(("127.0.0.1", 0)) as door, pytest.raises(Missing) as refused:
        ports.check("127.0.0.1", str(door.getsockname()[1]))

    ports.check("127.0.0.1", re.search(r"`make run PORT=(\d+)`", str(refused.value)).group(1))


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(Missing, match="PORT is a number from 1 to 65535"):
        ports.check("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(Missing, match=r"192\.0\.2\.1 is no address of this machine"):
        ports.check("192.0.2.1", str(20_000 + os.getpid() % 10_000))
