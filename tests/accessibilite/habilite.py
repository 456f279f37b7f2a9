"""Pages as an agent habilitated for every group reads them, until agents can sign in: run as a program, it prints them.

``python -m tests.accessibilite.habilite /entreprise/000001008 …`` in the environment of a data folder: {path: HTML}.
"""

import json
import os
import sys


def html(chemin: str) -> str:
    """The page of a sheet, every right given, from the database of this process."""
    from django.test import Client

    from fce.droits.finalites import GROUPES, Droit
    from fce.droits.lecteur import LecteurDeDonnees
    from fce.fiche import views
    from tests.droits.fabrique import OUVRE_TOUT, agent, habilitation

    tout = habilitation(
        finalites=(OUVRE_TOUT,),
        groupes=frozenset(GROUPES),
        territoire=frozenset({"FR"}),
        droits=frozenset({Droit.CONSULTER, Droit.EXPORTER}),
    )
    lecteur = LecteurDeDonnees(agent(tout), finalite="controle-travail")
    views.lecteur_de = lambda request, action=Droit.CONSULTER: lecteur
    reponse = Client(headers={"host": "localhost"}).get(chemin)
    assert reponse.status_code == 200, reponse.status_code
    return reponse.content.decode()


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "fce.config.settings"
    import django
    from django.conf import settings
    from django.db import connections

    django.setup()
    with settings.CLUSTER_EMBARQUE.en_marche():
        sys.stdout.write(json.dumps({chemin: html(chemin) for chemin in sys.argv[1:]}))
        connections.close_all()


if __name__ == "__main__":
    main()
