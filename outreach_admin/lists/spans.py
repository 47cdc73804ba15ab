"""Spans of time that a list offers under names: within 48 h, older than 7 days, later."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stretch:
    """One named part of a span: from `after`, which it includes, to `before`, which it excludes; both as addresses carry them."""

    label: str
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Span:
    """Two filters of one moment, `after` and `before`, with the stretches offered beside the list."""

    name: str
    label: str
    after: str
    before: str
    stretches: tuple[Stretch, ...]

    @property
    def keys(self) -> tuple[str, str]:
        """Name both filters."""
        return self.after, self.before

    def values(self, stretch: Stretch) -> dict[str, str]:
        """Map the keys of this span to what the stretch sets."""
        given = {self.after: stretch.after, self.before: stretch.before}
        return {key: text for key, text in given.items() if text}

    def named(self, given: dict[str, str]) -> Stretch | None:
        """Find the stretch that these values are."""
        mine = {key: text for key, text in given.items() if key in self.keys}
        found = (one for one in self.stretches if self.values(one) == mine)
        return next(found, None)


def ages(name: str, label: str, *, after: str, before: str) -> Span:
    """Offer the usual ages of something that has happened."""
    return Span(
        name,
        label,
        after,
        before,
        (
            Stretch("last 24 h", after="24h-ago"),
            Stretch("last 7 days", after="7d-ago"),
            Stretch("older than 7 days", before="7d-ago"),
            Stretch("older than 30 days", before="30d-ago"),
        ),
    )
