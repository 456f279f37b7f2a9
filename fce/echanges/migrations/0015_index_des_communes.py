from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("echanges", "0014_visites_communes")]

    operations = [
        AddIndexConcurrently(
            "visiteannoncee",
            models.Index(fields=["commune"], condition=models.Q(commune__isnull=False), name="visite_de_commune"),
        ),
    ]
