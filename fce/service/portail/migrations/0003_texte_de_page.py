from django.db import migrations


class Migration(migrations.Migration):
    """Renames a model, keeps its table."""

    dependencies = [("portail", "0002_textes_bandeau_avis")]

    operations = [
        migrations.AlterModelTable(name="texte", table="portail_texte"),
        migrations.RenameModel(old_name="Texte", new_name="TexteDePage"),
    ]
