"""Legal notices (BODACC): the open-data csv, with JSON in some cells, or DILA's XML, alone or in its archive (``.taz``,
a gzipped tar).

One row per notice and company, as a notice may name several. Of people, only the name is read (masked with the
company's), neither birth nor address.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fce.sources.catalogue.delimite import lignes_csv
from fce.sources.catalogue.dila.bodacc import annonces_xml
from fce.sources.catalogue.dila.bodacc.regles import classer, jour, reparer
from fce.sources.catalogue.outils import partager
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible

COLONNES = ("id", "publicationavis", "dateparution", "typeavis", "familleavis", "registre", "listepersonnes")
OBJETS = ("jugement", "acte", "depot", "radiationaurcs", "modificationsgenerales", "parutionavisprecedent")
FICHE = "https://www.bodacc.fr/pages/annonces-commerciales-detail/?q.id=id:"
Json = dict[str, Any]


def lire(chemin: Path) -> Iterator[LigneBrute]:
    with chemin.open("rb") as flux:
        debut = flux.read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    if debut.startswith((b"<", b"\x1f\x8b")):
        yield from annonces_xml.lire(chemin)
        return
    for numero, ligne in lignes_csv(chemin, (*COLONNES, *OBJETS)):
        illisibles = {nom: Illisible(ligne[nom] or "", "contenu JSON illisible") for nom in _illisibles(ligne)}
        for row in _lignes(ligne) if ligne else [{}]:
            yield numero, {**row, **illisibles}


def _lignes(ligne: Any) -> Iterator[dict[str, str | None]]:
    """A notice that names no company gives one row without SIREN, set aside."""
    jugement, acte = _objet(ligne.get("jugement")), _objet(ligne.get("acte"))
    depot, radiation = _objet(ligne.get("depot")), _objet(ligne.get("radiationaurcs"))
    categorie, contenu = next(((n, c) for n, c in acte.items() if isinstance(c, dict)), ("", acte))
    textes = {nom: reparer(_texte(jugement.get(nom))) for nom in ("famille", "nature", "complementJugement")}
    commun = {
        **{nom: valeur for nom, valeur in ligne.items() if nom not in ("jugement", "acte", "depot")},
        "jugement_famille": textes["famille"],
        "jugement_nature": textes["nature"],
        "jugement_date": jour(_texte(jugement.get("date"))),
        "jugement_complement": textes["complementJugement"],
        "procedure": classer(textes["famille"], textes["nature"], textes["complementJugement"])
        if ligne.get("familleavis") == "collective"
        else None,
        "acte": reparer(_premier(contenu, f"categorie{categorie.capitalize()}", "descriptif")),
        "acte_date": jour(_premier(contenu, "dateImmatriculation", "dateEffet", "dateCommencementActivite")),
        "depot_type": _texte(depot.get("typeDepot")),
        "depot_date_cloture": jour(_texte(depot.get("dateCloture"))),
        "radiation_date": jour(_premier(_objet_de(radiation, "radiationPP"), "dateCessationActivitePP")),
        "modification": reparer(_texte(_objet(ligne.get("modificationsgenerales")).get("descriptif"))),
        "avis_precedent": _precedent(_objet(ligne.get("parutionavisprecedent"))),
        "url_complete": ligne.get("url_complete") or f"{FICHE}{ligne.get('id')}",
    }
    personnes = _personnes(ligne)
    for siren, nom in personnes.items() or [(None, ligne.get("commercant"))]:
        yield {**commun, "siren": siren, "commercant": nom or ligne.get("commercant")}


def _personnes(ligne: Any) -> dict[str, str | None]:
    """Name by SIREN, from the list of persons, else from ``registre``, which repeats each number."""
    liste = _objet(ligne.get("listepersonnes")).get("personne")
    trouvees: dict[str, str | None] = {}
    for personne in liste if isinstance(liste, list) else [liste]:
        if isinstance(personne, dict):
            siren, _ = partager(_texte(_objet_de(personne, "numeroImmatriculation").get("numeroIdentification")))
            if siren:
                identite = [_texte(personne.get("nom")), _texte(personne.get("prenom"))]
                trouvees[siren] = _texte(personne.get("denomination")) or " ".join(filter(None, identite)) or None
    if not trouvees:
        for numero in (ligne.get("registre") or "").split(","):
            siren, _ = partager(numero)
            if siren:
                trouvees[siren] = None
    return trouvees


def _precedent(avis: Json) -> str | None:
    """Identifier of the corrected notice, as BODACC builds it: series, issue, number."""
    parution, numero = _texte(avis.get("numeroParution")), _texte(avis.get("numeroAnnonce"))
    serie = (_texte(avis.get("nomPublication")) or "").strip()[-1:]
    return f"{serie}{parution}{numero}" if serie and parution and numero else None


def _illisibles(ligne: Mapping[str, str | None]) -> list[str]:
    """``listepersonnes`` may hold one object or a list."""
    return [nom for nom in (*OBJETS, "listepersonnes") if (ligne.get(nom) or "").strip() and not _objet(ligne[nom])]


def _objet(texte: str | None) -> Json:
    try:
        valeur = json.loads(texte or "{}")
    except (json.JSONDecodeError, RecursionError):
        return {}
    return valeur if isinstance(valeur, dict) else {}


def _objet_de(parent: Json, cle: str) -> Json:
    valeur = parent.get(cle)
    return valeur if isinstance(valeur, dict) else {}


def _premier(parent: Json, *cles: str) -> str | None:
    return next((t for cle in cles if (t := _texte(parent.get(cle)))), None)


def _texte(valeur: Any) -> str | None:
    return str(valeur).strip() or None if isinstance(valeur, str | int | float) else None
