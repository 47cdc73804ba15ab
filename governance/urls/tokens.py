"""API tokens."""

from django.urls import path

from governance.views import tokens

urlpatterns = [
    path(
        "tokens/",
        tokens.TokenList.as_view(),
        name="token-list",
    ),
    path(
        "tokens/refusals/",
        tokens.TokenRefusals.as_view(),
        name="token-refusals",
    ),
    path(
        "tokens/<int:pk>/",
        tokens.TokenDetail.as_view(),
        name="token-detail",
    ),
    path(
        "tokens/<int:pk>/renew/",
        tokens.TokenRenew.as_view(),
        name="token-renew",
    ),
    path(
        "tokens/<int:pk>/revoke/",
        tokens.TokenRevoke.as_view(),
        name="token-revoke",
    ),
]
