"""What can go out: the rows, the columns, the filter, who may."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

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

from governance.exceptions import ViewRefused
from governance.filters.archive import ArchiveFilter
from governance.filters.audit import AuditFilter
from governance.filters.companies import CompanyFilter
from governance.filters.errors import ErrorFilter
from governance.models import (
    ArchivedError,
    ErrorTable,
    Event,
    ExportFile,
    HubError,
    Readiness,
    SavedView,
    ScheduledExport,
)
from governance.queries import savedviews
from governance.reports import audit
from governance.resources.columns import ARCHIVED, AUDIT, GOVERNED, READINESS
from governance.services.files import exports, scheduled
from governance.subjects import Subject
from outreach_admin.exceptions import BadRequest
from outreach_admin.lists.files import copies, streams
from outreach_admin.lists.filters import STATE_KEYS, StrictFilterSet

EXPORT = "governance.export_huberror"
FORMATS = ("csv", "json", "xlsx")


@dataclass(frozen=True)
class Export:
    """One kind of export. `columns` maps each column's name to a field path or an expression; `chosen` are those that go out, all by default."""

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
    chosen: tuple[str, ...] = ()
    # where a campaign is given these rows
    campaign: str = ""

    @property
    def shown(self) -> tuple[str, ...]:
        """Name the columns that go out, in their order."""
        return self.chosen or tuple(self.columns)

    def with_columns(self, names: Sequence[str]) -> Self:
        """Make the same export with some columns, in the order given; all of them where none is named. Raises BadRequest."""
        asked = tuple(dict.fromkeys(names))
        unknown = [name for name in asked if name not in self.columns]
        if unknown:
            raise BadRequest(
                f"There is no column “{unknown[0]}” in an export of {self.nouns}.",
                what_to_do=f"Offered: {', '.join(self.columns)}.",
            )
        return replace(self, chosen=() if asked == tuple(self.columns) else asked)

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

    def from_view(self, view: SavedView) -> StrictFilterSet:
        """Read the filter of a saved view, without its order and columns; refuses (400) what the list no longer has."""
        query = QueryDict(view.query, mutable=True)
        for key in STATE_KEYS:
            query.pop(key, None)
        return self.from_text(query.urlencode())

    def rows(self, filterset: StrictFilterSet) -> copies.Rows:
        """Compile what matches into the SELECT that COPY runs."""
        ordering = (name.removeprefix("-") for name in self.order)
        beside = tuple(name for name in ordering if name not in self.shown)
        wanted = {f"column_{name}": self._column(name) for name in (*self.shown, *beside)}
        query, params = (
            filterset.qs.order_by()
            .select_related(None)
            .annotate(**wanted)
            .values_list(*wanted)
            .query.sql_with_params()
        )
        return copies.Rows(
            query,
            params,
            self.shown,
            self.order,
            beside,
            moments=filterset.moments(),
        )

    def _column(self, name: str) -> Any:
        path = self.columns[name]
        return F(path) if isinstance(path, str) else path

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
                beside=rows.beside,
                comments=comments,
                reader=reader,
            )
        return streams.stream_json(
            rows.query,
            rows.params,
            rows.columns,
            label=label,
            order=rows.order,
            beside=rows.beside,
            reader=reader,
        )


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
            "governance:company-list",
            "governance:readiness-export",
            (EXPORT, "governance.view_readiness"),
            CompanyFilter,
            Readiness.objects.all,
            READINESS,
            ("outreach_id",),
            campaign="governance:campaign-take",
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
    """Write an export that was asked for, or is due by a schedule, to its file; called by the workers."""

    def rows_of(file: ExportFile) -> copies.Rows:
        export = named(file.subject).with_columns(file.chosen)
        if file.scheduled:
            scheduled.refuse_lost_right(file.requester, export.permissions)
            exports.note_filter(file, text_now(file.scheduled))
        return export.rows(export.from_text(file.filter))

    exports.write(export_id, rows_of=rows_of)
    of_schedule = ExportFile.objects.filter(pk=export_id).exclude(scheduled=None)
    for scheduled_id in of_schedule.values_list("scheduled", flat=True):
        scheduled.drop_old(scheduled_id)


def text_now(of: ScheduledExport) -> str:
    """Write the filter of a scheduled export as it is now: its own, or that of its view. Raises Refused where there is none any more."""
    export = named(of.subject)
    if not of.view_name:
        return export.from_text(of.filter).canonical()
    view = savedviews.visible(of.owner).filter(pk=of.view_id, page=export.list_url).first()
    if view is None:
        raise ViewRefused(
            f"The view “{of.view_name}” is gone, or no longer shared.",
            what_to_do="Choose another view or a filter for this export.",
        )
    return export.from_view(view).canonical()
