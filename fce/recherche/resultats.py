"""What a search gives back, to pages, exports and API alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.recherche import filtres
from fce.recherche.alimentations import QUELCONQUE
from fce.recherche.elargissement import Compris
from fce.recherche.requete import ETATS, Requete


class Resultat(msgspec.Struct, frozen=True):
    """One result. ``etablissement`` is set in the establishment view, or when it is why the company was found.

    ``motif`` says why it matched when it is not by its name (« Enseigne : … », « Dirigeant : … »). ``personnes`` are
    the people of the company that the sources name, the first ones first. ``alertes`` are its public alarms.
    """

    entreprise: EntrepriseVue
    etablissement: EtablissementVu | None = None
    motif: str | None = None
    personnes: tuple[str, ...] = ()
    alertes: tuple[str, ...] = ()


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
    ``compris``: the activity and the place that are asked, when nothing answers them or when they are said in words.
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
    compris: Compris | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A company while typing: its name, town, size, activity; ``etat`` is "A", "C" or None."""

    siren: str
    nom: str
    commune: str | None
    effectif: str | None
    activite: str | None
    etat: str | None


class NombresParCode(msgspec.Struct, frozen=True):
    """Results by code of the index for one filter; ``estimes``: they may be more or less."""

    par_code: Mapping[str, int]
    estimes: bool = False

    def par_filtre(self) -> dict[str, list[tuple[str, int]]]:
        """Values and their results by what the codes of a filter begin with."""
        sortie: dict[str, list[tuple[str, int]]] = {}
        for cle, n in self.par_code.items():
            debut, deux_points, valeur = cle.partition(":")
            sortie.setdefault(debut + deux_points, []).append((valeur, n))
        return sortie


def facettes(
    requete: Requete, nombres: NombresParCode, propres: Mapping[str, NombresParCode], etats: dict[str, int]
) -> dict[str, list[Facette]]:
    """Facets from counts by code; ``propres`` holds those of the filters that are not counted as the others are.

    A place that holds one already asked is left out: it would change nothing (``Requete.lieux``).
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
