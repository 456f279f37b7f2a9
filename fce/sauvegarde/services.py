"""Make a backup: written beside under another name, renamed once whole, then the oldest ones are deleted."""

from __future__ import annotations

import errno
import importlib.metadata
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final

import structlog
from django.conf import settings

from fce.recherche.reponse.selectors import moteur
from fce.sauvegarde import archives, base, chiffrement, manifeste
from fce.sauvegarde.chiffrement import FichierChiffre
from fce.sauvegarde.erreurs import RestaurationRefusee, SauvegardeRefusee
from fce.sauvegarde.manifeste import Sauvegarde
from fce.sauvegarde.retraits import ecriture, liste
from fce.socle.base.restauration import exiger_ouverte_au_public
from fce.socle.erreurs import FCEError, IndexIndisponible
from fce.socle.texte.formats import nombre

log = structlog.get_logger("fce.sauvegarde")
_FORME: Final = "%Y-%m-%dT%H-%M-%SZ"
_PARTIEL: Final = ".partielle"
_TEMOIN: Final = "derniere-sauvegarde"
"""File of ``FCE_DATA_DIR`` with the name of the last backup: pages and worker may not open the folder of backups."""
GARDEES_AU_MOINS: Final = 2
"""Rotation never leaves fewer: a service whose timer stopped keeps its last backups."""
_PLEIN: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
Progression = Callable[[str], None]


def sauvegarder(maintenant: datetime, avancer: Progression = lambda _: None) -> tuple[Path, Sauvegarde]:
    """Copy database, attachments, deposits and keys as encrypted files of a new folder; return it with its manifest.

    A killed or failed backup leaves nothing that looks whole; the next one deletes its remains. Raises DejaEnCours,
    SauvegardeRefusee (no public key, full disk, pg_dump), DepotDePiecesIndisponible, ServiceFerme (a database
    restored by half would be taken for the last whole copy).
    """
    chiffrement.destinataire()
    exiger_ouverte_au_public()
    racine = dossier()
    debut = time.monotonic()
    with base.seule() as connexion, _disque(racine):
        racine.mkdir(mode=0o700, parents=True, exist_ok=True)
        for reste in racine.glob(f"*{_PARTIEL}"):
            shutil.rmtree(reste)
        place = racine / maintenant.astimezone(UTC).strftime(_FORME)
        if place.exists():
            raise SauvegardeRefusee("Une sauvegarde vient d’être faite : attendez une seconde.")
        partielle = place.with_name(f"{place.name}{_PARTIEL}")
        partielle.mkdir(mode=0o700)
        try:
            faite = _ecrire(connexion, partielle, maintenant, debut, avancer)
            partielle.rename(place)
            _synchroniser(racine)
        except BaseException:
            shutil.rmtree(partielle, ignore_errors=True)
            raise
    log.info("sauvegarde_faite", nom=place.name, octets=faite.octets, duree=faite.duree_s)
    tourner(maintenant)
    settings.FCE_DATA_DIR.mkdir(parents=True, exist_ok=True)
    (neuf := settings.FCE_DATA_DIR / f"{_TEMOIN}{_PARTIEL}").write_text(place.name)
    neuf.replace(settings.FCE_DATA_DIR / _TEMOIN)
    return place, faite


def _ecrire(connexion: Any, ou: Path, maintenant: datetime, debut: float, avancer: Progression) -> Sauvegarde:
    fichiers: dict[str, FichierChiffre] = {}
    # Before the snapshot, which then holds all that these parts withdraw.
    retraits = _retraits(maintenant)
    # First the database: the bytes of an attachment are there before its row, and outlive it.
    fichiers[archives.BASE], comptes, faits = base.copier(connexion, ou / archives.BASE, avancer)
    fichiers[archives.TABLES] = chiffrement.chiffrer_ce_que(_json(comptes), ou / archives.TABLES)
    avancer("pièces jointes et dépôts")
    fichiers[archives.PIECES], pieces = archives.archiver_les_pieces(ou / archives.PIECES)
    fichiers[archives.DEPOTS], depots = archives.archiver_les_depots(ou / archives.DEPOTS)
    fichiers[archives.CLES] = archives.archiver_les_cles(ou / archives.CLES)
    faite = Sauvegarde(
        prise_le=maintenant.astimezone(UTC).isoformat(timespec="seconds"),
        version=importlib.metadata.version("fce"),
        duree_s=round(time.monotonic() - debut, 1),
        retraits=retraits,
        fichiers=fichiers,
        pieces=pieces,
        depots=depots,
        index=_index(),
        **faits,
    )
    manifeste.ecrire(faite, ou)
    _synchroniser(ou)
    return faite


def _retraits(maintenant: datetime) -> int:
    """Bring the list of withdrawals up to date; return its last part, 0 without a list."""
    try:
        ecriture.ecrire(maintenant)
        place = liste.ou()
        return liste.lire_le_pointeur(place).partie if place else 0
    except FCEError as erreur:
        raise SauvegardeRefusee(f"La liste des retraits ne s’écrit pas : {erreur.message}") from erreur


def dossier() -> Path:
    """The folder of the backups (``FCE_SAUVEGARDES``), which may not exist yet."""
    return Path(settings.FCE_SAUVEGARDES)


def lister() -> list[Path]:
    """Whole backups that this account may read, oldest first."""
    return sorted(d for d in _trouvees() if not _fermee(d) and (d / manifeste.NOM).is_file())


def fermees() -> list[Path]:
    """Backups that this account may not read: brought here by root, most likely."""
    return sorted(d for d in _trouvees() if _fermee(d))


def dire_fermee(place: Path) -> str:
    """Return the sentence on a backup of ``fermees``, with the command that opens it to the service."""
    return f"{place.name} ne se laisse pas lire : donnez-la au compte du service (« chown -R fce: {place} »)."


def _trouvees() -> list[Path]:
    racine = dossier()
    return [d for d in racine.iterdir() if instant(d) is not None] if racine.is_dir() else []


def _fermee(place: Path) -> bool:
    if not place.exists():
        return False
    lu = place / manifeste.NOM
    return not os.access(place, os.R_OK | os.X_OK) or (lu.exists() and not os.access(lu, os.R_OK))


def choisir(nom: str) -> Path:
    """The folder of a backup, by its path, its name in ``FCE_SAUVEGARDES``, or « derniere ».

    Raises RestaurationRefusee, also when the last one holds less than half of an older one: it may be that of a new
    installation, made before the copies of the service were brought beside it; and when this account may not read the
    one that is named, or any of those among which the last one is looked for.
    """
    if nom == "derniere":
        if illisibles := fermees():
            raise RestaurationRefusee(dire_fermee(illisibles[-1]))
        if not (toutes := lister()):
            raise RestaurationRefusee(f"Aucune sauvegarde dans {dossier()} : donnez le dossier de celle à prendre.")
        derniere, pleine = toutes[-1], max(toutes, key=taille)
        if 2 * taille(derniere) < taille(pleine):
            raise RestaurationRefusee(
                f"La dernière sauvegarde, {derniere.name} ({mebioctets(taille(derniere))}), est bien plus petite que "
                f"{pleine.name} ({mebioctets(taille(pleine))}) : nommez celle qu’il faut prendre."
            )
        return derniere
    for place in (Path(nom), dossier() / nom):
        if _fermee(place):
            raise RestaurationRefusee(dire_fermee(place))
        if (place / manifeste.NOM).is_file():
            return place
    raise RestaurationRefusee(f"« {nom} » n’est pas une sauvegarde entière : {manifeste.NOM} n’y est pas.")


def taille(place: Path) -> int:
    """Bytes of the copy of the database."""
    copie = place / archives.BASE
    return copie.stat().st_size if copie.is_file() else 0


def mebioctets(octets: int) -> str:
    """Write a size in mebibytes, in French."""
    return f"{nombre(round(octets / 2**20, 1))} Mio"


def tourner(maintenant: datetime) -> list[str]:
    """Delete the backups older than ``FCE_SAUVEGARDE_JOURS``, except the last two; return their names."""
    limite = maintenant - timedelta(days=settings.FCE_SAUVEGARDE_JOURS)
    vieilles = [d for d in lister()[:-GARDEES_AU_MOINS] if (quand := instant(d)) is not None and quand < limite]
    for vieille in vieilles:
        # Renamed first, so that a killed deletion leaves nothing that looks whole.
        reste = vieille.with_name(f"{vieille.name}{_PARTIEL}")
        vieille.rename(reste)
        shutil.rmtree(reste)
        log.info("sauvegarde_effacee", nom=vieille.name)
    return [vieille.name for vieille in vieilles]


def instant(chemin: Path) -> datetime | None:
    """Return when a backup was taken, from the name of its folder; None for any other folder."""
    try:
        return datetime.strptime(chemin.name, _FORME).replace(tzinfo=UTC)
    except ValueError:
        return None


def faite_le() -> datetime | None:
    """Return when this service last made a whole backup; None when it never did."""
    temoin = settings.FCE_DATA_DIR / _TEMOIN
    return instant(Path(temoin.read_text())) if temoin.is_file() else None


def _index() -> dict[str, Any]:
    """Describe the index in place, so that a restored service builds the same one again."""
    try:
        en_place = moteur().manifeste()
    except IndexIndisponible:
        return {}
    return {cle: v for cle, v in asdict(en_place).items() if cle != "extra"} if en_place else {}


def _json(contenu: object) -> Callable[[IO[bytes]], None]:
    def ecrire(sortie: IO[bytes]) -> None:
        sortie.write(json.dumps(contenu).encode())

    return ecrire


def _synchroniser(chemin: Path) -> None:
    descripteur = os.open(chemin, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


@contextmanager
def _disque(racine: Path) -> Iterator[None]:
    """Say in a sentence what the disk refused."""
    try:
        yield
    except OSError as erreur:
        if erreur.errno in _PLEIN:
            raise SauvegardeRefusee(
                f"Il n’y a plus de place pour la sauvegarde dans {racine} : libérez-en, ou désignez un autre disque "
                "dans FCE_SAUVEGARDES. Rien n’y a été laissé ; les sauvegardes d’avant sont intactes."
            ) from erreur
        raise SauvegardeRefusee(
            f"Le dossier {racine} ne se laisse pas écrire ({erreur.strerror or type(erreur).__name__}) : vérifiez ses "
            "droits."
        ) from erreur
