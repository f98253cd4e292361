"""The addresses of checking a group without an account."""

from django.urls import path

from .views import sandbox

urlpatterns = [
    path("", sandbox.sandbox, name="sandbox"),
    path("practice", sandbox.sandbox_practice, name="sandbox_add"),
    path("practice/<int:number>", sandbox.sandbox_practice, name="sandbox_practice"),
    path("practice/<int:number>/remove", sandbox.sandbox_remove, name="sandbox_remove"),
    path("summary", sandbox.sandbox_summary, name="sandbox_summary"),
    path("forget", sandbox.sandbox_forget, name="sandbox_forget"),
    path("keep", sandbox.sandbox_keep, name="sandbox_keep"),
]
