"""The sheets as an agent habilitated for every group reads them: run as a program, it prints {sheet: HTML}.

``python -m tests.accessibilite.habilite`` in the environment of a data folder.
"""

import json
import sys

from fce.demo.personnages import BOULANGERIE, GROUPE, INDEPENDANT_MASQUE

FICHES = {
    "entreprise": f"/entreprise/{GROUPE.siren}/tout",
    "entreprise, 5 ans": f"/entreprise/{GROUPE.siren}/tout?periode=60",
    "établissement": f"/etablissement/{GROUPE.siren}00010/tout",
    "boulangerie": f"/entreprise/{BOULANGERIE.siren}/tout",
    "masquée": f"/entreprise/{INDEPENDANT_MASQUE.siren}/tout",
}


def pages() -> dict[str, str]:
    """The page of each sheet, every right given."""
    from django.test import Client

    from fce.droits.habilitations.finalites import GROUPES, Droit
    from fce.droits.habilitations.lecteur import LecteurDeDonnees
    from fce.fiche import views
    from tests.droits.habilitations.fabrique import OUVRE_TOUT, agent, habilitation

    tout = habilitation(
        finalites=(OUVRE_TOUT,),
        groupes=frozenset(GROUPES),
        territoire=frozenset({"FR"}),
        droits=frozenset({Droit.CONSULTER, Droit.EXPORTER}),
    )
    lecteur = LecteurDeDonnees(agent(tout), finalite="controle-travail")
    views.lecteur_de_la_page = lambda request, action=Droit.CONSULTER: lecteur
    reponses = {nom: Client().get(adresse) for nom, adresse in FICHES.items()}
    assert {reponse.status_code for reponse in reponses.values()} == {200}
    return {nom: reponse.content.decode() for nom, reponse in reponses.items()}


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre(pages)))
