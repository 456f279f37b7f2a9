import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('droits', '0004_genre_de_sollicitation'),
    ]

    operations = [
        # AlterField would drop the foreign key and check every row again.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    'ALTER TABLE droits_jetonapi ALTER COLUMN dossier_id DROP NOT NULL',
                    'ALTER TABLE droits_jetonapi ALTER COLUMN dossier_id SET NOT NULL',
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='jetonapi',
                    name='dossier',
                    field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='jetons', to='droits.dossier'),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='jetonapi',
            name='siret',
            field=models.CharField(blank=True, max_length=14, verbose_name='SIRET de l’administration'),
        ),
        migrations.AddField(
            model_name='jetonapi',
            name='debit',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='demandes par seconde'),
        ),
        migrations.CreateModel(
            name='UsageDeJeton',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jour', models.DateField(verbose_name='jour')),
                ('operation', models.CharField(max_length=120, verbose_name='opération')),
                ('demandes', models.PositiveIntegerField(default=0, verbose_name='demandes')),
                ('refusees', models.PositiveIntegerField(default=0, verbose_name='refusées, au-delà du quota')),
                ('jeton', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usages', to='droits.jetonapi')),
            ],
            options={
                'verbose_name': 'usage d’un jeton',
                'verbose_name_plural': 'usages des jetons',
                'ordering': ['-jour', 'operation'],
                'constraints': [models.UniqueConstraint(fields=('jeton', 'jour', 'operation'), name='usage_de_jeton_unique')],
            },
        ),
    ]
