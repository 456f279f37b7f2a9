"""Which rows an exception may name; all of them until the next preparation."""

from django.db import migrations, models

CHAMP = models.BooleanField("qu’une exception peut nommer", db_default=True)


class Migration(migrations.Migration):
    dependencies = [("territoires", "0005_fermes")]

    operations = [
        migrations.AddField("lieuferme", "exceptionnel", CHAMP),
        migrations.AddField("lieuprepare", "exceptionnel", CHAMP),
    ]
