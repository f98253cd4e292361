"""The address of what CMS asks to be corrected."""

from django.urls import path

from . import views

urlpatterns = [path("<uuid:election_id>/corrections", views.corrections, name="corrections")]
