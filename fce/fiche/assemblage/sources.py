"""From the rows of every source but Sirene to the sheet: blocs, tiles, alerts, events.

A source that fails (missing, unreadable, a rule that raises) only loses its own bloc, which says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises.contenu import EtablissementVu
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Permis, RefusAcces
from fce.fiche import formes
from fce.fiche.assemblage import confrontations, contradictions, directes, echanges, fusion, ratios, resumes, situation
from fce.fiche.assemblage.blocs import Versions, bloc, differe, reserve
from fce.fiche.assemblage.direction import direction_de
from fce.fiche.assemblage.ensemble import mesurer
from fce.fiche.assemblage.resumes import Apports, a_situer, alarmes, dernier_contact, relever, resumer, sans_redites
from fce.fiche.formes.commun import PERIODE, Complete, Contexte
from fce.fiche.formes.contenu import RELEVE, AlerteVue, Apercu, Bloc, ContradictionVue, EtatBloc
from fce.fiche.lecture.consignation import Sortie, consigner
from fce.fiche.lecture.plan import Forme, Plan
from fce.fiche.lecture.typage import choisir, total_connu
from fce.fiche.unite.euid import BODACC, euid
from fce.fiche.unite.implantations import implantations
from fce.fiche.unite.perimetre import Ensemble, reunir
from fce.fiche.unite.unite_visee import ParBranche, Unite, a_lire, premiere
from fce.socle.base.branches import Branche
from fce.sources.declaration import Source
from fce.sources.garde_fou import faute_consignee
from fce.sources.onglets import SANS_METIER, SYNTHESE, TOUT, Onglet, premier_plein
from fce.sources.presentation import Ligne, Serie

LIGNES_API: Final = 100
# Printed cells of one bloc, and of the whole sheet (about 80 bytes of HTML each).
CELLULES_BLOC: Final = 240
CELLULES_FICHE: Final = 600
TROP: Final = "trop de lignes à additionner d’un coup ; lisez la liste de cette source, ou exportez-la"


@dataclass(frozen=True, slots=True)
class FicheBrute:
    """Everything read for a sheet, in one round trip, before any decision.

    ``plans``: what was asked of each source; ``lignes``: rows by branch; ``periode``: months of the charts;
    ``complet``: keep every row; ``onglet``: part of the sheet; ``premier``: tab laid out by the Synthèse, once known;
    ``mere``: for an establishment, the sources that declare alarms about its company (``heritage``).
    """

    unite: Unite
    lecteur: LecteurDeDonnees
    plans: tuple[Plan, ...]
    lignes: ParBranche
    versions: Versions
    periode: int = PERIODE
    complet: bool = False
    onglet: Onglet = TOUT
    mere: FicheBrute | None = None
    premier: Onglet | None = None

    def composee(self, source: Source, *, entiere: bool) -> bool:
        """Whether the bloc of a source is laid out: those of the tab; on the Synthèse, only those of one tab.
        ``entiere``: every row was read; of a source outside the reader's first tab, the Synthèse may have read one, and
        a chart needs them all."""
        if self.onglet is TOUT:
            return True
        if self.onglet is not SYNTHESE:
            return source.rubrique in self.onglet.rubriques
        premier = self.premier or self.lecteur.onglets[0]
        lisible = entiere or premier is self.lecteur.onglets[0] or not isinstance(source.presentation, Serie)
        return source.rubrique in premier.rubriques and lisible


class Extrait(NamedTuple):
    """What a source has for this reader. ``lignes`` is None when the source could not be read or its rule failed.

    ``differe``: too many rows to add up within the page; nothing is read now.
    """

    plan: Plan
    lignes: list[dict[str, Any]] | None
    ensemble: Ensemble | None
    decision: Permis | RefusAcces
    differe: bool = False
    complement: Complete | None = None


def branches(unite: Unite, demandes: Sequence[Plan], lecteur: LecteurDeDonnees, onglet: Onglet = TOUT) -> list[Branche]:
    """The branches that situate the unit, those of the plans, and those of the exchanges."""
    utiles = [branche for plan in demandes for branche in (plan.branche, plan.ensemble) if branche]
    situer_ = onglet is SYNTHESE or bool(lecteur.acteur.habilitations)
    return [
        *a_lire(unite, territoire=situer_),
        *utiles,
        *echanges.branches(unite, lecteur, onglet),
        *situation.branches(unite, lecteur, onglet),
    ]


def assembler(fiche: FicheBrute, connus: Iterable[EtablissementVu] = ()) -> Apports:
    """Assemble what all the sources say. One more round trip when rows are grouped by establishments not known yet.

    ``connus``: establishments that the sheet already shows.
    """
    extraits = _completer_tous(extraits_de(fiche), fiche.lecteur)
    remplies = {e.plan.source.rubrique for e in extraits if e.lignes or e.ensemble or e.differe}
    if sum(int(x["ouverts"]) for x in fiche.lignes.get("departements") or ()) > 1:
        remplies.add("etablissements")
    candidats = fiche.lecteur.onglets if fiche.lecteur.profils else SANS_METIER
    fiche = replace(fiche, premier=premier_plein(candidats, remplies))
    de_la_mere = extraits_de(fiche.mere) if fiche.mere else []
    lignes = {extrait.plan.source.nom: extrait.lignes for extrait in extraits}
    nommants = extraits if fiche.unite.entreprise else de_la_mere
    dits = echanges.echanges_de(fiche.unite, fiche.lecteur, fiche.lignes)
    voulus = dits.sirets if fiche.unite.entreprise else []
    situee = fiche.onglet is SYNTHESE or fiche.onglet.alarmes
    utiles = a_situer(nommants, fiche.lecteur.aujourd_hui, voulus) if situee else voulus
    ou = situation.places_de(fiche.unite, fiche.lignes, fiche.lecteur)
    situes = situation.situer(
        [e.plan for e in extraits], lignes, premiere(fiche.lignes["unite_legale"]), [*connus, *ou.ici],
        tous=fiche.complet, autres=utiles, places=ou,
    )  # fmt: skip
    ouverts = [(e.plan, e.lignes or ()) for e in nommants if not fiche.lecteur.refus(e.decision)]
    direction = direction_de(ouverts, fiche.unite, fiche.lecteur, fiche.versions, fiche.onglet)
    # Readings are journalled before anything reserved is composed: if the journal fails, no data are shown.
    ailleurs = {direction.source.nom: direction.rapprochees} if direction else {}
    sorties = (
        Sortie(e.plan, montrees(e.lignes, e.ensemble) + ailleurs.get(e.plan.source.nom, 0), e.decision)
        for e in (*extraits, *de_la_mere)
    )
    consigner(fiche.lecteur, sorties, echanges.dites(dits, fiche.unite))
    contexte = _contexte(fiche, situes, ou, pleines=sum(1 for siennes in lignes.values() if siennes))
    apports = Apports()
    for extrait in extraits:
        _apporter(extrait, fiche, contexte, apports)
    apports.alertes = sans_redites([*apports.alertes, *_heritees(fiche, de_la_mere, contexte)], fiche.unite)
    dites = _contradictions(extraits, fiche)
    if fiche.onglet is not SYNTHESE:
        apports.blocs[:0] = [*contradictions.blocs(dites, fiche.unite, fiche.versions), *_composes(extraits, fiche)]
    apports.evenements += echanges.evenements(dits, fiche.unite, apports.evenements)
    apports.apercu = Apercu(
        tuple(apports.releves),
        situes,
        echanges=dits,
        dates=tuple(apports.dates),
        direction=direction,
        premier=fiche.premier,
        places=ou.departements,
        ici=ou.ici,
        partielles=tuple(apports.partielles),
        contradictions=dites,
        euid=_euid(fiche, lignes.get(BODACC)),
        **implantations(fiche.unite, fiche.lignes, fiche.onglet),
    )
    _dater(apports, extraits, fiche)
    return apports


def _contexte(
    fiche: FicheBrute, situes: Mapping[str, EtablissementVu], ou: situation.Places, *, pleines: int
) -> Contexte:
    """How blocs are laid out; ``pleines``: number of sources with rows, which share the cells of a sheet."""
    return Contexte(
        fiche.lecteur.aujourd_hui,
        situes,
        fiche.periode,
        fiche.complet,
        cellules=max(20, min(CELLULES_BLOC, CELLULES_FICHE // max(1, pleines))),
        apercu=fiche.onglet is SYNTHESE,
        corps=fiche.lecteur.corps,
        territoire=ou.territoire,
        places=ou.departements,
    )


def _dater(apports: Apports, extraits: Iterable[Extrait], fiche: FicheBrute) -> None:
    """Add the scope of the chronology and the last contact, from the sources whose rows are dated events."""
    datees = [
        e.plan for e in extraits if (e.plan.source.jalon or e.plan.source.alarme) and e.decision and e.plan.branche
    ]
    # Sirene's own events are those of the whole unit.
    apports.chronologie = reunir([("Sirene", fiche.unite.perimetre), *((p.source.titre, p.perimetre) for p in datees)])
    if contact := dernier_contact(datees, apports.evenements, fiche.lecteur.aujourd_hui):
        apports.tuiles.insert(min(1, len(apports.tuiles)), contact)


def _heritees(fiche: FicheBrute, extraits: Sequence[Extrait], contexte: Contexte) -> list[AlerteVue]:
    """Alarms of the company inherited by an establishment."""
    return [
        alerte
        for extrait in extraits
        if not extrait.differe and not fiche.lecteur.refus(extrait.decision)
        for alerte in alarmes(
            extrait.plan,
            extrait.lignes or [],
            contexte._replace(ensemble=extrait.ensemble),
            fiche.versions.provenance(extrait.plan.source),
            heritees=True,
        )
    ]


def extraits_de(fiche: FicheBrute) -> list[Extrait]:
    """The rows of each source, what the whole company adds to them, and the decision for this reader."""
    extraits = []
    for planifie in fiche.plans:
        plan = planifie._replace(unite=fiche.unite)
        decision = fiche.lecteur.decider(plan.source, fiche.unite.siren, fiche.unite.departements)
        if a_differer(plan, fiche.lignes):
            extraits.append(Extrait(plan, [], None, decision, differe=True))
            continue
        lignes = _lignes(plan, fiche.lignes, fiche.lecteur)
        plan, ensemble = mesurer(plan, lignes, fiche.lignes, fiche.lecteur)
        extraits.append(Extrait(plan, lignes, ensemble, decision))
    return extraits


def _completer_tous(extraits: Sequence[Extrait], lecteur: LecteurDeDonnees) -> list[Extrait]:
    """The extracts, completed by what another source of the sheet says of their rows (``complement``)."""
    par_nom = {extrait.plan.source.nom: extrait for extrait in extraits}
    complets = []
    for extrait in extraits:
        complement = extrait.plan.source.complement
        autre = par_nom.get(complement.source) if complement else None
        ajoute = None
        if autre is not None and extrait.lignes and autre.lignes is not None:
            parts = autre.ensemble.parts if autre.ensemble else ()
            portee = autre.plan._replace(perimetre=autre.plan.perimetre.complet()) if parts else autre.plan
            ajoute = completer(extrait.plan, extrait.lignes, portee, parts or autre.lignes, lecteur)
        complets.append(extrait._replace(complement=ajoute) if ajoute else extrait)
    return complets


def _apporter(extrait: Extrait, fiche: FicheBrute, contexte: Contexte, apports: Apports) -> None:
    """Add to ``apports`` the bloc of a source, its tile, its alerts and its events."""
    plan, source, lignes, ensemble = extrait.plan, extrait.plan.source, extrait.lignes, extrait.ensemble
    if refus := fiche.lecteur.refus(extrait.decision):
        apports.blocs.append((source.rubrique, reserve(source, fiche.versions, refus, plan.perimetre)))
        return
    if extrait.differe:
        apports.releves.append(relever(plan, [], fiche.versions, contexte)._replace(differe=True))
        apports.blocs.append((source.rubrique, differe(_bloc(plan, [], None, fiche.versions), TROP)))
        return
    siennes = fiche.lignes.get(source.nom)
    connues = total_connu(siennes if plan.branche else None)
    mesure = getattr(siennes, "mesure", None) if plan.branche else None
    propre = contexte._replace(total=connues, ensemble=ensemble, complement=extrait.complement, mesure=mesure)
    contenu: object | None = None
    entiere = (connues or 0) <= len(lignes or ())
    if lignes is not None and (lignes or ensemble):
        contenu = _composer(plan, lignes, propre) if fiche.composee(source, entiere=entiere) else RELEVE
    autres = "" if lignes else resumes.autres_lignes(source, siennes or [], connues, contexte.aujourd_hui)
    apports.blocs.append((source.rubrique, _bloc(plan, lignes, contenu, fiche.versions, ensemble, autres)))
    if lignes is not None and contenu is not None:
        resumer(plan, lignes, fiche.versions, propre, apports, bref=fiche.onglet is SYNTHESE)
        if source.jalon and plan.forme is Forme.LIGNES and source.selection is None and (connues or 0) > len(lignes):
            apports.partielles.append((source.titre, len(lignes), connues or 0))
        apports.releves.append(relever(plan, lignes, fiche.versions, propre))


def completer(
    plan: Plan, lignes: list[dict[str, Any]], autre: Plan, autres: Sequence[Ligne], lecteur: LecteurDeDonnees
) -> Complete | None:
    """Add to ``lignes`` what the rows of another source, already limited to this reader, say of them; None when
    nothing.

    The figures cover only the rows read of that other source: on a company's sheet, each label ends with their scope.
    """
    complement = plan.source.complement
    if complement is None or not lignes or autre.branche is None:
        return None
    with faute_consignee("complément", plan.source.nom):
        lignes[:] = [dict(ligne) for ligne in complement.fonction(lignes, autres, lecteur.aujourd_hui)]
        portee = f" – {autre.perimetre.phrase}" if plan.unite.entreprise else ""
        return Complete({a: f"{libelle}{portee}" for a, libelle in complement.colonnes.items()}, complement.apres)
    return None


def _composes(extraits: Sequence[Extrait], fiche: FicheBrute) -> list[tuple[str, Bloc]]:
    """The blocs that are not those of a source: figures declared and published, or told year by year, ratios."""
    permises = [(e.plan, e.lignes or ()) for e in extraits if not fiche.lecteur.refus(e.decision)]
    confrontes = confrontations.blocs(permises, fiche.versions, fiche.lecteur.aujourd_hui)
    return [*confrontes, *fusion.blocs(permises, fiche.versions), *ratios.blocs(permises, fiche.versions)]


def _euid(fiche: FicheBrute, annonces: list[dict[str, Any]] | None) -> str:
    return euid(fiche.unite.siren, premiere(fiche.lignes["unite_legale"]), annonces) if fiche.unite.entreprise else ""


def _contradictions(extraits: Sequence[Extrait], fiche: FicheBrute) -> tuple[ContradictionVue, ...]:
    """Return the contradictions between the registers read for this reader, on the tabs that read them all."""
    if not contradictions.lisibles(fiche.onglet):
        return ()
    permises = [
        (e.plan, e.lignes)
        for e in extraits
        if e.plan.branche and e.lignes is not None and not e.differe and not fiche.lecteur.refus(e.decision)
    ]
    return contradictions.relevees(fiche.unite, fiche.lignes, permises, fiche.versions, fiche.lecteur.aujourd_hui)


def montrees(lignes: Sequence[object] | None, ensemble: Ensemble | None) -> int:
    """Rows about to be shown, as counted by the journal: those of the reader, or the dates of a series of the whole.

    Facts that are only counted or added up are not rows.
    """
    return max(len(lignes or ()), len(ensemble.serie) if ensemble else 0)


def a_differer(plan: Plan, toutes: ParBranche) -> bool:
    """Whether there are too many rows to add up within the page."""
    if plan.forme is not Forme.PAR_DATE:
        return False
    demandees = [toutes.get(branche.cle) for branche in (plan.branche, plan.ensemble) if branche]
    return any(brute.get("_differe") for brutes in demandees if brutes for brute in brutes[:1])


def _lignes(plan: Plan, toutes: ParBranche, lecteur: LecteurDeDonnees) -> list[dict[str, Any]] | None:
    """None when the source could not be read or its rule failed."""
    if plan.branche is None:
        return []
    brutes = toutes[plan.source.nom]
    if brutes is None:
        return None
    with faute_consignee("règle", plan.source.nom):
        return choisir(plan, brutes, lecteur)
    return None


def _composer(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte) -> object | None:
    with faute_consignee("présentation", plan.source.nom):
        return formes.composer(plan, lignes, contexte)
    return None


def _bloc(
    plan: Plan,
    lignes: list[dict[str, Any]] | None,
    contenu: object | None,
    versions: Versions,
    ensemble: Ensemble | None = None,
    autres: str = "",
) -> Bloc:
    """``autres``: see ``Bloc``."""
    source = plan.source
    fait = bloc(
        source.nom,
        source.titre,
        [source.nom],
        versions,
        contenu,
        perimetre=plan.perimetre,
        ensemble=ensemble,
        # Facts elsewhere are counted but not listed: the bloc is not empty.
        vide=not lignes and ensemble is None,
        en_panne=lignes is None or (bool(lignes or ensemble) and contenu is None),
        absence=directes.absence(source, plan.unite, autres),
        source=source,
        lignes=Publiees(plan, (lignes or [])[:LIGNES_API]),
    )
    if fait.etat is not EtatBloc.AUCUNE:
        return fait
    return fait._replace(a_demander=directes.a_interroger(source, plan.unite), autres=autres)


class Publiees(Sequence[dict[str, Any]]):
    """The rows of ``publiables``, computed on first use: the page seldom needs them."""

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
    """Rows as data: the fields that this reader may see and those added by the rule; nothing internal."""
    cachees = {a for a in plan.source.champs if a not in plan.lisibles}
    for ligne in lignes:
        yield {a: v for a, v in ligne.items() if not a.startswith("_") and a not in cachees}
