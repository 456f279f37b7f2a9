"""Validation report of a deposit, as JSON: rows read, changes to the version in place, thresholds exceeded."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fce.socle.erreurs import ImportRefuse

if TYPE_CHECKING:
    from fce.donnees.imports.chargement.comptes import ComptesDImport
    from fce.donnees.imports.models import Import
    from fce.sources.declaration import Source

# Rows shown in the report; the quarantine file has them all.
PREMIERES = 20
_RESERVE = "Le détail de ce fichier est réservé à qui l’a déposé."
_SEUILS = {
    "cles": "Part des lignes dont le SIREN ou le SIRET est invalide",
    "quarantaine": "Part des lignes écartées",
    "valeurs": "Valeurs illisibles par ligne",
    "baisse": "Lignes par rapport à la version en place, au moins",
    "hausse": "Lignes par rapport à la version en place, au plus",
    "date": "Date des données, pas avant celle en place",
}


def rediger(
    source: "Source",
    importation: "Import",
    comptes: "ComptesDImport",
    *,
    precedent: int | None,
    refus: Sequence[ImportRefuse],
    differences: dict[str, Any] | None,
    inchange: bool,
    detaillees: int,
    comparee: "Import | None",
) -> dict[str, Any]:
    """``detaillees``: number of rows in the quarantine file."""
    contenu = {
        "lues": importation.lues,
        "chargees": importation.chargees,
        "ecartees": importation.ecartees,
        "dedoublonnees": importation.dedoublonnees,
        "lignes_de_la_version": importation.total,
        "date_metier": importation.date_metier.isoformat() if importation.date_metier else None,
        "inchange": inchange,
        "quarantaine": {
            "motifs": importation.rejets,
            "premieres": [
                {"ligne": r.ligne, "colonne": r.colonne, "valeur": r.valeur, "motif": r.motif}
                for r in comptes.quarantaine[:PREMIERES]
            ],
            "detaillees": detaillees,
        },
        "avertissements": importation.avertissements,
        "seuils": mesurer(source, comptes, precedent, refus),
        "refus": [_refus(erreur) for erreur in refus],
        "differences": differences,
        "version_comparee": decrire(comparee),
    }
    return dict(_sans_nul(contenu))


def decrire(importation: "Import | None") -> dict[str, Any] | None:
    if importation is None:
        return None
    date = importation.date_metier
    return {"import": importation.pk, "lignes": importation.total, "date_metier": date.isoformat() if date else None}


def mesurer(
    source: "Source", comptes: "ComptesDImport", precedent: int | None, refus: Sequence[ImportRefuse]
) -> list[dict[str, Any]]:
    seuils, recues = source.seuils, comptes.recues
    if not recues:
        return []
    mesures: list[tuple[str, float | None, float | None, bool]] = [
        ("cles", comptes.ecartees_cles / recues, seuils.cles, comptes.ecartees_cles > seuils.cles * recues),
        ("quarantaine", comptes.ecartees / recues, seuils.quarantaine, comptes.ecartees > seuils.quarantaine * recues),
        ("valeurs", comptes.videes / recues, seuils.valeurs, comptes.videes > seuils.valeurs * recues),
    ]
    if precedent:
        part = comptes.chargees / precedent
        mesures += [
            ("baisse", part, seuils.baisse, comptes.chargees < seuils.baisse * precedent),
            ("hausse", part, seuils.hausse, comptes.chargees > seuils.hausse * precedent),
        ]
    connus = {nom for nom, *_ in mesures}
    franchis = dict.fromkeys(str(r.details["seuil"]) for r in refus if r.details.get("seuil") in _SEUILS)
    mesures += [(nom, None, None, True) for nom in franchis if nom not in connus]
    return [
        {
            "seuil": nom,
            "libelle": _SEUILS[nom],
            "mesure": None if mesure is None else round(mesure, 6),
            "limite": limite,
            "franchi": franchi or nom in franchis,
        }
        for nom, mesure, limite, franchi in mesures
    ]


def montrer(rapport: dict[str, Any], *, valeurs: bool) -> dict[str, Any]:
    """The report for a reader; without ``valeurs``, every value of the file is removed, only places and reasons
    remain."""
    if valeurs or not rapport:
        return rapport
    quarantaine = rapport["quarantaine"]
    return rapport | {
        "quarantaine": quarantaine | {"premieres": [r | {"valeur": None} for r in quarantaine["premieres"]]},
        # These sentences may quote a value.
        "avertissements": [_RESERVE] if rapport["avertissements"] else [],
        "refus": [r if r["seuil"] else r | {"message": _RESERVE} for r in rapport["refus"]],
    }


def _refus(erreur: ImportRefuse) -> dict[str, Any]:
    details = erreur.details
    return {
        "message": erreur.message,
        "seuil": details.get("seuil"),
        "regle": details.get("regle"),
        "ligne": details.get("ligne"),
        "colonne": details.get("colonne"),
    }


def _sans_nul(contenu: Any) -> Any:
    """PostgreSQL's JSON cannot hold NUL, which may be the very fault of a value."""
    match contenu:
        case str():
            return contenu.replace("\x00", "\\0")
        case list():
            return [_sans_nul(element) for element in contenu]
        case dict():
            return {cle: _sans_nul(valeur) for cle, valeur in contenu.items()}
    return contenu
