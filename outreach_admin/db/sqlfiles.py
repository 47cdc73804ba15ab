"""SQL objects as files of <app>/sql/: functions/, views/, triggers/<table>.sql, surface/<schema>.sql.

An app declares its folder by having it. Files hold CREATE OR REPLACE statements and comments,
nothing else. What stands right above a statement in surface/ is what the catalog says of it.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps

from outreach_admin.db.objects import DeclarationRefused, Key, Kind, SqlObject

# the base keeps its SQL beside the code that applies it
FOLDERS = ("sql", "db/sql")
BLANK = "\n\n"
# the kind of object that a folder is for; surface/ holds all that one schema offers
SURFACE = "surface"
ROOMS = {"functions": Kind.FUNCTION, "views": Kind.VIEW, "triggers": Kind.TRIGGER, SURFACE: None}
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
    Kind.RULE: re.compile(
        CREATE + r"RULE\s+(?P<name>\w+)\s+AS\s+ON\s+\w+\s+TO\s+(?P<table>[\w.]+)\s"
    ),
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
    for text, words in statements(path.read_text(), source=source):
        found = parse(text, source=source, words=words if path.parent.name == SURFACE else "")
        if ROOMS[path.parent.name] not in (None, found.key.kind):
            raise DeclarationRefused(f"{source}: a {found.key.kind.value} lies elsewhere.")
        if found.key.kind is Kind.TRIGGER and path.parent.name == "triggers":
            _refuse_other_table(found, path.stem)
        yield found


def statements(text: str, *, source: str) -> Iterator[tuple[str, str]]:
    """Split SQL at its semicolons: each statement with the comment right above it."""
    found, words = "", ""
    for part in (match.group() for match in TOKEN.finditer(text)):
        if part == ";":
            yield found.strip(), words.strip()
            found, words = "", ""
        elif part.startswith(("--", "/*")):
            words += "" if found.strip() else part.lstrip("-") + "\n"
        else:
            found += part
            # what an empty line sets apart is of the file
            words = "" if not found.strip() and BLANK in part else words
    if found.strip():
        raise DeclarationRefused(f"{source}: its last statement does not end.")


def parse(text: str, *, source: str, words: str = "") -> SqlObject:
    """Tell what a statement makes."""
    for kind, head in HEADS.items():
        if found := head.match(text):
            table = f"{found['table']}." if "table" in found.groupdict() else ""
            said = " ".join(words.split())
            return SqlObject(Key(kind, table + found["name"]), text, source, said)
    raise DeclarationRefused(
        f"{source}: only CREATE OR REPLACE FUNCTION, VIEW, RULE and TRIGGER stand here, "
        f"not {text[:60]!r}."
    )


def _refuse_other_table(found: SqlObject, table: str) -> None:
    if found.key.name.rpartition(".")[0] != table:
        raise DeclarationRefused(f"{found.source}: {found} belongs to another table.")
