"""Operations and approvals."""

from django.urls import URLPattern, path

from governance.views import approvals
from governance.views.operations import actions, outcomes, pages, plans

urlpatterns: list[URLPattern] = [
    path("operations/", pages.OperationList.as_view(), name="operation-list"),
    path("operations/plan/<str:verb>/", plans.OperationPlan.as_view(), name="operation-plan"),
    path("operations/<int:pk>/", pages.OperationDetail.as_view(), name="operation-detail"),
    path("operations/<int:pk>/start/", actions.OperationStart.as_view(), name="operation-start"),
    path(
        "operations/<int:pk>/request/",
        actions.OperationRequest.as_view(),
        name="operation-request",
    ),
    path("operations/<int:pk>/pause/", actions.OperationPause.as_view(), name="operation-pause"),
    path("operations/<int:pk>/resume/", actions.OperationResume.as_view(), name="operation-resume"),
    path("operations/<int:pk>/cancel/", actions.OperationCancel.as_view(), name="operation-cancel"),
    path(
        "operations/<int:pk>/discard/",
        actions.OperationDiscard.as_view(),
        name="operation-discard",
    ),
    path(
        "operations/<int:pk>/throttle/",
        actions.OperationThrottle.as_view(),
        name="operation-throttle",
    ),
    path("operations/<int:pk>/undo/", actions.OperationUndo.as_view(), name="operation-undo"),
    path("operations/<int:pk>/retry/", actions.OperationRetry.as_view(), name="operation-retry"),
    path("operations/<int:pk>/revise/", actions.OperationRevise.as_view(), name="operation-revise"),
    path("operations/<int:pk>/rows/", outcomes.OperationRows.as_view(), name="operation-rows"),
    path(
        "operations/<int:pk>/outcomes/",
        outcomes.OperationOutcomes.as_view(),
        name="operation-outcomes",
    ),
    path("approvals/", approvals.ApprovalInbox.as_view(), name="approval-list"),
    path("approvals/<int:pk>/", approvals.ApprovalInbox.as_view(), name="approval-detail"),
    path("approvals/<int:pk>/vote/", approvals.ApprovalDecide.as_view(), name="approval-vote"),
    path(
        "approvals/<int:pk>/comment/", approvals.ApprovalRemark.as_view(), name="approval-comment"
    ),
    path(
        "approvals/<int:pk>/withdraw/",
        approvals.ApprovalWithdraw.as_view(),
        name="approval-withdraw",
    ),
]
