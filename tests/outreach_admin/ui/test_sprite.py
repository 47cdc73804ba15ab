"""Every icon that is named can be drawn."""

import re
from pathlib import Path

from django.conf import settings

from outreach_admin import menu
from outreach_admin.ui import badges, sprite
from outreach_admin.ui.templatetags import ui

ROOT = Path(settings.BASE_DIR)
DRAWN = set(re.findall(r'id="([^"]+)"', (ROOT / "static/icons.svg").read_text()))


def test_the_icons_of_states_and_navigation_are_drawn():
    named = {look.icon for look in [*badges.LOOKS.values(), *ui.TONES.values(), badges.PLAIN]}
    named |= {entry.icon for entry in menu.entries()}

    assert named <= DRAWN


def test_the_icons_that_templates_name_are_drawn():
    texts = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r'{% icon "([^"]+)"', texts))

    assert named <= DRAWN


def test_an_icon_beside_a_word_is_hidden_from_readers():
    assert 'aria-hidden="true"' in sprite.icon("pause")


def test_an_icon_alone_has_an_escaped_name():
    drawn = sprite.icon("shield", '"needs" <approval>')

    assert 'role="img" aria-label="&quot;needs&quot; &lt;approval&gt;"' in drawn
