"""Making, renewing and revoking tokens, and noting where they were used or refused."""

import ipaddress
import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.models import Group, User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import Error, IntegrityError, connection, transaction
from django.utils import timezone

from governance import policies
from governance.exceptions import NotPermitted, TokenRefused
from governance.models import Token, TokenRefusal
from governance.models.tokens.tokens import MOST_DAYS
from governance.queries import people, tokens
from governance.services import attribution, chores
from governance.verbs.jobs import JOB
from outreach_admin.db.rules import unseen

log = structlog.get_logger(__name__)

DAYS = 90
LONGEST_NAME = 60
LONGEST_ACCOUNT = 150
MOST_IN_USE = 50
MOST_NETWORKS = 20
SHOWN_LETTERS = 4
MARK_LETTERS = 40
LONGEST_ADDRESS = 64
GROUP = "pipeline"
NOBODY = "system"
# so long a renewed secret goes on: programs are told one after the other
OVERLAP = timedelta(hours=24)
RENEWED = ("name", "scopes", "networks", "account")
USED_EVERY = timedelta(minutes=1)
AT_ONCE = 10_000
# what is noted beside a request keeps it waiting no longer than that
LONGEST_NOTE = "1s"
USE = """
    UPDATE governance_token SET last_used_at = now(), last_used_from = %s
    WHERE id = (
        SELECT id FROM governance_token
        WHERE id = %s AND (last_used_at IS NULL OR last_used_at < now() - %s)
        FOR NO KEY UPDATE SKIP LOCKED)
"""
# a row that somebody else is counting in is passed over, and another one begun
REFUSAL = """
    WITH free AS (
        SELECT id FROM governance_tokenrefusal
        WHERE token_id IS NOT DISTINCT FROM %(token)s AND reason = %(reason)s
          AND hour = date_trunc('hour', now(), 'UTC')
        LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED),
    counted AS (
        UPDATE governance_tokenrefusal r SET count = r.count + 1, address = %(address)s
        FROM free WHERE r.id = free.id RETURNING 1)
    INSERT INTO governance_tokenrefusal (token_id, reason, hour, count, address)
    SELECT %(token)s::bigint, %(reason)s, date_trunc('hour', now(), 'UTC'), 1, %(address)s
    WHERE NOT EXISTS (SELECT FROM counted)
"""


def make(
    *,
    name: str,
    scopes: Collection[str],
    by: User | None,
    account: User | None = None,
    pipeline: str = "",
    responsible: User | None = None,
    days: int = DAYS,
    networks: Sequence[str] = (),
    form_key: UUID | None = None,
    os_user: str = "",
) -> tuple[Token, str]:
    """Make a token for a person's account, or for a pipeline, and return it with its secret, which nobody can read again.

    A pipeline's account is made with its first token. `by` nobody: on the command line, by `os_user`. Raises
    NotPermitted, TokenRefused: what is asked cannot be, the account has too many, or this form made its token (409).
    """
    kept = {
        "name": _tidy_name(name),
        "scopes": _known_scopes(scopes, of_pipeline=account is None),
        "networks": _read_networks(networks),
        "expires_at": timezone.now() + _length(days),
        "form_key": form_key,
    }
    if by is not None and not policies.may_make_token(by, account=account):
        raise NotPermitted(
            "You may make tokens for yourself alone.",
            what_to_do="Ask a manager for one of a pipeline.",
        )
    with transaction.atomic():
        _attribute("MAKE_TOKEN", by=by, os_user=os_user)
        holder = account or _account_of(pipeline)
        _refuse_too_many(holder)
        _refuse_second(form_key)
        kept |= {"created_by": by, "account": holder}
        return _store(kept, responsible=responsible if account is None else None)


def renew(token: Token, *, by: User | None, os_user: str = "") -> tuple[Token, str]:
    """Make another secret with the same name, scopes, networks and length of life, and return it as `make` does.

    The old one goes on for 24 hours at most. Raises NotPermitted, TokenRefused (409: revoked, or renewed already).
    """
    if by is not None and not policies.may_renew(by, token):
        raise NotPermitted(
            "You may not renew this token.",
            what_to_do="Ask whose it is, or a manager.",
        )
    with transaction.atomic():
        current = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
        if said := policies.renewal_blockers(current):
            raise TokenRefused(said[0], what_to_do="Make a new one instead.", status=409)
        _attribute("RENEW_TOKEN", by=by, os_user=os_user)
        _refuse_too_many(current.account)
        now = timezone.now()
        kept = {name: getattr(current, name) for name in RENEWED}
        kept |= {"created_by": by, "renews": current, "expires_at": now + current.life}
        made = _store(kept, responsible=current.responsible)
        current.expires_at = min(current.expires_at, now + OVERLAP)
        current.save(update_fields=["expires_at"])
    return made


def revoke(token: Token, *, by: User) -> Token:
    """End a token, for good and at once; one that is revoked already stays as it is. Raises NotPermitted."""
    if not policies.may_revoke(by, token):
        raise NotPermitted(
            "You may not revoke this token.",
            what_to_do="Ask whose it is, or a manager.",
        )
    with transaction.atomic():
        current = Token.objects.select_for_update(of=("self",)).get(pk=token.pk)
        if current.revoked_at is None:
            _attribute("REVOKE", by=by)
            current.revoked_at = timezone.now()
            current.revoked_by = by
            current.save(update_fields=["revoked_at", "revoked_by"])
    return current


def note_use(token: Token, *, address: str) -> None:
    """Note when and from where it was used, once a minute at most; waits for nobody and fails no request."""
    last = token.last_used_at
    if last is not None and timezone.now() - last < USED_EVERY:
        return
    _noted(USE, [address[:LONGEST_ADDRESS], token.pk, USED_EVERY])


def note_refusal(token: Token | None, *, reason: str, address: str) -> None:
    """Count a refused request by token, reason and hour; those of unknown tokens together. Waits for nobody and fails no request."""
    found = {
        "token": token.pk if token else None,
        "reason": TokenRefusal.Reason(reason).value,
        "address": address[:LONGEST_ADDRESS],
    }
    _noted(REFUSAL, found)


def forget_refusals() -> int:
    """Forget what was refused more than 90 days ago. Returns how many rows."""
    keys = list(TokenRefusal.objects.expired().values_list("pk", flat=True)[:AT_ONCE])
    deleted, _ = chores.alone(TokenRefusal.objects.filter(pk__in=keys).delete)
    return int(deleted)


def _store(kept: dict[str, Any], *, responsible: User | None) -> tuple[Token, str]:
    is_pipeline = policies.is_pipeline(kept["account"])
    kind = Token.Kind.PIPELINE if is_pipeline else Token.Kind.PERSON
    secret = tokens.new_secret(kind)
    shown = len(tokens.STARTS[kind]) + SHOWN_LETTERS
    token = Token.objects.create(
        **kept,
        kind=kind,
        responsible=responsible,
        prefix=secret[:shown],
        digest=tokens.digest_of(secret),
    )
    token.refresh_from_db()
    return token, secret


def _account_of(pipeline: str) -> User:
    """Return the account of the pipeline of that name, a new one where there is none."""
    found = User.objects.filter(username=pipeline).first()
    if found is None:
        found = _new_account(pipeline)
    if not policies.is_pipeline(found):
        raise TokenRefused(
            f"{pipeline} is a person.",
            what_to_do="Give the pipeline another name.",
        )
    if found.password == JOB:
        raise TokenRefused(
            f"{pipeline} is the account of a job.",
            what_to_do="Give the pipeline another name.",
        )
    _refuse_switched_off(found)
    return found


def _new_account(name: str) -> User:
    validator = UnicodeUsernameValidator()
    try:
        validator(name)
    except ValidationError as reason:
        raise TokenRefused(
            "A pipeline's name has letters, digits and @ . + - _ only.",
            what_to_do="Give it another name.",
        ) from reason
    fits = len(name) <= LONGEST_ACCOUNT and people.is_readable(name)
    if not fits or not people.is_free(name):
        raise TokenRefused(
            "This name is taken, too long, or looks like another one.",
            what_to_do="Give the pipeline another name.",
        )
    mark = "".join(secrets.choice(tokens.LETTERS) for _ in range(MARK_LETTERS))
    wanted = User(
        username=name,
        password=f"{policies.PIPELINE}{mark}",
    )
    made = _stored_once(wanted)
    # an admin may have deleted the group: then it may nothing until somebody says what
    made.groups.add(*Group.objects.filter(name=GROUP))
    return made


def _stored_once(wanted: User) -> User:
    """Store the account, or return the one that somebody else has made of that name just now."""
    try:
        with transaction.atomic():
            wanted.save(force_insert=True)
    except IntegrityError:
        other = User.objects.filter(username=wanted.username).first()
        if other is None:
            raise
        return other
    return wanted


def _refuse_switched_off(account: User) -> None:
    if not account.is_active:
        raise TokenRefused(
            f"{account.get_username()} is switched off.",
            what_to_do="Switch the account on first, or name another one.",
        )


def _refuse_too_many(account: User) -> None:
    """Let one token after the other be made for an account, so many in all."""
    locked = User.objects.select_for_update().get(pk=account.pk)
    _refuse_switched_off(locked)
    in_use = Token.objects.filter(
        account=account,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )
    if in_use.count() >= MOST_IN_USE:
        raise TokenRefused(
            f"{MOST_IN_USE} tokens of this account are in use already.",
            what_to_do="Revoke one that nobody needs.",
        )


def _refuse_second(form_key: UUID | None) -> None:
    if form_key and Token.objects.filter(form_key=form_key).exists():
        raise TokenRefused(
            "This token is made already, and was shown once.",
            what_to_do="Revoke it and make another one if you did not copy it.",
            status=409,
        )


def _tidy_name(name: str) -> str:
    tidy = " ".join(name.replace("\0", "\ufffd").split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise TokenRefused(f"A token's name has 1 to {LONGEST_NAME} characters.")
    if said := unseen(tidy):
        raise TokenRefused(said)
    return tidy


def _known_scopes(scopes: Collection[str], *, of_pipeline: bool) -> list[str]:
    """Return the scopes in their order; refuse none, unknown ones, and a pipeline that would approve."""
    known = [scope.value for scope in Token.Scope]
    unknown = sorted(set(scopes) - set(known))
    if unknown or not scopes:
        said = f"There is no scope “{unknown[0]}”." if unknown else "A token needs a scope."
        raise TokenRefused(said, what_to_do=f"Offered: {', '.join(known)}.")
    if of_pipeline and Token.Scope.APPROVE in scopes:
        raise TokenRefused(
            "A pipeline never approves.",
            what_to_do="Leave the scope out: only people's tokens may have it.",
        )
    return [scope for scope in known if scope in scopes]


def _length(days: int) -> timedelta:
    if not 1 <= days <= MOST_DAYS:
        raise TokenRefused(f"A token lives 1 to {MOST_DAYS} days.")
    return timedelta(days=days)


def _read_networks(networks: Sequence[str]) -> list[str]:
    """Write networks as the database keeps them: 10.0.0.7/8 is 10.0.0.0/8."""
    if len(networks) > MOST_NETWORKS:
        raise TokenRefused(f"A token takes at most {MOST_NETWORKS} networks.")
    found = []
    for text in networks:
        try:
            # a zone names a card of this machine alone
            network = ipaddress.ip_network(text.partition("%")[0], strict=False)
        except ValueError as reason:
            raise TokenRefused(
                f"“{text[:LONGEST_ADDRESS]}” is no network.",
                what_to_do="Write it as 10.0.0.0/8.",
            ) from reason
        found.append(str(network))
    return found


def _attribute(action: str, *, by: User | None, os_user: str = "") -> None:
    attribution.attribute(
        by=by or NOBODY,
        action=action,
        reason=f"OS user {os_user}" if os_user else "",
        channel="command line" if os_user else "browser",
    )


def _noted(statement: str, given: Any) -> None:
    """Write it by itself; what goes wrong there is logged, for the request is about something else."""

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, given)

    try:
        chores.alone(write, longest=LONGEST_NOTE)
    except Error as fault:
        log.warning("token not noted", fault=type(fault).__name__)
