"""What came before a request for a call: calls of the same tool about the same entity for the same hub, and what its requester asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q

from governance.models import Approval, AskedCall, ToolCall
from governance.queries.canon import asked

MOST_CALLS = 5
LOOKED_BACK = timedelta(days=90)


class Before(NamedTuple):
    """One earlier call: as it was asked for, as it was made, or both."""

    at: datetime
    request: Approval | None
    call: ToolCall | None


class Record(NamedTuple):
    """What a requester asked for in 90 days, beside this."""

    asked: int
    spent: int
    rejected: int
    waiting: int


def calls_before(call: AskedCall) -> list[Before]:
    """Return the last of them, the newest first: agreed and made, made without, asked for in vain. Four queries at most."""
    requests = asked.earlier(call)
    made = list(
        ToolCall.objects.made()
        .filter(
            entity=call.entity,
            tool=call.tool,
            hub=call.hub_id,
            reserved_at__lt=call.asked_at,
        )
        .defer("facts")
        .order_by("-reserved_at", "-pk")[:MOST_CALLS]
    )
    by_correlation = {one.correlation_id: one for one in made}
    told = [_asked(one, by_correlation) for one in requests]
    known = {one.call.pk for one in told if one.call}
    rest = [Before(one.reserved_at, None, one) for one in made if one.pk not in known]
    return _newest([*told, *rest])


def record_of(approval: Approval, *, at: datetime) -> Record:
    """Count what the requester of a call asked for of late. One query."""
    others = Approval.objects.of_calls().exclude(pk=approval.pk)
    mine = others.filter(requester=approval.requester, requested_at__gt=at - LOOKED_BACK)
    found = mine.aggregate(
        asked=Count("pk"),
        spent=Count("pk", filter=Q(state=Approval.State.USED)),
        rejected=Count("pk", filter=Q(state=Approval.State.REJECTED)),
        waiting=Count("pk", filter=Q(state=Approval.State.PENDING)),
    )
    return Record(**found)


def _asked(request: Approval, made: dict[str, ToolCall]) -> Before:
    return Before(request.requested_at, request, made.get(request.used_by_call or ""))


def _newest(found: Sequence[Before]) -> list[Before]:
    return sorted(found, key=lambda one: one.at, reverse=True)[:MOST_CALLS]
