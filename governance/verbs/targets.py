"""What can be done to company targets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Exists, OuterRef, Q

from governance import subjects
from governance.models import (
    CompanyTarget,
    HubError,
    OperationItem,
    ViolationCase,
)
from governance.verbs import registry
from governance.verbs.base import Verb


class Reset(Verb):
    """Send failed company targets back to pending so that the pipeline takes them again; imo_completed_at stays."""

    name = "reset"
    icon = "retry"
    rank = 95
    in_rules = True
    permission = "governance.reset_companytarget"
    done = "pending again"
    shows = "execution_status"
    becomes = "pending"
    subject = "company_target"
    touches = ("execution_status",)
    still = """NOT EXISTS (SELECT FROM governance_huberror e
            WHERE e.outreach_id = was.outreach_id
              AND governance.error_is_blocking(e.blocks, e.disposition))
        AND NOT EXISTS (SELECT FROM governance_violationcase c
            WHERE c.outreach_id = was.outreach_id AND governance.error_is_open(c.disposition))"""
    refusals = {
        ~Q(execution_status=CompanyTarget.Status.FAILED): "not failed",
    }

    def refusals_after(self, after: Sequence[int]) -> Mapping[Q, str]:
        """Refuse targets with a blocking error that no earlier operation would clear, or with a violation that blocks."""
        clearing = [verb.name for verb in registry.VERBS.values() if verb.clears]
        cleared = OperationItem.objects.filter(
            operation_id__in=after,
            operation__verb__in=clearing,
            outcome=OperationItem.Outcome.PLANNED,
        )
        blocking = (
            HubError.objects.blocking()
            .filter(outreach=OuterRef("outreach"))
            .exclude(pk__in=subjects.named("error").keys(cleared))
        )
        cases = ViolationCase.objects.blocking().filter(outreach=OuterRef("outreach"))
        return {
            Q(Exists(blocking)): "has a blocking error",
            Q(Exists(cases)): "has a violation that blocks",
        }

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Go back to pending."""
        return {"execution_status": CompanyTarget.Status.PENDING}


registry.register(Reset())
