"""Celery: background work, woken through Redis, with its claims and results in PostgreSQL."""

import inspect
import logging.config
import os
import warnings
from collections.abc import Callable, Sequence
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import redis
import structlog
from celery import Celery, bootsteps, signals
from celery.exceptions import SecurityWarning
from celery.worker import WorkController, state

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "outreach_admin.settings")

app = Celery("outreach_admin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# messages are JSON only: a worker of root runs no code that comes from the broker
warnings.filterwarnings("ignore", category=SecurityWarning)

log = structlog.get_logger("outreach.worker")
STOP_SECONDS = 10
# so long an operation runs without progress before that is said of the whole console
LEFT_FOR = timedelta(minutes=5)
PAUSE = 0.1
LONG_TURN_SECONDS = 5.0
HOUSEKEEPING = "governance.tasks.keep_house"


def note(write: Callable[..., None], *told: str, **figures: int) -> None:
    """Write to Redis, and go on when it is away."""
    try:
        write(*told, **figures)
    except redis.RedisError as problem:
        # the worker's own connection reports the outage; the next time tries again
        log.warning("not recorded", what=write.__name__, reason=str(problem))


class HeartbeatStep(bootsteps.StartStopStep):
    """Tell /healthz/ every ten seconds that the worker's own loop turns."""

    requires = {"celery.worker.components:Timer"}

    def start(self, worker: WorkController) -> None:
        from outreach_admin.watch import pulses

        self.beat(worker)
        self.entry = worker.timer.call_repeatedly(pulses.HEARTBEAT_SECONDS, self.beat, (worker,))

    def stop(self, worker: WorkController) -> None:
        """Stop beating and say so, so that nobody waits a minute to see it."""
        from outreach_admin.watch import pulses

        self.entry.cancel()
        note(pulses.forget_heartbeat, worker.hostname)

    def beat(self, worker: WorkController) -> None:
        """Say that the loop turns, and how many slots are taken."""
        from outreach_admin.watch import pulses

        note(pulses.record_heartbeat, worker.hostname)
        busy = len(state.active_requests)
        note(pulses.record_slots, worker.hostname, slots=worker.concurrency, busy=busy)


class LookingStep(bootsteps.StartStopStep):
    """Look into the database in a thread of the worker's own process, because nothing here may wait for the broker."""

    requires = {"celery.worker.components:Timer"}
    thread_name = ""

    def __init__(self, worker: WorkController, **kwargs: Any) -> None:
        self.hostname = worker.hostname
        self.stopping = Event()
        self.thread = Thread(target=self.look, name=self.thread_name, daemon=True)
        super().__init__(worker, **kwargs)

    def start(self, worker: WorkController) -> None:
        self.thread.start()

    def stop(self, worker: WorkController) -> None:
        """End after what is under way."""
        self.stopping.set()
        self.thread.join(timeout=STOP_SECONDS)

    def look(self) -> None:
        """Look until it is stopped."""
        raise NotImplementedError


class TakeUpStep(LookingStep):
    """Look into the database every TAKE_UP_EVERY seconds for operations whose runner fell silent, and run them."""

    thread_name = "take-up"

    def look(self) -> None:
        """Look, and go on looking whatever happens to one operation or to the database."""
        from django.conf import settings
        from django.db import connections

        from outreach_admin.watch import pulses

        while not self.stopping.wait(settings.TAKE_UP_EVERY):
            problem = ""
            try:
                problem = self.take_up()
            except Exception as fault:
                log.exception("taking up operations failed")
                problem = f"taking up operations fails: {type(fault).__name__}"
            finally:
                connections.close_all()
            note(pulses.record_take_up, self.hostname, problem)

    def take_up(self) -> str:
        """Run what was left; returns what is to be said of operations that nobody could take up."""
        from governance.models import Operation
        from governance.services.operations import turns

        if turns.resume_abandoned(stopping=self.stopping):
            # what is left once more could be handed to no worker: long turns here, few calls in vain
            while not self.stopping.wait(PAUSE) and turns.resume_abandoned(
                stopping=self.stopping, seconds=LONG_TURN_SECONDS
            ):
                pass
        left = Operation.objects.stuck(LEFT_FOR).count()
        return f"{left} operation{'' if left == 1 else 's'} could not be taken up" if left else ""


class WatchStep(LookingStep):
    """Look every WATCH_EVERY seconds whether a job is late: the schedule, and whoever asks for pages, may be gone."""

    thread_name = "watchdog"

    def look(self) -> None:
        """Look, and go on looking whatever happens to the database."""
        from django.conf import settings
        from django.db import connections

        from governance.services.jobs import watchdog

        while not self.stopping.wait(settings.WATCH_EVERY):
            try:
                watchdog.look(by=self.hostname)
            except Exception:
                log.exception("looking for late jobs failed")
            finally:
                connections.close_all()


app.steps["worker"].add(HeartbeatStep)
app.steps["worker"].add(TakeUpStep)
app.steps["worker"].add(WatchStep)


@signals.setup_logging.connect
def use_project_logs(**kwargs: Any) -> None:
    """Log as the web does, in JSON lines."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@signals.before_task_publish.connect
def hand_over_request(headers: dict[str, Any], **kwargs: Any) -> None:
    """Send the id of the request along, so that its background work is found by it."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    if request_id:
        headers["request_id"] = request_id


@signals.task_prerun.connect
def bind_task(task_id: str, task: Any, args: Sequence[Any] = (), **kwargs: Any) -> None:
    """Put task, request and what the task is about (`operation_id`, ..) into every log line of the task."""
    structlog.contextvars.clear_contextvars()
    subjects = {
        name: value
        for name, value in zip(inspect.signature(task.run).parameters, args, strict=False)
        if name.endswith("_id")
    }
    structlog.contextvars.bind_contextvars(task_id=task_id, task=task.name, **subjects)
    request_id = getattr(task.request, "request_id", None)
    if request_id:
        structlog.contextvars.bind_contextvars(request_id=request_id)


@signals.task_success.connect
def note_housekeeping(sender: Any, result: list[str] | None = None, **kwargs: Any) -> None:
    """Tell /healthz/ that housekeeping came to its end, and what failed in it."""
    from outreach_admin.watch import pulses

    if sender.name == HOUSEKEEPING and result is not None:
        note(pulses.record_housekeeping, *result)
