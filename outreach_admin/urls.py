"""The addresses of the console."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path, re_path

from outreach_admin import health
from outreach_admin.api.endpoints import NoSuchEndpoint
from outreach_admin.api.openapi.pages import Docs, Schema
from outreach_admin.api.urls import both
from outreach_admin.ui.pages.signedout import SignIn

handler400 = "outreach_admin.faults.bad_request"
handler403 = "outreach_admin.ui.pages.refusals.forbidden"
handler404 = "outreach_admin.faults.not_found"
handler500 = "outreach_admin.faults.server_error"

# their base takes PUT for POST
FORM = ["get", "head", "options", "post"]

urlpatterns = [
    path("healthz/", health.healthz, name="healthz"),
    path("sign-in/", SignIn.as_view(), name="login"),
    path("sign-out/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/",
        auth.PasswordChangeView.as_view(success_url="/", http_method_names=FORM),
        name="password_change",
    ),
    path("reference/", admin.site.urls),
    path("api/docs/", Docs.as_view(), name="api-docs"),
    *both("api/schema/", Schema, "api-schema"),
    path("api/", include("governance.urls.api")),
    path("api/enrichment/", include("enrichment.urls.api")),
    re_path("^api(/|$)", NoSuchEndpoint.as_view()),
    path("", include("outreach_admin.ui.urls")),
    path("", include("governance.urls")),
    path("enrichment/", include("enrichment.urls")),
]
