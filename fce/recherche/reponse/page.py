"""The parts of the results page around the results: addresses, active filters, tabs, sortable headers, pagination.

Pure functions from a ``Requete`` to small frozen objects for the template.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from fce.recherche.question import filtres
from fce.recherche.question.etiquettes import etiqueter
from fce.recherche.question.filtres import FERMETURE
from fce.recherche.question.lieux_du_lecteur import Lieux, lieux_demandes
from fce.recherche.question.requete import ETATS, TRIS, TRIS_DECROISSANTS, Requete
from fce.recherche.reponse.resultats import Resultats
from fce.referentiels import activites
from fce.socle.texte.pliage import mots
from fce.socle.web.pages import numeros

AFFICHAGES = ("liste", "tableau", "carte")

COLONNES_TRIEES = (("Nom", "nom"), ("Commune", "commune"), ("Effectif", "effectif"), ("Création", "creation"))


@dataclass(frozen=True, slots=True)
class Etiquette:
    """An active filter, and the address without it."""

    libelle: str
    retirer: str


@dataclass(frozen=True, slots=True)
class EnteteDeTri:
    """A column header: its sort, the address that sorts by it, and ``aria-sort``."""

    titre: str
    adresse: str
    sens: str


def onglets(requete: Requete, affichage: str) -> dict[str, Any]:
    """Return the two views of a query and the layouts of its results, with their addresses."""
    vues = (("Entreprises", "entreprises"), ("Établissements", "etablissements"))
    return {
        "vues": [
            {"libelle": libelle, "adresse": adresse(requete, affichage, vue=vue), "active": requete.vue == vue}
            for libelle, vue in vues
        ],
        "affichages": [
            {"libelle": nom.capitalize(), "adresse": adresse(requete, nom), "actif": affichage == nom}
            for nom in AFFICHAGES
        ],
    }


def tris(requete: Requete, affichage: str) -> dict[str, Any]:
    """Return the sorts of the results: the list, the hidden fields of its form, the column headers."""
    return {
        "champs_du_tri": [
            *requete.parametres(tri=None, vue=requete.vue),
            *([("affichage", affichage)] if affichage != "liste" else []),
        ],
        "tris": TRIS.items(),
        "tri_courant": requete.tri,
        "colonnes": [entete(requete, affichage, titre, nom) for titre, nom in COLONNES_TRIEES],
    }


def pagination(requete: Requete, affichage: str, trouves: Resultats) -> dict[str, Any]:
    def lien(numero: int) -> str:
        return adresse(requete, affichage, page=numero)

    return {
        "pages": [(numero, numero and lien(numero)) for numero in numeros(trouves.page, trouves.pages)],
        "page_precedente": lien(trouves.page - 1) if trouves.page > 1 else None,
        "page_suivante": lien(trouves.page + 1) if trouves.page < trouves.pages else None,
    }


def adresse(requete: Requete, affichage: str, **changements: object) -> str:
    """Return the query string of a query with its view and layout explicit, so that a shared address shows the same
    page."""
    page = {} if changements else {"page": requete.page}  # any change returns to the first page
    parametres = requete.parametres(**{"vue": requete.vue, **page, **changements})
    if affichage != "liste":
        parametres.append(("affichage", affichage))
    return urlencode(parametres)


def sans_les_mots(requete: Requete, laisses: Collection[str]) -> Requete:
    """Return the query without the words that no result holds."""
    return replace(requete, q=" ".join(mot for mot in requete.q.split() if not {*mots(mot)}.intersection(laisses)))


def etiquettes(requete: Requete, affichage: str, territoire: Lieux) -> list[Etiquette]:
    """Return the active filters, each with the address without it; the user's territory is one filter."""
    sorties = []
    tous = filtres.tous()
    chez_soi = bool(territoire) and lieux_demandes(requete) == territoire
    if chez_soi:
        noms = ", ".join(tous[nom].etiqueter(code) for nom, codes in territoire.items() for code in codes)
        retirer = adresse(requete, affichage, **dict.fromkeys(territoire))
        sorties.append(Etiquette(f"Votre territoire : {noms}", retirer))
    poses = {nom: codes for nom, codes in requete.filtres.items() if not (chez_soi and nom in territoire)}
    sorties += [Etiquette(une.libelle, adresse(requete, affichage, **une.sans)) for une in etiqueter(poses)]
    for texte in requete.lieux_inconnus:
        reste = [t for t in requete.lieux_inconnus if t != texte]
        sorties.append(Etiquette(f"Lieu inconnu : {texte}", adresse(requete, affichage, lieu=reste)))
    if requete.etat != "actif" and FERMETURE not in requete.filtres:
        sorties.append(Etiquette(f"État : {ETATS[requete.etat].lower()}", adresse(requete, affichage, etat=None)))
    return sorties


def naf_les_plus_precis(codes: Sequence[str]) -> list[str]:
    """Drop the codes that contain another one asked: « commerce », then « fruits et légumes » inside it, means the
    latter."""
    contenants = {ancetre for code in codes for ancetre in activites.ancetres(activites.normaliser(code))[:-1]}
    return [code for code in codes if activites.normaliser(code) not in contenants]


def entete(requete: Requete, affichage: str, titre: str, tri: str) -> EnteteDeTri:
    """Return a sortable header: a second click reverses the order."""
    if requete.tri != tri:
        return EnteteDeTri(titre, adresse(requete, affichage, tri=tri), "none")
    decroissant = (tri in TRIS_DECROISSANTS) != requete.inverse
    suivant = tri if requete.inverse else f"-{tri}"
    return EnteteDeTri(titre, adresse(requete, affichage, tri=suivant), "descending" if decroissant else "ascending")
