"""How companies stand, how that went, and which of them moved."""

from django.urls import URLPattern, path

from governance.views import moves, trends

urlpatterns: list[URLPattern] = [
    path(
        "readiness/trends/",
        trends.Trends.as_view(),
        name="readiness-trends",
    ),
    path(
        "readiness/moves/",
        moves.MoveList.as_view(),
        name="readiness-moves",
    ),
    path(
        "readiness/moves/file/",
        moves.MoveFile.as_view(),
        name="readiness-moves-file",
    ),
]
