from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initiale")]

    operations = [
        # Views of the sources that are not open to everyone.
        migrations.RunSQL("CREATE SCHEMA IF NOT EXISTS restreint", "DROP SCHEMA IF EXISTS restreint CASCADE"),
        migrations.AddField(
            model_name="import",
            name="total",
            field=models.BigIntegerField(
                default=0, help_text="Celles reprises comprises.", verbose_name="lignes de la version"
            ),
        ),
        migrations.RunSQL("UPDATE sources_import SET total = chargees", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="import",
            name="parties",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="[{table, colonnes, lignes, periode, empreinte, octets, date, apport}] ; vide : une seule table.",
                verbose_name="tables par période",
            ),
        ),
        migrations.AddField(
            model_name="import",
            name="empreintes",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="SHA-256 de ceux que cette version réunit.",
                verbose_name="fichiers intégrés",
            ),
        ),
    ]
