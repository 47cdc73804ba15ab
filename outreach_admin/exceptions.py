"""Refusals: a rule or the surroundings say no, in one sentence a person can act on."""


class Refused(Exception):  # noqa: N818 - an *error* is a row here
    """A rule says no; the text says what, why and what to do."""


class ServerRefused(Refused):
    """A local PostgreSQL or Redis cannot be started, reached or stopped."""
