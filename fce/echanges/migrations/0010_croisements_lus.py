"""Answers written before the week of the other visit was kept: their services are taken to have read it today."""

from django.db import migrations

_LIRE = """
UPDATE echanges_reponsecroisement r
SET lundi_lu = v.debut - (extract(isodow FROM v.debut)::int - 1), etat_lu = v.etat
FROM echanges_visiteannoncee v WHERE v.id = r.autre_id AND r.lundi_lu IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("echanges", "0009_telephones_des_services")]

    operations = [migrations.RunSQL(_LIRE, migrations.RunSQL.noop)]
