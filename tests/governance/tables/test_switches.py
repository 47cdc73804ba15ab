"""What the list of kill switches shows."""

import pytest
from django.utils import timezone

from governance.services.canon import switches
from governance.tables.switches import SwitchTable
from tests import make
from tests.governance.queries.canon.test_tools import stopped
from tests.governance.tables import drawn

pytestmark = pytest.mark.django_db


class OfWhoMayRelease(SwitchTable):
    may_release = staticmethod(lambda switch: True)


def test_a_switch_that_stands_leads_nobody_else_to_its_release():
    state = drawn.text(drawn.row(SwitchTable, stopped())["state"])

    assert "Stands" in state and "release" not in state


def test_a_switch_that_stands_leads_to_its_tool_and_its_release():
    switch = stopped()

    shown = drawn.row(OfWhoMayRelease, switch)

    assert 'href="/tools/firecrawl/"' in drawn.text(shown["tool"])
    state = drawn.text(shown["state"])
    assert "Stands" in state and f'href="/canon/switches/{switch.pk}/release/"' in state


def test_a_switch_on_all_tools_names_none():
    assert drawn.text(drawn.row(SwitchTable, stopped(""))["tool"]) == "All tools"


def test_a_released_switch_says_who_released_it():
    switch = switches.release(
        stopped(),
        by=make.manager(first_name="Ines", last_name="Duarte"),
        reason="Mended.",
    )

    shown = drawn.row(SwitchTable, switch, as_of=timezone.now())

    assert "Released" in drawn.text(shown["state"]) and "release/" not in drawn.text(shown["state"])
    assert "Ines Duarte" in drawn.text(shown["released"])
