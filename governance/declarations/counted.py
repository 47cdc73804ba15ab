"""Rows counted by combinations of facet values, as a sum of recorded differences."""

from collections.abc import Iterator
from dataclasses import dataclass

from outreach_admin.db.declarations import (
    ROWS_OF,
    Declaration,
    Model,
    after_statement,
    call,
    function,
)
from outreach_admin.db.objects import SqlObject

COUNT = """RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO {counter} ({columns}, rows)
        SELECT {columns}, sum(d)
        FROM (
            SELECT {named}, 1 AS d FROM new_rows
            UNION ALL
            SELECT {named}, -1 FROM old_rows
        ) changes
        GROUP BY {columns} HAVING sum(d) <> 0;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO {counter} ({columns}, rows)
        SELECT {counted}, count(*) FROM new_rows GROUP BY {counted};
    ELSE
        INSERT INTO {counter} ({columns}, rows)
        SELECT {counted}, -count(*) FROM old_rows GROUP BY {counted};
    END IF;
    RETURN NULL;
END
$$"""
FOLD = """RETURNS bigint LANGUAGE sql{guard} AS $$
    WITH found AS (
        SELECT ctid AS tid, count(*) OVER same AS rows_of_it, sum(rows) OVER same AS total
        FROM {counter} WINDOW same AS (PARTITION BY {columns})),
    gone AS (
        DELETE FROM {counter}
        WHERE ctid = ANY (ARRAY(SELECT tid FROM found WHERE rows_of_it > 1 OR total = 0))
        RETURNING *),
    kept AS (
        INSERT INTO {counter} ({columns}, rows)
        SELECT {columns}, sum(rows) FROM gone GROUP BY {columns} HAVING sum(rows) <> 0
        RETURNING 1)
    SELECT (SELECT count(*) FROM found) - (SELECT count(*) FROM gone) + (SELECT count(*) FROM kept)
$$"""
RECOUNT = """RETURNS bigint LANGUAGE plpgsql{guard} AS $$
DECLARE
    found bigint;
BEGIN
    LOCK TABLE {table} IN SHARE MODE;
    DELETE FROM {counter};
    INSERT INTO {counter} ({columns}, rows)
    SELECT {counted}, count(*) FROM {table} GROUP BY {counted};
    GET DIAGNOSTICS found = ROW_COUNT;
    RETURN found;
END
$$"""


@dataclass(frozen=True)
class Counted(Declaration):
    """Append, with every statement, how it changed the number of rows of each combination.

    The sum of `rows` in the model named `into`, over a filter on `columns`, is the exact count at
    any isolation level, and two writers never wait for each other. fold_<counter>() merges the
    changes without altering a sum and leaves alone what did not change, recount_<counter>() begins anew from the rows; both return the
    number of combinations. `instead` names columns whose counter keeps what an SQL expression says of a row.
    `called` names function and triggers, where a model is counted in several ways.
    `guarded` functions run as their owner, for a counter that nobody else may write.
    """

    columns: tuple[str, ...]
    into: str
    instead: tuple[tuple[str, str], ...] = ()
    guarded: bool = False
    called: str = "count"

    def objects(self, model: Model) -> Iterator[SqlObject]:
        """Make the counting, folding and recounting functions, and the triggers that count."""
        name = self.counter(model)._meta.model_name
        own = model._meta.model_name
        count = self._text(model, COUNT)
        fold = self._text(model, FOLD)
        recount = self._text(model, RECOUNT)
        counting = function(model, f"{self.called}_{own}", count)
        yield counting
        yield function(model, f"fold_{name}", fold)
        yield function(model, f"recount_{name}", recount)
        calls = call(counting.key.name)
        for event in ROWS_OF:
            yield after_statement(model, f"d_{self.called}", event, call=calls)

    def counter(self, model: Model) -> Model:
        return model._meta.apps.get_model(model._meta.app_label, self.into)

    def _text(self, model: Model, template: str) -> str:
        table = model._meta.db_table
        counter = self.counter(model)
        instead = dict(self.instead)
        counted = [instead.get(name, name) for name in self.columns]
        named = map("{} AS {}".format, counted, self.columns)
        return template.format(
            table=table,
            guard=" SECURITY DEFINER" if self.guarded else "",
            counter=counter._meta.db_table,
            columns=", ".join(self.columns),
            counted=", ".join(counted),
            named=", ".join(named),
        )
