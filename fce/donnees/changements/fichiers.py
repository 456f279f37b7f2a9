"""Bulk files: what everyone reads of every company, with the cursor from which the feed goes on.

The worker writes them aside, then moves a pointer. Values may be more recent than the cursor, never older: the feed
then gives them again. A file made before somebody was masked, a company withdrawn, or a field closed, is not served any
more: another one is made.
"""

# ruff: noqa: S608 (only declared names are interpolated)

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, cast

import msgspec
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from fce.donnees.changements import curseurs, etats, selectors, sources, tables
from fce.donnees.changements.curseurs import Curseur
from fce.donnees.changements.models import BasculeSuivie, ChangementDEntreprise
from fce.donnees.entreprises.natures import natures
from fce.donnees.entreprises.repertoire import COURANTS, UNITES_LEGALES, UNITES_LISTABLES
from fce.donnees.imports.chargement.ecarts import Regard
from fce.donnees.imports.selectors import versions
from fce.donnees.publication import fichiers as publication
from fce.socle.erreurs import SourceIndisponible
from fce.socle.travaux.verrous import seul
from fce.socle.web.exports import lignes_csv

PAQUET: Final = 5_000
"""Companies read at once, by one query per source, and rows of a piece of the Parquet file."""
VALIDITE: Final = timedelta(days=1)
MARGE_S: Final = 60
"""Seconds added to those of a writing: what waits before it, and the least that a reader is told to wait."""
TYPES: Final = {
    "ndjson.gz": "application/gzip",
    "csv.gz": "application/gzip",
    tables.ENTREPRISES: "application/vnd.apache.parquet",
    tables.ETABLISSEMENTS: "application/vnd.apache.parquet",
}
_EN_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_COMPRESSION: Final = 3
_ATTENDRE: Final = "Ce fichier est en préparation : demandez-le de nouveau dans quelques minutes."
_SANS_SIRENE: Final = "Il n’y a pas de fichier complet : le répertoire Sirene n’est pas en place."
_SIRENS: Final = f'SELECT u.siren FROM {UNITES_LISTABLES} u WHERE u.siren > %s ORDER BY u.siren COLLATE "C" LIMIT %s'


@dataclass(frozen=True, slots=True)
class FichierComplet:
    """The files in place. ``cle``: begins their names, and is their ETag; ``date``: when they were written;
    ``entreprises``: how many; ``sirene``: business date of Sirene in them, "" if unknown; ``champs``: {source: fields
    shown, each with how it is masked}; ``duree_s``: seconds that they took to write; ``empreintes``: {file:
    SHA-256}."""

    cle: str
    curseur: str
    date: str
    entreprises: int
    sirene: str
    champs: dict[str, list[str]]
    duree_s: int = 0
    empreintes: dict[str, str] = field(default_factory=dict)

    @property
    def bascule(self) -> int:
        return curseurs.curseur_ecrit(self.curseur).bascule

    def chemin(self, genre: str) -> Path:
        return racine_des_fichiers() / f"{self.cle}.{genre}"


def racine_des_fichiers() -> Path:
    return publication.racine() / "entreprises"


def en_place() -> FichierComplet | None:
    """The files of the last pointer; None when there is none, or an unreadable one."""
    dernier = _dernier()
    return dernier if dernier is not None and all(dernier.chemin(genre).is_file() for genre in TYPES) else None


def _dernier() -> FichierComplet | None:
    """The last files written, as the pointer names them, erased or not."""
    try:
        return FichierComplet(**json.loads((racine_des_fichiers() / "actuel.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _attente() -> int:
    """Seconds until the next files should be in place: as many as the last ones took, less those of a writing that has
    begun."""
    dernier, verrou = _dernier(), racine_des_fichiers() / ".verrou"
    if dernier is None:
        return MARGE_S
    # The lock is opened when a writing begins.
    debut = verrou.stat().st_mtime if verrou.exists() else 0.0
    en_cours = debut > datetime.fromisoformat(dernier.date).timestamp() + dernier.duree_s
    passees = max(0, int(timezone.now().timestamp() - debut)) if en_cours else 0
    return max(MARGE_S, dernier.duree_s + MARGE_S - passees)


def a_servir() -> FichierComplet:
    """Raises SourceIndisponible when there is no file, when it shows, or may show, what nobody may read any more, or
    when the feed does not go on from it."""
    fichier = en_place()
    if fichier is None or _perime(fichier):
        if UNITES_LEGALES not in versions():
            raise SourceIndisponible(_SANS_SIRENE)
        raise SourceIndisponible(_ATTENDRE, retry_after=_attente())
    return fichier


def _montre_trop(fichier: FichierComplet) -> bool:
    """Whether a field was closed since, or a switch masked or withdrew a company, or may have: a switch of Sirene that
    is not computed."""
    ouverts = _champs(sources.toutes())
    if any(set(montres) - set(ouverts.get(nom, ())) for nom, montres in fichier.champs.items()):
        return True
    inconnue = Q(source__in=COURANTS) & ~Q(etat=BasculeSuivie.Etat.CALCULEE)
    restauree = Q(source="")
    parties = (ChangementDEntreprise.Genre.MASQUEE, ChangementDEntreprise.Genre.RETIREE)
    return (
        ChangementDEntreprise.objects.filter(bascule__gt=fichier.bascule, genre__in=parties).exists()
        or BasculeSuivie.objects.filter(inconnue | restauree, bascule__gt=fichier.bascule).exists()
    )


def _champs(suivies: Mapping[str, Regard]) -> dict[str, list[str]]:
    decrits = {nom: natures(suivie.source) for nom, suivie in suivies.items()}
    return {nom: [f"{a} {decrits[nom][a].name}" for a in suivie.attributs] for nom, suivie in suivies.items()}


def _perime(fichier: FichierComplet) -> bool:
    return _montre_trop(fichier) or fichier.bascule < selectors.premier().bascule


def a_refaire(maintenant: datetime) -> bool:
    """Whether the files are missing, may not be served, no longer lead to the feed, or are a day old and changed."""
    if UNITES_LEGALES not in versions():
        return False
    fichier = en_place()
    if fichier is None or _perime(fichier):
        return True
    vieux = maintenant - datetime.fromisoformat(fichier.date) > VALIDITE
    return vieux and curseurs.horizon() > fichier.bascule


def ecrire() -> FichierComplet:
    """Write the formats and tables, then move the pointer and erase the former files. Raises DejaEnCours."""
    racine_des_fichiers().mkdir(parents=True, exist_ok=True)
    with seul(racine_des_fichiers() / ".verrou", "Les fichiers complets sont déjà en préparation."):
        curseur, maintenant, toutes = Curseur(curseurs.horizon()), timezone.now(), versions()
        cle = hashlib.sha256(f"{curseur} {maintenant.isoformat()}".encode()).hexdigest()[:20]
        suivies = {nom: s for nom, s in sources.toutes().items() if nom in toutes}
        datee = toutes[UNITES_LEGALES].en_place.date_metier if UNITES_LEGALES in toutes else None
        en_cours = FichierComplet(
            cle,
            str(curseur),
            maintenant.isoformat(timespec="seconds"),
            entreprises=0,
            sirene=datee.isoformat() if datee else "",
            champs=_champs(suivies),
        )
        with contextlib.ExitStack() as pile:
            brouillons = {genre: en_cours.chemin(genre).with_name(f".{cle}.{genre}") for genre in TYPES}
            for brouillon in brouillons.values():
                pile.callback(brouillon.unlink, missing_ok=True)
            nombre = _ecrire_ndjson(brouillons["ndjson.gz"], en_cours, suivies)
            _ecrire_csv(brouillons["csv.gz"], brouillons["ndjson.gz"], en_cours, suivies)
            dites = {"fce.curseur": en_cours.curseur, "fce.date": en_cours.date}
            for genre, table in tables.en_parquet(suivies, en_cours.curseur).items():
                table.ecrire(brouillons[genre], brouillons["ndjson.gz"], dites, PAQUET)
            empreintes = {genre: publication.empreinte(brouillon) for genre, brouillon in brouillons.items()}
            for genre, brouillon in brouillons.items():
                _poser(brouillon, en_cours.chemin(genre))
        duree = int((timezone.now() - maintenant).total_seconds())
        fini = replace(en_cours, entreprises=nombre, duree_s=duree, empreintes=empreintes)
        pointeur = racine_des_fichiers() / ".actuel.json"
        pointeur.write_text(json.dumps(asdict(fini)))
        _poser(pointeur, racine_des_fichiers() / "actuel.json")
        for ancien in racine_des_fichiers().iterdir():
            if not ancien.name.startswith((cle, ".verrou", "actuel.json")):
                ancien.unlink(missing_ok=True)
    return fini


def _poser(brouillon: Path, chemin: Path) -> None:
    """Whole on the disk before it is shown: a power cut must not leave an empty file under this name."""
    with brouillon.open("rb") as ecrit:
        os.fsync(ecrit.fileno())
    brouillon.replace(chemin)


def effacer() -> None:
    """Erase the files that show too much: what was written of somebody since masked does not stay on the disk."""
    fichier = en_place()
    if fichier is not None and _montre_trop(fichier):
        for genre in TYPES:
            fichier.chemin(genre).unlink(missing_ok=True)


def _ecrire_ndjson(sortie: Path, fichier: FichierComplet, suivies: dict[str, Regard]) -> int:
    """A first line about the file, then a line per company: {"siren", "donnees": {source: rows}}; return how many."""
    nombre, dernier = 0, ""
    with _comprime(sortie) as flux:
        flux.write(_EN_JSON.encode({"curseur": fichier.curseur, "date": fichier.date}) + b"\n")
        while sirens := _suivants(dernier):
            # Short queries, so that no import waits.
            rangs_des_unites = etats.reunir(dict.fromkeys(suivies, sirens), suivies)
            for siren in sirens:
                if faits := {nom: rangs for nom, rangs in rangs_des_unites[siren].items() if rangs}:
                    flux.write(_EN_JSON.encode({"siren": siren, "donnees": faits}) + b"\n")
                    nombre += 1
            dernier = sirens[-1]
    return nombre


def _suivants(dernier: str) -> list[str]:
    with connection.cursor() as curseur:
        curseur.execute(_SIRENS, [dernier, PAQUET])
        return [siren for (siren,) in curseur.fetchall()]


def _ecrire_csv(sortie: Path, ndjson: Path, fichier: FichierComplet, suivies: dict[str, Regard]) -> None:
    table = tables.entreprises(suivies, fichier.curseur)
    with _comprime(sortie) as flux:
        flux.writelines(lignes_csv([*table.colonnes], table.rangs(ndjson), paquet=PAQUET))


@contextlib.contextmanager
def _comprime(sortie: Path) -> Iterator[IO[bytes]]:
    with sortie.open("wb") as brut, gzip.GzipFile("", "wb", _COMPRESSION, brut, mtime=0) as flux:
        yield cast("IO[bytes]", flux)
