"""What a sheet is about: its kind, its diffusion and its places are resolved once, and alike for every surface."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from fce.droits.portee import Implantation
from fce.entreprises import lieux, requetes
from fce.entreprises.diffusion import Regime
from fce.fiche import directes, listes
from fce.fiche import selectors as fiches
from fce.fiche.contenu import FicheEntreprise, FicheEtablissement
from fce.fiche.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.plan import Plan
from fce.fiche.unite import Unite, a_lire
from fce.socle.branches import lire
from fce.sources import champs
from tests.entreprises import fabrique as f
from tests.fiche import jeux, territoires

SIREN = f.siren_no(1)
SIRET, AUTRE = f.siret_no(SIREN), f.siret_no(SIREN, 2)
MORALE, PHYSIQUE = "5710", "1000"


def situer(numero: str, *, territoire: bool = True) -> Unite:
    unite = Unite(numero)
    branches = a_lire(unite, territoire=territoire)
    return unite.situee(lire([*branches, requetes.siege(unite.siren)] if unite.entreprise else branches))


def peupler(forme: str = MORALE, legale: str = "O", siege: str = "O", autre: str = "O", **champs_: Any) -> None:
    f.unites(f.unite(SIREN, categorie_juridique=forme, statut_diffusion=legale))
    f.lieux(
        f.lieu(SIREN, code_commune="59350", statut_diffusion=siege),
        f.lieu(SIREN, 2, code_commune="97105", statut_diffusion=autre, **champs_),
    )


def test_son_genre_se_lit_de_son_numero() -> None:
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
def test_avant_d_etre_lue_elle_est_masquee_et_nulle_part(numero: str) -> None:
    unite = Unite(numero)
    assert unite.masquee
    assert unite.regimes.de(SIRET) is Regime.PHYSIQUE
    assert (unite.departements, unite.siege) == (frozenset(), "")


@pytest.mark.django_db
class TestSituee:
    def test_une_entreprise_est_la_ou_sont_ses_etablissements(self) -> None:
        peupler()
        unite = situer(SIREN)
        assert unite.departements == {"59", "971"}
        assert set(unite.implantations) == {Implantation("59", 1, 1), Implantation("971", 1, 1)}
        assert (unite.siege, unite.au_siege().departements) == (SIRET, {"59"})
        assert not unite.masquee

    def test_un_etablissement_n_est_que_chez_lui(self) -> None:
        peupler()
        assert (situer(SIRET).departements, situer(AUTRE).departements) == ({"59"}, {"971"})

    def test_ce_qui_est_ferme_depuis_plus_de_deux_ans_n_est_plus_du_territoire_d_une_entreprise(self) -> None:
        aujourd_hui = timezone.localdate()
        for jours, attendus in ((700, {"59", "971"}), (800, {"59"})):
            peupler(etat_administratif="F", date_debut=aujourd_hui - timedelta(days=jours))
            unite = situer(SIREN)
            assert unite.departements == attendus
            # It still counts among its places: a sum must not tell that of the only one left elsewhere.
            assert {i.departement for i in unite.implantations} == {"59", "971"}
            # The sheet of a closed establishment is where it was.
            assert situer(AUTRE).departements == {"971"}

    def test_une_implantation_sans_commune_n_est_d_aucun_territoire(self) -> None:
        f.unites(f.unite(SIREN))
        f.lieux(f.lieu(SIREN, code_commune=None))
        for unite in (situer(SIREN), situer(SIRET), situer(SIREN).au_siege()):
            assert unite.departements == frozenset()
            assert [i.departement for i in unite.implantations] == [None]

    def test_qui_n_a_aucun_droit_sur_un_territoire_ne_le_lit_pas(self) -> None:
        peupler()
        assert situer(SIREN, territoire=False).implantations == ()
        assert "departements" not in {b.cle for b in a_lire(Unite(SIREN), territoire=False)}

    @pytest.mark.parametrize("numero", [SIREN, SIRET])
    def test_inconnue_elle_est_masquee_et_nulle_part(self, numero: str) -> None:
        unite = situer(numero)
        assert unite.masquee
        assert unite.regimes.de(None) is Regime.PHYSIQUE
        assert (unite.departements, unite.siege) == (frozenset(), "")

    def test_un_etablissement_dont_l_entreprise_manque_est_masque_mais_situe(self) -> None:
        f.lieux(f.lieu(SIREN, code_commune="59350"))
        for numero in (SIREN, SIRET):
            unite = situer(numero)
            assert (unite.masquee, unite.regimes.de(SIRET), unite.departements) == (True, Regime.PHYSIQUE, {"59"})

    @pytest.mark.parametrize(("forme", "regime"), [(MORALE, Regime.MORALE), (PHYSIQUE, Regime.PHYSIQUE)])
    def test_masquee_elle_masque_tout_ce_qui_est_a_elle(self, forme: str, regime: Regime) -> None:
        peupler(forme, legale="P")
        for numero in (SIREN, SIRET):
            unite = situer(numero)
            assert unite.masquee
            assert {unite.regimes.de(siret) for siret in (None, SIRET, AUTRE)} == {regime}

    def test_un_etablissement_oppose_est_seul_masque(self) -> None:
        peupler(autre="P")
        unite = situer(SIREN)
        assert [unite.regimes.de(siret) for siret in (None, SIRET, AUTRE)] == [
            Regime.OUVERT, Regime.OUVERT, Regime.MORALE,
        ]  # fmt: skip
        assert [situer(numero).masquee for numero in (SIREN, SIRET, AUTRE)] == [False, False, True]

    def test_un_siege_oppose_masque_l_entreprise(self) -> None:
        peupler(siege="P")
        assert situer(SIREN).masquee
        assert situer(SIREN).regimes.de(None) is Regime.OUVERT

    def test_des_opposes_illisibles_ou_trop_nombreux_masquent_chaque_etablissement(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        peupler()
        unite = Unite(SIREN)
        lues = lire(a_lire(unite, territoire=True))
        assert unite.situee({**lues, "masques": None}).regimes.de(SIRET) is Regime.MORALE
        peupler(autre="P")
        monkeypatch.setattr(lieux, "MASQUES_MAX", 0)
        assert situer(SIREN).regimes.de(SIRET) is Regime.MORALE

    @pytest.mark.parametrize("statuts", [("O", "O"), ("P", "O"), ("O", "P"), ("P", "P"), (None, "O")])
    def test_la_fiche_la_dit_masquee_quand_elle_l_est(self, statuts: tuple[Any, Any]) -> None:
        peupler(PHYSIQUE, *statuts)
        for numero, fiche in ((SIREN, fiches.fiche_entreprise(SIREN)), (SIRET, fiches.fiche_etablissement(SIRET))):
            assert isinstance(fiche, FicheEntreprise | FicheEtablissement)
            assert fiche.masquee == situer(numero).masquee
            # What a page holds of the unit is its number: where a masked person is stays behind.
            assert fiche.unite == Unite(numero)


@pytest.mark.django_db
def test_fiche_liste_et_fichier_decident_pour_la_meme_unite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each surface situates the unit, and asks for the rights of the reader there, by one and the same door."""
    jeux.installer(monkeypatch, jeux.jeux().values())
    jeux.peupler(statut_2="P")
    decidees: list[Unite] = []
    lecteur = territoires.lecteur("59")
    originale = type(lecteur).decider

    def decider(soi: Any, source: Any, unite: Unite, champ: str | None = None) -> Any:
        decidees.append(unite)
        return originale(soi, source, unite, champ)

    monkeypatch.setattr(type(lecteur), "decider", decider)
    for numero, lire_fiche in ((jeux.SIREN, fiches.fiche_entreprise), (jeux.SIRET, fiches.fiche_etablissement)):
        decidees.clear()
        lire_fiche(numero, lecteur=lecteur)
        listes.liste(numero, "decisions-inventees", lecteur=lecteur)
        listes.donnees(numero, "decisions-inventees", lecteur=lecteur)
        ici = situer(numero)
        assert {(u.numero, u.regimes, u.implantations) for u in decidees} == {(numero, ici.regimes, ici.implantations)}
        assert "59" in ici.departements


def test_une_source_du_siege_se_decide_au_siege() -> None:
    unite = Unite(
        SIREN,
        implantations=(Implantation("59", 1, 1), Implantation("75", 3, 3)),
        siege=SIRET,
        implantation_siege=(Implantation("75", 1, 1),),
    )
    assert unite.departements == {"59", "75"}
    assert (unite.au_siege().numero, unite.au_siege().departements) == (SIREN, {"75"})


def test_un_plan_ne_dit_rien_de_plus_de_l_unite() -> None:
    """Number, kind, diffusion and places are read from the unit, nowhere else."""
    assert {"unite"} == {c for c in Plan._fields if c in ("unite", "numero", "regimes", "departements")}
    assert "numero" not in listes.Liste.__dataclass_fields__
    assert not hasattr(directes, "_Unite")
