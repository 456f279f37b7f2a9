"""Published company agreements (ACCO): XML documents, alone or in DILA's archive, and the list of deletions.

Only the heading of an agreement is read; its text stays on Légifrance.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from fce.sources.declaration import LigneBrute
from fce.sources.lecture.balisage import documents, elements, lire_texte
from fce.sources.lecture.refus import refus

RACINES = {"TEXTE_ACCO": "META"}
SUPPRESSIONS = "liste_suppression_acco.dat"
CHAMPS = (
    "TITRE_TXT",
    "NUMERO",
    "SIRET",
    "CODE_UNITE_SIGNATAIRE",
    "DATE_MAJ",
    "DATE_DEPOT",
    "DATE_TEXTE",
    "DATE_EFFET",
    "DATE_FIN",
    "DATE_DIFFUSION",
    "CODE_APE",
    "CODE_IDCC",
    "RAISON_SOCIALE",
    "CONFORME_VERSION_INTEGRALE",
    "SECTEUR",
)


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """One row per agreement, then one per deletion, with only ``ID`` and ``SUPPRIME``."""
    numero = 0
    for nom, flux in documents(chemin, ".xml", ".dat"):
        if nom.endswith(".dat"):
            if nom.rpartition("/")[2] == SUPPRESSIONS:
                for identifiant in _supprimes(flux):
                    numero += 1
                    yield numero, {"ID": identifiant, "SUPPRIME": "true"}
            continue
        avant = numero
        for _, meta, _ in elements(chemin, flux, RACINES):
            numero += 1
            yield numero, _accord(meta)
        if numero == avant:
            raise refus(chemin, "xml", f"le document « {nom} » n'a pas d'en-tête d'accord (balise META).")


def _accord(meta: Element) -> dict[str, str | None]:
    acco = "META_SPEC/META_ACCO"
    ligne = {champ: lire_texte(meta, f"{acco}/{champ}") for champ in CHAMPS}
    return {
        **ligne,
        "ID": lire_texte(meta, "META_COMMUN/ID"),
        "NATURE": lire_texte(meta, "META_COMMUN/NATURE"),
        "SIRET": re.sub(r"\s", "", ligne["SIRET"] or "") or None,
        "THEMES": _liste(meta, f"{acco}/THEMES/THEME/LIBELLE"),
        "SYNDICATS": _liste(meta, f"{acco}/SYNDICATS/SYNDICAT/LIBELLE"),
        "CODE_POSTAL": lire_texte(meta, f"{acco}/ADRESSE_POSTALE/CODE_POSTAL"),
        "VILLE": lire_texte(meta, f"{acco}/ADRESSE_POSTALE/VILLE"),
        "SUPPRIME": "false",
    }


def _liste(meta: Element, chemin: str) -> str | None:
    return " ; ".join(e.text.strip() for e in meta.iterfind(chemin) if e.text and e.text.strip()) or None


def _supprimes(flux: IO[bytes]) -> Iterator[str]:
    """Each identifier ends a path; lines about office documents are skipped."""
    for ligne in flux:
        trouve = re.search(rb"(ACCOTEXT[0-9]{12})(\.xml)?\s*$", ligne)
        if trouve:
            yield trouve[1].decode("ascii")
