"""What a page says of one row is singular (V13): every source with one row each, on each tab that counts them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from fce.demo.personnages import GROUPE
from fce.donnees.entreprises.repertoire import JEUX
from fce.sources.declaration import Source
from tests.acces.acteurs import habilite
from tests.donnees.entreprises import fabrique as f
from tests.kit.outils import SOURCES, exemple

pytestmark = pytest.mark.django_db
SIREN = GROUPE.siren
INVARIABLES = r"mois|fois|plus|sous|dans|sans|pas|cours|puis|vers|jus|cas"
FAUTE = re.compile(rf"(?<![\d,./:-])(?<!\d )\b[01] (?!(?:{INVARIABLES})\b)[a-zàâéèêîôûç’-]+(?:s|aux)\b")


def fautes(html: str) -> list[str]:
    """« 0 lignes », « 1 salariés », with what is around."""
    visible = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]+>", " ", html)
    texte = re.sub(r"\s+", " ", unescape(visible).replace("\u202f", " ").replace("\u00a0", " "))
    return [texte[max(0, trouve.start() - 40) : trouve.end() + 20] for trouve in FAUTE.finditer(texte)]


def test_v13_what_a_fault_looks_like() -> None:
    assert len(fautes("<b>1</b> salariés, 0 sources ; <i>1</i> journaux")) == 3
    assert fautes("1 mois, 1 salarié, 0 ligne, 21 lignes, 1 200 lignes, 10,1 points, 2 sources") == []


def une_ligne(source: Source) -> None:
    """One row, about the company or its first establishment."""
    siret = f"{SIREN}00010"
    siennes = [
        ligne | {nom: siret for nom in ("siret",) if nom in ligne} | {nom: SIREN for nom in ("siren",) if nom in ligne}
        for ligne in exemple(source)[:1]
    ]
    f.charger(source.nom, siennes)


@pytest.mark.parametrize("groupe", ["inspection-travail", "dreets-3e"])
def test_v13_one_row_of_each_source_is_never_told_in_the_plural(groupe: str) -> None:
    f.unites(f.unite(SIREN, nic_siege="00010"))
    lille = {"code_commune": "59350", "libelle_commune": "LILLE"}
    f.lieux({**f.lieu(SIREN), "siret": f"{SIREN}00010", "nic": "00010", **lille})
    for source in SOURCES:
        if source.nom not in JEUX and source.importable and not source.nom.startswith("sirene-"):
            une_ligne(source)
    client: Client = habilite(groupe, ("59",)).client
    for page in ("", "/tout", "/note"):
        for unite in (f"/entreprise/{SIREN}", f"/etablissement/{SIREN}00010"):
            assert fautes(client.get(f"{unite}{page}").content.decode()) == [], (unite, page)
