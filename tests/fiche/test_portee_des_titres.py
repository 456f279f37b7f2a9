"""A figure whose title says the whole company is that of the whole; else its title says the part."""

from __future__ import annotations

import re
from typing import Any

import pytest

from fce.fiche.formes.contenu import EnTableau
from fce.sources import registre
from fce.sources.presentation import Complement, Pliage, Tableau
from tests.fiche import jeux, territoires
from tests.fiche.territoires import NORD, PARIS, fiche_pour

pytestmark = pytest.mark.django_db
TOUT = re.compile(r"(dans|de|à|chez) (toute )?l['’]entreprise", re.IGNORECASE)


def compter(lignes: Any, autres: Any, aujourd_hui: Any) -> list[dict[str, Any]]:
    return [{**ligne, "labels": len(autres)} for ligne in lignes]


def peupler(monkeypatch: pytest.MonkeyPatch, *ou: str) -> None:
    """A source of the company completed by one that is read establishment by establishment."""
    sources = [
        jeux.declarer(
            "immatriculations",
            jeux.Immatriculation,
            "dirigeants",
            complement=Complement("labels", compter, {"labels": "Labels"}),
        ),
        jeux.declarer("labels", jeux.Label, "agrements-labels", territoires.EMPLOI),
    ]
    jeux.installer(monkeypatch, sources)
    territoires.f.unites(territoires.f.unite(territoires.SIREN))
    territoires.f.lieux(
        *(
            {**territoires.f.lieu(territoires.SIREN), "siret": s, "nic": s[9:],
             "code_commune": territoires.COMMUNES[s], "etablissement_siege": s == NORD}
            for s in (NORD, PARIS, territoires.MARSEILLE)
        )
    )  # fmt: skip
    territoires.f.charger("immatriculations", [{"siren": territoires.SIREN, "capital": 1}])
    territoires.f.charger("labels", [{"siret": s, "numero": f"L{n}"} for n, s in enumerate(ou)])


@pytest.mark.parametrize(
    ("territoire", "ou", "titre", "valeur"),
    [
        ("59", (NORD, PARIS), "Labels – votre territoire seulement : Nord (59)", 1),
        ("FR", (NORD, PARIS), "Labels – toute l'entreprise", 2),
        ("59", (NORD,), "Labels – toute l'entreprise", 1),
    ],
)
def test_v5_what_completes_a_row_says_its_scope_in_its_title(
    territoire: str, ou: tuple[str, ...], titre: str, valeur: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    peupler(monkeypatch, *ou)
    fiche = fiche_pour(territoire)
    contenu = fiche.bloc("immatriculations").contenu
    assert isinstance(contenu, EnTableau)
    colonne = next(n for n, c in enumerate(contenu.colonnes) if c.attribut == "labels")
    assert contenu.colonnes[colonne].libelle == titre
    assert contenu.lignes[0][colonne].valeur == valeur
    api = fiche.api("immatriculations")
    assert [c["libelle"] for c in api["champs"] if c["nom"] == "labels"] == [titre]
    assert [titre in map(str, rangee) for rangee in fiche.classeur()].count(True) == 1


def test_v5_no_declaration_of_figures_by_establishment_says_the_whole_company() -> None:
    """A label is written once, and read by who sees a part: the sheet alone knows the scope."""
    fautes = []
    for source in registre.toutes():
        libelles: list[str] = []
        if source.complement:
            libelles += source.complement.colonnes.values()
        par_lieu = any(type(c).__name__ == "Siret" for c in source.champs.values())
        if par_lieu:
            pliage = source.presentation.pliage if isinstance(source.presentation, Tableau) else None
            libelles += pliage.colonnes.values() if isinstance(pliage, Pliage) else ()
            libelles += [source.tuile.titre] if source.tuile else []
        fautes += [(source.nom, libelle) for libelle in libelles if TOUT.search(libelle)]
    assert fautes == []
