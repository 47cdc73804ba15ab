"""Reports of the canon's checks as JSON: as the command writes them, and as they are kept."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils import timezone
from rest_framework import serializers

from governance.api.serializers.canon.calls import Word
from governance.canon.checks.findings import CODES, Rule, State
from governance.canon.checks.reports import STATUS, VERSION
from governance.models import CheckFinding, CheckReport
from outreach_admin.api.bodies import (
    Body,
    Count,
    Exact,
    Figure,
    Moment,
    Text,
)
from outreach_admin.api.rows import RowSerializer
from outreach_admin.db.limits import PROSE

MOST_FINDINGS = 20_000
MOST_LISTED = 100_000
MOST = 2**31 - 1
MOST_LINES = 2**53 - 1
# characters of what is cut before it is kept
LONGEST = 250_000
# how far a clock may run ahead
AHEAD = timedelta(hours=1)
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
RULES = [rule.value for rule in Rule]
STATES = [state.value for state in State]
KNOWN_CODES = sorted(set(CODES.values()))
FOUND = {
    "rule": "banned-import",
    "code": "V-TOOL-002",
    "name": "lxml",
    "file": "ingest/pages.py",
    "cell": None,
    "line": 3,
    "column": 8,
    "said": "lxml is a banned library. Use selectolax.",
    "state": "open",
    "because": "",
    "until": None,
}


def _count(most: int = MOST, least: int = 0, **given: Any) -> Count:
    return Count(min_value=least, max_value=most, **given)


def _text(longest: int = LONGEST, *, allow_blank: bool = True) -> Text:
    return Text(
        max_length=longest,
        allow_blank=allow_blank,
        trim_whitespace=False,
    )


class Name(Exact, Word):
    """A word; a number is none."""

    kinds = (str,)
    default_error_messages: ClassVar[Any] = Text.default_error_messages


class Code(Exact, serializers.ChoiceField):
    """One of some numbers; a text is none of them."""

    kinds = (int,)
    default_error_messages: ClassVar[Any] = Count.default_error_messages


class Part(Body):
    """An object within a body: it too is refused with members that nobody reads."""

    def to_internal_value(self, data: Any) -> Any:
        """Read it."""
        if isinstance(data, dict) and (unknown := data.keys() - self.fields.keys()):
            raise serializers.ValidationError({min(unknown)[:60]: ["It is not known."]})
        return super().to_internal_value(data)


class FindingBody(Part):
    """One finding."""

    rule = serializers.ChoiceField(RULES)
    code = serializers.ChoiceField(KNOWN_CODES, allow_blank=True)
    name = _text(PROSE)
    file = _text(PROSE, allow_blank=False)
    cell = _count(least=1, allow_null=True, help_text="Of a notebook.")
    line = _count(least=1)
    column = _count(least=1)
    said = _text()
    state = serializers.ChoiceField(CheckFinding.State.choices)
    because = _text()
    until = serializers.DateField(allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a waiver without an end, an end without a waiver, and a finding of nothing."""
        if (attrs["state"] == State.WAIVED) != (attrs["until"] is not None):
            raise serializers.ValidationError({"until": ["It is there where the state is waived."]})
        if not attrs["name"] and attrs["rule"] != Rule.UNREADABLE:
            raise serializers.ValidationError({"name": ["What was found has a name."]})
        return attrs


class LeftOutBody(Part):
    """What was not looked at."""

    path = _text()
    why = _text()


class CheckReportBody(Body):
    """A report as `canon_check` writes it."""

    example: ClassVar[dict[str, Any]] = {
        "version": VERSION,
        "canon": 2,
        "repository": "acme/ingest",
        "branch": "main",
        "commit": "5d41402abc4b2a76b9719d911017c592ae1f0e3a",
        "path": ".",
        "checked_at": "2026-02-04T08:00:00+00:00",
        "status": "violations",
        "exit_code": 1,
        "refusal": "",
        "summary": {"banned-import": {"open": 1, "in the baseline": 0, "waived": 0}},
        "findings": [FOUND],
        "notes": [],
        "left_out": [{"path": ".venv", "why": "a hidden folder"}],
        "files": 41,
        "lines": 6180,
        "seconds": 0.42,
    }
    version = _count(help_text="Of the form of the report.")
    canon = _count()
    repository = Name()
    branch = Name(allow_blank=True)
    commit = Name(allow_blank=True)
    path = _text(PROSE)
    checked_at = Moment()
    status = serializers.ChoiceField(CheckReport.Status.choices)
    exit_code = Code(list(STATUS))
    refusal = _text()
    summary = serializers.DictField(
        child=serializers.DictField(child=_count()),
        help_text="How many findings there are, by rule and state.",
    )
    findings = FindingBody(many=True, max_length=MOST_FINDINGS)
    notes = serializers.ListField(child=_text(), max_length=MOST_LISTED)
    left_out = LeftOutBody(many=True, max_length=MOST_LISTED)
    files = _count(MOST_LINES)
    lines = _count(MOST_LINES)
    seconds = Figure(min_value=0, max_value=MOST)

    def validate_version(self, version: int) -> int:
        """Refuse another one, however it was written."""
        if version != VERSION:
            raise serializers.ValidationError(f"Version {VERSION} alone is known here.")
        return version

    def validate_checked_at(self, moment: Any) -> Any:
        """Refuse what would stay the last report until then."""
        if moment > timezone.now() + AHEAD:
            raise serializers.ValidationError("It is not yet: look at the clock of that machine.")
        if moment < FIRST:
            raise serializers.ValidationError("No report is so old.")
        return moment

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what does not follow from the findings."""
        code = _exit_code(attrs)
        due = {
            "exit_code": code,
            "status": STATUS[code],
            "summary": _summary(attrs["findings"], attrs["summary"]),
        }
        wrong = [name for name, value in due.items() if attrs[name] != value]
        if wrong:
            said = "It does not follow from the findings."
            raise serializers.ValidationError({name: [said] for name in wrong})
        return attrs


def _exit_code(said: Mapping[str, Any]) -> int:
    is_open = [one for one in said["findings"] if one["state"] == State.OPEN]
    if said["refusal"] or any(one["rule"] == Rule.UNREADABLE for one in is_open):
        return 2
    return 1 if is_open else 0


def _summary(findings: Any, said: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Count the findings; a rule that has none may stand there or not."""
    counts = Counter((one["rule"], one["state"]) for one in findings)
    rules = {rule for rule, _ in counts} | (said.keys() & set(RULES))
    return {rule: {state: counts[rule, state] for state in STATES} for rule in rules}


class CheckReportSerializer(RowSerializer):
    """A report that is kept."""

    repository = serializers.CharField(source="repository.name", read_only=True)
    by = serializers.CharField(
        source="by_name",
        read_only=True,
        help_text="Whose token sent it.",
    )
    before = serializers.IntegerField(
        source="before_id",
        read_only=True,
        allow_null=True,
        help_text="The report that opened, closed and newly_waived are set against.",
    )

    class Meta:
        model = CheckReport
        fields = read_only_fields = (
            "id",
            "repository",
            "branch",
            "commit",
            "path",
            "checked_at",
            "received_at",
            "by",
            "status",
            "refusal",
            "canon",
            "open",
            "waived",
            "known",
            "unreadable",
            "ending",
            "before",
            "opened",
            "closed",
            "newly_waived",
            "files",
            "lines",
            "seconds",
        )


class StoredReportSerializer(CheckReportSerializer):
    """A report that was sent, and the page that shows it."""

    address = serializers.CharField(
        read_only=True,
        help_text="Of its page.",
    )

    class Meta(CheckReportSerializer.Meta):
        fields = read_only_fields = (*CheckReportSerializer.Meta.fields, "address")


class CheckFindingSerializer(RowSerializer):
    """A finding of a report."""

    change = serializers.CharField(
        read_only=True,
        help_text="new: not there in the report before, or in another state; same; first: there is none before.",
    )

    class Meta:
        model = CheckFinding
        fields = read_only_fields = (
            "id",
            "rule",
            "code",
            "name",
            "file",
            "cell",
            "line",
            "column",
            "said",
            "state",
            "because",
            "until",
            "change",
        )
