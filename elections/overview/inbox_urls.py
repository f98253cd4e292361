"""A person's inbox, below their account."""

from django.urls import path

from . import inbox_views

urlpatterns = [
    path("", inbox_views.inbox, name="inbox"),
    path("<int:notice_id>/", inbox_views.inbox_email, name="inbox_email"),
]
