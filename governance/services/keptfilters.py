"""Keeping filters that are too long for an address."""

from datetime import timedelta
from hashlib import sha256

from django.contrib.auth.models import User
from django.utils import timezone

from governance.exceptions import FilterRefused
from governance.models import KeptFilter
from governance.services import chores
from outreach_admin.lists.kept import LONGEST, Kept

# new ones of a person; who filters by hand makes one a click
MOST_AN_HOUR = 300
MOST = 20_000
AT_ONCE = 1_000
DIGITS = 20
STEP = timedelta(days=1)


def keep(text: str, *, by: User) -> Kept:
    """Keep a filter under the digest of its text, so that the same one is kept once, whoever asks.

    Raises FilterRefused where it is too long (413), or too many came from this person within an hour (429).
    """
    if len(text) > LONGEST:
        raise FilterRefused(
            f"This filter has {len(text):,} characters; {LONGEST:,} are kept.",
            what_to_do="Choose fewer values.",
            status=413,
        )
    key = sha256(text.encode()).hexdigest()[:DIGITS]
    if use(key):
        return Kept(key, text)
    _refuse_too_many(by)
    now = timezone.now()
    KeptFilter.objects.bulk_create(
        [
            KeptFilter(
                key=key,
                text=text,
                account=by.pk,
                kept_at=now,
                used_at=now,
            )
        ],
        ignore_conflicts=True,
    )
    return Kept(key, text)


def use(key: str) -> bool:
    """Note that somebody asked for it, once a day; tell whether it is there."""
    now = timezone.now()
    kept = KeptFilter.objects.filter(pk=key)
    kept.filter(used_at__lt=now - STEP).update(used_at=now)
    return kept.exists()


def expire() -> int:
    """Forget what nobody asked for in its time, and the oldest beyond 20,000. Returns how many."""
    return chores.each(expired(), _forget)


def expired() -> set[str]:
    """Return the keys that are forgotten next, 2,000 at most."""
    old = KeptFilter.objects.filter(used_at__lt=timezone.now() - KeptFilter.LIFE)
    keys = old.values_list("pk", flat=True)[:AT_ONCE]
    beyond = KeptFilter.objects.order_by("-used_at", "pk").values_list("pk", flat=True)
    return {*keys, *beyond[MOST : MOST + AT_ONCE]}


def _forget(key: str) -> int:
    deleted, _ = KeptFilter.objects.filter(pk=key).delete()
    return deleted


def _refuse_too_many(by: User) -> None:
    since = timezone.now() - timedelta(hours=1)
    made = KeptFilter.objects.filter(account=by.pk, kept_at__gt=since).count()
    if made >= MOST_AN_HOUR:
        raise FilterRefused(
            f"You made {MOST_AN_HOUR} long filters within an hour.",
            what_to_do="Save those that you need as views, and go on later.",
            status=429,
        )
