from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0012_drop_party_updated_at")]

    operations = [
        migrations.AlterField(
            model_name="document",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting to start"),
                    ("rendering", "In progress"),
                    ("ready", "Ready"),
                    ("failed", "Could not be prepared"),
                ],
                default="queued",
                max_length=10,
            ),
        )
    ]
