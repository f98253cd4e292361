"""The addresses of starting again."""

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:election_id>/next-year", views.next_year, name="next_year"),
    path("<uuid:election_id>/copy", views.copy, name="copy"),
]
