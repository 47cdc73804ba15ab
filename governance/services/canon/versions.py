"""Versions of the tool canon: brought in as texts, put in force by somebody else."""

import structlog
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Func

from governance import policies
from governance.exceptions import CanonRefused, NotPermitted, StateRefused
from governance.models import CanonVersion
from governance.queries.canon import current
from governance.services import attribution
from governance.services.canon import reasons
from governance.toolbox import reading
from governance.toolbox.entries import Canon

log = structlog.get_logger(__name__)

LOCK = "SELECT pg_advisory_xact_lock(5318013)"
NOW = Func(function="clock_timestamp")


@transaction.atomic
def load(text: str, *, by: User, channel: str = "browser") -> CanonVersion:
    """Keep a text as a version that can be put in force; a text that is kept already is returned.

    Raises CanonRefused with every mistake of the text, and where its version is not the next one.
    """
    if not policies.may_load_canon(by):
        raise NotPermitted("You may not bring in versions of the tool canon.")
    canon = _read(text)
    _one_at_a_time()
    if kept := CanonVersion.objects.filter(sha256=canon.sha256).first():
        return kept
    latest = CanonVersion.objects.order_by("-version").first()
    if latest and canon.version <= latest.version:
        raise CanonRefused(
            f"Version {latest.version} is kept already, so this cannot be version {canon.version}.",
            what_to_do=f"Write version: {latest.version + 1} or higher into the text.",
        )
    attribution.attribute(by=by, action="canon.loaded", channel=channel)
    return _keep(canon, text, by=by)


@transaction.atomic
def enforce(
    version: CanonVersion,
    *,
    by: User,
    reason: str,
    instead_of: int | None = None,
    channel: str = "browser",
) -> CanonVersion:
    """Put a version in force: within a second every process goes by it. An older one is taken back so too.

    `instead_of` is the number of the version that was in force when somebody decided so.
    Raises StateRefused where it is in force, where another than `instead_of` is, and without a reason; CanonRefused
    where whoever brought it in asks, or where this version of the console does not understand it.
    """
    if not policies.may_enforce_canon(by):
        raise NotPermitted("You may not put a version of the tool canon in force.")
    words = reasons.tidy(reason)
    _one_at_a_time()
    kept = CanonVersion.objects.select_for_update().get(pk=version.pk)
    _refuse_enforcing(kept, by, instead_of)
    attribution.attribute(
        by=by,
        action="canon.enforced",
        reason=words,
        channel=channel,
    )
    kept.enforced_at = NOW
    kept.enforced_by = by
    kept.save(update_fields=["enforced_at", "enforced_by"])
    kept.refresh_from_db()
    transaction.on_commit(current.forget)
    return kept


def _refuse_enforcing(version: CanonVersion, by: User, instead_of: int | None) -> None:
    if blockers := policies.enforcement_blockers(by, version):
        raise CanonRefused(" ".join(blockers))
    in_force = CanonVersion.objects.enforced().first()
    if in_force == version:
        raise StateRefused(f"Version {version.version} is in force.")
    if in_force and instead_of not in (None, in_force.version):
        raise StateRefused(
            f"Version {in_force.version} was put in force in the meantime, "
            f"in place of version {instead_of}.",
            what_to_do="Look at what would change now, and send it again.",
        )
    _read(version.text)


def add_shipped(text: str, *, using: str) -> None:
    """Keep the text that comes with this version of the console; where none was ever in force, it is from now on.

    A number that is taken by another text is left alone, and the log says so: it is what people here made of it.
    """
    canon = reading.read(text)
    kept = CanonVersion.objects.using(using)
    if kept.filter(sha256=canon.sha256).exists():
        return
    if kept.filter(version=canon.version).exists():
        log.warning("shipped canon left out", version=canon.version, reason="version is taken")
        return
    is_first = not kept.enforced().exists()
    CanonVersion(
        version=canon.version,
        sha256=canon.sha256,
        text=text,
        enforced_at=NOW if is_first else None,
    ).save(using=using, force_insert=True)


def _read(text: str) -> Canon:
    try:
        return reading.read(text)
    except reading.CanonUnread as unread:
        first, *more = unread.problems
        others = f", and {len(more)} more" if more else ""
        raise CanonRefused(
            f"The text is no sound canon: {first}{others}",
            what_to_do="Mend each of them and bring it in again.",
            problems=unread.problems,
        ) from unread


def _keep(canon: Canon, text: str, *, by: User) -> CanonVersion:
    return CanonVersion.objects.create(
        version=canon.version,
        sha256=canon.sha256,
        text=text,
        loaded_by=by,
    )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
