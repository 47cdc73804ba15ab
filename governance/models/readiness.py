"""One row per outreach id: what is done, what blocks, which tier follows.

Beside it, what clearing groups of errors would change, counted ahead.
"""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.expressions import RawSQL

from governance.declarations.counted import Counted
from governance.declarations.history import RowHistory
from governance.models.hubs import ANCHOR, DOL, EXECUTION, GATES, PEOPLE, Outreach
from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import Limits


class Tier(models.TextChoices):
    """How far a company is; first match from the highest."""

    NOT_READY = "NOT_READY", "Not ready"
    ANCHOR_DONE = "TIER_0_ANCHOR_DONE", "Tier 0, anchor done"
    MARKETING_READY = "TIER_1_MARKETING_READY", "Tier 1, marketing ready"
    ENRICHMENT_COMPLETE = "TIER_2_ENRICHMENT_COMPLETE", "Tier 2, enrichment complete"
    CAMPAIGN_READY = "TIER_3_CAMPAIGN_READY", "Tier 3, campaign ready"


class Reason(models.TextChoices):
    """What a company lacks at its bottleneck, empty where it lacks nothing."""

    CT_MISSING = "CT_MISSING", "no company target"
    CT_PENDING = "CT_PENDING", "company target pending"
    CT_FAILED = "CT_FAILED", "company target failed"
    CT_BLOCKED = "CT_BLOCKED", "company target blocked"
    CT_INCOMPLETE = "CT_INCOMPLETE", "company target ready without all its facts"
    CT_ERROR = "CT_ERROR", "company target held by an error"
    DOL_MISSING = "DOL_MISSING", "no filing"
    DOL_ERROR = "DOL_ERROR", "filing held by an error"
    PEOPLE_MISSING = "PEOPLE_MISSING", "too few slots filled"
    PEOPLE_ERROR = "PEOPLE_ERROR", "people held by an error"
    VIOLATION = "VIOLATION", "held by a violation of the tool canon"


# raised whenever tier, promotable or reason come to mean something else; each policy of readiness raises the mark
# of snapshots once more: figures of two marks are never compared
DEFINITION = 1
MOST_SLOTS = 20

CT_DONE = Q(ct_done_rows__gt=0)
DOL_DONE = Q(dol_done_rows__gt=0)
PEOPLE_DONE = Q(filled_slots__gte=F("required_slots"))
BLOG_DONE = Q(blog_rows__gt=0)
BIT_DONE = Q(bit_done_rows__gt=0)
# what companies are counted by, with every statement: facets, charts and snapshots of the day follow from this tuple
STANDING = (
    "tier",
    "promotable",
    "reason",
    "bottleneck",
    "ct_status",
    "ct_done",
    "dol_done",
    "people_done",
    "blog_done",
    "bit_done",
    "ct_blocked",
    "dol_blocked",
    "people_blocked",
    "state",
    "tld",
)
# of the United States, with the federal district and the territories, as letters are addressed
STATES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD "
    "MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC "
    "SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR VI"
).split()
# what every other text counts as: files bring whatever somebody wrote, and each would be a combination of its own
OTHER_STATE = "other"
# one error less at the gate of a hub
CLEARED = [f"(governance.gate_of(%s) = '{gate}')::int" for gate in GATES]
OPENS_HUBS = f"governance.opens_hubs(governance_readiness, {CLEARED[0]})"
OPENS_PROMOTION = f"governance.opens_promotion(governance_readiness, {', '.join(CLEARED)})"
DUE = "SELECT unnest(ids) FROM governance.readiness_due"
UNBLOCKED = Q(ct_blocking=0, dol_blocking=0, people_blocking=0)
UNVIOLATED = Q(ct_violations=0, dol_violations=0, people_violations=0, other_violations=0)
# open violations of the tool canon hold a hub as blocking errors do
CT_BLOCKED = Q(ct_blocking__gt=0) | Q(ct_violations__gt=0)
DOL_BLOCKED = Q(dol_blocking__gt=0) | Q(dol_violations__gt=0)
PEOPLE_BLOCKED = Q(people_blocking__gt=0) | Q(people_violations__gt=0)


def standing_key() -> Func:
    """Return the number of how a company stands: one for each combination of what companies are counted by.

    Different combinations may share a number (once in 2^64): whoever looks rows up by it filters by the values as well.
    Indexes use the function, so its text stands in the migration that makes them.
    """
    return Func(
        *STANDING,
        function="governance.standing_key",
        output_field=models.BigIntegerField(),
    )


def flag(condition: Q) -> Any:
    """Return a stored boolean column that follows from the row's own counts."""
    return models.GeneratedField(
        expression=Case(When(condition, then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )


class ReadinessQuerySet(models.QuerySet["Readiness"]):
    """Reads of readiness."""

    def promotable(self) -> "ReadinessQuerySet":
        """Those that may go on to Outreach now; who waits to be counted anew may not."""
        due = RawSQL(DUE, [])  # noqa: S611 - our own text
        return self.filter(promotable=True).exclude(pk__in=due)

    def without_error_of(self, hub_id: str | None) -> "ReadinessQuerySet":
        """With `opens_hubs`, `opens_promotion`: what one blocking error less of that hub opens."""
        return self.annotate(
            opens_hubs=RawSQL(OPENS_HUBS, [hub_id]),  # noqa: S611 - our own text
            opens_promotion=RawSQL(OPENS_PROMOTION, [hub_id] * 3),  # noqa: S611 - our own text
        )


class Readiness(models.Model):
    """Counts kept by trigger from the hub tables and the live errors; flags and tier follow from them.

    Source: seed 'Enforcement Implementation Summary' 1.4; `check_readiness` proves the counts.
    """

    kept_by_triggers = True
    limits = Limits(derived="triggers fill it from hub tables, which have limits")
    counted = Counted(STANDING, into="ReadinessCount", guarded=True)

    # a trigger deletes it with its company
    outreach = models.OneToOneField(
        Outreach, models.DO_NOTHING, primary_key=True, related_name="readiness"
    )
    domain = models.TextField(db_default="")
    company_name = models.TextField(db_default="")
    address_state = models.TextField(db_default="")
    ct_status = models.TextField(null=True)
    ct_done_rows = models.IntegerField(db_default=0)
    ct_marketing_rows = models.IntegerField(db_default=0)
    dol_done_rows = models.IntegerField(db_default=0)
    filled_slots = models.IntegerField(db_default=0)
    required_slots = models.IntegerField(db_default=3)
    blog_rows = models.IntegerField(db_default=0)
    bit_done_rows = models.IntegerField(db_default=0)
    verified_people = models.IntegerField(db_default=0)
    open_errors = models.IntegerField(db_default=0)
    ct_blocking = models.IntegerField(db_default=0)
    dol_blocking = models.IntegerField(db_default=0)
    people_blocking = models.IntegerField(db_default=0)
    other_blocking = models.IntegerField(db_default=0)
    # violations of hubs that gate nothing hold back promotion to Outreach too
    ct_violations = models.IntegerField(db_default=0)
    dol_violations = models.IntegerField(db_default=0)
    people_violations = models.IntegerField(db_default=0)
    other_violations = models.IntegerField(db_default=0)
    ct_done = flag(CT_DONE)
    dol_done = flag(DOL_DONE)
    people_done = flag(PEOPLE_DONE)
    blog_done = flag(BLOG_DONE)
    bit_done = flag(BIT_DONE)
    ct_blocked = flag(CT_BLOCKED)
    dol_blocked = flag(DOL_BLOCKED)
    people_blocked = flag(PEOPLE_BLOCKED)
    # the last label of the domain
    tld = models.GeneratedField(
        expression=Func("domain", Value("^([^.]*$|.*\\.)"), Value(""), function="regexp_replace"),
        output_field=models.TextField(),
        db_persist=True,
    )
    # what companies are counted by; the text itself stays in address_state
    state = models.GeneratedField(
        expression=Case(
            When(address_state__in=["", *STATES], then=F("address_state")),
            default=Value(OTHER_STATE),
            output_field=models.TextField(),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    promotable = flag(CT_DONE & DOL_DONE & PEOPLE_DONE & UNBLOCKED & UNVIOLATED)
    tier = models.GeneratedField(
        expression=Case(
            When(
                CT_DONE & PEOPLE_DONE & Q(verified_people__gt=0),
                then=Value(Tier.CAMPAIGN_READY.value),
            ),
            When(
                CT_DONE & BLOG_DONE & DOL_DONE & BIT_DONE,
                then=Value(Tier.ENRICHMENT_COMPLETE.value),
            ),
            When(ct_marketing_rows__gt=0, then=Value(Tier.MARKETING_READY.value)),
            When(CT_DONE, then=Value(Tier.ANCHOR_DONE.value)),
            default=Value(Tier.NOT_READY.value),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    bottleneck = models.GeneratedField(
        expression=Case(
            When(~CT_DONE | CT_BLOCKED, then=Value(ANCHOR)),
            When(~DOL_DONE | DOL_BLOCKED, then=Value(DOL)),
            When(~PEOPLE_DONE | PEOPLE_BLOCKED, then=Value(PEOPLE)),
            When(other_violations__gt=0, then=Value(EXECUTION)),
            default=Value(""),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    reason = models.GeneratedField(
        expression=Case(
            When(~CT_DONE & Q(ct_status="pending"), then=Value(Reason.CT_PENDING.value)),
            When(~CT_DONE & Q(ct_status="failed"), then=Value(Reason.CT_FAILED.value)),
            When(~CT_DONE & Q(ct_status="blocked"), then=Value(Reason.CT_BLOCKED.value)),
            When(~CT_DONE & Q(ct_status="ready"), then=Value(Reason.CT_INCOMPLETE.value)),
            When(~CT_DONE, then=Value(Reason.CT_MISSING.value)),
            When(ct_blocking__gt=0, then=Value(Reason.CT_ERROR.value)),
            When(ct_violations__gt=0, then=Value(Reason.VIOLATION.value)),
            When(~DOL_DONE, then=Value(Reason.DOL_MISSING.value)),
            When(dol_blocking__gt=0, then=Value(Reason.DOL_ERROR.value)),
            When(dol_violations__gt=0, then=Value(Reason.VIOLATION.value)),
            When(~PEOPLE_DONE, then=Value(Reason.PEOPLE_MISSING.value)),
            When(people_blocking__gt=0, then=Value(Reason.PEOPLE_ERROR.value)),
            When(people_violations__gt=0, then=Value(Reason.VIOLATION.value)),
            When(other_violations__gt=0, then=Value(Reason.VIOLATION.value)),
            default=Value(""),
        ),
        output_field=models.TextField(choices=Reason.choices),
        db_persist=True,
    )

    # of without_error_of()
    opens_hubs: bool
    opens_promotion: bool

    objects = ReadinessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "readiness"
        indexes = [
            models.Index(fields=["tier", "outreach"], name="readiness_tier"),
            models.Index(
                fields=["address_state"],
                condition=Q(state=OTHER_STATE),
                name="readiness_other_state",
            ),
            models.Index(fields=["company_name", "outreach"], name="readiness_name"),
            models.Index(fields=["domain", "outreach"], name="readiness_domain"),
            models.Index(fields=["open_errors", "outreach"], name="readiness_errors"),
            models.Index(
                standing_key(),
                "open_errors",
                "outreach",
                name="readiness_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.tier}"

    @property
    def name(self) -> str:
        """What the company is called, by its domain or id where it has no name."""
        return self.company_name or self.domain or str(self.outreach_id)


class ReadinessCount(models.Model):
    """Changes of how many companies stand alike; the sum over a filter is its exact count."""

    kept_by_triggers = True
    limits = Limits(derived="counted from readiness, which triggers fill")

    id = models.BigAutoField(primary_key=True)
    tier = models.TextField()
    promotable = models.BooleanField()
    reason = models.TextField()
    bottleneck = models.TextField()
    ct_status = models.TextField(null=True)
    ct_done = models.BooleanField()
    dol_done = models.BooleanField()
    people_done = models.BooleanField()
    blog_done = models.BooleanField()
    bit_done = models.BooleanField()
    ct_blocked = models.BooleanField()
    dol_blocked = models.BooleanField()
    people_blocked = models.BooleanField()
    state = models.TextField()
    tld = models.TextField()
    rows = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.rows} {self.tier} {self.reason}"


class ReadinessPolicy(models.Model):
    """How many slots a company must have filled, from `at` on: the latest row holds, 3 slots where there is none.

    A trigger counts every company anew; figures before and after a row are never compared.
    """

    append_only = True
    history = RowHistory("id")

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Func(function="clock_timestamp"), editable=False)
    required_slots = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(MOST_SLOTS)],
        help_text="Slots that a company must have filled for People to be done.",
    )
    reason = models.TextField(help_text="Why, for whoever reads the trends.")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "readiness policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(required_slots__range=(1, MOST_SLOTS)),
                name="slots_that_can_be_filled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.required_slots} filled slots from {self.at:%Y-%m-%d} on"


class GroupEffects(models.Model):
    """What clearing each large group of one way of grouping would do, as the worker counted it."""

    limits = Limits(derived="a worker counts it from errors, which have limits")

    grouping = models.TextField(primary_key=True)
    counted_at = models.DateTimeField()
    stamp = models.BigIntegerField(null=True)
    effects = JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.grouping} at {self.counted_at}"
