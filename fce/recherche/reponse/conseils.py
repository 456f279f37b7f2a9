"""Advice of a page without results: which filter to remove."""

from msgspec.structs import replace

from fce.recherche.engines import classement
from fce.recherche.engines.port import Moteur
from fce.recherche.question import filtrage, filtres
from fce.recherche.question.elargissement import Compris
from fce.recherche.question.filtres import LIEUX
from fce.recherche.question.lieu_et_activite import ACTIVITE
from fce.recherche.question.requete import Requete
from fce.socle.texte.formats import pluriel

RIEN = (
    "Ni les mots exacts, ni un début de mot, ni une orthographe voisine n’ont rien donné : "
    "essayez un autre nom, l’enseigne, l’adresse ou le numéro SIREN."
)


def conseil(machine: Moteur, requete: Requete, compris: Compris | None) -> str | None:
    """Return the filter whose removal gives most results. None when only place and activity are filtered, since
    ``compris`` then gives better suggestions."""
    if compris and not requete.filtres.keys() - {*LIEUX, ACTIVITE}:
        return None
    essais: list[tuple[int, str]] = []
    for famille, membres in filtres.familles().items():
        if any(f.nom in requete.filtres for f in membres):
            libre = filtrage.poser(machine, requete, sauf=famille)
            posee = classement.poser_texte(libre, requete.q) if requete.q else libre
            essais.append((machine.nombre(posee), f"Sans le filtre {membres[0].conseil}"))
    if requete.etat != "tous":
        libre = filtrage.poser(machine, replace(requete, etat="tous"))
        posee = classement.poser_texte(libre, requete.q) if requete.q else libre
        if posee.mots or not requete.q:
            libelle = "En cherchant aussi parmi les entreprises cessées et les établissements fermés"
            essais.append((machine.nombre(posee), libelle))
    meilleur = max(essais, default=(0, ""))
    if meilleur[0]:
        return f"{meilleur[1]}, la recherche donne {pluriel(meilleur[0], 'résultat')}."
    return RIEN
