"""Errors and violations that keep companies from being promoted, by when they are of."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet

from governance.models import HubError, ViolationCase


def ids(when: Q) -> QuerySet[Any, Any]:
    """Return the outreach ids of what blocks; `when` is about its `since`."""
    errors, cases = _since(when)
    return errors.values("outreach_id").union(cases.values("outreach_id"), all=True)


def of_company(company: OuterRef, when: Q) -> list[QuerySet[Any]]:
    """Return what blocks one company: its errors, its violations; `when` is about their `since`."""
    return [rows.filter(outreach=company) for rows in _since(when)]


def _since(when: Q) -> tuple[QuerySet[Any], QuerySet[Any]]:
    errors = HubError.objects.blocking().alias(since=F("created_at")).filter(when)
    return errors, ViolationCase.objects.blocking().alias(since=F("at")).filter(when)
