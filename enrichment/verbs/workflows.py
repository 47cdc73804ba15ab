"""What can be done to workflows of the registry."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q

from enrichment.models import Workflow
from governance.verbs import registry
from governance.verbs.base import Verb

# days; a workflow that is never asked twice in ten years has no freshness
LONGEST_FRESHNESS = 3_650


class OwnerParameters(forms.Form):
    """Who looks after it."""

    owner = forms.CharField(label="Owner", max_length=200, help_text="A team or a person.")


class IntentParameters(forms.Form):
    """Where its records shall go."""

    intent = forms.ChoiceField(
        label="Coalesces to core",
        choices=Workflow.Intent.choices,
        help_text="Whether its records shall reach core.",
    )


class FreshnessParameters(forms.Form):
    """How long a result holds."""

    days = forms.IntegerField(
        label="Fresh for",
        min_value=0,
        max_value=LONGEST_FRESHNESS,
        help_text="Days in which an entity counts as already enriched.",
    )


class WorkflowVerb(Verb):
    """Something a person may do to workflows."""

    subject = "workflow"


class Activate(WorkflowVerb):
    """Take runs of a workflow again."""

    name = "activate"
    icon = "play"
    rank = 50
    permission = "enrichment.activate_workflow"
    done = "activated"
    shows = "is_active"
    becomes = "True"
    touches = ("is_active",)
    refusals = {Q(is_active=True): "already active"}

    def changes(self, **context: Any) -> dict[str, Any]:
        """Take runs."""
        return {"is_active": True}


class Deactivate(WorkflowVerb):
    """Refuse runs of a workflow, and leave it out of status and coverage."""

    name = "deactivate"
    icon = "pause"
    rank = 60
    permission = "enrichment.deactivate_workflow"
    done = "set inactive"
    label = "Set inactive"
    shows = "is_active"
    becomes = "False"
    touches = ("is_active",)
    refusals = {Q(is_active=False): "already inactive"}

    def changes(self, **context: Any) -> dict[str, Any]:
        """Take no runs."""
        return {"is_active": False}


class SetOwner(WorkflowVerb):
    """Say who looks after a workflow."""

    name = "set_owner"
    icon = "person"
    rank = 20
    permission = "enrichment.set_owner_workflow"
    done = "given an owner"
    shows = "owner"
    repeats = True
    parameters = OwnerParameters
    touches = ("owner",)

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Name the owner."""
        return {"owner": parameters["owner"]}


class SetIntent(WorkflowVerb):
    """Say whether the records of a workflow shall reach core."""

    name = "set_intent"
    icon = "layers"
    rank = 30
    permission = "enrichment.set_intent_workflow"
    done = "given an intent"
    shows = "intent"
    repeats = True
    parameters = IntentParameters
    touches = ("intent", "coalesces_to_core")

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Say it; the seed's flag follows."""
        intent = parameters["intent"]
        return {
            "intent": intent,
            "coalesces_to_core": intent == Workflow.Intent.SHOULD,
        }


class SetFreshness(WorkflowVerb):
    """Say for how long an entity counts as already enriched."""

    name = "set_freshness"
    icon = "clock"
    rank = 40
    permission = "enrichment.set_freshness_workflow"
    done = "given a freshness"
    shows = "fresh_days"
    repeats = True
    parameters = FreshnessParameters
    touches = ("fresh_days",)

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Set the days."""
        return {"fresh_days": parameters["days"]}

    def then(self, row: Any, parameters: Any) -> Any:
        """Give the days."""
        return parameters["days"]


class Verify(WorkflowVerb):
    """State that somebody compared the entry with the code, now."""

    name = "verify"
    icon = "check"
    rank = 10
    permission = "enrichment.verify_workflow"
    done = "verified"
    shows = "verified_at"
    repeats = True
    touches = ("verified_at",)

    def changes(self, *, by: AbstractBaseUser, at: datetime, **context: Any) -> dict[str, Any]:
        """Note the moment."""
        return {"verified_at": at}


registry.register(
    Verify(),
    SetOwner(),
    SetIntent(),
    SetFreshness(),
    Activate(),
    Deactivate(),
)
