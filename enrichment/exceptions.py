"""Refusals of this app, by sentence."""

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


class WarehouseSlow(WarehouseRefused):
    """The warehouse took longer than a statement may."""

    status = 504


class TableRefused(Refused):
    """A name that is no table or column of the warehouse."""
