"""The end of retention: archived errors are deleted for good."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from governance.verbs import registry
from governance.verbs.base import Verb

HELD = "under legal hold"
NOT_AGREED = "its table has no standing approval for deletion"
LEFT_OUT = "the schedule of the clean-up leaves its table out"
AGREED = "SELECT governance.tables_to_purge()"
LEAVES_OUT = "SELECT unnest(governance.tables_left_out('weekly'))"


class PurgeParameters(forms.Form):
    """The moment by which retention is judged."""

    at = forms.DateTimeField(label="As of")


class Purge(Verb):
    """Delete archived errors whose retention has ended; a manifest lists them, and nothing brings them back.

    Source: seed 'Enforcement Implementation Summary' 4, `fn_cleanup_expired_archives`.
    """

    name = "purge"
    icon = "x"
    permission = "governance.purge_archivederror"
    subject = "archive"
    parameters = PurgeParameters
    done = "deleted at the end of their retention"
    shows = "retention_expires_at"
    becomes = "deleted"
    removes = True
    undoable = False
    offered = False
    agreed_ahead = True

    def refusals_for(self, parameters: Mapping[str, Any]) -> Mapping[Q, str]:
        """Refuse what is held, what nobody agreed to delete, what is left out, and what has time left."""
        agreed = RawSQL(AGREED, ())  # noqa: S611 - our own text
        left_out = RawSQL(LEAVES_OUT, ())  # noqa: S611 - our own text
        return {
            Q(held_at__isnull=False): HELD,
            Q(retention_expires_at__gt=parameters["at"]): "its retention has not ended",
            Q(error_table__in=left_out): LEFT_OUT,
            ~Q(error_table__in=agreed): NOT_AGREED,
        }

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> Any:
        """Return what a plan prints."""
        return self.becomes


registry.register(Purge())
