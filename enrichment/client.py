"""Three lines for an ingest function: open a run, say what came of it, close it.

    client = Client("https://console.example", token)
    with client.run("company_discovery", entity="ironclad.com", source="clay") as run:
        run.count("extracted", out=3)

It imports no Django. Whatever the console does, the ingest goes on: it waits `patience` seconds in
all, and REFILL of them come back a minute. What could not be told is logged, and told later.
"""

import atexit
import logging
import os
import threading
import weakref
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from enrichment.wire import Answer, Console, Unanswered, begun, log_refusal

LOG = logging.getLogger(__name__)
RUNS = "/api/enrichment/runs"
BEAT_EVERY = 60.0
LEAST_BEAT = 0.05
LONGEST_TEXT = 2_000
LAYERS = ("raw", "extracted", "core", "reference")
COUNTS = ("in", "out", "skipped", "failed")
CENT = Decimal("0.01")
MOST_CREDITS = Decimal("99999999.99")
LONGEST_WORD = 200
OPEN = ("pending", "running")
CONFLICT = 409


class Client:
    """Speaks with one console for any number of threads; each process has connections of its own.

    A request waits `timeout` seconds at most. Once patience is spent, nothing is asked for until
    the console answers again in the background.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        patience: float = 10.0,
        timeout: float = 3.0,
    ) -> None:
        self._settings = (url, token, patience, timeout)
        self.console = Console(*self._settings)
        mine = weakref.ref(self)
        atexit.register(_close, mine)
        os.register_at_fork(after_in_child=partial(_begin_anew, mine))

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, self._settings

    def run(
        self,
        workflow: str,
        *,
        entity: str,
        entity_type: str = "",
        source: str = "",
        idempotency_key: str | None = None,
        force: bool = False,
    ) -> "Run":
        """Return a run to enter; `entity` is a domain or the address of a profile, however written.

        `force` runs it although the entity is enriched already.
        """
        origin = {
            "workflow": workflow,
            "entity": entity,
            "entity_type": entity_type,
            "source": source,
            "idempotency_key": idempotency_key,
        }
        return Run(self.console, origin, force=force)

    def close(self) -> None:
        """Wait, while patience lasts, until what is owed is told; a program's end does so by itself.

        A worker process that multiprocessing ends has to call it.
        """
        self.console.settle()

    def begin_anew(self) -> None:
        """Leave connections and what is owed to the process that this one was forked from."""
        self.console = Console(*self._settings)


class Run:
    """One run: entered, it is open; left, it is closed with what was said of it.

    `go` is False where the console said that there is nothing to do: somebody did it lately
    (`already_enriched`) or is at it.
    """

    def __init__(self, console: Console, origin: Mapping[str, Any], *, force: bool) -> None:
        self.id = str(uuid4())
        self.go = True
        self.already_enriched = False
        self._console = console
        self._origin = {name: value for name, value in origin.items() if value}
        self._named = f"{origin['workflow']} for {origin['entity']!r}"
        self._force = force
        self._is_refused = False
        self._counts: dict[str, dict[str, int]] = {}
        self._credits: Decimal | None = None
        self._skipped: str | None = None
        self._beat_every = BEAT_EVERY
        self._lock = threading.Lock()
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self._origin["started_at"] = _now()
        forced = {"force": True} if self._force else {}
        try:
            answer = self._console.ask(f"{RUNS}/", {"id": self.id} | self._origin | forced)
        except Unanswered as problem:
            LOG.warning("The run of %s goes on unannounced: %s", self._named, problem)
        else:
            self._hear(answer)
        if self.go and not self._is_refused:
            begun(self._beat)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        if self._is_refused or not self.go:
            return
        path = f"{RUNS}/{self.id}/close/"
        body = self._origin | self._result(error)
        try:
            answer = self._console.ask(path, body)
        except Unanswered as problem:
            LOG.warning("The result of %s is told later: %s", self._named, problem)
            self._console.owe(path, body)
        else:
            self._hear_end(path, body, answer)

    def count(
        self,
        layer: str,
        *,
        in_: int = 0,
        out: int = 0,
        skipped: int = 0,
        failed: int = 0,
    ) -> None:
        """Add to the records of a layer: raw, extracted, core or reference."""
        if layer not in LAYERS:
            LOG.warning("There is no layer %r: raw, extracted, core, reference", layer)
            return
        given = (in_, out, skipped, failed)
        with self._lock:
            known = self._counts.setdefault(layer, dict.fromkeys(COUNTS, 0))
            for name, number in zip(COUNTS, given, strict=True):
                known[name] += _whole(number)

    def cost(self, *, credits: float | Decimal | str) -> None:
        """Add to the credits that it cost."""
        spent = _credits(credits)
        if spent is None:
            LOG.warning("%r is no number of credits", credits)
            return
        with self._lock:
            self._credits = (self._credits or 0) + spent

    def skip(self, reason: str = "") -> None:
        """Say that there was nothing to do after all."""
        self._skipped = reason

    def _hear(self, answer: Answer) -> None:
        told = answer.body
        outcome = told.get("outcome")
        if answer.is_refusal and (answer.status, outcome) != (CONFLICT, "already_open"):
            LOG.warning("The run of %s was refused: %s", self._named, answer.sentence)
            self._is_refused = True
            return
        run = told.get("run")
        run = run if isinstance(run, dict) else {}
        is_over = outcome == "replayed" and run.get("status") not in OPEN
        self.already_enriched = outcome == "already_enriched" or is_over
        self.go = not self.already_enriched and outcome != "already_open"
        self.id = str(run.get("id") or self.id)
        self._beat_every = max(LEAST_BEAT, _seconds(told.get("beat_every")))

    def _hear_end(self, path: str, body: Mapping[str, Any], answer: Answer) -> None:
        if answer.status == CONFLICT:
            # two requests may have met: told once more, it is refused for good
            self._console.owe(path, body)
        else:
            log_refusal(path, answer)

    def _beat(self) -> None:
        while not self._ended.wait(self._beat_every):
            try:
                self._console.ask(f"{RUNS}/{self.id}/beat/", self._origin, in_background=True)
            except Unanswered as problem:
                LOG.info("A heartbeat of %s was not heard: %s", self._named, problem)

    def _result(self, error: BaseException | None) -> dict[str, Any]:
        with self._lock:
            said: dict[str, Any] = {
                "status": _status(error, self._skipped),
                "completed_at": _now(),
                "layers": self._counts,
                "error_text": _text(error) if error else self._skipped or "",
            }
            if self._credits is not None:
                said["credits"] = str(min(self._credits.quantize(CENT), MOST_CREDITS))
        if error:
            said["error_class"] = type(error).__name__[:LONGEST_WORD]
        return said


def _status(error: BaseException | None, skipped: str | None) -> str:
    if error:
        return "failed"
    return "completed" if skipped is None else "skipped"


def _text(error: BaseException) -> str:
    try:
        said = str(error)
    except Exception:
        LOG.warning("An error could not say what it is", exc_info=True)
        return ""
    plain = said.encode("utf-8", "replace").decode()
    return plain.replace("\0", "?")[:LONGEST_TEXT]


def _whole(number: Any) -> int:
    if isinstance(number, int) and number >= 0:
        return number
    LOG.warning("%r is no number of records", number)
    return 0


def _credits(given: Any) -> Decimal | None:
    try:
        found = Decimal(str(given))
        # what is no number cannot be compared either
        return found if 0 <= found <= MOST_CREDITS else None
    except InvalidOperation:
        return None


def _seconds(given: Any) -> float:
    return float(given) if isinstance(given, int | float) and given == given else BEAT_EVERY


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _close(client: "weakref.ref[Client]") -> None:
    if (found := client()) is not None:
        found.close()


def _begin_anew(client: "weakref.ref[Client]") -> None:
    if (found := client()) is not None:
        found.begin_anew()


def _made(url: str, token: str, patience: float, timeout: float) -> Client:
    return Client(url, token, patience=patience, timeout=timeout)
