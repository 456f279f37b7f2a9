"""The pages of everyone in a demonstration found sound: run as a program, it prints {"who page": [status, its links]}.

``python -m tests.salles.rendues`` in the environment of a data folder, whose settings may close a room.
"""

import json
import sys


def pages() -> dict[str, tuple[int, list[str]]]:
    """The home, the account, a sheet and its note, the results, for people who together are given every page; each page
    that takes no number, for the first who is given it."""
    from django.core.management import call_command

    from fce.demo.personnages import GROUPE
    from tests import visite
    from tests.accessibilite.toutes import VISITEURS

    call_command("check")
    fiche, lieu = f"/entreprise/{GROUPE.siren}", f"/etablissement/{GROUPE.siren}00010"
    clients = visite.clients()
    communes = ("/", "/compte", fiche, f"{fiche}/note", lieu, "/recherche?q=boulangerie")
    vues = [visite.lire(qui, clients[qui], a) for qui in VISITEURS for a in communes]
    for adresse in visite.sans_numero():
        lues = (visite.lire(qui, client, adresse) for qui, client in reversed(clients.items()))
        vues.append(
            next((vue for vue in lues if vue.statut == 200), None)
            or visite.lire("inconnu", clients["inconnu"], adresse)
        )
    return {f"{vue.qui} {vue.adresse}": (vue.statut, vue.liens) for vue in vues}


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre(pages)))
