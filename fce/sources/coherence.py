"""Contradictions in the declaration of a data set, checked when it is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Protocol

from django.db import models

from fce.sources.acces import Acces
from fce.sources.champs import Champ, Entier, Horodatage, Jour, Siren, Siret
from fce.sources.comptes import ParAn, Ratios
from fce.sources.direct import ApiEntreprise
from fce.sources.fichier import Auto, Csv
from fce.sources.modes import Calcul, Mode, ParPeriode, Remplace
from fce.sources.nouvelles import Nouvelle
from fce.sources.onglets import RESERVES
from fce.sources.presentation import Alimentation, Denombrement, Jalon, ParEtablissement, Presentation, Selection, Serie
from fce.sources.rubriques import TITRES
from fce.sources.synthese import Trait, attributs

_NOM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DOUBLONS = ("premier", "plus_recent", "tous")


class Gardien(Protocol):
    @property
    def garder(self) -> str: ...

    @property
    def selon(self) -> str | None: ...


class Verifiable(Protocol):
    """The part of ``Source`` checked here; a protocol, because ``declaration`` imports this module."""

    nom: str
    titre: str
    rubrique: str
    acces: Acces
    cle: tuple[str, ...]
    index_composes: tuple[tuple[str, ...], ...]
    champs: dict[str, Champ]
    colonnes: dict[str, str]
    date_metier: str | None
    aussi_datee: tuple[str, ...]
    sans_adresse: str
    direct: ApiEntreprise | None
    mode: Mode
    calcul: Calcul | None
    presentation: Presentation
    regroupement: ParEtablissement | None
    selection: Selection | None
    jalon: Jalon | None
    par_an: ParAn | None
    ratios: Ratios | None
    compte: Denombrement | None
    recherche: tuple[Alimentation, ...]
    synthese: tuple[Trait, ...]
    nouvelles: tuple[Nouvelle, ...]

    @property
    def fichier(self) -> object: ...

    @property
    def doublons(self) -> Gardien: ...

    @property
    def importable(self) -> bool: ...

    @property
    def telechargeable(self) -> bool: ...


def fautes(source: Verifiable) -> list[str]:
    return [
        *_de_nom(source), *_d_affichage(source), *_de_lecture(source), *_de_format(source.fichier),
        *_de_chargement(source), *_d_origine(source), *_de_nouvelles(source),
    ]  # fmt: skip


def _de_nom(source: Verifiable) -> Iterator[str]:
    if not _NOM.fullmatch(source.nom) or len(source.nom) > 45:
        yield "le nom doit être en minuscules, chiffres et tirets, 45 caractères au plus"
    if source.nom in RESERVES:
        yield f"le nom « {source.nom} » est celui d'un onglet ou d'une page de la fiche"
    if len(source.colonnes) != sum(bool(c.colonne) for c in source.champs.values()):
        yield "deux champs lisent la même colonne"


def _d_affichage(source: Verifiable) -> Iterator[str]:
    if not source.titre.strip():
        yield "le titre manque"
    if source.rubrique and source.rubrique not in TITRES:
        yield f"la rubrique « {source.rubrique} » n'existe pas (rubriques : {', '.join(TITRES)})"
    if groupe := source.regroupement:
        ranges = (nom for nom in groupe.premiers if nom not in groupe.somme)
        yield from (f"l'ordre du regroupement cite un champ qui ne s'additionne pas : « {nom} »" for nom in ranges)
    inconnus = dict.fromkeys((ou, attribut) for ou, attribut in _cites(source) if attribut not in source.champs)
    yield from (f"{ou} cite un champ qui n'existe pas : « {attribut} »" for ou, attribut in inconnus)


def _cites(source: Verifiable) -> Iterator[tuple[str, str]]:
    """Yield (where, attribute) for each attribute that the declaration cites."""
    if source.selection is None:  # a business rule may add attributes to the rows
        yield from _cites_des_lignes(source)
    if source.par_an:
        yield from (("le chiffre par an", nom) for nom in (source.par_an.date, source.par_an.valeur))
    if source.ratios:
        noms = [source.ratios.date, *(nom for r in source.ratios.ratios for nom in (r.attribut, r.mediane) if nom)]
        yield from (("le tableau des ratios", nom) for nom in noms)
    if source.compte:
        yield from (("le compte", nom) for nom in source.compte.attributs)
    for apport in source.recherche:
        yield from (("la recherche", nom) for nom in apport.attributs)


def _cites_des_lignes(source: Verifiable) -> Iterator[tuple[str, str]]:
    forme = source.presentation
    noms = [*getattr(forme, "colonnes", ()), *getattr(forme, "total", ()), *getattr(forme, "optionnelles", ())]
    noms += [nom for colonnes in getattr(forme, "ordre", {}).values() for nom in colonnes]
    if isinstance(forme, Serie):
        noms += [forme.date, *forme.courbes, *forme.barres, *forme.dessinees]
    noms.append(getattr(forme, "tri", "").removeprefix("-"))
    yield from (("la présentation", nom) for nom in noms if nom)
    if source.jalon:
        yield from (("le jalon", nom) for nom in (source.jalon.date, source.jalon.detail) if nom)
    if groupe := source.regroupement:
        yield from (("le regroupement", nom) for nom in (*groupe.somme, groupe.derniere, *groupe.colonnes) if nom)
    yield from (("la synthèse", nom) for trait in source.synthese for nom in attributs(trait))


def _de_lecture(source: Verifiable) -> Iterator[str]:
    champs, calcules = source.champs, source.calcul.champs if source.calcul else ()
    for attribut, champ in champs.items():
        origines = [champ.colonne or champ.motif, champ.depuis_nom, champ.depuis_colonne, attribut in calcules]
        if sum(map(bool, origines)) != 1:
            yield f"le champ « {attribut} » doit dire d'où il vient, d'une seule façon"
        for motif in filter(None, (champ.depuis_nom, champ.motif)):
            try:
                groupes = re.compile(motif).groups
            except re.error:
                yield f"le motif du champ « {attribut} » est illisible"
            else:
                if champ.depuis_nom and not groupes:
                    yield f"le motif du champ « {attribut} » n'a pas de groupe"
        if champ.depuis_colonne and "(" not in getattr(champs.get(champ.depuis_colonne), "motif", ""):
            yield f"le champ « {attribut} » cite un champ sans motif à groupe : {champ.depuis_colonne}"


def _de_format(fichier: object) -> Iterator[str]:
    csv = fichier.csv if isinstance(fichier, Auto) else fichier
    if not isinstance(csv, Csv):
        return
    try:
        # Files are read in blocks, so a character must be one byte for a block to end anywhere.
        if not csv.utf8 and len(bytes(range(32, 127)).decode(csv.encodage).encode(csv.encodage)) != 95:
            raise LookupError
    except (LookupError, UnicodeError):
        yield f"encodage inconnu : {csv.encodage}"


def _de_chargement(source: Verifiable) -> Iterator[str]:
    du_mode = [getattr(source.mode, nom, None) for nom in ("champ", "sauf", "selon")]
    datant = (source.date_metier, *source.aussi_datee)
    composes = (a for index in source.index_composes for a in index)
    cites: list[Any] = [*source.cle, *composes, *filter(None, (source.doublons.selon, *datant, *du_mode))]
    yield from (f"le champ « {c} » n'existe pas" for c in cites if c not in source.champs)
    if not source.cle:
        yield "la clé est vide"
    if source.calcul:
        yield from (f"le champ calculé « {c} » n'existe pas" for c in source.calcul.champs if c not in source.champs)
        if source.mode != Remplace():
            yield "des champs sont calculés, et un nouveau fichier ne remplace pas toutes les lignes"
    if source.doublons.garder not in _DOUBLONS:
        yield f"règle de doublons inconnue : {source.doublons.garder}"
    garde = source.champs.get(source.mode.sauf or "") if isinstance(source.mode, Remplace) else None
    if garde and not isinstance(garde, models.BooleanField):
        yield f"le champ « {garde.attname} » doit être un booléen"
    yield from _de_dates(source)


def _de_dates(source: Verifiable) -> Iterator[str]:
    dates = (Jour, Horodatage) if isinstance(source.mode, ParPeriode) else (Jour, Horodatage, Entier)
    if (date := source.champs.get(source.date_metier or "")) and not isinstance(date, dates):
        yield f"le champ « {source.date_metier} » ne date rien : il faut un jour, un instant ou une année"
    if source.aussi_datee and not source.date_metier:
        yield "« aussi_datee » complète « date_metier », qui manque"
    for nom in source.aussi_datee:
        if nom in source.champs and not isinstance(source.champs[nom], (Jour, Horodatage)):
            yield f"le champ « {nom} » ne date rien : il faut un jour ou un instant"


def _d_origine(source: Verifiable) -> Iterator[str]:
    if source.sans_adresse and source.telechargeable:
        yield "elle dit pourquoi elle n'a pas d'adresse, et en a une"
    if source.direct is not None:
        yield from source.direct.fautes(source.champs, source.acces, importable=source.importable)
    elif not source.importable:
        yield "elle n'a ni fichier ni réponse directe"


def _de_nouvelles(source: Verifiable) -> Iterator[str]:
    """News are shown in lists and e-mails, so secret data have none."""
    if source.nouvelles and source.acces is not None and source.acces.classe == "C3":
        yield "une source couverte par un secret n'a pas de nouvelles"
    if source.nouvelles and not any(isinstance(c, Siren | Siret) for c in source.champs.values()):
        yield "ses nouvelles ne disent de quelle unité elles sont"
    codes = [nouvelle.code for nouvelle in source.nouvelles]
    yield from (f"deux nouvelles ont le code « {code} »" for code in dict.fromkeys(codes) if codes.count(code) > 1)
    for nouvelle in source.nouvelles:
        if not _NOM.fullmatch(nouvelle.code) or len(nouvelle.code) > 30:
            yield f"le code de nouvelle « {nouvelle.code} » doit être en minuscules et tirets, 30 caractères au plus"
        for attribut in nouvelle.attributs:
            champ = source.champs.get(attribut)
            if champ is None:
                yield f"la nouvelle « {nouvelle.code} » cite un champ qui n'existe pas : « {attribut} »"
            elif champ.acces is not None and champ.acces.classe == "C3":
                yield f"la nouvelle « {nouvelle.code} » cite un champ couvert par un secret : « {attribut} »"
