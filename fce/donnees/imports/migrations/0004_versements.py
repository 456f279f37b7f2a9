import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_depots")]

    operations = [
        migrations.AddField(
            model_name="import",
            name="meneur",
            field=models.ForeignKey(
                blank=True,
                help_text="Vide : fichier de la source elle-même. Sinon, celui d'une autre, qui l'alimente.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="versements",
                to="sources.import",
                verbose_name="import du fichier entier",
            ),
        ),
    ]
