"""Pages of questions as each side reads them: run as a program, it prints {name: HTML}.

``python -m tests.echanges.demandes.rendues`` in the environment of a data folder; what it writes is undone.
"""

import json
import sys
from datetime import timedelta


def pages() -> dict[str, str]:
    """The pages of a question to three services, with messages, a note, a file, a late thread, a conflict."""
    from django.utils import timezone

    from fce.demo.personnages import BOULANGERIE
    from fce.donnees.entreprises.selectors import entreprises
    from fce.echanges.demandes import services
    from fce.echanges.demandes.genre import GesteSaisine
    from fce.echanges.models import PieceJointe, Saisine
    from tests.echanges.demandes import fabrique as d
    from tests.echanges.demandes.fabrique import N
    from tests.echanges.interactions.fabrique import image

    elle, asked, tiers = d.trois()
    refusant = d.service("Refusant", N.DREETS)
    d.inscrire(asked, N.DGFIP, territoire=("FR",), champs=("Période", "Impôt"), modele="Pour la période de…")
    siret = entreprises([BOULANGERIE.siren])[BOULANGERIE.siren].siret_siege or ""
    precisions = {(asked.pk, "Période"): "2024", (asked.pk, "Impôt"): "TVA"}
    themes = ("travail", "emploi")
    posee = d.demande(elle, asked, tiers, refusant, siret=siret, themes=themes, precisions=precisions)
    un, deux, trois = (d.saisine(posee, s) for s in (asked, tiers, refusant))
    services.prendre(asked.lecteur(), posee.pk, un.pk, 1)
    services.ecrire(asked.lecteur(), posee.pk, un.pk, GesteSaisine.NOTER, "À voir avec le pôle.")
    ecrit = services.ecrire(asked.lecteur(), posee.pk, un.pk, GesteSaisine.ECRIRE, "Nous cherchons.")
    PieceJointe.objects.create(message=ecrit, service=asked.groupe, nom="reponse.pdf", octets=1200, par="c0")
    services.ecrire(tiers.lecteur(), posee.pk, deux.pk, GesteSaisine.REPONDRE, "Oui, deux fois.", version=1)
    services.decliner(refusant.lecteur(), posee.pk, trois.pk, 1, "procedure", "Un formulaire existe.")
    Saisine.objects.filter(pk=un.pk).update(limite=timezone.localdate() - timedelta(days=2), rappels=1)
    retour = d.demande(elle, tiers, siret=siret)
    services.ecrire(tiers.lecteur(), retour.pk, d.saisine(retour, tiers).pk, GesteSaisine.ECRIRE, "Quelle période ?")
    une, client = f"/demandes/{posee.reference}", elle.client()
    fil, nouvelle = f"{une}/saisines/{un.reference}", f"/etablissement/{siret}/demande"
    envoi = {"objet": "Question", "question": "Que savez-vous ?", "destinataires": [asked.pk]}
    lues = {
        "reçues": asked.client().get("/demandes"),
        "envoyées": client.get("/demandes?boite=envoyees"),
        "finalité": elle.client(finalite=None).get(une),
        "demandeur": client.get(une),
        "destinataire": asked.client().get(une),
        "conflit": asked.client().post(f"{fil}/repondre", {"version": "1", "texte": "Ma réponse."}),
        "à confirmer": asked.client().post(f"{fil}/repondre", {"version": "2", "texte": "La plainte de X."}),
        "question": client.get(nouvelle),
        "question refusée": client.post(nouvelle, {"objet": "", "question": ""}),
        "pièces gardées": client.post(nouvelle, {"objet": "", "question": "", "pieces": [image()]}),
        "question en retour": client.get(f"/demandes/{retour.reference}"),
        "précisions": client.post(nouvelle, envoi),
        "question à confirmer": client.post(nouvelle, envoi | {"question": "La plainte de X", "destinataires": []}),
    }
    return {nom: reponse.content.decode() for nom, reponse in lues.items()}


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre(pages)))
