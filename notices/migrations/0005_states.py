"""What kind of answer the mail server gave, which sending it was, and what came back that is about no notice.

An address was verified after its last confirmation mail: so long, what was sent to it is in its person's inbox.
"""

import django.db.models.functions.text
from django.db import migrations, models


def know_earlier_periods(apps, schema_editor):
    reasons = ("account_email_confirmation", "account_email_confirmation_signup")
    notices = apps.get_model("notices", "Notice").objects.filter(reason__in=reasons)
    for period in apps.get_model("accounts", "AddressPeriod").objects.filter(ended_at=None).iterator():
        asked = notices.filter(user_id=period.user_id, to__iexact=period.address)
        asked_at = asked.aggregate(at=models.Max("created_at"))["at"]
        if asked_at and asked_at < period.began_at:
            period.began_at = asked_at
            period.save(update_fields=["began_at"])


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_reply_to"), ("accounts", "0011_address_periods")]

    operations = [
        migrations.CreateModel(
            name="UnmatchedBounce",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=255, unique=True)),
                ("received_at", models.DateTimeField(verbose_name="read")),
                ("sender", models.CharField(blank=True, max_length=320, verbose_name="from")),
                ("subject", models.CharField(blank=True, max_length=300)),
                (
                    "problem",
                    models.CharField(
                        choices=[
                            ("no_address", "No return address of this site"),
                            ("forged", "Return address with a wrong signature"),
                            ("other", "About another email than its return address says"),
                            ("unknown", "Not a form of bounce that we know"),
                            ("unreadable", "We could not read it"),
                        ],
                        max_length=10,
                        verbose_name="why",
                    ),
                ),
                ("excerpt", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "unmatched bounce",
                "ordering": ["-received_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("problem__in", ["no_address", "forged", "other", "unknown", "unreadable"])),
                        name="bounce_problem_known",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="notice", name="notice_sent_has_its_moment"),
        migrations.AddField(
            model_name="notice",
            name="answer_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("recipient", "Recipient refused"),
                    ("content", "Message refused"),
                    ("sender", "Sender refused"),
                    ("sign_in", "Sign-in refused"),
                    ("deferred", "Put off"),
                    ("no_answer", "No answer"),
                    ("not_sent", "Could not be sent"),
                    ("returned", "Returned after it was sent"),
                ],
                db_default="",  # what the code of before writes while it still runs
                default="",
                max_length=10,
                verbose_name="kind of answer",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="failed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="failed or bounced"),
        ),
        migrations.AddField(
            model_name="notice",
            name="reported_at",
            field=models.DateTimeField(blank=True, help_text="When we told others that it did not arrive.", null=True),
        ),
        migrations.AddField(
            model_name="notice", name="sending", field=models.PositiveSmallIntegerField(db_default=1, default=1)
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                django.db.models.functions.text.Lower("to"),
                models.OrderBy(models.F("created_at"), descending=True),
                name="notice_of_address",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("reported_at", None), ("state__in", ("failed", "bounced"))),
                fields=["failed_at"],
                name="notice_not_reported",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    ("state", "bounced"),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="notice_sent_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("failed_at__isnull", True), ("state__in", ("failed", "bounced")), _connector="OR"),
                name="notice_failed_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "answer_kind__in",
                        [
                            *("", "recipient", "content", "sender", "sign_in", "deferred", "no_answer", "not_sent"),
                            "returned",
                        ],
                    )
                ),
                name="notice_answer_kind_known",
            ),
        ),
        migrations.RunPython(know_earlier_periods, migrations.RunPython.noop),
    ]
