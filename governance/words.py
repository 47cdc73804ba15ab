"""The one form of words and domains, as the database makes it (sql/functions/words.sql).

What it cannot do is here: names beyond ASCII become punycode.
"""

import re
import unicodedata
from collections.abc import Collection

# blanks that are seen or not, control characters among them
BLANKS = "".join(map(chr, range(1, 33))) + (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
SCHEME = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
ACCOUNT = re.compile(r"\A[^/?#\\]*@")
REST = re.compile(r"[:/?#\\].*\Z", re.DOTALL)
ENDS = " \t\r\n"
# without a scheme it may be somebody's address or a line of a program
SIGNS = re.compile("[@:]")
NAME = re.compile(r"\A(?:[a-z0-9_-]+\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)\Z")


def tidy(word: str) -> str:
    """Trim and NFC-normalise."""
    return unicodedata.normalize("NFC", word).strip(BLANKS)


def domain(given: str) -> str:
    """Return host name alone, in lower case and ASCII; ValueError where letters have none."""
    host = SCHEME.sub("", tidy(given))
    host = _ended(REST.sub("", ACCOUNT.sub("", host)))
    return host.lower() if host.isascii() else _ended(host.encode("idna").decode()).lower()


def _ended(host: str) -> str:
    return host.rstrip("." + ENDS).lstrip(ENDS)


def is_domain(host: str) -> bool:
    """Whether a host in its one form is a domain: two labels at least, of letters, digits and hyphens."""
    return NAME.match(host) is not None


def table_of(name: str, known: Collection[str]) -> str:
    """Return the whole name of the one table that is called so without its schema; any other name as it is."""
    found = [table for table in known if table.rpartition(".")[2] == name]
    return found[0] if name not in known and len(found) == 1 else name


def domain_or_same(given: str) -> str:
    """Return the one form, or what was given where there is none: no row has it."""
    try:
        return domain(given)
    except ValueError:
        return given


def loses_more_than_case(given: str) -> bool:
    """Whether a domain was given with something that its one form has not: scheme, path, letters."""
    return tidy(given).lower().rstrip(".") != domain_or_same(given)


def searched(text: str) -> list[str]:
    """Return what to look for: of an address or a name in another form, the one form.

    Every text that holds the address holds it; one beyond ASCII may also stand there as typed.
    """
    found = domain_or_same(text)
    is_address = SCHEME.match(text) or not SIGNS.search(text)
    if found == text.lower() or not is_address or not NAME.match(found):
        return [text]
    return [found] if text.isascii() else [found, tidy(text)]
