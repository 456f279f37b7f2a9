"""Alerts of an import: of what is followed and of nothing else, once, none of a first file nor of one undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from fce.donnees.imports.models import Import
from fce.droits.comptes.models import Compte
from fce.echanges.models import AlerteSuivi, RythmeAlertes, Suivi
from fce.echanges.suivis import alertes
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.suivis import fabrique as s
from tests.echanges.suivis.fabrique import SIREN, SIRET
from tests.sql import executer

pytestmark = pytest.mark.django_db
AUTRE = f.siren_no(2)
DEUXIEME = f.siret_no(SIREN, 2)


def lieu(n: int = 1, siren: str = SIREN, **champs: Any) -> dict[str, Any]:
    return f.lieu(siren, n, code_commune="59350", libelle_voie="DES LILAS", numero_voie="1", **champs)


def ferme(n: int = 1, siren: str = SIREN) -> dict[str, Any]:
    return lieu(n, siren, etat_administratif="F", date_debut=s.il_y_a(20))


CAS: dict[str, tuple[str, list[Any], list[Any], list[tuple[str, str]]]] = {
    "closed": ("sirene-etablissements", [lieu()], [ferme()], [("fermeture", SIRET)]),
    "reopened": ("sirene-etablissements", [ferme()], [lieu()], [("reouverture", SIRET)]),
    "moved": ("sirene-etablissements", [lieu()], [lieu() | {"numero_voie": "2"}], [("adresse", SIRET)]),
    "new": (
        "sirene-etablissements",
        [lieu()],
        [lieu(), lieu(2, date_creation=s.il_y_a(30))],
        [("nouvel-etablissement", DEUXIEME)],
    ),
    "ended": (
        "sirene-unites-legales",
        [f.unite(SIREN)],
        [f.unite(SIREN, etat_administratif="C", date_debut=s.il_y_a(3))],
        [("cessation", SIREN)],
    ),
    "siege": ("sirene-unites-legales", [f.unite(SIREN)], [f.unite(SIREN, nic_siege="00099")], [("siege", SIREN)]),
    "pse": ("rupco-procedures", [s.pse()], [s.pse(), s.pse(numero="PSE2")], [("pse", SIREN)]),
    "judgment": (
        "bodacc",
        [],
        [{"siren": SIREN, "id": "B1", "procedure": "sauvegarde", "type_avis": "annonce", "date_parution": s.il_y_a(5)}],
        [("jugement", SIREN)],
    ),
    "headcount": (
        "dsn-effectifs",
        [{"siret": SIRET, "mois": s.il_y_a(75).replace(day=1), "total": 100}],
        [
            {"siret": SIRET, "mois": s.il_y_a(75).replace(day=1), "total": 100},
            {"siret": SIRET, "mois": s.il_y_a(30).replace(day=1), "total": 70},
        ],
        [("effectif", SIRET)],
    ),
    "control": (
        "wikit-controles",
        [],
        [{"siret": SIRET, "date": s.il_y_a(15), "unite": "UC 1"}],
        [("controle", SIRET)],
    ),
    "death": (
        "accidents-travail",
        [{"siret": SIRET, "total": 2, "mortels": 0}],
        [{"siret": SIRET, "total": 3, "mortels": 1}],
        [("accident-mortel", SIRET)],
    ),
}


@pytest.mark.parametrize("cas", CAS)
def test_what_changes_where_one_follows_is_an_alert(cas: str) -> None:
    source, avant, apres, attendues = CAS[cas]
    elle = c.compte()
    s.suivre(elle)
    assert s.comparer(source, avant, apres) == len(attendues)
    assert s.dites(elle) == attendues


@pytest.mark.parametrize("cas", CAS)
def test_nothing_of_it_is_an_alert_for_who_follows_another_company_nor_the_other_way_round(cas: str) -> None:
    source, avant, apres, _ = CAS[cas]
    autre = c.compte()
    s.suivre(autre, AUTRE)
    assert s.comparer(source, avant, apres) == 0
    assert s.dites(autre) == []


def test_who_follows_an_establishment_is_told_of_that_one_alone(elle: Compte) -> None:
    s.suivre(elle, SIRET)
    assert s.comparer("sirene-etablissements", [lieu(), lieu(2)], [ferme(), ferme(2)]) == 1
    assert s.dites(elle) == [("fermeture", SIRET)]


def test_an_alert_keeps_the_old_and_the_new_value_of_what_its_source_compares(elle: Compte) -> None:
    s.suivre(elle)
    for source, avant, apres, _ in CAS.values():
        s.comparer(source, avant, apres)
    dites = {a.code: (a.avant, a.apres) for a in AlerteSuivi.objects.all()}
    assert dites["siege"] == ("00019", "00099")
    assert dites["effectif"] == ("100", "70")
    assert dites["accident-mortel"] == ("0", "1")
    assert dites["jugement"] == ("", "sauvegarde")
    assert dites["adresse"] == ("1 DES LILAS 59350", "2 DES LILAS 59350")
    assert dites["pse"] == dites["controle"] == dites["cessation"] == ("", "")


def test_run_again_it_writes_no_second_alert(elle: Compte) -> None:
    s.suivre(elle)
    versions = s.passer("sirene-etablissements", [lieu()], [ferme()])
    assert [alertes.noter_les_changements("sirene-etablissements", *versions) for _ in range(3)] == [1, 0, 0]
    assert s.dites(elle) == [("fermeture", SIRET)]


def test_of_two_follows_of_one_agent_one_tells_him_and_each_agent_has_his_own() -> None:
    elle, lui = c.compte(), c.compte()
    s.suivre(elle)
    s.suivre(elle, SIRET)
    s.suivre(lui)
    assert s.comparer("sirene-etablissements", [lieu()], [ferme()]) == 2
    assert s.dites(elle) == s.dites(lui) == [("fermeture", SIRET)]


def test_who_follows_since_the_switch_is_told_nothing_of_it() -> None:
    elle, lui = c.compte(), c.compte()
    s.suivre(elle)
    s.suivre(lui)
    Suivi.objects.filter(compte=lui).update(cree_le=timezone.now() + timedelta(minutes=1))
    versions = s.passer("sirene-etablissements", [lieu()], [ferme()])
    assert alertes.noter_les_changements("sirene-etablissements", *versions, timezone.now()) == 1
    assert (len(s.dites(elle)), s.dites(lui)) == (1, [])


def test_a_closed_account_is_told_nothing(elle: Compte) -> None:
    s.suivre(elle)
    type(elle).objects.filter(pk=elle.pk).update(desactive_le=timezone.now())
    assert s.comparer("sirene-etablissements", [lieu()], [ferme()]) == 0


@pytest.mark.parametrize("lot", [2, 0], ids=["un courriel qui attend", "sans courriel"])
def test_an_undone_import_has_no_alert_and_those_of_a_mail_that_left_stay(elle: Compte, lot: int) -> None:
    s.suivre(elle)
    versions = s.passer("sirene-etablissements", [lieu(), lieu(2), lieu(3)], [ferme(), ferme(2), ferme(3)])
    alertes.noter_les_changements("sirene-etablissements", *versions)
    AlerteSuivi.objects.filter(siret=SIRET).update(lot=1)
    AlerteSuivi.objects.filter(siret=f.siret_no(SIREN, 3)).update(lot=lot)
    RythmeAlertes.objects.filter(compte=elle).update(lots=2, partis=1)
    assert alertes.retirer_les_alertes("sirene-etablissements", versions[0]) == 2
    assert s.dites(elle) == [("fermeture", SIRET)]
    Import.objects.filter(pk=versions[0]).update(statut=Import.Statut.ANNULE)
    assert alertes.noter_les_changements("sirene-etablissements", *versions) == 0


@pytest.mark.parametrize("disparu", [0, 1])
def test_a_version_that_is_gone_is_compared_with_nothing(elle: Compte, disparu: int) -> None:
    s.suivre(elle)
    versions = s.passer("sirene-etablissements", [lieu()], [ferme()])
    Import.objects.filter(pk=versions[disparu]).update(table="", parties=[])
    assert alertes.noter_les_changements("sirene-etablissements", *versions) == 0


@pytest.mark.parametrize("absent", ["source-retiree", "sirene-etablissements"])
def test_what_is_not_there_any_more_breaks_nothing(absent: str) -> None:
    assert alertes.noter_les_changements(absent, 987654, 987653) == 0


def test_a_column_that_the_version_before_lacked_makes_no_news_and_the_others_still_do(elle: Compte) -> None:
    s.suivre(elle)
    versions = s.passer("sirene-etablissements", [lieu()], [ferme() | {"numero_voie": "2"}])
    avant = Import.objects.get(pk=versions[1])
    executer(f"ALTER TABLE generations.{avant.table} DROP COLUMN numero_voie")
    avant.colonnes = [colonne for colonne in avant.colonnes if colonne[0] != "numero_voie"]
    avant.save()
    alertes.noter_les_changements("sirene-etablissements", *versions)
    assert s.dites(elle) == [("fermeture", SIRET)]


def test_no_value_of_a_source_is_kept(elle: Compte) -> None:
    s.suivre(elle)
    s.comparer("rupco-procedures", [], [s.pse(numero="MRK-NUMERO", etat="MRK-ETAT", nom_groupe="MRK-GROUPE")])
    assert "MRK-" not in str(list(AlerteSuivi.objects.values()))


def test_a_killed_job_has_written_nothing_and_runs_again(elle: Compte, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two lots of facts, the process dies at the second one."""
    s.suivre(elle)
    versions = s.passer("sirene-etablissements", [lieu(), lieu(2)], [ferme(), ferme(2)])
    monkeypatch.setattr(alertes, "LOT", 1)
    entier: Callable[..., Any] = alertes.FaitSuivi
    faits: list[str] = []

    def mourir(numero: str, *autres: Any) -> Any:
        faits.append(numero)
        if len(faits) == 2:
            raise SystemExit
        return entier(numero, *autres)

    monkeypatch.setattr(alertes, "FaitSuivi", mourir)
    with pytest.raises(SystemExit):
        alertes.noter_les_changements("sirene-etablissements", *versions)
    assert s.dites(elle) == []
    monkeypatch.setattr(alertes, "FaitSuivi", entier)
    assert alertes.noter_les_changements("sirene-etablissements", *versions) == 2


def test_of_a_large_table_only_followed_rows_are_read() -> None:
    """The plan goes by the indexes of both generations: no scan of the whole."""
    elle = c.compte()
    s.suivre(elle)
    tous = [lieu(1, f.siren_no(n)) for n in range(1, 3000)]
    versions = s.passer("sirene-etablissements", tous, [ferme(), *tous[1:]])
    Import.objects.filter(pk__in=versions).update(total=len(tous))
    with connection.cursor() as curseur:
        for importation in Import.objects.filter(pk__in=versions):
            # As an import makes it: identifiers are compared byte by byte.
            for nom in ("siren", "siret"):
                curseur.execute(f'CREATE INDEX ON generations.{importation.table} ({nom} COLLATE "C")')
            curseur.execute(f"ANALYZE generations.{importation.table}")
        curseur.execute("ANALYZE echanges_unitesuivie")
        avant = _balayees(curseur, versions)
    assert alertes.noter_les_changements("sirene-etablissements", *versions) == 1
    with connection.cursor() as curseur:
        assert _balayees(curseur, versions) == avant


def _balayees(curseur: Any, versions: tuple[int, int]) -> int:
    """Rows read so far by scans of these generations, this transaction included."""
    tables = list(Import.objects.filter(pk__in=versions).values_list("table", flat=True))
    curseur.execute(
        "SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(c.oid)), 0) FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'generations' AND c.relname = ANY(%s)",
        [tables],
    )
    return int(curseur.fetchone()[0])
