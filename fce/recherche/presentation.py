"""What the results page shows beside the results: filters, labels of the active ones, addresses, headings.

Pure functions from a ``Requete`` and the facets of its results to small frozen objects that the template prints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from fce.recherche import alimentations
from fce.recherche.alimentations import DIRIGEANT, OUI
from fce.recherche.requete import FILTRES_DATES, FILTRES_LIEU, Requete
from fce.recherche.selectors import Facette
from fce.referentiels import categories_juridiques, effectifs, naf, territoires

AFFICHAGES = ("liste", "tableau")

TITRES = {
    "region": "Région",
    "departement": "Département",
    "epci": "Intercommunalité",
    "commune": "Commune",
    "code_postal": "Code postal",
    "naf": "Activité",
    "categorie_juridique": "Forme juridique",
    "tranche_effectif": "Effectif",
    "categorie": "Taille",
    "siege": "Siège",
    "employeur": "Employeur",
    "ess": "Économie sociale et solidaire",
    "societe_mission": "Société à mission",
    "creation_min": "Créée depuis le",
    "creation_max": "Créée jusqu’au",
    DIRIGEANT: "Dirigeant ou élu",
}
CATEGORIES = {
    "PME": "PME – petite ou moyenne entreprise",
    "ETI": "ETI – entreprise de taille intermédiaire",
    "GE": "GE – grande entreprise",
}
ETATS = {"actif": "En activité", "cesse": "Cessées ou fermées", "tous": "Toutes"}
TRIS = {
    "pertinence": "Pertinence",
    "effectif": "Effectif, du plus grand au plus petit",
    "creation": "Création, de la plus récente à la plus ancienne",
    "nom": "Nom, de A à Z",
    "commune": "Commune, de A à Z",
}
LISTES_COMPLETES = {
    "tranche_effectif": [tranche.code for tranche in effectifs.liste()],
    "categorie": [*CATEGORIES],
    "naf": [*naf.enfants()],
}
"""Values offered before anything is asked, when there is no count to choose them by."""
CASES_VISIBLES = 6
CASES_MAX = 60
CASES_DECLAREES_MAX = 30
GROUPES_VISIBLES = 4
"""Filters of the other sources shown at once, those that most results bear; the rest is folded."""
TRIS_DECROISSANTS = frozenset({"effectif", "creation"})
"""Sorts whose natural order is from the greatest to the smallest."""


@dataclass(frozen=True, slots=True)
class Choix:
    """A box to tick. ``nombre`` is None when the count is not known, ``estime`` when it is about that."""

    code: str
    libelle: str
    nombre: int | None
    actif: bool
    estime: bool = False


@dataclass(frozen=True, slots=True)
class Groupe:
    """A filter and its boxes: those shown at once, those behind « Plus », and how many are ticked."""

    nom: str
    titre: str
    choix: tuple[Choix, ...]
    suite: tuple[Choix, ...]
    actifs: int


@dataclass(frozen=True, slots=True)
class GroupesDeclares:
    """Filters of the other sources: shown, folded, and those of one box, gathered."""

    visibles: tuple[Groupe, ...]
    replies: tuple[Groupe, ...]
    simples: tuple[Groupe, ...]

    @property
    def simples_actifs(self) -> int:
        """Boxes ticked among the gathered ones."""
        return sum(g.actifs for g in self.simples)


@dataclass(frozen=True, slots=True)
class Etiquette:
    """An active filter, and the address without it."""

    libelle: str
    retirer: str


@dataclass(frozen=True, slots=True)
class Colonne:
    """A header of the table: its sort, the address that sorts by it, and ``aria-sort``."""

    titre: str
    adresse: str
    sens: str


def adresse(requete: Requete, affichage: str, **changements: object) -> str:
    """Return the query string of a query with its view and layout written out: a shared address shows what was seen."""
    page = {} if changements else {"page": requete.page}  # any change goes back to the first page
    parametres = requete.parametres(**{"vue": requete.vue, **page, **changements})
    if affichage != "liste":
        parametres.append(("affichage", affichage))
    return urlencode(parametres)


def libelle_lieu(genre: str, code: str) -> str:
    """Return ``Lille (59)``, ``Nord (59)``, ``Hauts-de-France``… or the code alone when it is not known."""
    match genre:
        case "region":
            trouve = territoires.region(code)
            return (trouve and trouve.libelle) or f"Région {code}"
        case "departement":
            trouve = territoires.departement(code)
            return f"{trouve.libelle} ({code})" if trouve and trouve.libelle else f"Département {code}"
        case "epci":
            trouve = territoires.epci(code)
            return (trouve and trouve.libelle) or f"Intercommunalité {code}"
        case "commune":
            commune = territoires.commune(code)
            return f"{commune.nom} ({commune.departement})" if commune else f"Commune {code}"
        case _:
            return f"Code postal {code}"


def libelle_valeur(nom: str, code: str) -> str:
    """Return what an agent reads for one value of a filter."""
    if nom in FILTRES_LIEU:
        return libelle_lieu(nom, code)
    if nom in FILTRES_DATES:
        annee, mois, quantieme = code.split("-")
        return f"{quantieme}/{mois}/{annee}"
    match nom:
        case "naf":
            return _avec_code(code, naf.libelle(code))
        case "categorie_juridique":
            return _avec_code(code, categories_juridiques.libelle(code))
        case "tranche_effectif":
            return effectifs.libelle(code) or code
        case "categorie":
            return CATEGORIES.get(code, code)
        case nom if nom in alimentations.filtres():
            libelle = alimentations.filtres()[nom].libelle(code)
            return _avec_code(code, libelle) if code.isdigit() and libelle != code else libelle
        case "dirigeant":
            return code
        case _:
            return "oui" if code == "oui" else "non"


def titre(nom: str) -> str:
    """Return the title of a filter."""
    declare = alimentations.filtres().get(nom)
    return declare.titre if declare else TITRES[nom]


def etiquettes(requete: Requete, affichage: str) -> list[Etiquette]:
    """Return the active filters, each with the address that drops it alone."""
    sorties = []
    for nom, codes in requete.filtres.items():
        for code in codes:
            reste = [c for c in codes if c != code]
            libelle = libelle_valeur(nom, code)
            if nom not in (*FILTRES_LIEU, "naf", "tranche_effectif", "categorie", "categorie_juridique"):
                libelle = f"{titre(nom)} {libelle}" if nom in FILTRES_DATES else f"{titre(nom)} : {libelle}"
            sorties.append(Etiquette(libelle, adresse(requete, affichage, **{nom: reste})))
    for texte in requete.lieux_inconnus:
        reste = [t for t in requete.lieux_inconnus if t != texte]
        sorties.append(Etiquette(f"Lieu inconnu : {texte}", adresse(requete, affichage, lieu=reste)))
    if requete.etat != "actif":
        sorties.append(Etiquette(f"État : {ETATS[requete.etat].lower()}", adresse(requete, affichage, etat=None)))
    return sorties


def groupe(requete: Requete, nom: str, facettes: Mapping[str, Sequence[Facette]]) -> Groupe:
    """Return the boxes of a filter: its active values first, then the most frequent ones among the results.

    Activities open level by level: sections, then what is inside those that are ticked.
    """
    actifs = requete.filtres.get(nom, ())
    connues = {facette.code: facette for facette in facettes.get(nom, ())}
    declare = alimentations.filtres().get(nom)
    proposes = [*connues] or LISTES_COMPLETES.get(nom, [])
    if declare and not facettes:  # nothing asked yet
        proposes = list(declare.valeurs)
    if nom == "naf":
        ouverts = {enfant for code in actifs for enfant in naf.enfants(code)}
        proposes = [code for code in proposes if code in ouverts or len(code) == 1]
    codes = [*dict.fromkeys([*actifs, *proposes])]
    if nom == "tranche_effectif":
        codes.sort(key=effectifs.rang)
    choix = tuple(_choix(nom, code, connues.get(code), actif=code in actifs) for code in codes)
    courte = len(choix) if nom == "tranche_effectif" else max(CASES_VISIBLES, len(actifs))
    longue = CASES_DECLAREES_MAX if declare else CASES_MAX
    return Groupe(nom, titre(nom), choix[:courte], choix[courte:longue], len(actifs))


def _choix(nom: str, code: str, facette: Facette | None, *, actif: bool) -> Choix:
    libelle = libelle_valeur(nom, code)
    if facette is None:
        return Choix(code, libelle, None, actif)
    return Choix(code, libelle, facette.nombre, actif, facette.estimee)


def groupes_declares(requete: Requete, facettes: Mapping[str, Sequence[Facette]]) -> GroupesDeclares:
    """Return the filters that the sources declare: those asked, then those that most results bear; the rest apart."""
    declares = alimentations.filtres().values()
    groupes = [groupe(requete, f.nom, facettes) for f in declares if not f.simple]
    utiles = [g for g in groupes if g.choix]
    utiles.sort(key=lambda g: (-g.actifs, -sum(c.nombre or 0 for c in g.choix)))
    coupe = max(GROUPES_VISIBLES, sum(bool(g.actifs) for g in utiles))
    simples = [_en_une_case(groupe(requete, f.nom, facettes)) for f in declares if f.simple]
    return GroupesDeclares(tuple(utiles[:coupe]), tuple(utiles[coupe:]), tuple(g for g in simples if g.choix))


def _en_une_case(groupe: Groupe) -> Groupe:
    """Turn « yes » into the title of its filter: the box says by itself what it asks. « No » shows when it is asked."""
    cases = [
        replace(c, libelle=groupe.titre if c.code == OUI else f"{groupe.titre} : non")
        for c in groupe.choix
        if c.code == OUI or c.actif
    ]
    return replace(groupe, choix=tuple(cases))


def naf_les_plus_precis(codes: Sequence[str]) -> list[str]:
    """Drop the codes that hold another one: « commerce », then « fruits et légumes » inside it, means the latter."""
    contenants = {ancetre for code in codes for ancetre in naf.ancetres(code)[:-1]}
    return [code for code in codes if naf.normaliser(code) not in contenants]


def colonne(requete: Requete, affichage: str, titre: str, tri: str) -> Colonne:
    """Return a sortable header: a second click reverses the order."""
    if requete.tri != tri:
        return Colonne(titre, adresse(requete, affichage, tri=tri), "none")
    decroissant = (tri in TRIS_DECROISSANTS) != requete.inverse
    suivant = tri if requete.inverse else f"-{tri}"
    return Colonne(titre, adresse(requete, affichage, tri=suivant), "descending" if decroissant else "ascending")


def pages_voisines(page: int, pages: int) -> list[int | None]:
    """Return the page numbers to show, ``None`` for a gap: ``[1, None, 4, 5, 6, None, 20]``."""
    gardees = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    sorties: list[int | None] = []
    for numero in gardees:
        if sorties and sorties[-1] is not None and numero - sorties[-1] > 1:
            sorties.append(None)
        sorties.append(numero)
    return sorties


def _avec_code(code: str, libelle: str | None) -> str:
    return f"{code} – {libelle}" if libelle else code
