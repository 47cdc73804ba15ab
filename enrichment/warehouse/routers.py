"""Which database is asked for what."""

from typing import Any

WAREHOUSE = "warehouse"


class WarehouseRouter:
    """Nothing of the console's is ever made in a warehouse that is a database of its own."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        """Refuse every migration there, and leave the rest to others."""
        return False if db == WAREHOUSE else None
