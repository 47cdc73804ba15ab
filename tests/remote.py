"""Whoever calls the API over HTTP, and sends again whatever got no answer."""

import http.client
import json
import threading
import time
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from typing import Any

PATIENCE = 60
UNDER_WAY = "still under way"


@dataclass(frozen=True)
class Answer:
    """Status, body and headers of an answer."""

    status: int
    said: Any
    headers: Any


class RemoteCaller:
    """Calls a server with one token."""

    def __init__(self, site: str, secret: str) -> None:
        self.site = site
        self.secret = secret
        self.again = 0
        self.answered = 0

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, body: Any = None, *, key: str = "") -> Answer:
        return self.send("POST", path, {} if body is None else body, key=key)

    def insist(self, method: str, path: str, body: Any = None) -> Answer:
        """Send it under one key until it is answered; fail where it is not for a minute."""
        key, end, pause = uuid.uuid4().hex, time.monotonic() + PATIENCE, threading.Event()
        while True:
            answer = self.tried(method, path, body, key=key)
            if answer is not None:
                self.answered += 1
                return answer
            self.again += 1
            assert time.monotonic() < end, f"{method} {path} is not answered"
            pause.wait(0.1)

    def tried(self, method: str, path: str, body: Any, *, key: str) -> Answer | None:
        """Send it once; None where nobody answers, or to be sent again."""
        try:
            answer = self.send(method, path, body, key=key)
        except (OSError, http.client.HTTPException):
            return None
        if answer.status >= 500 or answer.status == 429:
            return None
        is_early = answer.status == 409 and UNDER_WAY in answer.said["detail"]
        return None if is_early else answer

    def send(self, method: str, path: str, body: Any = None, *, key: str = "") -> Answer:
        request = urllib.request.Request(
            f"{self.site}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Authorization": f"Bearer {self.secret}",
                "Content-Type": "application/json",
            }
            | ({"Idempotency-Key": key} if key else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return read(answer.status, answer)
        except urllib.error.HTTPError as answer:
            with answer:
                return read(answer.code, answer)


def read(status: int, answer: Any) -> Answer:
    text = answer.read()
    is_json = "json" in answer.headers.get("Content-Type", "")
    return Answer(status, json.loads(text) if is_json else text.decode(), answer.headers)
