"""Applying one chunk so that a row that cannot be changed stands alone, and all others are changed.

What fails is tried again with half as many rows, in a savepoint of the chunk's transaction, until
one row is left: k rows among n cost about k log n statements. After a success the tries grow again.
"""

import time
from collections import defaultdict, deque
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import takewhile
from typing import cast

import psycopg
from django.db import DatabaseError, connection, transaction

from governance.models import Operation
from governance.queries.operations.locks import Holder
from governance.services.operations import failures, lookouts
from governance.services.operations.sql import chunks, refusals

# a chunk in trouble commits what it has after so many seconds
TROUBLED_SECONDS = 2.0
# a statement may take so many milliseconds, and so many more for each of its rows
STATEMENT_MS, ROW_MS = 5000, 2
# waits for a lock: the first one of a chunk, and those that look for the row that is locked
LOCK_MS, LOOKING_MS = 800, 100
# what took too long is tried in more than two parts: those that work are cheap
MANY_PARTS = 8
# so many rows may fail one after the other for a reason that need not be theirs
HOPELESS = 5


@dataclass
class Search:
    """How many rows to try next.

    `suspects` of them are known to hold one that fails, and are tried in `share` parts.
    """

    rows: int
    suspects: int = 0
    share: int = 2

    def worked(self, rows: int) -> None:
        """Go on with the next part of what is suspect, else with twice as many."""
        self.suspects = max(0, self.suspects - rows)
        if not self.suspects:
            self.rows = 2 * rows
        elif self.suspects <= rows:
            self.rows = self._part()

    def failed(self, rows: int, *, share: int = 2) -> None:
        """Go on with a part of what failed."""
        self.suspects, self.share = rows, share
        self.rows = self._part()

    def isolated(self) -> None:
        """Begin small after the row that fails: such rows often lie side by side."""
        self.suspects, self.rows = 0, 1

    def _part(self) -> int:
        return -(-self.suspects // self.share)


def resumed(suspects: int, *, size: int) -> Search:
    """Go on where the chunk before left off; in many parts: what failed may have cost much time."""
    search = Search(size)
    if suspects > 1:
        search.failed(min(suspects, size), share=MANY_PARTS)
    return search


@dataclass
class Work:
    """What a chunk has done: rows by outcome, `failed` ones by reason, `passed` over those locked.

    `is_blocked`: a table is locked, so no row could go on. `took_too_long`: a statement was
    stopped. `is_hopeless`: row after row fails, whatever the row.
    """

    applied: int = 0
    skipped: int = 0
    passed: int = 0
    failed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    holder: Holder = field(default_factory=Holder)
    is_blocked: bool = False
    took_too_long: bool = False
    is_hopeless: bool = False

    @property
    def rows_failed(self) -> int:
        return sum(map(len, self.failed.values()))

    @property
    def rows(self) -> int:
        return self.applied + self.skipped + self.rows_failed

    @property
    def is_stopped(self) -> bool:
        return self.is_blocked or self.is_hopeless or self.took_too_long


class Isolation:
    """One chunk of `size` rows at most. `gives_up` on locked rows: they fail instead of waiting."""

    def __init__(self, operation: Operation, *, size: int, gives_up: bool = False) -> None:
        self.operation = operation
        self.size = max(1, min(size, operation.planned - operation.accounted))
        self.gives_up = gives_up
        self.work = Work()
        self._search = resumed(operation.suspects, size=self.size)
        self._began = time.monotonic()
        self._ahead: deque[tuple[str, bool]] = deque()
        self._lookout: lookouts.Lookout | None = None
        self._is_troubled = self._search.suspects > 0
        self._has_refused = False
        self._doubts: int | None = None

    def run(self) -> Work:
        """Try rows until the chunk is full, nothing is left, or trouble took its time."""
        with ExitStack() as stack:
            self._stack = stack
            if self.operation.waits_for:
                self._look_out()
            while self._goes_on() and self._step():
                pass
        self.operation.suspects = self._search.suspects
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout TO DEFAULT")
        return self.work

    def _goes_on(self) -> bool:
        done = self.work.rows + self.work.passed
        if self.work.is_stopped or done >= self.size:
            return False
        in_time = time.monotonic() - self._began < TROUBLED_SECONDS
        return in_time or not done or not self._is_troubled

    def _step(self) -> bool:
        """Try some rows, or pass over one that is held; returns whether more may be there."""
        if self._ahead and self._ahead[0][1]:
            self._pass_over(self._ahead[0][0])
            return True
        rows = self._next_rows()
        try:
            done = self._try(rows)
        except DatabaseError as problem:
            if not failures.is_of_rows(problem.__cause__):
                raise
            self._is_troubled = True
            self._settle(problem, rows)
            return True
        self._count(done)
        return done.rows == rows

    def _next_rows(self) -> int:
        rows = min(self._search.rows, self.size - self.work.rows - self.work.passed)
        free = sum(1 for _ in takewhile(lambda one: not one[1], self._ahead))
        return min(rows, free) if self._ahead else rows

    def _try(self, rows: int) -> chunks.Outcome:
        waits = LOOKING_MS if self._lookout else LOCK_MS
        if self._lookout:
            self._lookout.holder = None
        set_locally(statement_timeout=STATEMENT_MS + ROW_MS * rows, lock_timeout=waits)
        with transaction.atomic():
            return chunks.execute(self.operation, size=rows)

    def _count(self, done: chunks.Outcome) -> None:
        self.work.applied += done.applied
        self.work.skipped += done.skipped
        self._doubts = 0 if done.rows else self._doubts
        self._search.worked(done.rows)
        self._leave_behind(done.rows, done.cursor)

    def _leave_behind(self, rows: int, last: str | None) -> None:
        self.operation.cursor = last or self.operation.cursor
        for _ in range(min(rows, len(self._ahead))):
            self._ahead.popleft()

    def _settle(self, problem: DatabaseError, rows: int) -> None:
        """Find out what a failure of so many rows asks for."""
        cause = cast("psycopg.Error", problem.__cause__)
        if failures.is_lock(cause) and self._meets_lock(rows):
            return
        if failures.is_disallowed(cause) and not self._has_refused:
            self._has_refused = True
            if refusals.refuse(self.operation):
                return
        if rows > 1:
            # another try that takes as long would keep whoever wants to pause or cancel waiting
            self.work.took_too_long = failures.is_timeout(cause)
            self._search.failed(rows, share=MANY_PARTS if self.work.took_too_long else 2)
        else:
            self._isolate(problem, cause)

    def _meets_lock(self, rows: int) -> bool:
        """See whose lock it is, and which rows are held; returns whether that says how to go on."""
        if self._lookout is None:
            self._look_out()
            return True
        self.work.holder = self._lookout.holder or self.work.holder
        self.work.is_blocked = self.work.holder.is_table
        if rows > 1 and not self._ahead and not self.work.is_blocked:
            self._look_ahead(rows)
        return self.work.is_blocked or any(held for _, held in self._ahead)

    def _look_out(self) -> None:
        pid = connection.connection.info.backend_pid
        self._lookout = self._stack.enter_context(lookouts.Lookout(pid))

    def _look_ahead(self, rows: int) -> None:
        """Learn in one statement which of the next rows somebody holds.

        A lock on another row, such as the readiness of a company, shows only when it is tried.
        """
        items = chunks.next_items(self.operation)[:rows]
        subjects = list(items.values_list("subject_id", flat=True))
        free = chunks.free_rows(self.operation, subjects)
        self._ahead.extend((subject, subject not in free) for subject in subjects)

    def _isolate(self, problem: DatabaseError, cause: psycopg.Error) -> None:
        """Give the one row that fails its outcome; what fails without any row is raised."""
        item = chunks.next_items(self.operation).first()
        if item is None:
            raise problem
        self._search.isolated()
        if failures.is_lock(cause):
            self._pass_over(item.subject_id)
            return
        self.work.failed[failures.reason(cause)].append(item.subject_id)
        self._leave_behind(1, item.subject_id)
        self._doubt(failures.is_doubtful(cause))

    def _doubt(self, is_doubtful: bool) -> None:
        """Count rows that failed in a row; after some of them look whether any other works."""
        if self._doubts is None:
            self._doubts = _failed_before(self.operation)
        self._doubts = self._doubts + 1 if is_doubtful else 0
        if self._doubts >= HOPELESS:
            self.work.is_hopeless = not self._last_row_works()
            self._doubts = 0

    def _last_row_works(self) -> bool:
        """Try the last row of the plan and take it back; where none is left, give nothing up."""
        cursor = self.operation.cursor
        last = chunks.next_items(self.operation).last()
        if last is None:
            return True
        self.operation.cursor = chunks.before(self.operation, last.subject_id)
        try:
            with transaction.atomic():
                chunks.execute(self.operation, size=1)
                transaction.set_rollback(True)
        except DatabaseError as problem:
            if not failures.is_of_rows(problem.__cause__):
                raise
            return failures.is_lock(problem.__cause__)
        finally:
            self.operation.cursor = cursor
        return True

    def _pass_over(self, subject: str) -> None:
        """Leave a locked row for later, or for good."""
        if self.gives_up:
            self.work.failed[f"locked by {self.work.holder}"].append(subject)
        else:
            self.work.passed += 1
        self._leave_behind(1, subject)


def _failed_before(operation: Operation) -> int:
    """Return how many rows failed in the last chunks, since one went through."""
    recent = operation.chunks.order_by("-number").values_list("applied", "skipped", "failed")
    alone = takewhile(lambda one: not one[0] and not one[1], recent[:HOPELESS])
    return sum(failed for _, _, failed in alone)


def set_locally(**settings: str | int) -> None:
    """Set parameters of the database until this transaction ends."""
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", [str(text) for pair in settings.items() for text in pair])
