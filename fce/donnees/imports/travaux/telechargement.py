"""Download the files of an open source into ``FCE_DATA_DIR/telechargements/<source>[/departement-<code>]``.

A file is downloaded, checked and optionally cut to a département aside, then renamed. ``etat.json`` keeps the
validators of the servers, so that unchanged files are not sent again.
"""

import shutil
from dataclasses import asdict, dataclass
from functools import partial as avec
from pathlib import Path
from typing import Any

from django.conf import settings

from fce.donnees.imports.travaux import departement as tri
from fce.donnees.imports.travaux.adresses import adresses
from fce.donnees.imports.travaux.controle import verifier
from fce.donnees.imports.travaux.pages import recevoir_pages
from fce.donnees.imports.travaux.reseau import FichierTelecharge, Progression, Version, recevoir
from fce.socle.erreurs import SourceIndisponible
from fce.socle.travaux.memoire import garder, souvenir
from fce.socle.travaux.verrous import seul
from fce.sources import registre
from fce.sources.declaration import Source

_ETAT, _VERROU = "etat.json", ".verrou"


@dataclass(frozen=True, slots=True)
class Telechargement:
    """Files of a source, in the order of its addresses. ``nouveau``: at least one was downloaded again.

    ``lignes``: rows kept for the département (None: whole files); ``entier``: the file could not be cut.
    """

    source: Source
    fichiers: list[Path]
    nouveau: bool
    octets: int
    lignes: int | None = None
    entier: bool = False


def dossier(source: Source, departement: str | None = None) -> Path:
    base: Path = settings.FCE_DATA_DIR / "telechargements" / source.nom
    return base / f"departement-{departement}" if departement else base


def telecharger(
    source: Source, *, departement: str | None = None, forcer: bool = False, progression: Progression | None = None
) -> Telechargement:
    """Download the changed files of ``source``; ``departement``: Insee code, to keep only its rows.

    ``forcer``: download everything again. Raises ParametreInvalide (no address, not open, unknown département),
    SourceIndisponible (network, server, disk), ImportRefuse (unexpected kind of file), DejaEnCours. Existing files stay
    until the new ones are complete.
    """
    avancer = progression or _muet
    code = tri.departement(departement) if departement else None
    lieux = adresses(source)
    cible = dossier(source, code)
    cible.mkdir(parents=True, exist_ok=True)
    with seul(cible / _VERROU, f"{source.nom} est déjà en cours de téléchargement."):
        etat = souvenir(cible / _ETAT)
        bilan = [
            _un_fichier(source, adresse, cible, rang, etat.get(adresse), code, forcer, avancer)
            for rang, adresse in enumerate(lieux, 1)
        ]
        gardes = {adresse: sorti for adresse, (sorti, _) in zip(lieux, bilan, strict=True)}
        garder(cible / _ETAT, gardes)
        _nettoyer(cible, {sorti["nom"] for sorti in gardes.values()})
    lignes = [sorti["lignes"] for sorti, _ in bilan]
    return Telechargement(
        source,
        [cible / sorti["nom"] for sorti, _ in bilan],
        nouveau=any(nouveau for _, nouveau in bilan),
        octets=sum(sorti["octets"] for sorti, _ in bilan),
        lignes=sum(lignes) if code and None not in lignes else None,
        entier=bool(code) and None in lignes,
    )


def _un_fichier(
    source: Source,
    adresse: str,
    cible: Path,
    rang: int,
    connu: dict[str, Any] | None,
    code: str | None,
    forcer: bool,
    avancer: Progression,
) -> tuple[dict[str, Any], bool]:
    version = None
    if connu and not forcer and (cible / connu["nom"]).is_file():
        version = Version(connu["etag"], connu["modifie"])
    partiel = cible / f".partiel-{rang}"
    recu: FichierTelecharge | None
    if source.pages:
        recu = recevoir_pages(source.pages, adresse, partiel, avancer)
    else:
        recu = recevoir(adresse, partiel, version, avancer)
    if recu is None and connu is not None:
        return connu, False
    if recu is None:
        raise SourceIndisponible(f"Le serveur de {source.nom} dit inchangé un fichier jamais reçu : réessayez.")
    try:
        verifier(source, recu.chemin)
        return _mettre_en_place(source, recu, cible, rang, code, avancer), True
    finally:
        partiel.unlink(missing_ok=True)


def _mettre_en_place(
    source: Source, recu: FichierTelecharge, cible: Path, rang: int, code: str | None, avancer: Progression
) -> dict[str, Any]:
    nom = recu.nom or f"{source.nom}-{rang}"
    gardees = None
    if code and tri.filtrable(source):
        trie = cible / f".trie-{rang}"
        try:
            gardees = tri.filtrer(source, recu.chemin, trie, code, avec(_numeros, code), avancer)
            if gardees is not None:
                nom = f"{nom.partition('.')[0]}.departement-{code}.csv"
                trie.replace(cible / nom)
        finally:
            trie.unlink(missing_ok=True)
    if gardees is None:
        recu.chemin.replace(cible / nom)
    return {"nom": nom, "octets": (cible / nom).stat().st_size, "lignes": gardees, **asdict(recu.version)}


def _numeros(code: str) -> tri.Numeros:
    etablissements = registre.source(tri.ETABLISSEMENTS)
    cible = dossier(etablissements, code)
    presents = [f for f in (cible / etat["nom"] for etat in souvenir(cible / _ETAT).values()) if f.is_file()]
    return tri.numeros_du_fichier(etablissements, presents[0]) if presents else tri.numeros_en_place(code)


def _nettoyer(cible: Path, gardes: set[str]) -> None:
    for fichier in cible.iterdir():
        if fichier.is_file() and fichier.name not in gardes | {_ETAT} and not fichier.name.startswith("."):
            fichier.unlink()


def oublier(source: Source) -> None:
    shutil.rmtree(dossier(source), ignore_errors=True)


def _muet(_etape: str, _fait: int, _total: int) -> None:
    """Default progress function: does nothing."""
