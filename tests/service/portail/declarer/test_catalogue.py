"""Ten ``source.py`` of the catalogue obtained again from their sample, by the forms of the screens."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest
from django.template.loader import render_to_string

from fce.donnees.declarations import forme
from fce.donnees.declarations.exploration import Exploration, FormeDuFichier, depuis_json, explorer_ici
from fce.donnees.declarations.forme import FORMATS
from fce.donnees.declarations.proposition import commencer
from fce.donnees.imports.depots import reception
from fce.service.portail.declarer.formulaire_dit import FormulaireDit
from fce.service.portail.declarer.formulaires import FormulaireColonnes, FormulaireLecteurs
from fce.service.portail.essai.services import composer_bloc, essayer
from fce.sources import presentation, registre
from fce.sources.declaration import Source
from tests.service.portail.declarer.gestes import valeurs_de

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processus_borne]
DIX: Final = (
    *("accidents-travail", "dgfip-attestation-fiscale", "dgfip-chiffre-affaires", "effectifs-etp", "iae"),
    *("msa-conformite", "plan-relance", "sparc-metrologie", "urssaf-vigilance", "wikit-controles"),
)


def explorer(source: Source) -> Exploration:
    ((dit, _),) = explorer_ici(str(registre.exemple(source)), FormeDuFichier())
    return depuis_json(dit)


def redeclarer(source: Source) -> Source:
    """What an officer who knows the source answers on the screens, from its sample."""
    vue = explorer(source)
    depart = {"name": f"{source.nom}-bis", "fce": {"base_legale": "texte"}}
    contenu = _decrire_les_colonnes(source, vue, commencer(depart, vue))
    lecteurs = FormulaireLecteurs(_acces(source), contenu, vue)
    assert lecteurs.is_valid(), lecteurs.errors
    dit = FormulaireDit(None, lecteurs.dire())
    envoi = FormulaireDit(valeurs_de(dit) | _presentation(source, dit), lecteurs.dire())
    assert envoi.is_valid(), envoi.errors
    return forme.construire(envoi.dire())


def _decrire_les_colonnes(source: Source, vue: Exploration, contenu: dict[str, Any]) -> dict[str, Any]:
    par_titre = {c.colonne: (a, c) for a, c in source.champs.items()}
    a_garder = {f"c{p.rang}-garder": "on" for p in vue.detection.colonnes if p.titre in par_titre}
    premiere = FormulaireColonnes(None, contenu, vue)
    envoi = FormulaireColonnes(valeurs_de(premiere) | a_garder, contenu, vue)
    assert envoi.is_valid(), envoi.erreurs
    contenu = envoi.dire()
    dits: dict[str, Any] = {}
    for p in vue.detection.colonnes:
        attribut, champ = par_titre.get(p.titre, ("", None))
        propre = {"qui": "", "cle": ""} if champ is None else {
            "genre": type(champ).__name__.lower(), "nature": champ.masque, "libelle": champ.libelle,
            "format": next((f for f in champ.formats if f in FORMATS), ""),
            "cle": "on" if attribut in source.cle else "", "qui": champ.acces.classe if champ.acces else "lignes",
        }  # fmt: skip
        dits |= {f"c{p.rang}-{mot}": valeur for mot, valeur in propre.items()}
    envoi = FormulaireColonnes({m: v for m, v in dits.items() if v}, contenu, vue)
    assert envoi.is_valid(), (envoi.erreurs, [c.errors for c in envoi.colonnes])
    return envoi.dire()


def _acces(source: Source) -> dict[str, Any]:
    acces = source.acces
    groupe = acces.groupe or next((a.groupe for a in source.acces_propres.values() if a.groupe), "")
    return {
        "classe": acces.classe,
        "groupe": groupe,
        "base_legale": "texte",
        "finalites": getattr(acces, "finalites", ()) or (),
    }


def _presentation(source: Source, dit: FormulaireDit) -> dict[str, Any]:
    par_colonne = {c["name"]: a for a, c in dit.attributs.items()}
    rendre = {a: par_colonne[c.colonne] for a, c in source.champs.items() if c.colonne in par_colonne}
    vue = source.presentation
    tri = getattr(vue, "tri", "")
    dits: dict[str, Any] = {
        "titre": source.titre, "description": "Une ligne.", "rubrique": source.rubrique,
        "producteur": source.producteur.code, "mot": source.compte.mot if source.compte else "ligne",
        "systeme": source.systeme,
        "presentation": type(vue).__name__.lower(), "tri": rendre.get(tri.removeprefix("-"), ""),
        "decroissant": "on" if tri.startswith("-") else "", "limite": str(getattr(vue, "limite", 20)),
    }  # fmt: skip
    if isinstance(vue, presentation.Serie):
        dits |= {"courbes": [rendre[c] for c in vue.courbes], "date_metier": rendre[vue.date]}
    return dits


@pytest.mark.parametrize("nom", DIX)
def test_a_source_of_the_catalogue_is_obtained_again(nom: str) -> None:
    ancienne = registre.source(nom)
    neuve = redeclarer(ancienne)
    assert _vue(neuve) == _vue(ancienne)
    assert _bloc(neuve, ancienne) == _bloc(ancienne, ancienne)


def _vue(source: Source) -> list[tuple[Any, ...]]:
    """The columns of its view, but for their names, which the screens take from the titles of the file."""
    colonnes = sorted(
        (c.colonne, c.libelle, type(c).__name__, c.masque, c.acces and c.acces.classe, a in source.cle)
        for a, c in source.champs.items()
    )
    return [*colonnes, (source.schema, source.acces.classe, source.acces.groupe or "")]


def _bloc(source: Source, modele: Source) -> str:
    chemin = registre.exemple(modele)
    octets = chemin.read_bytes()
    with reception.arrivee(chemin.name, len(octets)) as venue:
        venue.ecrire(octets)
        recu = venue.terminer()
    essai = essayer(source, recu)
    bloc = composer_bloc(source, essai.numero, essai.lignes, source.champs)
    html = render_to_string("portail/essai/_bloc.html", {"bloc": bloc, "source": source})
    return re.sub(r"\s+", " ", html)
