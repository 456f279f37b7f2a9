from importlib import import_module

from django.db import migrations

# A page of several companies opened again within an hour discloses no other company: a territory is read motive by
# motive.
AVANT = import_module("fce.droits.journal.migrations.0005_pesee").CONSIGNER
CONSIGNER = AVANT.replace("('direct', 'fragment', 'operation')", "('direct', 'fragment', 'operation', 'liste')").replace(
    "CASE ligne.surface WHEN 'operation' THEN", "CASE WHEN ligne.surface IN ('operation', 'liste') THEN"
)


class Migration(migrations.Migration):
    dependencies = [("journal", "0006_explication")]

    operations = [migrations.RunSQL(CONSIGNER, AVANT)]
