"""Addresses under /api/."""

from django.urls import URLPattern

from governance.api import approvals, errors
from governance.api.operations import actions, details, lists, verbs
from governance.api.playbooks import lists as playbooks
from governance.api.playbooks import reports, runs
from outreach_admin.api.urls import both

app_name = "api"
urlpatterns: list[URLPattern] = [
    *both("errors/", errors.ErrorList, "error-list"),
    *both("errors/search/", errors.ErrorSearch, "error-search"),
    *both("errors/facets/", errors.ErrorFacets, "error-facets"),
    *both("errors/<uuid:pk>/", errors.ErrorDetail, "error-detail"),
    *both("archive/", errors.ArchiveList, "archive-list"),
    *both("archive/search/", errors.ArchiveSearch, "archive-search"),
    *both("archive/facets/", errors.ArchiveFacets, "archive-facets"),
    *both("archive/<uuid:pk>/", errors.ArchiveDetail, "archive-detail"),
    *both("verbs/", verbs.VerbList, "verb-list"),
    *both("operations/", lists.OperationList, "operation-list"),
    *both("operations/search/", lists.OperationSearch, "operation-search"),
    *both("operations/preview/", lists.OperationPreview, "plan-preview"),
    *both("operations/<int:pk>/", details.OperationDetail, "operation-detail"),
    *both("operations/<int:pk>/items/", lists.ItemList, "operation-items"),
    *both("operations/<int:pk>/outcomes/", details.OperationOutcomes, "operation-outcomes"),
    *both("operations/<int:pk>/preview/", details.OperationForesight, "operation-preview"),
    *both("operations/<int:pk>/timeline/", details.OperationTimeline, "operation-timeline"),
    *both("operations/<int:pk>/request-approval/", actions.OperationRequest, "operation-request"),
    *both("operations/<int:pk>/start/", actions.OperationStart, "operation-start"),
    *both("operations/<int:pk>/pause/", actions.OperationPause, "operation-pause"),
    *both("operations/<int:pk>/resume/", actions.OperationResume, "operation-resume"),
    *both("operations/<int:pk>/cancel/", actions.OperationCancel, "operation-cancel"),
    *both("operations/<int:pk>/discard/", actions.OperationDiscard, "operation-discard"),
    *both("operations/<int:pk>/throttle/", actions.OperationThrottle, "operation-throttle"),
    *both("operations/<int:pk>/undo/", actions.OperationUndo, "operation-undo"),
    *both("operations/<int:pk>/retry/", actions.OperationRetry, "operation-retry"),
    *both("operations/<int:pk>/revise/", actions.OperationRevise, "operation-revise"),
    *both("approvals/", approvals.ApprovalList, "approval-list"),
    *both("approvals/search/", approvals.ApprovalSearch, "approval-search"),
    *both("approvals/<int:pk>/", approvals.ApprovalDetail, "approval-detail"),
    *both("approvals/<int:pk>/approve/", approvals.ApprovalApprove, "approval-approve"),
    *both("approvals/<int:pk>/reject/", approvals.ApprovalReject, "approval-reject"),
    *both("approvals/<int:pk>/comment/", approvals.ApprovalRemark, "approval-comment"),
    *both("approvals/<int:pk>/withdraw/", approvals.ApprovalWithdraw, "approval-withdraw"),
    *both("approvals/<int:pk>/discard/", approvals.ApprovalDiscard, "approval-discard"),
    *both("playbooks/", playbooks.PlaybookList, "playbook-list"),
    *both("playbooks/search/", playbooks.PlaybookSearch, "playbook-search"),
    *both("playbooks/<slug:slug>/", playbooks.PlaybookDetail, "playbook-detail"),
    *both("playbooks/<slug:slug>/simulate/", playbooks.PlaybookSimulate, "playbook-simulate"),
    *both("runs/", runs.RunList, "run-list"),
    *both("runs/search/", runs.RunSearch, "run-search"),
    *both("runs/<int:pk>/", runs.RunDetail, "run-detail"),
    *both("runs/<int:pk>/timeline/", runs.RunTimeline, "run-timeline"),
    *both("runs/<int:pk>/request-approval/", runs.RunRequest, "run-request"),
    *both("runs/<int:pk>/start/", runs.RunStart, "run-start"),
    *both("runs/<int:pk>/cancel/", runs.RunCancel, "run-cancel"),
    *both("runs/<int:pk>/discard/", runs.RunDiscard, "run-discard"),
    *both("runs/<int:pk>/undo/", runs.RunUndo, "run-undo"),
    *both("reports/", reports.ReportList, "report-list"),
    *both("reports/search/", reports.ReportSearch, "report-search"),
    *both("reports/<int:pk>/", reports.ReportDetail, "report-detail"),
    *both("reports/<int:pk>/md/", reports.ReportMarkdown, "report-markdown"),
]
