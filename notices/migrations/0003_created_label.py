"""The column of when a notice was written is labeled "Created"; nothing in the database changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_sealed_bodies")]

    operations = [
        migrations.AlterField(
            model_name="notice", name="created_at", field=models.DateTimeField(verbose_name="created")
        )
    ]
