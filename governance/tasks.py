"""What the workers do: an id in, one service call."""

from celery import shared_task

TASK_SECONDS = 5.0


@shared_task(name="governance.tasks.run_operation")
def run_operation(operation_id: int, turn: int | None = None) -> None:
    """Run chunks for a few seconds, then hand the rest to the next task."""
    from governance.services.operations import turns

    turns.run(operation_id, turn, seconds=TASK_SECONDS)


@shared_task(name="governance.tasks.build_report")
def build_report(run_id: int) -> None:
    """Write the report of a playbook run that has ended."""
    from governance.services.playbooks import reports

    reports.ensure(run_id, waits=False)


@shared_task(name="governance.tasks.write_export", time_limit=3600)
def write_export(export_id: int) -> None:
    """Write a file that was asked for; a million rows take minutes."""
    from governance.resources import exports

    exports.write_file(export_id)


@shared_task(name="governance.tasks.keep_house")
def keep_house() -> list[str] | None:
    """Do every chore of the house, and return what failed; None while another worker does them. Runs every minute."""
    from governance.services import housekeeping

    return housekeeping.keep()


@shared_task(name="governance.tasks.start_due_jobs")
def start_due_jobs() -> None:
    """Claim the jobs that are due and hand them to the workers. Runs every half minute."""
    from governance.services.jobs import schedules

    schedules.start_due()


@shared_task(name="governance.tasks.run_job", time_limit=7200)
def run_job(run_id: int) -> None:
    """Carry a claimed run of a job to its end; one that runs elsewhere is left to there."""
    from governance.services.jobs import runs

    runs.carry_on(run_id)


@shared_task(name="governance.tasks.park_exhausted")
def park_exhausted(operation_id: int) -> None:
    """Park what has used up its tries, after a retry has ended."""
    from governance.services.jobs import runs

    runs.after_retry(operation_id)
