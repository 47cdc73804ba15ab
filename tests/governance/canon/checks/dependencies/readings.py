"""What is read of a manifest, as tests compare it."""

from governance.canon.checks.dependencies import manifests
from tests.governance.canon.checks.trees import KNOWN


def check(name, text):
    return manifests.check(name, text.encode(), KNOWN)


def found(name, text):
    """What was found: line, column, rule and name."""
    findings = check(name, text).findings
    return [(one.line, one.column, one.rule.value, one.name) for one in findings]


def unread(name, text):
    """What cannot be read: line and sentence."""
    return [(one.line, one.said) for one in check(name, text).findings if one.rule == "unreadable"]
