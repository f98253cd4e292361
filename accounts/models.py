"""People: accounts known by their e-mail address, and the roles of CMS staff."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property


class UserManager(BaseUserManager["User"]):
    """Makes accounts; addresses are kept in lower case, so one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Return a new account; its address is not verified yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Return an account that manages people and their roles; it decides nothing about elections."""
        return self.create_user(email, password, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of an address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Role(models.TextChoices):
    """What a member of CMS staff may do; nobody has one without a second factor."""

    REVIEWER = "reviewer", "Reviewer"
    LEAD_REVIEWER = "lead_reviewer", "Lead reviewer"
    DATA_STEWARD = "data_steward", "Data steward"
    AUDITOR = "auditor", "Auditor"


class User(AbstractBaseUser, PermissionsMixin):
    """A person: practice staff, representative or CMS staff."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)  # the real clock: of no consequence, and needs no table

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower")]

    def __str__(self) -> str:
        return self.name or self.email

    @cached_property
    def roles(self) -> frozenset[str]:
        """Return the roles that stand behind the person, read once in this object's life; a closed account has none."""
        return frozenset(self.staff_roles.values_list("role", flat=True)) if self.is_active else frozenset()

    @cached_property
    def verified_addresses(self) -> list[str]:
        """Return the addresses proved to be theirs, in lower case, read once in this object's life.

        An unverified address opens nothing.
        """
        verified = self.emailaddress_set.filter(verified=True).values_list("email", flat=True)  # type: ignore[attr-defined]
        return sorted({address.lower() for address in verified})

    def has_role(self, *roles: Role) -> bool:
        """Say whether the person holds at least one of these roles; a lead reviewer is a reviewer too."""
        held = self.roles | {Role.REVIEWER} if Role.LEAD_REVIEWER in self.roles else self.roles
        return not held.isdisjoint(roles)

    @property
    def is_staff(self) -> bool:
        """Say whether the person may open staff pages at all."""
        return self.is_active and (self.is_superuser or bool(self.roles))


class StaffRole(models.Model):
    """One role that one member of CMS staff holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="staff_role_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class SignInMethod(models.TextChoices):
    """What a person proved at sign-in; the second factors go by allauth's words for them."""

    PASSWORD = "password", "Password alone"
    APP = "totp", "Password and a code from an app"
    PASSKEY = "webauthn", "Password and a passkey"
    RECOVERY_CODE = "recovery_codes", "Password and a recovery code"


class SignIn(models.Model):
    """One time that a member of CMS staff signed in; written once, never changed."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="sign_ins", verbose_name="who")
    at = models.DateTimeField("when")
    how = models.CharField(max_length=20, choices=SignInMethod)
    address = models.CharField("network address", max_length=45)

    class Meta:
        verbose_name = "sign-in"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(how__in=SignInMethod.values), name="sign_in_how_known")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_how_display()}"
