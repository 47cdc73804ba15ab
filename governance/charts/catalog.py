"""Every chart by its name, with the right that it takes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from governance.charts import backlog, companies, errors, tools
from governance.queries.canon import tools as canon
from outreach_admin.lists.tallies import Cube
from outreach_admin.ui.charts.marks import Chart

COMPANIES = "governance.view_readiness"
ERRORS = "governance.view_huberror"
CANON = "governance.view_canonversion"
# those of companies are made of one count, so a page draws them all at once
OF_COMPANIES: dict[str, Callable[[Cube], Chart]] = {
    "tiers": companies.tiers,
    "promotable": companies.promotable,
    "held": companies.held,
    "not_ready": companies.not_ready,
    "failed": companies.failed,
    "funnel": companies.funnel,
    "bottleneck": companies.bottleneck,
}
# those of errors are counted each by itself
OF_ERRORS: dict[str, Callable[[datetime], Chart]] = {
    "errors": errors.errors_by_hub,
    "ageing": errors.ageing,
    "expiring": errors.expiring,
    "backlog": backlog.by_day,
}
# what a page says of them before they are there
LATER = {
    "errors": "errors by hub and disposition",
    "ageing": "parked errors by level and age",
    "expiring": "errors that expire in the next 30 days",
    "backlog": "backlog over the last 30 days",
}


@dataclass(frozen=True)
class Named:
    """A chart that can be made: its name, the right that it takes, how, and whose page it is of."""

    name: str
    permission: str
    make: Callable[[datetime], Chart]
    nav: str = "governance:readiness"


def find(name: str) -> Named | None:
    """Return the chart of that name, if there is one."""
    if name in OF_COMPANIES:
        return Named(name, COMPANIES, lambda at: OF_COMPANIES[name](companies.counted()))
    if name in OF_ERRORS:
        return Named(name, ERRORS, OF_ERRORS[name])
    slug = name.removeprefix(tools.NAMED)
    if slug != name and canon.find(slug):
        return Named(name, CANON, partial(tools.by_day, slug), "governance:tool-list")
    return None


def of_companies() -> list[Chart]:
    """Make every chart of companies from one query."""
    cube = companies.counted()
    return [make(cube) for make in OF_COMPANIES.values()]
