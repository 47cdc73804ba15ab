"""A token: whose it is, what it may, until when."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.db.models.lookups import Exact, LessThanOrEqual

from governance.declarations.history import History
from outreach_admin.db.limits import Limits, condition

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MOST_DAYS = 365
A_DAY = timedelta(days=1)
DIGEST_BYTES = 32
SHORT_SHAPE = "^oo_(u|pl)_[0-9A-Za-z]{4}$"
REVOKED = "CASE WHEN {row}.revoked_at IS NULL THEN 'ACTIVE' ELSE 'REVOKED' END"
REVOKES = (
    "CASE WHEN {old}.revoked_at IS NULL AND {new}.revoked_at IS NOT NULL "
    "THEN 'REVOKE' ELSE 'UPDATE' END"
)
EACH_IS_A_NETWORK = "{0}::cidr[] IS NOT NULL"


class TokenQuerySet(models.QuerySet["Token"]):
    """Reads of tokens."""

    def with_people(self) -> "TokenQuerySet":
        return self.select_related(
            "account",
            "responsible",
            "created_by",
            "revoked_by",
            "renews",
            "renewed_by",
        )

    def seen_by(self, user: Any) -> "TokenQuerySet":
        """Those of this person, and all where he may issue them for pipelines."""
        if user.has_perm("governance.issue_token"):
            return self.all()
        return self.of(user)

    def of(self, user: Any) -> "TokenQuerySet":
        """Those that are this person's, or that he is responsible for."""
        return self.filter(Q(account=user.pk) | Q(responsible=user.pk))

    def in_state(self, *states: str, at: datetime) -> "TokenQuerySet":
        """Those that stand so at that moment."""
        wanted = Q(pk__in=[])
        for state in states:
            wanted |= standing(state, at=at)
        return self.filter(wanted)


class Token(models.Model):
    """What a program shows instead of a password; only the digest of it is kept, and its first letters.

    When it was last used is no change: it raises no version and leaves no event.
    """

    versioned = True
    never_deleted = True
    history = History(
        "'token'",
        state=REVOKED,
        outside_action=REVOKES,
        keeps_rows_always=True,
    )
    limits = Limits({"digest": DIGEST_BYTES})

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        PIPELINE = "pipeline", "Pipeline"

    class Scope(models.TextChoices):
        READ = "read", "Read"
        TRIAGE = "triage", "Triage"
        APPROVE = "approve", "Approve"
        PIPELINE = "pipeline", "Pipeline"
        CHECKS = "checks", "Checks"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        ENDS_SOON = "ends_soon", "Ends soon"
        EXPIRED = "expired", "Expired"
        REVOKED = "revoked", "Revoked"

    SOON = timedelta(days=14)
    VERY_SOON = timedelta(days=3)
    ENDED = (State.EXPIRED, State.REVOKED)

    name = models.TextField()
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="tokens",
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is told that a pipeline's token ends; all who issue them where nobody is.",
    )
    kind = models.TextField(choices=Kind.choices)
    scopes = ArrayField(models.TextField(choices=Scope.choices))
    prefix = models.TextField(help_text="The first letters of the secret.")
    digest = models.BinaryField(unique=True, help_text="SHA-256 of the secret.")
    networks = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text="Where it may be used from; empty: from anywhere.",
    )
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Nobody: it was made on the command line.",
    )
    form_key = models.UUIDField(
        null=True,
        unique=True,
        help_text="Of the form it was made by, which makes no second one.",
    )
    renews = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        help_text="The token in whose place it was made.",
    )
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    last_used_from = models.TextField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    version = models.PositiveIntegerField(db_default=1)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        permissions = [("issue_token", "Can issue tokens for pipelines and see all")]
        indexes = [models.Index(fields=["expires_at"], name="token_expires")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["person", "pipeline"]),
                name="token_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    scopes__contained_by=["read", "triage", "approve", "pipeline", "checks"]
                ),
                name="token_scopes_known",
            ),
            models.CheckConstraint(
                condition=~Q(scopes=[]),
                name="token_scopes_present",
            ),
            models.CheckConstraint(
                condition=Q(kind="person") | ~Q(scopes__contains=["approve"]),
                name="token_approve_is_for_people",
            ),
            models.CheckConstraint(
                condition=Q(kind="pipeline") | Q(responsible__isnull=True),
                name="token_of_a_person_has_no_other",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_facts_paired",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="token_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    F("expires_at") - F("created_at"),
                    timedelta(days=MOST_DAYS),
                ),
                name="token_ends_within_a_year",
            ),
            models.CheckConstraint(
                condition=Q(prefix__regex=SHORT_SHAPE),
                name="token_prefix_shape",
            ),
            models.CheckConstraint(
                condition=Exact(
                    models.Func(
                        "digest",
                        function="octet_length",
                        output_field=models.IntegerField(),
                    ),
                    DIGEST_BYTES,
                ),
                name="token_digest_of_32_bytes",
            ),
            models.CheckConstraint(
                condition=condition("networks", EACH_IS_A_NETWORK),
                name="token_networks_are_networks",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_pipeline(self) -> bool:
        return self.kind == self.Kind.PIPELINE

    @property
    def told(self) -> "User | None":
        """Who answers for it: its person, or who is responsible for the pipeline's."""
        return self.responsible if self.is_of_pipeline else self.account

    @property
    def life(self) -> timedelta:
        """How many days it was made for."""
        return timedelta(days=max(1, round((self.expires_at - self.created_at) / A_DAY)))

    @property
    def successor(self) -> "Token | None":
        """What was made in its place; None where it was not renewed."""
        return getattr(self, "renewed_by", None)

    def allows(self, scope: str) -> bool:
        """Whether it was made for that; every token reads. What its account may is another question."""
        return scope == self.Scope.READ or scope in self.scopes

    def state_at(self, at: datetime) -> "Token.State":
        """Say how it stands."""
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at <= at:
            return self.State.EXPIRED
        if self.expires_at <= at + self.SOON:
            return self.State.ENDS_SOON
        return self.State.ACTIVE


def standing(state: str, *, at: datetime) -> Q:
    """Write what `Token.state_at` says as a condition of rows."""
    soon = at + Token.SOON
    revoked = Q(revoked_at__isnull=False)
    return {
        Token.State.REVOKED: revoked,
        Token.State.EXPIRED: ~revoked & Q(expires_at__lte=at),
        Token.State.ENDS_SOON: ~revoked & Q(expires_at__gt=at, expires_at__lte=soon),
        Token.State.ACTIVE: ~revoked & Q(expires_at__gt=soon),
    }[Token.State(state)]
