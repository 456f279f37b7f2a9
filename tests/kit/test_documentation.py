"""Every source of the catalogue says what it is, where it comes from and by what right it is shared."""

import pytest

from fce.droits.habilitations.finalites import FINALITES
from fce.sources import champs, registre
from fce.sources.acces import Acces
from fce.sources.declaration import Frequence, Source
from fce.sources.rubriques import TITRES
from tests.kit.outils import TOUTES, nommer

sources = pytest.mark.parametrize("source", TOUTES, ids=nommer)


@sources
def test_the_source_is_documented(source: Source) -> None:
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
def test_s16_what_is_reserved_opens_for_a_declared_purpose(source: Source) -> None:
    for acces in (source.acces, *(c.acces for c in source.champs.values())):
        if getattr(acces, "groupe", None):
            assert any(f.ouvre(acces) for f in FINALITES.values()), f"aucune finalité n'ouvre {acces}"
            assert set(getattr(acces, "finalites", None) or ()) <= FINALITES.keys()


@sources
def test_the_glossary_names_each_field(source: Source) -> None:
    libelles = [champ.libelle.strip() for champ in source.champs.values()]
    assert all(len(libelle) > 1 and libelle[0] == libelle[0].upper() for libelle in libelles)
    assert len(set(libelles)) == len(libelles), "deux champs portent le même nom"
    assert not [a for a, c in source.champs.items() if c.aide and not c.aide.strip()]


@sources
def test_t2_each_text_tells_its_nature(source: Source) -> None:
    """One that says nothing is masked: its author must have meant it."""
    textes = {a: c for a, c in source.champs.items() if isinstance(c, champs.Texte | champs.Code)}
    muets = [a for a, c in textes.items() if not c.masque_declare]
    assert not muets, f"dites ce que ces champs disent de quelqu'un (masque=DIFFUSIBLE, NOM, ADRESSE…) : {muets}"
