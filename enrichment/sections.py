"""What enrichment says on pages of other apps."""

from typing import Any

from django.urls import reverse

from enrichment.keys import KeyRefused
from enrichment.models import EntityType
from enrichment.queries import status
from enrichment.tables.entity import Line
from governance.models import Readiness
from outreach_admin.ui.parts.sections import Section

COMPANY = EntityType.COMPANY.value


def of_company(company: Readiness) -> dict[str, Any] | None:
    """Tell which workflows have run for a company of the spine; None without a domain. One query."""
    try:
        answer = status.of(COMPANY, company.domain or "")
    except KeyRefused:
        return None
    key = answer["entity_key"]
    return {
        "lines": [Line(entry) for entry in answer["enrichments"]],
        "coverage": answer["coverage"],
        "url": reverse("enrichment:entity-detail", args=[COMPANY, key]),
    }


SECTIONS = (
    Section(
        "governance:company-detail",
        "enrichment.view_state",
        "enrichment/entity/_of_company.html",
        of_company,
    ),
)
