"""The accounts in whose names jobs change rows."""

from django.contrib.auth.models import Group, User
from django.db import transaction

from governance.verbs.jobs import JOB

GROUP = "job"
PREFIX = "job-"


def of(job: str) -> User:
    """Return the account of a job, a new one where it never ran: nobody signs in as it, and it never votes."""
    name = f"{PREFIX}{job}"
    with transaction.atomic():
        account, is_new = User.objects.get_or_create(username=name, defaults={"password": JOB})
        if is_new:
            # an admin may have deleted the group: then it may nothing until somebody says what
            account.groups.add(*Group.objects.filter(name=GROUP))
    return account
