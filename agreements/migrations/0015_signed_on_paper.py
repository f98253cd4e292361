from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agreements", "0014_packet_documents")]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="is_signed_on_paper",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether its parties were said to sign on paper; nothing if they sign by personal links.",
            ),
        )
    ]
