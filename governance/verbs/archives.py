"""Moving errors out of the queue, and back."""

from django import forms
from django.db.models import Exists, OuterRef, Q

from governance.models import (
    ArchivedError,
    ArchiveReason,
    Disposition,
    HubError,
)
from governance.verbs import registry
from governance.verbs.base import Verb

HELD_TWIN = ArchivedError.objects.filter(pk=OuterRef("pk"), held_at__isnull=False)


class ArchiveParameters(forms.Form):
    """Why the rows are moved out of the queue."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[
            (reason.value, reason.label)
            for reason in ArchiveReason
            if reason != ArchiveReason.TTL_EXPIRED
        ],
        help_text="TTL_EXPIRED is given by the daily job alone.",
    )


class Archive(Verb):
    """Move errors out of the queue and keep them; they no longer block."""

    name = "archive"
    icon = "archive"
    rank = 40
    in_rules = True
    permission = "governance.archive_huberror"
    done = "archived"
    becomes = "ARCHIVED"
    parameters = ArchiveParameters
    clears = True
    moves_to = "archive"
    refusals = {Q(Exists(HELD_TWIN)): "an archived error of this id is under legal hold"}
    needs = Disposition.ARCHIVED


class Restore(Verb):
    """Bring archived errors back into the queue."""

    name = "restore"
    icon = "undo"
    rank = 10
    permission = "governance.restore_huberror"
    done = "back in the queue"
    becomes = "RETRY"
    subject = "archive"
    moves_to = "error"
    refusals = {Q(Exists(HubError.objects.filter(pk=OuterRef("pk")))): "a live error has this id"}


registry.register(Archive(), Restore())
