"""The spine and one model per hub table; every row hangs on an outreach id."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Length, Now, Upper
from django.db.models.lookups import Exact

from governance.declarations.history import History, RowHistory
from governance.declarations.words import Words
from outreach_admin.db.declarations import AfterStatements
from outreach_admin.db.limits import LONG, PROSE, Limits

ANCHOR, DOL, PEOPLE = "HUB-COMPANY-TARGET", "HUB-DOL", "HUB-PEOPLE"
# what companies are promoted to: it gates nothing, and what holds it holds nothing else
EXECUTION = "HUB-OUTREACH"
# the hubs that gate promotion, the anchor first, by the prefix of their columns in readiness;
# in SQL it is governance.gate_of() that tells them
GATES = {"ct": ANCHOR, "dol": DOL, "people": PEOPLE}


def readiness_of(column: str, condition: str) -> AfterStatements:
    """Keep a column of readiness equal to the number of rows that satisfy an SQL condition."""
    return AfterStatements("f_readiness", "governance.readiness_rows", (column, condition))


def domain_in_ascii(name: str) -> models.CheckConstraint:
    """Refuse names beyond ASCII: console and files convert them, the database cannot."""
    size = models.Func("domain", function="octet_length", output_field=models.IntegerField())
    return models.CheckConstraint(
        condition=Exact(size, Length("domain")),
        name=name,
        violation_error_message="A domain is written in ASCII (punycode).",
    )


def own_id() -> models.UUIDField:
    """Declare a key that the database draws too, for rows that plain SQL brings without one."""
    return models.UUIDField(primary_key=True, default=uuid.uuid4, db_default=RandomUUID())


# what no list of errors says of a company, so that it need not be read
NOT_LISTED = (
    "outreach__sovereign_id",
    "outreach__ein",
    "outreach__version",
    "outreach__created_at",
    "outreach__updated_at",
    "outreach__company__version",
    "outreach__company__domain",
    "outreach__company__email_pattern",
    "outreach__company__address_state",
    "outreach__company__source_system",
)


class Hub(models.Model):
    """One stage of the funnel, in waterfall order."""

    history = RowHistory("id")
    words = Words(("id", "name", "doctrine_id", "team"))

    id = models.TextField(primary_key=True)
    name = models.TextField()
    position = models.PositiveSmallIntegerField(unique=True)
    doctrine_id = models.TextField()
    gates_completion = models.BooleanField()
    team = models.TextField(help_text="Owner of this hub's parked errors.")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class HubRow(models.Model):
    """A row of a hub table: every change raises its version and leaves an event with the row before and after."""

    versioned = True
    never_emptied = True

    version = models.PositiveIntegerField(db_default=1)

    class Meta:
        abstract = True


def recorded(table: str, state: str = "NULL") -> History:
    """Declare the history of a hub table; `state` is an SQL expression over a row, written {row}."""
    return History(f"'{table}'", state=state, keeps_rows_always=True)


def done_if(condition: str) -> str:
    """Write the state of a row that counts as done, or says nothing."""
    return f"CASE WHEN {condition} THEN 'done' END"


class Outreach(HubRow):
    """The spine. The sovereign id is never shown or exported."""

    history = recorded("outreach.outreach")
    words = Words(("ein",), domains=("domain",))

    outreach_id = own_id()
    sovereign_id = models.UUIDField()
    domain = models.TextField(blank=True, db_default="")
    ein = models.TextField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "outreach ids"
        constraints = [domain_in_ascii("outreach_domain_ascii")]
        indexes = [
            models.Index(fields=["domain"], name="outreach_domain"),
            # as the list of companies searches it; readiness would write it anew with every change
            GinIndex(OpClass(Upper("domain"), name="gin_trgm_ops"), name="outreach_domain_trgm"),
        ]

    def __str__(self) -> str:
        return self.domain or str(self.outreach_id)


class CompanyMaster(HubRow):
    """What is known of a company under its own id; missing data here is a gap, not an error."""

    history = recorded("company.company_master")
    readiness_kept = AfterStatements("f_readiness", "governance.readiness_master")
    words = Words(
        ("company_unique_id", "company_name", "email_pattern", "address_state", "source_system"),
        domains=("domain",),
    )

    company_unique_id = models.TextField(primary_key=True)
    outreach = models.OneToOneField(
        Outreach, models.SET_NULL, null=True, blank=True, related_name="company"
    )
    company_name = models.TextField()
    domain = models.TextField(null=True, blank=True)
    email_pattern = models.TextField(null=True, blank=True)
    address_state = models.TextField(null=True, blank=True)
    source_system = models.TextField(null=True, blank=True)

    class Meta:
        constraints = [domain_in_ascii("company_domain_ascii")]
        indexes = [
            models.Index(fields=["company_name"], name="company_name"),
            # as LIKE and ILIKE of the search box ask for it
            GinIndex(OpClass(Upper("company_name"), name="gin_trgm_ops"), name="company_name_trgm"),
            models.Index(fields=["domain"], name="company_domain"),
        ]

    def __str__(self) -> str:
        return self.company_name


class CompanyTarget(HubRow):
    """The anchor hub: how mail reaches a company."""

    history = recorded("outreach.company_target", "{row}.execution_status")
    readiness_kept = AfterStatements("f_readiness", "governance.readiness_target")
    words = Words(("company_unique_id", "email_method", "method_type"))

    class Status(models.TextChoices):
        PENDING = "pending"
        READY = "ready"
        FAILED = "failed"
        BLOCKED = "blocked"

    target_id = own_id()
    outreach = models.OneToOneField(Outreach, models.CASCADE, related_name="target")
    company_unique_id = models.TextField(null=True, blank=True)
    email_method = models.TextField(null=True, blank=True)
    method_type = models.TextField(null=True, blank=True)
    confidence_score = models.DecimalField(
        max_digits=5,
        decimal_places=4,
        null=True,
        blank=True,
    )
    execution_status = models.TextField(
        choices=Status.choices, default=Status.PENDING, db_default=Status.PENDING
    )
    imo_completed_at = models.DateTimeField(null=True, blank=True)
    is_catchall = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confidence_score__isnull=True)
                | models.Q(confidence_score__range=(0, 1)),
                name="confidence_within_0_1",
            ),
            models.CheckConstraint(
                condition=models.Q(execution_status__in=["pending", "ready", "failed", "blocked"]),
                name="execution_status_known",
            ),
        ]
        indexes = [models.Index(fields=["execution_status"], name="target_status")]

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.execution_status}"


class DolFiling(HubRow):
    """A Form 5500 filing; several rows per outreach id are normal."""

    history = recorded(
        "outreach.dol", done_if("governance.dol_is_done({row}.ein, {row}.filing_present)")
    )
    readiness_kept = readiness_of("dol_done_rows", "governance.dol_is_done(ein, filing_present)")
    words = Words(("ein", "funding_type", "broker_or_advisor", "carrier"))

    dol_id = own_id()
    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="filings")
    ein = models.TextField(null=True, blank=True)
    filing_present = models.BooleanField(null=True, blank=True)
    funding_type = models.TextField(null=True, blank=True)
    broker_or_advisor = models.TextField(null=True, blank=True)
    carrier = models.TextField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.ein or 'no EIN'}"


class BlogContent(HubRow):
    """What the blog hub read about a company."""

    history = recorded("outreach.blog")
    readiness_kept = readiness_of("blog_rows", "true")
    words = Words(("source_type", "source_url"))

    limits = Limits({"context_summary": LONG, "source_url": PROSE})

    blog_id = own_id()
    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="blogs")
    context_summary = models.TextField(null=True, blank=True)
    source_type = models.TextField(null=True, blank=True)
    source_url = models.TextField(null=True, blank=True)
    context_timestamp = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.source_type or ''}"


class BitScore(HubRow):
    """Buyer intent of a company."""

    history = recorded(
        "outreach.bit_scores", done_if("governance.bit_is_done({row}.score, {row}.signal_count)")
    )
    readiness_kept = readiness_of("bit_done_rows", "governance.bit_is_done(score, signal_count)")
    words = Words(("score_tier",))

    outreach = models.OneToOneField(
        Outreach, models.CASCADE, primary_key=True, related_name="bit_score"
    )
    score = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
    )
    score_tier = models.TextField(null=True, blank=True)
    signal_count = models.PositiveIntegerField(default=0, db_default=0)
    people_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    dol_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    blog_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    talent_flow_score = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.score}"


class Person(HubRow):
    """Somebody at a company who can be written to."""

    history = recorded("outreach.people", "{row}.contact_status")
    readiness_kept = readiness_of("verified_people", "email_verified")
    words = Words(("email", "contact_status", "slot_type"))

    person_id = own_id()
    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="people")
    email = models.TextField(null=True, blank=True)
    email_verified = models.BooleanField(default=False, db_default=False)
    contact_status = models.TextField(default="active", db_default="active")
    slot_type = models.TextField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email or str(self.person_id)


class CompanySlot(HubRow):
    """A seat at a company (CEO, CFO, HR) that a person fills."""

    history = recorded(
        "people.company_slot", "CASE WHEN {row}.is_filled THEN 'filled' ELSE 'empty' END"
    )
    readiness_kept = readiness_of("filled_slots", "is_filled")
    words = Words(("slot_type", "person_unique_id"))

    slot_id = own_id()
    outreach = models.ForeignKey(Outreach, models.CASCADE, related_name="slots")
    slot_type = models.TextField()
    is_filled = models.BooleanField(default=False, db_default=False)
    person_unique_id = models.TextField(null=True, blank=True)
    confidence_score = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outreach", "slot_type"], name="one_slot_of_a_type")
        ]

    def __str__(self) -> str:
        return f"{self.outreach_id} {self.slot_type}"
