"""Tools set against the rest of their file."""

import pytest

from governance.reference import sync
from governance.toolbox import reading

SHIPPED = sync.TOOLBOX.read_text()


@pytest.mark.parametrize("field", ["name: MXLookup", "slug: mx-lookup"])
def test_what_is_one_tools_alone_is_told_apart_without_capitals_and_dashes(field):
    name, _, word = field.partition(": ")
    other = {"name": "SMTPCheck", "slug": "smtp-check"}[name]
    text = SHIPPED.replace(f"{name}: {other}", f"{name}: {word}", 1)

    with pytest.raises(reading.CanonUnread, match=f"“{word}” is the {name} of TOOL-001 already"):
        reading.read(text)


def test_two_tools_share_no_key():
    text = SHIPPED.replace("APOLLO_API_KEY", "HUNTER_API_KEY")

    with pytest.raises(reading.CanonUnread, match="is the api_key_env of TOOL-008 already"):
        reading.read(text)


def test_two_tools_may_run_the_same_software():
    text = SHIPPED.replace("software: SMTP client", "software: dnspython")

    assert reading.read(text).tools["TOOL-002"].software == "dnspython"


def test_attempts_have_no_least_number():
    text = SHIPPED.replace("pattern_attempts < 1", "pattern_attempts >= 1")

    with pytest.raises(reading.CanonUnread, match="is attempts, and this asks for number"):
        reading.read(text)
