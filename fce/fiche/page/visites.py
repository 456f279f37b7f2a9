"""Visits at the top of a sheet: announced ones, the reader's own, and recent contacts nearby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from fce.echanges.croisements.verdict import EN_VUE
from fce.echanges.sur_la_fiche import VisiteDeFiche
from fce.echanges.vocabulaire import PROXIMITE, Signe
from fce.fiche.formes.contenu import Fiche
from fce.fiche.page.alarmes import lieu_de
from fce.fiche.page.contacts import ContactSitue
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte.formats import jour, semaine
from fce.socle.texte.identifiants import formater_siret

SUR_LA_LIGNE: Final = 90
_PRECISIONS: Final = {
    Signe.SUCCESSION: "chez son prédécesseur ou son successeur",
    Signe.ADRESSE: "à la même adresse",
    Signe.ENTREPRISE: "dans un autre établissement de l’entreprise",
}


@dataclass(frozen=True, slots=True)
class LigneVisite:
    """``titre``: what is announced, or was made; ``lieu``: "" at the unit itself; ``lien``: the reader's own visit, or
    the sheet of the other establishment, or ""; ``service`` and ``courriel``: "" for his own; ``croisees``: visits of
    other services announced there in the same week as his own; ``ailleurs``: in another establishment of the
    company."""

    titre: str
    quand: str
    lieu: str
    service: str
    courriel: str
    lien: str
    ici: bool = False
    croisees: tuple[LigneVisite, ...] = ()
    ailleurs: bool = False


@dataclass(frozen=True, slots=True)
class VisitesDeFiche:
    """Lines shown at once, and folded ones. Falsy without any."""

    montrees: tuple[LigneVisite, ...] = ()
    autres: tuple[LigneVisite, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.montrees)

    @property
    def longueur(self) -> int:
        """Characters of the only one shown, on the line of a tab; 0 when it, or several, take lines of their own."""
        if len(self.montrees) != 1:
            return 0
        (v,) = self.montrees
        mots = (v.titre, v.quand, v.lieu, v.service, *(f" croise {c.service}" for c in v.croisees))
        longueur = sum(map(len, mots)) + 16
        return longueur if longueur <= SUR_LA_LIGNE else 0


def visites(
    fiche: Fiche, ici: frozenset[str], vus: Sequence[ContactSitue], aujourd_hui: date
) -> tuple[LigneVisite, ...]:
    """Visits to come at the unit, by week; then what crosses a visit of today nearby; then, for an establishment, those
    of the last 60 days (``vus``: its contacts, from files and services); last, place by place, what crosses it
    elsewhere in the company."""
    if not fiche.apercu.echanges.permis:
        return ()
    toutes = (*_annoncees(fiche, ici), *_voisines(fiche), *_recentes(fiche, vus, aujourd_hui))
    rangs = {lieu: rang for rang, lieu in enumerate(dict.fromkeys(x.lieu for x in toutes if x.ailleurs), 1)}
    return tuple(sorted(toutes, key=lambda x: rangs[x.lieu] if x.ailleurs else 0))


def visites_du_bandeau(
    fiche: Fiche, ici: frozenset[str], vus: Sequence[ContactSitue], aujourd_hui: date
) -> VisitesDeFiche:
    """``visites``: only the first shown for a company; for an establishment, a few of those elsewhere."""
    toutes = visites(fiche, ici, vus, aujourd_hui)
    combien = 1 if fiche.unite.entreprise else EN_VUE + sum(not x.ailleurs for x in toutes)
    return VisitesDeFiche(toutes[:combien], toutes[combien:])


def _annoncees(fiche: Fiche, ici: frozenset[str]) -> list[LigneVisite]:
    """One line per visit; those of other services that week and there are in the line of the reader's own."""
    miennes = {(v.siret, v.lundi) for v in fiche.apercu.echanges.visites if v.numero is not None}
    autres: dict[tuple[str, date], list[LigneVisite]] = {}
    lignes: list[LigneVisite] = []
    for v in fiche.apercu.echanges.visites:
        if v.numero is None:
            ligne = _ligne(fiche, v, ici)
            autres.setdefault((v.siret, v.lundi), []).append(ligne)
            if (v.siret, v.lundi) not in miennes:
                lignes.append(ligne)
    propres = [
        replace(_ligne(fiche, v, ici), croisees=tuple(autres.get((v.siret, v.lundi), ())))
        for v in fiche.apercu.echanges.visites
        if v.numero is not None
    ]
    return [*propres, *lignes]


def _ligne(fiche: Fiche, visite: VisiteDeFiche, ici: frozenset[str]) -> LigneVisite:
    lieu, la = lieu_de(visite.siret, fiche.apercu.lieux) if fiche.unite.entreprise else ("", "")
    quand = semaine(visite.lundi)
    if visite.numero is None:
        return LigneVisite("Visite annoncée", quand, lieu, visite.service, visite.courriel, "", la in ici)
    exact = f"le {jour(visite.debut)}" if visite.debut == visite.fin else quand
    lien = reverse("echanges:visite", args=[visite.numero])
    return LigneVisite("Votre visite annoncée", exact, lieu, "", "", lien, la in ici)


def _voisines(fiche: Fiche) -> list[LigneVisite]:
    return [
        LigneVisite(
            "Visite annoncée" if c.annonce else "Visite" if c.visite else "Contact récent",
            semaine(c.debut) if c.visite else f"le {jour(c.debut)}",
            f"{_PRECISIONS[c.signe]} ({formater_siret(c.siret)})",
            c.nom,
            c.courriel,
            Unite(c.siret).adresse,
            ailleurs=not c.fort,
        )
        for c in fiche.apercu.echanges.proches
        if c.signe in _PRECISIONS
    ]


def _recentes(fiche: Fiche, vus: Sequence[ContactSitue], aujourd_hui: date) -> list[LigneVisite]:
    if fiche.unite.entreprise:
        return []
    controles = f"{fiche.unite.adresse}/controles"
    return [
        LigneVisite(
            f"{c.nature.capitalize()}, il y a moins de 60 jours",
            f"le {jour(c.jour)}",
            "",
            c.service,
            c.courriel,
            c.lien or f"{controles}#liste-{c.source}",
        )
        for c in vus
        if c.sur_place and timedelta() <= aujourd_hui - c.jour <= PROXIMITE
    ]
