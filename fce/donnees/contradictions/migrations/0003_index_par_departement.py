from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("contradictions", "0002_departement")]

    operations = [
        AddIndexConcurrently(
            "contradictionrelevee",
            models.Index(fields=["departement", "siren", "siret"], name="contradiction_departement"),
        ),
    ]
