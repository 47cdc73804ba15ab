"""Whether a company can be promoted to each target, by the database's own rule, and why not."""

from collections.abc import Iterator
from dataclasses import dataclass

from governance.models import Readiness
from governance.queries.companies.records import TARGETS, Company
from governance.queries.errors.blockers import COUNTED_ANEW
from outreach_admin.ui import figures

LABELS = {
    "DOL": "DOL Filings",
    "PEOPLE": "People Intelligence",
    "BLOG": "Blog Content",
    "BIT": "BIT",
    "OUTREACH": "Outreach Execution",
}
NOTHING = "nothing stands in its way"
# columns of readiness by prefix, and what people call the hub
GATES = (("ct", "company target"), ("dol", "DOL"), ("people", "people"))


@dataclass(frozen=True)
class Answer:
    """Yes or no for one target, and in a sentence why."""

    target: str
    label: str
    allowed: bool
    why: str


def answers(company: Company) -> list[Answer]:
    """Answer for every target one can ask about."""
    return [
        Answer(
            target,
            LABELS[target],
            target in company.open_to,
            COUNTED_ANEW if company.is_due else why(company.readiness, target),
        )
        for target in TARGETS
    ]


def why(readiness: Readiness, target: str) -> str:
    """Say what stands in the way of one target, or that nothing does."""
    gates = GATES if target == "OUTREACH" else GATES[:1]
    found = [said for gate, name in gates for said in _lacking(readiness, gate, name)]
    if target == "OUTREACH" and readiness.other_violations:
        found.append(figures.counted(readiness.other_violations, "open violation"))
    return "; ".join(found) or NOTHING


def _lacking(readiness: Readiness, gate: str, name: str) -> Iterator[str]:
    if not getattr(readiness, f"{gate}_done"):
        yield f"{name} not done"
    errors = getattr(readiness, f"{gate}_blocking")
    if errors:
        yield figures.counted(errors, f"blocking {name} error")
    violations = getattr(readiness, f"{gate}_violations")
    if violations:
        yield figures.counted(violations, f"open {name} violation")
