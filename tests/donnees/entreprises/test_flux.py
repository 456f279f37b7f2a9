"""The stream of the indexer: complete, ordered, shardable, and equal to what the pages show."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.donnees.entreprises import flux, selectors
from tests.donnees.entreprises import fabrique as f

pytestmark = pytest.mark.django_db


def test_each_company_comes_with_all_its_establishments_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    # Small batches: the boundaries of the fetches fall everywhere.
    monkeypatch.setattr(flux, "LOT", 3)
    sirens = [f.siren_no(n) for n in range(12)]
    f.unites(*(f.unite(siren, denomination=f"N{siren}") for siren in reversed(sirens)))
    f.lieux(*(f.lieu(siren, n) for n in (2, 1, 3) for rang, siren in enumerate(sirens) if n <= rang % 4))
    recus = list(flux.documents())
    assert [d.entreprise.siren for d in recus] == sirens
    for rang, document in enumerate(recus):
        attendus = [f.siret_no(sirens[rang], n) for n in range(1, rang % 4 + 1)]
        assert [e.siret for e in document.etablissements] == attendus


def test_bounds_cut_the_stream_without_loss() -> None:
    f.unites(*(f.unite(f.siren_no(n)) for n in range(25)))
    f.lieux(*(f.lieu(f.siren_no(n)) for n in range(25)))
    entier = list(flux.documents())
    for parts in (1, 2, 3, 7, 40):
        plages = flux.bornes(parts)
        assert [d for debut, fin in plages for d in flux.documents(debut, fin)] == entier
    tailles = [len(list(flux.documents(debut, fin))) for debut, fin in flux.bornes(4)]
    assert max(tailles) - min(tailles) <= 1


def test_an_empty_database() -> None:
    assert list(flux.documents()) == []
    assert flux.bornes(4) == [(None, None)]


def test_orphan_establishments_are_left_aside() -> None:
    avant, presente, apres = (f.siren_no(n) for n in range(3))
    f.unites(f.unite(presente))
    f.lieux(*(f.lieu(siren) for siren in (avant, presente, apres)))
    assert [[e.siren for e in d.etablissements] for d in flux.documents()] == [[presente]]


def test_an_abandoned_stream_frees_the_connection() -> None:
    f.unites(*(f.unite(f.siren_no(n)) for n in range(5)))
    lecture = flux.documents()
    next(lecture)
    lecture.close()
    assert len(selectors.entreprises([f.siren_no(1)])) == 1


def test_the_stream_speaks_like_the_pages() -> None:
    siren = f.siren_no(1)
    f.unites(
        f.unite(siren, denomination="VERGERS", sigle="VDN", societe_mission=True, identifiant_association="W123456789")
    )
    f.lieux(
        f.lieu(siren, enseigne_1="AUX LILAS", libelle_commune="LILLE", code_commune="59350", caractere_employeur=True)
    )
    document = next(flux.documents())
    vue = selectors.entreprises([siren])[siren]
    ligne, lieu = document.entreprise, document.etablissements[0]
    assert vue.siege is not None
    assert (ligne.denomination, ligne.sigle, ligne.societe_mission) == (vue.nom, vue.sigle, True)
    assert ligne.identifiant_association == vue.rna
    assert ligne.date_creation == "2001-02-03"
    assert (lieu.siret, lieu.enseigne_1, lieu.libelle_commune) == (vue.siege.siret, vue.siege.nom, "LILLE")
    assert (lieu.etablissement_siege, lieu.caractere_employeur, lieu.masque) == (True, True, False)


statuts = st.sampled_from(["O", "P", None])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(statuts, st.sampled_from(["5710", "1000", None]), st.lists(statuts, max_size=3)), max_size=6))
def test_the_stream_shows_exactly_what_the_pages_show(cas) -> None:
    unites, lieux = [], []
    for n, (statut, categorie, statuts_lieux) in enumerate(cas):
        siren = f.siren_no(n)
        unites.append(
            f.unite(siren, statut_diffusion=statut, categorie_juridique=categorie, denomination=f"N{n}", sigle="S")
        )
        lieux += [
            f.lieu(siren, rang, statut_diffusion=s, enseigne_1="E", code_postal="59000", libelle_commune="LILLE")
            for rang, s in enumerate(statuts_lieux, 1)
        ]
    f.unites(*unites)
    f.lieux(*lieux)
    vues = selectors.entreprises([u["siren"] for u in unites])
    vus = selectors.etablissements([e["siret"] for e in lieux])
    recus = list(flux.documents())
    assert [d.entreprise.siren for d in recus] == sorted(
        s for s, v in vues.items() if not v.masque or v.nom.startswith("N")
    )
    for document in recus:
        vue = vues[document.entreprise.siren]
        assert (document.entreprise.denomination, document.entreprise.sigle, document.entreprise.masque) == (
            vue.nom,
            vue.sigle,
            vue.masque,
        )
        for lieu in document.etablissements:
            vu = vus[lieu.siret]
            assert (lieu.enseigne_1, lieu.code_postal, lieu.libelle_commune, lieu.masque) == (
                next(iter(vu.enseignes), None),
                vu.adresse.code_postal,
                vu.adresse.commune,
                vu.masque,
            )
