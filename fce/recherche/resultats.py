"""What a search gives back, to pages, exports and API alike."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.recherche import alimentations
from fce.recherche.alimentations import QUELCONQUE
from fce.recherche.requete import Requete
from fce.referentiels import categories_juridiques, effectifs, naf, territoires


@dataclass(frozen=True, slots=True)
class Resultat:
    """One result. ``etablissement`` is set in the establishment view, or when it is why the company was found.

    ``motif`` says why it matched when it is not by its name (« Enseigne : … », « Dirigeant : … »). ``personnes`` are
    the people of the company that the sources name, the first ones first.
    """

    entreprise: EntrepriseVue
    etablissement: EtablissementVu | None = None
    motif: str | None = None
    personnes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facette:
    """One value of a filter among the results; ``active`` when the query already asks for it.

    ``nombre``: results of the query with that value, alone in its filter; ``estimee``: it may be more or less.
    """

    code: str
    libelle: str
    nombre: int
    active: bool
    estimee: bool = False


@dataclass(frozen=True, slots=True)
class Resultats:
    """One page of results. ``total`` is exact up to 10 000 (``total_exact``), else 10 000 stands for "more".

    ``approchants``: few companies match the words as typed, the search was widened. ``redirection``: address of the one
    sheet that the query names. ``conseil``: a sentence for the user (what was tried, which filter to lift).
    """

    total: int = 0
    total_exact: bool = True
    page: int = 1
    pages: int = 0
    resultats: list[Resultat] = field(default_factory=list)
    facettes: dict[str, list[Facette]] = field(default_factory=dict)
    approchants: bool = False
    redirection: str | None = None
    conseil: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A company while typing: its name, town, size, activity; ``etat`` is "A", "C" or None."""

    siren: str
    nom: str
    commune: str | None
    effectif: str | None
    activite: str | None
    etat: str | None


_OUI_NON = {"oui": "Oui", "non": "Non"}


def _region(code: str) -> str | None:
    libelle = territoires.region(code)
    return libelle.libelle if libelle else None


def _departement(code: str) -> str | None:
    libelle = territoires.departement(code)
    return f"{libelle.libelle} ({code})" if libelle else None


# Filter -> (prefix of its codes in the index, label of a value), in the order of the page.
FACETTES: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "region": ("r:", _region),
    "departement": ("d:", _departement),
    "naf": ("n:", naf.libelle),
    "categorie_juridique": ("j:", categories_juridiques.libelle),
    "tranche_effectif": ("t:", effectifs.libelle),
    "categorie": ("g:", {"PME": "PME", "ETI": "ETI", "GE": "Grande entreprise"}.get),
    "siege": ("siege:", _OUI_NON.get),
    "employeur": ("employeur:", _OUI_NON.get),
    "ess": ("ess:", _OUI_NON.get),
    "societe_mission": ("societe_mission:", _OUI_NON.get),
}
ETATS = {"actif": "En activité", "cesse": "Cessées ou fermées"}


def _declarees() -> Iterator[tuple[str, tuple[str, Callable[[str], str | None]]]]:
    for filtre in alimentations.filtres().values():
        yield filtre.nom, (f"{filtre.nom}:", filtre.libelle)


@dataclass(frozen=True, slots=True)
class Comptes:
    """Results by code of the index for one filter; ``estimes``: they may be more or less."""

    par_code: Mapping[str, int]
    estimes: bool = False


def facettes(
    requete: Requete, nombres: Comptes, propres: Mapping[str, Comptes], etats: dict[str, int]
) -> dict[str, list[Facette]]:
    """Facets from counts by code; ``propres`` holds those of the filters that are not counted as the others are.

    A place that holds one already asked is left out: it would change nothing (``Requete.lieux``).
    """
    sortie: dict[str, list[Facette]] = {}
    larges = requete.lieux_contenants()
    for nom, (prefixe, libelle) in (*FACETTES.items(), *_declarees()):
        if nom == "siege" and requete.vue == "entreprises":
            continue  # every company has one
        actives, comptes = requete.filtres.get(nom, ()), propres.get(nom, nombres)
        inutiles = larges.get(nom, ())
        valeurs = [
            Facette(code, libelle(code) or code, n, code in actives, comptes.estimes)
            for cle, n in comptes.par_code.items()
            if cle.startswith(prefixe)
            for code in [cle.removeprefix(prefixe)]
            if code != QUELCONQUE and (code in actives or code not in inutiles)
        ]
        rang: Callable[[Facette], tuple[object, ...]] = (
            (lambda f: (effectifs.rang(f.code),)) if nom == "tranche_effectif" else (lambda f: (-f.nombre, f.code))
        )
        sortie[nom] = sorted(valeurs, key=rang)
    sortie["etat"] = [Facette(c, ETATS[c], n, c == requete.etat) for c, n in etats.items()]
    return sortie
