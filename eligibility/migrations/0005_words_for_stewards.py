from django.db import migrations, models


class Migration(migrations.Migration):
    """What stewards read: until when a window takes elections, and that a load waits; the database has none of it."""

    dependencies = [("eligibility", "0004_plain_words")]

    operations = [
        migrations.AlterField(
            model_name="electionwindow",
            name="closes_at",
            field=models.DateTimeField(
                help_text="Eastern Time. We accept elections until this time. To accept them through December 31, "
                "enter January 1, 12:00 a.m.",
                verbose_name="closes",
            ),
        ),
        migrations.AlterField(
            model_name="loadrun",
            name="status",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting to start"),
                    ("loading", "Loading"),
                    ("staged", "Staged: complete, not used yet"),
                    ("active", "Active: in use on this site"),
                    ("superseded", "Superseded by a later run"),
                    ("failed", "Refused: nothing was saved"),
                ],
                default="loading",
                max_length=20,
            ),
        ),
    ]
