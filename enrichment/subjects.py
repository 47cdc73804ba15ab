"""What operations can act on in enrichment."""

from enrichment.models import Run, Workflow
from governance.subjects import Subject, register

WORKFLOW = register(
    Subject(
        name="workflow",
        model=Workflow,
        noun="workflow",
        filterset="enrichment.filters.workflows.WorkflowFilter",
        table="enrichment.tables.workflows.WorkflowTable",
        listing="enrichment.queries.entries.EntryListing",
        list_url="enrichment:workflow-list",
        export="workflows",
        import_url="enrichment:workflow-import",
    )
)
# looked at alone: a run is ended by whoever runs it, or by hand, one at a time
RUN = register(
    Subject(
        name="run",
        model=Run,
        noun="run",
        filterset="enrichment.filters.runs.RunFilter",
        table="enrichment.tables.runs.RunTable",
        listing="enrichment.listings.RunListing",
        list_url="enrichment:run-list",
        detail_url="enrichment:run-detail",
        export="runs",
        related=("workflow", "by"),
    )
)
