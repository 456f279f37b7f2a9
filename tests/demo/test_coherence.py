"""The six files tell one story: every key leads somewhere, and the current row is the last period of the history."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from fce.demo.histoire import PeriodeEtablissement, derouler
from tests.demo.conftest import Fichiers, Ligne

UNITE_HISTORISEES = (
    "dateDebut etatAdministratifUniteLegale nomUniteLegale nomUsageUniteLegale denominationUniteLegale"
    " denominationUsuelle1UniteLegale categorieJuridiqueUniteLegale activitePrincipaleUniteLegale"
    " nomenclatureActivitePrincipaleUniteLegale nicSiegeUniteLegale economieSocialeSolidaireUniteLegale"
    " societeMissionUniteLegale caractereEmployeurUniteLegale"
)
ETABLISSEMENT_HISTORISEES = (
    "dateDebut etatAdministratifEtablissement enseigne1Etablissement denominationUsuelleEtablissement"
    " activitePrincipaleEtablissement nomenclatureActivitePrincipaleEtablissement caractereEmployeurEtablissement"
)


def par_cle(lignes: list[Ligne], cle: str) -> dict[str, list[Ligne]]:
    groupes: dict[str, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        groupes[ligne[cle]].append(ligne)
    return groupes


def test_every_establishment_belongs_to_a_company_and_is_numbered_once(fichiers: Fichiers) -> None:
    sirens = {ligne["siren"] for ligne in fichiers.unites}
    assert {ligne["siren"] for ligne in fichiers.etablissements} == sirens
    sirets = [ligne["siret"] for ligne in fichiers.etablissements]
    assert len(sirets) == len(set(sirets))
    assert all(ligne["siret"] == ligne["siren"] + ligne["nic"] for ligne in fichiers.etablissements)


def test_a_company_has_one_siege_the_one_it_names(fichiers: Fichiers) -> None:
    sieges = [(e["siren"], e["nic"]) for e in fichiers.etablissements if e["etablissementSiege"] == "true"]
    assert sorted(sieges) == sorted((u["siren"], u["nicSiegeUniteLegale"]) for u in fichiers.unites)


def test_every_siege_of_the_past_exists(fichiers: Fichiers) -> None:
    sirets = {ligne["siret"] for ligne in fichiers.etablissements}
    assert all(ligne["siren"] + ligne["nicSiegeUniteLegale"] in sirets for ligne in fichiers.unites_historique)


def test_a_closed_company_has_no_open_establishment(fichiers: Fichiers) -> None:
    ouverts = {e["siren"] for e in fichiers.etablissements if e["etatAdministratifEtablissement"] == "A"}
    cessees = {u["siren"] for u in fichiers.unites if u["etatAdministratifUniteLegale"] == "C"}
    assert len(cessees) > 500
    assert not ouverts & cessees


def test_open_companies_also_have_closed_establishments(fichiers: Fichiers) -> None:
    actives = {u["siren"] for u in fichiers.unites if u["etatAdministratifUniteLegale"] == "A"}
    fermes = {e["siren"] for e in fichiers.etablissements if e["etatAdministratifEtablissement"] == "F"}
    assert len(actives & fermes) > 200


@pytest.mark.parametrize(
    ("stock", "historique", "cle", "colonnes", "nombre"),
    [
        (lambda f: f.unites, lambda f: f.unites_historique, "siren", UNITE_HISTORISEES, "nombrePeriodesUniteLegale"),
        (
            lambda f: f.etablissements,
            lambda f: f.etablissements_historique,
            "siret",
            ETABLISSEMENT_HISTORISEES,
            "nombrePeriodesEtablissement",
        ),
    ],
    ids=["unites", "etablissements"],
)
def test_periods_follow_each_other_up_to_the_current_row(
    fichiers: Fichiers,
    stock: Callable[[Fichiers], list[Ligne]],
    historique: Callable[[Fichiers], list[Ligne]],
    cle: str,
    colonnes: str,
    nombre: str,
) -> None:
    periodes = par_cle(historique(fichiers), cle)
    for ligne in stock(fichiers):
        siennes = periodes.pop(ligne[cle])
        assert len(siennes) == int(ligne[nombre])
        courante, *passees = siennes
        assert courante["dateFin"] == ""
        assert {c: ligne[c] for c in colonnes.split()} == {c: courante[c] for c in colonnes.split()}
        suivante = courante
        for periode in passees:
            assert date.fromisoformat(periode["dateFin"]) + timedelta(days=1) == date.fromisoformat(
                suivante["dateDebut"]
            )
            assert periode["dateDebut"] <= periode["dateFin"]
            suivante = periode
        changements = [c for c in courante if c.startswith("changement")]
        assert all(suivante[c] == "false" for c in changements), "the first period follows nothing"
        assert all("true" in [p[c] for c in changements] for p in siennes[:-1]), "a period opens on a change"
    assert periodes == {}


def test_a_change_is_flagged_when_and_only_when_the_value_changed(fichiers: Fichiers) -> None:
    changees: Counter[str] = Counter()
    couples = {
        "changementDenominationUniteLegale": "denominationUniteLegale",
        "changementCategorieJuridiqueUniteLegale": "categorieJuridiqueUniteLegale",
        "changementNicSiegeUniteLegale": "nicSiegeUniteLegale",
        "changementEtatAdministratifUniteLegale": "etatAdministratifUniteLegale",
        "changementSocieteMissionUniteLegale": "societeMissionUniteLegale",
        "changementCaractereEmployeurUniteLegale": "caractereEmployeurUniteLegale",
    }
    for siennes in par_cle(fichiers.unites_historique, "siren").values():
        for periode, avant in pairwise(siennes):
            for indicatrice, colonne in couples.items():
                assert (periode[indicatrice] == "true") == (periode[colonne] != avant[colonne])
                changees[indicatrice] += periode[indicatrice] == "true"
    assert set(changees) == set(couples)
    assert all(nombre > 5 for nombre in changees.values()), changees


def test_some_companies_reopened(fichiers: Fichiers) -> None:
    rouvertes = [
        p
        for p in fichiers.unites_historique
        if p["changementEtatAdministratifUniteLegale"] == "true" and p["etatAdministratifUniteLegale"] == "A"
    ]
    assert len(rouvertes) > 10


def test_nothing_is_later_than_the_stock(fichiers: Fichiers) -> None:
    fin = datetime.combine(fichiers.calendrier.stock + timedelta(days=1), datetime.min.time())
    for lignes in (fichiers.unites, fichiers.etablissements, fichiers.successions, fichiers.doublons):
        colonnes = [c for c in lignes[0] if c.startswith("date")]
        for ligne in lignes:
            assert all(datetime.fromisoformat(ligne[c]) < fin for c in colonnes if ligne[c])


def test_an_establishment_is_not_older_than_its_company(fichiers: Fichiers) -> None:
    naissances = {u["siren"]: u["dateCreationUniteLegale"] for u in fichiers.unites}
    for etablissement in fichiers.etablissements:
        creation = etablissement["dateCreationEtablissement"]
        assert creation == "" or creation >= naissances[etablissement["siren"]]


def test_head_counts_have_a_year_and_are_not_of_the_future(fichiers: Fichiers) -> None:
    for unite in fichiers.unites:
        bande, annee = unite["trancheEffectifsUniteLegale"], unite["anneeEffectifsUniteLegale"]
        assert (annee != "") == (bande not in ("", "NN"))
        assert annee == "" or annee >= unite["dateCreationUniteLegale"][:4]


def test_successions_join_establishments_of_the_files(fichiers: Fichiers) -> None:
    etablissements = {ligne["siret"]: ligne for ligne in fichiers.etablissements}
    for lien in fichiers.successions:
        avant = etablissements[lien["siretEtablissementPredecesseur"]]
        apres = etablissements[lien["siretEtablissementSuccesseur"]]
        assert avant["siret"] != apres["siret"]
        assert (lien["transfertSiege"] == "true") == (avant["siren"] == apres["siren"])
        assert lien["dateLienSuccession"] == apres["dateCreationEtablissement"]
        assert avant["etatAdministratifEtablissement"] == "F"
    assert {lien["transfertSiege"] for lien in fichiers.successions} == {"true", "false"}


def test_a_link_may_have_several_versions_as_in_the_real_file(fichiers: Fichiers) -> None:
    paires = Counter(
        (ligne["siretEtablissementPredecesseur"], ligne["siretEtablissementSuccesseur"])
        for ligne in fichiers.successions
    )
    assert 0 < sum(1 for nombre in paires.values() if nombre > 1) < len(paires) / 20


def test_every_duplicate_leads_to_a_company_even_through_a_chain(fichiers: Fichiers) -> None:
    sirens = {ligne["siren"] for ligne in fichiers.unites}
    suivant = {ligne["sirenDoublon"]: ligne["siren"] for ligne in fichiers.doublons}
    assert len(suivant) == len(fichiers.doublons) >= 15
    longueurs = []
    for depart in suivant:
        longueur, siren = 0, depart
        while siren in suivant:
            siren, longueur = suivant[siren], longueur + 1
        assert siren in sirens
        longueurs.append(longueur)
    assert max(longueurs) == 2


def test_a_change_on_the_first_day_is_refused() -> None:
    depart = PeriodeEtablissement(date(2020, 1, 1))
    with pytest.raises(ValueError, match="2020-01-01"):
        derouler(depart, [(date(2020, 1, 1), {"etat": "F"})])


def test_changes_of_one_day_open_one_period_and_no_change_opens_none() -> None:
    depart = PeriodeEtablissement(date(2020, 1, 1))
    jour, plus_tard = date(2021, 5, 6), date(2022, 1, 1)
    periodes = derouler(depart, [(plus_tard, {"etat": "F"}), (jour, {"employeur": "O"}), (jour, {"etat": "F"})])
    assert [(p.debut, p.etat, p.employeur) for p in periodes] == [(date(2020, 1, 1), "A", ""), (jour, "F", "O")]
