"""live + archived + purged = ever created, and each error that went is listed, after whatever anybody did in any order."""

from collections import Counter
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from governance.exceptions import PlanRefused, StateRefused
from governance.models import ApprovalPolicy, ArchivedError, HubError, Operation, PurgeManifest
from governance.queries.archives import accounts
from governance.queries.jobs import selections
from governance.services import counters
from governance.services.operations import plans, runner, undos
from tests import make

pytestmark = pytest.mark.django_db
TABLES = (make.CT, make.URL, make.LOG)
RUN_OUT = "UPDATE governance_archivederror SET retention_expires_at = now() WHERE {which}"
MOVE_BACK = """WITH gone AS (DELETE FROM governance_archivederror a WHERE {which}
        AND NOT EXISTS (SELECT FROM governance_huberror e WHERE e.id = a.id) RETURNING *)
    INSERT INTO governance_huberror ({columns}, disposition)
    SELECT {columns}, (
        SELECT t.default_disposition FROM governance_errortable t WHERE t.name = error_table)
    FROM gone"""
OWN = ("disposition", "archived_at")
COLUMNS = ", ".join(f.column for f in HubError._meta.concrete_fields if f.column not in OWN)
EVERY_OTHER = "id::text {sign} '8'"


class Story:
    """Errors told apart by their messages, which no other has; what vanished is noted step by step."""

    def __init__(self) -> None:
        self.by = make.superuser()
        self.told: dict[tuple[str, str], str] = {}
        self.created: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self.serial = 0
        ApprovalPolicy.objects.update(is_active=False)

    def do(self, what: str, table: str, sign: str) -> None:
        """Do one thing, as whoever does it, and see what became of each error."""
        self.which = f"error_table = '{table}' AND {EVERY_OTHER.format(sign=sign)}"
        for name in ("actor", "operation", "action", "reason", "channel"):
            self.plain("SELECT set_config(%s, '', true)", f"outreach.{name}")
        with suppress(PlanRefused, StateRefused), transaction.atomic():
            getattr(self, what)(table)
        self.look()

    def plain(self, sql: str, *params: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params or None)

    def come(self, table: str, **given: object) -> None:
        self.serial += 1
        self.created[table] += 1
        make.error(table, outreach=None, message=f"error {self.serial}", **given)

    def come_again(self, table: str) -> None:
        free = self.rows_of(ArchivedError).exclude(pk__in=HubError.objects.values("pk")).first()
        if free is not None:
            self.come(table, id=free.pk)

    def rows_of(self, model: type) -> QuerySet:
        chosen = RawSQL(f"SELECT id FROM {model._meta.db_table} WHERE {self.which}", ())  # noqa: S611 - our own text
        return model.objects.filter(pk__in=chosen)

    def operate(self, verb: str, model: type, **asked: object) -> None:
        rows = self.rows_of(model)
        runner.run(plans.make(verb, rows=rows, by=self.by, **asked))

    def archive(self, table: str) -> None:
        self.operate("archive", HubError, reason="MANUAL")

    def restore(self, table: str) -> None:
        self.operate("restore", ArchivedError)

    def undo(self, table: str) -> None:
        done = Operation.objects.filter(verb__in=["archive", "restore"], state="done").last()
        if done is not None:
            runner.run(undos.plan(done, by=self.by))

    def archive_plainly(self, table: str) -> None:
        self.plain(f"""UPDATE governance_huberror SET disposition = 'ARCHIVED', archived_at = now()
            WHERE {self.which}""")

    def archive_by_keys(self, table: str) -> None:
        self.plain(f"""SELECT governance.archive_errors(
            array_agg(id), array_agg(version), 'TTL_EXPIRED')
            FROM governance_huberror WHERE {self.which}""")

    def move_back(self, table: str) -> None:
        self.plain(MOVE_BACK.format(columns=COLUMNS, which=self.which))

    def delete(self, table: str) -> None:
        self.plain(f"DELETE FROM governance_huberror WHERE {self.which}")

    def delete_archived(self, table: str) -> None:
        self.plain(f"DELETE FROM governance_archivederror WHERE {self.which}")

    def run_out(self, table: str) -> None:
        self.plain(RUN_OUT.format(which=self.which))

    def purge(self, table: str) -> None:
        self.run_out(table)
        at = timezone.now()
        rows = selections.past_retention(at)
        runner.run(plans.make("purge", rows=rows, by=self.by, at=at))

    def purge_by_sql(self, table: str) -> None:
        self.run_out(table)
        self.plain("SELECT governance.purge_archives(now())")

    def fold(self, table: str) -> None:
        counters.fold()

    def look(self) -> None:
        """Note what vanished: whose place another error took counts as one with it."""
        stands = {}
        for model in (HubError, ArchivedError):
            for key, table, message in model.objects.values_list("pk", "error_table", "message"):
                stands[table, message] = str(key), model
        archived = {key for key, model in stands.values() if model is ArchivedError}
        before = {key for told, key in self.told.items() if told in stands}
        for (table, message), key in self.told.items():
            if (table, message) in stands:
                continue
            if key in archived and key in before:
                self.created[table] -= 1
            else:
                self.gone[table] += 1
        self.told = {told: key for told, (key, _) in stands.items()}

    def verify(self) -> None:
        """Hold counters, rows and manifests against what was seen."""
        exactly, counted = accounts.of_tables(exact=True), accounts.of_tables()
        assert exactly == counted
        for one in exactly:
            assert one.balances, one
            assert (one.created, one.purged) == (
                self.created[one.error_table],
                self.gone[one.error_table],
            ), one
        listed = PurgeManifest.objects.values_list("rows", flat=True)
        assert sum(listed) == sum(self.gone.values())


STEPS = (
    *("come", "come_again", "archive", "archive_plainly", "archive_by_keys", "restore"),
    *("move_back", "undo", "delete", "delete_archived", "purge", "purge_by_sql", "fold"),
)
STORIES = st.lists(
    st.tuples(st.sampled_from(STEPS), st.sampled_from(TABLES), st.sampled_from("<>")),
    min_size=3,
    max_size=12,
)
# a story is told in a second: a shorter one that fails too is not looked for
TOLD = settings(
    deadline=None,
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)


def tell(steps: list[tuple[str, str, str]]) -> None:
    with transaction.atomic():
        story = Story()
        for table in TABLES:
            for _ in range(4):
                story.come(table)
        story.look()
        for what, table, sign in steps:
            story.do(what, table, sign)
            story.verify()
        transaction.set_rollback(True)


@given(steps=STORIES)
@settings(TOLD, max_examples=3)
def test_every_error_is_accounted_for(steps):
    tell(steps)


@pytest.mark.soak
@given(steps=STORIES)
@settings(TOLD, max_examples=150)
def test_every_error_is_accounted_for_in_many_stories(steps):
    tell(steps)


def test_errors_that_come_go_and_come_again_are_accounted_for():
    ways = ("archive", "come_again", "archive_plainly", "come_again", "delete_archived", "undo")
    ways += ("archive_by_keys", "restore", "archive", "purge", "come", "delete")
    tell([(what, make.CT, "<") for what in ways])
