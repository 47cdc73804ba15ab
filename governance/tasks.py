"""What the workers do: an id in, one service call."""

from celery import shared_task

TASK_SECONDS = 5.0


@shared_task(name="governance.tasks.run_operation")
def run_operation(operation_id: int) -> None:
    """Run chunks for a few seconds, then hand the rest to the next task."""
    from governance.services import workers
    from governance.services.operations import runner

    progress = runner.run_for(operation_id, seconds=TASK_SECONDS)
    if progress.more:
        workers.send("governance.tasks.run_operation", operation_id, countdown=progress.wait)


@shared_task(name="governance.tasks.build_report")
def build_report(run_id: int) -> None:
    """Write the report of a playbook run that has ended."""
    from governance.services.playbooks import reports

    reports.ensure(run_id)


@shared_task(name="governance.tasks.write_export", time_limit=3600)
def write_export(export_id: int) -> None:
    """Write a file that was asked for; a million rows take minutes."""
    from governance.resources import exports

    exports.write_file(export_id)


@shared_task(name="governance.tasks.keep_house")
def keep_house() -> None:
    """Expire what waited too long, count votes anew, write missing reports, fold the facet counters, take up exports that were left. Runs every minute."""
    from governance.services import counters
    from governance.services.approvals import counts, requests
    from governance.services.files import exports, imports
    from governance.services.operations import steering
    from governance.services.playbooks import reports, runs

    requests.expire_stale()
    counts.recount_open()
    steering.expire_waiting()
    runs.expire_waiting()
    reports.ensure_all()
    counters.fold()
    exports.take_up()
    exports.expire()
    imports.expire()
