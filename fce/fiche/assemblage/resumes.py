"""Tiles, alerts and events that the rows of a source add to the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from fce.donnees.entreprises.historique import Evenement
from fce.fiche.assemblage.blocs import Versions
from fce.fiche.assemblage.ensemble import calculer
from fce.fiche.formes.commun import Contexte, calcule_sur
from fce.fiche.formes.contenu import AlerteVue, Apercu, Bloc, Provenance, ReleveDeSource, TuileVue
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.unite.perimetre import ENTREPRISE, Perimetre, reunir
from fce.fiche.unite.unite_visee import Unite
from fce.socle.texte import paris
from fce.socle.texte.formats import jour, pluriel
from fce.socle.texte.mois import fin_du_mois
from fce.sources import registre
from fce.sources.champs import Mois
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee
from fce.sources.presentation import FaitAlarmant, Jalon, Ligne
from fce.sources.synthese import Contact, UniteCompetente

SITUES: Final = 300
"""Maximum establishments read for the Synthèse."""
CONTROLES: Final = "controles"


@dataclass(slots=True)
class Apports:
    """What the sources bring to a sheet, in the order of the rubriques, then of their names.

    ``chronologie``: scope of the events; ``dates``: days of the events that are only counted; ``partielles``: sources
    with more events than were read; ``releves``: summary of each source; ``apercu``: material of the Synthèse.
    """

    blocs: list[tuple[str, Bloc]] = field(default_factory=list)
    evenements: list[Evenement] = field(default_factory=list)
    tuiles: list[TuileVue] = field(default_factory=list)
    alertes: list[AlerteVue] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)
    partielles: list[tuple[str, int, int]] = field(default_factory=list)
    releves: list[ReleveDeSource] = field(default_factory=list)
    chronologie: Perimetre = ENTREPRISE
    apercu: Apercu = field(default_factory=Apercu)


def resumer(
    plan: Plan,
    lignes: list[dict[str, Any]],
    versions: Versions,
    contexte: Contexte,
    apports: Apports,
    *,
    bref: bool = False,
) -> None:
    """Add to ``apports`` the tile, the alert and the events of a source. ``bref``: only events of inspections are kept;
    the others are counted."""
    source = plan.source
    if not (source.tuile or source.alarme or source.jalon):
        return
    origine = versions.provenance(source)
    au = origine.datee
    apports.tuiles += _tuile(plan, lignes, contexte, f"{origine.producteur}{au}")
    siennes = alarmes(plan, lignes, contexte, origine)
    apports.alertes += siennes
    jalon = source.jalon
    # The events of an alarm that names places are those of the source that tells the company's.
    if jalon is None and not (source.alarme and source.alarme.situe):
        apports.evenements += _alertes(plan, siennes)
    if jalon and jalon.date in plan.lisibles and plan.forme is Forme.LIGNES:
        with faute_consignee("jalons", source.nom):
            if bref and source.rubrique != CONTROLES:
                apports.dates.extend(_dates(plan, jalon, lignes))
            else:
                apports.evenements.extend(_evenements(plan, jalon, lignes))


def _tuile(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte, origine: str) -> Iterator[TuileVue]:
    """A tile of the whole company when the declaration can add it up, with the reader's part beside it."""
    source, ensemble = plan.source, contexte.ensemble
    if source.tuile is None:
        return
    valeur = calculer(source, source.tuile.valeur, lignes, contexte.aujourd_hui) if lignes else None
    if ensemble and ensemble.tuile:
        partie = f"dont {plan.perimetre.lieux} : {valeur or f'aucune donnée connue{source.horizon_dit}'}"
        precision = f"{origine}{ensemble.calcul}"
        perimetre = plan.perimetre.complet()
        yield TuileVue(source.tuile.titre, ensemble.tuile, perimetre, precision, source.rubrique, partie, source.nom)
    elif valeur:
        precision = _precision(origine, calcule_sur(plan, contexte.total))
        yield TuileVue(source.tuile.titre, valeur, plan.perimetre, precision, source.rubrique, source=source.nom)


def alarmes(
    plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte, origine: Provenance, *, heritees: bool = False
) -> list[AlerteVue]:
    """Alarms on the reader's part; without any, the count for the whole that the declaration gives.

    ``heritees``: alarms of the company on the sheet of an establishment.
    """
    source, ensemble = plan.source, contexte.ensemble
    if source.alarme is None:
        return []
    faits, regle = _alarmants(source, lignes, contexte.aujourd_hui), source.agregats.alerte
    ensemble_dit = ensemble.alerte if ensemble else calculer(source, regle, lignes, contexte.aujourd_hui)
    plusieurs = bool(regle) and (ensemble is not None or len(faits) > 1)
    dite = f"{origine.producteur}, {origine.systeme}{origine.datee}"
    courte = ", ".join(
        filter(None, (origine.systeme, jour(origine.date_metier), "en retard" if origine.en_retard else ""))
    )
    detail = f"Source : {_precision(dite, calcule_sur(plan, contexte.total))}."
    commune = AlerteVue(
        "alerte", "", plan.perimetre, detail, origine=courte, connue_le=origine.date_metier, source=source.nom,
        rubrique=source.rubrique, heritee=heritees, ensemble=(ensemble_dit or "") if plusieurs else "",
        gravite=source.alarme.gravite,
    )  # fmt: skip
    # What a part of a company says is not said of the company to one of its establishments.
    if faits and not (heritees and plusieurs):
        return [replace(commune, titre=f.phrase, jour=f.jour, periode=f.periode, siret=f.siret) for f in faits]
    if not ensemble_dit:
        return []
    if ensemble and not faits:
        detail = f"Ailleurs, hors de votre territoire ({plan.perimetre.lieux}). Source : {dite}{ensemble.calcul}."
    titre, _, periode = ensemble_dit.partition(", ")
    perimetre = plan.perimetre.complet() if ensemble else plan.perimetre
    return [replace(commune, titre=titre, periode=periode, perimetre=perimetre, detail=detail)]


def sans_redites(alertes: Sequence[AlerteVue], unite: Unite) -> list[AlerteVue]:
    """Each alarm once. What happened at an establishment is not said again of its company; a company's alarm says those
    of the places that another source names."""
    dites = {(_nom(a), a.titre) for a in alertes if not a.heritee and not _situee(a)}
    gardees: list[AlerteVue] = []
    for a in alertes:
        ici = a.heritee and a.siret == unite.numero
        redite = (a.heritee and not a.siret) or _situee(a)
        if not ici and not (redite and (unite.entreprise or a.heritee) and (_nom(a), a.titre) in dites):
            gardees.append(a)
        dites.add((_nom(a), a.titre))
    return gardees


def _nom(alerte: AlerteVue) -> str:
    alarme = registre.source(alerte.source).alarme if alerte.source else None
    return alarme.nom if alarme else ""


def _situee(alerte: AlerteVue) -> bool:
    alarme = registre.source(alerte.source).alarme if alerte.source else None
    return bool(alarme and alarme.situe)


def _alarmants(source: Source, lignes: Sequence[Ligne], aujourd_hui: date) -> list[FaitAlarmant]:
    """Alarms given by the source's rule on rows; empty when it fails (logged)."""
    with faute_consignee("alarme", source.nom):
        return source.alarme.en_cours(lignes, aujourd_hui) if source.alarme and lignes else []
    return []


def autres_lignes(source: Source, brutes: list[dict[str, Any]], total: int | None, aujourd_hui: date) -> str:
    """What the file holds of a unit when the rule of the source keeps nothing of it: « 2 autres lignes au fichier, non
    montrées » unless the source says it."""
    if source.selection is None or not total:
        return ""
    dites = f"{pluriel(total, 'autre ligne', 'autres lignes')} au fichier, non {'montrées' if total > 1 else 'montrée'}"
    return calculer(source, source.reste, brutes, aujourd_hui) or dites


def relever(plan: Plan, lignes: list[dict[str, Any]], versions: Versions, contexte: Contexte) -> ReleveDeSource:
    """Summary of a source, before layout."""
    groupes = plan.forme is Forme.PAR_ETABLISSEMENT and bool(lignes)
    total = int(lignes[0]["_lignes"]) if groupes else max(contexte.total or 0, len(lignes))
    if plan.source.selection is not None:
        total = len(lignes)
    compte = plan.source.compte
    if compte is None or plan.source.selection is not None:
        choses = compte.compter(lignes) if compte else None
    else:
        choses = contexte.mesure if compte.attributs else total
    return ReleveDeSource(
        plan.source, lignes, total, plan.perimetre, versions.provenance(plan.source), contexte.ensemble,
        _dernier(plan, lignes, contexte.aujourd_hui), plan.siret, choses=choses,
        incomplet=plan.source.selection is not None and bool(calcule_sur(plan, contexte.total)),
    )  # fmt: skip


def a_situer(extraits: Iterable[Any], aujourd_hui: date, nommes: Iterable[str] = ()) -> list[str]:
    """Establishments to read for the Synthèse: ``nommes``, those of alarms and contacts, latest first, then those whose
    competent service is known."""
    datees: list[tuple[date, str]] = []
    autres: dict[str, None] = {}
    for extrait in extraits:
        plan, lignes = extrait.plan, extrait.lignes or ()
        if not plan.siret:
            continue
        for trait in plan.source.synthese:
            if isinstance(trait, Contact):
                datees += [(x[trait.date], x[plan.siret]) for x in lignes if x.get(trait.date) and x.get(plan.siret)]
            elif isinstance(trait, UniteCompetente):
                autres |= dict.fromkeys(x[plan.siret] for x in lignes if x.get(plan.siret))
        if plan.forme is Forme.LIGNES:
            touches = _alarmants(plan.source, list(lignes), aujourd_hui)
            datees += [(aujourd_hui, f.siret) for f in touches[:SITUES] if f.siret]
    recents = [siret for _, siret in sorted(datees, reverse=True)]
    return list(dict.fromkeys([*nommes, *recents, *autres]))[:SITUES]


def _dernier(plan: Plan, lignes: Sequence[Mapping[str, Any]], aujourd_hui: date) -> date | None:
    """The latest past day of the rows, from the attribute that dates events, else the file."""
    groupe = plan.source.regroupement
    attribut = (plan.source.jalon.date if plan.source.jalon else "") or (groupe.derniere if groupe else "")
    attribut = attribut or plan.source.date_metier or ""
    # Hundreds of rows share a few dozen days.
    valeurs = {ligne.get(attribut) for ligne in lignes}
    jours = [paris.jour_ecrit(v) for v in valeurs if isinstance(v, date)]
    if isinstance(plan.source.champs.get(attribut), Mois):
        jours = [fin_du_mois(j) for j in jours]
    return max((j for j in jours if j <= aujourd_hui), default=None)


def _precision(origine: str, calcule: str) -> str:
    return f"{origine}, {calcule}" if calcule else origine


def _dates(plan: Plan, jalon: Jalon, lignes: Sequence[Mapping[str, Any]]) -> Iterator[date]:
    """Days of the events of the rows, as many as ``_evenements`` gives without duplicates."""
    siret = plan.siret if plan.unite.entreprise else ""
    for quand, *_ in {(x.get(jalon.date), x.get(jalon.detail), x.get(siret)) for x in lignes}:
        if isinstance(quand, date):
            yield paris.jour_ecrit(quand)


def _alertes(plan: Plan, alertes: Iterable[AlerteVue]) -> Iterator[Evenement]:
    """The alarms of a source that dates no event otherwise. An alarm without a day keeps its period."""
    for a in alertes:
        siret = a.siret or None if plan.unite.entreprise else None
        # Computed on a part of the company: its place is that part.
        ou = "" if siret or a.perimetre.entier else a.perimetre.lieux
        yield Evenement(a.jour, "fait", a.titre, a.periode or None, plan.source.nom, siret, commune=ou)


def _evenements(plan: Plan, jalon: Jalon, lignes: Sequence[Mapping[str, Any]]) -> Iterator[Evenement]:
    for ligne in lignes:
        quand = ligne.get(jalon.date)
        if not isinstance(quand, date):
            continue
        detail = ligne.get(jalon.detail) if jalon.detail else None
        siret = ligne.get(plan.siret) if plan.unite.entreprise and plan.siret else None
        yield Evenement(
            paris.jour_ecrit(quand),
            "fait",
            jalon.titre,
            jour(detail) if isinstance(detail, date) else (str(detail) if detail is not None else None),
            plan.source.nom,
            siret,
        )


def dernier_contact(demandes: Sequence[Plan], evenements: Sequence[Evenement], aujourd_hui: date) -> TuileVue | None:
    """Tile of the latest visit or inspection by any body, from a file or a service: an agent looks at it before calling
    another service."""
    titres = {plan.source.nom: plan.source for plan in demandes if plan.source.rubrique == CONTROLES}
    passes = [
        e for e in evenements if (e.source in titres or e.genre == "contact") and e.date and e.date <= aujourd_hui
    ]
    if not passes:
        return None
    dernier = max(passes, key=lambda e: e.date or date.min)
    perimetre = reunir((plan.source.titre, plan.perimetre) for plan in demandes if plan.source.nom in titres)
    if dernier.genre == "contact":
        return TuileVue("Dernier contact", jour(dernier.date), perimetre, dernier.detail or "", CONTROLES)
    source = titres[dernier.source]
    par = source.producteur.sigle or source.producteur.nom
    return TuileVue("Dernier contrôle ou visite", jour(dernier.date), perimetre, f"{source.titre} ({par})", CONTROLES)


def contributrices(apports: Apports) -> list[str]:
    """Sources with an event on the timeline; those told by services have none."""
    return list(dict.fromkeys(e.source for e in apports.evenements if e.source))
