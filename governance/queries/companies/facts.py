"""The facts of one company in words, as far as its hub tables hold them."""

from collections.abc import Callable, Iterator

from governance.queries.companies.records import MOST_ROWS, Company, Filing, Slot
from outreach_admin.ui import figures

# of many slots, so many are named
MOST_NAMED = 6
# and so many characters of each
LONGEST_NAME = 40


def of_master(company: Company) -> str:
    """Say what the company master knows of it."""
    master = company.master
    if master is None:
        return "no company record"
    gaps = [
        name
        for name, value in (("domain", master.domain), ("e-mail pattern", master.email_pattern))
        if not value
    ]
    return f"company record without {' and '.join(gaps)}" if gaps else "company record complete"


def of_target(company: Company) -> str:
    """Say how far its company target is."""
    target = company.target
    if target is None:
        return "no record"
    completed = target.imo_completed_at
    return ", ".join(
        [
            target.execution_status,
            f"completed {figures.day(completed)}" if completed else "not completed",
            _cut(target.email_method or "no method"),
            _confidence(target.confidence_score),
        ]
    )


def of_filings(company: Company) -> str:
    """Say which filing counts, and how many there are."""
    rows = company.filings
    if rows.first is None:
        return "no filing"
    said = f"{counted(len(rows.shown), 'filing', more=rows.more)}"
    return f"{said}: {_filing(rows.first)}"


def of_slots(company: Company) -> str:
    """Say how many slots are filled, and which."""
    filled = company.readiness.filled_slots
    if company.slots.first is None:
        return "no slot"
    return (
        f"{filled:,} of {company.readiness.required_slots:,} filled: {'; '.join(_slots(company))}"
    )


def of_blogs(company: Company) -> str:
    """Say how many pages were read, and when last."""
    rows = company.readiness.blog_rows
    if not rows:
        return "no page"
    read = f", read {figures.day(company.read_at)}" if company.read_at else ""
    return f"{figures.counted(rows, 'page')}{read}"


def of_score(company: Company) -> str:
    """Say its score and how many signals it comes from."""
    score = company.bit_score
    if score is None or score.score is None:
        return "no score"
    return f"{score.score} from {figures.counted(score.signal_count, 'signal')}"


def counted(rows: int, noun: str, *, more: bool) -> str:
    """Write how many rows there are, at least."""
    said = figures.counted(rows, noun)
    return f"more than {said}" if more else said


OF_GATE: dict[str, Callable[[Company], str]] = {
    "ct": of_target,
    "dol": of_filings,
    "people": of_slots,
}


def _confidence(score: object) -> str:
    return "no confidence" if score is None else f"confidence {score}"


def _filing(filing: Filing) -> str:
    ein = f"EIN {_cut(filing.ein)}" if filing.ein else "no EIN"
    return f"{ein}, {'present' if filing.filing_present else 'not present'}"


def _slots(company: Company) -> Iterator[str]:
    """Name the filled slots and the empty ones."""
    for is_filled, word in ((True, "filled"), (False, "empty")):
        slots = [slot for slot in company.slots.shown if slot.is_filled is is_filled]
        if slots:
            yield f"{word} {_names(slots, more=company.slots.more)}"


def _names(slots: list[Slot], *, more: bool) -> str:
    names = [_cut(slot.slot_type) for slot in slots[:MOST_NAMED]]
    beyond = len(slots) > MOST_NAMED or (more and len(slots) == MOST_ROWS)
    return f"{', '.join(names)}{' …' if beyond else ''}"


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
