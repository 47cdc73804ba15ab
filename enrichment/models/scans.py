"""Audits of ingest code against the registry: each scan, and what it found."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from outreach_admin.db.jsonfields import JSONField
from outreach_admin.db.limits import DOCUMENT, PROSE, Limits, condition
from outreach_admin.db.rules import Documents

# what an entry mends
REGISTRABLE = ("unregistered", "further_writer")
# what pages read of JSON that plain SQL may write as well: {0} is the column
EACH = "jsonb_path_query_array({{0}}, 'strict $[*] ? ({})', '{{{{}}}}', true) = {{0}}"
NUMBERS = """NOT jsonb_path_exists({0}, 'strict $.* ? (
    @.type() != "number" || @ != @.floor() || @ < 0 || @ > 2147483647)', '{{}}', true)"""
WAIVERS = EACH.format(
    """@.expires.datetime("YYYY-MM-DD").type() == "date"
    && @.expires like_regex "^[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]$"
    && !(@.expires starts with "0000")
    && !exists(@.* ? (@.type() != "string"))"""
)
WRITES = EACH.format(
    """@.layer.type() == "string" && @.table.type() == "string" && @.keys.type() == "array"
    && !exists(@.keys[*] ? (@.type() != "string"))"""
)


class Scan(models.Model):
    """One reading of a tree of ingest code."""

    never_deleted = True
    limits = Limits(rules={"waivers": Documents(DOCUMENT, "array")})

    tree = models.TextField(help_text="The folder that was read: its whole path.")
    commit = models.TextField(blank=True, default="")
    summary = JSONField(help_text="Figures by kind, as the command prints them.")
    waivers = JSONField(default=list, blank=True, help_text="The file of waivers, as it was read.")
    is_green = models.BooleanField()
    seconds = models.FloatField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    scanned_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=condition("summary", NUMBERS),
                name="scan_summary_has_numbers",
            ),
            models.CheckConstraint(
                condition=condition("waivers", WAIVERS),
                name="scan_waivers_end",
            ),
        ]
        permissions = [("run_scan", "Can scan ingest code")]

    def __str__(self) -> str:
        return f"{self.tree} {self.scanned_at:%Y-%m-%d %H:%M}"


class Finding(models.Model):
    """One difference between the code and the registry."""

    append_only = True
    # it lists functions and tables, and a bulk one may have many
    limits = Limits(
        {"waived_because": PROSE, "found": PROSE, "expected": PROSE},
        rules={"writes": Documents(DOCUMENT, "array")},
    )

    scan = models.ForeignKey(Scan, models.PROTECT, related_name="findings")
    kind = models.TextField()
    file = models.TextField(blank=True, default="")
    line = models.PositiveIntegerField(null=True, blank=True)
    function = models.TextField(blank=True, default="")
    slug = models.TextField(blank=True, default="")
    slug_from = models.TextField(blank=True, default="", help_text="How the code comes to it.")
    key_type = models.TextField(blank=True, default="", help_text="By the names of its keys.")
    expected = models.TextField(blank=True, default="")
    found = models.TextField(blank=True, default="")
    writes = JSONField(
        default=list, help_text='Tables: [{"layer": "raw", "table": "raw.x", "keys": []}].'
    )
    waived_because = models.TextField(blank=True, default="")
    waived_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "file", "line", "id"]
        constraints = [
            models.CheckConstraint(
                condition=condition("writes", WRITES),
                name="finding_writes_name_tables",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.function or self.slug}"

    @property
    def can_register(self) -> bool:
        """Whether an entry made of it would end it."""
        return self.kind in REGISTRABLE and bool(self.slug)
