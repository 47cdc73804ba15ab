"""Agreements to calls of tools: asked for, spent on exactly one call, void once what they are bound to has changed."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import CallRefused, NotPermitted
from governance.models import Approval, AskedCall, Outreach, Token
from governance.queries.canon import asked, current, lookedup
from governance.services import attribution, chores
from governance.services.approvals import counts
from governance.toolbox import digests, openings
from governance.toolbox.entries import Canon, Tool
from outreach_admin.db.limits import PROSE, WORD

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(5318037, hashtext(%s))"
# whoever agreed makes no call by it; what stands against it otherwise, the trigger says
SPEND = """UPDATE governance_approval a
    SET state = 'used', used_at = clock_timestamp(), used_by_call = %(call)s
    WHERE a.plan_hash = %(digest)s AND a.asked_call_id IS NOT NULL
      AND a.state = 'approved' AND a.expires_at > clock_timestamp()
      AND governance.votes_that_count(a) >= (a.policy ->> 'quorum')::int
      AND NOT EXISTS (
          SELECT FROM governance_approvalvote v
          WHERE v.approval_id = a.id AND v.decision = 'approve' AND v.voter_id = %(by)s)
    RETURNING a.id"""
SUPERSEDED = "Another call was asked for in its place: what it was bound to has changed."


class Wanted(NamedTuple):
    """A call that somebody wants to make, and by whom it is asked for; `token` is what a pipeline asks by."""

    tool: Tool
    hub_id: str
    entity: str | UUID | None
    facts: Mapping[str, Any]
    by: User
    channel: str = "api"
    note: str = ""
    correlation_id: str = ""
    token: Token | None = None


def open_request(
    *,
    tool: Tool,
    hub_id: str,
    entity: str | UUID | None,
    facts: Mapping[str, Any],
    by: User,
    **more: Any,
) -> Approval:
    """Ask somebody else to agree to exactly this call, which the guard refuses for want of that alone; `more` is of Wanted.

    An open request for it is returned, one for the same tool, hub and entity bound to something else becomes void.
    Whoever made a pipeline's token counts as the requester. Raises NotPermitted, CallRefused (no entity, facts that
    nobody can read, no policy, a canon that is not known).
    """
    found, _ = request(Wanted(tool, hub_id, entity, facts, by, **more))
    return found


def request(wanted: Wanted) -> tuple[Approval, bool]:
    """Do what `open_request` does, and say whether the request is new."""
    if not policies.may_ask_for_calls(wanted.by):
        raise NotPermitted("You may not ask for calls of tools.")
    canon = _canon()
    call = _asked(wanted, canon)
    with transaction.atomic():
        _one_at_a_time(call)
        open_ones = _open_of(call)
        for one in open_ones:
            if one.plan_hash == call.digest and one.expires_at > timezone.now():
                return one, False
        attribution.attribute(
            by=wanted.by,
            channel=wanted.channel,
            reason=SUPERSEDED,
        )
        for one in open_ones:
            _end(one)
        return _stored(call, wanted, canon), True


def spend(
    *,
    tool: Tool,
    hub_id: str,
    entity: str | UUID | None,
    facts: Mapping[str, Any],
    requester: User | None,
    correlation_id: str | UUID,
) -> int | None:
    """Mark the live approval of exactly this call as used, in the caller's transaction, and return its id.

    None where there is none, or the one who would make the call agreed to it; `requester` is None for code that
    runs in nobody's name. Raises current.Unknown where nobody knows the canon in force.
    """
    about = None if entity is None else str(entity)
    digest = lookedup.digest_of(tool, hub_id, about, facts)
    if digest is None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        attribution.attribute(by=requester or "system", channel="api")
        cursor.execute(
            SPEND,
            {
                "call": _tidy(str(correlation_id), WORD),
                "digest": digest,
                "by": requester.pk if requester else None,
            },
        )
        found = cursor.fetchone()
    return int(found[0]) if found else None


def end_void() -> int:
    """End open requests whose canon is no longer in force; returns how many. Called every minute."""
    try:
        version = current.ask().canon.version
    except current.Unknown:
        return 0
    stale = Approval.objects.of_calls().open().exclude(asked_call__canon_version=version)
    return chores.each(stale, _void)


def _void(stale: Approval) -> bool:
    with transaction.atomic():
        approval = counts.locked(stale)
        why = asked.void_because(approval)
        if not why:
            return False
        counts.attribute(approval, by="system", note=why)
        _mark(approval, Approval.State.VOID, why)
        return True


def _end(approval: Approval) -> None:
    """End a request that another one takes the place of: by its time, where that has passed."""
    is_over = approval.expires_at <= timezone.now()
    state = Approval.State.EXPIRED if is_over else Approval.State.VOID
    _mark(approval, state, "" if is_over else SUPERSEDED)


def _mark(approval: Approval, state: str, note: str) -> None:
    approval.state = state
    approval.state_note = note
    approval.decided_at = timezone.now()
    approval.save(update_fields=["state", "state_note", "decided_at"])


def _canon() -> Canon:
    try:
        return current.ask().canon
    except current.Unknown as unknown:
        raise CallRefused(str(unknown), status=503) from unknown


def _asked(wanted: Wanted, canon: Canon) -> AskedCall:
    """Write down a call as its digest has it."""
    tool, hub_id = wanted.tool, wanted.hub_id
    about = _about(wanted.entity)
    told = _written(wanted.facts)
    named = openings.zone_fact(tool)
    return AskedCall(
        tool=tool.slug,
        tool_id=tool.id,
        tool_name=tool.name,
        hub_id=hub_id,
        entity=about,
        outreach=_company(about),
        canon_version=canon.version,
        price=digests.price_of(tool),
        facts=told,
        digest=digests.digest(tool, hub_id, about, told, canon.version),
        interaction=tool.interaction.value,
        contact_zone=str(wanted.facts.get(named) or "") if named else "",
        calling_hours=str(canon.calling_hours),
        correlation_id=_tidy(wanted.correlation_id, WORD),
        account=wanted.by,
    )


def _about(entity: str | UUID | None) -> str:
    about = digests.entity_of("" if entity is None else str(entity))
    if not about or len(about) > WORD or not about.isprintable():
        raise CallRefused(
            "A person agrees to a call about one company or contact, and this names none.",
            what_to_do=f"Name the entity, in at most {WORD} letters.",
        )
    return about


def _written(facts: Mapping[str, Any]) -> str:
    try:
        told = digests.facts_of(facts)
    except digests.Unwritten as reason:
        raise CallRefused(
            "These facts cannot be written down, so nobody can agree to them.",
            what_to_do="Send values of JSON.",
        ) from reason
    if len(told) > PROSE:
        raise CallRefused(
            f"These facts take {len(told):,} characters: nobody can read them before he agrees.",
            what_to_do=f"Leave out what no gate asks for: at most {PROSE:,} characters.",
        )
    return told


def _company(entity: str) -> Outreach | None:
    try:
        return Outreach.objects.filter(pk=UUID(entity)).first()
    except ValueError:
        return None


def _person_behind(by: User, token: Token | None) -> User:
    """Return who counts as the requester: of a pipeline whoever made its token, else who answers for it."""
    if not policies.is_pipeline(by):
        return by
    known = token or by.tokens.order_by("-created_at").first()
    person = known and (known.created_by or known.responsible)
    return person or by


def _open_of(call: AskedCall) -> list[Approval]:
    """Lock the open requests for the same tool, hub and entity."""
    about = Approval.objects.open().filter(
        asked_call__tool=call.tool,
        asked_call__hub_id=call.hub_id,
        asked_call__entity=call.entity,
    )
    return list(about.select_related("asked_call").select_for_update(of=("self",)).order_by("pk"))


def _stored(call: AskedCall, wanted: Wanted, canon: Canon) -> Approval:
    is_named = canon.needs_approval(wanted.tool, call.hub_id)
    policy = asked.policy_for(call.tool, call.hub_id, is_named=is_named)
    if policy is None:
        raise CallRefused(
            f"No approval policy says who agrees to calls of {call.tool_name} for {call.hub_id}.",
            what_to_do="Ask an admin to make a policy that names them.",
        )
    note = _tidy(wanted.note, PROSE)
    attribution.attribute(
        by=wanted.by,
        channel=wanted.channel,
        reason=note,
    )
    call.save(force_insert=True)
    kept = policy.snapshot()
    return Approval.objects.create(
        asked_call=call,
        plan_hash=call.digest,
        policy=kept,
        requester=_person_behind(wanted.by, wanted.token),
        note=note,
        expires_at=asked.lasts_until(call, kept),
    )


def _one_at_a_time(call: AskedCall) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, [f"{call.tool} {call.hub_id} {call.entity}"])


def _tidy(text: str, most: int) -> str:
    """Take what can be stored of a text."""
    kept = text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return kept[:most]
