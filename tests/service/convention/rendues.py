"""Pages of the agreement of the demonstration as they are read: run as a program, it prints {name: HTML}.

``python -m tests.service.convention.rendues`` in the environment of a data folder; what it writes is undone.
"""

from __future__ import annotations

import json
import sys

from tests.rendues import rendre


def pages() -> dict[str, str]:
    """Each page, for who keeps the accounts, and the budget for everyone; HTML by name."""
    from django.test import Client
    from django.utils import timezone

    from fce.demo.convention import ecrire_la_convention
    from fce.service.convention.models import AvisAuFinanceur, Comite, DecisionAttendue, Ecriture
    from tests.droits.comptes import fabrique

    compte = fabrique.mandataire("budget")
    client = fabrique.client_de(compte)
    vides = {"budget vide": Client().get("/budget"), "liste vide": client.get("/convention")}
    convention = ecrire_la_convention(compte, timezone.localdate())
    assert convention is not None
    une = f"/convention/{convention.pk}"
    ligne, avis = Ecriture.objects.filter(genre="paiement")[0], AvisAuFinanceur.objects.get()
    tenu, prevu = Comite.objects.exclude(tenu_le=None)[0], Comite.objects.filter(tenu_le=None)[0]
    question = DecisionAttendue.objects.get()
    lues = {
        **vides,
        "budget": Client().get("/budget"),
        "liste": client.get("/convention"),
        "nouvelle": client.get("/convention/nouvelle"),
        "nouvelle, refusée": client.post("/convention/nouvelle", {"ae": "beaucoup"}),
        "situation": client.get(f"{une}?fait=convention-modifiee"),
        "modifier": client.get(f"{une}/modifier"),
        "fin": client.get(f"{une}/fin"),
        "état": client.get(f"{une}/etat"),
        "livre": client.get(f"{une}/livre"),
        "engagement": client.get(f"{une}/livre/engagement"),
        "engagement refusé": client.post(
            f"{une}/livre/engagement",
            {"montant": "60000", "jour": "2001-01-01", "nature": "devops", "titre": "2", "piece": "p", "chorus": "c"},
        ),
        "paiement": client.get(f"{une}/livre/paiement"),
        "annulation": client.get(f"{une}/livre/{ligne.pk}/annulation"),
        **{page: client.get(f"{une}/{page}") for page in ("marches", "avenants", "previsions", "formalites")},
        **{page: client.get(f"{une}/{page}") for page in ("avancement", "comites")},
        "avis": client.get(f"{une}/avis/{avis.pk}"),
        "comité prévu": client.get(f"{une}/comites/{prevu.pk}"),
        "comité tenu": client.get(f"{une}/comites/{tenu.pk}"),
        "dossier": client.get(f"{une}/comites/{tenu.pk}/dossier"),
        "question": client.get(f"{une}/decisions"),
        "décision": client.get(f"{une}/decisions/{question.pk}"),
    }
    return {nom: reponse.content.decode() for nom, reponse in lues.items()}


def _vider() -> None:
    """The pages of who begins: the demonstration may have an agreement already, and its ledger refuses to forget."""
    from django.apps import apps
    from django.db import connection

    with connection.cursor() as curseur:
        curseur.execute("SET LOCAL session_replication_role = replica")
        for modele in apps.get_app_config("convention").get_models():
            curseur.execute(f"DELETE FROM {modele._meta.db_table}")
        curseur.execute("SET LOCAL session_replication_role = origin")


def main() -> None:
    sys.stdout.write(json.dumps(rendre(_depuis_rien)))


def _depuis_rien() -> dict[str, str]:
    _vider()
    return pages()


if __name__ == "__main__":
    main()
