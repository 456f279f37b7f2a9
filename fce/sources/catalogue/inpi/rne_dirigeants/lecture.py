"""One row per active office of a company: a person (name, first names), or a company (name, SIREN).

Day and place of birth, home address and marital status are not read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from fce.sources.catalogue.inpi.formalites import diffusible, jour, texte
from fce.sources.catalogue.inpi.rne_dirigeants.formes import (
    FormaliteInpi,
    IndividuInpi,
    SocieteInpi,
    lots_de_formalites,
)
from fce.sources.catalogue.inpi.roles import ROLES
from fce.sources.catalogue.outils import siren_ou_rien
from fce.sources.declaration import Paquet, ParPaquets
from fce.sources.lecture.lot import Illisible

ENTREPRENEUR = "101"
_COLONNES = (
    *("siren", "rang", "updatedAt", "type", "role", "qualite", "nom", "nomUsage", "prenoms", "dateDeNaissance"),
    *("nationalite", "denomination", "sirenDirigeant"),
)
_BRUTES = ("nom", "nomUsage", "dateDeNaissance", "nationalite", "denomination", "sirenDirigeant")
_ABSENT = type(None)


@ParPaquets
def lire(chemin: Path) -> Iterator[Paquet]:
    """Rows in file order; a company without known office gives none."""
    numero = 1
    for formalites in lots_de_formalites(chemin):
        lignes = [ligne for formalite in formalites for ligne in _lignes(formalite)]
        if lignes:
            yield range(numero, numero + len(lignes)), _colonnes(lignes)
            numero += len(lignes)


def _colonnes(lignes: Sequence[tuple[Any, ...]]) -> dict[str, Sequence[str | None]]:
    """Convert values by column, to avoid a function call per value."""
    colonnes: dict[str, Sequence[Any]] = dict(zip(_COLONNES, zip(*lignes, strict=True), strict=True))
    for nom in _BRUTES:
        colonnes[nom] = _textes(colonnes[nom])
    colonnes["qualite"] = [ROLES.get(role or "", role) for role in colonnes["role"]]
    colonnes["prenoms"] = _listes(colonnes["prenoms"])
    colonnes["dateDeNaissance"] = [jour and jour[:7] for jour in colonnes["dateDeNaissance"]]
    colonnes["sirenDirigeant"] = [numero and siren_ou_rien(numero) for numero in colonnes["sirenDirigeant"]]
    return colonnes


def _lignes(formalite: FormaliteInpi) -> Iterator[tuple[Any, ...]]:
    if not (mandats := _mandats(formalite)):
        return
    siren, maj = texte(formalite.siren or formalite.formality.siren), jour(formalite.updated_at)
    for rang, (role, x) in enumerate(mandats, 1):
        if isinstance(x, IndividuInpi):
            yield (
                siren, str(rang), maj, "personne physique", role, role,
                x.nom, x.nom_usage, x.prenoms, x.date_de_naissance, x.nationalite, None, None,
            )  # fmt: skip
        else:
            yield (
                siren, str(rang), maj, "personne morale", role, role,
                None, None, None, None, x.pays, x.denomination, x.siren,
            )  # fmt: skip


def _mandats(formalite: FormaliteInpi) -> list[tuple[str | None, IndividuInpi | SocieteInpi]]:
    contenu = formalite.formality.content
    inscrit = contenu and (contenu.personne_morale or contenu.personne_physique or contenu.exploitation)
    mandats: list[tuple[str | None, IndividuInpi | SocieteInpi]] = []
    if not contenu or not inscrit:
        return mandats
    nommable = diffusible(formalite.formality.diffusion)
    identite, composition = inscrit.identite, inscrit.composition
    entrepreneur = identite and identite.entrepreneur
    if nommable and entrepreneur and entrepreneur.description_personne:
        mandats.append((ENTREPRENEUR, entrepreneur.description_personne))
    for pouvoir in (composition and composition.pouvoirs) or ():
        if pouvoir.actif is False:
            continue
        role = texte(pouvoir.role_entreprise)
        if pouvoir.actif not in (None, True):
            role = Illisible(str(pouvoir.actif), "on ne sait si ce mandat est en cours")
        if pouvoir.individu and (individu := pouvoir.individu.description_personne):
            # Never name a natural person in diffusion partielle, even where the register repeats the name.
            if nommable or contenu.personne_morale:
                mandats.append((role or texte(individu.role), individu))
        elif societe := pouvoir.entreprise:
            mandats.append((role or texte(societe.role_entreprise), societe))
    return mandats


def _textes(valeurs: Sequence[Any]) -> Sequence[str | None]:
    """``texte`` of each value, faster when all are texts or missing."""
    genres = {*map(type, valeurs)}
    if genres == {_ABSENT}:
        return valeurs
    if genres <= {str, _ABSENT}:
        return [(valeur.strip() or None) if valeur else None for valeur in valeurs]
    return [*map(texte, valeurs)]


def _listes(valeurs: Sequence[Any]) -> Sequence[str | None]:
    if {*map(type, valeurs)} <= {list, _ABSENT}:
        with suppress(TypeError):
            return [(" ".join(filter(None, map(str.strip, v))) or None) if v else None for v in valeurs]
    return [*map(texte, valeurs)]
