"""What a function does, directly and through what it calls."""

import pytest

from enrichment.scanner import effects
from enrichment.scanner.records import CONSTANT, DEFAULT, DYNAMIC, MODULE, NAME
from tests.enrichment.scanner import trees

WAYS = {
    'db.schema("raw").from_("x").insert(rows).execute()': {"raw.x": ()},
    'db.table("raw.x").insert(rows)': {"raw.x": ()},
    'db.schema("core").table("x").upsert(rows, on_conflict="domain,source")': {
        "core.x": ("domain", "source")
    },
    'db.schema("core").table("x").update(row).eq("linkedin_url", key).execute()': {
        "core.x": ("linkedin_url",)
    },
    'db.schema("core").table("x").delete().match({"domain": 1}).execute()': {"core.x": ("domain",)},
    'raw = db.schema("raw")\nx = raw.from_("x")\nx = x.insert(rows)\nx.execute()': {"raw.x": ()},
    'for name in ("a", "b"):\n    db.schema("raw").from_(name).insert(rows)': {
        "raw.a": (),
        "raw.b": (),
    },
    'cursor.execute(f"INSERT INTO raw.{name} VALUES (1)")': {"raw.?": ()},
    'cursor.execute("INSERT INTO " + "raw.x VALUES (%s)" % 1)': {"raw.x": ()},
    'cursor.execute(sql.SQL("INSERT INTO {} VALUES (1)").format(sql.Identifier("raw", "x")))': {
        "raw.x": ()
    },
    'frame.to_sql("x", engine, schema="raw")': {"raw.x": ()},
    'await connection.copy_records_to_table("x", records=rows, schema_name="raw")': {"raw.x": ()},
}


@pytest.mark.parametrize("body", WAYS)
def test_a_table_is_found_in_every_way_to_write_one(body, tmp_path):
    assert trees.written(tmp_path, body) == WAYS[body]


@pytest.mark.parametrize(
    "body",
    [
        'db.schema("raw").from_("x").select("*").eq("domain", 1).execute()',
        'db.table("public.x").insert(rows)',
        "seen.update(rows)",
        'logger.info("INSERT INTO raw.x VALUES (1)")',
        '"""DELETE FROM raw.x"""\nreturn 1',
    ],
)
def test_what_only_reads_or_is_another_table_is_no_write(body, tmp_path):
    assert trees.written(tmp_path, body) == {}


def test_functions_that_call_each_other_in_a_circle_are_read_to_the_end(tmp_path):
    found = trees.read(
        tmp_path,
        a=f"""
        from b import back
        {trees.EXPOSED.strip().replace(chr(10), chr(10) + "        ")}
        def ingest_a(db):
            db.table("raw.a").insert(1)
            back(db)
        """,
        b=f"""
        from a import ingest_a
        {trees.EXPOSED.strip().replace(chr(10), chr(10) + "        ")}
        def back(db):
            db.table("raw.b").insert(1)
            ingest_a(db)
        """,
    )

    assert {one.name: sorted(one.tables) for one in found.functions} == {
        "ingest_a": ["raw.a", "raw.b"],
        "back": ["raw.a", "raw.b"],
    }


SLUGS = {
    'client.run("a_b", entity=1)': ("a_b", CONSTANT),
    "with client.run(WORKFLOW, entity=1) as run:\n    pass": ("of_module", MODULE),
    "client.run(request.workflow_name, entity=1)": ("of_request", DEFAULT),
    "client.run(request.other, entity=1)": ("", DYNAMIC),
    'save(workflow_name="a_b")': ("a_b", CONSTANT),
    'save({"workflow_name": "a_b"})': ("a_b", CONSTANT),
    "save(request.key)": ("of_request", DEFAULT),
}
MODELS = """
WORKFLOW = "of_module"
class Base(BaseModel):
    workflow_name: str = Field(default="of_request")
class Rows(Base):
    other: str
"""


@pytest.mark.parametrize("body", SLUGS)
def test_a_slug_is_found_and_how_the_code_comes_to_it(body, tmp_path):
    before = MODELS if "request.key" not in body else MODELS.replace("WORKFLOW =", "OTHER =")

    found = trees.function(tmp_path, body, before, "request: Rows")

    assert (found.slug, found.slug_from) == SLUGS[body]


def test_a_function_that_names_no_workflow_goes_by_its_own_name(tmp_path):
    found = trees.function(tmp_path, 'db.table("raw.x").insert(1)')

    assert (found.slug, found.slug_from) == ("x", NAME)


@pytest.mark.parametrize(
    "body",
    [
        'client.run("x", entity=1)',
        'enrichment.run("x", entity=1)',
        'open_run("x")',
        'runs.open(workflow_name="x")',
        'db.schema("reference").table("enrichment_runs").insert({"workflow_name": "x"})',
        'cursor.execute("INSERT INTO reference.enrichment_runs VALUES (1)")',
    ],
)
def test_a_run_is_opened_by_a_client_a_call_or_a_row(body, tmp_path):
    found = trees.function(tmp_path, body)

    assert found.opens_run
    assert not found.is_writer


@pytest.mark.parametrize("body", ['subprocess.run("x")', "asyncio.run(x())"])
def test_other_things_that_run_open_no_run(body, tmp_path):
    assert not trees.function(tmp_path, body).opens_run


@pytest.mark.parametrize(("links", "keys"), [(20, ("k0", "k19")), (200, ())])
def test_a_chain_is_followed_so_far_that_its_length_costs_no_more_than_its_calls(
    links, keys, tmp_path, monkeypatch
):
    asked = []
    whole = effects.Reader._tables
    monkeypatch.setattr(
        effects.Reader,
        "_tables",
        lambda reader, node, scope: asked.append(node) or whole(reader, node, scope),
    )
    chain = "".join(f".eq('k{n}', 1)" for n in range(links))

    found = trees.written(tmp_path, f"db.table('raw.x').update(row){chain}")

    assert set(keys) <= set(found.get("raw.x", ()))
    assert len(asked) <= 2 * effects.LONGEST_CHAIN * (links + 1)
