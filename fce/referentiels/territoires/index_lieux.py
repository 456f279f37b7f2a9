"""In-memory index of place names: compact arrays, built once per process at the first search."""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from fce.referentiels.territoires.decoupage import (
    decoder,
    departement_par_prefixe,
    departements,
    epci_connus,
    lignes_communes,
    region_du_departement,
    regions,
)
from fce.referentiels.territoires.lieu import (
    NATURES_EPCI,
    Lieu,
    est_collectivite,
    lieu_commune,
    lieu_departement,
    lieu_epci,
    lieu_region,
)
from fce.socle.texte.pliage import plier

_ARTICLE_INITIAL = re.compile(r"^(?:l|le|la|les) ")
_NATURE_INITIALE = re.compile(r"^(?:cc|ca|cu)(?: (?:d|de|des|du|l|la|le|les))* ")
_SAINTS = {"st": "saint", "ste": "sainte"}
# Usual names of régions, by code.
_SURNOMS = {
    "11": "idf",
    "27": "bfc",
    "84": "aura",
    "93": "paca",
    "200046977": "grand lyon",
    "200054781": "mgp",
    "200093201": "mel",
}
_NUMERO_ARRONDISSEMENT = re.compile(r" (\d+)\D* Arrondissement")
_APRES_TOUT = "{"  # the character after "z": sorts above every folded word with a given prefix
# An EPCI often has the name of its main town, which people more often mean.
_POIDS_EPCI = 0.1
# Former names come after current ones.
_POIDS_PASSE = 0.001
# An inner word counts less than the first: « lil » is Lille before the Métropole européenne de Lille.
_POIDS_MOT_INTERIEUR = 0.1

# The row of a commune, or (genre, code, name) of a larger territory.
Objet = str | tuple[str, str, str]


def _deplier_saints(plie: str) -> str:
    if " st" not in f" {plie}":
        return plie
    return " ".join(_SAINTS.get(mot, mot) for mot in plie.split())


@dataclass(frozen=True, slots=True)
class Index:
    """Names by decreasing weight; each word gives the ranks of the names that hold it."""

    objets: tuple[Objet, ...]
    noms: tuple[str, ...]
    poids: "array[float]"
    rangs_exacts: dict[str, list[int]]
    mots: tuple[str, ...]
    debuts: "array[int]"
    occurrences: "array[int]"

    def lieu(self, rang: int) -> Lieu:
        objet = self.objets[rang]
        if isinstance(objet, str):
            return lieu_commune(decoder(objet))
        genre, code, nom = objet
        return {"region": lieu_region, "departement": lieu_departement, "epci": lieu_epci}[genre](code, nom)

    def convient(self, rang: int, numeros: list[str], genre: str | None) -> bool:
        """Whether the numbers typed beside a name match: arrondissement, département, postal or Insee code."""
        objet = self.objets[rang]
        if genre and (isinstance(objet, str) or objet[0] != genre):
            return False
        return all(self._porte(objet, numero.upper()) for numero in numeros)

    @staticmethod
    def _porte(objet: Objet, numero: str) -> bool:
        if not isinstance(objet, str):
            return objet[1] == numero
        code, nom, _, actuelle, _, postaux, _ = objet.split(";")
        if departement_par_prefixe(actuelle) == numero:
            return True
        if len(numero) < 3:
            arrondissement = _NUMERO_ARRONDISSEMENT.search(nom)
            return arrondissement is not None and arrondissement[1] == numero.lstrip("0")
        return code.startswith(numero) or f" {numero}" in f" {postaux}"

    def exacts(self, mots: list[str], numeros: list[str]) -> list[tuple[Lieu, float]]:
        """(place, weight) of exactly this name that match the numbers, heaviest first."""
        demandes = {" ".join(mots), " ".join(_SAINTS.get(mot, mot) for mot in mots)}
        rangs = {r for d in demandes for r in self.rangs_exacts.get(d, ()) if self.convient(r, numeros, None)}
        return [(self.lieu(r), self.poids[r]) for r in sorted(rangs)]

    def chercher(self, mots: list[str], numeros: list[str], genre: str | None, limite: int) -> list[int]:
        """Ranks with every word, possibly unfinished, that match the numbers: exact names, then by weight."""
        demandes = {" ".join(mots), " ".join(_SAINTS.get(mot, mot) for mot in mots)}
        exacts = [r for d in demandes for r in self.rangs_exacts.get(d, ()) if self.convient(r, numeros, genre)]
        exacts = sorted(set(exacts))
        notes: list[tuple[float, int]] = []
        seuil = 0.0
        for rang in sorted(self._candidats(mots).difference(exacts)):
            # Weights decrease with rank: stop when no following one can enter the page.
            if len(notes) >= limite and self.poids[rang] <= seuil:
                break
            if self.convient(rang, numeros, genre):
                note = self.poids[rang] * (1 if self._commence(rang, demandes) else _POIDS_MOT_INTERIEUR)
                notes.append((-note, rang))
                notes.sort()
                del notes[limite:]
                seuil = -notes[-1][0]
        return (exacts + [rang for _, rang in notes])[:limite]

    def _commence(self, rang: int, demandes: set[str]) -> bool:
        nom = self.noms[rang]
        return any(nom.startswith(d) or _ARTICLE_INITIAL.sub("", nom).startswith(d) for d in demandes)

    def _candidats(self, mots: list[str]) -> set[int]:
        tranches = sorted((self._commencant(mot) for mot in dict.fromkeys(mots)), key=len)
        communs = set(tranches[0])
        for tranche in tranches[1:]:
            communs.intersection_update(tranche)
        return communs

    def _commencant(self, prefixe: str) -> "array[int]":
        """``st`` is both a prefix and « saint »."""
        tranche = self._tranche(prefixe, prefixe + _APRES_TOUT)
        return tranche + self._tranche(_SAINTS[prefixe], _SAINTS[prefixe] + "\0") if prefixe in _SAINTS else tranche

    def _tranche(self, debut: str, fin: str) -> "array[int]":
        premier, dernier = bisect_left(self.mots, debut), bisect_left(self.mots, fin)
        return self.occurrences[self.debuts[premier] : self.debuts[dernier]]


def _entrees() -> Iterator[tuple[float, Objet, str, str]]:
    """Yield (weight, object, folded name, other words that find it)."""
    habitants_departement: dict[str, int] = {}
    aujourdhui: dict[str, tuple[str, int]] = {}
    for ligne in lignes_communes():
        code, nom, nature, actuelle, _, _, population = ligne.split(";")
        habitants = int(population or 0)
        poids: float = habitants
        if nature == "actuelle":
            aujourdhui[code] = (nom, habitants)
            dep = departement_par_prefixe(code)
            habitants_departement[dep] = habitants_departement.get(dep, 0) + habitants
        elif nature != "arrondissement":
            nom_actuel, habitants_actuels = aujourdhui[actuelle]
            if nom == nom_actuel:
                continue
            poids = habitants_actuels * _POIDS_PASSE
        yield poids, ligne, _deplier_saints(plier(nom)), ""
    for code, (nom, nature, habitants) in epci_connus().items():
        sans_nature = _NATURE_INITIALE.sub("", _deplier_saints(plier(nom)))
        autres_mots = plier(f"{nature} {NATURES_EPCI[nature]} {_SURNOMS.get(code, '')}")
        yield habitants * _POIDS_EPCI, ("epci", code, nom), sans_nature, autres_mots
    habitants_region: dict[str, int] = {}
    for d in departements():
        nom, habitants = d.libelle or d.code, habitants_departement.get(d.code, 0)
        if region := region_du_departement(d.code):
            habitants_region[region.code] = habitants_region.get(region.code, 0) + habitants
        yield habitants, ("departement", d.code, nom), plier(nom), "departement"
    for r in regions():
        if not est_collectivite(r.code):
            nom = r.libelle or r.code
            yield habitants_region[r.code], ("region", r.code, nom), plier(nom), f"region {_SURNOMS.get(r.code, '')}"


@lru_cache(maxsize=1)
def index() -> Index:
    """Build the index (about 0.2 s, once)."""
    # Stable sort: at equal weight (Paris, La Réunion), commune, département, région.
    entrees = sorted(_entrees(), key=lambda entree: -entree[0])
    exacts: dict[str, list[int]] = {}
    occurrences: dict[str, list[int]] = {}
    for rang, (_, _, nom, autres_mots) in enumerate(entrees):
        exacts.setdefault(nom, []).append(rang)
        # « mont st michel » finds Le Mont-Saint-Michel, but « saint » alone does not mean Le Saint.
        sans_article = _ARTICLE_INITIAL.sub("", nom)
        if sans_article != nom and " " in sans_article:
            exacts.setdefault(sans_article, []).append(rang)
        for mot in {*nom.split(), *autres_mots.split()}:
            occurrences.setdefault(mot, []).append(rang)
    mots = sorted(occurrences)
    rangs = array("L")
    for mot in mots:
        rangs.extend(occurrences[mot])
    return Index(
        tuple(objet for _, objet, _, _ in entrees),
        tuple(nom for _, _, nom, _ in entrees),
        array("d", (poids for poids, *_ in entrees)),
        exacts,
        tuple(mots),
        array("L", accumulate((len(occurrences[mot]) for mot in mots), initial=0)),
        rangs,
    )
