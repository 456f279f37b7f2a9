"""Every source of the catalogue says what it is, where it comes from and by what right it is shared."""

import pytest

from fce.fiche.rubriques import TITRES
from fce.sources import registre
from fce.sources.acces import Acces
from fce.sources.declaration import Frequence, Source
from tests.kit.outils import TOUTES, nommer

sources = pytest.mark.parametrize("source", TOUTES, ids=nommer)


@sources
def test_la_source_est_documentee(source: Source) -> None:
    for nom in ("titre", "description", "origine", "systeme", "absence"):
        assert getattr(source, nom).strip(), f"{nom} manque"
    assert source.licence.strip() or source.base_legale.strip(), "ni licence ni base légale"
    assert source.acces.classe == "C0" or source.base_legale.strip(), "une source réservée dit sa base légale"
    assert isinstance(source.acces, Acces)
    assert isinstance(source.frequence, Frequence)
    assert source.producteur.nom
    assert source.rubrique in TITRES
    assert registre.exemple(source).stat().st_size


@sources
def test_le_glossaire_nomme_chaque_champ(source: Source) -> None:
    libelles = [champ.libelle.strip() for champ in source.champs.values()]
    assert all(len(libelle) > 1 and libelle[0] == libelle[0].upper() for libelle in libelles)
    assert len(set(libelles)) == len(libelles), "deux champs portent le même nom"
    assert not [a for a, c in source.champs.items() if c.aide and not c.aide.strip()]
