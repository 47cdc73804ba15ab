"""Foreign text as people should see it: what is invisible or turns the line around becomes visible."""

import re
import unicodedata

# C0 and C1 controls but tab and line feed, DEL, and everything that changes the direction of what follows
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]"
)
PICTURES = 0x2400


def visible(text: object) -> str:
    """Write control characters as their pictures (␛ for ESC) and direction marks by name; the rest stays."""
    return UNSEEN.sub(_picture, str(text))


def _picture(found: re.Match[str]) -> str:
    letter = found.group()
    if ord(letter) < 0x20:
        return chr(PICTURES + ord(letter))
    if ord(letter) == 0x7F:
        return "␡"
    return f"⟨{unicodedata.name(letter, f'U+{ord(letter):04X}').lower()}⟩"
