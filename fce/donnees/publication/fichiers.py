"""Downloadable files, made once per version in place, in ``FCE_DATA_DIR/publication``.

The file name hashes what defines the content: version of the source, versions of Sirene that mask its rows, open fields
and their masking. When one changes, a new file is made and the old one is never served. The worker makes the files
after each import; a page makes small ones on request.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, http_date

from fce.donnees.entreprises import repertoire
from fce.donnees.entreprises.natures import natures
from fce.donnees.imports.models import Import
from fce.donnees.imports.selectors import versions
from fce.donnees.publication import catalogue, telechargement
from fce.socle.base.roles import Role, sous_role
from fce.socle.erreurs import DejaEnCours, SourceIndisponible
from fce.socle.travaux.verrous import seul
from fce.socle.web.parties import partie
from fce.sources import champs
from fce.sources.declaration import Source
from fce.sources.schema import schema_publie

IMMEDIATES: Final = 50_000
"""Maximum rows that a page writes to a file while its reader waits (two or three seconds)."""
_PARTIE: Final = 20_000
"""Rows held in memory per piece of a Parquet file."""
GROUPE: Final = 122_880
"""Rows of a group of a Parquet file, as DuckDB cuts its own: what a query reads at once."""
FORMATS: Final = ("csv", "parquet")
_SUITE: Final = "Ce fichier est en préparation : demandez-le de nouveau dans quelques minutes."


def racine() -> Path:
    """Folder of all the files, also that of ``FCE_FRONTAL_FICHIERS``."""
    dossier: Path = settings.FCE_DATA_DIR / "publication"
    return dossier


@dataclass(frozen=True, slots=True)
class FichiersDeSource:
    """Key of the published files of a source. ``importation``: version in place, None if never imported."""

    source: Source
    attributs: tuple[str, ...]
    importation: Import | None
    en_place: Mapping[str, Import]
    cle: str

    @property
    def dossier(self) -> Path:
        return racine() / self.source.nom

    def chemin(self, genre: str) -> Path:
        return self.dossier / f"{self.cle}.{genre}"

    @property
    def lignes(self) -> int:
        return (self.importation.total or self.importation.chargees) if self.importation else 0


def publication(source: Source) -> FichiersDeSource:
    """Publication of an open source, as it is now. One query. The caller checks the access."""
    attributs = telechargement.publies(source, catalogue.ouverte(source))
    utiles = {source.nom, *(repertoire.COURANTS if repertoire.masquee(source) else ())}
    en_place = {nom: version.en_place for nom, version in versions().items() if nom in utiles}
    tous = natures(source)
    ouverts = [(attribut, tous[attribut].name) for attribut in attributs]
    contenu = repr((source.nom, sorted((nom, i.generation, i.empreinte) for nom, i in en_place.items()), ouverts))
    cle = hashlib.sha256(contenu.encode()).hexdigest()[:20]
    return FichiersDeSource(source, attributs, en_place.get(source.nom), en_place, cle)


def fichier(source: Source, genre: str) -> tuple[FichiersDeSource, Path]:
    """The file to serve, made now if small. Raises SourceIndisponible when not ready."""
    publiee = publication(source)
    chemin = publiee.chemin(genre)
    if chemin.is_file():
        return publiee, chemin
    if publiee.lignes > IMMEDIATES:
        raise SourceIndisponible(_SUITE)
    try:
        preparer(publiee, (genre,))
    except DejaEnCours as erreur:
        raise SourceIndisponible(_SUITE) from erreur
    return publiee, chemin


def preparer(publiee: FichiersDeSource, genres: Iterable[str] = FORMATS) -> list[Path]:
    """One pass over the rows; also deletes the files of other versions.

    Raises DejaEnCours.
    """
    manquants = [genre for genre in genres if not publiee.chemin(genre).is_file()]
    publiee.dossier.mkdir(parents=True, exist_ok=True)
    with seul(publiee.dossier / ".verrou", f"Les fichiers de {publiee.source.nom} sont déjà en préparation."):
        if manquants:
            # Read the exact version named above from its tables, which pages only read through views.
            with sous_role(Role.PROPRIETAIRE):
                _ecrire(publiee, manquants)
        for fichier_ in publiee.dossier.iterdir():
            if not fichier_.name.startswith((".", publiee.cle)):
                fichier_.unlink(missing_ok=True)
    return [publiee.chemin(genre) for genre in genres]


def _ecrire(publiee: FichiersDeSource, genres: list[str]) -> None:
    """Write aside, then rename: an existing file is complete."""
    source, attributs = publiee.source, publiee.attributs
    # Pages use light records, without the names of the tables.
    complets = Import.objects.in_bulk([i.pk for i in publiee.en_place.values()])
    en_place = {nom: complets[i.pk] for nom, i in publiee.en_place.items() if i.pk in complets}
    lignes = telechargement.lignes(source, attributs, en_place)
    with contextlib.ExitStack() as pile:
        brouillons = {genre: publiee.dossier / f".{publiee.cle}.{genre}" for genre in genres}
        for brouillon in brouillons.values():
            pile.callback(brouillon.unlink, missing_ok=True)
        if "parquet" in brouillons:
            parties = PartiesDeParquet(brouillons["parquet"], _types(publiee), metadonnees(publiee), _PARTIE)
            pile.callback(parties.effacer)
            lignes = parties.garder(lignes)
        if "csv" in brouillons:
            with brouillons["csv"].open("wb") as sortie:
                for bloc in telechargement.fichier(source, attributs, lignes):
                    sortie.write(bloc)
        else:
            for _ in lignes:
                pass
        if "parquet" in brouillons:
            parties.reunir()
        for genre, brouillon in brouillons.items():
            brouillon.replace(publiee.chemin(genre))


class PartiesDeParquet:
    """Write pieces of a Parquet file as rows pass, then join them without loading them all. ``paquet``: rows of a
    piece; ``recus``, ``conversions``: types of the values as they come, when they are not those of ``schema``, and
    what makes them so."""

    def __init__(
        self,
        sortie: Path,
        schema: Mapping[str, Any],
        metadonnees: dict[str, str],
        paquet: int,
        recus: Mapping[str, Any] | None = None,
        conversions: Sequence[Any] = (),
    ) -> None:
        self._sortie, self._schema, self._metadonnees, self._paquet = sortie, schema, metadonnees, paquet
        self._recus, self._conversions = recus or schema, conversions
        self._chemins: list[Path] = []

    def garder(self, lignes: Iterator[list[Any]]) -> Iterator[list[Any]]:
        """Yield the rows while writing them."""
        while paquet := list(islice(lignes, self._paquet)):
            self._ecrire(paquet)
            yield from paquet

    def _ecrire(self, paquet: list[list[Any]]) -> None:
        import polars

        chemin = self._sortie.with_name(f"{self._sortie.name}.{len(self._chemins)}")
        self._chemins.append(chemin)
        polars.DataFrame(paquet, schema=self._recus, orient="row").with_columns(self._conversions).write_parquet(chemin)

    def reunir(self) -> None:
        import polars

        if not self._chemins:
            self._ecrire([])
        entier = polars.scan_parquet(self._chemins)
        entier.sink_parquet(self._sortie, metadata=self._metadonnees, row_group_size=GROUPE)

    def effacer(self) -> None:
        for chemin in self._chemins:
            chemin.unlink(missing_ok=True)


def type_de(champ: champs.Champ) -> Any:
    """Type of a column of Parquet."""
    import polars

    if isinstance(champ, champs.Decimal):
        return polars.Decimal(38, champ.decimales)
    types = (
        (champs.Entier, polars.Int64),
        (champs.Jour, polars.Date),
        (champs.Horodatage, polars.Datetime("us")),
        (champs.Booleen, polars.Boolean),
    )
    return next((type_ for classe, type_ in types if isinstance(champ, classe)), polars.String)


def _types(publiee: FichiersDeSource) -> dict[str, Any]:
    noms = telechargement.entetes(publiee.source, publiee.attributs)
    return {nom: type_de(publiee.source.champs[a]) for nom, a in zip(noms, publiee.attributs, strict=True)}


def metadonnees(publiee: FichiersDeSource) -> dict[str, str]:
    """Key-value metadata of the Parquet file."""
    source, importation = publiee.source, publiee.importation
    date = importation.date_metier if importation else None
    return {
        "fce.source": source.nom,
        "fce.titre": source.titre,
        "fce.producteur": source.producteur.nom,
        "fce.licence": source.licence,
        "fce.date": date.isoformat() if date else "",
        "fce.schema": json.dumps(schema_publie(source, publiee.attributs), ensure_ascii=False),
    }


def envoyer(request: HttpRequest, chemin: Path, nom: str, genre: str, etag: str) -> HttpResponseBase:
    """Through the front server (``X-Accel-Redirect``) if configured, which then answers ``Range`` itself. 304 for who
    has the file of ``etag``."""
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified()
    if not settings.FCE_FRONTAL_FICHIERS:
        voulue = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
        if (part := partie(voulue, chemin, genre)) is not None:
            return part
        return FileResponse(
            chemin.open("rb"), as_attachment=True, filename=nom, content_type=genre, headers={"Accept-Ranges": "bytes"}
        )
    interne = chemin.relative_to(racine()).as_posix()
    return HttpResponse(
        content_type=genre,
        headers={
            "X-Accel-Redirect": f"{settings.FCE_FRONTAL_FICHIERS}{interne}",
            "Content-Disposition": content_disposition_header(True, nom) or "attachment",
        },
    )


def entetes_http(publiee: FichiersDeSource) -> dict[str, str]:
    """HTTP headers of a published file: licence, business date, date of import; ASCII (RFC 9110 §5.5)."""
    importation = publiee.importation
    entetes = {"X-FCE-Licence": _ascii(publiee.source.licence)} if publiee.source.licence else {}
    if importation and importation.date_metier:
        entetes["X-FCE-Date-Des-Donnees"] = importation.date_metier.isoformat()
    if importation and importation.fin:
        entetes["Last-Modified"] = http_date(importation.fin.timestamp())
    return entetes


def _ascii(texte: str) -> str:
    return unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode()


def empreinte(chemin: Path) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()
