"""Whether a queued attempt has had its time, as `governance.attempt_waits` says of any moment."""

from datetime import datetime, timedelta

from django.db.models import BooleanField, F, Func, Q, Value

# so long after it was asked for, nobody can have looked an attempt up
LOOKED_UP = timedelta(minutes=5)


def waits(at: datetime) -> Q:
    """Return the condition of errors whose queued attempt has not had its time at that moment."""
    asked = Func(
        F("next_retry_at"),
        F("last_retry_at"),
        Value(at),
        function="governance.attempt_waits",
        output_field=BooleanField(),
    )
    return Q(asked)
