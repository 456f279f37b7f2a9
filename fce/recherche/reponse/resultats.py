"""What a search returns to pages, exports and API."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.recherche.engines.port import Question
from fce.recherche.question import filtres
from fce.recherche.question.alimentations import QUELCONQUE
from fce.recherche.question.elargissement import Compris
from fce.recherche.question.requete import ETATS, Requete


class Resultat(msgspec.Struct, frozen=True):
    """One result. ``etablissement`` is set in the establishment view, or when the company was found by it.

    ``motif``: why it matched, when not by its name (« Enseigne : … », « Dirigeant : … »). ``personnes``: people that
    sources name in the company. ``alertes``: its public alerts.
    """

    entreprise: EntrepriseVue
    etablissement: EtablissementVu | None = None
    motif: str | None = None
    personnes: tuple[str, ...] = ()
    alertes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facette:
    """One value of a filter among the results. ``active``: the query asks for it.

    ``nombre``: results of the query with only this value in this filter; ``estimee``: approximate.
    """

    code: str
    libelle: str
    nombre: int
    active: bool
    estimee: bool = False


@dataclass(frozen=True, slots=True)
class Resultats:
    """One page of results. ``total`` is exact up to 10 000 (``total_exact``), else it is 10 000.

    ``approchants``: too few companies match the words as typed, and the search was widened. ``laisses``: words, folded,
    that no result holds. ``redirection``: address of the only sheet that the query names. ``conseil``: sentence for the
    user (what was tried, which filter to remove). ``compris``: activity and place asked, when they have no result or
    were typed as words. ``incomplets``: the index still counts what nobody may find any more: no number comes from it.
    ``question``: the one answered, for what is counted beside the list.
    """

    total: int = 0
    total_exact: bool = True
    page: int = 1
    pages: int = 0
    resultats: list[Resultat] = field(default_factory=list)
    facettes: dict[str, list[Facette]] = field(default_factory=dict)
    approchants: bool = False
    laisses: tuple[str, ...] = ()
    redirection: str | None = None
    conseil: str | None = None
    compris: Compris | None = None
    incomplets: bool = False
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A company suggested while typing: name, commune, size, activity; ``etat`` is "A", "C" or None."""

    siren: str
    nom: str
    commune: str | None
    effectif: str | None
    activite: str | None
    etat: str | None


class NombresParCode(msgspec.Struct, frozen=True):
    """Number of results by code, for one filter; ``estimes``: approximate."""

    par_code: Mapping[str, int]
    estimes: bool = False

    def par_filtre(self) -> dict[str, list[tuple[str, int]]]:
        """Values and their number of results, by prefix of the codes."""
        sortie: dict[str, list[tuple[str, int]]] = {}
        for cle, n in self.par_code.items():
            debut, deux_points, valeur = cle.partition(":")
            sortie.setdefault(debut + deux_points, []).append((valeur, n))
        return sortie


def facettes(
    requete: Requete, nombres: NombresParCode, propres: Mapping[str, NombresParCode], etats: dict[str, int]
) -> dict[str, list[Facette]]:
    """Make facets from counts by code. ``propres``: counts of the filters that need their own.

    A place that contains one already asked is left out: adding it would change nothing (``Requete.lieux``).
    """
    sortie: dict[str, list[Facette]] = {}
    larges = requete.lieux_contenants()
    groupes: dict[int, dict[str, list[tuple[str, int]]]] = {}
    for nom, filtre in filtres.tous().items():
        if not filtre.facette or requete.vue not in filtre.porteurs:
            continue  # every company has a siège
        actives, comptes = requete.filtres.get(nom, ()), propres.get(nom, nombres)
        inutiles = larges.get(nom, ())
        if id(comptes) not in groupes:
            groupes[id(comptes)] = comptes.par_filtre()
        valeurs = [
            Facette(code, filtre.libelle(code) or code, n, code in actives, comptes.estimes)
            for code, n in groupes[id(comptes)].get(filtre.debut, ())
            if code != QUELCONQUE and (code in actives or code not in inutiles)
        ]
        rang = filtre.rang
        sortie[nom] = sorted(valeurs, key=lambda f: (rang(f.code), "") if rang else (-f.nombre, f.code))
    sortie["etat"] = [Facette(c, ETATS[c], n, c == requete.etat) for c, n in etats.items()]
    return sortie
