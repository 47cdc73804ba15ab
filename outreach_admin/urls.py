"""The addresses of the console."""

from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from outreach_admin import health
from outreach_admin.ui.pages.signedout import SignIn

handler400 = "outreach_admin.ui.pages.refusals.bad_request"
handler403 = "outreach_admin.ui.pages.refusals.forbidden"
handler404 = "outreach_admin.ui.pages.refusals.not_found"
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
    path("", include("outreach_admin.ui.urls")),
    path("", include("governance.urls")),
]
