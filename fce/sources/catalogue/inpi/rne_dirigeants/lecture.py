"""One row per active office of a company: a person (name, first names), or a company (name, SIREN).

Never read: the day of birth (year and month only), the place of birth, the home address, the marital status.
"""

from collections.abc import Iterator
from pathlib import Path

from fce.sources.catalogue.inpi.formalites import bruts, diffusible, jour, texte
from fce.sources.catalogue.inpi.rne_dirigeants.formes import FormaliteInpi, IndividuInpi, SocieteInpi, lue
from fce.sources.catalogue.inpi.roles import ROLES
from fce.sources.catalogue.outils import siren_ou_rien
from fce.sources.declaration import LigneBrute
from fce.sources.lecture.lot import Illisible

ENTREPRENEUR = "101"


def lire(chemin: Path) -> Iterator[LigneBrute]:
    """Rows in the order of the file; a company without any office known gives none."""
    numero = 0
    for place, brut in enumerate(bruts(chemin), 1):
        formalite = lue(chemin, place, brut)
        if mandats := _mandats(formalite):
            siren, mise_a_jour = texte(formalite.siren or formalite.formality.siren), jour(formalite.updated_at)
            for rang, (role, porteur) in enumerate(mandats, 1):
                numero += 1
                yield numero, _ligne(siren, str(rang), mise_a_jour, role, porteur)


def _mandats(formalite: FormaliteInpi) -> list[tuple[str | None, IndividuInpi | SocieteInpi]]:
    """Role and holder of each active office."""
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
            # A natural person in partial diffusion is never named, wherever the register repeats the name.
            if nommable or contenu.personne_morale:
                mandats.append((role or texte(individu.role), individu))
        elif societe := pouvoir.entreprise:
            mandats.append((role or texte(societe.role_entreprise), societe))
    return mandats


def _ligne(
    siren: str | None, rang: str, mise_a_jour: str | None, role: str | None, porteur: IndividuInpi | SocieteInpi
) -> dict[str, str | None]:
    if isinstance(porteur, SocieteInpi):
        return {
            "siren": siren,
            "rang": rang,
            "updatedAt": mise_a_jour,
            "type": "personne morale",
            "role": role,
            "qualite": ROLES.get(role or "", role),
            "nom": None,
            "nomUsage": None,
            "prenoms": None,
            "dateDeNaissance": None,
            "nationalite": texte(porteur.pays),
            "denomination": texte(porteur.denomination),
            "sirenDirigeant": siren_ou_rien(texte(porteur.siren)),
        }
    naissance = jour(porteur.date_de_naissance)
    return {
        "siren": siren,
        "rang": rang,
        "updatedAt": mise_a_jour,
        "type": "personne physique",
        "role": role,
        "qualite": ROLES.get(role or "", role),
        "nom": texte(porteur.nom),
        "nomUsage": texte(porteur.nom_usage),
        "prenoms": texte(porteur.prenoms),
        "dateDeNaissance": naissance[:7] if naissance else None,
        "nationalite": texte(porteur.nationalite),
        "denomination": None,
        "sirenDirigeant": None,
    }
