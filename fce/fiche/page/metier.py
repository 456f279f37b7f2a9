"""The second card of the readers of a trade (tax, customs…): what the sources of the sheet declare for it.

No trade and no source is named here (``sources.synthese.LigneMetier``). A closed source is told closed, a live one that
was not asked « à demander »: only a source that was read is said to know nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche.assemblage import directes
from fce.fiche.formes.contenu import Bloc, EtatBloc, Fiche, ReleveDeSource
from fce.fiche.lecture.finalites import GESTES
from fce.fiche.page.absences import TETES
from fce.fiche.page.chiffres import EffectifVu, entier
from fce.fiche.page.origines import Paire, origines
from fce.socle.texte.formats import jour, mois
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee
from fce.sources.synthese import CarteMetier, LigneDeCarte, LigneMetier

CIBLE: Final = "metier-"
"""Start of the identifier of a line that a live answer replaces; the name of its source follows."""
A_DEMANDER: Final = "à demander"


@dataclass(frozen=True, slots=True)
class SansReponse:
    """Lines of one source, or closed for one reason (``fermee``). ``geste``: what the reader may do
    (``finalites.GESTES``); ``direct``: the live source is asked once the page is shown."""

    titre: str
    dite: str
    source: str
    geste: str = ""
    direct: bool = False
    fermee: bool = False


@dataclass(frozen=True, slots=True)
class CarteDuMetier:
    """``cle`` and ``precision``: the main figure and its scope, "" when no source tells it. ``fermees``: lines closed
    to the reader; ``muettes``: those that a source does not tell."""

    titre: str
    onglet: str
    cle: str
    precision: str
    paires: tuple[Paire, ...]
    fermees: tuple[SansReponse, ...]
    muettes: tuple[SansReponse, ...]
    source: str


def carte(fiche: Fiche, lecteur: LecteurDeDonnees, effectif: EffectifVu | None) -> CarteDuMetier | None:
    """None for a reader whose trade has no card, or when no source of this sheet has a line on it."""
    blocs = [b for r in fiche.rubriques for b in r.blocs if b.source is not None]
    voulue = _voulue(blocs, lecteur)
    if voulue is None:
        return None
    lignes = sorted(
        ((t, b) for b in blocs for t in _traits(b.source) if voulue in t.cartes), key=lambda ligne: ligne[0].rang
    )
    releves = {r.source.nom: r for r in fiche.apercu.releves}
    dites = _dites(lignes, releves, lecteur.aujourd_hui)
    traites = {t.sujet for t in dites if t.sujet}
    sans = [(t, b) for t, b in lignes if b.cle not in releves]
    muettes = _regrouper([(t, b) for t, b in sans if b.etat is EtatBloc.RESERVEE or t.sujet not in traites], fiche)
    cle, precision = "", ""
    if (premier := next(iter(dites), None)) and premier.rang == 0:
        dite, releve = dites.pop(premier), next(releves[b.cle] for t, b in lignes if t is premier)
        cle, precision = dite.valeur, _precision(dite, releve)
    racontent = dict.fromkeys(b.cle for t, b in lignes if t in dites or t is premier)
    return CarteDuMetier(
        voulue.titre,
        voulue.onglet,
        cle,
        precision,
        (*(Paire(*dite) for dite in dites.values()), *_effectif(fiche, effectif)),
        tuple(m for m in muettes if m.fermee),
        tuple(m for m in muettes if not m.fermee),
        origines(fiche, "identite", [releves[nom] for nom in racontent]),
    )


def de_la_reponse(bloc: directes.BlocDirect, lecteur: LecteurDeDonnees) -> list[Paire]:
    """Lines of a live answer, for the place that waits for it: what it tells, else why it tells nothing."""
    traits = sorted(_traits(bloc.source), key=lambda t: t.rang)
    dites = [d for t in traits if (d := _dire(t, bloc.source, bloc.lignes, (), lecteur.aujourd_hui))]
    if bloc.etat is EtatBloc.DONNEES and dites:
        dit_le = f", réponse du {jour(bloc.obtenue_le)}"
        return [Paire(d.titre, d.valeur, f"{_virgule(d.precision)}{dit_le}") for d in dites]
    titre = _titre(t.titre for t in traits)
    if bloc.etat is EtatBloc.AUCUNE:
        return [Paire(titre, _absence(bloc.source), f", réponse du {jour(bloc.obtenue_le)}")]
    return [Paire(titre, bloc.message if bloc.etat is EtatBloc.RESERVEE else "source indisponible")]


def _voulue(blocs: Iterable[Bloc], lecteur: LecteurDeDonnees) -> CarteMetier | None:
    """The card of the reader's first trade that has one."""
    connues = {c.profil: c for b in blocs for t in _traits(b.source) for c in t.cartes}
    return next((connues[p.code] for p in lecteur.profils if p.code in connues), None)


def _traits(source: Source | None) -> list[LigneMetier]:
    return [t for t in source.synthese if isinstance(t, LigneMetier)] if source else []


def _dites(
    lignes: Iterable[tuple[LigneMetier, Bloc]], releves: Mapping[str, ReleveDeSource], aujourd_hui: date
) -> dict[LigneMetier, LigneDeCarte]:
    """Lines that the sources tell: one per subject, the first that tells something."""
    dites: dict[LigneMetier, LigneDeCarte] = {}
    for trait, bloc in lignes:
        if (releve := releves.get(bloc.cle)) and trait.sujet not in {t.sujet for t in dites if t.sujet}:
            autre = releves.get(trait.avec)
            if dite := _dire(trait, releve.source, releve.lignes, autre.lignes if autre else (), aujourd_hui):
                dites[trait] = dite
    return dites


def _dire(
    trait: LigneMetier,
    source: Source,
    lignes: Sequence[Mapping[str, Any]],
    autres: Sequence[Mapping[str, Any]],
    aujourd_hui: date,
) -> LigneDeCarte | None:
    """Result of the source's rule on rows; None when it fails (logged)."""
    with faute_consignee("carte", source.nom):
        return trait.fonction(lignes, autres, aujourd_hui) if lignes else None
    return None


def _precision(dite: LigneDeCarte, releve: ReleveDeSource) -> str:
    """Detail, scope, and the day of the file when the figure bears no date of its own."""
    origine = releve.provenance
    recu = origine.date_import if origine.date_metier is None else None
    dit = f"dit par un fichier reçu le {jour(recu)}" if recu else ""
    return ", ".join(filter(None, (dite.precision or dite.titre.lower(), releve.perimetre.phrase, dit)))


def _effectif(fiche: Fiche, effectifs: EffectifVu | None) -> list[Paire]:
    """The latest head-count that the reader may read, else Insee's band."""
    if effectifs is not None:
        dernier, valeur = effectifs.serie[-1]
        return [Paire(f"Effectif, {mois(dernier)}", f"{entier(valeur)} {effectifs.unite(valeur)}")]
    tranche, an = fiche.vue.tranche_effectif, fiche.vue.annee_effectif
    return [Paire(f"Effectif, tranche{f' {an}' if an else ''}", tranche.libelle or tranche.code)] if tranche else []


def _regrouper(muettes: Iterable[tuple[LigneMetier, Bloc]], fiche: Fiche) -> list[SansReponse]:
    """Lines without an answer: those closed for one reason together, the others by source."""
    groupes: dict[SansReponse, list[tuple[str, str]]] = {}
    for trait, bloc in muettes:
        groupes.setdefault(_etat(bloc, fiche), []).append((trait.titre, bloc.cle))
    return [
        replace(e, titre=_titre(titre for titre, _ in siennes), source=siennes[0][1]) for e, siennes in groupes.items()
    ]


def _etat(bloc: Bloc, fiche: Fiche) -> SansReponse:
    source = bloc.source
    assert source is not None  # noqa: S101 – the caller chose them
    if bloc.etat is EtatBloc.RESERVEE:
        geste = GESTES.get(bloc.raison, "")
        dite = "sous secret" if geste == "finalite" else TETES.get(bloc.raison, bloc.raison)
        return SansReponse("", dite[:1].lower() + dite[1:], "", geste, fermee=True)
    importee = any(p.date_import for p in bloc.provenances)
    en_panne = bloc.etat is EtatBloc.INDISPONIBLE and (bool(bloc.raison) or importee)
    if not en_panne and directes.a_interroger(source, fiche.unite):
        return SansReponse("", A_DEMANDER, source.nom, direct=True)
    if bloc.etat is EtatBloc.AUCUNE:
        return SansReponse("", _absence(source), source.nom)
    return SansReponse("", "source indisponible" if en_panne else "source pas encore importée", source.nom)


def _absence(source: Source) -> str:
    dite = source.absence.partition(" : ")[2] or source.absence
    return dite[:1].lower() + dite[1:]


def _titre(titres: Iterable[str]) -> str:
    """ "Régularité fiscale, liasse, CA déclaré"."""
    premier, *suite = list(titres) or [""]
    return ", ".join([premier, *(t if t[:2].isupper() else t[:1].lower() + t[1:] for t in suite)])


def _virgule(precision: str) -> str:
    return precision if not precision or precision.startswith((",", " ")) else f", {precision}"
