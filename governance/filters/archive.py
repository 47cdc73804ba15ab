"""What the archive can be filtered by."""

from governance.filters.errors import GovernedFilter
from governance.filters.people import NamedPeople
from governance.models import ArchivedError, ArchiveReason, Disposition
from governance.models.archives import COUNTED
from outreach_admin.lists.fields import AnyOf, AnyText, MomentFilter
from outreach_admin.lists.spans import ages


class ArchiveFilter(NamedPeople, GovernedFilter):
    """What the archive can be filtered by."""

    archive_reason = AnyOf(label="Archive reason", choices=ArchiveReason.choices)
    archived_by = AnyText(label="Archived by")
    final_disposition = AnyOf(label="Was", choices=Disposition.choices)
    archived_before = MomentFilter("archived_at", "lt", label="Archived before")
    archived_after = MomentFilter("archived_at", "gte", label="Archived after")
    kept_after = MomentFilter("retention_expires_at", "gte", label="Kept until at least")
    kept_before = MomentFilter("retention_expires_at", "lt", label="Kept until before")

    facets = (*COUNTED, "hub")
    spans = (
        ages(
            "archival",
            "Archived",
            after="archived_after",
            before="archived_before",
        ),
    )
    by_account = ("archived_by",)

    class Meta:
        model = ArchivedError
        fields: list[str] = []
