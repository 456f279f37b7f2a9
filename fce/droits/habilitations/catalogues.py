"""Groups of data and purposes that a producer adds with its sources: ``<producteur>/finalites.toml`` in a catalogue.

A file may only open the groups that it adds, so that a new catalogue never widens an existing habilitation.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from fce.droits.habilitations.finalites import CONTACTS, FINALITES, GROUPES, Finalite
from fce.socle.erreurs import ConfigurationInvalide, FCEError

FICHIER: Final = "finalites.toml"
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PARTIES: Final = frozenset({"groupes", "ouvertures", "finalites"})
_CHAMPS: Final = frozenset({"libelle", "articles", "groupes"})


@dataclass(frozen=True, slots=True)
class ApportCatalogue:
    """Content of a file. ``finalites``: its own, and existing ones with its groups added."""

    groupes: Mapping[str, str]
    finalites: Mapping[str, Finalite]


def completer(racines: Iterable[Path]) -> None:
    """Add to ``GROUPES`` and ``FINALITES`` the content of the catalogues, once, at start-up.

    Raises ConfigurationInvalide with every fault; nothing is then added.
    """
    groupes, finalites, fautes = dict(GROUPES), dict(FINALITES), []
    for fichier in (f for racine in racines for f in sorted(racine.glob(f"*/{FICHIER}"))):
        try:
            apport = apport_de(tomllib.loads(fichier.read_text("utf-8")), groupes, finalites)
        except (FCEError, ValueError, OSError) as erreur:
            raison = erreur.message if isinstance(erreur, FCEError) else f"ce n'est pas du TOML ({erreur})"
            fautes.append(f"- {fichier} : {raison.rstrip('.')}.")
            continue
        groupes |= apport.groupes
        finalites |= apport.finalites
    if fautes:
        raise ConfigurationInvalide("\n".join(["Finalités refusées :", *fautes]))
    GROUPES.update(groupes)
    FINALITES.update(finalites)


def apport_de(
    donnees: Mapping[str, Any], groupes: Mapping[str, str], finalites: Mapping[str, Finalite]
) -> ApportCatalogue:
    """Parse a file, given the groups and purposes already known. Raises ConfigurationInvalide."""
    if inconnues := sorted(set(donnees) - _PARTIES):
        raise ConfigurationInvalide(
            f"parties inconnues : {', '.join(inconnues)} ; écrivez {', '.join(sorted(_PARTIES))}"
        )
    siens = {code: str(libelle).strip() for code, libelle in _table(donnees, "groupes").items()}
    for code, libelle in siens.items():
        if code in groupes:
            raise ConfigurationInvalide(
                f"le groupe « {code} » existe déjà : un catalogue n'apporte que des groupes à lui"
            )
        if not _CODE.fullmatch(code) or not libelle:
            raise ConfigurationInvalide(f"le groupe « {code} » s'écrit en minuscules, avec un libellé")
    nouvelles = {code: _finalite(code, dite, siens, finalites) for code, dite in _table(donnees, "finalites").items()}
    for code, ouverts in _table(donnees, "ouvertures").items():
        if code not in finalites:
            raise ConfigurationInvalide(f"la finalité « {code} » n'existe pas : {', '.join(finalites)}")
        nouvelles[code] = replace(
            finalites[code], groupes=finalites[code].groupes | _siens(code, ouverts, frozenset(siens))
        )
    return ApportCatalogue(siens, nouvelles)


def _finalite(code: str, dite: Any, siens: Mapping[str, str], finalites: Mapping[str, Finalite]) -> Finalite:
    if code in finalites:
        raise ConfigurationInvalide(f"la finalité « {code} » existe déjà : donnez-lui vos groupes dans « ouvertures »")
    if not _CODE.fullmatch(code) or not isinstance(dite, dict) or set(dite) != _CHAMPS or not dite["libelle"]:
        raise ConfigurationInvalide(f"la finalité « {code} » s'écrit en minuscules, avec {', '.join(sorted(_CHAMPS))}")
    # Every service that inspects or visits companies sees that a contact took place.
    ouverts = _siens(code, dite["groupes"], frozenset(siens) | {CONTACTS})
    return Finalite(code, str(dite["libelle"]), _textes(code, dite["articles"]), ouverts)


def _siens(code: str, groupes: Any, permis: frozenset[str]) -> frozenset[str]:
    ouverts = frozenset(_textes(code, groupes))
    if autres := sorted(ouverts - permis):
        raise ConfigurationInvalide(
            f"la finalité « {code} » n'ouvre ici que les groupes de ce fichier, pas : {', '.join(autres)}"
        )
    return ouverts


def _textes(code: str, valeurs: Any) -> tuple[str, ...]:
    if not isinstance(valeurs, list) or not all(isinstance(v, str) for v in valeurs):
        raise ConfigurationInvalide(f"articles et groupes de la finalité « {code} » sont des listes de textes")
    return tuple(valeurs)


def _table(donnees: Mapping[str, Any], nom: str) -> dict[str, Any]:
    table = donnees.get(nom, {})
    if not isinstance(table, dict):
        raise ConfigurationInvalide(f"« {nom} » s'écrit comme une table : [{nom}]")
    return table
