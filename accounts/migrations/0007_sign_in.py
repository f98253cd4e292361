"""Sign-ins of CMS staff are written down."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_no_superusers")]

    operations = [
        migrations.CreateModel(
            name="SignIn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("password", "Password alone"),
                            ("totp", "Password and a code from an app"),
                            ("webauthn", "Password and a passkey"),
                            ("recovery_codes", "Password and a recovery code"),
                        ],
                        max_length=20,
                    ),
                ),
                ("address", models.CharField(max_length=45, verbose_name="network address")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in",
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["password", "totp", "webauthn", "recovery_codes"])),
                        name="sign_in_how_known",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="signin",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="af476267881bdd7b52bf95a7f7349e1b41c705ac",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_70b41",
                    table="accounts_signin",
                    when="BEFORE",
                ),
            ),
        ),
    ]
