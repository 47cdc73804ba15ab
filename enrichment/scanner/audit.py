"""A tree of ingest code against a registry: what is in one and not in the other, and what differs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from enrichment.scanner import waivers
from enrichment.scanner.records import (
    DYNAMIC,
    NAME,
    UNKNOWN,
    Audit,
    Entry,
    Finding,
    Function,
    Tree,
    layer_of,
)
from enrichment.scanner.settings import Settings
from enrichment.scanner.waivers import Waiver

# worst first; the last one fails nothing
KINDS = {
    "unreadable": "File that cannot be read",
    "unregistered": "Not registered",
    "further_writer": "Writes without the prefix, not registered",
    "registered_missing": "In the registry, no function",
    "table_mismatch": "Table mismatch",
    "duplicate_slug": "Duplicate slug",
    "inactive_but_called": "Inactive but called",
    "dynamic_slug": "Dynamic slug",
    "opens_no_run": "Writes, opens no run",
    "not_deployed": "Not deployed",
    "expired_waiver": "Waiver that has ended",
    "unused_waiver": "Waiver without a finding",
}
NOTICES = ("unused_waiver",)
# how functions stand beside all findings
NOTED = {
    "in_both": "In the code and in the registry",
    "writer": "Writes without the prefix",
    "read_only": "Only reads",
}
SHARED = "1 function"


def audit(
    tree: Tree,
    entries: list[Entry],
    *,
    settings: Settings | None = None,
    waived: list[Waiver] | None = None,
    today: date,
) -> Audit:
    """Compare a tree with a registry."""
    comparison = _Comparison(tree, entries, settings or Settings())
    findings = waivers.apply(list(comparison.findings()), waived or [], today)
    order = list(KINDS)
    findings.sort(key=lambda one: (order.index(one.kind), one.file, one.line or 0, one.slug))
    open_ = [one for one in findings if is_violation(one)]
    summary = comparison.summary() | {
        "findings": len(findings),
        "waived": sum(one.is_waived for one in findings),
        "violations": len(open_),
    }
    summary |= {kind: sum(one.kind == kind for one in findings) for kind in order}
    return Audit(
        tree=tree,
        findings=findings,
        summary=summary,
        waivers=[one.as_dict(today) for one in waived or []],
        noted=comparison.noted(),
        is_green=not open_,
    )


def is_violation(finding: Finding) -> bool:
    """Whether a finding fails the audit."""
    return finding.kind not in NOTICES and not finding.is_waived


class _Comparison:
    """One tree, one registry."""

    def __init__(self, tree: Tree, entries: list[Entry], settings: Settings) -> None:
        self.tree = tree
        self.entries = entries
        self.by_name = {name: one for one in entries for name in (one.slug, *one.aliases)}
        patterns = settings.prefixes
        self.ingest = [one for one in tree.functions if one.is_ingest(patterns)]
        named = {id(one) for one in self.ingest}
        others = [one for one in tree.functions if id(one) not in named]
        self.writers = [one for one in others if one.is_writer]
        self.readers = [one for one in others if not one.is_writer]
        self.acting = [*self.ingest, *self.writers]
        self.used = {entry.slug for one in self.acting if (entry := self.entry_of(one))}

    def entry_of(self, function: Function) -> Entry | None:
        """Return the entry that a function names, or that has the name that it goes by."""
        return self.by_name.get(function.slug)

    def summary(self) -> dict[str, int]:
        registered = [one for one in self.ingest if self.entry_of(one)]
        dynamic = [one for one in self.ingest if one.slug_from == DYNAMIC]
        return {
            "functions": len(self.ingest),
            "functions_registered": len(registered),
            "functions_dynamic": len(dynamic),
            "registered": len(self.entries),
            "in_both": len(self.used),
            "retired": sum(self._is_retired(one) for one in self.entries),
            "further_writers": len(self.writers),
            "read_only": len(self.readers),
            "ingest_files": len({one.file for one in self.ingest}),
            "writer_files": len({one.file for one in self.writers}),
            "files": self.tree.files,
            "lines": self.tree.lines,
        }

    def noted(self) -> dict[str, list[Function]]:
        return {
            "in_both": [one for one in self.ingest if self.entry_of(one)],
            "writer": self.writers,
            "read_only": self.readers,
        }

    def _is_retired(self, entry: Entry) -> bool:
        return not entry.is_active and entry.slug not in self.used

    def findings(self) -> Iterator[Finding]:
        for one in self.tree.unreadable:
            yield Finding("unreadable", one.file, one.line, found=one.reason)
        for one in self.acting:
            yield from self._of_function(one)
        yield from self._missing()
        yield from self._duplicates()
        yield from self._apart()

    def _of_function(self, function: Function) -> Iterator[Finding]:
        entry = self.entry_of(function)
        if function.slug_from == DYNAMIC:
            yield about(function, "dynamic_slug", "an entry per slug", "arrives with the request")
        elif entry is None:
            kind = "unregistered" if function in self.ingest else "further_writer"
            yield about(function, kind, "an entry", " ".join(function.tables))
        elif not entry.is_active:
            yield about(function, "inactive_but_called", "no runs", "a function that names it")
        if entry:
            yield from self._tables(function, entry)
        if function in self.ingest and function.is_writer and not function.opens_run:
            yield about(function, "opens_no_run", "a run", " ".join(function.tables))

    def _tables(self, function: Function, entry: Entry) -> Iterator[Finding]:
        if function.slug_from == NAME and function in self.writers:
            return
        wrong = [
            found
            for layer in ("raw", "extracted", "core")
            if (found := _layer(function, entry, layer))
        ]
        if not wrong and (key := _key(function, entry)):
            wrong = [key]
        if wrong:
            expected, found = zip(*wrong, strict=True)
            yield about(
                function,
                "table_mismatch",
                " ".join(filter(None, expected)) or "nothing",
                " ".join(filter(None, found)) or "nothing",
            )

    def _missing(self) -> Iterator[Finding]:
        for entry in self.entries:
            if entry.is_active and entry.slug not in self.used:
                yield Finding(
                    "registered_missing",
                    slug=entry.slug,
                    expected="a function",
                    found=self._alike(entry),
                )

    def _alike(self, entry: Entry) -> str:
        """Name a function that writes what the entry names: it was probably renamed."""
        for one in self.acting:
            shared = set(one.tables) & set(entry.tables)
            # several bring rows to one table of core
            if not self.entry_of(one) and any(layer_of(table) != "core" for table in shared):
                return f"{one.name} writes its tables"
        return "nothing"

    def _duplicates(self) -> Iterator[Finding]:
        sharing: dict[str, list[Function]] = defaultdict(list)
        for one in self.acting:
            if one.slug and one.slug_from != NAME:
                entry = self.entry_of(one)
                sharing[entry.slug if entry else one.slug].append(one)
        for slug, found in sharing.items():
            if len(found) > 1:
                yield Finding(
                    "duplicate_slug",
                    found[0].file,
                    found[0].line,
                    found[0].name,
                    slug,
                    SHARED,
                    ", ".join(f"{one.name} ({one.file}:{one.line})" for one in found),
                )

    def _apart(self) -> Iterator[Finding]:
        apart = set(self.tree.apart)
        seen: set[str] = set()
        for one in self.acting:
            if one.module in apart and one.file not in seen:
                seen.add(one.file)
                yield about(one, "not_deployed", "imported by the app", "no module imports it")


def about(function: Function, kind: str, expected: str, found: str) -> Finding:
    return Finding(
        kind,
        function.file,
        function.line,
        function.name,
        function.slug,
        expected,
        found,
        function.slug_from,
        function.key_type,
        function.writes,
    )


def _layer(function: Function, entry: Entry, layer: str) -> tuple[str, str] | None:
    """Say what an entry names of a layer and what the code writes, where these differ.

    An entry that names one table a layer says nothing of further ones, and what stands in core may
    be brought there by others.
    """
    named = entry.of_layer(layer)
    written = {one for one in function.tables if layer_of(one) == layer}
    unknown = f"{layer}.{UNKNOWN}" in written
    missing = set() if layer == "core" or unknown else named - written
    beyond = written - named - {f"{layer}.{UNKNOWN}"}
    if named and not entry.whole and not missing:
        beyond = set()
    if not missing and not beyond:
        return None
    return " ".join(sorted(named)), " ".join(sorted(written))


def _key(function: Function, entry: Entry) -> tuple[str, str] | None:
    """Say by which key an entry knows its rows and by which the code does, where these differ."""
    found = function.keys
    if not entry.keys or not found or set(entry.keys) & set(found):
        return None
    return f"key {', '.join(entry.keys)}", f"key {', '.join(found)}"
