"""One company or person."""

from django.urls import URLPattern, path

from enrichment.views import entity

urlpatterns: list[URLPattern] = [
    path(
        "entities/look-up/",
        entity.EntityLookup.as_view(),
        name="entity-lookup",
    ),
    path(
        "entities/run/",
        entity.EntityRun.as_view(),
        name="entity-run",
    ),
    path(
        "entities/<str:entity_type>/<path:key>/",
        entity.EntityDetail.as_view(),
        name="entity-detail",
    ),
]
