"""The registry: one row a workflow, the tables it writes, the names it once had."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Now
from django.urls import reverse

from enrichment.models.entities import EntityType
from governance.declarations.history import History, RowHistory
from governance.declarations.words import Words
from outreach_admin.db.limits import DOCUMENT, PROSE, Limits

SLUG = r"^[a-z0-9][a-z0-9_-]*$"
# the seed's seven, who looks after it, when it was compared with the code
FIELDS = {
    "raw_table": "raw table",
    "extracted_table": "extracted table",
    "core_table": "core table",
    "key_column": "key column",
    "key_type": "key type",
    "intent": "coalesces",
    "owner": "owner",
    "verified_at": "verified",
}
# how the list groups entries: the first letters of `placed`, and a heading
GROUPS = (
    ("1 ", "Companies"),
    ("2 ", "People"),
    ("3 ", "Without a key type"),
    ("4 ", "Inactive"),
)
# schema.table; each part as PostgreSQL takes it between quotes
TABLE = r"^[^.\s]{1,63}\.[^.\s]{1,63}$"


def is_filled(name: str) -> Q:
    """Say when a field of an entry counts as filled."""
    given = (
        Q((f"{name}__isnull", False)) & ~Q((name, ""))
        if name != "verified_at"
        else Q(verified_at__isnull=False)
    )
    # nothing is missing where nothing shall reach core
    return given | Q(intent__in=["by_design_not", "legacy"]) if name == "core_table" else given


def complete() -> models.Expression:
    """Whether all fields of an entry are filled."""
    whole = Q()
    for name in FIELDS:
        whole &= is_filled(name)
    return Case(When(whole, then=Value(True)), default=Value(False))


def filled() -> models.Expression:
    """Count the filled fields of an entry; whether it is active is always said."""
    count: models.Expression = Value(1, models.SmallIntegerField())
    for name in FIELDS:
        one = Case(
            When(is_filled(name), then=Value(1)),
            default=Value(0),
            output_field=models.SmallIntegerField(),
        )
        count = count + one
    return count


def placed() -> models.Expression:
    """Put companies before people, those without a key type after them, inactive ones last."""
    rank = Case(
        When(is_active=False, then=Value(GROUPS[3][0])),
        When(key_type="company", then=Value(GROUPS[0][0])),
        When(key_type="person", then=Value(GROUPS[1][0])),
        default=Value(GROUPS[2][0]),
    )
    return Concat(rank, "workflow_name", output_field=models.TextField())


class Workflow(models.Model):
    """One enrichment workflow, by the columns of the seed and what registries carry beside them.

    The four flow columns repeat the primary flow of each layer; a trigger keeps both in step.
    Source: seed 'Data Cleanup TODO', phase 1.
    """

    class Intent(models.TextChoices):
        SHOULD = "should", "Should"
        BY_DESIGN_NOT = "by_design_not", "By design not"
        LEGACY = "legacy", "Legacy"

    class Platform(models.TextChoices):
        MODAL = "modal", "Modal"

    versioned = True
    history = History(
        "'enrichment.workflow'",
        state="CASE WHEN {row}.is_active THEN 'active' ELSE 'inactive' END",
        keeps_rows_always=True,
    )
    words = Words(
        (
            "workflow_name",
            "provider",
            "platform",
            "payload_type",
            "raw_table",
            "extracted_table",
            "core_table",
            "key_column",
            "owner",
            "source_file",
        )
    )
    limits = Limits({"description": PROSE, "all_tables": DOCUMENT, "other_names": DOCUMENT})

    workflow_name = models.TextField(unique=True, help_text="A stable slug; others are aliases.")
    provider = models.TextField(blank=True, default="", db_default="")
    platform = models.TextField(blank=True, default="", db_default="")
    payload_type = models.TextField(blank=True, default="", db_default="")
    description = models.TextField(blank=True, default="", db_default="")
    raw_table = models.TextField(null=True, blank=True)
    extracted_table = models.TextField(null=True, blank=True)
    core_table = models.TextField(
        null=True, blank=True, help_text="Empty: nothing brings it there."
    )
    key_column = models.TextField(null=True, blank=True)
    key_type = models.TextField(null=True, blank=True, choices=EntityType.choices)
    coalesces_to_core = models.BooleanField(db_default=False, default=False)
    intent = models.TextField(
        null=True,
        blank=True,
        choices=Intent.choices,
        help_text="Whether its records shall reach core; empty: nobody has said.",
    )
    is_active = models.BooleanField(db_default=True, default=True)
    owner = models.TextField(blank=True, default="", db_default="")
    source_file = models.TextField(blank=True, default="", db_default="")
    verified_at = models.DateTimeField(null=True, blank=True)
    fresh_days = models.PositiveIntegerField(
        default=30,
        db_default=30,
        help_text="Days in which an entity counts as already enriched.",
    )
    empty_fresh_days = models.PositiveIntegerField(
        default=1,
        db_default=1,
        help_text="The same for a run that found nothing.",
    )
    stale_minutes = models.PositiveIntegerField(
        default=15,
        db_default=15,
        help_text="Minutes without a heartbeat after which a run is stale.",
    )
    credits_per_run = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        default=0,
        db_default=0,
    )
    all_tables = models.TextField(
        default="[]",
        db_default="[]",
        help_text="Its data flows as JSON, as they last were written whole: who writes it writes them.",
    )
    other_names = models.TextField(
        default="[]",
        db_default="[]",
        help_text="Its aliases as JSON, as they last were written whole: who writes it writes them.",
    )
    filled = models.GeneratedField(
        expression=filled(),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        help_text="Of the nine fields of an entry.",
    )
    is_complete = models.GeneratedField(
        expression=complete(),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    placed = models.GeneratedField(
        expression=placed(),
        output_field=models.TextField(),
        db_persist=True,
        help_text="Orders the list: by group, then by name.",
    )
    version = models.PositiveIntegerField(db_default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["workflow_name"]
        permissions = [("export_workflow", "Can export workflows")]
        constraints = [
            models.CheckConstraint(
                condition=Q(workflow_name__regex=SLUG),
                name="workflow_name_is_a_slug",
                violation_error_message="A workflow's name has lower-case letters, digits, - and _.",
            ),
            models.CheckConstraint(
                condition=Q(key_type__isnull=True) | Q(key_type__in=EntityType.values),
                name="workflow_key_type_known",
            ),
            models.CheckConstraint(
                condition=Q(coalesces_to_core=Q(intent__isnull=False, intent="should")),
                name="workflow_intent_in_step",
            ),
            models.CheckConstraint(
                condition=~Q(raw_table=F("extracted_table"))
                & ~Q(raw_table=F("core_table"))
                & ~Q(extracted_table=F("core_table")),
                name="workflow_tables_differ",
                violation_error_message="A table is one of one layer: name it once.",
            ),
        ]

    FIELDS = len(FIELDS) + 1

    def __str__(self) -> str:
        return self.workflow_name

    def get_absolute_url(self) -> str:
        return reverse("enrichment:workflow-detail", args=[self.workflow_name])

    @property
    def state(self) -> str:
        """A word for whether it takes runs."""
        return "active" if self.is_active else "inactive"

    @property
    def group(self) -> str:
        """The heading that it stands under in the list."""
        return dict(GROUPS)[self.placed[:2]]

    @property
    def needs_no_core(self) -> bool:
        """Whether nothing shall reach core."""
        return self.intent in (self.Intent.BY_DESIGN_NOT, self.Intent.LEGACY)

    @property
    def missing(self) -> list[str]:
        """What the entry lacks."""
        return [
            label
            for name, label in FIELDS.items()
            if not getattr(self, name) and not (self.needs_no_core and name == "core_table")
        ]


class WorkflowAlias(models.Model):
    """A name that a workflow once had: whoever asks by it is answered."""

    history = RowHistory("alias")
    words = Words(("alias",))

    alias = models.TextField(unique=True)
    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="aliases")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["alias"]
        verbose_name_plural = "workflow aliases"
        constraints = [
            models.CheckConstraint(condition=Q(alias__regex=SLUG), name="alias_is_a_slug"),
        ]

    def __str__(self) -> str:
        return self.alias


class DataFlow(models.Model):
    """One table that a workflow writes, in one layer; the primary one is what the seed's column names."""

    class Layer(models.TextChoices):
        RAW = "raw", "Raw"
        EXTRACTED = "extracted", "Extracted"
        CORE = "core", "Core"
        REFERENCE = "reference", "Reference"

    history = RowHistory("id")
    words = Words(("table_name",))

    workflow = models.ForeignKey(Workflow, models.CASCADE, related_name="flows")
    layer = models.TextField(choices=Layer.choices)
    table_name = models.TextField(help_text="schema.table")
    key_columns = ArrayField(models.TextField(), default=list, blank=True)
    is_primary = models.BooleanField(default=False, db_default=False)
    position = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        ordering = ["workflow", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "table_name"],
                name="one_flow_of_a_table",
            ),
            models.UniqueConstraint(
                fields=["workflow", "layer"],
                condition=Q(is_primary=True),
                name="one_primary_flow_of_a_layer",
            ),
            models.CheckConstraint(
                condition=Q(layer__in=["raw", "extracted", "core", "reference"]),
                name="flow_layer_known",
            ),
        ]

    def __str__(self) -> str:
        return self.table_name
