from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("territoires", "0006_exceptionnels")]

    operations = [
        AddIndexConcurrently(
            "lieuprepare",
            models.Index(
                fields=["departement"], condition=models.Q(exceptionnel=True), name="territoire_exceptionnel"
            ),
        ),
    ]
