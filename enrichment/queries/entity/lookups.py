"""What people have of a company or person, read as the one key that the console keeps."""

import re
from dataclasses import dataclass

from enrichment import keys
from enrichment.models import EntityType

COMPANY, PERSON = EntityType.COMPANY.value, EntityType.PERSON.value
LINKEDIN = re.compile(r"linkedin\.|salesnav:", re.IGNORECASE)
SALESNAV = "salesnav:"
SHOWN = 200
# what a spelling may hold that no key has, in the order of an address
OF_ALL = {
    "scheme": r"\A\s*[a-z][a-z0-9+.-]*:?//",
    "account": r"\A[^/?#]*(?://)?[^/?#]*@",
    "www.": r"(?:\A|//|@)\s*www\.",
    "port": r"\A(?:[a-z]+://)?[^/?#]*:\d+(?:[/?#]|\Z)",
    "query": r"\?",
    "fragment": r"#",
    "encoding": r"%[0-9a-f]{2}",
    "blanks": r"\A\s|\s\Z",
}
OF_TYPE = {
    COMPANY: {"path": r"\A(?>(?:[a-z][a-z0-9+.-]*:?//)?)[^/?#]+/[^?#]"},
    PERSON: {
        "language": r"//[a-z]{2}\.linkedin|\A[a-z]{2}\.linkedin",
        "path": r"/in/[^/?#]+/[^?#]",
    },
}
CAPITALS = re.compile(r"[A-Z]")


@dataclass(frozen=True)
class Reading:
    """A key, and the text that it was read from."""

    entity_type: str
    key: str
    raw: str

    @property
    def notice(self) -> str:
        """Say what of the text is not in the key; empty where the two are the same."""
        if self.raw == self.key:
            return ""
        asked = f"You asked for {self.raw[:SHOWN]}"
        if self.key.startswith(SALESNAV):
            return (
                f"{asked}: a SalesNav address is kept by its digest and never taken for a profile."
            )
        left_out = _listed(self.left_out)
        return f"{asked}: {left_out or 'it is written in its one form here'}."

    @property
    def left_out(self) -> list[str]:
        """Name what of the text no key has."""
        forms = OF_ALL | OF_TYPE[self.entity_type]
        found = [part for part, form in forms.items() if re.search(form, self.raw, re.IGNORECASE)]
        return [*found, "capitals"] if CAPITALS.search(self.raw) else found


def read(entity_type: str, raw: str) -> Reading:
    """Read a key of one type. Raises KeyRefused: 400 for an unknown type, 422 for what is no key."""
    return Reading(entity_type, keys.normalised(entity_type, raw), raw)


def guessed(raw: str) -> Reading:
    """Read a key of either type: what leads to a profile is a person's. Raises KeyRefused (422)."""
    if not LINKEDIN.search(raw):
        return read(COMPANY, raw)
    try:
        return read(PERSON, raw)
    except keys.KeyRefused:
        if "/" in raw.strip("/ "):
            raise
        return read(COMPANY, raw)


def _listed(parts: list[str]) -> str:
    if not parts:
        return ""
    *others, last = parts
    is_one = not others and last not in ("blanks", "capitals")
    words = f"{', '.join(others)} and {last}" if others else last
    return f"{words} {'is' if is_one else 'are'} left out of a key"
