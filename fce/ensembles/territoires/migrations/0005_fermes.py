"""Establishments closed lately, beside the open ones. What was prepared is prepared again: it has none."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('territoires', '0004_alarmes_preparees'),
    ]

    operations = [
        migrations.CreateModel(
            name='LieuFerme',
            fields=[
                ('siret', models.CharField(max_length=14, primary_key=True, serialize=False, verbose_name='SIRET')),
                ('siren', models.CharField(max_length=9, verbose_name='SIREN')),
                ('departement', models.CharField(max_length=3, verbose_name='département')),
                ('commune', models.CharField(max_length=5, verbose_name='code commune')),
                ('unite', models.CharField(blank=True, max_length=30, verbose_name='unité de contrôle')),
                ('section', models.CharField(blank=True, max_length=6, verbose_name='section de la NAF')),
                ('naf', models.CharField(blank=True, max_length=6, verbose_name='activité')),
                ('naf25', models.CharField(blank=True, max_length=6, verbose_name='activité, NAF 2025')),
                ('tranche', models.CharField(blank=True, max_length=2, verbose_name='tranche d’effectif')),
                ('rang', models.SmallIntegerField(verbose_name='rang de la tranche')),
                ('juridique', models.CharField(blank=True, max_length=4, verbose_name='forme juridique')),
                ('taille', models.CharField(blank=True, max_length=3, verbose_name='catégorie d’entreprise')),
                ('siege', models.BooleanField(null=True, verbose_name='siège')),
                ('employeur', models.BooleanField(null=True, verbose_name='employeur')),
                ('creation', models.DateField(null=True, verbose_name='création')),
                ('effectif', models.IntegerField(null=True, verbose_name='effectif du dernier mois')),
                ('effectif_avant', models.IntegerField(null=True, verbose_name='effectif du même mois un an avant')),
                ('heures', models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='heures d’activité partielle')),
                ('decision', models.DateField(null=True, verbose_name='dernière décision d’activité partielle')),
                ('pse', models.DateField(null=True, verbose_name='dernier PSE qui touche l’établissement')),
                ('mortels', models.IntegerField(null=True, verbose_name='accidents mortels')),
                ('accidents', models.IntegerField(null=True, verbose_name='accidents du travail')),
                ('contacts', models.JSONField(null=True, verbose_name='dernier contact de chaque fichier')),
            ],
            options={
                'verbose_name': 'établissement fermé depuis peu',
                'verbose_name_plural': 'établissements fermés depuis peu',
                'ordering': ['siret'],
                'indexes': [models.Index(models.F('departement'), name='ferme_departement'), models.Index(models.F('commune'), name='ferme_commune'), models.Index(models.F('unite'), condition=models.Q(('unite', ''), _negated=True), name='ferme_unite')],
            },
        ),
        migrations.RunSQL("DELETE FROM territoires_preparation", migrations.RunSQL.noop),
    ]
