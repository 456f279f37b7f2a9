"""The block that each reader would see on a real sheet, from the first rows of the file. Nothing is kept."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.utils import timezone

from fce.donnees.declarations import forme
from fce.donnees.declarations.exploration import Exploration
from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.imports.depots import reception
from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.finalites import FINALITES, PROFILS, Droit
from fce.droits.habilitations.lecteur import acces_de_groupe
from fce.droits.habilitations.politique import finalite_usuelle
from fce.droits.habilitations.portee import portee
from fce.referentiels.territoires import decoupage
from fce.service.portail.essai.services import BlocEssaye, composer_bloc, essayer
from fce.socle.texte import paris
from fce.socle.texte.identifiants import formater, siren_valide
from fce.sources.declaration import Source

LECTEURS: Final = {
    "public": ("Le public", "sans compte", ""),
    "inspection": ("Une inspectrice du travail", "de ce département", "inspection-travail"),
    "dreets": ("La DREETS", "de cette région", "dreets-3e"),
    "impots": ("Les impôts", "de ce département", "dgfip"),
}
UNITES_PROPOSEES: Final = 30
_ADMINISTRATION: Final = "13002526500013"


class VuPar(NamedTuple):
    """``bloc``: None when the reader is shown nothing, not even that there is something."""

    titre: str
    precision: str
    bloc: BlocEssaye | None
    colonnes: int = 0
    lignes: int = 0


class Apercu(NamedTuple):
    """``nom``: of the unit in Sirene, "" when it is not there. ``ecartees``: rows of the sample that could not be
    read."""

    source: Source
    numero: str
    nom: str
    lignes: int
    ecartees: int
    lecteurs: tuple[VuPar, ...] = ()


def unites(vue: Exploration) -> list[tuple[str, str, int]]:
    """[(number, name in Sirene, rows of the sample)] of the units of the first rows, those with most rows first."""
    cle = next((p for p in vue.detection.colonnes if p.cle), None)
    if cle is None:
        return []
    longueur = 14 if cle.genre == "siret" else 9
    ecrits = ("".join(c[cle.rang].split()).zfill(longueur) for _, c in vue.montrees if c[cle.rang])
    comptes = Counter(n for n in ecrits if siren_valide(n[:9])).most_common(UNITES_PROPOSEES)
    connues = entreprises.entreprises(n[:9] for n, _ in comptes)
    return [(n, connues[n[:9]].nom if n[:9] in connues else formater(n), fois) for n, fois in comptes]


def apercevoir(contenu: Mapping[str, Any], vue: Exploration, numero: str = "") -> Apercu:
    """Read the first rows as a deposit would, for one unit, and compose the block of each reader with the rights of the
    declaration. Raises ParametreInvalide (an unfinished declaration), TropDeDepots, BaseIndisponible."""
    source = forme.construire({**contenu, "format": "csv", "encoding": "utf-8", "dialect": {}})
    contenu_csv = _echantillon(vue).encode()
    with reception.arrivee("echantillon.csv", len(contenu_csv)) as venue:
        venue.ecrire(contenu_csv)
        recu = venue.terminer()
    resultat = essayer(source, recu, numero)
    ecartees = resultat.rapport["ecartees"]
    if not resultat.lignes:
        return Apercu(source, numero, "", 0, ecartees)
    lieux = _lieux(source, resultat.lignes)
    connue = entreprises.entreprises([resultat.numero[:9]]).get(resultat.numero[:9])
    par_lecteur = tuple(_vu_par(cle, source, resultat.numero, resultat.lignes, lieux) for cle in LECTEURS)
    nom = connue.nom if connue else ""
    return Apercu(source, resultat.numero, nom, len(resultat.lignes), ecartees, par_lecteur)


def _echantillon(vue: Exploration) -> str:
    """The sample as a csv. A masked figure or date is left empty, since its first sign is neither."""
    masquees = {p.rang for p in vue.detection.colonnes if p.personnelle and p.genre not in ("texte", "code")}
    sortie = io.StringIO()
    ecrire = csv.writer(sortie)
    ecrire.writerow(vue.titres)
    ecrire.writerows(["" if n in masquees else c for n, c in enumerate(cellules)] for _, cellules in vue.montrees)
    return sortie.getvalue()


def _lieux(source: Source, lignes: tuple[dict[str, Any], ...]) -> dict[str, str]:
    """{number: département} of the rows' units; a company is where its siège is."""
    colonne = str(source.champs[source.siret or source.siren].column)
    numeros = {str(ligne[colonne]) for ligne in lignes if ligne[colonne]}
    sieges = {s: u.siret_siege for s, u in entreprises.entreprises(n for n in numeros if len(n) == 9).items()}
    sirets = {n: sieges.get(n, n) or "" for n in numeros}
    places = entreprises.adresses(sirets.values())
    connus = {n: places[s].departement for n, s in sirets.items() if s in places}
    return {n: d.code for n, d in connus.items() if d and d.code}


def _vu_par(
    cle: str, source: Source, numero: str, lignes: tuple[dict[str, Any], ...], lieux: Mapping[str, str]
) -> VuPar:
    titre, precision, profil = LECTEURS[cle]
    maintenant = timezone.now()
    acteur = _acteur(profil, next(iter(lieux.values()), ""), maintenant) if profil else ANONYME
    finalite = finalite_usuelle(acteur, acces_de_groupe(source), None, maintenant)
    sienne = portee(acteur, Droit.CONSULTER, source, finalite=finalite, maintenant=maintenant)
    if not sienne:
        return VuPar(titre, precision, None)
    territoire, colonne = sienne.territoire(), str(source.champs[source.siret or source.siren].column)
    lisibles = {a: champ for a, champ in source.champs.items() if a in sienne.colonnes}
    siennes = tuple(x for x in lignes if territoire is None or lieux.get(str(x[colonne])) in territoire)
    bloc = composer_bloc(source, numero, siennes, lisibles) if siennes else None
    return VuPar(titre, precision, bloc, len(lisibles), len(siennes))


def _acteur(code: str, departement: str, maintenant: datetime) -> Acteur:
    """A reader with the usual rights of a profile, around the unit."""
    profil, jour = PROFILS[code], paris.jour_de(maintenant)
    ici = frozenset({departement} if departement else ())
    if profil.echelon == "region" and (region := decoupage.region_du_departement(departement)):
        ici = decoupage.departements_de_la_region(region.code or "")
    habilitation = Habilitation(
        _ADMINISTRATION, profil.groupes, tuple(FINALITES[f] for f in profil.finalites), ici, profil.droits,
        jour, jour + timedelta(days=1), "approbateur", "demandeur",
    )  # fmt: skip
    return Acteur(GenreActeur.AGENT, code, _ADMINISTRATION, (habilitation,), mfa=True)
