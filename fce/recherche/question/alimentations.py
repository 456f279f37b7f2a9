"""What the sources bring to the search index, from their declarations: filters, people, other names, RNA numbers.

Only open data: a source above C0 brings nothing, and neither does a declaration that reads a non-open field. Rows
arrive masked (``donnees.entreprises.apports``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache, partial
from typing import Any, NamedTuple

import structlog

from fce.donnees.entreprises.apports import Apport, FaitApporte, ouvert
from fce.recherche.engines.analyse import mots_d_une_personne, paires
from fce.socle.texte import paris
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.presentation import Alimentation, Appellation, Filtre, Ligne, NumeroRna, Personne

log = structlog.get_logger(__name__)

OUI, NON = "oui", "non"
QUELCONQUE = "*"
"""Code of every unit that has some value of a filter."""
MOTS_PAR_PERSONNE = 8
PERSONNES_MAX = 400
"""People indexed per company; the first ones are shown."""
VALEUR_MAX = 100
"""Characters of a filter's value."""
SEPARATEUR = "\t"
"""Separates a mention's kind from its text, in the index."""
ALERTE = "!"
"""Prefix of a mention that is an alert; the name of its filter follows."""


class Nourriture(NamedTuple):
    """What the facts of one company bring to its documents.

    - ``codes``: of the company; ``par_siret``: of its establishments;
    - ``mots``: words, pairs of words and usual names of its people;
    - ``mentions``: people, other names and alerts, to show;
    - ``noms``, ``rna``: other ways to find it.
    """

    codes: Collection[str]
    par_siret: Mapping[str, Collection[str]]
    mots: Collection[str]
    mentions: Collection[str]
    noms: Collection[str]
    rna: Collection[str]


class _Alimentee(NamedTuple):
    source: Source
    apport: Apport
    alimentations: tuple[Alimentation, ...]
    colonnes: tuple[str, ...]
    """Columns read, and the SIRET, as seen by selection rules."""


def apports() -> tuple[Apport, ...]:
    """Return what to read of each contributing source."""
    return tuple(a.apport for a in _alimentees())


def apports_de(nom: str) -> tuple[Apport, ...]:
    """Return what to read of one source."""
    return tuple(a.apport for a in _alimentees() if a.source.nom == nom)


def sources() -> tuple[str, ...]:
    """Return the names of the contributing sources."""
    return tuple(dict.fromkeys(a.source.nom for a in _alimentees()))


def roles() -> frozenset[str]:
    """Return the roles of indexed people: « Dirigeant », « Élu »."""
    return _roles(tuple(registre.toutes()))


@lru_cache(maxsize=4)
def _roles(declarees: tuple[Source, ...]) -> frozenset[str]:
    # Cached: called for each result of a page.
    alimentations = (x for a in _compiler(declarees) for x in a.alimentations)
    return frozenset(x.role.capitalize() for x in alimentations if isinstance(x, Personne))


def signature() -> list[str]:
    """Return a signature of these declarations, to detect an index built with others."""
    return sorted(
        f"{a.source.nom} {'+'.join(_decrire(x) for x in a.alimentations)} {','.join(n.name for n in a.apport.natures)}"
        for a in _alimentees()
    )


def filtres_ouverts(declarees: Iterable[Source]) -> Iterator[tuple[Source, Filtre]]:
    """Yield the open filters of these sources, with their source."""
    for source in declarees:
        for alimentation in _ouvertes(source):
            if isinstance(alimentation, Filtre):
                yield source, alimentation


def nourriture_de(faits: Sequence[FaitApporte]) -> Nourriture:
    return _nourriture_de(_alimentees(), faits)


def lecteur() -> Callable[[Sequence[FaitApporte]], Nourriture]:
    """Return ``nourriture_de`` bound to the current declarations, to avoid reading them again for each company."""
    return partial(_nourriture_de, _alimentees())


def _nourriture_de(alimentees: Sequence["_Alimentee"], faits: Sequence[FaitApporte]) -> Nourriture:
    recolte = _Recolte()
    if faits and faits[0].apport == faits[-1].apport:  # those of most companies
        recolte.ajouter(alimentees[faits[0].apport], faits)
        return recolte.nourriture()
    debut = 0
    while debut < len(faits):  # facts of one source are consecutive
        rang = faits[debut].apport
        fin = debut
        while fin < len(faits) and faits[fin].apport == rang:
            fin += 1
        recolte.ajouter(alimentees[rang], faits[debut:fin])
        debut = fin
    return recolte.nourriture()


class _Recolte:
    """Accumulates the facts of one company."""

    def __init__(self) -> None:
        self._codes: dict[str | None, dict[str, None]] = {}
        self._mots: list[str] = []
        self._mentions: dict[str, None] = {}
        self._noms: dict[str, None] = {}
        self._rna: dict[str, None] = {}
        self._personnes = 0

    def ajouter(self, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        for alimentation in alimentee.alimentations:
            match alimentation:
                case Filtre():
                    self._filtre(alimentation, alimentee, faits)
                case Personne():
                    self._gens(alimentation, alimentee, faits)
                case Appellation():
                    for nom in _valeurs(alimentee, faits, alimentation.champ):
                        self._noms[nom] = None
                        self._mentions[f"{alimentation.titre}{SEPARATEUR}{nom}"] = None
                case NumeroRna():
                    self._rna.update(dict.fromkeys(_valeurs(alimentee, faits, alimentation.champ)))

    def nourriture(self) -> Nourriture:
        siens = self._codes.pop(None, ())
        par_siret = {siret: codes for siret, codes in self._codes.items() if siret is not None}
        return Nourriture(siens, par_siret, dict.fromkeys(self._mots), self._mentions, self._noms, self._rna)

    def _filtre(self, filtre: Filtre, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        if filtre.selection is not None or filtre.alerte:
            choisies = _choisies(filtre.selection, alimentee, faits)
            retenus: list[tuple[str | None, Any]] = [
                (ligne.get(_SIRET), ligne.get(filtre.champ) if filtre.champ else filtre.valeur) for ligne in choisies
            ]
            self._mentions.update(dict.fromkeys(_alertes(filtre, choisies)))
        elif filtre.champ:
            colonne = alimentee.apport.colonnes.index(filtre.champ)
            retenus = [(f.siret, f.valeurs[colonne]) for f in faits]
        else:
            retenus = [(f.siret, filtre.valeur) for f in faits]
        for siret, valeur in retenus:
            valeur = filtre.valeur if valeur and filtre.valeur else valeur
            for code in _decouper(valeur, filtre.separateur):
                if filtre.libelle is not None and filtre.libelle(code) is None:
                    continue
                codes = self._codes.setdefault(siret, {})
                codes[f"{filtre.nom}:{code}"] = None
                if code != OUI:
                    codes[f"{filtre.nom}:{QUELCONQUE}"] = None

    def _gens(self, personne: Personne, alimentee: _Alimentee, faits: Sequence[FaitApporte]) -> None:
        champ_nom, champ_prenoms, usage, qualite = personne.nom, personne.prenoms, personne.usage, personne.qualite
        debut = f"{personne.role.capitalize()}{SEPARATEUR}"
        for ligne in _choisies(personne.selection, alimentee, faits):
            nom = ligne.get(champ_nom)
            if not nom or self._personnes == PERSONNES_MAX:
                continue
            self._personnes += 1
            prenoms = ligne.get(champ_prenoms)
            autre = ligne.get(usage) if usage else None
            mots, usuels = mots_d_une_personne((nom, autre) if autre else (nom,), prenoms)
            if len(mots) > MOTS_PAR_PERSONNE:
                mots, usuels = mots[:MOTS_PAR_PERSONNE], usuels[:MOTS_PAR_PERSONNE]
            self._mots += mots
            self._mots += paires(mots)
            self._mots += usuels
            ecrit = f"{autre} ({nom})" if autre and autre != nom else nom
            texte = f"{debut}{prenoms} {ecrit}" if prenoms else f"{debut}{ecrit}"
            if qualite and (siennes := ligne.get(qualite)):
                texte = f"{texte}, {_en_minuscule(siennes)}"
            self._mentions[texte] = None


def _alertes(filtre: Filtre, lignes: Sequence[Ligne]) -> Iterator[str]:
    """An alert to store: its value and its day."""
    for ligne in lignes if filtre.alerte else ():
        jour = next((ligne[a] for a in filtre.jours if ligne.get(a)), "")
        for code in _decouper(ligne.get(filtre.champ) if filtre.champ else filtre.valeur, filtre.separateur):
            yield f"{ALERTE}{filtre.nom}{SEPARATEUR}{code}{SEPARATEUR}{str(jour)[:10]}"


def _en_minuscule(qualites: str) -> str:
    """« Gérant, Administrateur » → « gérant, administrateur »; « PDG » stays."""
    return ", ".join(q if q[1:2].isupper() else q[:1].lower() + q[1:] for q in qualites.split(", "))


_SIRET = "_siret"


def _choisies(
    selection: Callable[[Sequence[Ligne], date], Sequence[Ligne]] | None,
    alimentee: _Alimentee,
    faits: Sequence[FaitApporte],
) -> Sequence[Ligne]:
    """Rows chosen by the source's rule. If the rule fails, all the rows are kept, so that indexing continues."""
    colonnes = alimentee.colonnes
    lignes = [dict(zip(colonnes, (*valeurs, siret), strict=True)) for _, siret, valeurs in faits]
    if selection is None:
        return lignes
    try:
        return selection(lignes, paris.aujourd_hui())
    except Exception as erreur:
        log.warning("règle de %s refusée par une ligne : %s", alimentee.source.nom, type(erreur).__name__)
        return lignes


def _valeurs(alimentee: _Alimentee, faits: Sequence[FaitApporte], champ: str) -> Iterator[str]:
    colonne = alimentee.apport.colonnes.index(champ)
    yield from (f.valeurs[colonne] for f in faits if f.valeurs[colonne])


def _decouper(valeur: object, separateur: str) -> list[str]:
    texte = "" if valeur is None else str(valeur)
    morceaux = texte.split(separateur) if separateur else [texte]
    return [m.strip()[:VALEUR_MAX] for m in morceaux if m.strip()]


def _alimentees() -> tuple[_Alimentee, ...]:
    return _compiler(tuple(registre.toutes()))


@lru_cache(maxsize=4)
def _compiler(declarees: tuple[Source, ...]) -> tuple[_Alimentee, ...]:
    """One reading per source, separate for rules that need whole rows and for distinct values."""
    sortie = []
    alarmes = {a.nom for source in declarees for a in _ouvertes(source) if isinstance(a, Filtre) and a.alerte}
    for source in declarees:
        # A value is an alert whichever source gives it.
        toutes = [
            replace(a, alerte=True) if isinstance(a, Filtre) and a.nom in alarmes else a for a in _ouvertes(source)
        ]
        for entieres in (False, True):
            voulues = tuple(a for a in toutes if _veut_les_lignes(a) is entieres)
            if voulues:
                colonnes = dict.fromkeys(c for a in voulues for c in a.attributs)
                apport = Apport.de(source, [*colonnes], entieres=entieres)
                sortie.append(_Alimentee(source, apport, voulues, (*apport.colonnes, _SIRET)))
    return tuple(sortie)


def _ouvertes(source: Source) -> list[Alimentation]:
    numeros = [*filter(None, (source.siren, source.siret))]
    if not numeros or not all(ouvert(source, a) for a in numeros):
        return []
    return [a for a in source.recherche if all(ouvert(source, attribut) for attribut in a.attributs)]


def _veut_les_lignes(alimentation: Alimentation) -> bool:
    """Rules need whole rows; so do alerts, for their day."""
    if isinstance(alimentation, Filtre):
        return alimentation.selection is not None or alimentation.alerte
    return isinstance(alimentation, Personne) or getattr(alimentation, "selection", None) is not None


def _decrire(alimentation: Alimentation) -> str:
    return f"{type(alimentation).__name__}({getattr(alimentation, 'nom', '')}:{','.join(alimentation.attributs)})"
