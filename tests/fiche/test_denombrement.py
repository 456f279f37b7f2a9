"""What a tab counts is what its source declares, of the whole company or of a part that is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import FicheEntreprise, ReleveDeSource
from fce.fiche.lecture.plans import prevoir
from fce.fiche.page import cadre, onglets
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte import paris
from fce.sources.declaration import Source
from fce.sources.onglets import SYNTHESE
from fce.sources.presentation import Denombrement, Serie, Tableau
from fce.sources.synthese import Effectif
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux, territoires
from tests.fiche.fiches import fiche_de
from tests.fiche.territoires import EMPLOI, MARSEILLE, NORD, PARIS
from tests.fiche.test_horizon import groupe, installer
from tests.kit.outils import exemple, nommer
from tests.kit.test_fiche import MIDI, MONTREES, lecteur

pytestmark = pytest.mark.django_db
COMPTEES = [s for s in MONTREES if s.compte]


def releve(numero: str, nom: str, qui: Any) -> ReleveDeSource:
    return next(r for r in fiche_de(numero, qui, onglet=SYNTHESE).apercu.releves if r.source.nom == nom)


@pytest.mark.parametrize("source", MONTREES, ids=nommer)
def test_v2_a_table_says_what_it_counts(source: Source) -> None:
    if isinstance(source.presentation, Tableau):
        assert source.compte is not None
        assert not set(source.compte.attributs) - set(source.champs)


def test_v2_rows_whose_identity_is_hidden_are_not_taken_for_one_thing() -> None:
    marches = Denombrement("marché public", "marchés publics", distinct=("uid",))
    assert marches.compter([{"uid": None}, {"uid": None}, {"uid": "a"}, {"uid": "a"}]) == 3


@pytest.mark.parametrize("source", COMPTEES, ids=nommer)
@pytest.mark.catalogue
def test_v2_the_count_of_a_sample_is_that_of_its_things(source: Source) -> None:
    """Counted by the database or in Python, from one row of a hundred or from all of them: the same number."""
    assert source.compte is not None
    numero = installer(source, [*exemple(source)])
    qui = lecteur(groupe(source))
    cle = prevoir(source, Unite(numero), qui, {source.nom}).cle
    siennes = [x for x in exemple(source) if str(x[cle] or "").startswith(numero)]
    if source.selection:
        siennes = list(source.selection(siennes, paris.jour_de(MIDI)))
    compte = releve(numero, source.nom, qui)
    assert compte.compte == source.compte.compter(siennes)
    assert compte.dit == source.compte.phrase(source.compte.compter(siennes))
    assert compte.portee == ""


@pytest.mark.catalogue
@pytest.mark.parametrize(
    ("nom", "lignes", "dit"),
    [
        (
            "idcc-etablissements",
            [{"siret": f.siret_no(jeux.SIREN, n), "idcc": "3248", "mois": date(2026, 9, 1)} for n in range(1, 22)],
            "1 convention collective",
        ),
        (
            "contrats-aides",
            [{"siret": jeux.SIRET, "annee": 2025, "contrat_aide": False, "entrees": 0, "stock": 0}],
            "0 salarié en contrat aidé au 31 décembre",
        ),
        (
            "dgfip-liasses",
            [{"siren": jeux.SIREN, "date_fin_exercice": date(2025, 12, 31), "numero_imprime": "2050",
              "code_nref": str(n), "rang": 1} for n in range(5)],
            "1 liasse fiscale",
        ),
        (
            "qualiopi",
            [{"siren": jeux.SIREN, "declaration": "1", "certifications": None},
             {"siren": jeux.SIREN, "declaration": "2", "certifications": "VAE"}],
            "1 organisme certifié Qualiopi",
        ),
        (
            "douane-operateurs",
            [{"siret": jeux.SIRET, "numero": str(n), "famille": "OEA", "code": "AEOF", "etat": etat}
             for n, etat in enumerate(("valide", "revoquee", "expiree"))],
            "1 autorisation douanière valide",
        ),
    ],
)  # fmt: skip
def test_v2_rows_are_not_things(nom: str, lignes: list[dict[str, Any]], dit: str) -> None:
    source = next(s for s in MONTREES if nom in (s.nom, s.nom.replace("dgddi", "douane")))
    f.unites(f.unite(jeux.SIREN))
    f.lieux(f.lieu(jeux.SIREN))
    f.charger(source.nom, lignes)
    compte = releve(jeux.SIREN, source.nom, lecteur(groupe(source)))
    assert compte.dit == dit
    assert onglets._comptes([compte]) == dit


def deux_niveaux(monkeypatch: pytest.MonkeyPatch, compte: Denombrement, **options: Any) -> None:
    jeux.installer(monkeypatch, [
        jeux.declarer("labels", jeux.Label, "agrements-labels", EMPLOI, compte=compte, **options),
        jeux.declarer(
            "series", jeux.Effectif, "effectifs", EMPLOI, presentation=Serie("mois", ("total",)),
            synthese=(Effectif("mois", "total", rang=1),),
        ),
    ])  # fmt: skip
    f.unites(f.unite(territoires.SIREN))
    f.lieux(*(
        {**f.lieu(territoires.SIREN), "siret": s, "nic": s[9:], "code_commune": territoires.COMMUNES[s],
         "etablissement_siege": s == NORD}
        for s in (NORD, PARIS, MARSEILLE)
    ))  # fmt: skip
    f.charger(
        "labels", [{"siret": s, "numero": n} for s, n in ((NORD, "A"), (NORD, "A"), (PARIS, "A"), (MARSEILLE, "B"))]
    )
    f.charger("series", [{"siret": s, "mois": territoires.NOVEMBRE, "total": 10} for s in (NORD, PARIS, MARSEILLE)])


@pytest.mark.parametrize("options", [{}, {"selection": lambda lignes, aujourd_hui: lignes}], ids=["sql", "regle"])
def test_v2_a_count_of_the_whole_says_so_to_who_lists_a_part(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]
) -> None:
    deux_niveaux(monkeypatch, Denombrement("label", distinct=("numero",)), **options)
    compte = releve(territoires.SIREN, "labels", territoires.lecteur("59"))
    assert (compte.total, compte.faits, compte.compte) == (2, 4, 2)
    assert onglets._comptes([compte]) == "2 labels – toute l'entreprise"
    tout = releve(territoires.SIREN, "labels", territoires.lecteur("FR"))
    assert onglets._comptes([tout]) == "2 labels"


def test_v2_a_count_of_a_part_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sole establishment elsewhere: nothing is said of the whole, so the part is named, the head-count too."""
    deux_niveaux(monkeypatch, Denombrement("label", distinct=("numero",)))
    qui = territoires.lecteur("59", "75")
    compte = releve(territoires.SIREN, "labels", qui)
    assert (compte.ensemble, compte.compte) == (None, 1)
    assert onglets._comptes([compte]).startswith("1 label – ")
    assert onglets._comptes([compte]).endswith(" seulement")
    fiche = fiches.fiche_entreprise(territoires.SIREN, lecteur=qui, onglet=SYNTHESE)
    assert isinstance(fiche, FicheEntreprise)
    (effectifs,) = [o.ligne for o in cadre.synthese(fiche, qui, "")["bande"].onglets if o.titre == "Effectifs"]
    assert effectifs.startswith("20 salariés, votre territoire seulement : ")


def test_v2_what_counts_nothing_comes_after_what_counts_something(monkeypatch: pytest.MonkeyPatch) -> None:
    def compte(mot: str, n: int | None) -> ReleveDeSource:
        source = jeux.declarer(f"s-{mot}", jeux.Label, "aides", compte=Denombrement(mot) if n is not None else None)
        return ReleveDeSource(source, [], 1, Unite("0" * 9).perimetre, None, choses=n)  # type: ignore[arg-type]

    assert onglets._comptes([compte("rien", 0), compte("titre", None), compte("label", 3)]) == "3 labels, S titre"
    assert onglets._comptes([compte("rien", 0)]) == "0 rien"
