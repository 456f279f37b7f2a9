"""Tasks of those who sign: declarations that are ready and lack their signature."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from fce.donnees.declarations.models import DeclarationDeSource
from fce.donnees.declarations.services import SIGNATAIRES
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.service.portail.declarer.selectors import ETAPES, verdict
from fce.socle.texte import paris
from fce.socle.web.offres import Tache


def taches(compte: Compte, _: date) -> Iterator[Tache]:
    if not compte.agent or not set(SIGNATAIRES).intersection(mandats_de(compte)):
        return
    for ecrite in DeclarationDeSource.objects.filter(demandee_le=None, retiree_le=None, etape=len(ETAPES)).order_by(
        "pk"
    )[:20]:
        if verdict(compte, ecrite).comme:
            adresse = reverse("portail:declarer-signatures", args=[ecrite.nom])
            titre = f"Relire et signer la déclaration « {ecrite.titre} »"
            yield Tache(titre, adresse, depuis_le=paris.jour_de(ecrite.ecrite_le))
