"""The addresses of checking a group without an account."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.sandbox, name="sandbox"),
    path("practice", views.sandbox_practice, name="sandbox_add"),
    path("practice/<int:number>", views.sandbox_practice, name="sandbox_practice"),
    path("practice/<int:number>/remove", views.sandbox_remove, name="sandbox_remove"),
    path("summary", views.sandbox_summary, name="sandbox_summary"),
    path("forget", views.sandbox_forget, name="sandbox_forget"),
    path("keep", views.sandbox_keep, name="sandbox_keep"),
]
