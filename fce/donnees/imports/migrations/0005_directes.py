from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0004_versements")]

    operations = [
        migrations.CreateModel(
            name="ReponseDirecte",
            fields=[
                (
                    "cle",
                    models.CharField(
                        max_length=64, primary_key=True, serialize=False, verbose_name="empreinte de la demande"
                    ),
                ),
                ("source", models.CharField(max_length=100, verbose_name="source")),
                ("lignes", models.JSONField(verbose_name="lignes")),
                ("obtenue_le", models.DateTimeField(verbose_name="obtenue le")),
                ("expire_le", models.DateTimeField(db_index=True, verbose_name="expire le")),
            ],
            options={
                "verbose_name": "réponse directe",
                "verbose_name_plural": "réponses directes",
                "ordering": ["-obtenue_le"],
            },
        ),
    ]
