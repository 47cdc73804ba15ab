"""The web server's threads, of which no client may hold one for longer than it takes part."""

import socket
import struct
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.template.loader import render_to_string
from gunicorn import util
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

log = structlog.get_logger("outreach.web")

# bytes; the most that gunicorn reads of a first line
LONGEST_LINE = 8190
# a page's address is sent along by what the page asks for
LONGEST_HEADER = 2 * LONGEST_LINE


class PatientWorker(ThreadWorker):
    """Cut off who neither reads an answer nor sends the rest of a request for CLIENT_TIMEOUT seconds.

    The kernel watches: each send and each receive may wait that long, however long the whole takes.
    """

    def init_process(self) -> None:
        """Read addresses as long as can be; send files as the rest is sent: the system's shortcut knows no limit."""
        self.cfg.set("limit_request_line", LONGEST_LINE)
        self.cfg.set("limit_request_field_size", LONGEST_HEADER)
        self.cfg.set("sendfile", False)
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Set the limit on the socket, then give it to a thread."""
        limit = struct.pack("@ll", settings.CLIENT_TIMEOUT, 0)
        for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
            conn.sock.setsockopt(socket.SOL_SOCKET, option, limit)
        super().enqueue_req(conn)

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer, or end the connection of a client that takes no part."""
        try:
            return bool(super().handle_request(req, conn))
        except BlockingIOError:
            log.warning("client cut off", path=req.path, seconds=settings.CLIENT_TIMEOUT)
            # at once: a closing that waits for the client would hold the loop that accepts the others
            util.close(conn.sock)
            return False

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Say on a page of ours what is too long; the rest is gunicorn's."""
        if isinstance(exc, LimitRequestLine):
            status = HTTPStatus.REQUEST_URI_TOO_LONG
        elif isinstance(exc, LimitRequestHeaders):
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        else:
            super().handle_error(req, client, addr, exc)
            return
        log.warning("request too long", status=status.value, reason=str(exc))
        util.write_nonblock(client, answer(status))


def answer(status: HTTPStatus) -> bytes:
    """Write the page of a status as it goes over the wire, for a request that Django never sees."""
    words = {"longest": LONGEST_LINE, "status": status.value, "phrase": status.phrase}
    page = render_to_string(f"{status.value}.html", words).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(page)}",
    )
    return "\r\n".join([*head, "", ""]).encode() + page
