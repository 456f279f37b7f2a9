"""Géorisques: a zip of five csv (ISO-8859-1, semicolons). One row per installation, with its headings of the
nomenclature and last inspection; the two metadata files are ignored."""

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from fce.sources.catalogue.delimite import lignes_de
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.archives import archive_zip
from fce.sources.lecture.refus import refus

INSTALLATIONS, RUBRIQUES, INSPECTIONS = "InstallationClassee", "rubriqueIC", "inspection"
GARDEES = [
    "codeAiot",
    "raisonSociale",
    "commune",
    "numeroSiret",
    "prioriteNationale",
    "statutSeveso",
    "ied",
    "etatActivite",
    "regimeVigueur",
    "url",
]
"""Minimisation: the rest of the address, coordinates and kinds of animals are not read."""
DE_RUBRIQUE = ("codeAiot", "numeroRubrique", "nature", "alinea", "regimeAutoriseAlinea")
RUBRIQUES_DITES, DERNIERE, NOMBRE = "rubriques", "derniereInspection", "nombreInspections"


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Rows of ``InstallationClassee.csv`` completed from the two other files.

    Raises ImportRefuse: not a zip, missing file or column, suspicious archive.
    """
    with archive_zip(chemin) as archive:
        membres = _membres(chemin, archive)
        rubriques = _rubriques(_lignes(chemin, archive, membres[RUBRIQUES], DE_RUBRIQUE))
        visites = _visites(_lignes(chemin, archive, membres[INSPECTIONS], ("codeAiot", "dateInspection")))
        for numero, valeurs in _lignes(chemin, archive, membres[INSTALLATIONS], GARDEES):
            code = valeurs.get("codeAiot") or ""
            dates = visites.get(code, [])
            yield (
                numero,
                {
                    **{c: valeurs.get(c) for c in GARDEES},
                    RUBRIQUES_DITES: " ; ".join(rubriques.get(code, ())) or None,
                    DERNIERE: max(dates, default=None),
                    NOMBRE: str(len(dates)),
                },
            )


def _membres(chemin: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    par_nom = {PurePosixPath(m.filename).stem: m for m in archive.infolist() if m.filename.endswith(".csv")}
    manquants = [nom for nom in (INSTALLATIONS, RUBRIQUES, INSPECTIONS) if nom not in par_nom]
    if manquants:
        raise refus(
            chemin, "zip-contenu", f"fichiers absents de l'archive : {', '.join(f'{m}.csv' for m in manquants)}."
        )
    return par_nom


def _lignes(
    chemin: Path, archive: zipfile.ZipFile, membre: zipfile.ZipInfo, attendues: tuple[str, ...] | list[str]
) -> Iterator[LigneBrute]:
    with io.TextIOWrapper(archive.open(membre), encoding="iso-8859-1", newline="") as texte:
        yield from lignes_de(chemin, texte, attendues, ";")


def _rubriques(lignes: Iterator[LigneBrute]) -> dict[str, list[str]]:
    """ "2510-1 Carrières (exploitation de) – Autorisation", by installation, without duplicates."""
    trouvees: dict[str, dict[str, None]] = defaultdict(dict)
    for _, v in lignes:
        numero = "-".join(t for t in (v.get("numeroRubrique"), v.get("alinea")) if t)
        regime = v.get("regimeAutoriseAlinea")
        dite = " ".join(t for t in (numero, v.get("nature")) if t) + (f" – {regime}" if regime else "")
        if code := v.get("codeAiot"):
            trouvees[code][dite] = None
    return {code: list(dites) for code, dites in trouvees.items()}


def _visites(lignes: Iterator[LigneBrute]) -> dict[str, list[str]]:
    trouvees: dict[str, list[str]] = defaultdict(list)
    for _, v in lignes:
        if (code := v.get("codeAiot")) and (jour := v.get("dateInspection")):
            trouvees[code].append(jour)
    return trouvees
