"""The list of elections and the first page of each."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.elections, name="elections"),
    path("start", views.start, name="start"),
    path("<uuid:election_id>/", views.election, name="election"),
    path("<uuid:election_id>/next", views.next_step, name="next_step"),
]
