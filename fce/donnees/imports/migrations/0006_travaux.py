from django.db import migrations, models

STATUTS = [
    ("importe", "nouveau fichier mis en place"),
    ("inchange", "fichier inchangé"),
    ("refuse", "fichier refusé"),
    ("echec", "fichier non obtenu"),
]


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_directes")]

    operations = [
        migrations.CreateModel(
            name="Releve",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=100, unique=True, verbose_name="source")),
                (
                    "statut",
                    models.CharField(choices=STATUTS, default="inchange", max_length=10, verbose_name="statut"),
                ),
                ("verifie", models.DateTimeField(blank=True, null=True, verbose_name="vérifié le")),
                ("change", models.DateTimeField(blank=True, null=True, verbose_name="changé le")),
                ("motif", models.TextField(blank=True, verbose_name="motif du refus ou de l'échec")),
                (
                    "signature",
                    models.CharField(blank=True, max_length=64, verbose_name="fichiers déjà traités"),
                ),
            ],
            options={"verbose_name": "relevé", "ordering": ["source"]},
        ),
    ]
