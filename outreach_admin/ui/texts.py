"""Foreign text as people should see it: what is invisible or turns the line around becomes visible."""

import re
import unicodedata
from re import Match, Pattern

from django.utils.safestring import SafeData, SafeString

from outreach_admin.db import rules

# C0 and C1 controls but tab and line feed, DEL, what has no width, and everything that changes the direction of what follows
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u2028\u2029\ufeff]"
)
PICTURES = 0x2400


def visible(text: object) -> str:
    """Write control characters as their pictures (␛ for ESC) and direction marks by name; the rest stays.

    What was safe HTML is so afterwards.
    """
    return _shown(UNSEEN, text)


def word(text: object) -> str:
    """Write a name, a code or a title so that it can be seen, line feeds and tabs included."""
    return _shown(rules.UNSEEN, text)


def _shown(unseen: Pattern[str], text: object) -> str:
    said = str(text)
    shown = unseen.sub(_picture, said)
    return SafeString(shown) if isinstance(said, SafeData) else shown


def _picture(found: Match[str]) -> str:
    letter = found.group()
    if ord(letter) < 0x20:
        return chr(PICTURES + ord(letter))
    if ord(letter) == 0x7F:
        return "␡"
    return f"⟨{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}⟩"
