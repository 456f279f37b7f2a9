"""A live answer of the demonstration says what the file of the same producer says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fce.demo import personnages
from fce.demo.jeux import directes
from fce.donnees.imports.directes import bac_a_sable, valeurs
from fce.sources import registre
from fce.sources.lecture.lecteur import lire
from tests.demo.jeux import Jeux

SOURCES = sorted(directes._FORMES)


@pytest.fixture(scope="module")
def reponses(jeux: Jeux) -> dict[str, directes.Reponses]:
    """Every answer, made once."""
    return directes.reponses(jeux.chemins)


def lignes_du_fichier(jeux: Jeux, nom: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of the file as they are imported, by SIREN."""
    par_siren: dict[str, list[dict[str, Any]]] = {}
    for lot in lire(registre.source(nom), [jeux.chemins[nom]]):
        for ligne in lot.lignes.to_dicts():
            par_siren.setdefault((ligne.get("siren") or ligne["siret"])[:9], []).append(ligne)
    return par_siren


def comparable(valeur: Any) -> Any:
    if isinstance(valeur, int | float | Decimal) and not isinstance(valeur, bool):
        return Decimal(str(valeur)).normalize()
    return str(valeur) if isinstance(valeur, date) else valeur


@pytest.mark.parametrize("nom", SOURCES)
def test_a_live_answer_is_the_file(jeux: Jeux, reponses: dict[str, directes.Reponses], nom: str) -> None:
    source, fichier = registre.source(nom), lignes_du_fichier(jeux, nom)
    assert set(reponses[nom]) == set(fichier)
    for siren, reponse in reponses[nom].items():
        if reponse is None:
            assert [x["a_jour"] for x in fichier[siren]] == [False]
            continue
        siret = fichier[siren][0].get("siret") or bac_a_sable.siret_quelconque(siren)
        typees, fautes = valeurs.typer(source, valeurs.extraire(source, reponse, siret, jeux.calendrier.annee_close))
        assert typees
        assert fautes == 0
        for typee in typees:
            dite = {a: comparable(v) for a, v in typee.items() if v is not None and a not in ("annee", "rang", "siret")}
            assert any(dite.items() <= {a: comparable(v) for a, v in x.items()}.items() for x in fichier[siren]), dite


def test_the_stand_in_of_the_demonstration_gives_those_answers(reponses: dict[str, directes.Reponses]) -> None:
    siren = personnages.GROUPE.siren
    adresses = {p.source.nom: p.reponses for p in bac_a_sable.points(reponses)}
    assert adresses["dgfip-chiffre-affaires"] is reponses["dgfip-chiffre-affaires"]
    assert all(siren in reponses[nom] for nom in SOURCES)
    # The others keep the answers of their folder.
    assert set(adresses) - set(reponses) >= {"tva", "sirene-diffusion-partielle"}
