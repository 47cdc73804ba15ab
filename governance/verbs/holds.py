"""Legal holds: what is under one stays, live or archived, until two people have lifted it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractBaseUser
from django.db import models
from django.db.models import Q

from governance.models.retention.holds import HOLD_FACTS
from governance.verbs import registry
from governance.verbs.base import NoteParameters, Verb


class HoldParameters(forms.Form):
    """Why the rows must be kept."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The matter and who asks for it, such as “Matter 17, asked for by Legal”.",
    )


class Holding(Verb):
    """Keep rows from being deleted, whatever their retention says."""

    icon = "lock"
    rank = 92
    label = "Hold"
    action = "HOLD"
    done = "under legal hold"
    parameters = HoldParameters
    touches = HOLD_FACTS
    shows = "hold_reason"
    refusals = {Q(held_at__isnull=False): "under legal hold already"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Set who holds it, since when and why."""
        return {
            "held_at": at,
            "held_by": by.get_username(),
            "hold_reason": parameters["reason"],
        }

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> Any:
        """Return the reason that was given."""
        return parameters["reason"]


class Lifting(Verb):
    """Let held rows be deleted again when their time comes; somebody else has to agree."""

    icon = "key"
    rank = 93
    label = "Lift hold"
    action = "LIFT_HOLD"
    done = "no longer under legal hold"
    parameters = NoteParameters
    touches = HOLD_FACTS
    shows = "hold_reason"
    refusals = {Q(held_at__isnull=True): "not under legal hold"}

    def changes(self, *, by: AbstractBaseUser, at: datetime, **parameters: Any) -> dict[str, Any]:
        """Forget who held it, since when and why; the history keeps that."""
        return dict.fromkeys(HOLD_FACTS)

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> Any:
        """Return what stands there without a hold."""
        return None


class Hold(Holding):
    """Keep live errors from being deleted; they are worked on as ever."""

    name = "hold"
    label = Holding.label
    action = Holding.action
    permission = "governance.hold_huberror"
    undo_is = "lift_hold"


class HoldArchived(Holding):
    """Keep archived errors beyond their retention."""

    name = "hold_archived"
    label = Holding.label
    action = Holding.action
    subject = "archive"
    permission = "governance.hold_archivederror"
    undo_is = "lift_archived_hold"


class LiftHold(Lifting):
    """Lift the hold on live errors."""

    name = "lift_hold"
    label = Lifting.label
    action = Lifting.action
    permission = "governance.lift_huberror"


class LiftArchivedHold(Lifting):
    """Lift the hold on archived errors."""

    name = "lift_archived_hold"
    label = Lifting.label
    action = Lifting.action
    subject = "archive"
    permission = "governance.lift_archivederror"


registry.register(Hold(), HoldArchived(), LiftHold(), LiftArchivedHold())
