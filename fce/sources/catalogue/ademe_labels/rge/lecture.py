"""Answers of ADEME's API (data.ademe.fr, liste-des-entreprises-rge-2): one record per qualification and domain."""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.pages_json import en_texte, enregistrements
from fce.sources.declaration import LigneBrute

GARDEES = [
    "siret",
    "code_qualification",
    "nom_qualification",
    "url_qualification",
    "nom_certificat",
    "domaine",
    "meta_domaine",
    "organisme",
    "particulier",
    "lien_date_debut",
    "lien_date_fin",
]
"""Minimisation: name, address, telephone and e-mail are not read."""


def lire(chemin: Path) -> Iterator[LigneBrute]:
    for rang, fait in enregistrements(chemin, "results"):
        # A key renamed by the API is missing from the row, so the file is refused.
        yield rang, {c: en_texte(fait[c]) for c in GARDEES if c in fait}
