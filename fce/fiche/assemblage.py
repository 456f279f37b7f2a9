"""From the rows of every other source to the sheet: its bloc, its tile, its alert, its events of the timeline.

Whatever goes wrong in one source (missing, unreadable, a rule that fails) costs its bloc only, and the bloc says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import structlog

from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.politique import Permis, RefusAcces
from fce.entreprises import lieux
from fce.entreprises.construction import etablissement_vu, masquer_unite_legale
from fce.entreprises.contenu import EtablissementVu
from fce.fiche import directes, echanges, formes, fusion
from fce.fiche.blocs import Versions, bloc, differe, reserve
from fce.fiche.consignation import Sortie, consigner
from fce.fiche.contenu import AlerteLue, Apercu, Bloc, EtatBloc
from fce.fiche.ensemble import mesurer
from fce.fiche.formes import regroupement
from fce.fiche.formes.commun import PERIODE, Complete, Contexte
from fce.fiche.perimetre import Ensemble, reunir
from fce.fiche.plan import Forme, Plan
from fce.fiche.resumes import Apports, a_situer, alarmes, dernier_contact, relever, resumer
from fce.fiche.typage import choisir, total_connu
from fce.fiche.unite import Lues, Unite, a_lire, premiere
from fce.socle.branches import Branche, lire
from fce.sources.onglets import SYNTHESE, TOUT, Onglet

log = structlog.get_logger(__name__)

LIGNES_API: Final = 100
# Printed cells: of one bloc, of the whole sheet (about 80 bytes of HTML each).
CELLULES_BLOC: Final = 240
CELLULES_FICHE: Final = 900
RELEVE: Final = "releve"
"""In place of a content that is not laid out: the source has something to say, and ``ReleveDeSource`` tells what."""
TROP: Final = "trop de lignes à additionner d’un coup ; lisez la liste de cette source, ou exportez-la"


@dataclass(frozen=True, slots=True)
class FicheLue:
    """What was read for a sheet, in one round trip, before anything of it is decided or composed.

    ``plans``: what was asked of each source; ``lues``: rows by branch; ``periode``: months of the charts; ``complet``:
    every row read is kept; ``onglet``: the part of the sheet that it is read for; ``mere``: on the sheet of an
    establishment, what was read of the sources that alarm about its company (``heritage``).
    """

    unite: Unite
    lecteur: LecteurDeDonnees
    plans: tuple[Plan, ...]
    lues: Lues
    versions: Versions
    periode: int = PERIODE
    complet: bool = False
    onglet: Onglet = TOUT
    mere: FicheLue | None = None

    def composee(self, rubrique: str) -> bool:
        """Whether the blocs of a rubrique are laid out: on the Synthèse, those of the first tab of the reader alone."""
        return self.onglet is not SYNTHESE or rubrique in self.lecteur.onglets[0].rubriques


class Extrait(NamedTuple):
    """What a source has for this reader. ``lignes`` None: it could not be read, or its rule failed.

    ``differe``: more rows to add up than the reader waits for, of which nothing is read now.
    """

    plan: Plan
    lignes: list[dict[str, Any]] | None
    ensemble: Ensemble | None
    decision: Permis | RefusAcces
    differe: bool = False
    complement: Complete | None = None


def branches(unite: Unite, demandes: Sequence[Plan], lecteur: LecteurDeDonnees, onglet: Onglet = TOUT) -> list[Branche]:
    """What is read of a unit itself, then the branches of the plans."""
    utiles = [branche for plan in demandes for branche in (plan.branche, plan.ensemble) if branche]
    situer_ = onglet is SYNTHESE or bool(lecteur.acteur.habilitations)
    return [*a_lire(unite, territoire=situer_), *utiles, *echanges.branches(unite, lecteur, onglet)]


def assembler(lue: FicheLue, connus: Iterable[EtablissementVu] = ()) -> Apports:
    """Everything the sources say. One more round trip when facts are grouped by establishments that are not known yet.

    ``connus``: establishments of the unit that the sheet shows already.
    """
    extraits = _completer_tous(extraits_de(lue), lue.lecteur)
    de_la_mere = extraits_de(lue.mere) if lue.mere else []
    lignes = {extrait.plan.source.nom: extrait.lignes for extrait in extraits}
    nommants = extraits if lue.unite.entreprise else de_la_mere
    dits = echanges.lire(lue.unite, lue.lecteur, lue.lues)
    voulus = dits.sirets if lue.unite.entreprise else []
    utiles = a_situer(nommants, lue.lecteur.aujourd_hui, voulus) if lue.onglet is SYNTHESE else voulus
    situes = situer(
        [e.plan for e in extraits], lignes, premiere(lue.lues["unite_legale"]), connus, tous=lue.complet, autres=utiles
    )
    # No journal, no data: what is reserved is written down before anything of it is composed.
    sorties = (Sortie(e.plan, montrees(e.lignes, e.ensemble), e.decision) for e in (*extraits, *de_la_mere))
    consigner(lue.lecteur, sorties, echanges.dites(dits, lue.unite))
    pleines = sum(1 for siennes in lignes.values() if siennes)
    contexte = Contexte(
        lue.lecteur.aujourd_hui, situes, lue.periode, lue.complet,
        # The Synthèse shows the first rows of one subject; a tab or a page, as many as it has room for.
        cellules=1 if lue.onglet is SYNTHESE else max(20, min(CELLULES_BLOC, CELLULES_FICHE // max(1, pleines))),
    )  # fmt: skip
    apports = Apports()
    for extrait in extraits:
        _apporter(extrait, lue, contexte, apports)
    apports.alertes += _heritees(lue, de_la_mere, contexte, apports.alertes)
    if lue.onglet is not SYNTHESE:
        apports.blocs[:0] = _fusions(extraits, lue)
    apports.evenements += echanges.evenements(dits, lue.unite, apports.evenements)
    apports.apercu = Apercu(
        tuple(apports.releves), situes, echanges=dits, dates=tuple(apports.dates), **_implantations(lue)
    )
    datees = [e.plan for e in extraits if e.plan.source.jalon and e.decision and e.plan.branche]
    # Sirene's own events are those of the whole unit.
    apports.chronologie = reunir([("Sirene", lue.unite.perimetre), *((p.source.titre, p.perimetre) for p in datees)])
    if contact := dernier_contact(datees, apports.evenements, lue.lecteur.aujourd_hui):
        apports.tuiles.insert(min(1, len(apports.tuiles)), contact)
    return apports


def _heritees(
    lue: FicheLue, extraits: Sequence[Extrait], contexte: Contexte, siennes: Sequence[AlerteLue]
) -> list[AlerteLue]:
    """The alarms of its company that an establishment inherits: not those that happened there, told already."""
    dites = {(a.source, a.titre) for a in siennes}
    return [
        alerte
        for extrait in extraits
        if not extrait.differe and not lue.lecteur.refus(extrait.decision)
        for alerte in alarmes(
            extrait.plan, extrait.lignes or [], contexte._replace(ensemble=extrait.ensemble),
            lue.versions.provenance(extrait.plan.source), heritees=True,
        )
        if alerte.siret != lue.unite.numero and (alerte.source, alerte.titre) not in dites
    ]  # fmt: skip


def _implantations(lue: FicheLue) -> dict[str, Any]:
    """Where the company is open. Of a natural person who opposed the diffusion of where he is, or of one of his places,
    nothing is told."""
    lieux_lus = () if lue.unite.regimes.lieux_caches else lue.lues.get("departements") or ()
    ouverts = {x["departement"]: int(x["ouverts"]) for x in lieux_lus if x["departement"]}
    return {"ouverts": ouverts}


def extraits_de(lue: FicheLue) -> list[Extrait]:
    """The rows of each source, what the whole company says beside them, and whether they are for this reader."""
    extraits = []
    for planifie in lue.plans:
        plan = planifie._replace(unite=lue.unite)
        decision = lue.lecteur.decider(plan.source, lue.unite.siren, lue.unite.departements)
        if a_differer(plan, lue.lues):
            extraits.append(Extrait(plan, [], None, decision, differe=True))
            continue
        lignes = _lignes(plan, lue.lues, lue.lecteur)
        plan, ensemble = mesurer(plan, lignes, lue.lues, lue.lecteur)
        extraits.append(Extrait(plan, lignes, ensemble, decision))
    return extraits


def _completer_tous(extraits: Sequence[Extrait], lecteur: LecteurDeDonnees) -> list[Extrait]:
    """Each with what another source of the same sheet says of its rows."""
    par_nom = {extrait.plan.source.nom: extrait for extrait in extraits}
    complets = []
    for extrait in extraits:
        complement = extrait.plan.source.complement
        autre = par_nom.get(complement.source) if complement else None
        ajoute = None
        if autre is not None and extrait.lignes and autre.lignes is not None:
            ajoute = completer(extrait.plan, extrait.lignes, autre.plan, autre.lignes, lecteur)
        complets.append(extrait._replace(complement=ajoute) if ajoute else extrait)
    return complets


def _apporter(extrait: Extrait, lue: FicheLue, contexte: Contexte, apports: Apports) -> None:
    """Add to ``apports`` the bloc of a source, and what its rows put on top of the sheet and on its timeline."""
    plan, source, lignes, ensemble = extrait.plan, extrait.plan.source, extrait.lignes, extrait.ensemble
    if refus := lue.lecteur.refus(extrait.decision):
        apports.blocs.append((source.rubrique, reserve(source, lue.versions, refus, plan.perimetre)))
        return
    if extrait.differe:
        apports.releves.append(relever(plan, [], lue.versions, contexte)._replace(differe=True))
        apports.blocs.append((source.rubrique, differe(_bloc(plan, [], None, lue.versions), TROP)))
        return
    connues = total_connu(lue.lues.get(source.nom) if plan.branche else None)
    mesure = getattr(lue.lues.get(source.nom), "mesure", None) if plan.branche else None
    propre = contexte._replace(total=connues, ensemble=ensemble, complement=extrait.complement, mesure=mesure)
    contenu: object | None = None
    if lignes is not None and (lignes or ensemble):
        contenu = _composer(plan, lignes, propre) if lue.composee(source.rubrique) else RELEVE
    lues = (connues or 0) if source.selection is not None else 0
    apports.blocs.append((source.rubrique, _bloc(plan, lignes, contenu, lue.versions, ensemble, lues)))
    if lignes is not None and contenu is not None:
        resumer(plan, lignes, lue.versions, propre, apports, bref=lue.onglet is SYNTHESE)
        apports.releves.append(relever(plan, lignes, lue.versions, propre))


def completer(
    plan: Plan, lignes: list[dict[str, Any]], autre: Plan, autres: Sequence[dict[str, Any]], lecteur: LecteurDeDonnees
) -> Complete | None:
    """Add to ``lignes`` what the rows of another source, those read for this reader, say of them; None: nothing.

    The figures are about what was read of that other source: on the sheet of a company each label ends with that scope.
    """
    complement = plan.source.complement
    if complement is None or not lignes or autre.branche is None:
        return None
    try:
        completees = complement.fonction(lignes, autres, lecteur.aujourd_hui)
    except Exception as erreur:
        log.error("complément de %s : %s", plan.source.nom, type(erreur).__name__)
        return None
    lignes[:] = [dict(ligne) for ligne in completees]
    portee = f" – {autre.perimetre.phrase}" if plan.unite.entreprise else ""
    return Complete({a: f"{libelle}{portee}" for a, libelle in complement.colonnes.items()})


def _fusions(extraits: Sequence[Extrait], lue: FicheLue) -> Iterator[tuple[str, Bloc]]:
    """What several sources tell together, before the bloc of each: of what this reader may see."""
    permises = [
        (e.plan, e.lignes or ()) for e in extraits if e.plan.source.par_an and not lue.lecteur.refus(e.decision)
    ]
    for trouvee in fusion.fusionner(permises):
        noms = [plan.source.nom for plan in trouvee.plans]
        contenu = bloc(
            "fusion", trouvee.titre, noms, lue.versions, trouvee.tableau,
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
    autres: Iterable[str] = (),
) -> dict[str, EtablissementVu]:
    """Establishments named by the rows that are grouped, masked. One round trip, none when all of them are ``connus``.

    ``tous``: of all the rows, not only of those that the sheet shows; ``autres``: to be situated too.
    """
    sirets: dict[str, None] = dict.fromkeys(autres)
    for plan in demandes:
        if plan.groupable:
            sirets |= dict.fromkeys(_a_situer(plan, lignes.get(plan.source.nom) or [], tous=tous))
    situes = {vu.siret: vu for vu in connus if vu.siret in sirets}
    if restants := [siret for siret in sirets if siret not in situes]:
        masquee = masquer_unite_legale(unite or {})
        for brute in lire([lieux.nommes(restants)], preparee=True, replicable=True)["nommes"] or ():
            situes[brute["siret"]] = etablissement_vu(brute, unite, masquee)
    return situes


def _a_situer(plan: Plan, lignes: list[dict[str, Any]], *, tous: bool) -> list[str]:
    try:
        return _montres(plan, lignes, tous=tous)
    except Exception as erreur:  # the bloc will fail for the same reason, and say so
        log.error("regroupement de %s : %s", plan.source.nom, type(erreur).__name__)
        return []


def _montres(plan: Plan, lignes: list[dict[str, Any]], *, tous: bool) -> list[str]:
    groupe = plan.source.regroupement
    if plan.forme is Forme.LIGNES and groupe is not None and not tous:
        distincts = {siret for ligne in lignes if (siret := ligne.get(plan.siret)) and isinstance(siret, str)}
        if len(distincts) <= regroupement.LIMITE:
            return sorted(distincts)  # as many as are shown: their order does not matter
        lignes = [faits[0] for faits in regroupement.grouper(lignes, plan.siret, groupe)]
    lieux_ = (ligne.get(plan.siret) for ligne in (lignes if tous else lignes[: regroupement.LIMITE]))
    return [siret for siret in lieux_ if siret and isinstance(siret, str)]


def _lignes(plan: Plan, lues: Lues, lecteur: LecteurDeDonnees) -> list[dict[str, Any]] | None:
    """None when the source could not be read or its rule failed."""
    if plan.branche is None:
        return []
    brutes = lues[plan.source.nom]
    if brutes is None:
        return None
    try:
        return choisir(plan, brutes, lecteur)
    except Exception as erreur:
        log.error("règle de %s : %s", plan.source.nom, type(erreur).__name__)
        return None


def _composer(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte) -> object | None:
    try:
        return formes.composer(plan, lignes, contexte)
    except Exception as erreur:
        log.error("présentation de %s : %s", plan.source.nom, type(erreur).__name__)
        return None


def _bloc(
    plan: Plan,
    lignes: list[dict[str, Any]] | None,
    contenu: object | None,
    versions: Versions,
    ensemble: Ensemble | None = None,
    lues: int = 0,
) -> Bloc:
    """``lues``: rows of the file, of which ``lignes`` are those that the rule of the source keeps."""
    source = plan.source
    fait = bloc(
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
        absence=directes.absence(source, plan.unite, lues),
        source=source,
        lignes=Publiees(plan, (lignes or [])[:LIGNES_API]),
    )
    if fait.etat is not EtatBloc.AUCUNE:
        return fait
    return fait._replace(a_demander=directes.a_interroger(source, plan.unite), autres=lues)


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
