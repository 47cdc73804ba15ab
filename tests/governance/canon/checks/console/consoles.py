"""A server that stands for a console and answers as it is told."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

STORED = {
    "address": "/checks/reports/7/",
    "opened": 2,
    "closed": 0,
    "newly_waived": 1,
}


class Console:
    """Answers every request with `status`, `said` and `headers` while it is entered; `came` is what was sent."""

    def __init__(self) -> None:
        self.status, self.said = 201, json.dumps(STORED)
        self.headers: dict[str, str] = {}
        self.drips: threading.Event | None = None
        self.came: list[tuple[str, dict[str, str], bytes]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.serving = threading.Thread(target=self.server.serve_forever, args=(0.02,))

    def handler(self) -> type[BaseHTTPRequestHandler]:
        console = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"] or 0)
                console.came.append((self.path, dict(self.headers), self.rfile.read(length)))
                self.send_response(console.status)
                for name, value in console.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                # a byte now and then, each within the patience of a read
                while console.drips and not console.drips.wait(0.1):
                    self.wfile.write(b" ")
                self.wfile.write(console.said.encode())

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, *given: Any) -> None:
                pass

        return Handler

    def __enter__(self) -> Self:
        self.serving.start()
        return self

    def __exit__(self, *given: object) -> None:
        self.server.shutdown()
        self.serving.join()
        self.server.server_close()
