"""Exports that people of the demo have written regularly, with the files of the last days."""

from collections.abc import Callable
from datetime import datetime, time

from django.contrib.auth.models import User

from governance.demo import clock
from governance.models import ExportFile, SavedView
from governance.resources import exports
from governance.services.files import scheduled

DAYS = (3, 2, 1)
MADE, WRITTEN = "07:20", "06:15"


def play(on: Callable[[int, str], datetime]) -> None:
    """Have the analyst schedule two exports four days ago, and write what was due since; `on` gives moments of the past."""
    analyst = User.objects.get(username="analyst")
    view = SavedView.objects.get(owner=analyst, page="governance:error-list")
    with clock.at(on(4, MADE)):
        scheduled.make(
            by=analyst,
            name="Errors without a filing",
            subject="errors",
            view=view,
            columns="error_id,domain,code,message,created_at",
            at=time(6, 0),
            keep=7,
        )
        scheduled.make(
            by=analyst,
            name="Companies ready for campaigns",
            subject="readiness",
            format="xlsx",
            filter="tier=TIER_3_CAMPAIGN_READY",
            at=time(6, 10),
            weekday=on(2, WRITTEN).weekday(),
            keep=4,
        )
    for days in DAYS:
        moment = on(days, WRITTEN)
        with clock.at(moment):
            scheduled.start_due(at=moment)
            for file in ExportFile.objects.filter(scheduled__isnull=False, state="queued"):
                exports.write_file(file.pk)
