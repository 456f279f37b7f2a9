"""A plan is written once for a kind of unit and a value of rights, then bound to each number of that kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st

from fce.droits.habilitations.acteurs import ANONYME, Acteur
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.lecture import plans
from fce.fiche.lecture.plan import Plan
from fce.fiche.lecture.plans import prevoir
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import Branche
from fce.sources.acces import Habilite
from fce.sources.declaration import Source
from tests.droits.habilitations.fabrique import agent, habilitation
from tests.fiche import jeux

MIDI = datetime(2026, 11, 25, 11, tzinfo=UTC)
SOURCES = list(jeux.jeux(Habilite("emploi")).values())
SIRENS, SIRETS = st.from_regex(r"[0-9]{9}", fullmatch=True), st.from_regex(r"[0-9]{14}", fullmatch=True)


def plan(source: Source, numero: str, acteur: Acteur | None = None) -> Plan:
    lecteur = LecteurDeDonnees(acteur or du("59"), finalite="controle-travail", maintenant=MIDI)
    return prevoir(source, Unite(numero), lecteur, {source.nom})


def du(*departements: str) -> Acteur:
    droits = frozenset({Droit.CONSULTER, Droit.EXPORTER})
    return agent(habilitation(droits=droits, territoire=frozenset(departements)))


def parametres(branche: Branche) -> Iterator[Any]:
    yield from branche.params
    yield from branche.compte.params if branche.compte else ()
    for prealable in branche.prealables:
        yield from prealable.params


@given(st.lists(SIRENS | SIRETS, min_size=2, max_size=6), st.sampled_from(SOURCES))
def test_no_statement_holds_the_number_of_another_unit(numeros: list[str], source: Source) -> None:
    for numero in numeros:
        try:
            ecrit = plan(source, numero)
        except LookupError:  # of companies alone
            continue
        assert ecrit.unite.numero == numero
        for branche in filter(None, (ecrit.branche, ecrit.ensemble)):
            textes = [p for p in parametres(branche) if isinstance(p, str)]
            assert textes
            assert all(p.startswith(numero[:9]) for p in textes), textes


def test_a_plan_is_written_once_and_follows_the_rights_of_the_moment() -> None:
    source = next(s for s in SOURCES if s.nom == "decisions-inventees")
    plans._modele.cache_clear()
    ecrits = [plan(source, numero, du("59")) for numero in ("111111111", "222222222", "333333333")]
    assert plans._modele.cache_info().misses == 1
    assert len({ecrit.branche.sql for ecrit in ecrits if ecrit.branche}) == 1
    ailleurs, ferme = plan(source, "111111111", du("75")), plan(source, "111111111", ANONYME)
    assert ailleurs.perimetre.territoire == frozenset({"75"})
    assert ecrits[0].perimetre.territoire == frozenset({"59"})
    assert ferme.branche is None
    assert plan(source, "111111111", du("59")).perimetre == ecrits[0].perimetre
