from django.db import migrations, models


class Migration(migrations.Migration):
    """How a conflict ended, in words for staff; the database has none of it."""

    dependencies = [("elections", "0020_representative_as_submitted")]

    operations = [
        migrations.AlterField(
            model_name="conflict",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("kept", "The election that holds the TIN keeps it"),
                    ("moved", "The TIN moved to the election that waited for it"),
                    ("released", "One of the 2 elections gave up the TIN"),
                ],
                max_length=10,
            ),
        )
    ]
