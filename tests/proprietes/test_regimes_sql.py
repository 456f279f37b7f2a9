"""S5: the database orders and adds up the rows of a sheet under the regime by which the sheet shows them."""

from __future__ import annotations

import pytest

from fce.donnees.entreprises import lieux
from fce.fiche.unite.unite_visee import Unite, a_lire
from fce.socle.base.branches import lignes_de
from tests.acces.masquees import TOUS
from tests.donnees.entreprises import fabrique as f
from tests.sql import executer

pytestmark = pytest.mark.django_db
INCONNU = f.siren_no(9999)


@pytest.fixture
def sirens() -> list[str]:
    """One company per case, the siège and another establishment each."""
    numeros = [f.siren_no(n) for n in range(len(TOUS))]
    cas = list(zip(numeros, TOUS, strict=True))
    f.unites(*(f.unite(s, categorie_juridique=c, statut_diffusion=u) for s, (c, u, _, _) in cas))
    f.lieux(
        *(
            f.lieu(s, rang, statut_diffusion=statut)
            for s, (_, _, *statuts) in cas
            for rang, statut in enumerate(statuts, 1)
        )
    )
    return [*numeros, INCONNU]


def en_sql(numero: str, siret: str | None) -> str:
    prealables = lieux.diffusions(numero)
    tete = ", ".join(f"{p.nom} AS MATERIALIZED ({p.sql})" for p in prealables)
    sous = lieux.sql_regime("f.siret" if len(numero) == 9 else "")
    parametres = [*(v for p in prealables for v in p.params), siret]
    return str(executer(f"WITH {tete} SELECT {sous} FROM (SELECT %s::text AS siret) f", parametres)[0][0])


@pytest.mark.parametrize("masques_max", [lieux.MASQUES_MAX, 0])
def test_s5_the_regime_of_a_row_of_a_company(
    sirens: list[str], masques_max: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With too many masked establishments to know them all, every row about one is masked."""
    monkeypatch.setattr(lieux, "MASQUES_MAX", masques_max)
    vus = set()
    for siren in sirens:
        unite = Unite(siren)
        regimes = unite.situee(lignes_de(a_lire(unite, territoire=False))).regimes
        for siret in (None, f.siret_no(siren, 1), f.siret_no(siren, 2), f.siret_no(siren, 3)):
            attendu = str(regimes.de(siret))
            assert en_sql(siren, siret) == attendu, (siren, siret)
            vus.add(attendu)
    assert vus == {"O", "M", "P"}


def test_s5_the_regime_of_the_sheet_of_an_establishment(sirens: list[str]) -> None:
    for siren in sirens:
        for siret in (f.siret_no(siren, 1), f.siret_no(siren, 2), f.siret_no(siren, 3)):
            unite = Unite(siret)
            regimes = unite.situee(lignes_de(a_lire(unite, territoire=False))).regimes
            assert en_sql(siret, siret) == str(regimes.de(siret)), siret
