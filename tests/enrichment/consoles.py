"""Consoles on loopback for the client: one that answers, and those that do not."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON = "application/json"


class Request(BaseHTTPRequestHandler):
    """One request; how it is answered is up to its console."""

    protocol_version = "HTTP/1.1"
    server: "Console"

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = json.loads(self.rfile.read(length))
        with self.server.news:
            self.server.heard.append((self.path, body))
            self.server.news.notify_all()
        self.server.behave(self, body)

    def log_message(self, *said: Any) -> None:
        """Nothing: tests read what a console heard."""

    def answer(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", JSON)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Console(ThreadingHTTPServer):
    """Remembers what it heard, and behaves as `behave` says at that moment."""

    daemon_threads = True

    def __init__(self, behave: Callable[[Request, dict[str, Any]], None]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.behave = behave
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.news = threading.Condition()
        self.ending = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def closings(self) -> list[dict[str, Any]]:
        return [body for path, body in list(self.heard) if path.endswith("/close/")]

    def wait_for(self, condition: Callable[[], bool], *, seconds: float = 20) -> None:
        """Wait until what was heard makes it true."""
        with self.news:
            assert self.news.wait_for(condition, seconds), self.heard

    def handle_error(self, *about: Any) -> None:
        """Clients leave in the middle of an answer: that is what is tested."""


def answers(request: Request, body: dict[str, Any]) -> None:
    run = {"id": body.get("id"), "status": "running"}
    request.answer(200, {"outcome": "opened", "run": run, "beat_every": 60})


def is_silent(request: Request, body: dict[str, Any]) -> None:
    request.server.ending.wait()


def drips_head(request: Request, body: dict[str, Any]) -> None:
    _drip(request, b"HTTP/1.1 200 OK\r\nX-Long: ")


def drips_body(request: Request, body: dict[str, Any]) -> None:
    _drip(request, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")


def breaks_off(request: Request, body: dict[str, Any]) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    request.close_connection = True


def fails(request: Request, body: dict[str, Any]) -> None:
    request.answer(500, {"title": "Something broke"})


def babbles(request: Request, body: dict[str, Any]) -> None:
    request.wfile.write(b"\x00\xff not HTTP at all\r\n\r\n")
    request.close_connection = True


def answers_with_a_list(request: Request, body: dict[str, Any]) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")


def refuses(status: int, **told: Any) -> Callable[[Request, dict[str, Any]], None]:
    def refuse(request: Request, body: dict[str, Any]) -> None:
        request.answer(status, told)

    return refuse


def _drip(request: Request, begin: bytes) -> None:
    request.wfile.write(begin)
    while not request.server.ending.wait(0.02):
        request.wfile.write(b"x")


@contextmanager
def console(behave: Callable[[Request, dict[str, Any]], None] = answers) -> Iterator[Console]:
    """Serve until the block ends."""
    server = Console(behave)
    serving = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    serving.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        serving.join()
