"""The records, one noun a file."""

from governance.models.approvalpolicies import ApprovalPolicy
from governance.models.approvals import Approval, ApprovalComment, ApprovalVote
from governance.models.archives import ArchiveCount, ArchivedError
from governance.models.canon.askedcalls import AskedCall
from governance.models.canon.calls import ToolCall, ToolPlace, ToolUsage
from governance.models.canon.checks import CheckedRepository, CheckFinding, CheckReport
from governance.models.canon.switches import KillSwitch
from governance.models.canon.versions import CanonVersion
from governance.models.canon.violations import Violation, ViolationCase
from governance.models.demo import DemoLoad
from governance.models.errors import ErrorCount, ErrorPattern, ErrorText, HubError
from governance.models.errortables import (
    ArchiveReason,
    Category,
    Disposition,
    ErrorCode,
    ErrorTable,
    ParkReason,
    Severity,
    TtlTier,
)
from governance.models.events import Event
from governance.models.exports import (
    CampaignCompany,
    CampaignList,
    ExportFile,
    ImportFile,
    ImportRow,
)
from governance.models.hubs import (
    BitScore,
    BlogContent,
    CompanyMaster,
    CompanySlot,
    CompanyTarget,
    DolFiling,
    Hub,
    Outreach,
    Person,
)
from governance.models.jobs.lapses import Lapse
from governance.models.jobs.runs import JobRun, JobStep, OpenedGate
from governance.models.jobs.scheduledexports import ScheduledExport
from governance.models.jobs.schedules import Schedule
from governance.models.operations import Operation, OperationChunk, OperationItem, OperationStep
from governance.models.playbooks import Playbook, PlaybookRun, PlaybookVersion, Report
from governance.models.readiness import (
    GroupEffects,
    Readiness,
    ReadinessCount,
    ReadinessPolicy,
    Reason,
    Tier,
)
from governance.models.retention.accounts import (
    ErrorTally,
    PurgeManifest,
    ReconciliationCheck,
    RetentionMonth,
)
from governance.models.retention.consents import PurgeConsent
from governance.models.savedviews import KeptFilter, SavedView
from governance.models.shipped import Shipped
from governance.models.snapshots import (
    BacklogDay,
    ErrorHour,
    ReadinessCheck,
    ReadinessFigure,
    ReadinessSnapshot,
    TierTransition,
)
from governance.models.tokens.refusals import TokenRefusal
from governance.models.tokens.tokens import Token

__all__ = [
    "Approval",
    "ApprovalComment",
    "ApprovalPolicy",
    "ApprovalVote",
    "ArchiveCount",
    "ArchiveReason",
    "ArchivedError",
    "AskedCall",
    "BacklogDay",
    "BitScore",
    "BlogContent",
    "CampaignCompany",
    "CampaignList",
    "CanonVersion",
    "Category",
    "CheckFinding",
    "CheckReport",
    "CheckedRepository",
    "CompanyMaster",
    "CompanySlot",
    "CompanyTarget",
    "DemoLoad",
    "Disposition",
    "DolFiling",
    "ErrorCode",
    "ErrorCount",
    "ErrorHour",
    "ErrorPattern",
    "ErrorTable",
    "ErrorTally",
    "ErrorText",
    "Event",
    "ExportFile",
    "GroupEffects",
    "Hub",
    "HubError",
    "ImportFile",
    "ImportRow",
    "JobRun",
    "JobStep",
    "Lapse",
    "KeptFilter",
    "KillSwitch",
    "OpenedGate",
    "Operation",
    "OperationChunk",
    "OperationItem",
    "OperationStep",
    "Outreach",
    "Person",
    "ParkReason",
    "Playbook",
    "PlaybookRun",
    "PlaybookVersion",
    "PurgeConsent",
    "PurgeManifest",
    "Readiness",
    "ReadinessCheck",
    "ReadinessCount",
    "ReadinessFigure",
    "ReadinessPolicy",
    "ReadinessSnapshot",
    "Reason",
    "ReconciliationCheck",
    "Report",
    "RetentionMonth",
    "SavedView",
    "Schedule",
    "ScheduledExport",
    "Severity",
    "Shipped",
    "Tier",
    "TierTransition",
    "Token",
    "TokenRefusal",
    "ToolCall",
    "ToolPlace",
    "ToolUsage",
    "TtlTier",
    "Violation",
    "ViolationCase",
]
