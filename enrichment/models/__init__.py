"""The records of enrichment, one noun a file."""

from enrichment.models.coverage import CoverageCheck, CoverageDay, EntityCount, StateCount
from enrichment.models.entities import Entity, EntitySync, EntityType, SeenEntity
from enrichment.models.runs import Run, RunCount, State
from enrichment.models.scans import Finding, Scan
from enrichment.models.workflows import DataFlow, Workflow, WorkflowAlias

__all__ = [
    "CoverageCheck",
    "CoverageDay",
    "DataFlow",
    "Entity",
    "EntityCount",
    "EntitySync",
    "EntityType",
    "Finding",
    "Run",
    "RunCount",
    "Scan",
    "SeenEntity",
    "State",
    "StateCount",
    "Workflow",
    "WorkflowAlias",
]
