"""What the catalogue says of the masking of a column is what is applied to its values, column by column."""

import re
from html import unescape

import pytest
from django.test import Client

from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import cachees, natures
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.schema import colonne, schema_publie

pytestmark = pytest.mark.django_db

# Written by hand: what the page says, then what a masked legal person and a masked natural person hide.
DITES = {
    "–": (False, False),
    "nom": (False, True),
    "enseigne": (False, True),
    "commune": (False, True),
    "sigle": (True, True),
    "adresse": (True, True),
    "coordonnée": (True, True),
    "personne": (True, True),
    "numéro d’un registre public": (True, True),
    "texte libre": (True, True),
}
AUTRES = (
    "rna",
    "rne",
    "rne-dirigeants",
    "bodacc",
    "agrements-sanitaires",
    "rge",
    "activite-partielle",
    "beneficiaires",
)
COMPAREES = [s for s in registre.toutes() if s.producteur.code == "insee" or s.nom in AUTRES]
_LIGNE = re.compile(r'data-libelle="Colonne">(.*?)</td>.*?data-libelle="Masqué comme">(.*?)</td>', re.DOTALL)


@pytest.mark.parametrize("source", COMPAREES, ids=lambda source: source.nom)
def test_the_page_of_a_source_says_what_is_applied_to_each_column(client: Client, source: Source) -> None:
    page = client.get(f"/sources/{source.nom}").content.decode()
    dites = [unescape(nature.strip()) for _, nature in _LIGNE.findall(page)]
    appliquees = [
        (attribut in cachees(source, Regime.MORALE), attribut in cachees(source, Regime.PHYSIQUE))
        for attribut in source.champs
    ]
    assert [DITES[dite] for dite in dites] == appliquees


@pytest.mark.parametrize("source", COMPAREES, ids=lambda source: source.nom)
def test_the_schema_of_our_files_requires_no_value_that_may_be_masked(source: Source) -> None:
    requis = {c["name"] for c in schema_publie(source, tuple(source.champs))["fields"] if c["constraints"]["required"]}
    masquees = {colonne(a, source.champs[a]) for a in cachees(source, Regime.PHYSIQUE)}
    assert not requis & masquees


def test_what_is_declared_is_what_is_applied() -> None:
    """But for the source that is asked for nothing but what is masked: it shows it, to those it is open to."""
    for source in registre.toutes():
        declarees = {attribut: champ.masque for attribut, champ in source.champs.items()}
        if source.nom == "sirene-diffusion-partielle":
            assert not cachees(source, Regime.PHYSIQUE)
            assert set(declarees.values()) > {"nom", "adresse", "personne"}
        else:
            assert natures(source) == declarees
