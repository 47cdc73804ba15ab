"""Where governance stands in the left navigation."""

from outreach_admin.menu import Entry

ENTRIES = (
    Entry("Overview", "overview", "governance:overview", key="o", position=10),
    Entry(
        "Errors",
        "errors",
        children=(
            Entry(
                "Queue",
                url_name="governance:error-list",
                permission="governance.view_huberror",
                also=("governance:error-",),
                count="errors",
                key="e",
            ),
            Entry(
                "Groups",
                url_name="governance:group-list",
                permission="governance.view_huberror",
                also=("governance:group-",),
                count="groups",
            ),
            Entry(
                "Archive",
                url_name="governance:archive-list",
                permission="governance.view_archivederror",
                also=("governance:archive-",),
                count="archive",
            ),
        ),
        position=20,
    ),
    Entry(
        "Operations",
        "operation",
        "governance:operation-list",
        "governance.view_operation",
        also=("governance:operation-",),
        count="operations_running",
        unit="running",
        position=40,
    ),
    Entry(
        "Approvals",
        "shield",
        "governance:approval-list",
        "governance.view_approval",
        also=("governance:approval-",),
        count="approvals_due",
        due=True,
        key="a",
        position=50,
    ),
    Entry(
        "Playbooks",
        "playbook",
        "governance:playbook-list",
        "governance.view_playbook",
        also=("governance:playbook-",),
        position=60,
    ),
    Entry(
        "Reports",
        "report",
        "governance:report-list",
        "governance.view_report",
        also=("governance:report-",),
        position=100,
    ),
    Entry("Admin", "admin", "admin:index", also=("admin:",), position=110),
)
