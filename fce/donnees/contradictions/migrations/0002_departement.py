from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contradictions", "0001_initiale")]

    operations = [
        migrations.AddField(
            "contradictionrelevee",
            "departement",
            models.CharField("département", max_length=3, blank=True, db_default=""),
        ),
    ]
