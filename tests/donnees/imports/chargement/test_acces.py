"""Which role of the database reads which view, whatever the pages ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import ProgrammingError, connection

from fce.donnees.imports import services
from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.sources.acces import Habilite, Public, Secret
from fce.sources.champs import Entier, Siret
from fce.sources.declaration import Csv, Fait, Source
from tests.donnees.imports.chargement.outils import declarer_seules, lignes, somme
from tests.droits.habilitations.roles.outils import en_tant_que
from tests.sources import fabrique
from tests.sql import executer, valeurs

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC, RESTREINT = "fce_essai_public", "fce_essai_restreint"
SIRETS = [rang[1] for rang in fabrique.lignes_valides(20)]


class Ouvert(Fait):
    siret = Siret("SIRET", "siret")
    effectif = Entier("Effectif", "effectif")
    impot = Entier("Impôt", "impot", acces=Secret("fiscal"))


class Ferme(Fait):
    siret = Siret("SIRET", "siret")
    effectif = Entier("Effectif", "effectif")


def declarer(nom: str, modele: type[Fait], acces: Any) -> Source:
    return fabrique.declarer(nom, modele, acces=acces, fichier=Csv(";"))


@pytest.fixture
def sources(monkeypatch: Any) -> tuple[Source, Source]:
    paire = declarer("essai-ouvert", Ouvert, Public()), declarer("essai-ferme", Ferme, Habilite("emploi"))
    declarer_seules(monkeypatch, *paire)
    return paire


@pytest.fixture
def roles(settings: Any) -> Iterator[None]:
    """Two real roles of the server, forgotten afterwards."""
    settings.FCE_BASE_ROLE_PUBLIC, settings.FCE_BASE_ROLE_RESTREINT = PUBLIC, RESTREINT
    with connection.cursor() as curseur:
        for role in (PUBLIC, RESTREINT):
            curseur.execute(f"CREATE ROLE {role}")
    yield
    with connection.cursor() as curseur:
        for role in (PUBLIC, RESTREINT):
            curseur.execute(f"DROP OWNED BY {role}")
            curseur.execute(f"DROP ROLE {role}")


def lit(role: str, requete: str) -> bool:
    with en_tant_que(role) as curseur:
        try:
            curseur.execute(requete)
        except ProgrammingError as erreur:
            if not isinstance(erreur.__cause__, psycopg.errors.InsufficientPrivilege):
                raise
            return False
        return len(curseur.fetchall()) == 20


def importer(dossier: Path, ouverte: Source, fermee: Source, effectif: int) -> None:
    entete = ["siret", "effectif", "impot"]
    rangs = [[siret, str(effectif), "7"] for siret in SIRETS]
    services.importer(ouverte, [fabrique.ecrire(dossier, fabrique.texte_csv(rangs, entete), f"o{effectif}.csv")])
    rangs = [rang[:2] for rang in rangs]
    services.importer(fermee, [fabrique.ecrire(dossier, fabrique.texte_csv(rangs, entete[:2]), f"f{effectif}.csv")])


def test_what_is_not_open_is_in_a_schema_of_its_own(sources: tuple[Source, Source], tmp_path: Path) -> None:
    ouverte, fermee = sources
    importer(tmp_path, ouverte, fermee, 1)
    assert (ouverte.relation, fermee.relation) == ("essai_ouvert", "restreint.essai_ferme")
    assert fermee.modele.objects.filter(effectif=1).count() == 20
    assert fermee.modele.objects.order_by("ligne").first().siret == SIRETS[0]
    assert executer("SELECT to_regclass('public.essai_ferme'), to_regclass('restreint.essai_ferme') IS NOT NULL") == [
        (None, True)
    ]


def test_the_public_role_reads_open_columns_and_nothing_else(
    sources: tuple[Source, Source], roles: None, tmp_path: Path
) -> None:
    ouverte, fermee = sources
    # Grants are lost with each view: they must be back after the first import, the next one, and a rollback.
    for effectif in (1, 2):
        importer(tmp_path, ouverte, fermee, effectif)
        _verifier(ouverte, fermee)
    services.revenir(ouverte)
    services.revenir(fermee)
    _verifier(ouverte, fermee)


def _verifier(ouverte: Source, fermee: Source) -> None:
    assert lit(PUBLIC, f"SELECT ligne, siret, effectif FROM {ouverte.relation}")
    assert not lit(PUBLIC, f"SELECT impot FROM {ouverte.relation}")
    assert not lit(PUBLIC, f"SELECT * FROM {ouverte.relation}")
    assert not lit(PUBLIC, f"SELECT siret FROM {fermee.relation}")
    assert lit(RESTREINT, f"SELECT * FROM {ouverte.relation}")
    assert lit(RESTREINT, f"SELECT siret FROM {fermee.relation}")
    tables = valeurs(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'generations' "
        "AND tablename ~ '^essai_(ouvert|ferme)_'"
    )
    assert tables
    assert not [t for t in tables for role in (PUBLIC, RESTREINT) if lit(role, f"SELECT * FROM {t}")]


def test_a_role_created_later_has_its_grants_at_the_next_start(
    sources: tuple[Source, Source], roles: None, tmp_path: Path
) -> None:
    ouverte, fermee = sources
    assert set(retablir_les_vues(sources)) == {ouverte.nom, fermee.nom}
    assert retablir_les_vues(sources) == []


def test_a_source_that_closes_leaves_nothing_in_the_open(sources: tuple[Source, Source], tmp_path: Path) -> None:
    ouverte, fermee = sources
    importer(tmp_path, ouverte, fermee, 1)
    avant = somme(ouverte)
    close = declarer("essai-ouvert", Ouvert, Secret("fiscal"))
    assert retablir_les_vues([close]) == [close.nom]
    assert somme(close) == avant
    assert executer("SELECT to_regclass('public.essai_ouvert')") == [(None,)]
    declarer("essai-ouvert", Ouvert, Public())
    assert retablir_les_vues([ouverte]) == [ouverte.nom]
    assert len(lignes(ouverte)) == 20
