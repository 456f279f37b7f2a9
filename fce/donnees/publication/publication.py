"""Metadata of open data sets in the format of data.gouv.fr (udata, API v1), from declarations and files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.urls import reverse

from fce.donnees.publication.fichiers import FORMATS, FichiersDeSource, empreinte
from fce.socle.texte.formats import au, nombre
from fce.sources.declaration import Frequence, Source

FREQUENCES: Final = {
    Frequence.QUOTIDIENNE: "daily",
    Frequence.HEBDOMADAIRE: "weekly",
    Frequence.MENSUELLE: "monthly",
    Frequence.TRIMESTRIELLE: "quarterly",
    Frequence.ANNUELLE: "annual",
    Frequence.IRREGULIERE: "irregular",
}
# Identifiers of data.gouv.fr, by a part of our licence names.
_LICENCES: Final = (("Licence Ouverte", "lov2"), ("ODbL", "odc-odbl"), ("Open Database", "odc-odbl"))
_TYPES: Final = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def jeu(publiee: FichiersDeSource, chemins: Mapping[str, Path]) -> dict[str, Any]:
    """The data set and its resources; ``chemins``: {format: file}. URLs begin with ``FCE_ADRESSE_PUBLIQUE``."""
    source = publiee.source
    return {
        "title": f"{source.titre} – {source.producteur.sigle} (Fiche Commune Entreprise)",
        "description": description(publiee),
        "frequency": FREQUENCES[source.frequence],
        "license": licence(source),
        "tags": ["entreprises", "fiche-commune-entreprise", source.nom],
        "extras": {
            "fce:source": source.nom,
            "fce:producteur": source.producteur.nom,
            "fce:date": _date(publiee),
            "fce:origine": source.origine,
        },
        "resources": [
            *(_ressource(publiee, genre, chemins[genre]) for genre in FORMATS if genre in chemins),
            _schema(source),
        ],
    }


def licence(source: Source) -> str:
    return next((code for debut, code in _LICENCES if debut in source.licence), "notspecified")


def description(publiee: FichiersDeSource) -> str:
    """Description for the portal, in Markdown."""
    source = publiee.source
    lignes = [
        source.description,
        f"- Producteur : {source.producteur.nom} ({source.producteur.sigle}), système {source.systeme}",
        f"- Données {_datees(publiee)}",
        f"- Lignes : {nombre(publiee.lignes)}",
        f"- Licence : {source.licence or 'non précisée par le producteur'}",
    ]
    if source.origine:
        lignes.append(f"- Fichier d'origine : {source.origine}")
    if source.layout_partiel:
        lignes.append("- Seules les colonnes connues du fichier d'origine sont reprises.")
    lignes.append(
        "\nCopie telle que chargée par la Fiche Commune Entreprise. Les unités qui ont demandé une diffusion partielle "
        "y sont masquées (code de commerce, art. R. 123-232-1)."
    )
    return "\n".join(lignes)


def _datees(publiee: FichiersDeSource) -> str:
    importation = publiee.importation
    return au(importation.date_metier, importation.fin or importation.debut) if importation else ""


def _date(publiee: FichiersDeSource) -> str:
    importation = publiee.importation
    return importation.date_metier.isoformat() if importation and importation.date_metier else ""


def adresse(vue: str, source: Source) -> str:
    return settings.FCE_ADRESSE_PUBLIQUE.rstrip("/") + reverse(f"donnees:{vue}", args=[source.nom])


def _ressource(publiee: FichiersDeSource, genre: str, chemin: Path) -> dict[str, Any]:
    source = publiee.source
    return {
        "title": f"{source.nom}.{genre}",
        "description": f"Données {_datees(publiee)}, une ligne par fait.",
        "type": "main",
        "filetype": "remote",
        "format": genre,
        "mime": _TYPES[genre],
        "url": adresse("donnees" if genre == "csv" else "donnees-parquet", source),
        "filesize": chemin.stat().st_size,
        "checksum": {"type": "sha256", "value": empreinte(chemin)},
        "schema": {"url": adresse("schema-donnees", source)},
    }


def _schema(source: Source) -> dict[str, Any]:
    return {
        "title": f"{source.nom}.schema.json",
        "description": "Table Schema des fichiers : nom, type et sens de chaque colonne.",
        "type": "documentation",
        "filetype": "remote",
        "format": "json",
        "mime": "application/json",
        "url": adresse("schema-donnees", source),
    }
