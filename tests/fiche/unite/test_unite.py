"""What a sheet is about: its kind, its diffusion and its places are resolved once, and alike for every surface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from fce.donnees.entreprises import lieux, requetes
from fce.donnees.entreprises.diffusion import Regime
from fce.droits.habilitations.portee import Implantation
from fce.fiche import selectors as fiches
from fce.fiche.assemblage import directes, en_entier
from fce.fiche.formes.contenu import FicheEntreprise, FicheEtablissement
from fce.fiche.lecture.plan import Plan
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.unite.unite_visee import Unite, a_lire
from fce.socle.base.branches import lignes_de
from fce.sources import champs
from fce.sources.declaration import Source
from tests import horloge
from tests.donnees.entreprises import fabrique as f
from tests.fiche import jeux, territoires

SIREN = f.siren_no(1)
SIRET, AUTRE = f.siret_no(SIREN), f.siret_no(SIREN, 2)
MORALE, PHYSIQUE = "5710", "1000"


def situer(numero: str, *, territoire: bool = True) -> Unite:
    unite = Unite(numero)
    branches = a_lire(unite, territoire=territoire)
    return unite.situee(lignes_de([*branches, requetes.siege(unite.siren)] if unite.entreprise else branches))


def peupler(forme: str = MORALE, legale: str = "O", siege: str = "O", autre: str = "O", **champs_: Any) -> None:
    f.unites(f.unite(SIREN, categorie_juridique=forme, statut_diffusion=legale))
    f.lieux(
        f.lieu(SIREN, code_commune="59350", statut_diffusion=siege),
        f.lieu(SIREN, 2, code_commune="97105", statut_diffusion=autre, **champs_),
    )


def test_its_kind_is_read_from_its_number() -> None:
    entreprise, etablissement = Unite("552032534"), Unite("55203253400646")
    assert (entreprise.entreprise, etablissement.entreprise) == (True, False)
    assert (entreprise.siren, etablissement.siren) == ("552032534", "552032534")
    assert (entreprise.perimetre, etablissement.perimetre) == (ENTREPRISE, ETABLISSEMENT)
    assert entreprise.affichee == "SIREN 552 032 534"
    assert etablissement.affichee == "SIRET 552 032 534 00646"
    assert entreprise.adresse == "/entreprise/552032534"
    assert etablissement.adresse == "/etablissement/55203253400646"
    # A company also shows what is known of its establishments, never the other way round.
    assert (entreprise.cles, etablissement.cles) == ((champs.Siren, champs.Siret), (champs.Siret,))


@pytest.mark.parametrize("numero", [SIREN, SIRET])
def test_before_it_is_read_a_unit_is_masked_and_nowhere(numero: str) -> None:
    unite = Unite(numero)
    assert unite.masquee
    assert unite.regimes.de(SIRET) is Regime.PHYSIQUE
    assert (unite.departements, unite.siege) == (frozenset(), "")


@pytest.mark.django_db
class TestLocated:
    def test_a_company_is_where_its_establishments_are(self) -> None:
        peupler()
        unite = situer(SIREN)
        assert unite.departements == {"59", "971"}
        assert set(unite.implantations) == {Implantation("59", 1, 1), Implantation("971", 1, 1)}
        assert (unite.siege, unite.au_siege().departements) == (SIRET, {"59"})
        assert not unite.masquee

    def test_an_establishment_is_only_at_its_own_place(self) -> None:
        peupler()
        assert (situer(SIRET).departements, situer(AUTRE).departements) == ({"59"}, {"971"})

    def test_what_closed_over_two_years_ago_is_no_longer_in_a_company_s_territory(self) -> None:
        aujourd_hui = horloge.jour_de_la_base()
        for jours, attendus in ((700, {"59", "971"}), (800, {"59"})):
            peupler(etat_administratif="F", date_debut=aujourd_hui - timedelta(days=jours))
            unite = situer(SIREN)
            assert unite.departements == attendus
            # It still counts among its places: a sum must not tell that of the only one left elsewhere.
            assert {i.departement for i in unite.implantations} == {"59", "971"}
            # The sheet of a closed establishment is where it was.
            assert situer(AUTRE).departements == {"971"}

    def test_a_location_without_a_commune_belongs_to_no_territory(self) -> None:
        f.unites(f.unite(SIREN))
        f.lieux(f.lieu(SIREN, code_commune=None))
        for unite in (situer(SIREN), situer(SIRET), situer(SIREN).au_siege()):
            assert unite.departements == frozenset()
            assert [i.departement for i in unite.implantations] == [None]

    def test_whoever_has_no_right_on_a_territory_does_not_read_it(self) -> None:
        peupler()
        assert situer(SIREN, territoire=False).implantations == ()
        assert "departements" not in {b.cle for b in a_lire(Unite(SIREN), territoire=False)}

    @pytest.mark.parametrize("numero", [SIREN, SIRET])
    def test_an_unknown_unit_is_masked_and_nowhere(self, numero: str) -> None:
        unite = situer(numero)
        assert unite.masquee
        assert unite.regimes.de(None) is Regime.PHYSIQUE
        assert (unite.departements, unite.siege) == (frozenset(), "")

    def test_an_establishment_whose_company_is_missing_is_masked_but_located(self) -> None:
        f.lieux(f.lieu(SIREN, code_commune="59350"))
        for numero in (SIREN, SIRET):
            unite = situer(numero)
            assert (unite.masquee, unite.regimes.de(SIRET), unite.departements) == (True, Regime.PHYSIQUE, {"59"})

    @pytest.mark.parametrize(("forme", "regime"), [(MORALE, Regime.MORALE), (PHYSIQUE, Regime.PHYSIQUE)])
    def test_a_masked_company_masks_all_that_is_its_own(self, forme: str, regime: Regime) -> None:
        peupler(forme, legale="P")
        for numero in (SIREN, SIRET):
            unite = situer(numero)
            assert unite.masquee
            assert {unite.regimes.de(siret) for siret in (None, SIRET, AUTRE)} == {regime}

    def test_an_establishment_that_opposed_is_masked_alone(self) -> None:
        peupler(autre="P")
        unite = situer(SIREN)
        assert [unite.regimes.de(siret) for siret in (None, SIRET, AUTRE)] == [
            Regime.OUVERT,
            Regime.OUVERT,
            Regime.MORALE,
        ]
        assert [situer(numero).masquee for numero in (SIREN, SIRET, AUTRE)] == [False, False, True]

    def test_a_head_office_that_opposed_masks_the_company(self) -> None:
        peupler(siege="P")
        assert situer(SIREN).masquee
        assert situer(SIREN).regimes.de(None) is Regime.OUVERT

    def test_unreadable_or_too_many_oppositions_mask_each_establishment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        peupler()
        unite = Unite(SIREN)
        lignes = lignes_de(a_lire(unite, territoire=True))
        assert unite.situee({**lignes, "masques": None}).regimes.de(SIRET) is Regime.MORALE
        peupler(autre="P")
        monkeypatch.setattr(lieux, "MASQUES_MAX", 0)
        assert situer(SIREN).regimes.de(SIRET) is Regime.MORALE

    @pytest.mark.parametrize("statuts", [("O", "O"), ("P", "O"), ("O", "P"), ("P", "P"), (None, "O")])
    def test_the_sheet_calls_it_masked_when_it_is(self, statuts: tuple[Any, Any]) -> None:
        peupler(PHYSIQUE, *statuts)
        for numero, fiche in ((SIREN, fiches.fiche_entreprise(SIREN)), (SIRET, fiches.fiche_etablissement(SIRET))):
            assert isinstance(fiche, FicheEntreprise | FicheEtablissement)
            assert fiche.masquee == situer(numero).masquee
            # What a page holds of the unit is its number: where a masked person is stays behind.
            assert fiche.unite == Unite(numero)


@pytest.mark.django_db
def test_sheet_list_and_file_decide_for_the_same_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each surface situates the unit, and asks for the rights of the reader there, by one and the same door."""
    jeux.installer(monkeypatch, jeux.jeux().values())
    jeux.peupler(statut_2="P")
    decidees: list[tuple[Any, ...]] = []
    lecteur = territoires.lecteur("59")
    originale = type(lecteur).decider

    def decider(soi: Any, source: Any, siren: str, *departements: frozenset[str], **autres: Any) -> Any:
        if isinstance(source, Source):  # contacts between services are told wherever the unit is
            decidees.append((siren, *departements))
        return originale(soi, source, siren, *departements, **autres)

    monkeypatch.setattr(type(lecteur), "decider", decider)
    for numero, fiche_du_genre in ((jeux.SIREN, fiches.fiche_entreprise), (jeux.SIRET, fiches.fiche_etablissement)):
        decidees.clear()
        fiche_du_genre(numero, lecteur=lecteur)
        en_entier.liste(numero, "decisions-inventees", lecteur=lecteur)
        en_entier.donnees(numero, "decisions-inventees", lecteur=lecteur)
        ici = situer(numero)
        assert set(decidees) == {(ici.siren, ici.departements)}
        assert "59" in ici.departements


def test_a_source_of_the_head_office_is_decided_at_the_head_office() -> None:
    unite = Unite(
        SIREN,
        implantations=(Implantation("59", 1, 1), Implantation("75", 3, 3)),
        siege=SIRET,
        implantation_siege=(Implantation("75", 1, 1),),
    )
    assert unite.departements == {"59", "75"}
    assert (unite.au_siege().numero, unite.au_siege().departements) == (SIREN, {"75"})


def test_a_plan_says_nothing_more_of_the_unit() -> None:
    """Number, kind, diffusion and places are read from the unit, nowhere else."""
    assert {"unite"} == {c for c in Plan._fields if c in ("unite", "numero", "regimes", "departements")}
    assert "numero" not in en_entier.Liste.__dataclass_fields__
    assert not hasattr(directes, "_Unite")
