"""Rules judged on real companies of INSEE's samples, drawn with a seed and looked at one by one."""

from __future__ import annotations

from typing import Any

import pytest

from fce.donnees.contradictions.regles import PAR_CODE
from fce.donnees.entreprises.sirene import INDEXEES_ETAB, INDEXEES_UL
from fce.sources.onglets import SYNTHESE
from tests.donnees.contradictions import reels
from tests.donnees.contradictions.cas import CAS, REGISTRES
from tests.donnees.contradictions.test_juge import en_sql
from tests.donnees.entreprises import fabrique as f
from tests.fautes.conftest import AGENT
from tests.fiche.fiches import fiche_de
from tests.partage import partage

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def echantillons() -> None:
    partage("data/sirene")


def _ligne(lu: Any, colonnes: Any) -> dict[str, Any]:
    return {nom: getattr(lu, nom) for nom in colonnes}


def test_every_rule_is_judged_on_cases_and_they_are_two_hundred() -> None:
    assert len(CAS) + sum(map(len, reels.JUGEES.values())) >= 200


@pytest.mark.parametrize("regle", reels.JUGEES)
def test_the_sheet_and_the_count_tell_what_was_judged_of_real_companies(regle: str) -> None:
    tirees = [t for _, t in reels.tirer(regle)]
    assert len(tirees) == len(reels.JUGEES[regle]), "the samples have changed: judge their draw again"
    unites = {t.unite.siren: t for t in tirees}
    f.unites(*({**f.unite(n), **_ligne(t.unite, INDEXEES_UL)} for n, t in unites.items()))
    f.lieux(*({**f.lieu(n), **_ligne(x, INDEXEES_ETAB)} for n, t in unites.items() for x in t.lieux))
    for nom in REGISTRES:
        f.charger(nom, [])
    trouvees = en_sql(regle)
    faux = []
    for rang, (tiree, jugee) in enumerate(zip(tirees, reels.JUGEES[regle], strict=True)):
        numero = tiree.lieu.siret if PAR_CODE[regle].etablissement else tiree.unite.siren
        fiche = fiche_de(numero, AGENT, onglet=SYNTHESE)
        vues = (regle in {c.code for c in fiche.apercu.contradictions}, numero in trouvees)
        if vues != (jugee.attendu, jugee.attendu):
            faux.append((regle, rang, jugee.pourquoi, vues))
    assert faux == []
