"""A deposit: verified aside, reported, published as it was verified or given up; nothing in place moves before."""

from dataclasses import replace
from functools import partial

import pytest

from fce.donnees.imports import services as moteur
from fce.donnees.imports.depots import reception, services
from fce.donnees.imports.depots.erreurs import DepotInterdit, RapportPerime, TropDeDepots
from fce.donnees.imports.models import Depot, Import, VersionEnPlace
from fce.donnees.imports.selectors import etat_des_sources
from fce.service.statistiques.models import EvenementDUsage
from fce.socle.base.transitions import EtatIncompatible
from fce.socle.erreurs import DejaEnCours, ParametreInvalide
from fce.sources import lecture
from tests.concurrence import ensemble
from tests.donnees.imports.chargement.outils import lignes, somme, tables
from tests.sources.fabrique import ecrire

from .outils import deposer, fichier, jeton, siren, verifie


@pytest.fixture
def producteur(sources):
    return jeton()[0]


def test_a_good_file_is_ready_and_shows_to_no_one_until_it_is_published(source, producteur):
    depot = verifie(producteur, source, fichier(range(1, 11)))
    assert depot.etat == "pret"
    assert (depot.rapport["lues"], depot.rapport["chargees"], depot.rapport["ecartees"]) == (10, 10, 0)
    assert depot.rapport["differences"] == {
        "ajoutees": 10, "retirees": 0, "modifiees": 0, "identiques": 0, "colonnes": {},
    }  # fmt: skip
    assert lignes(source) == []
    publie = services.publier(depot.pk)
    assert publie.etat == "publie"
    assert len(lignes(source)) == 10
    assert VersionEnPlace.objects.get(source=source.nom).en_place == publie.importation


def test_a_publication_by_a_program_is_counted_once_and_nobody_did_it(source, producteur):
    services.publier(verifie(producteur, source, fichier(range(1, 11))).pk)
    assert list(EvenementDUsage.objects.values_list("nom", "pseudonyme")) == [("depot_publie", "")]


def test_the_report_counts_what_publishing_would_change(source, producteur):
    services.publier(verifie(producteur, source, fichier(range(1, 101))).pk)
    change = [(1, "AUTRE NOM", 1), (2, "AUTRE NOM", 99), *range(3, 100), *range(201, 205)]
    depot = verifie(producteur, source, fichier(change))
    differences = depot.rapport["differences"]
    assert differences == {
        "ajoutees": 4, "retirees": 1, "modifiees": 2, "identiques": 97, "colonnes": {"nom": 2, "effectif": 1},
    }  # fmt: skip
    assert depot.rapport["version_comparee"]["lignes"] == 100


def test_rows_set_aside_are_counted_by_reason_and_all_kept_in_a_file(source, producteur, settings):
    fautives = ["123456789;X;1;2026-01-15", f"{siren(500)};X;douze;2026-01-15"]
    depot = verifie(producteur, source, fichier(range(1, 201), *fautives))
    assert depot.etat == "pret"
    assert depot.rapport["ecartees"] == 2
    assert {m["colonne"] for m in depot.rapport["quarantaine"]["motifs"]} == {"siren", "effectif"}
    premieres = depot.rapport["quarantaine"]["premieres"]
    assert [(p["ligne"], p["valeur"]) for p in premieres] == [(202, "123456789"), (203, "douze")]
    contenu = reception.chemin_quarantaine(depot.dossier).read_text().splitlines()
    assert len(contenu) == 3
    assert contenu[2] == "203,effectif,douze,nombre entier illisible"


def test_a_threshold_refuses_and_a_reason_passes_over_it(source, producteur):
    services.publier(verifie(producteur, source, fichier(range(1, 101))).pk)
    depot = verifie(producteur, source, fichier(range(1, 51)))
    assert (depot.etat, depot.forcable) == ("refuse", True)
    baisse = next(s for s in depot.rapport["seuils"] if s["seuil"] == "baisse")
    assert (baisse["mesure"], baisse["franchi"]) == (0.5, True)
    assert depot.rapport["differences"]["retirees"] == 50
    with pytest.raises(ParametreInvalide):
        services.publier(depot.pk)
    with pytest.raises(ParametreInvalide):
        services.publier(depot.pk, forcer=" \n ")
    publie = services.publier(depot.pk, forcer="Radiation d'office\nde 2026")
    assert publie.etat == "publie"
    assert publie.importation.forcer_motif == "Radiation d'office de 2026"
    assert any("Passage en force" in a for a in publie.importation.avertissements)
    assert len(lignes(source)) == 50


@pytest.mark.parametrize(
    "contenu",
    [b"siren;nom\n", b"autre;colonnes\n1;2\n", b"%PDF-1.7\n%\xe2\xe3\n", b"\x89PNG\r\n\x1a\n\x00\x00", b"MZ\x90\0" * 40,
     b"<html><body>Erreur</body></html>", b"siren;nom;effectif;jour\n1;X\0;2;3\n", b"\0" * 64],
    ids=["colonne", "colonnes", "pdf", "png", "exe", "html", "nul", "nuls"],
)  # fmt: skip
def test_a_file_that_is_not_what_it_should_be_is_refused_without_appeal(source, producteur, contenu):
    depot = verifie(producteur, source, contenu)
    assert (depot.etat, depot.forcable) == ("refuse", False)
    assert depot.rapport["refus"][0]["message"]
    assert depot.rapport["differences"] is None
    with pytest.raises(EtatIncompatible):
        services.publier(depot.pk, forcer="quand même")
    assert tables(source) == set()


@pytest.mark.parametrize(("role", "etat"), [("web", "refuse"), ("tache", "pret")])
def test_a3_a_deposit_verified_by_a_web_process_is_read_within_the_limits_of_a_page(
    source, producteur, settings, monkeypatch, role, etat
):
    settings.FCE_ROLE = role
    monkeypatch.setattr(lecture.isolee, "DE_PAGE", replace(lecture.DE_PAGE, texte=1_000_000))
    depot = services.verifier_si_petit(deposer(producteur, source, fichier(range(1, 30_000))))
    assert depot.etat == etat
    assert depot.rapport["refus"] == [] or "dépasse 1 Mo" in depot.rapport["refus"][0]["message"]


def test_a_zip_bomb_stops_before_it_is_unpacked(source, producteur):
    import gzip

    depot = verifie(producteur, source, gzip.compress(b"0" * (64 << 20)), nom="bombe.csv.gz")
    assert depot.etat == "refuse"
    assert "dilate" in depot.rapport["refus"][0]["message"]


def test_a_report_is_void_once_the_version_in_place_has_changed(source, producteur, tmp_path):
    depot = verifie(producteur, source, fichier(range(1, 11)))
    moteur.importer(source, [ecrire(tmp_path, fichier(range(1, 12)), "autre.csv")])
    with pytest.raises(RapportPerime):
        services.publier(depot.pk)
    depot.refresh_from_db()
    assert (depot.etat, depot.rapport) == ("recu", {})
    refait = services.verifier(depot.pk)
    assert (refait.etat, refait.rapport["differences"]["retirees"]) == ("refuse", 1)
    services.publier(depot.pk, forcer="corrigé")
    assert len(lignes(source)) == 10


def test_imports_that_change_nothing_leave_the_prepared_version_alone(source, producteur, tmp_path):
    en_place = ecrire(tmp_path, fichier(range(1, 11)), "un.csv")
    moteur.importer(source, [en_place])
    depot = verifie(producteur, source, fichier(range(1, 12)))
    assert moteur.importer(source, [en_place]).statut == Import.Statut.INCHANGE
    services.publier(depot.pk)
    assert len(lignes(source)) == 11


def test_the_same_file_as_the_one_in_place_is_published_without_losing_the_version_before(source, producteur):
    services.publier(verifie(producteur, source, fichier(range(1, 11))).pk)
    services.publier(verifie(producteur, source, fichier(range(1, 12))).pk)
    depot = verifie(producteur, source, fichier(range(1, 12)))
    assert (depot.etat, depot.rapport["inchange"]) == ("pret", True)
    assert services.publier(depot.pk).etat == "publie"
    services.revenir(producteur, source)
    assert len(lignes(source)) == 10


def test_a_deposit_is_published_once(source, producteur):
    depot = verifie(producteur, source, fichier(range(1, 11)))
    services.publier(depot.pk)
    avant = somme(source)
    with pytest.raises(EtatIncompatible, match="publié"):
        services.publier(depot.pk)
    assert somme(source) == avant


def test_two_publications_at_once_make_one(source, producteur):
    depot = verifie(producteur, source, fichier(range(1, 11)))
    fautes = ensemble(*[partial(services.publier, depot.pk)] * 4)
    assert len(fautes) == 3
    assert {type(faute) for faute in fautes} <= {EtatIncompatible, DejaEnCours}
    assert len(lignes(source)) == 10


def test_two_deposits_live_side_by_side_and_the_second_to_publish_is_told_to_look_again(source, producteur):
    un, deux = (verifie(producteur, source, fichier(range(1, n))) for n in (11, 12))
    assert (un.etat, deux.etat) == ("pret", "pret")
    services.publier(deux.pk)
    with pytest.raises(RapportPerime):
        services.publier(un.pk)
    assert len(lignes(source)) == 11


def test_a_deposit_given_up_leaves_nothing_but_its_trace(source, producteur, dossier):
    depot = verifie(producteur, source, fichier(range(1, 11)))
    assert len(tables(source)) == 1
    services.abandonner(depot.pk)
    assert tables(source) == set()
    assert list(dossier.iterdir()) == []
    depot.refresh_from_db()
    assert (depot.etat, depot.rapport) == ("abandonne", {})
    for geste in (services.abandonner, services.publier, services.verifier):
        with pytest.raises(EtatIncompatible):
            geste(depot.pk)


def test_a_verification_is_no_last_attempt_of_the_catalogue(source, producteur, tmp_path):
    moteur.importer(source, [ecrire(tmp_path, fichier(range(1, 11)), "un.csv")])
    verifie(producteur, source, b"rien de bon\n")
    etat = next(e for e in etat_des_sources() if e.source is source)
    assert etat.dernier == etat.en_place


def test_a_producer_rolls_back_its_own_publication_only(source, producteur, tmp_path):
    moteur.importer(source, [ecrire(tmp_path, fichier(range(1, 11)), "un.csv")])
    with pytest.raises(DepotInterdit):
        services.revenir(producteur, source)
    services.publier(verifie(producteur, source, fichier(range(1, 12))).pk)
    services.revenir(producteur, source)
    assert len(lignes(source)) == 10
    with pytest.raises(DepotInterdit):
        services.revenir(producteur, source)


def test_the_same_file_sent_again_is_the_same_deposit(source, producteur, dossier):
    un = deposer(producteur, source, fichier(range(1, 11)))
    deux = deposer(producteur, source, fichier(range(1, 11)))
    assert un == deux
    assert len(list(dossier.iterdir())) == 1
    assert deposer(producteur, source, fichier(range(1, 11)), nom="autre.csv") != un


def test_open_deposits_are_limited(source, producteur, monkeypatch):
    monkeypatch.setattr(services, "OUVERTS_MAX", 1)
    deposer(producteur, source, fichier(range(1, 11)))
    with pytest.raises(TropDeDepots):
        deposer(producteur, source, fichier(range(1, 12)))


def test_s11_open_deposits_are_limited_when_many_come_together(source, producteur, dossier, monkeypatch):
    monkeypatch.setattr(services, "OUVERTS_MAX", 3)
    contenus = [fichier(range(1, n)) for n in range(11, 19)]
    fautes = ensemble(*(partial(deposer, producteur, source, contenu) for contenu in contenus))
    assert [type(faute) for faute in fautes] == [TropDeDepots] * 5
    assert Depot.objects.count() == 3
    assert len(list(dossier.iterdir())) == 3


def test_old_deposits_are_forgotten(source, producteur, dossier):
    import datetime

    from django.utils import timezone

    services.publier(verifie(producteur, source, fichier(range(1, 11), "1;X;1;2026-01-01")).pk, forcer="un écart")
    ouvert = deposer(producteur, source, fichier(range(1, 12)))
    assert services.purger() == 0
    assert services.purger(timezone.now() + datetime.timedelta(days=31)) == 2
    ouvert.refresh_from_db()
    assert ouvert.etat == "abandonne"
    assert list(dossier.iterdir()) == []
    assert "'valeur': '1'" not in str(Depot.objects.values_list("rapport"))
    assert len(lignes(source)) == 10
