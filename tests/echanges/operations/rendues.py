"""Pages of operations as their services read them: run as a program, it prints {name: HTML}.

``python -m tests.echanges.operations.rendues`` in the environment of a data folder; what it writes is undone.
"""

import json
import sys
import uuid
from datetime import timedelta


def pages() -> dict[str, str]:
    """The pages of one operation whose day has come, with a crossing, notes, findings, a conflict; HTML by name."""
    from django.utils import timezone

    from fce.demo.personnages import BOULANGERIE, GROUPE
    from fce.echanges.models import Cible, OperationConjointe
    from fce.echanges.operations import services
    from fce.echanges.pieces import services as pieces
    from fce.echanges.pieces.gardees import PieceDeposee
    from tests.echanges.operations import fabrique

    mene, invite, tiers = (fabrique.service(nom) for nom in ("Unite", "Brigade", "Tiers"))
    sirets = [f"{GROUPE.siren}00010", *_sieges(BOULANGERIE.siren)]
    operation = fabrique.operation(mene, invite, sirets=sirets)
    services.ouvrir_aux_croisements(mene.lecteur(), operation.pk, True, 1)
    fabrique.visite(tiers, sirets[0], operation.jour)
    cible = operation.cibles.order_by("siret")[0].pk
    pieces.ajouter_pieces(
        [PieceDeposee(uuid.uuid4(), "plan du marché.pdf", "application/pdf", 48_000, "")],
        operation=operation,
        service=invite.pk,
        par=invite.compte.identifiant,
    )
    services.ajouter_note(invite.lecteur(), operation.pk, invite.pk, "Rendez-vous à 8 h devant la mairie.")
    services.ecrire_preparation(
        invite.lecteur(),
        operation.pk,
        cible,
        1,
        preparation="Deux équipes, entrée de service.",
        roles="Brigade : accueil.",
    )
    a_venir = {"opération à venir": mene.client().get(f"/operations/{operation.reference}")}
    jour = timezone.localdate() - timedelta(days=1)
    OperationConjointe.objects.filter(pk=operation.pk).update(jour=jour, premier_jour=jour)
    une, client, dite = f"/operations/{operation.reference}", mene.client(), Cible.objects.get(pk=cible).reference
    for joue, partage in ((mene, False), (invite, True)):
        services.ecrire_constat(joue.lecteur(), operation.pk, cible, joue.pk, 0, texte="Rien vu.", partage=partage)
    lues = {
        **a_venir,
        "liste": client.get("/operations"),
        "création": client.get("/operations/creer"),
        "création refusée": client.post("/operations/creer", {"sirets": "boulangerie"}),
        "finalité": mene.client(finalite=None).get("/operations"),
        "opération": client.get(une),
        "impression": client.get(f"{une}/impression"),
        "modifier": client.get(f"{une}/modifier"),
        "clore": client.get(f"{une}/clore"),
        "cible": client.get(f"{une}/cibles/{dite}"),
        "noter les visites": client.get(f"{une}/visites/{mene.pk}"),
        "noter, refusé": client.post(f"{une}/visites/{mene.pk}", {f"cible_{dite}": "on", f"jour_{dite}": "demain"}),
        "cible, conflit": client.post(f"{une}/cibles/{dite}", {"version": "1", "preparation": "Autre.", "roles": ""}),
    }
    services.retirer_service(mene.lecteur(), operation.pk, invite.pk)
    lues |= {"quittée": invite.client().get(une), "liste, une quittée": invite.client().get("/operations")}
    return {nom: reponse.content.decode() for nom, reponse in lues.items()}


def _sieges(siren: str) -> list[str]:
    from fce.donnees.entreprises.selectors import entreprises

    return [vue.siret_siege for vue in entreprises([siren]).values() if vue.siret_siege]


if __name__ == "__main__":
    from tests.rendues import rendre

    sys.stdout.write(json.dumps(rendre(pages)))
