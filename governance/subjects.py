"""What operations can act on: one declared object a subject. Apps register theirs in `ready()`.

Pages, filters and effects stand above this room, so they are named by dotted path and looked up
when they are used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.module_loading import import_string

from governance.models import (
    ArchivedError,
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    HubError,
    Outreach,
    Person,
    Readiness,
    ViolationCase,
)


@dataclass(frozen=True)
class Facts:
    """What a file of outcomes says of a row beside its outcome.

    `values` are SQL expressions, one a column; `joins` reach their tables from the item `i`.
    """

    columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    joins: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One kind of row. Its model has a `version` that rises with every change; one that no verb acts on needs none.

    `filterset`, `table` and `listing` make its list, `list_url` and `detail_url` are names of addresses,
    empty where there is none, `import_url` where files are uploaded that are none of a hub table. `effect` counts what a plan would do beyond its rows, `effect_rows`
    finds the rows behind one such figure, `conditions` is what a rule of a playbook may ask.
    `moves_to` names subjects that its rows can turn into. `says` fixes what a column reads on
    pages, whatever is stored. `related` are joined when rows are shown.
    """

    name: str
    model: type[models.Model]
    noun: str
    filterset: str
    nouns: str = ""
    absent: str = ""
    table: str = ""
    listing: str = "outreach_admin.lists.listings.Listing"
    list_url: str = ""
    detail_url: str = ""
    export: str = ""
    import_url: str = ""
    effect: str = ""
    effect_rows: str = ""
    conditions: str = ""
    facts: Facts = Facts()
    moves_to: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> models.QuerySet[Any]:
        """Every row there is."""
        return self.model._default_manager.all()

    @property
    def key(self) -> "models.Field[Any, Any]":
        """The primary key: a uuid, a whole number or a text; that of the parent where it is one."""
        field = self.model._meta.pk
        while field.remote_field:
            field = field.target_field
        return field

    def typed(self, text: str) -> str:
        """Return the SQL expression for a key that the expression `text` holds as text."""
        written = f"({text})::{self.key.cast_db_type(connection)}"
        if not isinstance(self.key, models.TextField):
            return written
        # items and files hold keys in the order of bytes: no index of another order serves them
        collation = self.key.db_collation or "default"
        return f'{written} COLLATE "{collation}"'

    def keys(self, items: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """Return the keys of the rows that items of operations are about."""
        return items.annotate(key=Cast("subject_id", output_field=type(self.key)())).values("key")

    @property
    def places(self) -> list["Subject"]:
        """Where its rows can be found: here first, then where they can move."""
        return [self, *(named(name) for name in self.moves_to)]

    def called(self, rows: int) -> str:
        """Return the noun for so many rows."""
        return self.noun if rows == 1 else self.nouns or f"{self.noun}s"

    def resolve(self, part: str) -> Any:
        """Return what the dotted path in `part` names, None where it is empty."""
        path = getattr(self, part)
        return import_string(path) if path else None

    def list_address(self, query: str = "") -> str:
        """Return the address of its list under a filter, of the operations where it has none."""
        if not self.list_url:
            return reverse("governance:operation-list")
        return f"{reverse(self.list_url)}?{query}" if query else reverse(self.list_url)

    def address_of(self, row: models.Model) -> str:
        """Return where a row has its page; empty where it has none, or is not stored yet."""
        return (
            ""
            if row._state.adding or not self.detail_url
            else reverse(self.detail_url, args=[row.pk])
        )


_SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject) -> Subject:
    """Add a subject. Raises ValueError when another one has its name."""
    if _SUBJECTS.setdefault(subject.name, subject) is not subject:
        raise ValueError(f"There is a subject “{subject.name}” already.")
    return subject


def named(name: str) -> Subject:
    """Return the subject of this name. Raises KeyError."""
    return _SUBJECTS[name]


def of(row: models.Model) -> Subject:
    """Return the subject that a row belongs to. Raises LookupError."""
    for subject in _SUBJECTS.values():
        if isinstance(row, subject.model):
            return subject
    raise LookupError(f"Operations do not act on {type(row).__name__}.")


ERROR_FACTS = Facts(
    ("error_table", "code", "domain", "message"),
    (
        "coalesce(e.error_table, a.error_table)",
        "coalesce(e.code, a.code)",
        "coalesce(e.domain, a.domain)",
        "coalesce(e.message, a.message)",
    ),
    """LEFT JOIN governance_huberror e ON e.id = i.subject_id::uuid
    LEFT JOIN governance_archivederror a ON a.id = i.subject_id::uuid""",
)

ERROR = register(
    Subject(
        name="error",
        model=HubError,
        noun="error",
        absent="live error",
        filterset="governance.filters.errors.ErrorFilter",
        table="governance.tables.errors.ErrorTable",
        listing="governance.listings.subjects.ErrorListing",
        list_url="governance:error-list",
        detail_url="governance:error-detail",
        export="errors",
        effect="governance.queries.operations.effects.of_errors",
        effect_rows="governance.queries.operations.effects.errors_behind",
        conditions="governance.queries.playbooks.conditions.OpenErrors",
        facts=ERROR_FACTS,
        moves_to=("archive",),
        related=("outreach__company",),
    )
)
ARCHIVE = register(
    Subject(
        name="archive",
        model=ArchivedError,
        noun="archived error",
        filterset="governance.filters.archive.ArchiveFilter",
        table="governance.tables.archive.ArchiveTable",
        listing="governance.listings.subjects.ArchiveListing",
        list_url="governance:archive-list",
        detail_url="governance:archive-detail",
        export="archive",
        effect="governance.queries.operations.effects.of_errors",
        effect_rows="governance.queries.operations.effects.errors_behind",
        facts=ERROR_FACTS,
        moves_to=("error",),
        related=("outreach__company",),
        says={"disposition": "ARCHIVED"},
    )
)
COMPANY_TARGET = register(
    Subject(
        name="company_target",
        model=CompanyTarget,
        noun="company target",
        filterset="governance.filters.targets.TargetFilter",
        effect="governance.queries.operations.effects.of_targets",
        effect_rows="governance.queries.operations.effects.targets_behind",
        conditions="governance.queries.playbooks.conditions.FailedTargets",
        facts=Facts(
            ("domain", "execution_status"),
            ("o.domain", "t.execution_status"),
            """LEFT JOIN governance_companytarget t ON t.target_id = i.subject_id::uuid
            LEFT JOIN governance_outreach o ON o.outreach_id = t.outreach_id""",
        ),
        related=("outreach__company",),
    )
)
VIOLATION = register(
    Subject(
        name="violation",
        model=ViolationCase,
        noun="violation",
        filterset="governance.filters.violations.ViolationFilter",
        table="governance.tables.violations.ViolationTable",
        list_url="governance:violation-list",
        detail_url="governance:violation-detail",
        export="violations",
        effect="governance.queries.canon.clearing.of_violations",
        effect_rows="governance.queries.canon.clearing.violations_behind",
        facts=Facts(
            ("code", "tool", "hub_id", "domain", "message"),
            ("c.code", "c.tool", "c.hub_id", "o.domain", "v.message"),
            """LEFT JOIN governance_violationcase c ON c.id = i.subject_id::bigint
            LEFT JOIN governance_violation v ON v.id = c.id
            LEFT JOIN governance_outreach o ON o.outreach_id = c.outreach_id""",
        ),
        related=("violation", "outreach__company"),
    )
)
# looked at alone: what moves a company are its hub rows and its errors
COMPANY = register(
    Subject(
        name="company",
        model=Readiness,
        noun="company",
        nouns="companies",
        filterset="governance.filters.companies.CompanyFilter",
        table="governance.tables.companies.CompanyTable",
        listing="governance.listings.subjects.CompanyListing",
        list_url="governance:company-list",
        detail_url="governance:company-detail",
        export="readiness",
    )
)


def _hub_rows(name: str, model: type[models.Model], noun: str, nouns: str = "") -> Subject:
    """Register the rows of a hub table; whatever hangs on the spine shows its company."""
    hangs = "outreach" in {field.name for field in model._meta.concrete_fields}
    cast = "" if isinstance(model._meta.pk, models.TextField) else "::uuid"
    joined = f"""LEFT JOIN {model._meta.db_table} h ON h.{model._meta.pk.column} = i.subject_id{cast}
            LEFT JOIN governance_outreach o ON o.outreach_id = h.outreach_id"""
    return register(
        Subject(
            name=name,
            model=model,
            noun=noun,
            nouns=nouns,
            filterset="governance.filters.hubs.HubRowFilter",
            effect="governance.queries.operations.effects.of_hub_rows",
            effect_rows="governance.queries.operations.effects.hub_rows_behind",
            facts=Facts(("outreach_id", "domain"), ("h.outreach_id", "o.domain"), joined),
            related=("outreach__company",) if hangs else ("company",),
        )
    )


_hub_rows("outreach", Outreach, "outreach id")
_hub_rows("dol", DolFiling, "DOL filing")
_hub_rows("blog", BlogContent, "blog row")
_hub_rows("bit_scores", BitScore, "BIT score")
_hub_rows("people", Person, "person", "people")
_hub_rows("company_slot", CompanySlot, "company slot")
_hub_rows("company_master", CompanyMaster, "company", "companies")
