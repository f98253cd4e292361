from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0018_forwarded_by")]

    operations = [
        migrations.AddField(
            model_name="party",
            name="dated_for",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The fingerprint of what the agreement said when its date on paper was entered.",
                max_length=64,
            ),
        )
    ]
