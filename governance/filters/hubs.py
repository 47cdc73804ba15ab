"""What rows of hub tables can be chosen by."""

from outreach_admin.lists.filters import StrictFilterSet


class HubRowFilter(StrictFilterSet):
    """Nothing: files take a whole table, and what is done to its rows comes from files."""
