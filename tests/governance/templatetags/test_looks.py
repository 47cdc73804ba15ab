"""Everything that services tell of has a look that can be drawn."""

import re
from pathlib import Path

from django.conf import settings

from governance.models import ApprovalVote, OperationItem
from governance.queries.companies import moments
from governance.queries.errors import timeline as error_timeline
from governance.queries.operations import timeline
from governance.templatetags import looks
from outreach_admin.ui.badges import PLAIN

DRAWN = set(re.findall(r'id="([^"]+)"', Path(settings.BASE_DIR, "static/icons.svg").read_text()))


def test_every_look_can_be_drawn():
    tables = (looks.STEPS, looks.EVENTS, looks.SEVERITIES, looks.VOTES, looks.CHECKS)

    assert {look.icon for table in tables for look in table.values()} <= DRAWN


def test_every_step_and_event_that_is_told_has_a_look():
    assert timeline.SENTENCES.keys() <= looks.STEPS.keys()
    told = error_timeline.WORDS.keys() | error_timeline.PLANS.keys() | {moments.TIER}
    assert told == looks.EVENTS.keys()


def test_every_outcome_that_changed_nothing_is_told():
    assert error_timeline.PLANS.keys() == set(OperationItem.Outcome.values) - {"applied"}


def test_every_vote_has_a_look():
    assert looks.VOTES.keys() == set(ApprovalVote.Decision.values)


def test_what_is_not_known_is_shown_plainly():
    assert looks.step_look("whispered") == PLAIN
    assert looks.event_look("WHISPER") == looks.EVENTS["UPDATE"]


def test_a_blocker_that_is_only_missing_differs_from_one_that_blocks():
    assert [looks.severity_look(word).tone for word in ("CRITICAL", "HIGH", "MEDIUM")] == [
        "bad",
        "bad",
        "warn",
    ]
