"""Counts and sums of a whole company, under the right ``somme``, for a reader who may list only a part of its facts.

Rows from elsewhere enter this module, but only an ``Ensemble`` leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.portee import Implantation, isole
from fce.fiche.formes import serie
from fce.fiche.formes.commun import calcule_sur, sommer
from fce.fiche.lecture.enonces import a_sommer
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.lecture.typage import choisir, total_connu, typer
from fce.fiche.unite.perimetre import Ensemble, Perimetre
from fce.fiche.unite.unite_visee import ParBranche
from fce.socle.base.branches import Lignes
from fce.sources import presentation
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee

Rangees = list[dict[str, Any]]
ISOLE: Final = "un seul établissement est ailleurs : les sommes de l'entreprise diraient les siennes"
ILLISIBLE: Final = "les sommes de l'entreprise ne peuvent pas être lues pour le moment"


def mesurer(
    plan: Plan, lignes: Rangees | None, toutes: ParBranche, lecteur: LecteurDeDonnees
) -> tuple[Plan, Ensemble | None]:
    """Return the plan with the scope of what was read, and the figures of the whole company when that scope is a part
    of it.

    ``lignes``: rows of the plan, as its rule keeps them. When nothing is known outside the part, its scope is the
    whole. When a single establishment is outside, no figure of the whole is given.
    """
    parc = plan.unite.implantations
    if plan.perimetre.colonnes:
        plan = plan._replace(perimetre=_colonnes(plan, parc))
    perimetre = plan.perimetre
    if perimetre.entier or perimetre.territoire is None or plan.branche is None or lignes is None:
        return plan, None
    if plan.ensemble is None:
        entier = not plan.siret and _present(parc, perimetre.territoire)
        return plan._replace(perimetre=perimetre.complet() if entier else perimetre), None
    if isole(parc, perimetre.territoire):
        return plan._replace(perimetre=replace(perimetre, motif=ISOLE)), None
    brutes = toutes[plan.ensemble.cle]
    if brutes and brutes.total is not None and brutes.total == total_connu(toutes[plan.source.nom]):
        return plan._replace(perimetre=perimetre.complet()), None
    ensemble = None
    with faute_consignee("sommes", plan.source.nom):
        ensemble = None if brutes is None else _reunir(plan, lignes, toutes[plan.source.nom], brutes, lecteur)
    if ensemble is None:
        return plan._replace(perimetre=replace(perimetre, motif=ILLISIBLE)), None
    # When only some rows were read, finding none elsewhere does not mean that there is none.
    if ensemble.ailleurs == 0 and not ensemble.sur:
        return plan._replace(perimetre=perimetre.complet()), None
    return plan, ensemble


def calculer(
    source: Source, fonction: Callable[[Rangees, date], str | None] | None, lignes: Rangees, aujourd_hui: date
) -> str | None:
    """Result of a declared function on rows; None when it gives nothing, or fails (logged)."""
    with faute_consignee("résumé", source.nom):
        resultat = fonction(lignes, aujourd_hui) if fonction else None
        return str(resultat) if resultat else None
    return None


def _colonnes(plan: Plan, parc: Sequence[Implantation]) -> Perimetre:
    """The scope without the columns that are readable everywhere this unit is."""
    perimetre = plan.perimetre

    def entiere(ou: frozenset[str]) -> bool:
        return all(p.departement in ou for p in parc) if plan.siret == plan.cle else _present(parc, ou)

    return replace(perimetre, colonnes=tuple((nom, ou) for nom, ou in perimetre.colonnes if not entiere(ou)))


def _present(parc: Sequence[Implantation], territoire: frozenset[str]) -> bool:
    """Whether the company is in the territory, now or within 24 months."""
    return any(p.vivants and p.departement in territoire for p in parc)


def _reunir(plan: Plan, ici: Rangees, siennes: Lignes | None, brutes: Lignes, lecteur: LecteurDeDonnees) -> Ensemble:
    if brutes and "_faits" in brutes[0] and "_lieux" in brutes[0]:
        return _compter(plan, ici, siennes, brutes)
    if plan.forme is Forme.PAR_DATE:
        return _par_date(plan, ici, brutes, lecteur)
    return _par_regle(plan, ici, siennes, brutes, lecteur)


def _compter(plan: Plan, ici: Rangees, siennes: Lignes | None, brutes: Lignes) -> Ensemble:
    """Sums made by the database, in one row."""
    faits, lieux = int(brutes[0]["_faits"]), brutes[0]["_lieux"]
    if plan.forme is Forme.PAR_ETABLISSEMENT:
        siens, places = (int(ici[0]["_lignes"]), int(ici[0]["_total"])) if ici else (0, 0)
    elif plan.forme is Forme.PAR_DATE:
        siens, places = int(ici[0]["_faits"]) if ici else 0, None
    else:
        siens = total_connu(siennes) or 0
        places = len({ligne[plan.cle] for ligne in ici}) if siens == len(ici) else None
    (typee,) = typer(plan, brutes)
    return Ensemble(
        faits,
        faits - siens,
        lieux,
        None if places is None or lieux is None else lieux - places,
        {a: typee[a] for a in a_sommer(plan.source) if a in brutes[0]},
        choses=brutes[0].get("_choses") if plan.source.compte and plan.source.compte.attributs else faits,
    )


def _par_date(plan: Plan, ici: Rangees, brutes: Lignes, lecteur: LecteurDeDonnees) -> Ensemble:
    toutes = typer(plan, brutes)
    faits = int(brutes[0]["_faits"]) if brutes else 0
    return Ensemble(
        faits,
        faits - (int(ici[0]["_faits"]) if ici else 0),
        serie=toutes,
        tuile=calculer(plan.source, plan.source.agregats.tuile, toutes, lecteur.aujourd_hui),
        alerte=calculer(plan.source, plan.source.agregats.alerte, toutes, lecteur.aujourd_hui),
    )


def _par_regle(plan: Plan, ici: Rangees, siennes: Lignes | None, brutes: Lignes, lecteur: LecteurDeDonnees) -> Ensemble:
    """Count and add up the rows that the source's rule keeps, as for a reader who may list all of them.

    When only some rows are read, the result says on how many it is computed, and only their number is otherwise given.
    """
    source, aujourd_hui = plan.source, lecteur.aujourd_hui
    toutes = choisir(plan, brutes, lecteur)
    faits, siens = len(toutes), len(ici)
    sur = calcule_sur(plan, brutes.total)
    if sur and source.selection is None:
        faits, siens = brutes.total or faits, total_connu(siennes) or siens
    complete = not sur or source.selection is not None
    lieux, siens_lieux = ({ligne.get(plan.cle) for ligne in lignes} for lignes in (toutes, ici))
    pliage = getattr(source.presentation, "pliage", None)
    return Ensemble(
        faits,
        # A rule that folds the rows of several establishments may keep as many as there were.
        max(faits - siens, int(toutes != ici)),
        len(lieux) if complete else None,
        len(lieux - siens_lieux) if complete else None,
        {a: sommer(toutes, a) for a in a_sommer(source) if a in plan.lisibles} if not sur else {},
        serie=_serie(plan, toutes),
        synthese=pliage.fonction(toutes, aujourd_hui) if pliage and source.agregats.pliage else None,
        parts=source.agregats.parts(toutes, aujourd_hui) if source.agregats.parts and not sur else (),
        tuile=calculer(source, source.agregats.tuile, toutes, aujourd_hui),
        alerte=calculer(source, source.agregats.alerte, toutes, aujourd_hui),
        sur=sur,
        choses=source.compte.compter(toutes) if source.compte else None,
    )


def _serie(plan: Plan, toutes: Rangees) -> Rangees:
    forme = plan.source.presentation
    if not isinstance(forme, presentation.Serie) or not plan.source.agregats.serie:
        return []
    attributs = [a for a in (*forme.courbes, *forme.barres) if a in plan.lisibles]
    datees = serie.par_date(toutes, forme.date, attributs, additionner=True)
    return [{forme.date: ligne[forme.date], **{a: ligne[a] for a in attributs}} for _, ligne in reversed(datees)]
