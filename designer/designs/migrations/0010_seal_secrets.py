from django.db import migrations

from designer import sealing

SEALED = [('Companion', 'rest'), ('Design', 'text'), ('Draft', 'text'), ('Revision', 'text'), ('Revision', 'woven')]


def seal(apps, schema_editor):
    """What designs of before hold of Secrets; then nothing of it is left in the database's file either."""
    if rewrite(sealing.renew, apps, schema_editor):
        sealing.forget(schema_editor.connection.alias)


def lay_open(apps, schema_editor):
    rewrite(sealing.lay_open, apps, schema_editor)


def rewrite(how, apps, schema_editor):
    models = [(apps.get_model('designs', name), field) for name, field in SEALED]
    return sum(how(model, model._meta.get_field(field), schema_editor.connection.alias)[0] for model, field in models)


class Migration(migrations.Migration):
    # In batches, each of which is all or nothing: it can go on where it was broken off.
    atomic = False

    dependencies = [
        ('designs', '0009_sealed'),
    ]

    operations = [
        migrations.RunPython(seal, lay_open),
    ]
