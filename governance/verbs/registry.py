"""What can be done to many rows: one declared object per verb."""

from governance.verbs import archives, base, errors, imports, targets

VERBS: dict[str, base.Verb] = {
    verb.name: verb
    for verb in (
        errors.Park(),
        errors.Retry(),
        errors.Resolve(),
        archives.Archive(),
        errors.Unpark(),
        errors.Escalate(),
        errors.Assign(),
        errors.SetTtl(),
        errors.Ignore(),
        archives.Restore(),
        targets.Reset(),
        imports.Import(),
    )
}

FOR_ERRORS = [verb for verb in VERBS.values() if verb.subject == "error" and verb.offered]

FOR_ARCHIVE = [VERBS["restore"]]

FOR_TARGETS = [VERBS["reset"]]
