"""What needs an approval: a policy is never overwritten, it gets a next version."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from governance.models import ApprovalPolicy
from governance.queries.canon import current
from governance.services import attribution


@transaction.atomic
def revise(policy: ApprovalPolicy, *, by: AbstractBaseUser) -> ApprovalPolicy:
    """Save the changed `policy` as its next version, which holds from now on.

    Requests keep the version they were asked under.
    """
    attribution.attribute(
        by=by,
        reason="approval policy",
        channel="browser",
    )
    versions = ApprovalPolicy.objects.select_for_update().filter(name=policy.name)
    numbers = versions.values_list("version", flat=True)
    policy.version = max(numbers, default=0) + 1
    versions.filter(is_active=True).update(is_active=False)
    policy.pk = None
    policy.is_active = True
    policy.save(force_insert=True)
    transaction.on_commit(current.forget)
    return policy
