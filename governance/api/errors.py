"""Live and archived errors."""

from typing import Any

from django.db.models import QuerySet

from governance.api.newerrors import CreatesErrors
from governance.api.serializers.errors import (
    ArchivedErrorSerializer,
    ErrorSerializer,
    ListedArchivedErrorSerializer,
    ListedErrorSerializer,
)
from governance.api.subjects import OfSubject, SubjectDetail, SubjectFacets, SubjectSearch

SEE = "governance.view_huberror"
SEE_ARCHIVE = "governance.view_archivederror"


class OfErrors(OfSubject):
    """Live errors."""

    subject = "error"
    permission_required = SEE
    serializer_class = ListedErrorSerializer

    def get_queryset(self) -> QuerySet[Any]:
        """Give every live error, without what is heavy and not listed."""
        return self.declared.model.objects.listed()


class ErrorList(CreatesErrors, OfErrors):
    """Live errors, by the filter of the queue; a POST creates one."""

    refusals = (409,)


class ErrorSearch(OfErrors, SubjectSearch):
    """Live errors, by a filter in the body."""


class ErrorFacets(OfErrors, SubjectFacets):
    """The numbers beside the queue."""


class ErrorDetail(SubjectDetail):
    """One live error."""

    subject = "error"
    permission_required = SEE
    serializer_class = ErrorSerializer


class OfArchive(OfErrors):
    """Archived errors."""

    subject = "archive"
    permission_required = SEE_ARCHIVE
    serializer_class = ListedArchivedErrorSerializer


class ArchiveList(OfArchive):
    """Archived errors, by the filter of the archive."""


class ArchiveSearch(OfArchive, SubjectSearch):
    """Archived errors, by a filter in the body."""


class ArchiveFacets(OfArchive, SubjectFacets):
    """The numbers beside the archive."""


class ArchiveDetail(SubjectDetail):
    """One archived error."""

    subject = "archive"
    permission_required = SEE_ARCHIVE
    serializer_class = ArchivedErrorSerializer
