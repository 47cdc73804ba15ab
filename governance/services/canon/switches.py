"""Kill switches: whoever may stops a tool at once, somebody else lets it go on."""

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted, SwitchRefused
from governance.models import KillSwitch
from governance.models.canon.switches import ALL
from governance.queries.canon import current
from governance.services import attribution
from governance.services.canon import reasons
from outreach_admin.ui.people import name_of


@transaction.atomic
def stop(
    tool: str = ALL,
    *,
    by: User,
    reason: str,
    channel: str = "browser",
) -> KillSwitch:
    """Stop every call of the tool of this slug, or of all tools, within a second in every process.

    Raises SwitchRefused for a slug that the canon does not have, and where it is stopped; StateRefused
    without a reason.
    """
    if not policies.may_stop_tools(by):
        raise NotPermitted("You may not stop tools.")
    if tool != ALL:
        _refuse_unknown(tool)
    words = reasons.tidy(reason)
    attribution.attribute(
        by=by,
        action="tool.stopped",
        reason=words,
        channel=channel,
    )
    switch = _stored(KillSwitch(tool=tool, by=by, reason=words))
    transaction.on_commit(current.forget)
    return switch


@transaction.atomic
def release(
    switch: KillSwitch,
    *,
    by: User,
    reason: str,
    channel: str = "browser",
) -> KillSwitch:
    """Let a tool go on.

    Raises SwitchRefused for who stopped it, and where it was released already; StateRefused without a reason.
    """
    if not policies.may_release_tools(by):
        raise NotPermitted("You may not let tools go on.")
    words = reasons.tidy(reason)
    kept = KillSwitch.objects.select_for_update().get(pk=switch.pk)
    if blockers := policies.release_blockers(by, kept):
        raise SwitchRefused(" ".join(blockers))
    if kept.released_at is not None:
        raise SwitchRefused(f"The {str(kept).lower()} was released already.")
    attribution.attribute(
        by=by,
        action="tool.released",
        reason=words,
        channel=channel,
    )
    kept.released_at = timezone.now()
    kept.released_by = by
    kept.save(update_fields=["released_at", "released_by"])
    transaction.on_commit(current.forget)
    return kept


def _stored(wanted: KillSwitch) -> KillSwitch:
    """Store it; one that stands already is named with who set it."""
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError as reason:
        standing = KillSwitch.objects.standing().select_related("by").filter(tool=wanted.tool)
        for other in standing:
            who = name_of(other.by)
            raise SwitchRefused(f"{who} stopped it already: {other.reason}") from reason
        raise
    return wanted


def _refuse_unknown(tool: str) -> None:
    """Refuse a slug that stops nothing; while nobody can know, it is taken as it is."""
    try:
        known = {one.slug for one in current.ask().canon.tools.values()}
    except current.Unknown:
        return
    if tool not in known:
        raise SwitchRefused(
            f"No tool has the slug “{tool[:60]}”.",
            what_to_do=f"One of: {', '.join(sorted(known))}.",
        )
