"""What a plan would be, without one."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from governance.models import Operation
from governance.queries.operations import outcomes
from governance.services.operations import plans
from governance.verbs.base import Verb


@dataclass(frozen=True)
class Preview:
    """A plan that was taken back, with a sample of its rows."""

    operation: Operation
    sample: list[outcomes.Sampled]


def preview(verb: Verb, *, by: User, **asked: Any) -> Preview:
    """Count what a plan would hold by making it and taking it back: no row, number or step stays. Raises as `plans.make`."""
    with transaction.atomic():
        operation = plans.make(verb, by=by, **asked)
        found = Preview(
            operation=operation,
            sample=outcomes.sample(operation),
        )
        transaction.set_rollback(True)
    return found
