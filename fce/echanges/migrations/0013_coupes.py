"""The video room and the numbers of a report are no longer read nor written; the next release drops their columns,
which the former code fills. Two rhythms of mails are no longer offered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("echanges", "0012_jours_quittes")]

    operations = [
        migrations.AlterField(
            "operationconjointe",
            "visio",
            models.CharField("salle de visioconférence", max_length=64, blank=True, db_default=""),
        ),
        migrations.AlterField(
            "operationconjointe",
            "comptes",
            models.JSONField("comptes du bilan", default=dict, blank=True, db_default={}),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField("operationconjointe", "visio"),
                migrations.RemoveField("operationconjointe", "comptes"),
            ]
        ),
        migrations.AlterField(
            "rythmealertes",
            "rythme",
            models.CharField(
                "rythme",
                max_length=14,
                choices=[
                    ("tout-de-suite", "dès que quelque chose change"),
                    ("chaque-jour", "chaque jour, à 8 h"),
                    ("jamais", "jamais : je lis la page"),
                ],
                default="chaque-jour",
            ),
        ),
    ]
