"""What choices are called in the description of the API that more than one field has."""

NAMES = {
    "OperationStateEnum": "governance.models.Operation.State",
    "ApprovalStateEnum": "governance.models.Approval.State",
    "RunStateEnum": "governance.models.PlaybookRun.State",
    "ExportStateEnum": "governance.models.ExportFile.State",
    "JobRunStateEnum": "governance.models.JobRun.State",
    "RunTriggerEnum": "enrichment.models.Run.Trigger",
    "ToldTriggerEnum": "enrichment.api.serializers.runs.TRIGGERS",
    "EntityTypeEnum": "enrichment.models.EntityType",
    "CheckStatusEnum": "governance.models.CheckReport.Status",
    "FindingStateEnum": "governance.models.CheckFinding.State",
    "InteractionTypeEnum": "governance.toolbox.entries.InteractionType",
}
