"""Rules of playbooks, and runs of them, for tests."""

from typing import Any

from django.contrib.auth.models import User

from governance.models import PlaybookRun
from governance.services.approvals import requests, votes
from governance.services.playbooks import run_plans
from tests import make

Rule = dict[str, Any]


def rule(
    name: str,
    verb: str,
    table: str | None = make.CT,
    *codes: str,
    least: int | None = None,
    most: int | None = None,
    **parameters: Any,
) -> Rule:
    """One rule as it is kept."""
    return {
        "name": name,
        "error_table": table,
        "codes": list(codes),
        "min_retries": least,
        "max_retries": most,
        "verb": verb,
        "parameters": parameters,
    }


PARK_DOL = rule("No match", "park", make.DOL, "NO_MATCH", reason="STRUCTURAL_NO_DOL_MATCH")
PARK_TRIED = rule(
    "Tried twice", "park", make.CT, "CT-M-NO-MX", least=2, reason="NO_MX_AFTER_RETRIES"
)
RETRY = rule("Not yet", "retry", make.CT, "CT-M-NO-MX", most=1)
RESOLVE = rule("Fixed", "resolve", note="Mail servers are back.")
RESET = rule("Free again", "reset", None)


def planned(*rules: Rule, by: User | None = None) -> PlaybookRun:
    """A run that waits to be asked for."""
    return run_plans.make(make.playbook(list(rules)), by=by or make.triager())


def approved(*rules: Rule) -> PlaybookRun:
    """A run that a manager has agreed to, its first operation under way."""
    run = planned(*rules)
    votes.approve(requests.make(run, by=run.requester), by=make.manager())
    run.refresh_from_db()
    return run


def states(run: PlaybookRun) -> list[str]:
    """The states of its operations in their order."""
    return list(run.operations.order_by("position").values_list("state", flat=True))
