"""One row of a list as it is drawn."""

from typing import Any

from outreach_admin.ui.tables import Cell, Table


def row(kind: type[Table], record: Any, **given: Any) -> dict[str, Cell]:
    """Draw one record with every column there is."""
    table = kind([record], shown=kind.base_columns, **given)
    (drawn,) = table.body()
    return dict(zip((bound.name for bound in table.columns), drawn.cells, strict=True))


def text(cell: Cell) -> str:
    """What a cell holds, without what the column puts around it."""
    return str(cell.content)
