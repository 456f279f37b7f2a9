"""The alarms of a sheet as lines: fact, place, date, origin, link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import accumulate
from typing import Final

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.fiche.formes.contenu import AlerteVue, Fiche
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte.formats import jour, pluriel
from fce.socle.texte.identifiants import formater_siret
from fce.sources.onglets import onglet_de
from fce.sources.presentation import Gravite

ENTREPRISE: Final = "Entreprise : "
MONTREES: Final = 4
NOMMES: Final = 2
LIGNE: Final = 150
CADRE: Final = 8
"""Characters on one line of a desktop's tab, and those that the frame of each alarm takes."""


@dataclass(frozen=True, slots=True)
class LigneAlarme:
    """``ici``: in the reader's territory; ``quand``: its day, or the period of its file; ``court``: its title without
    the detail, for a line."""

    titre: str
    lieu: str
    quand: str
    origine: str
    lien: str
    ici: bool = False
    nombre: int = 1

    @property
    def court(self) -> str:
        debut = ENTREPRISE if self.titre.startswith(ENTREPRISE) else ""
        return debut + self.titre.removeprefix(debut).partition(" : ")[0]


@dataclass(frozen=True, slots=True)
class Alarmes:
    """``montrees``: shown first; ``autres``: folded; ``notes``: information about the unit that is not an alarm."""

    montrees: tuple[LigneAlarme, ...]
    autres: tuple[LigneAlarme, ...]
    notes: tuple[AlerteVue, ...]

    @property
    def toutes(self) -> tuple[LigneAlarme, ...]:
        return (*self.montrees, *self.autres)

    @property
    def nombre(self) -> int:
        return len(self.toutes)

    def en_ligne(self, occupes: int = 0) -> Alarmes:
        """The same for a tab: only those that fit on one line are shown, at least one. ``occupes``: characters that the
        line already holds."""
        toutes, place = self.toutes, LIGNE - occupes
        finit = accumulate(len(a.court) + len(a.lieu if a.ici else "") + CADRE for a in toutes)
        combien = max(1, sum(fin <= place for fin in finit))
        return Alarmes(toutes[:combien], toutes[combien:], self.notes)


def alarmes(fiche: Fiche, ici: frozenset[str]) -> Alarmes:
    """The gravest first, then the unit's own before those of its company, then the newest; a fact without a day has the
    date of its file.

    ``ici``: départements of the reader.
    """
    vraies = [a for a in fiche.alertes if a.niveau != "information"]
    rangs = [*Gravite]
    vraies.sort(key=lambda a: a.jour or a.connue_le or date.max, reverse=True)
    ordonnees = sorted(vraies, key=lambda a: (rangs.index(a.gravite), a.heritee))
    unite = fiche.unite
    lignes = _reunies((a, ligne(a, unite, fiche.apercu.lieux, ici)) for a in ordonnees)
    notes = tuple(a for a in fiche.alertes if a.niveau == "information")
    return Alarmes(tuple(lignes[:MONTREES]), tuple(lignes[MONTREES:]), notes)


def _reunies(lignes: Iterable[tuple[AlerteVue, LigneAlarme]]) -> list[LigneAlarme]:
    """Lines of alarms; the facts of several places that their source counts together take one, with that count."""
    groupes: dict[str, list[tuple[AlerteVue, LigneAlarme]]] = {}
    for rang, (a, sienne) in enumerate(lignes):
        groupes.setdefault(a.source if a.ensemble and a.siret else str(rang), []).append((a, sienne))
    return [_ensemble(siennes) if cle == siennes[0][0].source else siennes[0][1] for cle, siennes in groupes.items()]


def _ensemble(siennes: Sequence[tuple[AlerteVue, LigneAlarme]]) -> LigneAlarme:
    (alerte, premiere), noms = siennes[0], list(dict.fromkeys(ligne_.lieu for _, ligne_ in siennes))
    autres = f" et {pluriel(len(noms) - NOMMES, 'autre')}" if len(noms) > NOMMES else ""
    lieu, titre = f"toute l’entreprise, dont {', '.join(noms[:NOMMES])}{autres}", alerte.ensemble.partition(", ")[0]
    return replace(premiere, titre=titre, lieu=lieu, ici=any(ligne_.ici for _, ligne_ in siennes))


def ligne(alerte: AlerteVue, fiche: Unite, lieux: Mapping[str, EtablissementVu], ici: frozenset[str]) -> LigneAlarme:
    """An alarm as a line of a sheet. ``lieux``: establishments that alarms name, by SIRET."""
    unite = Unite(fiche.siren) if alerte.heritee else fiche
    onglet = onglet_de(alerte.rubrique or ("etablissements" if unite.entreprise else "historique"))
    ancre = f"#liste-{alerte.source}" if alerte.source else ""
    lieu, la = lieu_de(alerte.siret, lieux)
    return LigneAlarme(
        dite(alerte),
        lieu or ("" if alerte.heritee or not alerte.source else str(alerte.perimetre.phrase)),
        alerte.periode or _jour(alerte),
        alerte.origine,
        f"{unite.adresse}/{onglet.cle}{ancre}",
        ici=fiche.entreprise and bool(la) and la in ici,
    )


def dite(alerte: AlerteVue) -> str:
    """Its title, which says when it is the company's on a line of an establishment."""
    return f"{ENTREPRISE}{alerte.titre[:1].lower()}{alerte.titre[1:]}" if alerte.heritee else alerte.titre


def _jour(alerte: AlerteVue) -> str:
    """Its day, unless its title has it."""
    dit = jour(alerte.jour)
    return "" if dit in alerte.titre else dit


def lieu_de(siret: str, lieux: Mapping[str, EtablissementVu]) -> tuple[str, str]:
    """(commune, département) of an establishment; its number when the commune is unknown or masked."""
    if not siret:
        return "", ""
    vu = lieux.get(siret)
    if vu is None or not vu.adresse.commune:
        return formater_siret(siret), ""
    departement = vu.adresse.departement.code if vu.adresse.departement else ""
    return vu.adresse.commune, departement
