"""Time zones to choose from."""

from outreach_admin.db import zones


def choices(current: str | None) -> list[tuple[str, str]]:
    """Offer what both database and machine know; where neither has the `current` one, nothing is chosen in its place. One query."""
    names = zones.known()
    offered = [(name, name) for name in names]
    if current is None or current in names:
        return offered
    return [("", f"There is no “{current[:60]}”: choose"), *offered]
