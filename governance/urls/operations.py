"""Operations and approvals."""

from django.urls import URLPattern, path

from governance.views import approvals, operations, outcomes, plans

urlpatterns: list[URLPattern] = [
    path("operations/", operations.OperationList.as_view(), name="operation-list"),
    path("operations/plan/<str:verb>/", plans.OperationPlan.as_view(), name="operation-plan"),
    path("operations/<int:pk>/", operations.OperationDetail.as_view(), name="operation-detail"),
    path("operations/<int:pk>/start/", operations.OperationStart.as_view(), name="operation-start"),
    path(
        "operations/<int:pk>/request/",
        operations.OperationRequest.as_view(),
        name="operation-request",
    ),
    path("operations/<int:pk>/pause/", operations.OperationPause.as_view(), name="operation-pause"),
    path(
        "operations/<int:pk>/resume/", operations.OperationResume.as_view(), name="operation-resume"
    ),
    path(
        "operations/<int:pk>/cancel/", operations.OperationCancel.as_view(), name="operation-cancel"
    ),
    path(
        "operations/<int:pk>/discard/",
        operations.OperationDiscard.as_view(),
        name="operation-discard",
    ),
    path(
        "operations/<int:pk>/throttle/",
        operations.OperationThrottle.as_view(),
        name="operation-throttle",
    ),
    path("operations/<int:pk>/undo/", operations.OperationUndo.as_view(), name="operation-undo"),
    path("operations/<int:pk>/retry/", operations.OperationRetry.as_view(), name="operation-retry"),
    path(
        "operations/<int:pk>/revise/", operations.OperationRevise.as_view(), name="operation-revise"
    ),
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
