"""The same request twice is done once: under an `Idempotency-Key`, work and first answer are one transaction."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from outreach_admin.api import problems
from outreach_admin.api.models import FirstAnswer
from outreach_admin.api.parsers import body_of
from outreach_admin.api.renderers import JsonRenderer
from outreach_admin.exceptions import BadRequest, Refused
from outreach_admin.watch.outages import Outage, outage

HEADER = "Idempotency-Key"
LONGEST = 200
# of these a later try may be answered otherwise
FREED = {401, 429}
SERIALIZATION_FAILURE = "40001"
KEPT_MEMBERS = ("account", "method", "path", "key")


class KeyRefused(Refused):
    """The key was used for another request, or its first one is still under way."""


class _Freed(Exception):  # noqa: N818 - it carries an answer out of its transaction
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def once(
    request: Request,
    *,
    work: Callable[[], Response],
    one_moment: bool = False,
) -> HttpResponse:
    """Answer by `work`, or with what it first answered under this key.

    A first call that died, or was answered 401, 429 or 5xx, frees the key. `one_moment` lets `work` see
    the rows of one moment. Raises KeyRefused (422: another body; 409: still under way), BadRequest for a key that is none.
    """
    key = _key(request)
    if not key:
        return work()
    try:
        with transaction.atomic():
            if one_moment:
                _see_one_moment()
            return _first_or_again(request, key, work)
    except _Freed as freed:
        return freed.response
    except OperationalError as reason:
        if _is_contested(reason):
            raise _under_way() from reason
        raise


def expire(*, at: datetime | None = None) -> int:
    """Forget first answers a day after they were given; returns how many."""
    return expired(at=at).delete()[0]


def expired(*, at: datetime | None = None) -> QuerySet[FirstAnswer]:
    """Return the first answers that were given more than a day ago."""
    return FirstAnswer.objects.filter(at__lt=(at or timezone.now()) - FirstAnswer.LIFE)


def _first_or_again(request: Request, key: str, work: Callable[[], Response]) -> HttpResponse:
    claim = {
        "account": request.user.pk,
        "method": request.method,
        "path": request.path.rstrip("/"),
        "key": key,
    }
    asked = hashlib.sha256(body_of(request)).digest()
    if not _claimed(claim, asked):
        return _again(claim, asked)
    response = work()
    if response.status_code in FREED or response.status_code >= 500:
        raise _Freed(response)
    FirstAnswer.objects.filter(**claim).update(
        status=response.status_code,
        answer=JsonRenderer().render(response.data),
        location=response.get("Location", ""),
    )
    return response


def _claimed(claim: dict[str, Any], asked: bytes) -> bool:
    """Take the key; whoever else has it under way is waited for."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO api_firstanswer (account, method, path, key, asked, location, at)
            VALUES (%s, %s, %s, %s, %s, '', now()) ON CONFLICT DO NOTHING""",
            [*(claim[name] for name in KEPT_MEMBERS), asked],
        )
        return cursor.rowcount == 1


def _again(claim: dict[str, Any], asked: bytes) -> HttpResponse:
    first = FirstAnswer.objects.filter(**claim).first()
    if first is None or first.status is None:
        raise _under_way()
    if bytes(first.asked) != asked:
        raise KeyRefused(
            f"The {HEADER} “{first.key}” was used with another body.",
            what_to_do="Send another key with another request.",
        )
    return _replayed(first)


def _replayed(first: FirstAnswer) -> HttpResponse:
    is_problem = bool(first.status and first.status >= 400)
    response = HttpResponse(
        bytes(first.answer or b""),
        status=first.status,
        content_type=problems.TYPE if is_problem else "application/json",
    )
    response["Idempotent-Replayed"] = "true"
    if first.location:
        response["Location"] = first.location
    return response


def _key(request: Request) -> str:
    key: str = request.headers.get(HEADER, "")
    if len(key) > LONGEST or not key.isprintable():
        raise BadRequest(
            f"The {HEADER} is longer than {LONGEST} characters, or holds what cannot be printed.",
            key=HEADER,
        )
    return key


def _under_way() -> KeyRefused:
    return KeyRefused(
        "The first request under this key is still under way.",
        what_to_do="Send it again in a second.",
        status=409,
    )


def _see_one_moment() -> None:
    # only the outermost transaction can ask for it
    if connection.savepoint_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _is_contested(problem: OperationalError) -> bool:
    """Tell whether somebody else works under the same key."""
    state = getattr(problem.__cause__, "sqlstate", "")
    return state == SERIALIZATION_FAILURE or outage(problem) is Outage.LOCKED
