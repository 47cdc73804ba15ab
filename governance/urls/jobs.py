"""Jobs, their schedules and their runs."""

from django.urls import URLPattern, path

from governance.views.jobs import acts, pages

urlpatterns: list[URLPattern] = [
    path(
        "jobs/",
        pages.JobList.as_view(),
        name="job-list",
    ),
    path(
        "jobs/runs/",
        pages.JobRunList.as_view(),
        name="jobrun-list",
    ),
    path(
        "jobs/gates/",
        pages.OpenedGateList.as_view(),
        name="jobrun-gates",
    ),
    path(
        "jobs/runs/<int:pk>/",
        pages.JobRunDetail.as_view(),
        name="jobrun-detail",
    ),
    path(
        "jobs/runs/<int:pk>/review/",
        acts.GatesReview.as_view(),
        name="jobrun-review",
    ),
    path(
        "jobs/schedules/<int:pk>/enforce/",
        acts.ScheduleEnforce.as_view(),
        name="schedule-enforce",
    ),
    path(
        "jobs/schedules/<int:pk>/withdraw/",
        acts.ScheduleWithdraw.as_view(),
        name="schedule-withdraw",
    ),
    path(
        "jobs/<slug:job>/run/",
        acts.JobRunNow.as_view(),
        name="job-run",
    ),
    path(
        "jobs/<slug:job>/schedule/",
        acts.SchedulePropose.as_view(),
        name="job-schedule",
    ),
]
