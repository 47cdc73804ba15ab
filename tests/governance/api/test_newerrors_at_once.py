"""Errors that programs send while others send them too, or die on the way."""

import json
import socket
import threading
from urllib.parse import urlsplit

from django.db import connections

from governance.models import HubError
from tests import make
from tests.callers import Caller

BULK = "/api/errors/bulk/"
GOOD = {"error_table": make.DOL, "code": "NO_MATCH"}


def test_two_clients_under_one_key_at_once_create_it_once(committed_db, redis_server):
    caller = Caller(make.triager(), "read", "pipeline")
    body, answers = {"rows": [GOOD] * 50}, []
    door = threading.Barrier(2)

    def send() -> None:
        door.wait(30)
        answers.append(caller.post(BULK, body, Idempotency_Key="k-1"))
        connections.close_all()

    both = [threading.Thread(target=send) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)

    assert HubError.objects.count() == 50
    first, second = sorted(answers, key=lambda one: one.get("Idempotent-Replayed", ""))
    assert first.status_code == 201 and first.get("Idempotent-Replayed") is None
    assert second.status_code == 409 or second.json() == first.json()


def test_a_client_that_dies_while_it_sends_leaves_nothing(site):
    caller = Caller(make.triager(), "read", "pipeline")
    address = urlsplit(site)
    head = (
        f"POST {BULK} HTTP/1.1\r\nHost: {address.netloc}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {caller.secret}\r\nContent-Length: 50000\r\n\r\n"
    )
    whole = json.dumps({"rows": [GOOD] * 3})

    with socket.create_connection((address.hostname, address.port)) as client:
        client.sendall(head.encode() + whole.encode())
        client.shutdown(socket.SHUT_WR)
        said = client.recv(100)

    assert b" 400 " in said or not said
    assert not HubError.objects.exists()
