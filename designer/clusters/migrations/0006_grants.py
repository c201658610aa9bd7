import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def take_over(apps, schema_editor):
    """Whoever may edit could apply until now: it stays so."""
    old = apps.get_model('clusters', 'Cluster').teams.through
    grant = apps.get_model('clusters', 'Grant')
    using = schema_editor.connection.alias
    pairs = old.objects.using(using).values_list('cluster_id', 'team_id').iterator()
    made = (grant(cluster_id=cluster, team_id=team, least='editor') for cluster, team in pairs)
    grant.objects.using(using).bulk_create(made, batch_size=500)


def give_back(apps, schema_editor):
    old = apps.get_model('clusters', 'Cluster').teams.through
    grant = apps.get_model('clusters', 'Grant')
    using = schema_editor.connection.alias
    pairs = grant.objects.using(using).values_list('cluster_id', 'team_id').iterator()
    old.objects.using(using).bulk_create((old(cluster_id=cluster, team_id=team) for cluster, team in pairs), batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0005_sealed_results'),
        ('teams', '0002_accounts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('namespaces', models.JSONField(blank=True, default=list, help_text='the only ones of it; empty: all the cluster has')),
                ('least', models.CharField(choices=[('nobody', 'nobody but who is named'), ('owner', 'its owners'), ('editor', 'its editors and owners'), ('viewer', 'everybody in it')], default='editor', help_text='who may apply', max_length=10)),
                ('cluster', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='clusters.cluster')),
                ('people', models.ManyToManyField(blank=True, help_text='who may apply besides, while in the team', related_name='+', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='teams.team')),
            ],
            options={'ordering': ['team__name', 'id']},
        ),
        migrations.AddConstraint(
            model_name='grant',
            constraint=models.UniqueConstraint(fields=('cluster', 'team'), name='one_grant_a_team'),
        ),
        migrations.RunPython(take_over, give_back),
        migrations.RemoveField(model_name='cluster', name='teams'),
        migrations.AddField(
            model_name='cluster',
            name='teams',
            field=models.ManyToManyField(related_name='clusters', through='clusters.Grant', to='teams.team'),
        ),
    ]
