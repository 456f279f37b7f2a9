"""From the rows of every other source to the sheet: its bloc, its tile, its alert, its events of the timeline.

Whatever goes wrong in one source (missing, unreadable, a rule that fails) costs its bloc only, and the bloc says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from fce.entreprises import lieux
from fce.entreprises.branches import Branche, Lignes, lire
from fce.entreprises.construction import etablissement_vu
from fce.entreprises.diffusion import Regime, regime_etablissement
from fce.entreprises.historique import Evenement
from fce.entreprises.vues import EtablissementVu
from fce.fiche import presentations
from fce.fiche.consignation import Lecture, consigner
from fce.fiche.lecteur import Lecteur
from fce.fiche.plans import (
    LIGNES_SOMME_LISTE,
    Fenetre,
    Forme,
    Plan,
    Regimes,
    planifier,
    sources_de,
)
from fce.fiche.presentations import regroupement
from fce.fiche.presentations.commun import PERIODE, Contexte, calcule_sur
from fce.fiche.provenance import Versions, bloc, differe, provenance, reserve
from fce.fiche.rubriques import TITRES
from fce.fiche.typage import total_connu, typer
from fce.fiche.vues import Alerte, Bloc, Tuile
from fce.socle.formats import jour
from fce.sources import champs
from fce.sources.declaration import Source

journal = logging.getLogger(__name__)

Lues = Mapping[str, Lignes | None]
LIGNES_API: Final = 100
LIGNES_FICHIER: Final = 5000
# Printed cells: of one bloc, of the whole sheet (about 80 bytes of HTML each).
CELLULES_BLOC: Final = 240
CELLULES_FICHE: Final = 900
CONTROLES: Final = "controles"
TROP: Final = "trop de lignes à additionner d’un coup ; lisez la liste de cette source, ou exportez-la"


@dataclass(slots=True)
class Apports:
    """What the sources bring to a sheet, in the order of the rubriques then of their names."""

    blocs: list[tuple[str, Bloc]] = field(default_factory=list)
    evenements: list[Evenement] = field(default_factory=list)
    tuiles: list[Tuile] = field(default_factory=list)
    alertes: list[Alerte] = field(default_factory=list)


def plans(numero: str, lecteur: Lecteur, versions: Versions, *, complet: bool = False) -> list[Plan]:
    """What to read of each source for a SIREN (9 digits) or a SIRET (14); ``complet``: for a file.

    Only a page has an after: elsewhere, what is long to add up is waited for.
    """
    genre = champs.Siret if len(numero) == 14 else champs.Siren
    fenetre = Fenetre(
        LIGNES_FICHIER if complet else None,
        sommer=0 if lecteur.surface == "fiche" and not complet else LIGNES_SOMME_LISTE,
    )
    rangs = {cle: rang for rang, cle in enumerate(TITRES)}
    ordonnees = sorted(sources_de(genre), key=lambda s: (rangs.get(s.rubrique, len(rangs)), s.nom))
    return [planifier(source, numero, lecteur, versions, fenetre) for source in ordonnees]


def branches(demandes: Sequence[Plan], lecteur: Lecteur) -> list[Branche]:
    """The branches of the plans, and for a company what rights and masking need to know of its establishments."""
    utiles = [plan.branche for plan in demandes if plan.branche]
    if demandes and demandes[0].entreprise:
        siren = demandes[0].numero
        utiles.append(lieux.masques(siren))
        if lecteur.acteur.habilitations:
            utiles.append(lieux.departements(siren))
    return utiles


def regimes(unite_regime: Regime, unite: Mapping[str, Any] | None, lues: Lues) -> Regimes:
    """Diffusion of the rows of a company: its own, and that of the establishments masked on their own."""
    masques = lues.get("masques")
    return Regimes(
        unite_regime,
        None if masques is None or len(masques) > lieux.MASQUES_MAX else frozenset(m["siret"] for m in masques),
        regime_etablissement("P", "O", unite.get("categorie_juridique") if unite else None),
    )


def departements(lues: Lues) -> frozenset[str]:
    """Départements of a company, when they were asked for."""
    return frozenset(ligne["departement"] for ligne in lues.get("departements") or ())


def assembler(
    demandes: Sequence[Plan],
    lues: Lues,
    versions: Versions,
    regimes_: Regimes,
    lecteur: Lecteur,
    *,
    territoire: frozenset[str],
    unite: Mapping[str, Any] | None = None,
    lieux_connus: Iterable[EtablissementVu] = (),
    periode: int = PERIODE,
    complet: bool = False,
) -> Apports:
    """Everything the sources say. One more round trip when facts are grouped by establishments that are not known yet.

    ``territoire``: départements of the unit; ``unite``: raw row of the company; ``lieux_connus``: establishments of it
    that the sheet shows already; ``complet``: every row read is kept.
    """
    apports = Apports()
    demandes = [replace(plan, regimes=regimes_) for plan in demandes]
    differees = {plan.source.nom for plan in demandes if a_differer(plan, lues)}
    # Of what is added up after the page, nothing is read now.
    lignes = {
        plan.source.nom: [] if plan.source.nom in differees else _lignes(plan, lues, regimes_, lecteur)
        for plan in demandes
    }
    pleines = sum(1 for siennes in lignes.values() if siennes)
    cellules = max(20, min(CELLULES_BLOC, CELLULES_FICHE // max(1, pleines)))
    situes = situer(demandes, lignes, unite, lieux_connus, tous=complet)
    decisions = {plan.source.nom: lecteur.decider(plan.source, plan.numero, territoire) for plan in demandes}
    # No journal, no data: what is reserved is written down before anything of it is composed.
    lues_ = [Lecture(plan, len(lignes[plan.source.nom] or ()), decisions[plan.source.nom]) for plan in demandes]
    consigner(lecteur, lues_, territoire)
    for plan in demandes:
        source, siennes = plan.source, lignes[plan.source.nom]
        if refus := lecteur.refus_de(decisions[source.nom]):
            apports.blocs.append((source.rubrique, reserve(source, versions, refus)))
            continue
        if source.nom in differees:
            apports.blocs.append((source.rubrique, differe(_bloc(plan, [], None, versions), TROP)))
            continue
        connues = total_connu(lues.get(source.nom) if plan.branche else None)
        contexte = Contexte(lecteur.aujourd_hui, situes, periode, complet, connues, cellules=cellules)
        contenu = _composer(plan, siennes, contexte) if siennes else None
        apports.blocs.append((source.rubrique, _bloc(plan, siennes, contenu, versions)))
        if siennes and contenu is not None:
            _resumer(plan, siennes, versions, contexte, apports)
    if contact := _dernier_contact(demandes, apports.evenements, lecteur.aujourd_hui):
        apports.tuiles.insert(min(1, len(apports.tuiles)), contact)
    return apports


def _dernier_contact(demandes: Sequence[Plan], evenements: Sequence[Evenement], aujourd_hui: date) -> Tuile | None:
    """The latest visit or control of any body: what an agent asks before calling another service."""
    titres = {plan.source.nom: plan.source for plan in demandes if plan.source.rubrique == CONTROLES}
    passes = [e for e in evenements if e.source in titres and e.date and e.date <= aujourd_hui]
    if not passes:
        return None
    dernier = max(passes, key=lambda e: e.date or date.min)
    source = titres[dernier.source]
    par = source.producteur.sigle or source.producteur.nom
    return Tuile("Dernier contrôle ou visite", jour(dernier.date), f"{source.titre} ({par})", CONTROLES)


def a_differer(plan: Plan, lues: Lues) -> bool:
    """More rows to add up than the reader waits for."""
    brutes = lues.get(plan.source.nom) if plan.forme is Forme.PAR_DATE else None
    return brutes is not None and any(brute["_differe"] for brute in brutes[:1])


def situer(
    demandes: Sequence[Plan],
    lignes: Mapping[str, list[dict[str, Any]] | None],
    unite: Mapping[str, Any] | None,
    connus: Iterable[EtablissementVu] = (),
    *,
    tous: bool = False,
) -> dict[str, EtablissementVu]:
    """Establishments named by the rows that are grouped, masked. One round trip, none when all of them are ``connus``.

    ``tous``: of all the rows, not only of those that the sheet shows.
    """
    sirets: dict[str, None] = {}
    for plan in demandes:
        if plan.groupable:
            sirets |= dict.fromkeys(_a_situer(plan, lignes.get(plan.source.nom) or [], tous=tous))
    situes = {vu.siret: vu for vu in connus if vu.siret in sirets}
    if restants := [siret for siret in sirets if siret not in situes]:
        for brute in lire([lieux.nommes(restants)], preparee=True)["nommes"] or ():
            situes[brute["siret"]] = etablissement_vu(brute, unite)
    return situes


def _a_situer(plan: Plan, lignes: list[dict[str, Any]], *, tous: bool) -> list[str]:
    try:
        return _montres(plan, lignes, tous=tous)
    except Exception as erreur:  # the bloc will fail for the same reason, and say so
        journal.error("regroupement de %s : %s", plan.source.nom, type(erreur).__name__)
        return []


def _montres(plan: Plan, lignes: list[dict[str, Any]], *, tous: bool) -> list[str]:
    groupe = plan.source.regroupement
    if plan.forme is Forme.LIGNES and groupe is not None and not tous:
        lignes = [faits[0] for faits in regroupement.grouper(lignes, plan.siret, groupe)]
    lieux_ = (ligne.get(plan.siret) for ligne in (lignes if tous else lignes[: regroupement.LIMITE]))
    return [siret for siret in lieux_ if siret and isinstance(siret, str)]


def choisir(
    plan: Plan, brutes: Sequence[Mapping[str, Any]], regimes_: Regimes, lecteur: Lecteur
) -> list[dict[str, Any]]:
    """Rows typed, masked, then chosen by the rule of the source."""
    lignes = typer(plan, brutes, regimes_)
    regle = plan.source.selection
    return [dict(ligne) for ligne in regle(lignes, lecteur.aujourd_hui)] if regle else lignes


def _lignes(plan: Plan, lues: Lues, regimes_: Regimes, lecteur: Lecteur) -> list[dict[str, Any]] | None:
    """None when the source could not be read or its rule failed."""
    if plan.branche is None:
        return []
    brutes = lues[plan.source.nom]
    if brutes is None:
        return None
    try:
        return choisir(plan, brutes, regimes_, lecteur)
    except Exception as erreur:
        journal.error("règle de %s : %s", plan.source.nom, type(erreur).__name__)
        return None


def _composer(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte) -> object | None:
    try:
        return presentations.composer(plan, lignes, contexte)
    except Exception as erreur:
        journal.error("présentation de %s : %s", plan.source.nom, type(erreur).__name__)
        return None


def _bloc(plan: Plan, lignes: list[dict[str, Any]] | None, contenu: object | None, versions: Versions) -> Bloc:
    source = plan.source
    return bloc(
        source.nom,
        source.titre,
        [source.nom],
        versions,
        contenu,
        vide=not lignes,
        en_panne=lignes is None or (bool(lignes) and contenu is None),
        absence=source.absence,
        source=source,
        lignes=Publiees(plan, (lignes or [])[:LIGNES_API]),
    )


class Publiees(Sequence[dict[str, Any]]):
    """Rows as ``publiables`` gives them, worked out when they are asked for: the page seldom does."""

    def __init__(self, plan: Plan, lignes: Sequence[Mapping[str, Any]]) -> None:
        self._plan, self._lignes = plan, lignes

    @cached_property
    def _pretes(self) -> tuple[dict[str, Any], ...]:
        return tuple(publiables(self._plan, self._lignes))

    def __len__(self) -> int:
        return len(self._lignes)

    def __getitem__(self, rang: Any) -> Any:
        return self._pretes[rang]


def publiables(plan: Plan, lignes: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Rows as data: the fields that this reader may see and what the rule adds, nothing internal."""
    cachees = {a for a in plan.source.champs if a not in plan.lisibles}
    for ligne in lignes:
        yield {a: v for a, v in ligne.items() if not a.startswith("_") and a not in cachees}


def _resumer(
    plan: Plan, lignes: list[dict[str, Any]], versions: Versions, contexte: Contexte, apports: Apports
) -> None:
    source, aujourd_hui = plan.source, contexte.aujourd_hui
    if not (source.tuile or source.alerte or source.jalon):
        return
    origine = provenance(source, versions)
    au = f" au {jour(origine.date_metier)}" if origine.date_metier else ""
    if partie := calcule_sur(plan, contexte.total):
        au += f", {partie}"
    if source.tuile and (valeur := _calculer(source, source.tuile.valeur, lignes, aujourd_hui)):
        apports.tuiles.append(Tuile(source.tuile.titre, valeur, f"{origine.producteur}{au}", source.rubrique))
    if source.alerte and (phrase := _calculer(source, source.alerte, lignes, aujourd_hui)):
        detail = f"Source : {origine.producteur}, {origine.systeme}{au}."
        apports.alertes.append(Alerte("alerte", phrase, detail))
    if source.jalon and plan.forme is Forme.LIGNES:
        try:
            apports.evenements.extend(_evenements(plan, lignes))
        except Exception as erreur:
            journal.error("jalons de %s : %s", source.nom, type(erreur).__name__)


def _calculer(source: Source, fonction: Any, lignes: list[dict[str, Any]], aujourd_hui: date) -> str | None:
    try:
        resultat = fonction(lignes, aujourd_hui)
    except Exception as erreur:
        journal.error("résumé de %s : %s", source.nom, type(erreur).__name__)
        return None
    return str(resultat) if resultat else None


def _evenements(plan: Plan, lignes: Sequence[Mapping[str, Any]]) -> Iterator[Evenement]:
    jalon = plan.source.jalon
    assert jalon is not None  # noqa: S101 – the caller looked
    if jalon.date not in plan.lisibles:
        return
    for ligne in lignes:
        quand = ligne.get(jalon.date)
        if isinstance(quand, datetime):
            quand = quand.date()
        if not isinstance(quand, date):
            continue
        detail = ligne.get(jalon.detail) if jalon.detail else None
        siret = ligne.get(plan.siret) if plan.entreprise and plan.siret else None
        yield Evenement(
            quand,
            "fait",
            jalon.titre,
            jour(detail) if isinstance(detail, date) else (str(detail) if detail is not None else None),
            plan.source.nom,
            siret,
        )


def contributrices(apports: Apports) -> list[str]:
    """Sources that have an event on the timeline."""
    return list(dict.fromkeys(e.source for e in apports.evenements))
