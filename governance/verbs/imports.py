"""Bringing errors in."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q

from governance.verbs import registry
from governance.verbs.base import Verb


class Import(Verb):
    """Bring in new errors from a file. Planned by `services.imports` alone: over rows that exist already it refuses each."""

    name = "import"
    icon = "upload"
    permission = "governance.import_huberror"
    done = "imported"
    becomes = "imported"
    offered = False
    brings_in = True
    refusals = {Q(pk__isnull=False): "errors are imported from a file"}

    def then(self, row: models.Model, parameters: Mapping[str, Any]) -> str:
        """Return what the file says, unless it leaves that to the policies."""
        return str(getattr(row, self.shows) or "by policy")

    def reason(self, parameters: Mapping[str, Any]) -> str:
        """Name the file."""
        return str(parameters.get("file", ""))


registry.register(Import())
