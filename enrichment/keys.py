"""The one form of an entity's key, whoever wrote it: a company's domain, a person's profile."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from urllib.parse import quote, unquote

import idna

from governance.words import BLANKS
from outreach_admin.exceptions import Refused

# characters; a SalesNav address carries hundreds
LONGEST = 2_048
LONGEST_HOST = 253
LONGEST_SLUG = 100
BLANK_SIGNS = frozenset(BLANKS)
SCHEME = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
PORT = re.compile(r":[0-9]*\Z")
LABEL = re.compile(r"\A[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
# a number in the last place makes an IP address
LAST_LABEL = re.compile(r"\A(?:[a-z]{2,63}|xn--[a-z0-9-]+)\Z")
NOBODYS = {"localhost", "localdomain"}
LINKEDIN = re.compile(r"\A(?:[a-z0-9-]+\.)?linkedin\.com\Z")
SALESNAV = re.compile(r"\Asalesnav:[0-9a-f]{32}\Z")
SALESNAV_ID = re.compile(r"\A[A-Za-z0-9_-]+\Z")
REPLACED = "\N{REPLACEMENT CHARACTER}"
NEVER_IN_SLUGS = set(REPLACED + '%<>"{}|\\^`[]@:;=')


class KeyRefused(Refused):
    """A key that names no company and no person; the sentence says what one looks like."""


def normalised(entity_type: str, raw: str) -> str:
    """Return the key under which the console keeps what `raw` names, in lower-case ASCII.

    The same for its own answer. KeyRefused where there is none, with 400 for an unknown type.
    """
    return rule_of(entity_type)(raw)


def rule_of(entity_type: str) -> Callable[[str], str]:
    """Return what reads the keys of a type. Raises KeyRefused (400) for an unknown one."""
    rule = RULES.get(str(entity_type))
    if rule is None:
        known = " or ".join(RULES)
        raise KeyRefused(f"An entity is a {known}; there is no other type.", status=400)
    return rule


def company(raw: str) -> str:
    """Return the domain alone: no scheme, user, www., port or path; other scripts as punycode."""
    given, path = _parted(raw, _no_domain)
    host = _ascii(given)
    if LINKEDIN.match(host) and path.strip("/"):
        raise _no_domain("it is a page of LinkedIn")
    while host.startswith("www.") and host.count(".") > 1:
        host = host.removeprefix("www.")
    return host


def person(raw: str) -> str:
    """Return the profile without host, language and query, or a digest of a SalesNav address.

    A SalesNav id says nothing of the profile, so the two are never one entity.
    """
    kept = str(raw).strip(BLANKS).lower()
    if SALESNAV.match(kept):
        return kept
    host, path = _parted(raw, _no_profile)
    if not LINKEDIN.match(host.lower().rstrip(".")):
        raise _no_profile("it does not lead to linkedin.com")
    return _profile([part for part in path.split("/") if part])


def _profile(parts: list[str]) -> str:
    kind = [part.lower() for part in parts[:2]]
    if kind in (["sales", "lead"], ["sales", "people"]):
        return _salesnav(parts[2] if len(parts) > 2 else "")
    if kind[:1] != ["in"] or len(parts) < 2:
        raise _no_profile("it is another page of LinkedIn")
    return f"linkedin.com/in/{_slug(parts[1])}"


def _salesnav(part: str) -> str:
    # what follows the first comma says how somebody was found
    found = part.partition(",")[0]
    if not SALESNAV_ID.match(found):
        raise _no_profile("it is a SalesNav address without an id")
    digest = hashlib.sha256(found.encode()).hexdigest()
    return f"salesnav:{digest[:32]}"


def _slug(part: str) -> str:
    slug = _composed(_composed(part).lower())
    if len(slug) > LONGEST_SLUG:
        raise _no_profile(f"its last part has more than {LONGEST_SLUG} characters")
    if _has_blanks(slug) or NEVER_IN_SLUGS & set(slug):
        raise _no_profile("its last part holds what no profile's name has")
    if not any(map(str.isalnum, slug)):
        raise _no_profile("its last part has neither letter nor digit")
    return quote(slug, safe="-_.~").lower()


def _parted(raw: str, refused: Callable[[str], KeyRefused]) -> tuple[str, str]:
    """Return host and path of an address, decoded as often as it was encoded."""
    text = _plain(raw, refused)
    text = SCHEME.sub("", text).replace("\\", "/")
    text = re.split(r"[?#]", text, maxsplit=1)[0]
    authority, _, path = text.partition("/")
    host = authority.rpartition("@")[2]
    host = PORT.sub("", host)
    if _has_blanks(host):
        raise refused("it has a blank inside")
    return host, path


def _plain(raw: str, refused: Callable[[str], KeyRefused]) -> str:
    if not isinstance(raw, str) or not raw.strip(BLANKS):
        raise refused("it is empty")
    if len(raw) > LONGEST:
        raise refused(f"it has more than {LONGEST:,} characters")
    text = raw.strip(BLANKS)
    if _has_blanks(text):
        raise refused("it has a blank or a control character inside")
    text = _decoded(text).strip(BLANKS)
    if "Cc" in map(unicodedata.category, text):
        raise refused("it has a control character inside")
    return text


def _decoded(text: str) -> str:
    while (plain := unquote(text)) != text:
        text = plain
    return text


def _has_blanks(text: str) -> bool:
    kinds = map(unicodedata.category, text)
    return any(kind[0] in "CZ" for kind in kinds) or not BLANK_SIGNS.isdisjoint(text)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _ascii(host: str) -> str:
    if not host.isascii():
        host = _mapped(host)
    labels = host.lower().rstrip(".").split(".")
    if len(labels) < 2:
        raise _no_domain("it has no dot")
    found = ".".join(map(_label, labels))
    if len(found) > LONGEST_HOST:
        raise _no_domain(f"it has more than {LONGEST_HOST} characters")
    last = found.rpartition(".")[2]
    if last in NOBODYS or not LAST_LABEL.match(last):
        raise _no_domain("it does not end in a top-level domain")
    return found


def _mapped(host: str) -> str:
    try:
        return idna.uts46_remap(host, std3_rules=False, transitional=False)
    except idna.IDNAError:
        raise _no_domain("it holds a character that no domain has") from None


def _label(label: str) -> str:
    """Return one part of a domain in ASCII; by IDNA2008, where ß is not ss."""
    foreign = not label.isascii() or label.startswith("xn--")
    try:
        found = idna.alabel(label).decode() if foreign else label
    except (idna.IDNAError, UnicodeError):
        raise _no_domain("a part of it is in no script that domains have") from None
    if not LABEL.match(found):
        raise _no_domain("its parts have 1 to 63 letters, digits and hyphens")
    return found


def _no_domain(why: str) -> KeyRefused:
    return KeyRefused(f"This is no domain: {why}. A company's key looks like ironclad.com.")


def _no_profile(why: str) -> KeyRefused:
    return KeyRefused(
        f"This is no profile: {why}. A person's key looks like linkedin.com/in/jane-doe."
    )


RULES: dict[str, Callable[[str], str]] = {"company": company, "person": person}
