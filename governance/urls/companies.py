"""Companies."""

from django.urls import path

from governance.resources.exports import EXPORTS
from governance.views.files.exports import ExportPage

urlpatterns = [
    path("companies/", ExportPage.as_view(export=EXPORTS["readiness"]), name="company-list"),
]
