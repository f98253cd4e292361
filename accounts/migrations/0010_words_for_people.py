from django.db import migrations, models


class Migration(migrations.Migration):
    """How staff pages name fields of people, in their tables and filters; the database has none of it."""

    dependencies = [("accounts", "0009_name_the_person")]

    operations = [
        migrations.AlterField(
            model_name="signin", name="address", field=models.CharField(max_length=45, verbose_name="IP address")
        ),
        migrations.AlterField(
            model_name="signin",
            name="how",
            field=models.CharField(
                choices=[
                    ("password", "Password alone"),
                    ("totp", "Password and a code from an app"),
                    ("webauthn", "Password and a passkey"),
                    ("recovery_codes", "Password and a recovery code"),
                ],
                max_length=20,
                verbose_name="method",
            ),
        ),
        migrations.AlterField(
            model_name="staffchange",
            name="verb",
            field=models.CharField(
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
                verbose_name="kind of change",
            ),
        ),
        migrations.AlterField(
            model_name="user", name="is_active", field=models.BooleanField(default=True, verbose_name="active account")
        ),
        migrations.AlterField(
            model_name="waitingrole",
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
                verbose_name="role not in effect yet",
            ),
        ),
    ]
