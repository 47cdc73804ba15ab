"""Violations of the tool canon."""

from typing import Any

from django.db.models import QuerySet

from governance.api.exports import ExportRows
from governance.api.serializers.canon.violations import (
    ListedViolationSerializer,
    ViolationSerializer,
)
from governance.api.subjects import OfSubject, SubjectDetail, SubjectFacets, SubjectSearch

SEE = "governance.view_violationcase"


class OfViolations(OfSubject):
    """Violations of the tool canon."""

    subject = "violation"
    permission_required = SEE
    serializer_class = ListedViolationSerializer

    def get_queryset(self) -> QuerySet[Any]:
        """Give every violation, without what is heavy and not listed."""
        return super().get_queryset().defer("violation__context", "resolution_note")


class ViolationList(OfViolations):
    """Violations, by the filter of their queue."""


class ViolationSearch(OfViolations, SubjectSearch):
    """Violations, by a filter in the body."""


class ViolationFacets(OfViolations, SubjectFacets):
    """The numbers beside the queue of violations."""


class ViolationDetail(SubjectDetail):
    """One violation, with all that the guard said."""

    subject = "violation"
    permission_required = SEE
    serializer_class = ViolationSerializer


class ViolationRows(ExportRows):
    """Violations as a file."""

    export_name = "violations"
