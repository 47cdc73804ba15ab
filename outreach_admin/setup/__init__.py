"""Set-up, run by make with the machine's own Python before any package is there: the standard library alone.

What a machine lacks is said in one sentence with the command that mends it, before anything is begun.
"""


class Missing(Exception):  # noqa: N818 - not a failure of ours
    """The machine lacks something: what, and the command that mends it."""
