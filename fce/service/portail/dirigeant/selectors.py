"""Reads of the company heads' pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import structlog
from django.db import DatabaseError

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.situation import SANS_SITUATION, situations
from fce.droits.comptes.models import Compte, Rattachement
from fce.recherche.question import strategie
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors as recherche
from fce.service.portail.dirigeant.etats import RATTACHEMENTS
from fce.service.portail.dirigeant.rapprochement import Dirigeant, Rapprochement, prenom_principal, rapprocher
from fce.socle.base.lignes import trouver_ligne
from fce.socle.erreurs import IndexIndisponible, Introuvable, ParametreInvalide
from fce.socle.texte.identifiants import reconnaitre
from fce.sources import registre

log = structlog.get_logger("fce.dirigeants")
_SOURCE: Final = "rne-dirigeants"
# Bounds the read; no company has so many.
DIRIGEANTS_MAX: Final = 2000
DIRIGEES_MAX: Final = 20


class Dirigee(NamedTuple):
    """A company to which the person may be linked in one click."""

    siren: str
    nom: str


class Lie(NamedTuple):
    """A link, and its company's public name ("" when the company is gone)."""

    rattachement: Rattachement
    nom: str

    @property
    def valide(self) -> bool:
        return self.rattachement.etat == Rattachement.Etat.VALIDE

    @property
    def en_cours(self) -> bool:
        return self.rattachement.etat in RATTACHEMENTS.ouverts


def siren_saisi(saisie: str) -> str:
    """Return the current SIREN of the company designated by a typed number (SIREN, SIRET, VAT).

    Raises ParametreInvalide (not a valid number), Introuvable (unknown company).
    """
    reconnu = reconnaitre(saisie)
    if reconnu is None or not reconnu.valide or reconnu.siren is None:
        raise ParametreInvalide("Ce n’est pas un SIREN : neuf chiffres, comme sur votre extrait du registre.")
    siren = entreprises.siren_de_remplacement(reconnu.siren) or reconnu.siren
    if not entreprises.entreprises([siren]):
        raise Introuvable("Aucune entreprise ne porte ce numéro. Vérifiez-le.")
    return siren


def dirigeants(siren: str) -> list[Dirigeant]:
    """Return the natural persons that the RNE names; empty when it cannot be read, in which case the team decides."""
    try:
        modele: Any = registre.source(_SOURCE).modele
        rangs = modele.objects.filter(siren=siren).values_list("nom", "nom_usage", "prenoms")[:DIRIGEANTS_MAX]
        return [Dirigeant(*(valeur or "" for valeur in rang)) for rang in rangs]
    except (DatabaseError, Introuvable) as erreur:
        log.error("rne_illisible", erreur=type(erreur).__name__)
        return []


def dirigees(compte: Compte) -> list[Dirigee]:
    """Return the companies whose RNE officers include this person, except those already asked for.

    The index gives candidates; ``rapprocher`` then checks each against the RNE.
    """
    try:
        cherchee = Requete.depuis(
            {"dirigeant": f"{compte.nom} {prenom_principal(compte.prenom)}", "taille": str(DIRIGEES_MAX)}
        )
        candidats = [hit.siren for hit in strategie.interroger(recherche.moteur(), cherchee).reponse.hits]
    except (IndexIndisponible, ParametreInvalide):
        return []
    deja = Rattachement.objects.filter(compte=compte, etat__in=RATTACHEMENTS.ouverts)
    connus = set(deja.values_list("siren", flat=True))
    nommees = [s for s in candidats if s not in connus and nomme(compte, s)]
    ecrites = noms(nommees)
    return [Dirigee(siren, ecrites[siren]) for siren in nommees if siren in ecrites]


def nomme(compte: Compte, siren: str) -> bool:
    """Tell whether the RNE names this person among the company's officers; never of a company in diffusion partielle,
    whose officers nobody is told."""
    if situations([siren]).get(siren, SANS_SITUATION).regime.masque:
        return False
    return rapprocher(compte.nom, compte.prenom, dirigeants(siren)) is Rapprochement.CONCORDANT


def noms(sirens: Iterable[str]) -> dict[str, str]:
    """Return {siren: public name} of the companies that exist. One query."""
    return {siren: vue.nom for siren, vue in entreprises.entreprises(sirens).items()}


def lies(rattachements: Sequence[Rattachement]) -> list[Lie]:
    """Return links with the public names of their companies. One query."""
    connus = noms(r.siren for r in rattachements)
    return [Lie(r, connus.get(r.siren, "")) for r in rattachements]


def rattachements_de(compte: Compte) -> list[Lie]:
    """Return an account's links: pending and valid first, then latest first."""
    siens = list(Rattachement.objects.filter(compte=compte)[:100])
    return sorted(lies(siens), key=lambda lie: not lie.en_cours)


def dirige(compte: Compte, siren: str) -> bool:
    """Tell whether the account has a validated link to the company."""
    return Rattachement.objects.filter(compte=compte, siren=siren, etat=Rattachement.Etat.VALIDE).exists()


def est_peut_etre_sienne(compte: Compte, siren: str) -> bool:
    """Tell whether to ask a private person if the company is his: it is, by a validated link, or the RNE agrees."""
    return dirige(compte, siren) or nomme(compte, siren)


def demande_de(compte: Compte, siren: str) -> Rattachement | None:
    """Return the account's pending request about a company."""
    return Rattachement.objects.filter(compte=compte, siren=siren, etat=Rattachement.Etat.DEMANDE).first()


def refus_de(compte: Compte, siren: str) -> Rattachement | None:
    """Return the account's latest refused request about a company."""
    return Rattachement.objects.filter(compte=compte, siren=siren, etat=Rattachement.Etat.REFUSE).first()


def sien(compte: Compte, numero: int) -> Rattachement:
    """Return a link of this account. Raises Introuvable, also for another account's."""
    siens = Rattachement.objects.filter(compte=compte)
    return trouver_ligne(siens, numero, "Aucune demande de ce numéro parmi les vôtres.")


def rattachement(numero: int) -> Rattachement:
    """Return any link, for the team. Raises Introuvable."""
    return trouver_ligne(Rattachement.objects.select_related("compte"), numero, f"Aucun rattachement n° {numero}.")
