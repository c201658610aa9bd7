import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from designer.teams import guard


def put_on(apps, schema_editor):
    guard.put_on(schema_editor.connection)


def take_off(apps, schema_editor):
    guard.take_off(schema_editor.connection)


class Migration(migrations.Migration):
    """An entry keeps the number of the account that did it, even when that is erased: nothing in the log changes."""

    dependencies = [
        ('teams', '0002_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='entry',
            name='person',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='entry',
            name='agent',
            field=models.CharField(blank=True, help_text='the browser, as it names itself; whose shell', max_length=200),
        ),
        migrations.RunPython(put_on, take_off),
    ]
