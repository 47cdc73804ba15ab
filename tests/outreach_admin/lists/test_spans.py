"""Spans of time under names."""

from outreach_admin.lists import spans

SEEN = spans.ages("age", "Seen", after="seen_after", before="seen_before")


def test_values_that_are_a_stretch_have_its_name():
    older = {"seen_before": "7d-ago", "code": "A"}

    assert SEEN.named(older).label == "older than 7 days"
    assert SEEN.named({"seen_after": "7d-ago"}).label == "last 7 days"


def test_values_that_are_no_stretch_have_no_name():
    assert SEEN.named({"seen_before": "7d-ago", "seen_after": "30d-ago"}) is None
    assert SEEN.named({"seen_before": "2026-02-04"}) is None
    assert SEEN.named({}) is None


def test_a_stretch_sets_its_own_keys_alone():
    found = [SEEN.values(stretch) for stretch in SEEN.stretches]

    assert found == [
        {"seen_after": "24h-ago"},
        {"seen_after": "7d-ago"},
        {"seen_before": "7d-ago"},
        {"seen_before": "30d-ago"},
    ]
