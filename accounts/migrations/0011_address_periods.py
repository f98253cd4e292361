"""From when to when an address was verified as a person's; what stands now begins now."""

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from ground import clock


def begin(apps, schema_editor):
    """Nothing says since when an address is verified: what was sent to it before may have been another person's.

    What confirmation mails say about it, the outbox adds: notices/migrations/0005_states.py.
    """
    verified = apps.get_model("account", "EmailAddress").objects.filter(verified=True)
    addresses = {email.lower(): user_id for user_id, email in verified.order_by("-pk").values_list("user_id", "email")}
    if addresses:
        periods, now = apps.get_model("accounts", "AddressPeriod"), clock.now()
        periods.objects.bulk_create(
            periods(user_id=user_id, address=address, began_at=now) for address, user_id in addresses.items()
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_words_for_people"), ("account", "0001_initial"), ("ground", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AddressPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254, verbose_name="email address")),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="address_periods",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("address",),
                        name="address_is_one_person_s_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("address", django.db.models.functions.text.Lower("address"))),
                        name="address_period_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("began_at")), _connector="OR"
                        ),
                        name="address_period_ends_later",
                    ),
                ]
            },
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
