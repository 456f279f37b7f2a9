"""What the sheet reads of a source for a reader: one SELECT that contains his rights, or nothing.

``droits.habilitations.can`` decides on the source, ``droits.habilitations.portee`` on columns and rows; a refused
source or column is not in the statement. A source never imported is not read.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

from fce.donnees.entreprises import lieux
from fce.donnees.entreprises.repertoire import JEUX
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Portee
from fce.fiche.lecture.enonces import LIGNES_SOMME_LISTE, Enonce, Numero, branche_de, ensemble_de
from fce.fiche.lecture.plan import Fenetre, Forme, Plan
from fce.fiche.unite.perimetre import Perimetre
from fce.fiche.unite.unite_visee import Unite
from fce.socle.base.branches import Branche, Prealable
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.routes import Surface
from fce.sources import champs, registre
from fce.sources.declaration import Source
from fce.sources.onglets import SYNTHESE, TOUT, Onglet
from fce.sources.presentation import Serie, Tableau, colonnes_du_metier
from fce.sources.rubriques import TITRES
from fce.sources.synthese import Effectif

# Maximum rows read to apply a rule (or a tile, an alert) that SQL cannot express; beyond, the bloc says so.
LIGNES_REGLE: Final = 2000
LIGNES_FICHIER: Final = 5000
LIGNES_JALONS: Final = 100
DATES_SERIE: Final = 130
ENTIERE: Final = Fenetre()
SANS_NUMERO: Final = {True: "0" * 9, False: "0" * 14}
"""Placeholder numbers of the models of statements (company, establishment): no statement contains them."""
MODELES_MAX: Final = 4096
"""Size of the cache: about seventy sources, for each kind of page and of rights."""


def sources_de(unite: Unite) -> list[Source]:
    """Sources with a bloc on the sheet of such a unit: their rows hold one of its ``cles``.

    A source without a file is only asked live (``directes``).
    """
    return list(_sources_de(unite.cles, tuple(registre.toutes())))


@lru_cache(maxsize=8)
def _sources_de(cles: tuple[type[champs.Champ], ...], connues: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(
        source
        for source in connues
        if source.nom not in JEUX and source.importable and source.rubrique and _cle(source, cles) is not None
    )


def plans_de_la_fiche(
    unite: Unite, lecteur: LecteurDeDonnees, versions: Container[str], *, complet: bool = False, onglet: Onglet = TOUT
) -> list[Plan]:
    """What to read of each source for a unit. ``complet``: for a file; ``onglet``: only its sources.

    Only a page may compute a long sum afterwards; other surfaces wait for it.
    """
    sommer = 0 if lecteur.surface is Surface.FICHE and not complet else LIGNES_SOMME_LISTE
    fenetre = Fenetre(LIGNES_FICHIER if complet else None, sommer=sommer)
    ordonnees = _ordonnees(tuple(sources_de(unite)), onglet, lecteur.corps)
    breves = _breves(ordonnees, lecteur.onglets[0]) if onglet is SYNTHESE else frozenset()
    une = replace(fenetre, limite=1)
    return [prevoir(s, unite, lecteur, versions, une if s.nom in breves else fenetre) for s in ordonnees]


@lru_cache(maxsize=64)
def _ordonnees(sources: tuple[Source, ...], onglet: Onglet, corps: frozenset[str]) -> tuple[Source, ...]:
    """The sources of a tab, sorted by rubrique, those of the reader's bodies first, then by name."""
    rangs = {cle: rang for rang, cle in enumerate(TITRES)}
    return tuple(
        sorted(
            de_l_onglet(sources, onglet),
            key=lambda s: (rangs.get(s.rubrique, len(rangs)), not colonnes_du_metier(s.presentation, corps), s.nom),
        )
    )


@lru_cache(maxsize=64)
def _breves(sources: tuple[Source, ...], premier: Onglet) -> frozenset[str]:
    """Sources of which the Synthèse only shows that they have something, and how many: one row is enough. Excluded:
    those of the reader's first tab, which it lays out, and those whose rows are dated, computed, or complete others."""
    exclues = {s.complement.source for s in sources if s.complement}
    exclues |= {s.nom for s in sources if s.rubrique in premier.rubriques}
    return frozenset(s.nom for s in sources if s.nom not in exclues and s.jalon is None and not a_une_regle(s))


def de_l_onglet(sources: Sequence[Source], onglet: Onglet) -> list[Source]:
    """The sources that a tab reads: its own, those that complete them, that are compared with them or that give the
    same figure year by year; for the timeline every one that is dated or raises an alarm; every one with an alarm for
    the tab that tells those of each establishment; those of the head-count for the tab that draws it."""
    if onglet is TOUT or onglet is SYNTHESE:
        return list(sources)
    propres = [
        s
        for s in sources
        if s.rubrique in onglet.rubriques
        or (onglet.chronologie and (s.jalon or s.alarme))
        or (onglet.alarmes and s.alarme)
        or (onglet.effectif and any(isinstance(trait, Effectif) for trait in s.synthese))
    ]
    aides = {s.complement.source for s in propres if s.complement}
    aides |= {s.confrontation.avec for s in propres if s.confrontation and s.rubrique in onglet.rubriques}
    chiffres = {s.par_an.nom for s in propres if s.par_an and s.rubrique in onglet.rubriques}
    return [s for s in sources if s in propres or s.nom in aides or (s.par_an and s.par_an.nom in chiffres)]


def prevoir(
    source: Source,
    unite: Unite,
    lecteur: LecteurDeDonnees,
    versions: Container[str],
    fenetre: Fenetre = ENTIERE,
    *,
    brut: bool = False,
) -> Plan:
    """Decide what to read of ``source`` for a unit; nothing without a right or an import.

    ``brut``: one row per fact, whatever the presentation (for a file).
    """
    modele = _modele(source, unite.entreprise, lecteur.portee(source), source.nom in versions, fenetre, brut)
    return _lier(modele, unite)


@lru_cache(maxsize=MODELES_MAX)
def _modele(source: Source, entreprise: bool, ouverte: Portee, en_place: bool, fenetre: Fenetre, brut: bool) -> Plan:
    """The plan for any unit of a kind under equal rights: written once, then bound to each number.

    Rights are part of the cache key: other rights give another plan.
    """
    unite = Unite(SANS_NUMERO[entreprise])
    lisibles = {a: c for a, c in source.champs.items() if a in ouverte.colonnes}
    etablissement = _cle(source, (champs.Siret,))
    siret = etablissement[0] if etablissement and etablissement[0] in lisibles else ""
    trouvee = _cle(source, unite.cles)
    if trouvee is None:
        raise LookupError(f"{source.nom} n'a ni SIREN ni SIRET")
    cle, genre = trouvee
    plan = Plan(source, unite, lisibles, _perimetre(ouverte, lisibles, genre, unite), cle=cle, siret=siret)
    if not ouverte or not en_place or cle not in lisibles:
        return plan
    forme = Forme.LIGNES if brut else _forme(plan, genre)
    limite = fenetre.limite or limite_de(source, forme)
    if forme is Forme.LIGNES and a_une_regle(source):
        limite = max(limite, LIGNES_REGLE)
    plan = plan._replace(forme=forme, limite=limite)
    enonce = Enonce(plan, ouverte, genre, replace(fenetre, limite=limite), brut)
    perimetre = _restreint(enonce)
    ensemble = None if perimetre.entier or genre is champs.Siren else ensemble_de(enonce)
    return plan._replace(perimetre=perimetre, branche=branche_de(enonce), ensemble=ensemble)


def _lier(modele: Plan, unite: Unite) -> Plan:
    if modele.branche is None:
        return modele._replace(unite=unite)
    branche, ensemble = (b and _lierbranche(b, unite.numero) for b in (modele.branche, modele.ensemble))
    return modele._replace(unite=unite, branche=branche, ensemble=ensemble)


def _lierbranche(branche: Branche, numero: str) -> Branche:
    propres = tuple(Prealable(p.nom, p.sql, _numeroter(p.params, numero)) for p in branche.prealables)
    compte = branche.compte
    return Branche(
        branche.cle, branche.sql, _numeroter(branche.params, numero), (*_prealables(numero), *propres),
        replace(
            compte, params=_numeroter(compte.params, numero), params_mesure=_numeroter(compte.params_mesure, numero)
        ) if compte else None,
        branche.colonnes,
    )  # fmt: skip


def _numeroter(params: tuple[Any, ...], numero: str) -> tuple[Any, ...]:
    return tuple([f"{numero}{p.suite}" if isinstance(p, Numero) else p for p in params])


@lru_cache(maxsize=16)
def _prealables(numero: str) -> tuple[Prealable, ...]:
    """Shared subqueries of the statements of a unit: its diffusion; for a company, its establishments."""
    diffusions = lieux.diffusions(numero)
    return diffusions if est_siret(numero) else (lieux.etablissements(numero), *diffusions)


@cache
def _cle(source: Source, genres: tuple[type[champs.Champ], ...]) -> tuple[str, type[champs.Champ]] | None:
    """Attribute of the unit that a row is about: ``siren`` or ``siret`` by name, else the first number declared.

    Other units that a row names (the buyer of a public contract) are declared after it.
    """
    candidats = [(a, g) for a, c in source.champs.items() for g in genres if isinstance(c, g)]
    for nom in ("siren", "siret"):
        if propre := next((c for c in candidats if c[0] == nom), None):
            return propre
    return candidats[0] if candidats else None


def a_une_regle(source: Source) -> bool:
    """Whether Python computes something on the rows."""
    plie = isinstance(source.presentation, Tableau) and source.presentation.pliage is not None
    return plie or bool(source.selection or source.tuile or source.alarme or source.synthese)


def _forme(plan: Plan, genre: type[champs.Champ]) -> Forme:
    source = plan.source
    if not plan.unite.entreprise or source.selection is not None:
        return Forme.LIGNES
    if isinstance(source.presentation, Serie) and genre is champs.Siret and source.presentation.date in plan.lisibles:
        return Forme.PAR_DATE
    if plan.groupable and not a_une_regle(source) and source.jalon is None:
        return Forme.PAR_ETABLISSEMENT
    return Forme.LIGNES


def limite_de(source: Source, forme: Forme) -> int:
    if forme is Forme.PAR_DATE or isinstance(source.presentation, Serie):
        return DATES_SERIE
    if forme is Forme.LIGNES and source.regroupement is not None:
        return LIGNES_REGLE
    limite = int(getattr(source.presentation, "limite", 20))
    return max(limite, LIGNES_JALONS) if source.jalon is not None else limite


def _perimetre(
    ouverte: Portee, lisibles: Mapping[str, champs.Champ], genre: type[champs.Champ], unite: Unite
) -> Perimetre:
    """Scope of the rows that this reader may list, before reading them."""
    perimetre = unite.perimetre
    if colonnes := tuple((lisibles[a].libelle, frozenset.intersection(*t)) for a, t in ouverte.colonnes.items() if t):
        perimetre = replace(perimetre, colonnes=colonnes)
    # A fact about a company is read in full or not at all.
    if not unite.entreprise or genre is not champs.Siret or not ouverte.territoires:
        return perimetre
    return replace(perimetre, entier=False, territoire=ouverte.territoire())


def _restreint(enonce: Enonce) -> Perimetre:
    """The same, limited further by the columns that order or add up the rows."""
    perimetre, ouverte = enonce.plan.perimetre, enonce.ouverte
    if not enonce.plan.unite.entreprise or not any(ouverte.colonnes[a] for a in enonce.utilisees):
        return perimetre
    return replace(perimetre, entier=False, territoire=ouverte.territoire(enonce.utilisees))
