"""A notice can have a PDF with it: attached if it is ready when the notice leaves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_states")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="enclosure_context",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="notice",
            name="enclosure_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=100),
        ),
        migrations.AddField(
            model_name="notice",
            name="enclosure_file",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("enclosure_context", ""), _negated=True),
                fields=["enclosure_context"],
                name="notice_with_enclosure",
            ),
        ),
    ]
