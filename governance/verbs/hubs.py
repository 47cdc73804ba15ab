"""Bringing rows of hub tables in."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from governance import subjects
from governance.verbs import registry
from governance.verbs.imports import Import

# kept by the database; an export has them, an import passes them over
KEPT = ("version", "updated_at")
SHARE = (0, 1)


class ImportRows(Import):
    """Bring in rows of one hub table: new ones are made, those that are there take what the file says.

    `table` is its name in SQL. `told_by` are columns that tell a row apart as its key does, `fixed`
    those that only a new row takes, `hidden` those that are shown nowhere. `ranges` gives least and
    most of a number, `beside` names what the database keeps for each row and drops with it. `settled`
    are constraints that triggers make true, `own_flaws` what else can be wrong with a row: column,
    condition in SQL, sentence. Where `draws_keys`, a new row is given a number.
    """

    updates = True
    is_hub = True
    draws_keys = False
    settled: tuple[str, ...] = ()
    own_flaws: tuple[tuple[str, str, str], ...] = ()
    refusals = {Q(pk__isnull=False): "rows are imported from a file"}

    def __init__(
        self,
        subject: str,
        table: str,
        *,
        shows: str,
        told_by: tuple[str, ...] = (),
        fixed: tuple[str, ...] = (),
        hidden: tuple[str, ...] = (),
        ranges: Mapping[str, tuple[int, int]] | None = None,
        beside: tuple[str, ...] = (),
    ) -> None:
        self.subject = subject
        self.table = table
        self.shows = shows
        self.told_by = told_by
        self.fixed = fixed
        self.hidden = hidden
        self.ranges = ranges or {}
        self.beside = beside
        self.name = f"import_{subject}"
        self.nouns = subjects.named(subject).called(2)
        self.label = f"Import {self.nouns}"
        self.permission = f"governance.import_{self.model._meta.model_name}"

    @property
    def right(self) -> str:
        """Name the rows once."""
        return f"Can {self.label.lower()}"

    @property
    def fields(self) -> "list[models.Field[Any, Any]]":
        """The columns that a file may have, in the order of the table."""
        found = self.model._meta.concrete_fields
        return [field for field in found if field.column not in KEPT]

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of these columns."""
        return tuple(str(field.column) for field in self.fields)

    @property
    def stored_in(self) -> str:
        """The table in the database."""
        return self.model._meta.db_table

    @property
    def key_column(self) -> str:
        """The column of the key."""
        return str(self.model._meta.pk.column)

    @property
    def makes_keys(self) -> bool:
        """Whether a row may come without its key."""
        return self.draws_keys or self.model._meta.pk.has_default()

    @property
    def unique(self) -> list[tuple[str, ...]]:
        """The columns, beside the key, of which no two rows have the same."""
        alone = [
            (str(field.column),) for field in self.fields if field.unique and not field.primary_key
        ]
        column_of = {field.name: str(field.column) for field in self.fields}
        together = [
            tuple(column_of[name] for name in one.fields)
            for one in self.model._meta.constraints
            if isinstance(one, models.UniqueConstraint)
        ]
        return [*alone, *together]

    def title(self, rows: int, *, of: str = "") -> str:
        """Name the rows once."""
        return f"Import {rows:,} {subjects.named(self.subject).called(rows)}"


registry.register(
    ImportRows(
        "outreach",
        "outreach.outreach",
        shows="domain",
        fixed=("sovereign_id",),
        hidden=("sovereign_id",),
        beside=("governance_readiness",),
    ),
    ImportRows(
        "company_target",
        "outreach.company_target",
        shows="execution_status",
        told_by=("outreach_id",),
        ranges={"confidence_score": SHARE},
    ),
    ImportRows("dol", "outreach.dol", shows="ein"),
    ImportRows("blog", "outreach.blog", shows="source_type"),
    ImportRows("bit_scores", "outreach.bit_scores", shows="score"),
    ImportRows("people", "outreach.people", shows="contact_status"),
    ImportRows(
        "company_slot",
        "people.company_slot",
        shows="is_filled",
        told_by=("outreach_id", "slot_type"),
        ranges={"confidence_score": SHARE},
    ),
    ImportRows("company_master", "company.company_master", shows="domain"),
)
