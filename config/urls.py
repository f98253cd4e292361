"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from elections.submission.verify_views import verify

from .health import healthz, readyz
from .views import help_page, home, law

urlpatterns = [
    path("", home, name="home"),
    path("help", help_page, name="help"),
    path("law", law, name="law"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/inbox/", include("elections.overview.inbox_urls")),
    path("accounts/", include("accounts.urls")),
    path("check/", include("elections.sandbox.urls")),
    path("verify", verify, name="verify"),
    path("", include("elections.toolkit.urls")),
    path("elections/", include("elections.urls")),
    path("sign/", include("elections.signing.urls")),
    path("staff/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
