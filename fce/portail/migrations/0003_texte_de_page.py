from django.db import migrations


class Migration(migrations.Migration):
    """A model is renamed: its table stays where it is."""

    dependencies = [("portail", "0002_textes_bandeau_avis")]

    operations = [
        migrations.AlterModelTable(name="texte", table="portail_texte"),
        migrations.RenameModel(old_name="Texte", new_name="TexteDePage"),
    ]
