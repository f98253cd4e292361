"""What is done about staff is written down for good, roles can wait, and the administrator is a role of its own."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_email_address_label")]

    operations = [
        migrations.CreateModel(
            name="StaffChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("given", "Role given"),
                            ("confirmed", "Role confirmed"),
                            ("started", "Role took effect"),
                            ("canceled", "Role canceled before it took effect"),
                            ("removed", "Role removed"),
                            ("reset", "Second factor reset"),
                            ("deactivated", "Account deactivated"),
                            ("reactivated", "Account reactivated"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reviewer", "Reviewer"),
                            ("lead_reviewer", "Lead reviewer"),
                            ("data_steward", "Data steward"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "takes_effect_at",
                    models.DateTimeField(
                        help_text="Empty if it needs confirming.", null=True, verbose_name="takes effect"
                    ),
                ),
                ("transaction", models.CharField(default="", editable=False, max_length=20)),
            ],
            options={
                "verbose_name": "change to staff",
                "verbose_name_plural": "changes to staff",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.AlterField(
            model_name="staffrole",
            name="role",
            field=models.CharField(
                choices=[
                    ("reviewer", "Reviewer"),
                    ("lead_reviewer", "Lead reviewer"),
                    ("data_steward", "Data steward"),
                    ("auditor", "Auditor"),
                    ("administrator", "Administrator"),
                ],
                max_length=20,
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffrole",
            trigger=pgtrigger.compiler.Trigger(
                name="role_has_its_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n        IF NOT EXISTS (\n            SELECT 1\n            FROM accounts_staffchange AS change\n            WHERE change.user_id = NEW.user_id\n              AND change.role = NEW.role\n              AND change.verb IN ('confirmed', 'started')\n              AND change.transaction = pg_current_xact_id()::text\n        ) THEN\n            RAISE EXCEPTION 'A staff role needs the change by which it is held.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN NEW;\n    ",
                    hash="57440ab7ffd6aa0d8e92cafd5e37d7669fd13ab4",
                    operation="INSERT",
                    pgid="pgtrigger_role_has_its_change_9eddf",
                    table="accounts_staffrole",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffrole",
            trigger=pgtrigger.compiler.Trigger(
                name="never_changed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="9e9364eafaf971037123f9813994446019ca6976",
                    operation="UPDATE",
                    pgid="pgtrigger_never_changed_5380d",
                    table="accounts_staffrole",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffrole",
            trigger=pgtrigger.compiler.Trigger(
                name="an_administrator_stays",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.role = 'administrator')",
                    func="\n        PERFORM pg_advisory_xact_lock(414131518);\n        IF NOT EXISTS (\n            SELECT 1\n            FROM accounts_staffrole AS held JOIN accounts_user AS person ON person.id = held.user_id\n            WHERE held.role = 'administrator' AND held.id <> OLD.id AND person.is_active\n        ) THEN\n            RAISE EXCEPTION 'The last administrator stays.' USING ERRCODE = 'check_violation';\n        END IF;\n        RETURN OLD;\n    ",
                    hash="13cb648769be88a9d50a7f507d4b10dc918d8967",
                    operation="DELETE",
                    pgid="pgtrigger_an_administrator_stays_2e5a4",
                    table="accounts_staffrole",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="staffchange",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="staffchange",
            name="given_by",
            field=models.ForeignKey(
                help_text="Who gave the role that was confirmed.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="staffchange",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="staff_changes",
                to=settings.AUTH_USER_MODEL,
                verbose_name="for whom",
            ),
        ),
        migrations.CreateModel(
            name="WaitingRole",
            fields=[
                (
                    "given",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="waiting",
                        serialize=False,
                        to="accounts.staffchange",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("reviewer", "Reviewer"),
                            ("lead_reviewer", "Lead reviewer"),
                            ("data_steward", "Data steward"),
                            ("auditor", "Auditor"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=20,
                        verbose_name="role that waits",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="staffchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        ["given", "confirmed", "started", "canceled", "removed", "reset", "deactivated", "reactivated"],
                    )
                ),
                name="staff_change_verb_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by", models.F("user")),
                    ("verb__in", ("given", "confirmed", "reset", "deactivated", "reactivated")),
                    _negated=True,
                ),
                name="staff_change_not_for_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("by", models.F("given_by")), ("verb", "confirmed"), _negated=True),
                name="staff_change_not_confirmed_by_giver",
            ),
        ),
        migrations.AddConstraint(
            model_name="staffchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason", ""),
                    ("verb__in", ("given", "removed", "reset", "deactivated", "reactivated")),
                    _negated=True,
                ),
                name="staff_change_has_reason",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffchange",
            trigger=pgtrigger.compiler.Trigger(
                name="change_notes_transaction",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="NEW.transaction = pg_current_xact_id()::text; RETURN NEW;",
                    hash="b8a1783d7fcfd46e18f6c1e60729497fcf761d77",
                    operation="INSERT",
                    pgid="pgtrigger_change_notes_transaction_53748",
                    table="accounts_staffchange",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="staffchange",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="aedcb811c6677420c6ea55ea210dc1e177e2318c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c9464",
                    table="accounts_staffchange",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="waitingrole",
            constraint=models.UniqueConstraint(fields=("user", "role"), name="waiting_role_once"),
        ),
    ]
