from django.db import migrations, models


class Migration(migrations.Migration):
    """What a window rests on; of those set before, nothing is known but the reason."""

    dependencies = [("eligibility", "0002_uploads")]

    operations = [
        migrations.AddField(
            model_name="electionwindow",
            name="citation",
            field=models.CharField(
                default="", help_text="CMS’s notice: its title and date, and where it stands.", max_length=300
            ),
            preserve_default=False,
        )
    ]
