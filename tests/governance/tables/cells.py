"""What tables show: the content of cells by the name of their column."""

from typing import Any

from outreach_admin.ui.tables import Table


def cells(table: Table) -> list[dict[str, str]]:
    """The shown cells of each row as text."""
    names = [bound.name for bound in table.columns]
    return [
        dict(zip(names, (str(cell.content) for cell in row.cells), strict=True))
        for row in table.body()
    ]


def every_cell(table_class: type[Table], record: Any, **given: Any) -> dict[str, str]:
    """All cells of one record, optional columns included."""
    (found,) = cells(table_class([record], shown=list(table_class.base_columns), **given))
    return found
