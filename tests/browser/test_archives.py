"""The archive by hand: a hold is put on a row, the purge passes it by, another row is restored; pages stay whole and accessible."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import ArchivedError, HubError, Operation
from governance.services.jobs import registry, runs
from governance.services.operations import runner
from tests import make
from tests.browser.scene import cookies_of
from tests.browser.test_pages import WIDE, Watched

RETENTION = reverse("governance:archive-retention")


@pytest.fixture
def watched(browser, scene, address) -> Iterator[Watched]:
    """A window of a manager."""
    context = browser.new_context(viewport=WIDE, reduced_motion="reduce", color_scheme="light")
    context.add_cookies(cookies_of(scene.people["manager"], address))
    yield Watched(context.new_page(), address)
    context.close()


def act(watched: Watched, row: ArchivedError, label: str, **typed: str) -> Operation:
    """Do a verb to one archived row, from its page to the end of the operation."""
    watched.open(reverse("governance:archive-detail", args=[row.pk]))
    watched.page.get_by_role("button", name=f"{label}…").first.click()
    for field, text in typed.items():
        watched.page.get_by_label(field.capitalize(), exact=True).fill(text)
    preview = watched.page.get_by_role("button", name="Preview: ")
    start = watched.page.get_by_role("button", name="Start")
    preview.or_(start).first.wait_for()
    if preview.count():
        preview.click()
    start.click()
    watched.page.get_by_role("button", name="Start").wait_for(state="detached")
    operation = Operation.objects.latest("pk")
    runner.finish(operation)
    assert operation.applied == 1
    return operation


def test_the_purge_passes_a_held_row_by_and_another_one_is_restored(watched, scene):
    over = timezone.now() - timedelta(days=1)
    held, gone = (make.archived(retention_expires_at=over) for _ in range(2))
    back = make.archived(message="it came too early")

    act(watched, held, "Hold", reason="Matter 17, asked for by Legal")
    watched.open(reverse("governance:archive-detail", args=[held.pk]))
    watched.page.get_by_text("LEGAL HOLD").first.wait_for()
    watched.page.get_by_text("a legal hold keeps it beyond that").first.wait_for()
    watched.measure()
    watched.judge()

    run = runs.run(registry.CLEAN_UP, trigger="command", started_by="root")
    purged = run.steps.get()
    watched.open(RETENTION)
    watched.page.get_by_role("link", name=f"OP-{purged.operation.pk}").wait_for()
    watched.measure()
    watched.judge()
    watched.page.get_by_role("link", name=f"OP-{purged.operation.pk}").click()
    watched.page.get_by_text("under legal hold").first.wait_for()
    assert not ArchivedError.objects.filter(pk=gone.pk).exists()
    assert ArchivedError.objects.filter(pk=held.pk).exists()

    act(watched, back, "Restore")
    watched.open(reverse("governance:archive-detail", args=[back.pk]))
    watched.page.get_by_text("it came too early").first.wait_for()
    assert watched.page.url.endswith(reverse("governance:error-detail", args=[back.pk]))
    assert HubError.objects.get(pk=back.pk).disposition == "RETRY"
    assert watched.problems == []
