"""What rows of hub tables can be chosen by."""

from governance.models import Outreach
from outreach_admin.lists.filters import StrictFilterSet


class HubRowFilter(StrictFilterSet):
    """Nothing: files take a whole table, and what is done to its rows comes from files."""

    class Meta:
        # where no rows are given; those of a table always are
        model = Outreach
        fields: list[str] = []
