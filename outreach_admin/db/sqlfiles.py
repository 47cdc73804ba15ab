"""SQL objects as files of <app>/sql/: functions/, views/, triggers/<table>.sql, surface/<schema>.sql.

An app declares its folder by having it. Files hold CREATE OR REPLACE statements and comments,
nothing else.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from outreach_admin.db.objects import DeclarationRefused, Key, Kind, SqlObject

# the base keeps its SQL beside the code that applies it
FOLDERS = ("sql", "db/sql")
# the kind of object that a folder is for; surface/ holds all that one schema offers
ROOMS = {"functions": Kind.FUNCTION, "views": Kind.VIEW, "triggers": Kind.TRIGGER, "surface": None}
TOKEN = re.compile(
    r"""\$(?P<tag>\w*)\$.*?\$(?P=tag)\$   # a body
    | '(?:[^']|'')*' | "[^"]*"            # text, a name
    | --[^\n]* | /\*.*?\*/                # comments
    | ; | [^-/;'"$]+ | .""",
    re.DOTALL | re.VERBOSE,
)
CREATE = r"CREATE\s+OR\s+REPLACE\s+"
HEADS = {
    Kind.FUNCTION: re.compile(CREATE + r"FUNCTION\s+(?P<name>[\w.]+)\s*\("),
    Kind.VIEW: re.compile(CREATE + r"VIEW\s+(?P<name>[\w.]+)\s"),
    Kind.TRIGGER: re.compile(
        CREATE + r"TRIGGER\s+(?P<name>\w+)\s.*?\sON\s+(?P<table>[\w.]+)\s", re.DOTALL
    ),
}


def read_all() -> Iterator[SqlObject]:
    """Read the files of every app, in the order of the apps, of file names, of statements."""
    for config in apps.get_app_configs():
        for folder in FOLDERS:
            for path in sorted(Path(config.path, folder).glob("*/*.sql")):
                yield from read(path, source=f"{config.name}/{path.relative_to(config.path)}")


def read(path: Path, *, source: str) -> Iterator[SqlObject]:
    """Read one file; refuses what is no object or belongs into another folder."""
    if path.parent.name not in ROOMS:
        raise DeclarationRefused(f"{source}: SQL lies in {', '.join(ROOMS)}.")
    for text in statements(path.read_text(), source=source):
        found = parse(text, source=source)
        if ROOMS[path.parent.name] not in (None, found.key.kind):
            raise DeclarationRefused(f"{source}: a {found.key.kind.value} lies elsewhere.")
        if found.key.kind is Kind.TRIGGER and path.parent.name == "triggers":
            _refuse_other_table(found, path.stem)
        yield found


def statements(text: str, *, source: str) -> Iterator[str]:
    """Split SQL at its semicolons, comments between the statements left out."""
    found = ""
    for part in (match.group() for match in TOKEN.finditer(text)):
        if part == ";":
            yield found.strip()
            found = ""
        elif not part.startswith(("--", "/*")):
            found += part
    if found.strip():
        raise DeclarationRefused(f"{source}: its last statement does not end.")


def parse(text: str, *, source: str) -> SqlObject:
    """Tell what a statement makes."""
    for kind, head in HEADS.items():
        if found := head.match(text):
            table = f"{found['table']}." if kind is Kind.TRIGGER else ""
            return SqlObject(Key(kind, table + found["name"]), text, source)
    raise DeclarationRefused(
        f"{source}: only CREATE OR REPLACE FUNCTION, VIEW and TRIGGER stand here, "
        f"not {text[:60]!r}."
    )


def _refuse_other_table(found: SqlObject, table: str) -> None:
    if found.key.name.rpartition(".")[0] != table:
        raise DeclarationRefused(f"{found.source}: {found} belongs to another table.")
