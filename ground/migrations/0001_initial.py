"""The demo's clock was a model of the app `accounts`; its table stays as it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0002_demo_clock_moves")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="DemoClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("offset", models.DurationField()),
                    ],
                    options={
                        "db_table": "accounts_democlock",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("pk", 1)), name="demo_clock_one_row")
                        ],
                    },
                )
            ]
        )
    ]
