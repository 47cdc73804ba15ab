"""Words and domains of errors in one form; domains in ASCII everywhere."""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import migrations, models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

BLANKS = "".join(map(chr, range(1, 33))) + (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
ERROR_WORDS = ("code", "stage", "owner", "park_reason", "parked_by", "company_unique_id")
WORDS = {
    "governance_errortable": ("owner",),
    "governance_errorcode": ("stage",),
    "governance_huberror": ERROR_WORDS,
    "governance_archivederror": (*ERROR_WORDS, "archived_by"),
}
DOMAINS = (
    "governance_outreach",
    "governance_companymaster",
    "governance_huberror",
    "governance_archivederror",
)
KEEPS_BLANK = {"code", "owner", "archived_by", ("governance_outreach", "domain")}
FIND = "SELECT DISTINCT {column} FROM {table} WHERE {column} ~ %s"
UNTIDY = r"^[\x01-\x20]|[\x01-\x20]$|[^\x01-\x7f]"
OTHER_FORM = r"[^a-z0-9._-]|\.$"
# of messages with capitals in a domain or a scheme; the rest keep their group
CAPITALS = r"[[:alnum:]-]\.[A-Za-z]*[A-Z]|[Hh][Tt][Tt][Pp][Ss]?://"
NORMAL_MESSAGE = r"""
CREATE FUNCTION pg_temp.normal_message(message text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT btrim(regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
        regexp_replace(
            left(message, 2000),
            '"[^"]*"|“[^”]*”', '{…}', 'g'),
            '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
            '{id}', 'g'),
            '[[:alnum:]._%+-]+@[[:alnum:].-]+|[Hh][Tt][Tt][Pp][Ss]?://[^[:space:]]+',
            '{address}', 'g'),
            '\m([[:alnum:]-]+\.)+[A-Za-z]([a-z]+|[A-Z]+)\M', '{domain}', 'g'),
            '\m0x[0-9a-fA-F]+\M|\m[0-9]+([.,:T-][0-9]+)*Z?', '{n}', 'g'),
            '[[:space:]]+', ' ', 'g'))
$$
"""
REKEY = """
WITH other AS (
    SELECT id, pg_temp.normal_message(message) AS body FROM {table} WHERE message ~ %s),
kept AS (
    INSERT INTO governance_errorpattern (key, body)
    SELECT DISTINCT decode(md5(body), 'hex'), body FROM other ON CONFLICT DO NOTHING)
UPDATE {table} e SET message_key = decode(md5(other.body), 'hex')
FROM other WHERE other.id = e.id AND e.message_key <> decode(md5(other.body), 'hex')
"""
COUNTED = (
    "error_table, code, message_key, disposition, severity, category, stage, owner, park_reason, "
    "ttl_tier, escalation_level, retry_count, retry_exhausted, blocks"
)
RECOUNT = (
    "DELETE FROM governance_errorcount",
    f"""INSERT INTO governance_errorcount ({COUNTED}, rows)
    SELECT {COUNTED}, count(*) FROM governance_huberror GROUP BY {COUNTED}""",
)


def tidy(word: str) -> str:
    """Trim and NFC-normalise."""
    return unicodedata.normalize("NFC", word).strip(BLANKS)


def one_form(given: str) -> str:
    """Bring a domain into its one form."""
    host = re.sub(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//", "", tidy(given))
    host = re.sub(r"\A[^/?#\\]*@", "", host)
    host = ended(re.sub(r"[:/?#\\].*\Z", "", host, flags=re.DOTALL))
    if host.isascii():
        return host.lower()
    try:
        return ended(host.encode("idna").decode()).lower()
    except UnicodeError:
        # no name at all: what is beyond ASCII goes
        return host.encode("ascii", "replace").decode().lower()


def ended(host: str) -> str:
    """Drop final dots and blanks."""
    return host.rstrip(". \t\r\n").lstrip(" \t\r\n")


def tidy_words(apps: Any, schema_editor: Any) -> None:
    """Write every word and domain in its one form."""
    with schema_editor.connection.cursor() as cursor:
        # a check that waits for the commit would keep the table from being altered
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, columns in WORDS.items():
            for column in columns:
                change(cursor, table, column, tidy, UNTIDY)
        for table in DOMAINS:
            change(cursor, table, "domain", one_form, OTHER_FORM)


def change(cursor: Any, table: str, column: str, form: Callable[[str], str], pattern: str) -> None:
    """Write the one form of each value that has another; the events of it are outside changes."""
    cursor.execute(FIND.format(table=table, column=column), [pattern])
    for (value,) in cursor.fetchall():
        found = form(value)
        keeps_blank = not KEEPS_BLANK.isdisjoint({column, (table, column)})
        if found != value:
            cursor.execute(
                f"UPDATE {table} SET {column} = %s WHERE {column} = %s",
                [found if found or keeps_blank else None, value],
            )


def group_by_domains_in_any_case(apps: Any, schema_editor: Any) -> None:
    """Give rows their new groups, without event or version; guards would put the old key back."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(NORMAL_MESSAGE)
        for table in ("governance_huberror", "governance_archivederror"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(REKEY.format(table=table), [CAPITALS])
            changed = cursor.rowcount
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            if changed and table == "governance_huberror":
                for statement in RECOUNT:
                    cursor.execute(statement)


def domain_in_ascii(model: str, name: str) -> migrations.AddConstraint:
    """Add the check of a table."""
    size = models.Func("domain", function="octet_length", output_field=models.IntegerField())
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=Exact(size, Length("domain")),
            name=name,
            violation_error_message="A domain is written in ASCII (punycode).",
        ),
    )


def code_present(model: str, name: str) -> migrations.AddConstraint:
    """Add the check of a table."""
    condition = models.Q(("code", ""), _negated=True)
    return migrations.AddConstraint(
        model_name=model, constraint=models.CheckConstraint(condition=condition, name=name)
    )


class Migration(migrations.Migration):
    dependencies = [("governance", "0007_isolation")]
    operations = [
        migrations.RunPython(tidy_words, migrations.RunPython.noop),
        migrations.RunPython(group_by_domains_in_any_case, migrations.RunPython.noop),
        domain_in_ascii("outreach", "outreach_domain_ascii"),
        domain_in_ascii("companymaster", "company_domain_ascii"),
        domain_in_ascii("huberror", "error_domain_ascii"),
        domain_in_ascii("archivederror", "archive_domain_ascii"),
        code_present("huberror", "error_code_present"),
        code_present("archivederror", "archive_code_present"),
    ]
