"""What a reviewer asks to be corrected, and the answers; notes among reviewers."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("elections", "0012_decisions_wait"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("mail", models.JSONField(default=dict)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "answered_in",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="elections.submission",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="elections.submission",
                    ),
                ),
            ],
            options={"ordering": ["asked_at"]},
        ),
        migrations.CreateModel(
            name="CorrectionRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "pin",
                    models.CharField(
                        choices=[("practice", "A practice"), ("clinician", "A clinician"), ("field", "The election")],
                        max_length=10,
                    ),
                ),
                ("practice", models.PositiveIntegerField(null=True)),
                ("practice_name", models.CharField(blank=True, max_length=200)),
                ("npi", models.CharField(blank=True, max_length=40, verbose_name="NPI")),
                (
                    "field",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("virtual_group", "The virtual group’s name"),
                            ("representative", "The representative or the alternate contact"),
                            ("agreement", "The agreement"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField()),
                ("settled_by", models.TextField(verbose_name="what would settle it")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("changed", "I changed it"), ("declined", "I didn’t change it")],
                        max_length=10,
                    ),
                ),
                ("explanation", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests_answered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="elections.correction"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="correction_requests",
                        to="elections.member",
                    ),
                ),
            ],
            options={"ordering": ["correction", "position"]},
        ),
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField()),
                (
                    "election",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_notes",
                        to="elections.election",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="review_notes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["written_at", "id"]},
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)), fields=("submission",), name="one_open_correction_a_submission"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_in", None), ("ended_at__isnull", False), _connector="OR"),
                name="answered_correction_has_ended",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="asked_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."submission_id" IS DISTINCT FROM (NEW."submission_id") OR OLD."asked_by_id" IS DISTINCT FROM (NEW."asked_by_id") OR OLD."asked_at" IS DISTINCT FROM (NEW."asked_at") OR OLD."due_at" IS DISTINCT FROM (NEW."due_at") OR OLD."mail" IS DISTINCT FROM (NEW."mail"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="7bebc37416bf0f602dbc370590cc9e2ed9c7e70f",
                    operation="UPDATE",
                    pgid="pgtrigger_asked_for_good_35285",
                    table="elections_correction",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correction",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="3229517f6b63240651ca506cb29e3ed949e9c6ba",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_3282f",
                    table="elections_correction",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="correctionrequest",
            constraint=models.UniqueConstraint(fields=("correction", "position"), name="request_position_once"),
        ),
        migrations.AddConstraint(
            model_name="correctionrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("npi", ""), ("pin", "field"), ("practice", None), models.Q(("field", ""), _negated=True)),
                    models.Q(("field", ""), ("npi", ""), ("pin", "practice"), ("practice__isnull", False)),
                    models.Q(
                        ("field", ""),
                        ("pin", "clinician"),
                        ("practice__isnull", False),
                        models.Q(("npi", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="request_is_pinned_to_one_place",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="request_as_asked",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."correction_id" IS DISTINCT FROM (NEW."correction_id") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."pin" IS DISTINCT FROM (NEW."pin") OR OLD."practice" IS DISTINCT FROM (NEW."practice") OR OLD."practice_name" IS DISTINCT FROM (NEW."practice_name") OR OLD."npi" IS DISTINCT FROM (NEW."npi") OR OLD."field" IS DISTINCT FROM (NEW."field") OR OLD."reason" IS DISTINCT FROM (NEW."reason") OR OLD."settled_by" IS DISTINCT FROM (NEW."settled_by"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9d6c9380d1b1ada41b410ca75516acbc19f65f08",
                    operation="UPDATE",
                    pgid="pgtrigger_request_as_asked_e3cfc",
                    table="elections_correctionrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="answered_for_good",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answer" IS DISTINCT FROM (NEW."answer") OR OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_by_id" IS DISTINCT FROM (NEW."answered_by_id") OR OLD."explanation" IS DISTINCT FROM (NEW."explanation"))',
                    func="\n        IF EXISTS (SELECT 1 FROM elections_correction WHERE id = NEW.correction_id AND ended_at IS NOT NULL) THEN\n            RAISE EXCEPTION 'This request was answered for good.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="9f085f5cbfc2deba47a4e8bd5e8475cfdec13c84",
                    operation="UPDATE",
                    pgid="pgtrigger_answered_for_good_5651d",
                    table="elections_correctionrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="correctionrequest",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="7fe96618efae24d7e3ba027b782c9de6eff26606",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_bac3b",
                    table="elections_correctionrequest",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="reviewnote",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="46f3e4228f54354b2257587f9476205564ca33c4",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c3ee5",
                    table="elections_reviewnote",
                    when="BEFORE",
                ),
            ),
        ),
    ]
