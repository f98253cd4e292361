"""People: accounts known by their e-mail address, the roles of CMS staff, and what was done about both."""

from typing import ClassVar

import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property

from .triggers import (
    an_administrator_stays,
    append_only,
    change_notes_transaction,
    never_changed,
    role_ends_with_its_change,
    role_has_its_change,
)


class UserManager(BaseUserManager["User"]):
    """Makes accounts; addresses are kept in lower case, so one person has one account."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Return a new account; its address is not verified yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Refuse: nobody may do everything here. Raises ValidationError, which `createsuperuser` shows."""
        raise ValidationError("There are no superusers here. Use: manage.py staff_role EMAIL administrator")

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account of an address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class Role(models.TextChoices):
    """What a member of CMS staff may do; nobody has one without a second factor."""

    REVIEWER = "reviewer", "Reviewer"
    LEAD_REVIEWER = "lead_reviewer", "Lead reviewer"
    DATA_STEWARD = "data_steward", "Data steward"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"  # gives roles and resets second factors; decides nothing


DECIDING = (Role.REVIEWER, Role.LEAD_REVIEWER)
READERS = (Role.ADMINISTRATOR, Role.AUDITOR)  # of the pages about people


class User(AbstractBaseUser):
    """A person: practice staff, representative or CMS staff. What they may do is a role, and nothing else."""

    email = models.EmailField("email address", unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField("active account", default=True)
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
        """Return the roles that the person holds, read once in this object's life; a closed account has none."""
        if not self.is_active:
            return frozenset()
        if (read_with_the_person := getattr(self, "role_names", None)) is not None:
            return frozenset(read_with_the_person)
        return frozenset(self.staff_roles.values_list("role", flat=True))

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
        return bool(self.roles)

    @property
    def was_staff(self) -> bool:
        """Say whether the person ever had a staff role."""
        return self.staff_changes.filter(verb=StaffVerb.REMOVED).exists()


class AddressPeriod(models.Model):
    """A time in which an address, in lower case, was verified as a person's; `ended_at` None: it still is."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="address_periods")
    address = models.EmailField("email address")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(ended_at=None), name="address_is_one_person_s_at_a_time"
            ),
            models.CheckConstraint(condition=Q(address=Lower("address")), name="address_period_lower"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")), name="address_period_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return self.address


class StaffRole(models.Model):
    """One role that one member of CMS staff holds now; a role that still waits is a WaitingRole."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="staff_role_once")]
        triggers = [role_has_its_change, never_changed, role_ends_with_its_change, an_administrator_stays]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"


class StaffVerb(models.TextChoices):
    """What is done about a person's roles and account."""

    GIVEN = "given", "Role given"
    CONFIRMED = "confirmed", "Role confirmed"
    STARTED = "started", "Role took effect"
    CANCELED = "canceled", "Role canceled before it took effect"
    REMOVED = "removed", "Role removed"
    RESET = "reset", "Second factor reset"
    DEACTIVATED = "deactivated", "Account deactivated"
    REACTIVATED = "reactivated", "Account reactivated"


class StaffChange(models.Model):
    """One thing that was done about a person's roles or account; it stays as it was written.

    `by` None is the command line, or the clock where a role took effect after its wait.
    """

    at = models.DateTimeField("when")
    verb = models.CharField("kind of change", max_length=20, choices=StaffVerb)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_changes", verbose_name="person")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    takes_effect_at = models.DateTimeField("takes effect", null=True, help_text="Empty if it needs confirming.")
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who gave the role that was confirmed."
    )
    transaction = models.CharField(max_length=20, editable=False, default="")

    class Meta:
        verbose_name = "change to staff"
        verbose_name_plural = "changes to staff"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=StaffVerb.values), name="staff_change_verb_known"),
            models.CheckConstraint(
                condition=~Q(verb__in=("given", "confirmed", "reset", "deactivated", "reactivated"), by=F("user")),
                name="staff_change_not_for_oneself",
            ),
            models.CheckConstraint(
                condition=~Q(verb=StaffVerb.CONFIRMED, by=F("given_by")), name="staff_change_not_confirmed_by_giver"
            ),
            models.CheckConstraint(
                condition=~Q(verb__in=("given", "removed", "reset", "deactivated", "reactivated"), reason=""),
                name="staff_change_has_reason",
            ),
        ]
        triggers = [change_notes_transaction, append_only]

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.get_role_display()}" if self.role else self.get_verb_display()

    @property
    def who(self) -> str:
        """Who did it, by the email address: a name can be anything."""
        if self.by:
            return self.by.email
        return "this site" if self.verb == StaffVerb.STARTED else "the command line"


class WaitingRole(models.Model):
    """One role that was given and is not held yet: it needs confirming, or its time has not come."""

    given = models.OneToOneField(StaffChange, on_delete=models.PROTECT, primary_key=True, related_name="waiting")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="waiting_roles")
    role = models.CharField("role not in effect yet", max_length=20, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="waiting_role_once")]
        triggers = [never_changed]

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
    how = models.CharField("method", max_length=20, choices=SignInMethod)
    address = models.CharField("IP address", max_length=45)

    class Meta:
        verbose_name = "sign-in"
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(how__in=SignInMethod.values), name="sign_in_how_known")
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_how_display()}"
