"""The SQL expressions of the diffusion rule and its Python functions are one rule: same answer everywhere."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.donnees.entreprises import diffusion, sirene
from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import natures, sql_montre
from fce.sources.champs import Code, Texte
from tests.sql import valeurs

STATUTS = ("O", "P", "N", "", None, "o", "p", "0", " O", "O ", "O\n", "Ｏ", "[ND]")
CATEGORIES = (
    *sorted({f"{a}{b}{c}" for a in range(10) for b in range(10) for c in ("10", "99")}),
    None, "", "5", "57", "571", "57100", "5710 ", " 5710", "5710\n", "57a0", "５７10", "57²0", "[ND]", "abcd",
)  # fmt: skip
VALEURS = ("LILLE", "", None, "[ND]", "AVANT [ND] APRES", "[nd]", "N[D]", "%", "'")


LIEU_ET_UNITE = (
    "CROSS JOIN LATERAL (SELECT c.lieu AS statut_diffusion) e "
    "CROSS JOIN LATERAL (SELECT c.unite AS statut_diffusion, c.categorie AS categorie_juridique) u"
)


def en_sql(expression: str, colonnes: dict[str, list[object]], joints: str = "") -> list[object]:
    """Values of an SQL expression over rows given by columns ``c.<name>`` (all texts)."""
    unnest = ", ".join(["%s::text[]"] * len(colonnes))
    return valeurs(
        f"SELECT {expression} FROM unnest({unnest}) WITH ORDINALITY AS c({', '.join(colonnes)}, rang) {joints} "
        "ORDER BY rang",
        list(colonnes.values()),
    )


def unite(statut: str | None, categorie: str | None) -> dict[str, str | None]:
    return {"statut_diffusion": statut, "categorie_juridique": categorie}


@pytest.mark.django_db
def test_the_regime_of_a_legal_unit_is_equal_in_python_and_in_sql() -> None:
    couples = [(s, c) for s in STATUTS for c in CATEGORIES]
    colonnes = {"statut_diffusion": [s for s, _ in couples], "categorie_juridique": [c for _, c in couples]}
    sql = en_sql(diffusion.sql_regime("c"), colonnes)
    assert sql == [str(diffusion.regime(unite(s, c))) for s, c in couples]


@pytest.mark.django_db
def test_the_regime_of_an_establishment_is_equal_in_python_and_in_sql() -> None:
    triplets = [(s, u, c) for s in STATUTS for u in STATUTS for c in ("5710", "1000", "2110", None, "")]
    colonnes = {
        "lieu": [t[0] for t in triplets],
        "unite": [t[1] for t in triplets],
        "categorie": [t[2] for t in triplets],
    }
    sql = en_sql(diffusion.sql_regime("u", "e"), colonnes, LIEU_ET_UNITE)
    assert sql == [str(diffusion.regime(unite(u, c), {"statut_diffusion": s})) for s, u, c in triplets]


@pytest.mark.django_db
def test_the_visible_value_is_equal_in_python_and_in_sql() -> None:
    for source in (sirene.UNITES_LEGALES, sirene.ETABLISSEMENTS):
        for attribut, champ in source.champs.items():
            # A number, a date or a truth never holds the mark of INSEE: nobody looks for it there.
            marquees = isinstance(champ, Texte | Code)
            couples = [(v, r) for v in VALEURS for r in Regime if marquees or "[ND]" not in (v or "")]
            colonnes = {attribut: [v for v, _ in couples], "regime": [str(r) for _, r in couples]}
            sql = en_sql(sql_montre(source, attribut, "c.regime", "c"), colonnes)
            masquees = [diffusion.masquer({attribut: v}, natures(source), r)[attribut] for v, r in couples]
            assert sql == masquees, attribut


sans_nul = st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(sans_nul, sans_nul, sans_nul), min_size=1, max_size=20))
def test_rules_are_equal_on_random_texts(triplets: list[tuple[str | None, str | None, str | None]]) -> None:
    colonnes = {nom: [t[i] for t in triplets] for i, nom in enumerate(("lieu", "unite", "categorie"))}
    sql = en_sql(diffusion.sql_regime("u", "e"), colonnes, LIEU_ET_UNITE)
    assert sql == [str(diffusion.regime(unite(u, c), {"statut_diffusion": s})) for s, u, c in triplets]


@given(sans_nul, sans_nul, sans_nul)
def test_only_o_on_both_statuses_opens(lieu: str | None, legale: str | None, categorie: str | None) -> None:
    ouvert = diffusion.regime(unite(legale, categorie), {"statut_diffusion": lieu}) is Regime.OUVERT
    assert ouvert == (lieu == "O" and legale == "O")


@given(
    st.dictionaries(st.sampled_from([*sirene.ETABLISSEMENTS.champs, "autre"]), st.sampled_from(VALEURS)),
    st.sampled_from(Regime),
)
def test_masking_twice_changes_nothing_and_never_shows_more(ligne: dict[str, str | None], regime: Regime) -> None:
    une_fois = diffusion.masquer(ligne, natures(sirene.ETABLISSEMENTS), regime)
    assert diffusion.masquer(une_fois, natures(sirene.ETABLISSEMENTS), regime) == une_fois
    assert une_fois.keys() == ligne.keys()
    assert all(valeur in (None, ligne[champ]) for champ, valeur in une_fois.items())
    assert diffusion.MONTRE[Regime.PHYSIQUE] <= diffusion.MONTRE[Regime.MORALE] <= diffusion.MONTRE[Regime.OUVERT]
