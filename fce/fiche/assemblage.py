"""From the rows of every other source to the sheet: its bloc, its tile, its alert, its events of the timeline.

Whatever goes wrong in one source (missing, unreadable, a rule that fails) costs its bloc only, and the bloc says so.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from fce.droits.portee import Implantation
from fce.entreprises import lieux
from fce.entreprises.construction import etablissement_vu
from fce.entreprises.contenu import EtablissementVu
from fce.entreprises.diffusion import Regime, regime_etablissement
from fce.fiche import formes, fusion
from fce.fiche.blocs import Versions, bloc, differe, reserve
from fce.fiche.consignation import Sortie, consigner
from fce.fiche.contenu import Bloc
from fce.fiche.ensemble import mesurer
from fce.fiche.formes import regroupement
from fce.fiche.formes.commun import PERIODE, Complete, Contexte
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.perimetre import Ensemble, reunir
from fce.fiche.plan import Fenetre, Forme, Plan, Regimes
from fce.fiche.plans import LIGNES_SOMME_LISTE, planifier, sources_de
from fce.fiche.resumes import Apports, dernier_contact, resumer
from fce.fiche.typage import choisir, total_connu
from fce.socle.branches import Branche, Lignes, lire
from fce.sources import champs
from fce.sources.rubriques import TITRES

journal = logging.getLogger(__name__)

Lues = Mapping[str, Lignes | None]
LIGNES_API: Final = 100
LIGNES_FICHIER: Final = 5000
# Printed cells: of one bloc, of the whole sheet (about 80 bytes of HTML each).
CELLULES_BLOC: Final = 240
CELLULES_FICHE: Final = 900
TROP: Final = "trop de lignes à additionner d’un coup ; lisez la liste de cette source, ou exportez-la"


def plans(numero: str, lecteur: LecteurDeFiche, versions: Versions, *, complet: bool = False) -> list[Plan]:
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


def branches(demandes: Sequence[Plan], lecteur: LecteurDeFiche) -> list[Branche]:
    """The branches of the plans, and for a company what rights and masking need to know of its establishments."""
    utiles = [branche for plan in demandes for branche in (plan.branche, plan.ensemble) if branche]
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


def parc(lues: Lues) -> tuple[Implantation, ...]:
    """Where a company is, when it was asked for."""
    return tuple(
        Implantation(x["departement"], int(x["vivants"]), int(x["tous"])) for x in lues.get("departements") or ()
    )


def departements(parc_: Iterable[Implantation]) -> frozenset[str]:
    """Départements where a unit is, or was within 24 months."""
    return frozenset(p.departement for p in parc_ if p.departement and p.vivants)


def un_seul(lieux_: frozenset[str]) -> tuple[Implantation, ...]:
    """Where an establishment is, from its département."""
    return tuple(Implantation(departement, 1, 1) for departement in lieux_) or (Implantation(None, 1, 1),)


def assembler(
    demandes: Sequence[Plan],
    lues: Lues,
    versions: Versions,
    regimes_: Regimes,
    lecteur: LecteurDeFiche,
    *,
    parc: Sequence[Implantation],
    unite: Mapping[str, Any] | None = None,
    lieux_connus: Iterable[EtablissementVu] = (),
    periode: int = PERIODE,
    complet: bool = False,
) -> Apports:
    """Everything the sources say. One more round trip when facts are grouped by establishments that are not known yet.

    ``parc``: where the unit is; ``unite``: raw row of the company; ``lieux_connus``: establishments of it that the
    sheet shows already; ``complet``: every row read is kept.
    """
    apports = Apports()
    territoire = departements(parc)
    demandes = [replace(plan, regimes=regimes_) for plan in demandes]
    differees = {plan.source.nom for plan in demandes if a_differer(plan, lues)}
    # Of what is added up after the page, nothing is read now.
    lignes = {
        plan.source.nom: [] if plan.source.nom in differees else _lignes(plan, lues, regimes_, lecteur)
        for plan in demandes
    }
    situees = [
        (plan, None) if plan.source.nom in differees else mesurer(plan, lignes[plan.source.nom], lues, parc, lecteur)
        for plan in demandes
    ]
    demandes = [plan for plan, _ in situees]
    complements = {plan.source.nom: _completer(plan, demandes, lignes, lecteur) for plan in demandes}
    pleines = sum(1 for siennes in lignes.values() if siennes)
    cellules = max(20, min(CELLULES_BLOC, CELLULES_FICHE // max(1, pleines)))
    situes = situer(demandes, lignes, unite, lieux_connus, tous=complet)
    decisions = {plan.source.nom: lecteur.decider(plan.source, plan.numero, territoire) for plan in demandes}
    # No journal, no data: what is reserved is written down before anything of it is composed.
    lues_ = [
        Sortie(plan, montrees(lignes[plan.source.nom], ensemble), decisions[plan.source.nom])
        for plan, ensemble in situees
    ]
    consigner(lecteur, lues_, territoire)
    for plan, ensemble in situees:
        source, siennes = plan.source, lignes[plan.source.nom]
        if refus := lecteur.refus_de(decisions[source.nom]):
            apports.blocs.append((source.rubrique, reserve(source, versions, refus, plan.perimetre)))
            continue
        if source.nom in differees:
            apports.blocs.append((source.rubrique, differe(_bloc(plan, [], None, versions), TROP)))
            continue
        connues = total_connu(lues.get(source.nom) if plan.branche else None)
        contexte = Contexte(
            lecteur.aujourd_hui, situes, periode, complet, connues, cellules=cellules, ensemble=ensemble,
            complement=complements[source.nom],
        )  # fmt: skip
        contenu = None
        if siennes is not None and (siennes or ensemble):
            contenu = _composer(plan, siennes, contexte)
        apports.blocs.append((source.rubrique, _bloc(plan, siennes, contenu, versions, ensemble)))
        if siennes is not None and contenu is not None:
            resumer(plan, siennes, versions, contexte, apports)
    permises = [
        (plan, lignes[plan.source.nom] or ())
        for plan in demandes
        if plan.source.par_an and not lecteur.refus_de(decisions[plan.source.nom])
    ]
    apports.blocs[:0] = _fusions(permises, versions)
    datees = [plan for plan in demandes if plan.source.jalon and decisions[plan.source.nom] and plan.branche]
    apports.chronologie = reunir(plan.perimetre for plan in datees)
    if contact := dernier_contact(datees, apports.evenements, lecteur.aujourd_hui):
        apports.tuiles.insert(min(1, len(apports.tuiles)), contact)
    return apports


def completer(
    plan: Plan, lignes: list[dict[str, Any]], autre: Plan, autres: Sequence[dict[str, Any]], lecteur: LecteurDeFiche
) -> Complete | None:
    """Add to ``lignes`` what the rows of another source, those read for this reader, say of them; None: nothing.

    What it says is about the scope of that other source, and says so when it is a part.
    """
    complement = plan.source.complement
    if complement is None or not lignes or autre.branche is None:
        return None
    try:
        completees = complement.fonction(lignes, autres, lecteur.aujourd_hui)
    except Exception as erreur:
        journal.error("complément de %s : %s", plan.source.nom, type(erreur).__name__)
        return None
    lignes[:] = [dict(ligne) for ligne in completees]
    partie = "" if autre.perimetre.entier else autre.perimetre.phrase
    return Complete(complement.colonnes, partie and f"{', '.join(complement.colonnes.values())} : {partie}.")


def _completer(
    plan: Plan, demandes: Sequence[Plan], lignes: Mapping[str, list[dict[str, Any]] | None], lecteur: LecteurDeFiche
) -> Complete | None:
    complement = plan.source.complement
    autre = next((p for p in demandes if complement and p.source.nom == complement.source), None)
    siennes = lignes[plan.source.nom]
    if autre is None or not siennes or (autres := lignes[autre.source.nom]) is None:
        return None
    return completer(plan, siennes, autre, autres, lecteur)


def _fusions(lues: Sequence[tuple[Plan, fusion.Lignes]], versions: Versions) -> Iterator[tuple[str, Bloc]]:
    """What several sources tell together, before the bloc of each."""
    for trouvee in fusion.fusionner(lues):
        noms = [plan.source.nom for plan in trouvee.plans]
        contenu = bloc(
            "fusion", trouvee.titre, noms, versions, trouvee.tableau,
            vide=False, en_panne=False, absence="", perimetre=trouvee.tableau.perimetre,
        )  # fmt: skip
        yield trouvee.plans[0].source.rubrique, contenu


def montrees(lignes: Sequence[object] | None, ensemble: Ensemble | None) -> int:
    """Rows about to be shown, as the journal counts them: those of the reader, or the dates of a series of the whole.

    What is counted and added up of elsewhere is no row.
    """
    return max(len(lignes or ()), len(ensemble.serie) if ensemble else 0)


def a_differer(plan: Plan, lues: Lues) -> bool:
    """More rows to add up than the reader waits for."""
    if plan.forme is not Forme.PAR_DATE:
        return False
    lues_ = [lues.get(branche.cle) for branche in (plan.branche, plan.ensemble) if branche]
    return any(brute.get("_differe") for brutes in lues_ if brutes for brute in brutes[:1])


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


def _lignes(plan: Plan, lues: Lues, regimes_: Regimes, lecteur: LecteurDeFiche) -> list[dict[str, Any]] | None:
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
        return formes.composer(plan, lignes, contexte)
    except Exception as erreur:
        journal.error("présentation de %s : %s", plan.source.nom, type(erreur).__name__)
        return None


def _bloc(
    plan: Plan,
    lignes: list[dict[str, Any]] | None,
    contenu: object | None,
    versions: Versions,
    ensemble: Ensemble | None = None,
) -> Bloc:
    source = plan.source
    return bloc(
        source.nom,
        source.titre,
        [source.nom],
        versions,
        contenu,
        perimetre=plan.perimetre,
        ensemble=ensemble,
        # A fact elsewhere counts, and is not shown.
        vide=not lignes and ensemble is None,
        en_panne=lignes is None or (bool(lignes or ensemble) and contenu is None),
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
