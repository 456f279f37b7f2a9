"""A declaration that contradicts itself stops at once; facts stay out of migrations."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from fce.socle.erreurs import Introuvable
from fce.sources import registre
from fce.sources.champs import Code, Siret, Texte
from fce.sources.declaration import TOUS, Fait, plus_recent
from tests.sources import fabrique


class DeuxFois(Fait):
    un = Texte("Un", "meme")
    deux = Texte("Deux", "meme")


class Indexe(Fait):
    siret = Siret("SIRET", "siret")
    code = Code("Code", "code", indexe=True)
    nom = Texte("Nom", "nom")


@pytest.mark.parametrize(
    ("nom", "modele", "options", "faute"),
    [
        ("Nom_Faux", Indexe, {}, "minuscules"),
        ("deux-fois", DeuxFois, {"cle": ("un",)}, "même colonne"),
        ("sans-cle", Indexe, {"cle": ()}, "clé est vide"),
        ("cle-fausse", Indexe, {"cle": ("siren",)}, "siren"),
        ("tri-faux", Indexe, {"doublons": plus_recent("absent")}, "absent"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(nom: str, modele: type[Fait], options: dict, faute: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=faute):
        fabrique.declarer(nom, modele, **options)


def test_the_model_reads_the_view_of_its_source() -> None:
    source = fabrique.declarer("essai-indexe", Indexe)
    assert source.vue == Indexe._meta.db_table == "essai_indexe"
    assert source.colonnes == {"siret": "siret", "code": "code", "nom": "nom"}


def test_indexes_follow_the_declaration_and_spare_the_one_of_the_key() -> None:
    assert fabrique.declarer("essai-index", Indexe).index == [("code",)]
    assert fabrique.declarer("essai-index-tous", Indexe, doublons=TOUS).index == [("siret",), ("code",)]


def test_facts_are_unknown_to_migrations() -> None:
    assert not [m for m in apps.get_models() if issubclass(m, Fait)]


def test_an_unknown_source_lists_the_known_ones() -> None:
    with pytest.raises(Introuvable, match="sirene-etablissements"):
        registre.source("sirene")
