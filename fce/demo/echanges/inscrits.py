"""Directory of services: the six that use the demonstration, and others without members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fce.demo import numeros
from fce.demo.ouverture import CCRF_59, DOUANIER, FISCAL, INSPECTION_59, INSPECTION_62, INSTALLATION, POLE_3E, Ouverture
from fce.droits.comptes.models import Groupe, Organisation
from fce.echanges.annuaire.services import Competence, ecrire_entree
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.vocabulaire import NatureService, Theme

N, T = NatureService, Theme
# Telephones are of the ranges that Arcep keeps for fiction.
OUVERTS: Final[dict[Ouverture, Competence]] = {
    INSPECTION_59: Competence(
        N.UNITE_CONTROLE, ("59",), (), (T.TRAVAIL, T.SANTE_SECURITE, T.TRAVAIL_ILLEGAL), ("travail",),
        presentation="Renseigne sur les contrôles du département, et prépare les visites communes.",
        telephone="0353010059",
    ),
    POLE_3E: Competence(
        N.DREETS, ("02", "59", "60", "62", "80"), (), (T.EMPLOI, T.ECONOMIE), ("emploi", "economie"),
        presentation="Plans de sauvegarde de l’emploi, activité partielle, entreprises en difficulté.",
    ),
    FISCAL: Competence(
        N.DGFIP, ("FR",), themes=(T.FISCALITE,), groupes_de_donnees=("fiscal",),
        recoit_de=(N.UNITE_CONTROLE, N.DDETS, N.DREETS, N.DDPP, N.DOUANE, N.URSSAF),
        presentation="Indiquez la période et l’impôt dont il s’agit.",
        champs=("Période", "Impôt concerné"),
        modele="Dans le cadre d’un contrôle en cours, nous souhaitons savoir si…\n\nFondement de la demande : …",
    ),
    DOUANIER: Competence(N.DOUANE, ("FR",), themes=(T.DOUANE,), groupes_de_donnees=("douane",)),
    CCRF_59: Competence(N.DDPP, ("59",), themes=(T.CONSOMMATION,), groupes_de_donnees=("ccrf",)),
    INSPECTION_62: Competence(
        N.UNITE_CONTROLE, ("62",), themes=(T.TRAVAIL, T.SANTE_SECURITE), groupes_de_donnees=("travail",)
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SansMembre:
    """A service that nobody has joined. ``racine``: number that gives its administration's SIREN."""

    racine: int
    administration: str
    nom: str
    boite: str
    competence: Competence


SANS_MEMBRES: Final = (
    SansMembre(
        910, "DREAL Hauts-de-France (démonstration)", "Unité départementale du Hainaut", "ud-hainaut@ecologie.example",
        Competence(N.DREAL, communes=("59069", "59179", "59229", "59606"), themes=(T.ENVIRONNEMENT,)),
    ),
    SansMembre(
        911, "Urssaf Nord-Pas-de-Calais (démonstration)", "Contrôle et lutte contre la fraude",
        "controle-5962@social.example",
        Competence(
            N.URSSAF, ("59", "62"), themes=(T.SOCIAL, T.TRAVAIL_ILLEGAL), groupes_de_donnees=("social",),
            telephone="0353010911",
        ),
    ),
    SansMembre(
        912, "DDETS d’Ille-et-Vilaine (démonstration)", "Inspection du travail d’Ille-et-Vilaine",
        "inspection-35@travail.example",
        Competence(N.UNITE_CONTROLE, ("35",), themes=(T.TRAVAIL, T.SANTE_SECURITE), groupes_de_donnees=("travail",)),
    ),
)  # fmt: skip


def ecrire_annuaire() -> int:
    """Write the missing entries, without touching those edited by visitors; return how many."""
    ecrites = 0
    for groupe, competence in _a_inscrire():
        if not EntreeAnnuaire.objects.filter(pk=groupe.pk).exists():
            ecrire_entree(groupe, competence, INSTALLATION)
            ecrites += 1
    return ecrites


def _a_inscrire() -> Iterator[tuple[Groupe, Competence]]:
    for ouverture, competence in OUVERTS.items():
        groupe = Groupe.objects.filter(
            organisation__numero=ouverture.administration.siret, nom=ouverture.groupe
        ).first()
        if groupe is not None:
            yield groupe, competence
    for dit in SANS_MEMBRES:
        siren = numeros.siren(dit.racine)
        organisation, _ = Organisation.objects.get_or_create(
            numero=siren + numeros.nic(siren, 1), defaults={"nom": dit.administration}
        )
        groupe, _ = Groupe.objects.get_or_create(
            organisation=organisation, nom=dit.nom, defaults={"courriel": dit.boite}
        )
        yield groupe, dit.competence
