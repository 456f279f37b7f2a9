"""The matrix of rights: for an actor, the answer of ``can`` and its reason, for every source and right. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fce.droits.habilitations.acteurs import FRANCE, Acteur, EtatHabilitation
from fce.droits.habilitations.finalites import FINALITES, Droit
from fce.droits.habilitations.lecteur import acces_de_groupe
from fce.droits.habilitations.politique import Classe, Permis, RefusAcces, can, finalite_usuelle
from fce.sources.declaration import Source


@dataclass(frozen=True, slots=True)
class Case:
    """One right on one source. ``raison``: why it is refused, or under what it is granted."""

    droit: Droit
    permis: bool
    raison: str


@dataclass(frozen=True, slots=True)
class LigneDeMatrice:
    """A source, its rights, and the fields that stay closed when it is open."""

    source: Source
    cases: tuple[Case, ...]
    fermes: tuple[str, ...]

    @property
    def raisons(self) -> list[tuple[tuple[Droit, ...], str]]:
        """[(rights, reason)…], each reason once."""
        groupees: dict[str, list[Droit]] = {}
        for case in self.cases:
            groupees.setdefault(case.raison, []).append(case.droit)
        return [(tuple(droits), raison) for raison, droits in groupees.items()]


def matrice(acteur: Acteur, sources: Iterable[Source], maintenant: datetime) -> list[LigneDeMatrice]:
    """What an actor may do in his own territory, for the usual purpose of each source.

    A secret requires a chosen purpose when read; here it is taken as chosen.
    """
    lieux = territoire(acteur, maintenant)
    return [_ligne(acteur, source, lieux, maintenant) for source in sources]


def territoire(acteur: Acteur, maintenant: datetime) -> frozenset[str]:
    """Départements of the actor's habilitations in force; FR opens everywhere."""
    en_vigueur = [h for h in acteur.habilitations if h.etat(maintenant) is EtatHabilitation.EN_VIGUEUR]
    return frozenset[str]().union(*(h.territoire for h in en_vigueur))


def filtrer(lignes: Iterable[LigneDeMatrice], reponse: str, droit: str) -> list[LigneDeMatrice]:
    """Lines with a right (any, when ``droit`` is empty) allowed ("oui") or refused ("non")."""
    if reponse not in ("oui", "non"):
        return list(lignes)
    return [
        ligne
        for ligne in lignes
        if any(case.permis is (reponse == "oui") for case in ligne.cases if droit in ("", case.droit))
    ]


def _ligne(acteur: Acteur, source: Source, lieux: frozenset[str], maintenant: datetime) -> LigneDeMatrice:
    finalite = finalite_usuelle(acteur, acces_de_groupe(source), None, maintenant)

    def demander(droit: Droit, champ: str | None = None) -> Permis | RefusAcces:
        return can(
            acteur, droit, source, champ, finalite=finalite, departements=lieux - {FRANCE}, maintenant=maintenant
        )

    reponses = {droit: demander(droit) for droit in Droit}
    fermes = (
        [nom for nom in source.acces_propres if not demander(Droit.CONSULTER, nom)] if reponses[Droit.CONSULTER] else []
    )
    return LigneDeMatrice(
        source,
        tuple(Case(droit, bool(reponse), _raison(droit, reponse)) for droit, reponse in reponses.items()),
        tuple(str(getattr(source.champs[nom], "libelle", nom)) for nom in fermes),
    )


def _raison(droit: Droit, reponse: Permis | RefusAcces) -> str:
    if isinstance(reponse, RefusAcces):
        return reponse.phrase
    if not reponse.habilitations:
        ouvert = reponse.classe is Classe.PUBLIC and droit is not Droit.MESSAGE
        return "Ouvert à tous." if ouvert else "Ouvert aux agents d’une administration."
    finalite = FINALITES.get(reponse.finalite or "")
    numeros = ", ".join(h.reference.removeprefix("h") for h in reponse.habilitations)
    pour = f", pour « {finalite.libelle} »" if finalite else ""
    return f"Par l’habilitation n° {numeros}{pour}."
