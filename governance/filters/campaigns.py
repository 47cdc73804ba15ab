"""What the lists that campaigns were given can be filtered by."""

from governance.filters.people import Account, NamedPeople
from governance.models import CampaignList
from outreach_admin.lists.fields import MomentFilter, Text


class CampaignFilter(NamedPeople):
    """What the page of handed out lists can be narrowed to; `checksum` finds the list that a file came from."""

    requester = Account("requester", label="Handed to")
    checksum = Text(label="Checksum", help_text="SHA-256 of a file, all 64 digits.")
    taken_after = MomentFilter("as_of", "gte", label="Taken after")
    taken_before = MomentFilter("as_of", "lt", label="Taken before")
    by_account = ("requester",)

    class Meta:
        model = CampaignList
        fields: list[str] = []
