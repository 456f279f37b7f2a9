"""The two sheets: what they hold, in what order, in how many round trips, what they say when something is missing."""

from __future__ import annotations

from datetime import date

import pytest

from fce.fiche import selectors as fiches
from fce.fiche.formes.contenu import EtatBloc, FicheEntreprise, FicheEtablissement, Redirection
from fce.fiche.page.etablissements import FiltreEtablissements
from fce.socle.erreurs import BaseIndisponible, Introuvable, SourceIndisponible
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import bloc, fiche_de
from tests.fiche.test_charge import allers_retours
from tests.sql import executer

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)


def alertes(fiche: FicheEntreprise | FicheEtablissement) -> list[str]:
    return [alerte.titre for alerte in fiche.alertes]


@pytest.fixture
def complete() -> None:
    """A company of three establishments, its history, its links and nothing missing."""
    autre = f.siret_no(f.siren_no(2))
    f.unites(f.unite(SIREN, denomination="VERGERS DU NORD", date_debut=date(2019, 5, 1)))
    f.lieux(
        f.lieu(SIREN, libelle_commune="LILLE", code_commune="59350"),
        f.lieu(SIREN, 2, libelle_commune="ARRAS"),
        f.lieu(SIREN, 3, etat_administratif="F", date_debut=date(2012, 1, 1)),
    )
    f.periodes_unites(
        {"siren": SIREN, "date_debut": date(2001, 2, 3), "date_fin": date(2019, 4, 30), "etat_administratif": "A",
         "denomination": "VERGERS"},
        {"siren": SIREN, "date_debut": date(2019, 5, 1), "etat_administratif": "A", "denomination": "VERGERS DU NORD",
         "changement_denomination": True},
    )  # fmt: skip
    f.periodes_lieux(
        {"siren": SIREN, "siret": f.siret_no(SIREN, 3), "date_debut": date(2001, 2, 3), "etat_administratif": "A"},
        {"siren": SIREN, "siret": f.siret_no(SIREN, 3), "date_debut": date(2012, 1, 1), "etat_administratif": "F"},
    )
    f.successions(
        {"siret_predecesseur": autre, "siret_successeur": SIRET, "date_lien_succession": date(2005, 1, 1)},
        {
            "siret_predecesseur": f.siret_no(SIREN, 3),
            "siret_successeur": autre,
            "date_lien_succession": date(2012, 1, 1),
        },
    )
    f.doublons()


@pytest.mark.usefixtures("complete")
def test_the_sheet_of_a_company_is_complete() -> None:
    fiche = fiche_de(SIREN)
    assert fiche.trouvee
    assert fiche.entreprise.nom == "VERGERS DU NORD"
    assert alertes(fiche) == []
    assert [r.cle for r in fiche.rubriques][:3] == ["identite", "etablissements", "historique"]
    assert {b.etat for r in fiche.rubriques for b in r.blocs} == {EtatBloc.DONNEES}
    assert [e.adresse.commune for e in fiche.etablissements.etablissements] == ["LILLE", "ARRAS", None]
    assert [(j.date, [e.titre for e in j.evenements]) for j in fiche.chronologie] == [
        (date(2019, 5, 1), ["Changement de dénomination"]),
        (date(2012, 1, 1), ["Établissement transmis à une autre entreprise", "Fermeture d’un établissement"]),
        (date(2005, 1, 1), ["Établissement repris d'une autre entreprise"]),
        (date(2001, 2, 3), ["Création de l'entreprise", *["Ouverture d’un établissement"] * 3]),
    ]


@pytest.mark.usefixtures("complete")
def test_the_sheet_of_an_establishment_is_complete() -> None:
    fiche = fiches.fiche_etablissement(f.siret_no(SIREN, 3))
    assert fiche.entreprise is not None
    assert fiche.entreprise.nombre_etablissements_ouverts == 2
    assert fiche.etablissement.etat_depuis == date(2012, 1, 1)
    assert alertes(fiche) == ["Établissement fermé"]
    assert [(lien.sens, lien.date) for lien in fiche.successions] == [("successeur", date(2012, 1, 1))]
    assert [e.titre for j in fiche.chronologie for e in j.evenements] == [
        "Fermeture de l'établissement",
        "Successeur",
        "Création de l'établissement",
    ]


@pytest.mark.usefixtures("complete")
def test_one_round_trip_whatever_the_number_of_rows() -> None:
    assert allers_retours(lambda: fiches.fiche_entreprise(SIREN)) == 1
    assert allers_retours(lambda: fiches.fiche_etablissement(SIRET)) == 1
    f.lieux(*(f.lieu(SIREN, n) for n in range(1, 200)))
    f.periodes_unites(*({"siren": SIREN, "date_debut": date(1950 + n, 1, 1)} for n in range(60)))
    assert allers_retours(lambda: fiches.fiche_entreprise(SIREN, FiltreEtablissements(SIREN, "ouvert", 3))) == 1
    assert allers_retours(lambda: fiches.fiche_etablissement(SIRET)) == 1


@pytest.mark.usefixtures("complete")
def test_each_block_tells_its_producer_its_date_and_that_of_the_import() -> None:
    for fiche in (fiche_de(SIREN), fiches.fiche_etablissement(SIRET)):
        for rubrique in fiche.rubriques:
            for contenu in rubrique.blocs:
                assert contenu.provenances
                for provenance in contenu.provenances:
                    assert provenance.systeme == "Sirene"
                    assert provenance.date_metier == f.jour_des_fichiers()
                    assert provenance.date_import is not None


def test_an_empty_block_says_none_at_its_date_as_does_a_source_never_imported() -> None:
    f.unites(f.unite(SIREN))
    f.lieux()
    fiche = fiche_de(SIREN)
    etablissements = bloc(fiche, "etablissements")
    assert etablissements.etat is EtatBloc.AUCUNE
    assert "au 31/10/2026" in etablissements.message
    assert etablissements.provenances[0].date_metier == f.jour_des_fichiers()
    f.lieux(f.lieu(SIREN))
    successions = bloc(fiches.fiche_etablissement(SIRET), "successions")
    assert successions.etat is EtatBloc.INDISPONIBLE
    assert "pas encore importée" in successions.message


def test_the_former_siren_of_a_duplicate_redirects() -> None:
    ancien = f.siren_no(7)
    f.unites(f.unite(SIREN), f.unite(ancien, etat_administratif="C"))
    f.doublons((ancien, SIREN))
    assert fiches.fiche_entreprise(ancien) == Redirection(SIREN)
    assert isinstance(fiches.fiche_entreprise(SIREN), FicheEntreprise)


def test_a_duplicate_whose_target_is_missing_keeps_its_own_sheet() -> None:
    f.unites(f.unite(SIREN))
    f.doublons((SIREN, f.siren_no(7)))
    assert fiche_de(SIREN).trouvee


def test_an_unknown_number() -> None:
    with pytest.raises(Introuvable, match="pas encore importé"):
        fiches.fiche_entreprise(SIREN)
    f.unites()
    f.lieux()
    with pytest.raises(Introuvable, match="au 31/10/2026"):
        fiches.fiche_entreprise(SIREN)
    with pytest.raises(Introuvable, match=r"SIRET 900 000 019"):
        fiches.fiche_etablissement(SIRET)


def test_with_only_establishments_imported_the_sheet_works_and_says_so() -> None:
    f.lieux(f.lieu(SIREN, enseigne_1="AUX LILAS"), f.lieu(SIREN, 2))
    fiche = fiche_de(SIREN)
    assert not fiche.trouvee
    assert alertes(fiche) == ["Entreprise absente du fichier en place"]
    assert fiche.entreprise.masque
    assert fiche.entreprise.nombre_etablissements == 2
    assert bloc(fiche, "identite").etat is EtatBloc.INDISPONIBLE
    assert "AUX LILAS" not in set(f.textes(fiche))
    lieu = fiches.fiche_etablissement(SIRET)
    assert lieu.entreprise is None
    assert alertes(lieu) == ["Entreprise absente du fichier en place"]


def test_with_only_legal_units_imported_no_alert_about_establishments() -> None:
    f.unites(f.unite(SIREN, denomination="VERGERS"))
    fiche = fiche_de(SIREN)
    assert fiche.trouvee
    assert alertes(fiche) == []
    assert bloc(fiche, "etablissements").etat is EtatBloc.INDISPONIBLE


def test_only_true_alerts() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, etat_administratif="F", date_debut=date(2020, 1, 2)))
    assert alertes(fiche_de(SIREN)) == ["Siège fermé", "Aucun établissement ouvert"]
    assert fiche_de(SIREN).alertes[0].detail == "Depuis le 02/01/2020."
    f.unites(f.unite(SIREN, etat_administratif="C", date_debut=date(2020, 1, 2)))
    assert alertes(fiche_de(SIREN)) == ["Entreprise cessée"]
    assert alertes(fiches.fiche_etablissement(SIRET)) == ["Établissement fermé", "Entreprise cessée"]
    f.lieux(f.lieu(SIREN, 2))
    assert alertes(fiche_de(SIREN)) == ["Entreprise cessée", "Siège absent du fichier en place"]


@pytest.mark.parametrize(("statut", "phrase"), [("P", "s'est opposée"), (None, "par prudence"), ("o", "par prudence")])
def test_a_masked_unit_says_so_without_imputing_an_intention(statut: str | None, phrase: str) -> None:
    f.unites(f.unite(SIREN, statut_diffusion=statut))
    f.lieux(f.lieu(SIREN))
    for fiche in (fiche_de(SIREN), fiches.fiche_etablissement(SIRET)):
        assert alertes(fiche) == ["Diffusion partielle"]
        assert phrase in fiche.alertes[0].detail


@pytest.fixture
def sans_vue(request: pytest.FixtureRequest) -> None:
    executer(f"DROP VIEW {request.param}")


PANNES = [
    ("sirene_unites_legales_historique", ["chronologie"]),
    ("sirene_successions", ["chronologie"]),
    ("sirene_doublons", []),
    ("sirene_etablissements", ["etablissements"]),
]


@pytest.mark.usefixtures("complete", "sans_vue")
@pytest.mark.parametrize(("sans_vue", "perdus"), PANNES, indirect=["sans_vue"])
def test_a_broken_source_costs_only_its_block(perdus: list[str]) -> None:
    fiche = fiche_de(SIREN)
    assert fiche.entreprise.nom == "VERGERS DU NORD"
    en_panne = [b for r in fiche.rubriques for b in r.blocs if b.etat is EtatBloc.INDISPONIBLE]
    assert [b.cle for b in en_panne] == perdus
    assert all("indisponible" in b.message and b.provenances for b in en_panne)
    assert alertes(fiche) == []


@pytest.mark.usefixtures("complete", "sans_vue")
@pytest.mark.parametrize("sans_vue", ["sirene_unites_legales"], indirect=True)
def test_without_legal_units_everything_is_masked_and_the_page_says_so() -> None:
    # The establishments need the status of their company: nothing can be shown without it.
    with pytest.raises(SourceIndisponible):
        fiches.fiche_entreprise(SIREN)
    fiche = fiches.fiche_etablissement(SIRET)
    assert fiche.etablissement.masque
    assert alertes(fiche) == ["Identité indisponible"]


@pytest.mark.usefixtures("complete", "sans_vue")
@pytest.mark.parametrize("sans_vue", ["sirene_etablissements_historique"], indirect=True)
def test_an_establishment_without_its_history_keeps_the_rest() -> None:
    fiche = fiches.fiche_etablissement(SIRET)
    assert bloc(fiche, "chronologie").etat is EtatBloc.INDISPONIBLE
    assert bloc(fiche, "successions").etat is EtatBloc.DONNEES


def test_a_lost_database_is_told_as_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    from fce.socle.base import branches

    class Rompue:
        in_atomic_block = False
        connection = None

        def cursor(self) -> None:
            raise branches.DatabaseError("terminating connection")

    monkeypatch.setattr(branches, "connection", Rompue())
    with pytest.raises(BaseIndisponible):
        branches.lignes_de([branches.Branche("a", "SELECT 1")])
