"""Refusals of this app, by sentence."""

from typing import Any

from outreach_admin.exceptions import Refused


class WarehouseRefused(Refused):
    """The warehouse cannot be read as asked."""

    status = 503
    heading = "The warehouse cannot be read now"


class WarehouseAway(WarehouseRefused):
    """The warehouse does not answer."""


class WarehouseForbids(WarehouseRefused):
    """The account of the console may not do this in the warehouse."""


class WarehouseChanged(WarehouseRefused):
    """A table went, or lost a column, while it was read."""

    status = 409


class WarehouseOdd(WarehouseRefused):
    """A row there cannot be given out."""


class WarehouseSlow(WarehouseRefused):
    """The warehouse took longer than a statement may."""

    status = 504


class TableRefused(Refused):
    """A name that is no table or column of the warehouse."""


class RegistryRefused(Refused):
    """An entry of the registry cannot be made as asked; `errors` lists fields and problems."""

    def __init__(
        self,
        sentence: str,
        *,
        what_to_do: str = "",
        status: int | None = None,
        errors: Any = (),
    ) -> None:
        super().__init__(
            sentence,
            what_to_do=what_to_do,
            status=status,
        )
        self.members = {"errors": list(errors)}


class AlreadyRegistered(RegistryRefused):
    """An entry is there exactly as it was asked for: the form was sent twice, say."""

    def __init__(self, workflow: Any) -> None:
        sentence = f"“{workflow}” is registered already, as the form says."
        super().__init__(
            sentence,
            what_to_do="Nothing was done.",
            status=409,
            errors=[{"field": "workflow_name", "problem": sentence}],
        )
        self.workflow = workflow


class ScanRefused(Refused):
    """The code cannot be compared with the registry as asked."""
