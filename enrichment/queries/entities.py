"""Companies and people as the console knows them, and how fresh that is."""

from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from enrichment.models import EntitySync

# a pass begins every half an hour, and takes minutes at a million companies
LATE = """SELECT entity_type, problem, to_char(
        coalesce(finished_at, began_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')
    FROM enrichment_entitysync
    WHERE coalesce(finished_at, began_at) < now() - interval '3 hours'
    ORDER BY entity_type LIMIT 1"""
NOUNS = {"company": "companies", "person": "people"}


def problem(cursor: CursorWrapper) -> str:
    """Say that nothing was taken over from the warehouse for three hours; empty while all is well."""
    cursor.execute(LATE)
    found = cursor.fetchone()
    if found is None:
        return ""
    entity_type, why, since = found
    told = f": {why}" if why else ""
    return f"{NOUNS[entity_type]} were last taken over from the warehouse at {since} UTC{told}"


def incomplete(entity_type: str) -> EntitySync | None:
    """Return how far entities were taken over, where rows were left out or nothing goes on. One query."""
    lacking = Q(refused__gt=0) | ~Q(problem="")
    return EntitySync.objects.filter(lacking, entity_type=entity_type).first()
