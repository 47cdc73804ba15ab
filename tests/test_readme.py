"""The README keeps up with the code."""

import re

import pytest
from django.core.management import get_commands

from tests.servers import ROOT

README = (ROOT / "README.md").read_text()
READS = re.compile(r"""(?:env\.\w+\(|environ(?:\.get\(|\.setdefault\(|\[))\s*["']([A-Z_]+)["']""")
APPS = ("outreach_admin", "governance", "enrichment")
OWN_SOURCES = [path for app in APPS for path in ROOT.glob(f"{app}/**/*.py")]


def test_every_variable_that_is_read_stands_in_the_table():
    read = {name for path in OWN_SOURCES for name in READS.findall(path.read_text())} - {
        "DJANGO_SETTINGS_MODULE"
    }

    assert {"PORT", "DATABASE_URL", "SECRET_KEY"} <= read
    assert [name for name in sorted(read) if f"`{name}`" not in README] == []


@pytest.mark.parametrize("app", ["governance", "enrichment"])
def test_every_command_of_an_app_is_named(app):
    commands = [name for name, owner in get_commands().items() if owner == app]

    assert [name for name in commands if name not in README] == []


def test_what_it_points_to_is_there():
    targets = re.findall(r"\]\((?!http)([^)#]+)\)", README)

    assert [target for target in targets if not (ROOT / target).exists()] == []
