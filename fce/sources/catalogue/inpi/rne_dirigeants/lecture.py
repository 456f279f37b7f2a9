"""One row per office of a company: a person (name, first names), or a company (name, SIREN).

Offices in force and those that ended are two sources of the same file. Day and place of birth, home address and marital
status are not read.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from fce.socle.texte.typographie import fonction, personne
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

ENTREPRENEUR, AUTRE = "101", "99"
_COLONNES = (
    *("siren", "rang", "updatedAt", "type", "role", "qualite", "dateDebut", "dateFin", "nom", "nomUsage", "prenoms"),
    *("dateDeNaissance", "nationalite", "denomination", "sirenDirigeant"),
)
_BRUTES = ("nom", "nomUsage", "dateDeNaissance", "nationalite", "denomination", "sirenDirigeant")
_ABSENT = type(None)


class _Mandat(NamedTuple):
    role: str | None
    titulaire: IndividuInpi | SocieteInpi
    qualite: str | None = None
    debut: str | None = None
    fin: str | None = None


def _lire(chemin: Path, *, anciens: bool) -> Iterator[Paquet]:
    """Rows in file order; a company without such an office gives none."""
    numero = 1
    for formalites in lots_de_formalites(chemin):
        lignes = [ligne for formalite in formalites for ligne in _lignes(formalite, anciens)]
        if lignes:
            colonnes = _colonnes(lignes)
            if anciens:
                colonnes |= _departs(colonnes)
            else:
                del colonnes["dateFin"]
            yield range(numero, numero + len(lignes)), colonnes
            numero += len(lignes)


@ParPaquets
def lire(chemin: Path) -> Iterator[Paquet]:
    return _lire(chemin, anciens=False)


@ParPaquets
def lire_les_anciens(chemin: Path) -> Iterator[Paquet]:
    return _lire(chemin, anciens=True)


def _colonnes(lignes: Sequence[tuple[Any, ...]]) -> dict[str, Sequence[str | None]]:
    """Convert values by column, to avoid a function call per value."""
    colonnes: dict[str, Sequence[Any]] = dict(zip(_COLONNES, zip(*lignes, strict=True), strict=True))
    for nom in _BRUTES:
        colonnes[nom] = _textes(colonnes[nom])
    dites = zip(colonnes["role"], colonnes["qualite"], strict=True)
    colonnes["qualite"] = [dite or ROLES.get(role or "", role) for role, dite in dites]
    colonnes["prenoms"] = _listes(colonnes["prenoms"])
    colonnes["dateDeNaissance"] = [jour and jour[:7] for jour in colonnes["dateDeNaissance"]]
    colonnes["sirenDirigeant"] = [numero and siren_ou_rien(numero) for numero in colonnes["sirenDirigeant"]]
    return colonnes


def _departs(colonnes: dict[str, Sequence[str | None]]) -> dict[str, Sequence[str | None]]:
    """When an office ended, in words and as a day: that of the register, or that of the first file without it."""
    fins, fichiers = colonnes["dateFin"], colonnes["updatedAt"]
    sorties = [
        f"parti le {_ecrire(fin)}" if fin else f"n’y figure plus depuis le fichier du {_ecrire(maj)}" if maj else None
        for fin, maj in zip(fins, fichiers, strict=True)
    ]
    gens = (colonnes[nom] for nom in ("prenoms", "nomUsage", "nom", "denomination", "qualite"))
    dits = [
        f"{personne(prenoms, usage or nom) or societe or 'titulaire non nommé'} ({fonction(qualite or 'mandat')})"
        for prenoms, usage, nom, societe, qualite in zip(*gens, strict=True)
    ]
    return {
        "depart": sorties,
        "mandat": [", ".join(filter(None, morceaux)) for morceaux in zip(dits, sorties, strict=True)],
        "constate": [fin or maj for fin, maj in zip(fins, fichiers, strict=True)],
    }


def _ecrire(jour_iso: str) -> str:
    return "/".join(reversed(jour_iso.split("-")))


def _lignes(formalite: FormaliteInpi, anciens: bool) -> Iterator[tuple[Any, ...]]:
    if not (mandats := _mandats(formalite, anciens)):
        return
    siren, maj = texte(formalite.siren or formalite.formality.siren), jour(formalite.updated_at)
    for rang, (role, x, qualite, debut, fin) in enumerate(mandats, 1):
        if isinstance(x, IndividuInpi):
            yield (
                siren, str(rang), maj, "personne physique", role, qualite, debut, fin,
                x.nom, x.nom_usage, x.prenoms, x.date_de_naissance, x.nationalite, None, None,
            )  # fmt: skip
        else:
            yield (
                siren, str(rang), maj, "personne morale", role, qualite, debut, fin,
                None, None, None, None, x.pays, x.denomination, x.siren,
            )  # fmt: skip


def _mandats(formalite: FormaliteInpi, anciens: bool) -> list[_Mandat]:
    contenu = formalite.formality.content
    inscrit = contenu and (contenu.personne_morale or contenu.personne_physique or contenu.exploitation)
    mandats: list[_Mandat] = []
    if not contenu or not inscrit:
        return mandats
    nommable = diffusible(formalite.formality.diffusion)
    identite, composition = inscrit.identite, inscrit.composition
    entrepreneur = identite and identite.entrepreneur
    if nommable and not anciens and entrepreneur and entrepreneur.description_personne:
        mandats.append(_Mandat(ENTREPRENEUR, entrepreneur.description_personne))
    for pouvoir in (composition and composition.pouvoirs) or ():
        if (pouvoir.actif is False) is not anciens:
            continue
        role = texte(pouvoir.role_entreprise)
        if pouvoir.actif not in (None, True, False):
            role = Illisible(str(pouvoir.actif), "on ne sait si ce mandat est en cours")
        ecrit = texte(pouvoir.autre_role_entreprise) or texte(pouvoir.libelle_role_entreprise)
        dit = ecrit if role not in ROLES or role == AUTRE else None
        dates = (dit, jour(pouvoir.date_debut), jour(pouvoir.date_fin))
        if pouvoir.individu and (individu := pouvoir.individu.description_personne):
            # Never name a natural person in diffusion partielle, even where the register repeats the name.
            if nommable or contenu.personne_morale:
                mandats.append(_Mandat(role or texte(individu.role), individu, *dates))
        elif societe := pouvoir.entreprise:
            mandats.append(_Mandat(role or texte(societe.role_entreprise), societe, *dates))
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
