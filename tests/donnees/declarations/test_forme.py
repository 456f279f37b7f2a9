"""A declaration in JSON is read strictly, builds the source that a ``source.py`` would, and is written back."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from fce.donnees.declarations import forme, sortie
from fce.socle.erreurs import ParametreInvalide
from fce.sources import champs, registre
from fce.sources.acces import Habilite, Secret
from fce.sources.declaration import Source
from tests.donnees.declarations.fabrique import EXEMPLE, declaration

EXPRIMABLES = (
    "achats-responsables", "avocats", "bilan-ges", "ess", "patrimoine-vivant", "plan-relance", "sparc-metrologie",
    "wikit-controles",
)  # fmt: skip


def test_the_example_of_the_document_is_a_source() -> None:
    source = forme.construire(EXEMPLE)
    assert source.acces == Habilite("travail", ("controle-travail",))
    assert source.acces_propres == {"courriel": Secret("travail")}
    assert source.champs["courriel"].masque is champs.PERSONNE
    assert source.modele._meta.concrete_fields[0].attname == "ligne"
    assert source.alarme
    faits = source.alarme.faits([{"suite": "MED"}, {"suite": "C"}], date(2026, 12, 3))
    assert [f.phrase for f in faits] == ["Mise en demeure sur un chantier d'amiante"]


def _avec(chemin: str, valeur: Any) -> dict[str, Any]:
    dite: Any = copy.deepcopy(EXEMPLE)
    ou, *mots = dite, *chemin.split(".")
    for mot in mots[:-1]:
        ou = ou[int(mot)] if isinstance(ou, list) else ou[mot]
    ou[mots[-1]] = valeur
    return dict(dite)


@pytest.mark.parametrize(
    ("chemin", "valeur", "dit"),
    [
        ("fields.0.fce.attribut", "siret; DROP TABLE", "attribut"),
        ("fields.0.fce.attribut", "select", "mot de SQL"),
        ("fields.0.fce.attribut", "objects", "mot de SQL ou de Python"),
        ("fields.0.fce.attribut", "ctid", "mot de SQL"),
        ("fields.0.fce.attribut", "a" * 41, "40 lettres"),
        ("fields.0.fce.attribut", "suite", "un mot par colonne"),
        ("fields.0.constraints.pattern", "(a+)+$", "mot inconnu : « pattern »"),
        ("fields.0.$ref", "https://ailleurs.example", "mot inconnu : « $ref »"),
        ("fields.1.format", "%s", "l’un de ces mots"),
        ("fields.0.type", "integer", "type « string »"),
        ("fields.0.fce.futur", True, "ne se dit pas avec ces mots"),
        ("fce.selection", "rows[0]", "mot inconnu : « selection »"),
        ("fce.calcul", {"sql": "SELECT 1"}, "mot inconnu : « calcul »"),
        ("fce.alarme.faits", "lambda", "mot inconnu : « faits »"),
        ("fce.presentation.pliage", {}, "mot inconnu : « pliage »"),
        ("fce.presentation.genre", "page", "l’un de ces mots"),
        ("fce.presentation.tri", "-inconnu", "cite un champ qui n'existe pas"),
        ("fce.presentation.limite", "20", "un nombre entier"),
        ("fce.presentation.lieux", 1, "true ou false"),
        ("fce.cle", ["date_visite"], "un SIREN ou un SIRET"),
        ("fce.base_legale", "", "le texte de loi"),
        ("fce.acces", {"classe": "C2"}, "dit son groupe"),
        ("fce.acces", {"classe": "C0", "groupe": "travail"}, "et là seulement"),
        ("fce.acces", {"classe": "C9"}, "l’un de ces mots"),
        ("fce.conservation", 0, "de 1 à 3 660 jours"),
        ("fce.origine", "javascript:alert(1)", "https://"),
        ("fce.ressource", "../../etc/passwd", "data.gouv.fr"),
        ("fce.rubrique", "page", "n'existe pas"),
        ("fce.alarme.jour", "jour", "« jour » n’existe pas"),
        ("fce.recherche.0.nom", "q", "comme sa source"),
        ("name", "pg-class", "pris par la base"),
        ("name", "comptes-compte", "pris par la base"),
        ("name", "user", "pris par la base"),
        ("name", "Visites", "comme sa source"),
        ("title", "a\u202eb", "sans signe invisible"),
        ("encoding", "utf-16", "encodage inconnu"),
        ("dialect.delimiter", "x", "l’un de ces mots"),
    ],
)
def test_what_is_not_data_or_not_a_word_is_refused(chemin: str, valeur: Any, dit: str) -> None:
    with pytest.raises(ParametreInvalide) as refus:
        forme.construire(_avec(chemin, valeur))
    assert dit in refus.value.message


@pytest.mark.parametrize(
    "texte", ["", "[]", "{", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000, " " * 300_001, b"\xff"]
)
def test_what_is_not_json_is_refused(texte: str | bytes) -> None:
    with pytest.raises(ParametreInvalide):
        forme.lire_json(texte)


def test_a_declaration_is_written_back() -> None:
    dite = sortie.en_json(forme.construire(declaration()))
    assert dite == sortie.en_json(forme.construire(json.loads(json.dumps(dite))))
    assert {"name", "title", "fields", "fce"} <= dite.keys()
    assert dite["fce"]["alarme"] == EXEMPLE["fce"]["alarme"]


def _sans_objet(source: Source) -> dict[str, Any]:
    """All that a source says, functions by what they hold."""
    omis = ("modele", "champs", "recherche", "_")
    dit = {c: getattr(source, c) for c in source.__dataclass_fields__ if c not in omis}
    champs_ = {}
    for attribut, champ in source.champs.items():
        libeller = getattr(champ, "libeller", None)
        champs_[attribut] = {**champ.__dict__, "libeller": getattr(libeller, "__self__", libeller)}
    for champ in champs_.values():
        for mot in ("model", "creation_counter", "opts"):
            champ.pop(mot, None)
        champ.update({m: None for m in list(champ) if m.startswith("_") or m in ("cached_col", "validators", "fget")})
    recherche = [str(r).split("libelle=")[0] for r in source.recherche]
    return dit | {"champs": champs_, "recherche": recherche}


@pytest.mark.parametrize("nom", EXPRIMABLES)
def test_a_source_py_that_json_can_say_is_obtained_again(nom: str) -> None:
    ancienne = registre.source(nom)
    neuve = forme.construire(json.loads(json.dumps(sortie.en_json(ancienne))))
    assert _sans_objet(neuve) == _sans_objet(ancienne)
    assert [neuve.vue, neuve.schema, neuve.index, neuve.colonnes_ouvertes] == [
        ancienne.vue, ancienne.schema, ancienne.index, ancienne.colonnes_ouvertes,
    ]  # fmt: skip
    for une, autre in zip(neuve.recherche, ancienne.recherche, strict=True):
        assert (dict(une.libelle.__self__) if getattr(une, "libelle", None) else None) == (  # type: ignore[union-attr]
            dict(autre.libelle.__self__) if getattr(autre, "libelle", None) else None  # type: ignore[union-attr]
        )


def test_the_catalogue_says_which_sources_json_cannot_say() -> None:
    dites = {source.nom for source in registre.toutes() if _se_dit(source)}
    assert dites == set(EXPRIMABLES)


def _se_dit(source: Source) -> bool:
    try:
        sortie.en_json(source)
    except ParametreInvalide:
        return False
    return True


def test_what_json_cannot_say_is_told() -> None:
    with pytest.raises(ParametreInvalide, match="JSON"):
        sortie.en_json(registre.source("bodacc"))


def test_a_source_py_is_written_and_builds_the_same_source() -> None:
    source = forme.construire(EXEMPLE)
    espace: dict[str, Any] = {"__name__": "essai_source_ecrite"}
    exec(sortie.en_source_py(source), espace)
    assert sortie.en_json(espace["source"]) == sortie.en_json(source)
