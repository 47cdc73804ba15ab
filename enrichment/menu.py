"""Where enrichment stands in the left navigation."""

from outreach_admin.menu import Entry

ENTRIES = (
    Entry(
        "Enrichment",
        "layers",
        children=(
            Entry(
                "Coverage",
                url_name="enrichment:coverage",
                permission="enrichment.view_state",
                also=("enrichment:coverage-",),
            ),
            Entry(
                "Workflows",
                url_name="enrichment:workflow-list",
                permission="enrichment.view_workflow",
                also=("enrichment:workflow-",),
            ),
            Entry(
                "Audit",
                url_name="enrichment:audit",
                permission="enrichment.view_scan",
                also=("enrichment:audit-",),
            ),
            Entry(
                "Runs",
                url_name="enrichment:run-list",
                permission="enrichment.view_run",
                also=("enrichment:run-",),
            ),
            Entry(
                "Companies and people",
                url_name="enrichment:entity-list",
                permission="enrichment.view_state",
                also=("enrichment:entity-",),
            ),
        ),
        position=80,
    ),
)
