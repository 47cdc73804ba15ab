"""Contracts of done states: a section a hub, criteria in words, one query."""

import pytest

from governance.canon.checks import contracts
from tests.governance.canon.checks import trees

HUBS = ("HUB-A", "HUB-B-001")
SOUND = """# Done

## HUB-A (first)
- It is there.
```sql
SELECT x.id FROM t x WHERE x.a
```

### HUB-B-001
No done state: it only follows.
"""
COLUMNS = {("public", "t"): frozenset({"id", "a"})}


def found(text, columns=COLUMNS):
    return [
        (one.line, one.column, one.name, one.said) for one in contracts.check(text, HUBS, columns)
    ]


def test_a_sound_contract_has_no_finding():
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("before", "after", "line", "column", "said"),
    [
        ("## HUB-A (first)", "## First", 1, 1, "HUB-A has no section"),
        ("HUB-B-001", "HUB-C", 9, 5, "HUB-C is no hub of the canon."),
        ("HUB-B-001", "The HUB-A", 9, 9, "HUB-A has a section on line 3 already."),
        ("- It is there.\n", "It is there.\n", 3, 4, "HUB-A has no list of criteria."),
        ("```sql", "```text", 3, 4, "HUB-A has 0 blocks of SQL"),
        ("No done state: it only follows.", "No done state:", 9, 5, "no list of criteria"),
        ("x.a\n", "x.b\n", 6, 30, "There is no column x.b in the schema."),
        ("FROM t", "FROM u", 6, 18, "There is no table public.u in the schema."),
        ("WHERE x.a", "WHERE (x.a", 6, 31, "It cannot be parsed"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(before, after, line, column, said):
    all_of_it = found(SOUND.replace(before, after, 1))

    assert [said in one[3] for one in all_of_it if one[:2] == (line, column)].count(True) == 1


def test_headings_and_lists_inside_of_code_are_none():
    text = SOUND.replace("# Done\n", "# Done\n~~~text\n## HUB-C\n- x\n```sql\n~~~\n", 1)

    assert found(text) == []


def test_without_a_schema_columns_are_not_looked_at():
    assert found(SOUND.replace("x.a", "x.nothing"), columns=None) == []


def contract(folder, schema):
    """A contract over a table, and the schema beside it."""
    hubs = "".join(f"## {hub}\nNo done state: it only follows.\n" for hub in trees.KNOWN.hubs)
    query = "## More\n```sql\nSELECT t.b FROM t\n```\n"
    files = {"docs/DONE_STATE_DEFINITIONS.md": hubs + query}
    return trees.write(folder, files | ({"docs/DONE_STATE_SCHEMA.sql": schema} if schema else {}))


def test_the_schema_beside_it_is_asked(tmp_path):
    tree = contract(tmp_path, "CREATE TABLE t (id uuid, a boolean);")

    [finding] = trees.run(tree).open
    assert (finding.rule, finding.name) == ("done-state", "b")
    assert finding.place == "docs/DONE_STATE_DEFINITIONS.md:17:10"


def test_another_schema_can_be_named(tmp_path):
    other = tmp_path / "other.sql"
    other.write_text(
        "SET x = 1; CREATE TABLE public.t (b int, CHECK (b > 0)); CREATE INDEX i ON t (b);"
    )
    tree = contract(tmp_path / "tree", "CREATE TABLE t (id uuid);")

    assert trees.run(tree).exit_code == 1
    assert trees.run(tree, schema=other).exit_code == 0


@pytest.mark.parametrize(("text", "said"), [(None, "cannot be opened"), ("SELECT 1", "creates no")])
def test_a_schema_that_is_not_there_or_empty_checks_nothing(tmp_path, text, said):
    path = tmp_path / "schema.sql"
    if text:
        path.write_text(text)
    hubs = tmp_path / "tree"
    trees.write(hubs, {contracts.SCHEMA: "", "DONE_STATE_DEFINITIONS.md": SOUND})

    report = trees.run(hubs, schema=path)

    assert report.exit_code == 2 and said in report.refusal


def test_a_repository_without_a_contract_needs_none(tmp_path):
    trees.write(tmp_path, {"a.py": ""})

    assert trees.run(tmp_path).exit_code == 0
