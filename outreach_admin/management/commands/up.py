"""`up`: serve the console with its worker and its schedule until told to stop."""

import fcntl
import os
import sys
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from outreach_admin.setup import Missing, ports
from outreach_admin.supervisor import Service, Supervisor
from outreach_admin.watch.schedules import PULSE

PYTHON = sys.executable
DEMO = "load_demo"


class Command(BaseCommand):
    help = "Serve the console: web server, worker and schedule under one supervisor, until Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--prepare",
            action="store_true",
            help="first migrate, and load demo data into an empty database",
        )
        parser.add_argument("--web-threads", type=int, default=8)
        parser.add_argument("--worker-processes", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.DATA_DIR / "up.lock").open("a+") as lock:
            self.take(lock)
            if options["prepare"]:
                self.prepare()
            # anew each time: a copy that was broken off would pass for a whole one
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            self.serve(options)

    def take(self, lock: IO[str]) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"The console of {settings.DATA_DIR} is already served: stop it first, or set OUTREACH_DATA_DIR."
            ) from None
        try:
            ports.check(settings.HOST, str(settings.PORT))
        except Missing as missing:
            raise CommandError(str(missing)) from None

    def prepare(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if DEMO in get_commands() and not get_user_model().objects.exists():
            call_command(DEMO, scenario="all", today=True)

    def serve(self, options: dict[str, Any]) -> None:
        supervisor = Supervisor(
            services(
                web_threads=options["web_threads"], worker_processes=options["worker_processes"]
            )
        )
        look = watch(supervisor)
        announced = False

        def meanwhile() -> None:
            nonlocal announced
            look()
            if not announced and self.is_healthy():
                announced = True
                self.announce(supervisor)

        supervisor.run(meanwhile=meanwhile)

    def is_healthy(self) -> bool:
        host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104
        allowed = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), host)
        request = urllib.request.Request(
            f"http://{host}:{settings.PORT}/healthz/", headers={"Host": allowed}
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
                return answer.status == HTTPStatus.OK
        except OSError:
            return False

    def announce(self, supervisor: Supervisor) -> None:
        supervisor.say(f"Outreach Ops is ready: http://{settings.HOST}:{settings.PORT}/")
        for username, password in demo_sign_ins().items():
            supervisor.say(f"  sign in as {username} / {password}")


def watch(supervisor: Supervisor) -> Callable[[], None]:
    """Return what looks after the local servers; nothing where none is used."""
    if not settings.EMBEDDED:
        return lambda: None
    from outreach_admin.embedded import EmbeddedServers
    from outreach_admin.embedded.watch import Watch

    return Watch(
        EmbeddedServers(settings.DATA_DIR, which=settings.EMBEDDED), say=supervisor.say
    ).look


def services(*, web_threads: int, worker_processes: int) -> list[Service]:
    """Return the programs that make up the console."""
    celery = [PYTHON, "-m", "celery", "--app=outreach_admin", "--quiet"]
    worker = [
        *celery,
        "worker",
        f"--concurrency={worker_processes}",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    environment = {
        "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }
    seats = {"DOWNLOADS": str(max(1, min(settings.DOWNLOADS, web_threads // 2)))}
    return [
        Service("web", gunicorn(web_threads), environment | seats),
        Service("worker", worker, environment),
        Service("beat", [*celery, "beat"], environment, pulse=settings.DATA_DIR / PULSE),
    ]


def gunicorn(threads: int) -> list[str]:
    """Return the command that serves the web, with so many threads in each of its processes."""
    return [
        PYTHON,
        "-m",
        "gunicorn",
        "outreach_admin.wsgi:application",
        f"--bind={settings.HOST}:{settings.PORT}",
        "--worker-class=outreach_admin.web.workers.PatientWorker",
        "--workers=2",
        f"--threads={threads}",
        "--graceful-timeout=15",
        "--timeout=120",
        "--no-control-socket",
    ]


def demo_sign_ins() -> dict[str, str]:
    """Return name and password of the demo users that exist; `load_demo` declares them as `sign_ins`."""
    app = get_commands().get(DEMO)
    if app is None:
        return {}
    offered: dict[str, str] = getattr(
        load_command_class(app, DEMO) if isinstance(app, str) else app, "sign_ins", {}
    )
    try:
        present = set(
            get_user_model().objects.filter(username__in=offered).values_list("username", flat=True)
        )
    except DatabaseError:
        # lost a moment after the console was found healthy: no reason to end it
        return {}
    return {username: offered[username] for username in offered if username in present}
