"""Alarms prepared as the sheets raise them, and the contacts of each file apart. The former columns of contacts stay
until the next release, whose migration drops them: the former code reads them.

What was prepared is prepared again: it has neither."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("territoires", "0003_version_de_sirene")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("lieuprepare", "contact"),
                migrations.RemoveField("lieuprepare", "controle"),
            ]
        ),
        migrations.AddField(
            "lieuprepare", "contacts", models.JSONField("dernier contact de chaque fichier", null=True)
        ),
        migrations.AlterField(
            "lieuprepare", "pse", models.DateField("dernier PSE qui touche l’établissement", null=True)
        ),
        migrations.CreateModel(
            name="AlarmePreparee",
            fields=[
                ("cle", models.CharField("clé", max_length=80, primary_key=True, serialize=False)),
                ("nom", models.CharField("alarme", max_length=45)),
                ("siren", models.CharField("SIREN", max_length=9)),
                ("siret", models.CharField("SIRET", max_length=14, blank=True)),
                ("phrase", models.TextField("phrase")),
                ("jour", models.DateField("jour", null=True)),
                ("mois", models.BooleanField("datée au mois")),
                ("periode", models.CharField("période", max_length=80, blank=True)),
                ("grave", models.BooleanField("grave")),
            ],
            options={
                "verbose_name": "alarme préparée",
                "verbose_name_plural": "alarmes préparées",
                "ordering": ["cle"],
                "indexes": [
                    models.Index(models.F("siren"), name="alarme_siren"),
                    models.Index(models.F("siret"), condition=~models.Q(siret=""), name="alarme_siret"),
                ],
            },
        ),
        migrations.RunSQL("DELETE FROM territoires_preparation", migrations.RunSQL.noop),
    ]
