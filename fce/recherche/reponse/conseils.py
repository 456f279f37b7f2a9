"""Advice of a page without results: which filter or word to remove."""

from msgspec.structs import replace

from fce.recherche.engines.port import Moteur
from fce.recherche.question import citations, filtres, mots_en_filtres, strategie
from fce.recherche.question.elargissement import Compris, Elargissement
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.lieu_et_activite import ACTIVITE
from fce.recherche.question.requete import Requete
from fce.socle.texte.formats import pluriel

RIEN = (
    "Ni les mots exacts, ni un début de mot, ni une orthographe voisine n’ont rien donné : "
    "essayez un autre nom, l’enseigne, l’adresse ou le numéro SIREN."
)


MOTS_MAX = 4
"""Words of which each is tried without."""


def essais(machine: Moteur, requete: Requete) -> list[Elargissement]:
    """Return what a query without results finds once one of its filters, or words, is removed; most results first."""
    tentes: list[tuple[str, Requete]] = []
    for membres in filtres.familles().values():
        siens = {f.nom for f in membres}
        if siens & requete.filtres.keys():
            autres = {nom: v for nom, v in requete.filtres.items() if nom not in siens}
            tentes.append((f"Sans le filtre {membres[0].conseil}", replace(requete, filtres=autres)))
    if requete.etat != "tous":
        libelle = "En cherchant aussi parmi les entreprises cessées et les établissements fermés"
        tentes.append((libelle, replace(requete, etat="tous")))
    mots = requete.q.split()
    if citations.citees(requete.q):
        mots = []
        tentes.append((citations.SANS_GUILLEMETS, replace(requete, q=citations.sans_guillemets(requete.q))))
    for rang, mot in enumerate(mots[:MOTS_MAX] if len(mots) > 1 else ()):
        sans = replace(requete, q=" ".join([*mots[:rang], *mots[rang + 1 :]]), saisie="")
        tentes.append((f"Sans le mot « {mot} »", mots_en_filtres.comprendre(machine, sans)))
    trouves = (Elargissement("essai", libelle, une, strategie.compter(machine, une)) for libelle, une in tentes)
    return sorted((e for e in trouves if e.nombre), key=lambda e: -e.nombre)


def conseil(machine: Moteur, requete: Requete, compris: Compris | None) -> str | None:
    """Return the filter or word whose removal gives most results. None when only place and activity are filtered, since
    ``compris`` then gives better suggestions."""
    if compris and not requete.filtres.keys() - {*LIEUX, ACTIVITE}:
        return None
    for meilleur in essais(machine, requete):
        return f"{meilleur.libelle}, la recherche donne {pluriel(meilleur.nombre, 'résultat')}."
    return RIEN
