"""CMS data, run by run, and the windows that staff set. No TIN stands here: only keyed hashes and last fours."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .law.identifiers import TIN_KINDS, mask_tin
from .law.rule_results import count


class LoadKind(models.TextChoices):
    """What a load loads."""

    DETERMINATIONS = "determinations", "Determinations"
    NPPES = "nppes", "NPPES"


COUNTED = {  # the keys of LoadRun.counts, in words for one and for many
    "practices": ("practice",),
    "clinicians": ("clinician",),
    "rows": ("row",),
    "inserted": ("inserted", "inserted"),
    "updated": ("updated", "updated"),
    "unchanged": ("unchanged", "unchanged"),
    "names_cut": ("name in which digits were hidden", "names in which digits were hidden"),
}


class LoadRun(models.Model):
    """One load of CMS data: all of it active, or none; a refused one keeps what was wrong with its files.

    `errors` holds the first 1,000 problems by line, each with file, line, column (None for the whole line) and problem,
    and never a cell's content; `error_counts` counts all of them, by file, column and problem.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting to start"
        LOADING = "loading", "Loading"
        STAGED = "staged", "Staged: complete, not used yet"
        ACTIVE = "active", "Active: in use on this site"
        SUPERSEDED = "superseded", "Superseded by a later run"
        FAILED = "failed", "Refused: nothing was saved"

    kind = models.CharField(max_length=20, choices=LoadKind)
    performance_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty for NPPES.")
    status = models.CharField(max_length=20, choices=Status, default=Status.LOADING)
    files = models.JSONField("source files", default=list, help_text="Each file’s name, size in bytes and SHA-256.")
    counts = models.JSONField("rows", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    started_by = models.CharField(max_length=200, help_text="Who started it, also from the command line.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    activated_at = models.DateTimeField(null=True, blank=True)
    upload = models.UUIDField(
        null=True, editable=False, help_text="The folder with the files sent, until they are loaded."
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often the worker tried to load an upload."
    )
    rows_kept = models.BooleanField(
        default=False, help_text="Whether its rows are still stored, so you can go back to it."
    )
    error_count = models.PositiveIntegerField("problems", default=0)
    errors = models.JSONField("first problems", default=list)
    error_counts = models.JSONField("problems counted", default=list)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "performance_year"],
                condition=Q(status="active"),
                name="load_run_one_active",
                nulls_distinct=False,
                violation_error_message="Another run is active.",
            ),
            models.CheckConstraint(
                condition=Q(kind="determinations") | Q(performance_year__isnull=True),
                name="load_run_year_of_determinations_only",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(activated_at__isnull=False), name="load_run_active_since"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_status_display().partition(':')[0].lower()}"

    @property
    def name(self) -> str:
        """What it loads, and its number, as in `Determinations 2027, run 4`."""
        what = f"{self.get_kind_display()} {self.performance_year or ''}".strip()
        return f"{what}, run {self.pk}"

    def counted(self) -> str:
        """Return the numbers of its rows in words, as in `3 practices, 12 clinicians`."""
        return ", ".join(count(number, *COUNTED[what]) for what, number in self.counts.items())


class MedicareFigures(models.Model):
    """The three low-volume figures; None is "not known"."""

    allowed_charges = models.DecimalField(max_digits=14, decimal_places=2, null=True, help_text="US dollars.")
    patients = models.PositiveIntegerField(null=True)
    services = models.PositiveIntegerField(null=True)

    class Meta:
        abstract = True


class DeterminationPractice(MedicareFigures):
    """One TIN as one run of CMS data shows it; an SSN TIN is found by its clinicians' keys."""

    run = models.ForeignKey(LoadRun, models.PROTECT, related_name="practices")
    tin_kind = models.CharField(max_length=3, choices=[(kind, kind) for kind in TIN_KINDS])
    tin_key = models.CharField(max_length=64, null=True, help_text="Keyed hash of an EIN; none for an SSN.")
    tin_last4 = models.CharField(max_length=4)
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "tin_key"], name="determination_practice_once"),
            models.CheckConstraint(
                condition=Q(tin_kind="EIN", tin_key__isnull=False) | Q(tin_kind="SSN", tin_key__isnull=True),
                name="determination_practice_key_of_ein",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'Practice'} {mask_tin(self.tin_kind, self.tin_last4)}"


class DeterminationClinician(MedicareFigures):
    """One NPI under one TIN as one run of CMS data shows it."""

    practice = models.ForeignKey(DeterminationPractice, models.PROTECT, related_name="clinicians", db_index=False)
    npi = models.CharField(max_length=10)
    tin_key = models.CharField(
        max_length=64, null=True, help_text="Keyed hash of an SSN TIN's last digits and the NPI."
    )
    last_name = models.CharField(max_length=200, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    clinician_type = models.CharField(max_length=40)
    newly_enrolled = models.BooleanField()
    qp_status = models.CharField(max_length=10)
    non_patient_facing = models.BooleanField()
    hospital_based = models.BooleanField()
    rural = models.BooleanField()
    hpsa = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "npi"], name="determination_clinician_once")]
        indexes = [
            models.Index(fields=["tin_key"], condition=Q(tin_key__isnull=False), name="determination_clinician_key")
        ]

    def __str__(self) -> str:
        return f"NPI {self.npi}"


class NppesRecord(models.Model):
    """What NPPES lists for one NPI, the run that wrote it last, and since when we know its first and last name.

    A name that a load replaces is kept as a `FormerName`.
    """

    npi = models.CharField("NPI", max_length=10, primary_key=True)
    entity_type = models.PositiveSmallIntegerField(null=True, help_text="1 a person, 2 an organization.")
    organization_name = models.CharField(max_length=200, blank=True)
    last_name = models.CharField(max_length=200, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    deactivated_on = models.DateField(null=True)
    reactivated_on = models.DateField(null=True)
    run = models.ForeignKey(LoadRun, models.PROTECT, related_name="+", db_index=False)
    named_at = models.DateTimeField(null=True, help_text="Empty: not changed since this site saves when names change.")

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="keeps_former_name",
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("last_name", "first_name"),
                func="""
                    INSERT INTO eligibility_formername (npi, last_name, first_name, named_at)
                    VALUES (OLD.npi, OLD.last_name, OLD.first_name, OLD.named_at);
                    RETURN NULL;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"NPI {self.npi}"


class FormerName(models.Model):
    """A name that NPPES once listed for an NPI, and since when we knew it; the database writes it (NppesRecord)."""

    npi = models.CharField("NPI", max_length=10)
    last_name = models.CharField(max_length=200, blank=True)
    first_name = models.CharField(max_length=200, blank=True)
    named_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["npi"], name="former_name_of_npi")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.last_name}, {self.first_name}"


class ElectionWindow(models.Model):
    """The election window of a performance year as staff set it; the latest row counts, and all of them stay."""

    performance_year = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField("opens", help_text="Eastern Time. We accept elections from this time on.")
    closes_at = models.DateTimeField(
        "closes",
        help_text="Eastern Time. We accept elections until this time. To accept them through December 31, enter "
        "January 1, 12:00 a.m.",
    )
    reason = models.TextField()
    citation = models.CharField(
        max_length=300, help_text="CMS’s notice: its title, its date, and where it is published."
    )
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)
    set_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["-performance_year", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="election_window_opens_first",
                violation_error_message="The window must close after it opens.",
            )
        ]
        indexes = [models.Index(fields=["performance_year", "-id"], name="election_window_latest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Election window for {self.performance_year}"


class Probe(models.Model):
    """A TIN that was asked about on one day (ET): under an NPI, by an account, or from an address (disclosure.py)."""

    class CountedBy(models.TextChoices):
        NPI = "npi", "NPI"
        ACCOUNT = "account", "Account"
        ADDRESS = "address", "IP address"

    day = models.DateField()
    asker = models.CharField("counted by", max_length=10, choices=CountedBy)
    subject = models.CharField(max_length=64, help_text="The NPI, the account number or the IP address.")
    tin_key = models.CharField(max_length=64)
    billed = models.BooleanField(help_text="Whether CMS data showed the NPI under the TIN. Only misses count.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["asker", "subject", "day", "tin_key"], name="probe_once_a_day")]

    def __str__(self) -> str:
        return f"{self.get_asker_display()} {self.subject}, {self.day}"
