"""Bodies of mails were kept as they are; whoever read the table could follow their links, and sign by them."""

from django.db import migrations

import ground.vault

CONTEXT = "notices.Notice.body"


def seal(apps, schema_editor):
    _rewrite(apps, ground.vault.encrypt)


def unseal(apps, schema_editor):
    _rewrite(apps, ground.vault.decrypt)


def _rewrite(apps, change):
    notices = apps.get_model("notices", "Notice").objects
    for pk, body in notices.exclude(body="").values_list("pk", "body").iterator():
        notices.filter(pk=pk).update(body=change(body, CONTEXT))


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.RunPython(seal, unseal),
        migrations.AlterField(model_name="notice", name="body", field=ground.vault.EncryptedTextField(editable=False)),
    ]
