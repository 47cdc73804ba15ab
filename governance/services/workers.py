"""Handing work to the workers; the database stays the truth when the broker is away."""

import structlog
from django.db import transaction
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)


def send_on_commit(task: str, *args: int) -> None:
    """Send a task once this transaction is committed. A broker that is away is logged: workers also look into the database."""
    transaction.on_commit(lambda: send(task, *args))


def send(task: str, *args: int | None, countdown: float = 0) -> bool:
    """Send a task now; return whether the broker took it."""
    from celery import current_app

    try:
        current_app.send_task(task, args=args, countdown=countdown, retry=False, ignore_result=True)
    except OperationalError as reason:
        log.warning("broker away", task=task, args=args, reason=str(reason))
        return False
    return True
