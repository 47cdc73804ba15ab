"""The traces of vendors keep up with the canon."""

from governance.canon.checks import vendors
from governance.reference.sync import TOOLBOX
from governance.toolbox import reading

CANON = reading.read(TOOLBOX.read_text())


def test_every_tool_and_every_banned_vendor_has_its_traces():
    banned = {ban.name for ban in CANON.bans["vendor"].values()}

    assert set(vendors.OF_TOOLS) == {tool.slug for tool in CANON.tools.values()}
    assert set(vendors.OF_BANNED) == banned


def test_every_tool_with_a_key_has_a_host():
    keyed = [tool.slug for tool in CANON.tools.values() if tool.api_key_env]

    assert [slug for slug in keyed if not vendors.OF_TOOLS[slug].hosts] == []


def test_every_banned_vendor_shows_somehow():
    assert [name for name, traces in vendors.OF_BANNED.items() if not traces.hosts] == []
