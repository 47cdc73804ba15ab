"""What a run came to, over its steps."""

from governance.models import ErrorTable, JobRun


def by_job(run: JobRun) -> dict[str, dict[str, int]]:
    """Return the rows of each error table by job, in the order of its steps; a table without any has 0."""
    tables = list(ErrorTable.objects.values_list("name", flat=True))
    found: dict[str, dict[str, int]] = {}
    for step in run.steps.order_by("position"):
        counts = found.setdefault(step.job, dict.fromkeys(tables, 0) if step.verb else {})
        for what, rows in step.counted.items():
            counts[what] = counts.get(what, 0) + rows
    return found
