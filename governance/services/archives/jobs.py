"""The weekly clean-up of archives as a step of its job."""

from collections.abc import Mapping
from datetime import datetime

from governance.services.archives import purges
from governance.services.jobs import accounts, registry

NAME = "cleanup_expired_archives"


def work(at: datetime) -> Mapping[str, int]:
    """Delete what is past its retention, in the name of the job; returns how many rows of each error table."""
    return purges.purge(at=at, by=accounts.of(NAME)).deleted


def forecast(at: datetime) -> Mapping[str, int]:
    """Count what it would delete; nothing changes."""
    return purges.foresee(at=at).deleted


registry.register(
    registry.Job(
        NAME,
        "Clean archives up",
        "Deletes archived errors past their retention, but for those under legal hold; a manifest lists them.",
        work=work,
        forecast=forecast,
        within=registry.WEEKLY,
        family=registry.GOVERNANCE,
    )
)
