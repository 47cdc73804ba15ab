"""Tokens: who holds one, how they stand, where they were refused."""

import ipaddress
import re
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from string import ascii_uppercase, digits
from typing import NamedTuple
from zlib import crc32

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from governance.exceptions import TokenRefused
from governance.models import Token, TokenRefusal
from governance.models.tokens.tokens import TokenQuerySet, standing
from governance.queries import people

STARTS = {Token.Kind.PERSON: "oo_u_", Token.Kind.PIPELINE: "oo_pl_"}
SHAPE = re.compile(r"(?:oo_u_|oo_pl_)[0-9A-Za-z]{40}", re.ASCII)
LETTERS = digits + ascii_uppercase + ascii_uppercase.lower()
RANDOM_LETTERS = 34
CHECKED = 6
LONGEST_PREFIX = 20
REFUSED_WITHIN = timedelta(hours=24)
OF_TOKEN = [field.attname for field in Token._meta.concrete_fields]
OF_ACCOUNT = [field.attname for field in User._meta.concrete_fields]
COLUMNS = [f"t.{name}" for name in OF_TOKEN] + [f"a.{name}" for name in OF_ACCOUNT]
HOLDER = f"""SELECT {", ".join(COLUMNS)}, ARRAY({people.RIGHTS.format(account="t.account_id")})
    FROM governance_token t JOIN auth_user a ON a.id = t.account_id
    WHERE t.digest = %s"""
Reason = TokenRefusal.Reason
# the same for a token that never was and for one that somebody revoked: strangers learn nothing
NOT_VALID = "This token is not valid."
SENTENCES = {
    Reason.UNKNOWN: NOT_VALID,
    Reason.REVOKED: NOT_VALID,
    Reason.SWITCHED_OFF: NOT_VALID,
    Reason.EXPIRED: "This token has expired.",
    Reason.NETWORK: "This token may not be used from this address.",
}


class Figures(NamedTuple):
    """How many tokens stand how."""

    every: int
    mine: int
    pipelines: int
    people: int
    ends_soon: int
    ended: int


class Refused(NamedTuple):
    """Requests of a day that were refused for one reason; without a token where nobody knows it."""

    token: int | None
    name: str
    reason: str
    requests: int

    @property
    def answer(self) -> str:
        """Write the status and what it was about."""
        reason = Reason(self.reason)
        return f"{TokenRefusal.STATUSES.get(reason, 401)} {reason.label}"


def check_of(text: str) -> str:
    """Write the CRC32 of a text in six letters, base 62, so that a scanner tells a token from noise."""
    rest = crc32(text.encode())
    found = ""
    for _ in range(CHECKED):
        rest, place = divmod(rest, len(LETTERS))
        found = LETTERS[place] + found
    return found


def new_secret(kind: Token.Kind) -> str:
    """Draw 34 random letters and digits behind the start of its kind, and add six that check them."""
    letters = [secrets.choice(LETTERS) for _ in range(RANDOM_LETTERS)]
    text = STARTS[kind] + "".join(letters)
    return text + check_of(text)


def is_whole(secret: str) -> bool:
    """Whether a text could be a token at all: its shape, and its last six letters."""
    return bool(SHAPE.fullmatch(secret)) and check_of(secret[:-CHECKED]) == secret[-CHECKED:]


def digest_of(secret: str) -> bytes:
    """Return what is stored of a secret: it is long and random, so that no slow digest is needed."""
    return sha256(secret.encode()).digest()


def holder(secret: str, *, address: str) -> Token:
    """Return the token that this secret is, with its account and the rights of that: one query, none for what is no token.

    Nothing is remembered: revoking it or switching off its account works at the next request, in
    every process. Raises TokenRefused (401) with the reason, and the token where it is known.
    """
    if not is_whole(secret):
        raise _refused(Reason.UNKNOWN)
    found = _found(secret)
    if found is None:
        raise _refused(Reason.UNKNOWN)
    if reason := why_not(found, address=address):
        raise _refused(reason, found)
    return found


def with_prefix(prefix: str) -> Token:
    """Return the token whose secret begins so, unless it is revoked or renewed. Raises TokenRefused: none does, or several do."""
    begun = prefix.replace("\0", "")
    found = Token.objects.filter(prefix=begun, revoked_at=None, renewed_by=None)
    tokens = list(found.select_related("account", "responsible")[:2])
    if len(tokens) != 1:
        number = "No token" if not tokens else "More than one token"
        raise TokenRefused(
            f"{number} in use begins with “{begun[:LONGEST_PREFIX]}”.",
            what_to_do="Look for it at /tokens/, where it can be renewed as well.",
        )
    return tokens[0]


def why_not(token: Token, *, address: str) -> TokenRefusal.Reason | None:
    """Say why this token opens nothing now; None where it does."""
    if token.revoked_at is not None:
        return Reason.REVOKED
    if not token.account.is_active:
        return Reason.SWITCHED_OFF
    if token.expires_at <= timezone.now():
        return Reason.EXPIRED
    if not is_within(address, token.networks):
        return Reason.NETWORK
    return None


def is_within(address: str, networks: list[str]) -> bool:
    """Whether an address lies in one of the networks; in none where it cannot be read, in any where none is named."""
    if not networks:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    # the same machine, seen by a server that listens for both kinds
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ipaddress.ip_network(network) for network in networks)


def listed(user: User, *, at: datetime) -> TokenQuerySet:
    """Return the tokens that this person may see, with their people and the requests refused within a day."""
    counted = (
        TokenRefusal.objects.filter(
            token=OuterRef("pk"),
            hour__gte=at - REFUSED_WITHIN,
        )
        .order_by()
        .values("token")
        .annotate(requests=Sum("count"))
        .values("requests")
    )
    seen = Token.objects.seen_by(user).with_people()
    return seen.annotate(refused=Coalesce(Subquery(counted), 0))


def figures(user: User, *, at: datetime) -> Figures:
    """Count the tokens that this person may see by how they stand. One query."""
    ended = standing("expired", at=at) | standing("revoked", at=at)
    mine = Q(account=user.pk) | Q(responsible=user.pk)
    found = Token.objects.seen_by(user).aggregate(
        every=Count("pk"),
        mine=Count("pk", mine),
        pipelines=Count("pk", Q(kind=Token.Kind.PIPELINE)),
        people=Count("pk", Q(kind=Token.Kind.PERSON)),
        ends_soon=Count("pk", standing("ends_soon", at=at)),
        ended=Count("pk", ended),
    )
    return Figures(**found)


def refusals(user: User) -> QuerySet[TokenRefusal]:
    """Return what was refused of the tokens that this person may see; of unknown ones to who issues them."""
    found = TokenRefusal.objects.select_related("token")
    if user.has_perm("governance.issue_token"):
        return found
    return found.filter(token__in=Token.objects.of(user))


def refused(user: User, *, at: datetime, token: Token | None = None) -> list[Refused]:
    """Sum up what was refused within a day by token and reason, most first. One query."""
    rows = refusals(user).filter(hour__gte=at - REFUSED_WITHIN)
    if token is not None:
        rows = rows.filter(token=token)
    by_reason = rows.order_by().values("token", "token__name", "reason")
    summed = by_reason.annotate(requests=Sum("count")).order_by("-requests", "token", "reason")
    return [
        Refused(
            row["token"],
            row["token__name"] or "",
            row["reason"],
            row["requests"],
        )
        for row in summed
    ]


def ending_for(user: User, *, at: datetime) -> list[Token]:
    """Return the tokens that end within 14 days and that this person answers for, the first to end first.

    A pipeline's that nobody active is responsible for is told to all who issue them. What was renewed is
    told to nobody.
    """
    ending = Token.objects.in_state(Token.State.ENDS_SOON, at=at)
    return list(ending.filter(_told(user)).order_by("expires_at", "pk"))


def ending_very_soon(user: User, *, at: datetime) -> QuerySet[Token]:
    """Return those of `ending_for` that end within three days."""
    ends = {"expires_at__gt": at, "expires_at__lte": at + Token.VERY_SOON}
    return Token.objects.filter(_told(user), revoked_at=None, **ends)


def _told(user: User) -> Q:
    own = Q(kind=Token.Kind.PERSON, account=user.pk) | Q(responsible=user.pk)
    if user.has_perm("governance.issue_token"):
        nobodys = Q(responsible=None) | Q(responsible__is_active=False)
        own |= Q(kind=Token.Kind.PIPELINE) & nobodys
    return own & Q(renewed_by=None)


def issuers() -> QuerySet[User]:
    """Return the active people who may issue tokens for pipelines, and be responsible for them."""
    backend = "django.contrib.auth.backends.ModelBackend"
    found: QuerySet[User] = User.objects.with_perm("governance.issue_token", backend=backend)
    return found.order_by("last_name", "first_name", "username")


def _found(secret: str) -> Token | None:
    """Read a token with its account and the rights of that, past the ORM: writing its statement anew took a quarter of a short request."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDER, [digest_of(secret)])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, rights = row
    alias = connection.alias
    token = Token.from_db(alias, OF_TOKEN, values[: len(OF_TOKEN)])
    token.account = User.from_db(alias, OF_ACCOUNT, values[len(OF_TOKEN) :])
    people.know_rights(token.account, rights)
    return token


def _refused(reason: TokenRefusal.Reason, token: Token | None = None) -> TokenRefused:
    return TokenRefused(
        SENTENCES[reason],
        what_to_do="Make another one at /tokens/.",
        status=401,
        reason=reason.value,
        token=token,
    )
