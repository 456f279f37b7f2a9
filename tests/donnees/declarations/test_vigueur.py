"""A declaration in force without a restart: views, grants, deposit, sheet, withdrawal, erasure, an invalid one."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from fce.donnees.declarations import services, vigueur
from fce.donnees.declarations.models import DeclarationDeSource
from fce.donnees.imports import services as imports
from fce.donnees.imports.depots import jetons, services as depots
from fce.donnees.imports.models import Depot, Import, Quarantaine
from fce.droits.comptes.mandats import Mandats
from fce.droits.habilitations import privileges
from fce.sources import registre
from fce.sources.declaration import Source
from tests.donnees.declarations.fabrique import declaration, mettre_en_vigueur
from tests.donnees.imports.chargement.outils import lignes, tables
from tests.droits.comptes.fabrique import mandataire
from tests.sql import valeurs

pytestmark = pytest.mark.django_db(transaction=True)
SIRETS = ("73282932000074", "55210055400013")
ENTETE = "n_siret;dt_visite;suite;nb_sal_exposes;mail_contact"


@pytest.fixture
def source() -> Source:
    return mettre_en_vigueur(declaration())


def fichier(tmp_path, *autres: str):  # type: ignore[no-untyped-def]
    chemin = tmp_path / "visites.csv"
    visites = (f"{SIRETS[0]};14/10/2026;C;8;a@b.fr", f"{SIRETS[1]};2026-10-15;MED;;")
    chemin.write_text("\n".join([ENTETE, *visites, *autres]))
    return chemin


def test_before_the_worker_applies_nothing_is_known() -> None:
    import json

    from tests.donnees.declarations.fabrique import signer

    ecrit = services.declarer(json.dumps(declaration()), mandataire(Mandats.EQUIPE))
    signer(ecrit)
    vigueur.relire()
    assert "visites-amiante" not in registre.par_nom()
    vigueur.appliquer()
    assert registre.source("visites-amiante").schema == "restreint"


def test_another_process_knows_it_when_it_reads_again(source: Source) -> None:
    vigueur._CONNUES.clear()
    registre.mettre_en_vigueur(())
    assert source.nom not in registre.par_nom()
    vigueur.relire()
    assert registre.source(source.nom).titre == source.titre
    connues = registre.par_nom()
    vigueur.relire()
    assert registre.par_nom() is connues, "an unchanged table must not empty the caches"


def test_a_file_is_loaded_set_aside_and_rolled_back(source: Source, tmp_path) -> None:  # type: ignore[no-untyped-def]
    resultat = imports.importer(source.nom, [fichier(tmp_path, "12345678901234;14/10/2026;C;1;")], forcer="essai")
    assert (resultat.chargees, resultat.ecartees) == (2, 1)
    assert Quarantaine.objects.filter(importation=resultat).count() == 1
    assert lignes(source, ("siret", "suite", "salaries_exposes"), "siret") == [
        (SIRETS[1], "MED", None), (SIRETS[0], "C", 8),
    ]  # fmt: skip
    imports.importer(source.nom, [fichier(tmp_path, f"{SIRETS[0]};16/10/2026;C;1;")], forcer="essai")
    assert len(lignes(source)) == 3
    imports.revenir(source.nom)
    assert len(lignes(source)) == 2


def test_its_producer_deposits_it(source: Source) -> None:
    jeton, _ = jetons.creer("dreets-idf")
    contenu = f"{ENTETE}\n{SIRETS[0]};14/10/2026;C;8;\n".encode()
    depot, _ = depots.deposer(jeton, source, io.BytesIO(contenu).read, len(contenu), nom="visites.csv")
    assert depots.verifier(depot.pk).importation.chargees == 1
    assert Depot.objects.get().source == source.nom


def test_a_withdrawn_set_is_closed_then_erased_after_its_delay(source: Source, tmp_path) -> None:  # type: ignore[no-untyped-def]
    imports.importer(source.nom, [fichier(tmp_path)])
    declaree = DeclarationDeSource.objects.get()
    services.retirer(declaree, declaree.auteur)
    vigueur.appliquer()
    assert source.nom not in registre.par_nom()
    assert lignes(source) == []
    assert tables(source), "the tables are kept for the delay"
    bascules = valeurs("SELECT numero FROM sources_bascule")
    vigueur.appliquer()
    assert valeurs("SELECT numero FROM sources_bascule") == bascules, "emptied once"
    DeclarationDeSource.objects.update(retiree_le=timezone.now() - timedelta(days=366))
    vigueur.appliquer()
    assert tables(source) == set()
    assert not Import.objects.filter(source=source.nom).exists()
    assert valeurs("SELECT to_regclass('restreint.visites_amiante')::text") == [None]
    assert DeclarationDeSource.objects.get().effacee_le


def test_a_set_declared_again_is_not_erased_with_the_former(source: Source, tmp_path) -> None:  # type: ignore[no-untyped-def]
    services.retirer(declaree := DeclarationDeSource.objects.get(), declaree.auteur)
    vigueur.appliquer()
    DeclarationDeSource.objects.update(retiree_le=timezone.now() - timedelta(days=5000))
    DeclarationDeSource.objects.update(effacee_le=None)
    mettre_en_vigueur(declaration())
    imports.importer(source.nom, [fichier(tmp_path)])
    vigueur.appliquer()
    assert len(lignes(registre.source(source.nom))) == 2


def test_an_invalid_one_is_left_out_and_stops_nothing(source: Source) -> None:
    DeclarationDeSource.objects.update(contenu={"name": "visites-amiante"})
    vigueur._CONNUES.clear()
    vigueur.relire()
    assert registre.par_nom() == registre.du_catalogue()
    vigueur.appliquer()
    assert DeclarationDeSource.objects.get().effacee_le is None


def test_without_its_table_a_process_keeps_what_it_knew(source: Source) -> None:
    with connection.cursor() as curseur:
        curseur.execute("ALTER TABLE declarations_declaration RENAME TO partie")
    try:
        vigueur.relire()
        assert source.nom in registre.par_nom()
    finally:
        with connection.cursor() as curseur:
            curseur.execute("ALTER TABLE partie RENAME TO declarations_declaration")


def test_a_release_that_does_not_know_it_closes_it_and_the_next_one_opens_it_again(source: Source, tmp_path) -> None:  # type: ignore[no-untyped-def]
    imports.importer(source.nom, [fichier(tmp_path)])
    registre.mettre_en_vigueur(())
    vigueur._CONNUES.clear()
    imports.retablir_les_vues()
    privileges.appliquer()
    vigueur.relire()
    imports.retablir_les_vues()
    privileges.appliquer()
    assert len(lignes(source)) == 2
    assert not privileges.ecarts()


def test_what_is_computed_from_the_registry_follows_it(source: Source) -> None:
    from fce.ensembles.territoires.alarmes_preparees import declarees

    assert source.nom in {s.nom for s, _ in declarees()}
    vigueur._CONNUES.clear()
    registre.mettre_en_vigueur(())
    assert source.nom not in {s.nom for s, _ in declarees()}
