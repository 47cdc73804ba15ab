"""How companies stand, how that went, and which of them moved."""

from django.urls import URLPattern, path

from governance.views.readiness import charts, moves, trends

urlpatterns: list[URLPattern] = [
    path(
        "readiness/",
        charts.Readiness.as_view(),
        name="readiness",
    ),
    path(
        "readiness/backlog/<slug:day>/",
        charts.BacklogDay.as_view(),
        name="backlog-day",
    ),
    path(
        "readiness/charts/<slug:name>/",
        charts.ChartPage.as_view(),
        name="chart",
    ),
    path(
        "readiness/charts/<slug:name>/<slug:format>/",
        charts.ChartFile.as_view(),
        name="chart-file",
    ),
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
