"""Standing approvals for the deletion of archived errors."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction

from governance import policies
from governance.exceptions import NotPermitted, StateRefused
from governance.models import ErrorTable, PurgeConsent
from governance.queries.archives import retention


@transaction.atomic
def agree(table: str, *, days: int, by: User, note: str = "") -> PurgeConsent:
    """Let archived errors of a table be deleted once they are `days` old, until its retention changes.

    Raises NotPermitted (no right to approve, or set by the same person), StateRefused (agreed
    already, another retention by now, no such table).
    """
    if not policies.may_agree_to_purges(by):
        raise NotPermitted(
            "You may not approve the deletion of archived errors.",
            what_to_do="Ask a person in the group that may.",
        )
    policy = _locked(table)
    if policy.retention != timedelta(days=days):
        raise StateRefused(
            f"{table} keeps its archived errors for {policy.retention.days:,} days by now, not {days:,}.",
            what_to_do="Look at the retention again, and agree to what it is.",
        )
    if PurgeConsent.objects.in_force().filter(error_table=policy).exists():
        raise StateRefused(f"The deletion of {table} after {days:,} days is agreed to already.")
    if retention.set_by(table) == by.get_username():
        raise NotPermitted(
            f"You have set the retention of {table}: somebody else agrees to it.",
            what_to_do="Ask another person who may approve.",
        )
    return PurgeConsent.objects.create(
        error_table=policy,
        retention=policy.retention,
        agreed_by=by,
        note=note.replace("\0", "\ufffd"),
    )


def _locked(table: str) -> ErrorTable:
    found = ErrorTable.objects.select_for_update().filter(pk=table.replace("\0", "")).first()
    if found is None:
        raise StateRefused(f"There is no error table {table[:100]}.")
    return found
