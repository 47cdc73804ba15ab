"""What can go out: the rows, the columns, the filter, who may."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.http import QueryDict

from governance.filters.archive import ArchiveFilter
from governance.filters.audit import AuditFilter
from governance.filters.companies import CompanyFilter
from governance.filters.errors import ErrorFilter
from governance.models import ArchivedError, ErrorTable, Event, ExportFile, HubError, Readiness
from governance.reports import audit
from governance.services.files import exports
from governance.subjects import Subject
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists import streams
from outreach_admin.lists.filters import StrictFilterSet

EXPORT = "governance.export_huberror"
FORMATS = ("csv", "json", "xlsx")


@dataclass(frozen=True)
class Export:
    """One kind of export. `columns` maps each column's name to a field path or an expression; the sovereign id is in none."""

    name: str
    noun: str
    nouns: str
    list_url: str
    url: str
    permissions: tuple[str, ...]
    filterset: type[StrictFilterSet]
    queryset: Callable[[], QuerySet[Any]]
    columns: Mapping[str, Any]
    order: tuple[str, ...]

    @classmethod
    def of(
        cls, subject: Subject, *, name: str, url: str, permission: str, columns: Mapping[str, Any]
    ) -> "Export":
        """Make the export of a subject's rows, in the order of the first column."""
        return cls(
            name=name,
            noun=subject.noun,
            nouns=subject.called(2),
            list_url=subject.list_url,
            url=url,
            permissions=(permission,),
            filterset=subject.resolve("filterset"),
            queryset=lambda: subject.rows,
            columns=columns,
            order=(next(iter(columns)),),
        )

    def filtered(self, data: QueryDict) -> StrictFilterSet:
        """Read a filter from an address; refuses what the list would refuse."""
        found = self.filterset(data, self.queryset())
        found.check()
        return found

    def from_text(self, text: str) -> StrictFilterSet:
        """Read a filter from text; refuses (400) what is no filter of this list."""
        return self.filterset.from_text(text, self.queryset())

    def rows(self, filterset: StrictFilterSet) -> streams.Rows:
        """Compile what matches into the SELECT that COPY runs."""
        wanted = {
            f"column_{name}": F(path) if isinstance(path, str) else path
            for name, path in self.columns.items()
        }
        query, params = (
            filterset.qs.order_by()
            .select_related(None)
            .annotate(**wanted)
            .values_list(*wanted)
            .query.sql_with_params()
        )
        return streams.Rows(
            query, params, tuple(self.columns), self.order, moments=filterset.moments()
        )

    def label(self, filterset: StrictFilterSet) -> streams.Label:
        """State subject and filter."""
        return streams.Label(self.name, filterset.canonical(), filterset.moments())

    def stream(
        self,
        filterset: StrictFilterSet,
        format: str,
        *,
        comments: bool = True,
        reader: int | None = None,
    ) -> streams.Stream:
        """Begin a CSV or JSON of what matches, for the person `reader`. Raises ExportRefused for a fourth at a time."""
        rows, label = self.rows(filterset), self.label(filterset)
        if format == "csv":
            return streams.stream_csv(
                rows.query,
                rows.params,
                rows.columns,
                label=label,
                order=rows.order,
                comments=comments,
                reader=reader,
            )
        return streams.stream_json(
            rows.query, rows.params, rows.columns, label=label, order=rows.order, reader=reader
        )


GOVERNED = {
    "error_id": "id",
    "error_table": "error_table_id",
    "outreach_id": "outreach_id",
    "company_name": "outreach__company__company_name",
    "company_unique_id": "company_unique_id",
    "domain": "domain",
    "code": "code",
    "message": "message",
} | {
    name: name
    for name in (
        "stage",
        "severity",
        "category",
        "blocks",
        "disposition",
        "retry_count",
        "max_retries",
        "retry_exhausted",
        "last_retry_at",
        "next_retry_at",
        "ttl_tier",
        "expires_at",
        "owner",
        "parked_at",
        "parked_by",
        "park_reason",
        "escalation_level",
        "escalated_at",
        "resolved_at",
        "resolution_note",
        "details",
        "version",
        "created_at",
        "updated_at",
    )
}
ARCHIVED = {
    name: name
    for name in (
        "archived_at",
        "archived_by",
        "archive_reason",
        "final_disposition",
        "retention_expires_at",
    )
}
READINESS = {
    "outreach_id": "outreach_id",
    "company_name": "outreach__company__company_name",
    "domain": "outreach__domain",
    "readiness_tier": "tier",
    "can_promote_to_outreach": "promotable",
    "bottleneck_hub": "bottleneck",
    "company_target_status": "ct_status",
    "company_target_done": "ct_done",
    "dol_done": "dol_done",
    "people_done": "people_done",
    "blog_done": "blog_done",
    "bit_done": "bit_done",
    "ct_blocking_errors": "ct_blocking",
    "dol_blocking_errors": "dol_blocking",
    "people_blocking_errors": "people_blocking",
    "other_blocking_errors": "other_blocking",
}
AUDIT = {
    "timestamp": "at",
    "action": "action",
    "entity_type": "entity_type",
    "entity_id": "subject_id",
    "details": audit.DETAILS,
}


def audit_entries() -> QuerySet[Event]:
    """Return the changes of errors and company targets, each with the name of its kind in the audit trail."""
    table = ErrorTable.objects.filter(name=OuterRef("subject_type"))
    kind = Case(
        When(subject_type=audit.TARGET, then=Value("company_target")),
        default=Subquery(table.values("entity_type")),
        output_field=TextField(),
    )
    return Event.objects.filter(Q(subject_type=audit.TARGET) | Exists(table)).annotate(
        entity_type=kind
    )


EXPORTS = {
    export.name: export
    for export in (
        Export(
            "errors",
            "error",
            "errors",
            "governance:error-list",
            "governance:error-export",
            (EXPORT, "governance.view_huberror"),
            ErrorFilter,
            HubError.objects.all,
            GOVERNED,
            ("-created_at", "-error_id"),
        ),
        Export(
            "archive",
            "archived error",
            "archived errors",
            "governance:archive-list",
            "governance:archive-export",
            (EXPORT, "governance.view_archivederror"),
            ArchiveFilter,
            ArchivedError.objects.all,
            GOVERNED | ARCHIVED,
            ("-archived_at", "-error_id"),
        ),
        Export(
            "readiness",
            "company",
            "companies",
            "governance:readiness",
            "governance:readiness-export",
            (EXPORT, "governance.view_readiness"),
            CompanyFilter,
            Readiness.objects.all,
            READINESS,
            ("outreach_id",),
        ),
        Export(
            "audit",
            "audit entry",
            "audit entries",
            "governance:export-list",
            "governance:audit-export",
            (EXPORT, "governance.view_event"),
            AuditFilter,
            audit_entries,
            AUDIT,
            ("timestamp", "entity_id"),
        ),
    )
}


def register(*made: Export) -> None:
    """Add exports. Raises ValueError when another one has the name."""
    for export in made:
        if EXPORTS.setdefault(export.name, export) is not export:
            raise ValueError(f"There is an export “{export.name}” already.")


def named(name: str) -> Export:
    """Return an export by name. Raises BadRequest."""
    if name not in EXPORTS:
        raise BadRequest(
            f"“{name}” cannot be exported.", what_to_do=f"Offered: {', '.join(EXPORTS)}."
        )
    return EXPORTS[name]


def write_file(export_id: int) -> None:
    """Write an export that was asked for to its file; called by the workers."""

    def rows_of(file: ExportFile) -> streams.Rows:
        export = named(file.subject)
        return export.rows(export.from_text(file.filter))

    exports.write(export_id, rows_of=rows_of)
