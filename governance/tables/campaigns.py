"""Columns of the lists that campaigns were given."""

from outreach_admin.ui import tables


class CampaignTable(tables.Table):
    """Handed out lists, the newest first; nothing in them changes."""

    noun = "list"
    nouns = "lists"
    default_sort = "-list"

    list = tables.LinkColumn(
        "governance:campaign-detail",
        accessor="name",
        sort="id",
        width="s",
    )
    filter = tables.CutColumn(default="every company", width="2xl")
    companies = tables.NumberColumn(width="s")
    requester = tables.PersonColumn(width="m", verbose_name="Handed to")
    checksum = tables.CodeColumn(width="xl", verbose_name="SHA-256")
    taken = tables.AgoColumn(accessor="as_of", width="s", quiet=True)

    def render_checksum(self, value: str) -> str:
        """Write the first digits; the page of the list has all."""
        return f"{value[:12]}…"
