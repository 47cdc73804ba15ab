"""The web server's threads, of which no client may hold one for longer than it takes part."""

import socket
import struct
from typing import Any

import structlog
from django.conf import settings
from gunicorn import util
from gunicorn.workers.gthread import TConn, ThreadWorker

log = structlog.get_logger("outreach.web")


class PatientWorker(ThreadWorker):
    """Cut off who neither reads an answer nor sends the rest of a request for CLIENT_TIMEOUT seconds.

    The kernel watches: each send and each receive may wait that long, however long the whole takes.
    """

    def init_process(self) -> None:
        """Send files as the rest is sent: the system's shortcut for them knows no limit."""
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
