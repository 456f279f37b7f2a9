"""One file that feeds several sources: the daily changes of Sirene, in any order, all together or not at all."""

import contextlib
import datetime
import io
import json
import random
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from fce.donnees.imports import services
from fce.donnees.imports.chargement import fusion, generations
from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.models import Import, Quarantaine, VersionEnPlace
from fce.donnees.imports.selectors import EtatDeSource, etat_des_sources
from fce.recherche import services as recherche
from fce.socle.erreurs import DejaEnCours, ImportRefuse, Introuvable
from fce.sources import registre
from fce.sources.catalogue.insee.flux.lecture import UNITE
from tests.donnees.imports.chargement.outils import comptes, effacer, lignes, somme, tables, tables_attendues
from tests.donnees.imports.chargement.processus import CATALOGUE, lancer
from tests.echantillon import chaque_jour
from tests.sources import fabrique

pytestmark = pytest.mark.django_db(transaction=True)

FLUX = registre.source("sirene-flux")
UNITES = registre.source("sirene-unites-legales")
LIEUX = registre.source("sirene-etablissements")
ENSEMBLE = (FLUX, UNITES, LIEUX)
SIRENS = [rang[0] for rang in fabrique.lignes_valides(40, graine=11)]
COLONNES = {UNITES: "denomination", LIEUX: "enseigne_1"}


@pytest.fixture(params=["copie", "partage"])
def partage(request: Any, monkeypatch: Any) -> None:
    """The same rules whether the tables in place are copied or shared."""
    if request.param == "partage":
        monkeypatch.setattr(fusion, "LIGNES_MIN", 0)
        monkeypatch.setattr(fusion, "PART_MAX", 10)


def siret(siren: str) -> str:
    return fabrique.avec_cle(siren + "0001")


def stock(dossier: Path, nom: str, sirens: Sequence[str], jour: str = "2025-10-31") -> None:
    """Both stock files, as INSEE writes them once a month, imported; every name is ``nom``."""
    for source, prefixe, propres in (
        (UNITES, "UniteLegale", {"denominationUniteLegale": nom}),
        (LIEUX, "Etablissement", {"enseigne1Etablissement": nom, "etablissementSiege": "true"}),
    ):
        rangs = []
        for siren in sirens:
            numeros = {"siren": siren, "siret": siret(siren), "nic": siret(siren)[9:]}
            communes = {f"statutDiffusion{prefixe}": "O", f"dateDernierTraitement{prefixe}": f"{jour}T10:00:00"}
            valeurs = numeros | communes | propres | {f"etatAdministratif{prefixe}": "A"}
            rangs.append([valeurs.get(colonne, "") for colonne in source.colonnes])
        texte = fabrique.texte_csv(rangs, list(source.colonnes), ",")
        services.importer(source, [fabrique.ecrire(dossier, texte, f"{source.nom}-{nom}.csv")])


def unite(siren: str, nom: str, traite: str, **changements: Any) -> dict[str, Any]:
    """A legal unit as the API gives it, with a period that is over."""
    base = {colonne: None for colonne in UNITES.colonnes if colonne != "unitePurgeeUniteLegale"}
    periode = {"dateFin": None, "dateDebut": "2020-01-01", "denominationUniteLegale": nom}
    periodes = [periode, {**periode, "dateFin": "2019-12-31", "denominationUniteLegale": "ANCIEN NOM"}]
    propres = {"siren": siren, "statutDiffusionUniteLegale": "O", "dateDernierTraitementUniteLegale": traite}
    return base | propres | {"periodesUniteLegale": periodes} | changements


def lieu(siren: str, nom: str, traite: str, **changements: Any) -> dict[str, Any]:
    base: dict[str, Any] = dict.fromkeys(LIEUX.colonnes)
    periode = {"dateFin": None, "dateDebut": "2020-01-01", "enseigne1Etablissement": nom}
    propres = {"siren": siren, "siret": siret(siren), "nic": siret(siren)[9:], "statutDiffusionEtablissement": "O"}
    dates = {"dateDernierTraitementEtablissement": traite, "etablissementSiege": True}
    adresse = {"codeCommuneEtablissement": "59350", "libelleCommuneEtablissement": "LILLE"}
    blocs = {"adresseEtablissement": adresse, "periodesEtablissement": [periode], "uniteLegale": {"sexe": None}}
    return base | propres | dates | blocs | changements


def ecrire(dossier: Path, nom: str, **pages: list[dict[str, Any]]) -> Path:
    texte = "\n".join(json.dumps({"header": {"statut": 200}, cle: contenu}) for cle, contenu in pages.items())
    return fabrique.ecrire(dossier, texte, nom)


def jour(dossier: Path, nom: str, sirens: Sequence[str], traite: str) -> Path:
    """The changes of a day: these units and their establishment are named ``nom``."""
    return ecrire(
        dossier,
        f"{nom}.json",
        unitesLegales=[unite(s, nom, traite) for s in sirens],
        etablissements=[lieu(s, nom, traite) for s in sirens],
    )


def noms(source: Any) -> dict[str, str]:
    """{SIREN: name shown}, after checking that no key is there twice."""
    lus = lignes(source, ("siren", COLONNES[source]))
    assert len(lus) == len(dict(lus))
    return dict(lus)


def sommes() -> list[Any]:
    return [somme(source) for source in ENSEMBLE]


@pytest.mark.usefixtures("partage")
class TestMerge:
    def test_one_file_reaches_both_tables_in_the_period_without_an_end(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        recu = services.importer(FLUX, [jour(tmp_path, "JOUR", SIRENS[18:23], "2025-11-03T08:00:00.123")])
        assert comptes(recu) == (10, 10, 0, 0)
        attendus = dict.fromkeys(SIRENS[:18], "STOCK") | dict.fromkeys(SIRENS[18:23], "JOUR")
        assert noms(UNITES) == noms(LIEUX) == attendus
        for versement in recu.versements.all():
            assert comptes(versement) == (5, 5, 0, 0)
            assert (versement.statut, versement.total) == (Import.Statut.EN_PLACE, 23)
            assert versement.date_metier == datetime.date(2025, 11, 3)
            assert versement.fichiers == recu.fichiers
        assert lignes(LIEUX, ("libelle_commune",), "siren")[0] == (None,)
        assert ("LILLE",) in lignes(LIEUX, ("libelle_commune",))

    @pytest.mark.parametrize(
        "ordres",
        [("135", "531"), pytest.param(("135", "315", "153", "351", "513"), marks=pytest.mark.epreuve)],
        ids=["deux", "les-autres"],
    )
    def test_days_in_any_order_give_the_same_tables(self, tmp_path: Path, ordres: tuple[str, ...]) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        jours = {n: jour(tmp_path, f"J{n}", SIRENS[int(n) :][:12:2], f"2025-11-0{n}T08:00:00") for n in "135"}
        vus = set()
        for ordre in ordres:
            for fichier in (jours[n] for n in ordre):
                assert services.importer(FLUX, [fichier]).statut == Import.Statut.EN_PLACE
            assert services.importer(FLUX, [jours[ordre[0]]]).statut == Import.Statut.INCHANGE
            vus.add(str([somme(UNITES), somme(LIEUX), lignes(FLUX, ("numero", "date_dernier_traitement"), "numero")]))
            assert {v.en_place.date_metier for v in VersionEnPlace.objects.all()} == {datetime.date(2025, 11, 5)}
            effacer(FLUX)
            retablir_les_vues(ENSEMBLE)
            stock(tmp_path, "STOCK", SIRENS[:20])
        assert len(vus) == 1

    def test_a_corrected_day_wins_and_the_first_one_sent_late_changes_nothing(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        fautif = jour(tmp_path, "FAUTE", SIRENS[:6], "2025-11-03T08:00:00")
        services.importer(FLUX, [jour(tmp_path, "CORRIGE", SIRENS[:6], "2025-11-03T18:00:00")])
        avant = noms(UNITES)
        tardif = services.importer(FLUX, [fautif])
        assert comptes(tardif) == (12, 0, 0, 12)
        assert noms(UNITES) == noms(LIEUX) == avant
        assert avant[SIRENS[0]] == "CORRIGE"

    def test_a_unit_treated_twice_in_one_file_is_kept_in_its_latest_state(self, tmp_path: Path) -> None:
        etats = [unite(SIRENS[0], f"N{h}", f"2025-11-03T0{h}:00:00") for h in (7, 9, 8)]
        services.importer(FLUX, [ecrire(tmp_path, "deux.json", unitesLegales=etats)])
        assert noms(UNITES) == {SIRENS[0]: "N9"}

    def test_a_file_of_units_only_leaves_the_establishments_as_they_are(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        avant = VersionEnPlace.objects.get(source=LIEUX.nom).en_place_id
        recu = services.importer(
            FLUX, [ecrire(tmp_path, "u.json", unitesLegales=[unite(SIRENS[0], "U", "2025-11-03T08:00:00")])]
        )
        assert [v.source for v in recu.versements.all()] == [UNITES.nom]
        assert VersionEnPlace.objects.get(source=LIEUX.nom).en_place_id == avant
        assert not Import.objects.filter(statut=Import.Statut.EN_COURS).exists()
        services.revenir(FLUX)
        assert noms(UNITES) == dict.fromkeys(SIRENS[:20], "STOCK")

    @pytest.mark.parametrize("nommee", chaque_jour(ENSEMBLE, sur=2), ids=lambda s: s.nom)
    def test_a_rollback_of_any_of_them_restores_all(self, tmp_path: Path, nommee: Any) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        services.importer(FLUX, [jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")])
        avant = sommes()
        services.importer(FLUX, [jour(tmp_path, "J2", SIRENS[3:25], "2025-11-02T08:00:00")])
        apres = sommes()
        assert services.revenir(nommee, "essai").statut == Import.Statut.EN_PLACE
        assert sommes() == avant
        services.revenir(nommee)
        assert sommes() == apres
        for source in ENSEMBLE:
            assert tables(source) == tables_attendues(source)

    def test_the_first_file_too_can_be_undone_then_sent_again(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        avant = [somme(UNITES), somme(LIEUX)]
        premier = jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")
        services.importer(FLUX, [premier])
        assert services.revenir(FLUX).statut == Import.Statut.ANNULE
        assert [somme(UNITES), somme(LIEUX)] == avant
        assert lignes(FLUX) == []
        with pytest.raises(Introuvable):
            services.revenir(FLUX)
        with pytest.raises(Introuvable, match="importez de nouveau"):
            services.revenir(UNITES)
        assert services.importer(FLUX, [premier]).statut == Import.Statut.EN_PLACE
        assert noms(UNITES)[SIRENS[0]] == "J1"

    def test_nothing_is_undone_under_what_came_since(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        services.importer(FLUX, [jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")])
        stock(tmp_path, "NOVEMBRE", SIRENS[:20], "2025-11-30")
        with pytest.raises(Introuvable, match="a changé depuis"):
            services.revenir(FLUX)
        services.revenir(UNITES)
        services.revenir(LIEUX)
        assert noms(UNITES)[SIRENS[0]] == noms(LIEUX)[SIRENS[0]] == "J1"


@pytest.mark.usefixtures("partage")
class TestStock:
    """The monthly file comes in among the days: it replaces what is older than it, and only that."""

    def test_it_keeps_what_the_days_have_brought_since_it_was_written(self, tmp_path: Path) -> None:
        stock(tmp_path, "OCTOBRE", SIRENS[:20])
        services.importer(FLUX, [jour(tmp_path, "J1", [*SIRENS[:3], SIRENS[30]], "2025-11-10T08:00:00")])
        services.importer(FLUX, [jour(tmp_path, "J2", [*SIRENS[2:5], SIRENS[31]], "2025-12-02T08:00:00")])
        stock(tmp_path, "NOVEMBRE", [*SIRENS[:20], SIRENS[30]], "2025-11-30")
        attendus = dict.fromkeys([*SIRENS[:20], SIRENS[30]], "NOVEMBRE")
        attendus |= dict.fromkeys([*SIRENS[2:5], SIRENS[31]], "J2")
        assert noms(UNITES) == noms(LIEUX) == attendus
        derniere = Import.objects.filter(source=UNITES.nom).first()
        assert derniere is not None
        assert comptes(derniere) == (21, 18, 0, 3)
        assert derniere.total == 22
        assert derniere.date_metier == datetime.date(2025, 12, 2)

    def test_it_is_compared_with_the_stock_before_not_with_the_day_before(self, tmp_path: Path) -> None:
        stock(tmp_path, "OCTOBRE", SIRENS)
        services.importer(FLUX, [jour(tmp_path, "J1", SIRENS[:2], "2025-11-10T08:00:00")])
        with pytest.raises(ImportRefuse, match="10 lignes au lieu de 40"):
            stock(tmp_path, "COUPE", SIRENS[:10], "2025-11-30")
        with pytest.raises(ImportRefuse, match=r"plus anciennes que celles en place \(31/10/2025\)"):
            stock(tmp_path, "SEPTEMBRE", SIRENS, "2025-09-30")
        assert noms(UNITES) == dict.fromkeys(SIRENS[:2], "J1") | dict.fromkeys(SIRENS[2:], "OCTOBRE")

    def test_the_same_stock_again_changes_nothing(self, tmp_path: Path) -> None:
        stock(tmp_path, "OCTOBRE", SIRENS)
        services.importer(FLUX, [jour(tmp_path, "J1", SIRENS[:2], "2025-11-10T08:00:00")])
        avant = sommes()
        stock(tmp_path, "OCTOBRE", SIRENS)
        assert sommes() == avant
        assert [i.statut for i in Import.objects.all()[:2]] == [Import.Statut.INCHANGE] * 2


class TestAllOrNothing:
    def test_a_fault_in_one_table_leaves_all_of_them_and_is_told_by_the_file_only(self, tmp_path: Path) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        avant = sommes()
        fautifs = [lieu(s, "FAUX", "2025-11-03T08:00:00", siret="12345678901234") for s in SIRENS[:3]]
        fichier = ecrire(
            tmp_path,
            "faux.json",
            unitesLegales=[unite(s, "BON", "2025-11-03T08:00:00") for s in SIRENS],
            etablissements=fautifs,
        )
        with pytest.raises(ImportRefuse, match="SIRET invalide"):
            services.importer(FLUX, [fichier])
        assert sommes() == avant
        etats = {etat.source.nom: etat for etat in etat_des_sources()}
        assert etats[FLUX.nom].etat is EtatDeSource.EN_ECHEC
        assert etats[UNITES.nom].refus is None
        assert etats[LIEUX.nom].refus is None

    def test_the_refusal_of_a_table_that_the_file_feeds_names_it(self, tmp_path: Path) -> None:
        sans = lieu(SIRENS[0], "X", "2025-11-03T08:00:00")
        del sans["etablissementSiege"]
        with pytest.raises(ImportRefuse, match=r"Établissements : .* colonnes manquantes : etablissementSiege"):
            services.importer(FLUX, [ecrire(tmp_path, "sans.json", etablissements=[sans])])
        assert {i.statut for i in Import.objects.all()} == {Import.Statut.REFUSE}
        assert [lignes(s) for s in ENSEMBLE] == [[], [], []]
        assert not any(tables(source) for source in ENSEMBLE)

    def test_a_record_without_a_current_period_goes_to_quarantine(self, tmp_path: Path) -> None:
        clos = unite(SIRENS[0], "X", "2025-11-03T08:00:00")
        clos["periodesUniteLegale"] = clos["periodesUniteLegale"][1:]
        bons = [unite(s, "BON", "2025-11-03T08:00:00") for s in SIRENS[1:30]]
        recu = services.importer(FLUX, [ecrire(tmp_path, "clos.json", unitesLegales=[*bons, clos])], forcer="essai")
        assert comptes(recu) == (30, 29, 1, 0)
        assert comptes(recu.versements.get()) == (30, 29, 1, 0)
        assert [q.ligne for q in Quarantaine.objects.all()] == [30, 30]

    @pytest.mark.parametrize("etape", ["deuxieme", "bascule"])
    def test_stopped_between_two_tables_nothing_has_changed(self, tmp_path: Path, monkeypatch: Any, etape: str) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        fichier = jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")
        avant = sommes()
        creer_table = generations.creer_table

        def interrompre(connexion: Any, table: str, *reste: Any) -> None:
            if LIEUX.vue in table:
                raise KeyboardInterrupt
            creer_table(connexion, table, *reste)

        def couper(execute: Any, requete: Any, *reste: Any) -> Any:
            if "CREATE VIEW" in str(requete):
                raise KeyboardInterrupt
            return execute(requete, *reste)

        with monkeypatch.context() as contexte, contextlib.ExitStack() as pile:
            if etape == "bascule":
                pile.enter_context(connection.execute_wrapper(couper))
            else:
                contexte.setattr(generations, "creer_table", interrompre)
            with pytest.raises(KeyboardInterrupt):
                services.importer(FLUX, [fichier])
        assert sommes() == avant
        assert not Import.objects.filter(statut=Import.Statut.EN_COURS).exists()
        assert services.importer(FLUX, [fichier]).statut == Import.Statut.EN_PLACE
        assert noms(UNITES)[SIRENS[0]] == noms(LIEUX)[SIRENS[0]] == "J1"
        for source in ENSEMBLE:
            assert tables(source) == tables_attendues(source)

    @pytest.mark.epreuve
    @pytest.mark.parametrize("graine", chaque_jour(range(3), sur=3))
    def test_killed_all_the_tables_or_none_have_the_day(self, tmp_path: Path, graine: int) -> None:
        stock(tmp_path, "STOCK", SIRENS[:20])
        fichier = jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")
        processus = lancer("import", FLUX.nom, fichier, mode=CATALOGUE)
        time.sleep(random.Random(graine).uniform(0.3, 1.6))
        processus.kill()
        processus.communicate()
        assert len({noms(source)[SIRENS[0]] for source in (UNITES, LIEUX)}) == 1
        limite = time.monotonic() + 10
        while True:
            try:
                services.importer(FLUX, [fichier])
                break
            except DejaEnCours:  # the server takes a moment to see that the client is gone
                assert time.monotonic() < limite
                time.sleep(0.1)
        assert noms(UNITES)[SIRENS[0]] == noms(LIEUX)[SIRENS[0]] == "J1"

    def test_it_waits_for_no_one_an_import_of_a_table_that_it_feeds_is_told(self, tmp_path: Path) -> None:
        fichier = jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00")
        with verrou(LIEUX.nom), pytest.raises(DejaEnCours, match="sirene-etablissements"):
            services.importer(FLUX, [fichier])
        assert not Import.objects.exists()


def test_the_commands_tell_all_the_tables(tmp_path: Path) -> None:
    stock(tmp_path, "STOCK", SIRENS[:20])
    sortie = io.StringIO()
    call_command("import", FLUX.nom, jour(tmp_path, "J1", SIRENS[:5], "2025-11-01T08:00:00"), stdout=sortie)
    for source, lues in ((FLUX, 10), (UNITES, 5), (LIEUX, 5)):
        assert re.search(
            rf"^{source.nom}, import n° \d+ : mis en place\n.*\n  {lues} lignes lues", sortie.getvalue(), re.M
        )
    call_command("sources", "rollback", FLUX.nom, stdout=sortie)
    assert "annulé ; c'était le premier" in sortie.getvalue()
    assert f"avec {UNITES.nom}, {LIEUX.nom}, chargées du même fichier" in sortie.getvalue()


def test_the_sheet_shows_the_change_and_the_index_is_out_of_date(tmp_path: Path, client: Client) -> None:
    stock(tmp_path, "NOM DU STOCK", SIRENS[:20])
    recherche.indexer()
    assert not recherche.index_perime()
    services.importer(FLUX, [jour(tmp_path, "NOM DU JOUR", SIRENS[:1], "2025-11-03T08:00:00")])
    assert recherche.index_perime()
    # The figures of the home page are those of the whole register, not of the day.
    assert {chiffre.valeur for chiffre in client.get("/").context["chiffres"]} == {20}
    page = client.get(f"/entreprise/{SIRENS[0]}/tout").content.decode()
    assert "NOM DU JOUR" in page
    assert "NOM DU STOCK" not in page
    assert "03/11/2025" in page
    assert UNITE in page
