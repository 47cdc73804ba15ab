"""What carries the client's requests: no answer, however slow, holds whoever asked beyond his patience."""

import json
import logging
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

LOG = logging.getLogger(__name__)
# seconds of patience that come back in a minute
REFILL = 1.0
LONGEST_ANSWER = 1_000_000
# seconds that an answer may take without costing patience
GRACE = 1.0
LEAST_WAIT = 0.05
# seconds between two tries to tell what is owed
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
# closings that are kept while the console is away
MOST_OWED = 1_000
SERVER_FAILS = 500
# too early, too many: to be sent again
LATER = (408, 425, 429)
HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}


class Unanswered(Exception):  # noqa: N818 - an *error* is a row here
    """The console said nothing that helps: it is away, too slow, or broken."""


@dataclass(frozen=True)
class Answer:
    """What the console said."""

    status: int
    body: Mapping[str, Any]

    @property
    def is_refusal(self) -> bool:
        return self.status >= 300

    @property
    def sentence(self) -> str:
        return str(self.body.get("detail") or self.body.get("title") or "")


@dataclass
class Call:
    """One request, made by a lane; whoever asked waits for `done`."""

    path: str
    content: bytes
    until: float
    done: threading.Event = field(default_factory=threading.Event)
    answer: Answer | None = None
    problem: Exception | None = None

    def make(self, connected: Callable[[], httpx.Client]) -> None:
        try:
            self.answer = self._read(connected())
        except Exception as problem:
            LOG.debug("The console did not answer %s", self.path, exc_info=True)
            self.problem = problem
        finally:
            self.done.set()

    def _read(self, http: httpx.Client) -> Answer:
        found = bytearray()
        with http.stream("POST", self.path, content=self.content) as response:
            for chunk in response.iter_bytes():
                found += chunk
                if len(found) > LONGEST_ANSWER or time.monotonic() > self.until:
                    raise Unanswered("its answer does not end")
        body = json.loads(found) if found else {}
        return Answer(response.status_code, body if isinstance(body, dict) else {})


class Lane:
    """A thread with a connection of its own, so that whoever waits for it can leave at any moment."""

    def __init__(self, connect: Callable[[], httpx.Client]) -> None:
        self.calls: queue.SimpleQueue[Call | None] = queue.SimpleQueue()
        self._connect = connect
        self._http: httpx.Client | None = None
        self._is_left = False
        threading.Thread(target=self._work, daemon=True).start()

    def leave(self) -> None:
        """End it, also amid an answer that drips."""
        self._is_left = True
        self.calls.put(None)
        if self._http:
            self._http.close()

    def _work(self) -> None:
        # certificates are read here: that takes longer than many a request
        while (call := self.calls.get()) is not None:
            call.make(self._connected)
        if self._http:
            self._http.close()

    def _connected(self) -> httpx.Client:
        self._http = self._http or self._connect()
        if self._is_left:
            raise Unanswered("nobody waits any more")
        return self._http


class Patience:
    """How many seconds an ingest still waits for the console, over all its runs and threads."""

    def __init__(self, seconds: float) -> None:
        self.most = seconds
        self._left = seconds
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def left(self) -> float:
        with self._lock:
            self._refill()
            return self._left

    def spend(self, seconds: float) -> None:
        with self._lock:
            self._refill()
            self._left = max(0.0, self._left - seconds)

    def _refill(self) -> None:
        now = time.monotonic()
        back = (now - self._at) * REFILL / 60
        self._left = min(self.most, self._left + back)
        self._at = now


class Console:
    """Asks one console for any number of threads, and tells later what it could not tell now."""

    def __init__(
        self,
        url: str,
        token: str,
        patience: float,
        timeout: float,
    ) -> None:
        self.url = url
        self.timeout = timeout
        self.patience = Patience(patience)
        self._token = token
        self._lock = threading.RLock()
        self._lanes: list[Lane] = []
        self._owed: deque[tuple[str, Mapping[str, Any]]] = deque(maxlen=MOST_OWED)
        self._payer: threading.Thread | None = None
        self._settled = threading.Event()
        self._is_away = False
        self._is_back = threading.Event()

    def settle(self) -> None:
        """Wait, while patience lasts, until what is owed is told, and hang up."""
        until = time.monotonic() + self.patience.left()
        began = time.monotonic()
        while self._owed and time.monotonic() < until:
            self._settled.wait(LEAST_WAIT)
        self.patience.spend(time.monotonic() - began)
        if self._owed:
            LOG.warning("%d results were not told to %s", len(self._owed), self.url)
        with self._lock:
            idle, self._lanes = self._lanes, []
        for lane in idle:
            lane.leave()

    def ask(self, path: str, body: Mapping[str, Any], *, in_background: bool = False) -> Answer:
        """Send a body; raise Unanswered where no answer comes in time, or the server fails.

        In the background it costs no patience, and is tried although patience is spent.
        """
        waits = self.timeout if in_background else min(self.timeout, self.patience.left())
        if not in_background and (self._is_away or waits < LEAST_WAIT):
            self._is_away = True
            raise Unanswered("it did not answer before")
        began = time.monotonic()
        try:
            answer = self._exchange(path, body, waits)
        except Unanswered:
            self._spend(began, 0.0, in_background=in_background)
            raise
        self._spend(began, GRACE, in_background=in_background)
        self._is_away = False
        self._is_back.set()
        return answer

    def owe(self, path: str, body: Mapping[str, Any]) -> None:
        """Tell it in the background, as soon as the console answers."""
        with self._lock:
            if len(self._owed) == MOST_OWED:
                LOG.warning("A result was not told to %s: too many wait", self.url)
            self._owed.append((path, body))
            self._settled.clear()
            if self._payer and self._payer.is_alive():
                return
            self._payer = begun(self._pay)

    @property
    def owes(self) -> bool:
        """Whether something is still to be told."""
        return bool(self._owed)

    def _exchange(self, path: str, body: Mapping[str, Any], waits: float) -> Answer:
        try:
            content = json.dumps(body, allow_nan=False).encode()
            lane = self._lane()
        except Exception as problem:
            LOG.debug("Nothing could be sent to %s", self.url, exc_info=True)
            raise Unanswered(str(problem)) from problem
        call = Call(path, content, time.monotonic() + waits)
        try:
            lane.calls.put(call)
            call.done.wait(waits)
        finally:
            self._put_back(lane, is_free=call.done.is_set())
        if call.answer is None:
            raise Unanswered(str(call.problem or f"no answer in {waits:.1f} s"))
        status = call.answer.status
        if status >= SERVER_FAILS or status in LATER:
            raise Unanswered(f"it answered {status}")
        return call.answer

    def _lane(self) -> Lane:
        with self._lock:
            if self._lanes:
                return self._lanes.pop()
        return Lane(self._connect)

    def _connect(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.url,
            timeout=self.timeout,
            headers=HEADERS | {"Authorization": f"Bearer {self._token}"},
        )

    def _put_back(self, lane: Lane, *, is_free: bool) -> None:
        if not is_free:
            lane.leave()
            return
        with self._lock:
            self._lanes.append(lane)

    def _spend(self, began: float, free: float, *, in_background: bool) -> None:
        if not in_background:
            self.patience.spend(max(0.0, time.monotonic() - began - free))

    def _pay(self) -> None:
        pause = 0.0
        while self._owes(after=pause):
            told = self._owed[0]
            path, body = told
            try:
                answer = self.ask(path, body, in_background=True)
            except Unanswered:
                self._is_back.clear()
                pause = min(LONGEST_PAUSE, pause * 2 or FIRST_PAUSE)
                continue
            pause = 0.0
            log_refusal(path, answer)
            with self._lock:
                # it may have made room for a newer one meanwhile
                if self._owed[0] is told:
                    self._owed.popleft()

    def _owes(self, *, after: float) -> bool:
        self._is_back.wait(after)
        with self._lock:
            if not self._owed:
                self._payer = None
                self._settled.set()
            return bool(self._owed)


def begun(work: Callable[[], None]) -> threading.Thread | None:
    thread = threading.Thread(target=work, daemon=True)
    try:
        thread.start()
    except RuntimeError:
        LOG.warning("No thread could be started", exc_info=True)
        return None
    return thread


def log_refusal(path: str, answer: Answer) -> None:
    if answer.is_refusal:
        LOG.warning("%s was refused (%d): %s", path, answer.status, answer.sentence)
