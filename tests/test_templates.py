"""Templates as files: short lines, each of them used, nothing the content policy would refuse."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from outreach_admin.ui.pages import refusals

ROOT = Path(settings.BASE_DIR)
TEXTS = {
    str(path.relative_to(ROOT / "templates")): path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.html"))
}
LONGEST = 120
QUOTED = re.compile(r"""["']([\w/]+\.html)["']""")
TAG = re.compile(r"{%.*?%}")
# Django looks these up by itself
LOOKED_UP = re.compile(r"admin/|registration/")
REFUSED = {
    "style": re.compile(r"<style\b|\bstyle=", re.IGNORECASE),
    "script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "handler": re.compile(r"\s(?:on\w+|hx-on[\w:-]*)=|\bjavascript:", re.IGNORECASE),
}


def named_in_python() -> set[str]:
    """The templates that modules of the project name."""
    modules = [
        path
        for app in ("governance", "enrichment", "outreach_admin")
        for path in (ROOT / app).rglob("*.py")
    ]
    return {name for path in modules for name in QUOTED.findall(path.read_text())}


def named_in_templates() -> set[str]:
    """The templates that others include or extend; one that names itself does not count."""
    return {
        used
        for name, text in TEXTS.items()
        for tag in TAG.findall(text)
        for used in QUOTED.findall(tag)
        if used != name
    }


@pytest.mark.parametrize("name", TEXTS)
def test_the_lines_of_a_template_are_short(name):
    long = {
        place: len(line)
        for place, line in enumerate(TEXTS[name].splitlines(), 1)
        if len(line) > LONGEST
    }

    assert long == {}


def test_every_template_is_used():
    of_statuses = {f"{status}.html" for status in refusals.PAGES}
    used = named_in_python() | named_in_templates() | of_statuses

    unused = {name for name in TEXTS if name not in used and not LOOKED_UP.match(name)}

    assert unused == set()


def test_every_template_that_is_named_is_there():
    of_packages = {name for name in named_in_templates() if name.startswith("admin/")}

    assert named_in_templates() - of_packages - TEXTS.keys() == set()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_template_holds_nothing_inline_that_the_policy_refuses(kind):
    found = [name for name, text in TEXTS.items() if REFUSED[kind].search(TAG.sub("", text))]

    assert found == []
