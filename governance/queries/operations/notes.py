"""What people wrote on their operations of late."""

from django.contrib.auth.models import User

from governance.models import Operation

LOOKED_THROUGH = 300
OFFERED = 3


def latest(verb: str, *, by: User) -> list[str]:
    """Return the last different notes this person did `verb` with, the newest first; old ones are not looked for."""
    recent = Operation.objects.order_by("-pk").values("pk")[:LOOKED_THROUGH]
    mine = Operation.objects.filter(
        pk__in=recent,
        requester=by,
        verb=verb,
        kind=Operation.Kind.VERB,
        state=Operation.State.DONE,
    )
    notes = mine.order_by("-pk").values_list("parameters__note", flat=True)
    return list(dict.fromkeys(note for note in notes if note))[:OFFERED]
