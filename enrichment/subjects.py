"""What operations can act on in enrichment."""

from enrichment.models import Workflow
from governance.subjects import Subject, register

WORKFLOW = register(
    Subject(
        name="workflow",
        model=Workflow,
        noun="workflow",
        filterset="enrichment.filters.workflows.WorkflowFilter",
        table="enrichment.tables.workflows.WorkflowTable",
        list_url="enrichment:workflow-list",
    )
)
