"""One source of a unit in full: by pages for the reader, at once for a file. Rights are those of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from fce.donnees.entreprises import diffusion
from fce.donnees.imports.selectors import reperes
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.fiche import formes
from fce.fiche.assemblage import directes, situation, sources
from fce.fiche.assemblage.blocs import Versions, reserve
from fce.fiche.assemblage.ensemble import mesurer
from fce.fiche.assemblage.resumes import autres_lignes
from fce.fiche.formes.commun import Complete, Contexte, colonne
from fce.fiche.formes.contenu import Bloc, EnSerie, EnTableau, Provenance
from fce.fiche.formes.graphique import Graphique
from fce.fiche.lecture.consignation import Sortie, consigner, noter_refus, sans_journal
from fce.fiche.lecture.enonces import LIGNES_SOMME_LISTE
from fce.fiche.lecture.finalites import GESTES
from fce.fiche.lecture.plan import Fenetre, Forme, Plan
from fce.fiche.lecture.plans import prevoir, sources_de
from fce.fiche.lecture.typage import choisir, total_connu
from fce.fiche.unite.perimetre import Ensemble, Perimetre, dire
from fce.fiche.unite.unite_visee import Unite, premiere
from fce.socle.base.branches import lignes_de
from fce.socle.erreurs import Introuvable, ParametreInvalide, SourceIndisponible
from fce.sources import champs, presentation
from fce.sources.declaration import Source

T = TypeVar("T")
TAILLE: Final = 50
PAGE_MAX: Final = 20_000
LIGNES_EXPORT: Final = 50_000
# A file of reserved data is limited further.
LIGNES_EXPORT_RESERVE: Final = 5_000
# A rule is computed on all the rows: limit those read at once.
LIGNES_REGLE: Final = 20_000
# All the dates of a series, for its chart.
DATES: Final = 1_000
PERIMETRE: Final = "Périmètre"
TROP: Final = "trop de lignes à additionner. Lisez la fiche de chaque établissement, ou exportez cette source."


@dataclass(frozen=True, slots=True)
class Liste:
    """A page of one source. ``reservee``: why it is closed to this reader, "" when open; if closed, ``tableau`` is None
    and ``geste`` says what he may do (``finalites.GESTES``). ``graphiques``: charts of a series, above its first page.
    ``perimetre``, ``ensemble``: as in a bloc."""

    source: Source
    unite: Unite
    provenance: Provenance
    perimetre: Perimetre
    tableau: EnTableau | None = None
    reservee: str = ""
    geste: str = ""
    tris: frozenset[str] = frozenset()
    graphiques: tuple[Graphique, ...] = ()
    ensemble: Ensemble | None = None
    autres: str = ""

    @property
    def mention(self) -> str:
        """Sentence about its scope, "" when no right of the reader is limited."""
        return dire(self.perimetre, self.ensemble)

    @property
    def absence(self) -> str:
        """Sentence of an empty list."""
        return f"{directes.absence(self.source, self.unite, self.autres)}{self.perimetre.suffixe}."

    @property
    def serie(self) -> bool:
        """Whether it is a series: the sheet may then show it in place of the bloc."""
        return isinstance(self.source.presentation, presentation.Serie)

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """The provenance as a tuple, for the templates of blocs."""
        return (self.provenance,)


def source_de_la_fiche(unite: Unite, nom: str) -> Source:
    """The source of that name, when it has a bloc on the sheet of ``unite``. Raises ``Introuvable``."""
    for source in sources_de(unite):
        if source.nom == nom:
            return source
    raise Introuvable("Cette fiche n'a pas de source de ce nom. Revenez à la fiche pour choisir une rubrique.")


def _voisine(source: Source, unite: Unite) -> Source | None:
    """The source of the same sheet that completes this one's rows, if any."""
    nom = source.complement.source if source.complement else ""
    return next((s for s in sources_de(unite) if s.nom == nom), None)


def liste(numero: str, nom: str, *, page: int = 1, tri: str = "", lecteur: LecteurDeDonnees | None = None) -> Liste:
    """A sorted page of a source for a SIREN or a SIRET. Three round trips at most.

    Raises ``Introuvable`` (source), ``ParametreInvalide`` (sort by a column not shown), ``SourceIndisponible``.
    """
    unite = Unite(numero)
    source = source_de_la_fiche(unite, nom)
    return _sans_journal(source, lecteur, lambda qui: _liste(source, unite, page, tri, qui))


def _liste(source: Source, unite: Unite, page: int, tri: str, lecteur: LecteurDeDonnees) -> Liste:
    versions = Versions(reperes(), lecteur.aujourd_hui)
    page = max(1, min(page, PAGE_MAX))
    apercu = prevoir(source, unite, lecteur, versions)
    tris = _triables(apercu)
    if tri and tri.removeprefix("-") not in tris:
        raise ParametreInvalide("On ne peut pas trier cette liste par cette colonne.")
    entiere = _en_une_fois(apercu)
    plan = prevoir(source, unite, lecteur, versions, _fenetre(apercu, page, tri))
    voisine = _voisine(source, unite)
    choisies = _lignes(plan, lecteur, versions, prevoir(voisine, unite, lecteur, versions) if voisine else None)
    if isinstance(choisies, Bloc):
        return _refusee(plan, versions, choisies)
    plan, lignes = choisies.plan, choisies.lignes
    if not lignes and page > 1:
        # Beyond the last page, the number of rows is unknown: read the first page.
        return _liste(source, unite, 1, tri, lecteur)
    liste_ = Liste(source, unite, versions.provenance(source), plan.perimetre, tris=tris, ensemble=choisies.ensemble)
    if not lignes and choisies.ensemble is None:
        return replace(liste_, tableau=EnTableau((), (), 0, plan.perimetre), autres=choisies.autres)
    situes = situation.situer([plan], {source.nom: lignes}, choisies.legale, tous=True) if plan.groupable else {}
    contexte = Contexte(
        lecteur.aujourd_hui, situes, periode=0, complet=True, total=choisies.total, tri=tri,
        ensemble=choisies.ensemble, complement=choisies.complement,
    )  # fmt: skip
    tableau, graphiques = _contenu(plan, lignes, contexte)
    tableau = _paginer(tableau, page, tri, entiere=entiere)
    return replace(liste_, tableau=tableau, graphiques=graphiques if tableau.page == 1 else ())


def _en_python(plan: Plan) -> bool:
    """Whether Python chooses or groups its rows, once all are read."""
    return plan.source.selection is not None or (plan.groupable and plan.forme is Forme.LIGNES)


def _en_une_fois(plan: Plan) -> bool:
    """Whether all its pages are cut from one reading; otherwise each page is read by itself."""
    return _en_python(plan) or isinstance(plan.source.presentation, presentation.Serie)


def _fenetre(plan: Plan, page: int, tri: str) -> Fenetre:
    if isinstance(plan.source.presentation, presentation.Serie):
        return Fenetre(LIGNES_REGLE if _en_python(plan) else DATES, sommer=LIGNES_SOMME_LISTE)
    return Fenetre(LIGNES_REGLE) if _en_python(plan) else Fenetre(TAILLE, (page - 1) * TAILLE, tri)


def _paginer(tableau: EnTableau, page: int, tri: str, *, entiere: bool) -> EnTableau:
    """The rows of a page, cut from ``tableau`` when it has all of them (``entiere``)."""
    pages, lignes = max(1, -(-tableau.total // TAILLE)), tableau.lignes
    if entiere:
        page = min(page, pages)
        lignes = lignes[(page - 1) * TAILLE : page * TAILLE]
    # A page read alone says nothing of the others: keep every column.
    vides = tableau.vides if entiere or pages == 1 else frozenset()
    return replace(
        tableau, lignes=lignes, page=page, pages=pages, tri=tri, suite=False, replie=False, synthese=None, vides=vides
    )


def donnees(
    numero: str, nom: str, *, lecteur: LecteurDeDonnees | None = None
) -> tuple[Source, Sequence[str], Iterator[list[Any]]] | Liste:
    """(source, labels, rows) for a file: one row per fact, as the source's rule keeps them; or a refused list, with its
    reason."""
    unite = Unite(numero)
    source = source_de_la_fiche(unite, nom)
    return _sans_journal(source, lecteur, lambda qui: _donnees(source, unite, qui))


def _donnees(
    source: Source, unite: Unite, lecteur: LecteurDeDonnees
) -> tuple[Source, Sequence[str], Iterator[list[Any]]] | Liste:
    versions = Versions(reperes(), lecteur.aujourd_hui)
    ouverte = source.acces is not None and source.acces.classe in ("C0", "C1")
    limite = LIGNES_EXPORT if ouverte else LIGNES_EXPORT_RESERVE
    plan = prevoir(source, unite, lecteur, versions, Fenetre(limite), brut=True)
    choisies = _lignes(plan, lecteur, versions)
    if isinstance(choisies, Bloc):
        return _refusee(plan, versions, choisies)
    attributs = [a for a in source.champs if a in plan.lisibles]
    codes = _codes(source)
    entetes = []
    for a in attributs:
        entetes.append(colonne(plan, a).libelle)
        if a in codes:
            entetes.append(f"{source.champs[a].libelle} – libellé")
    rangees = (list(_valeurs(ligne, attributs, codes)) for ligne in choisies.lignes)
    if mention := _portee(choisies):
        return source, [*entetes, PERIMETRE], _situees(rangees, len(entetes), mention)
    return source, entetes, rangees


def _portee(choisies: _Choisies) -> str:
    """Scope of the rows of a file: part of the company, period, what the rule leaves out."""
    source = choisies.plan.source
    dits = [dire(choisies.plan.perimetre, choisies.ensemble), f"Lignes{source.horizon_dit}." if source.horizon else ""]
    if choisies.autres:
        dits.append(f"{choisies.autres}.")
    return " ".join(filter(None, dits))


def _situees(rangees: Iterable[list[Any]], colonnes: int, mention: str) -> Iterator[list[Any]]:
    """Each row followed by the scope; a file without rows has it too."""
    vide = True
    for rangee in rangees:
        vide = False
        yield [*rangee, mention]
    if vide:
        yield [*[None] * colonnes, mention]


def _sans_journal(source: Source, lecteur: LecteurDeDonnees | None, lecture: Callable[[LecteurDeDonnees], T]) -> T:
    """When the journal refuses, a source open to all is still read."""
    return sans_journal(lecture, lecteur or LecteurDeDonnees(), partie_ouverte=source.acces.classe == "C0")


def _refusee(plan: Plan, versions: Versions, bloc: Bloc) -> Liste:
    geste = GESTES.get(bloc.raison, "")
    origine = versions.provenance(plan.source)
    return Liste(plan.source, plan.unite, origine, plan.perimetre, reservee=bloc.message, geste=geste)


def _codes(source: Source) -> dict[str, Callable[[str], str | None]]:
    """{attribute: labelling function} of the coded fields."""
    return {a: c.libeller for a, c in source.champs.items() if isinstance(c, champs.Code) and c.libeller}


def _valeurs(
    ligne: dict[str, Any], attributs: Sequence[str], codes: dict[str, Callable[[str], str | None]]
) -> Iterator[Any]:
    for a in attributs:
        valeur = ligne.get(a)
        yield valeur
        if a in codes:
            yield codes[a](valeur) if isinstance(valeur, str) else None


@dataclass(frozen=True, slots=True)
class _Choisies:
    """What was read of a source: rows, their total number, raw company. The plan holds the unit and the scope."""

    plan: Plan
    lignes: list[dict[str, Any]]
    total: int
    legale: dict[str, Any] | None
    ensemble: Ensemble | None = None
    complement: Complete | None = None
    autres: str = ""


def _lignes(plan: Plan, lecteur: LecteurDeDonnees, versions: Versions, autre: Plan | None = None) -> _Choisies | Bloc:
    """The rows that a reader may list, completed by those of ``autre``; or the bloc of a refusal."""
    source, demandes = plan.source, [plan, *([autre] if autre else [])]
    demandees = sources.branches(plan.unite, demandes, lecteur)
    toutes = lignes_de(demandees, marque=diffusion.MARQUE_INSEE, replicable=True)
    unite, legale = plan.unite.situee(toutes), premiere(toutes["unite_legale"])
    plan = plan._replace(unite=unite)
    decision = lecteur.decider(source, unite.siren, unite.departements)
    if refus := lecteur.refus(decision):
        noter_refus(lecteur, source, unite, decision)
        return reserve(source, versions, refus, plan.perimetre)
    if plan.branche is None:
        return _Choisies(plan, [], 0, legale)
    brutes = toutes[source.nom]
    if brutes is None:
        raise SourceIndisponible(f"{source.titre} : cette source ne peut pas être lue pour le moment. Réessayez.")
    if sources.a_differer(plan, toutes):
        raise SourceIndisponible(f"{source.titre} : {TROP}")
    lignes = choisir(plan, brutes, lecteur)
    plan, ensemble = mesurer(plan, lignes, toutes, lecteur)
    sorties, complement = [Sortie(plan, sources.montrees(lignes, ensemble), decision)], None
    if autre and autre.branche and (voisines := toutes[autre.source.nom]) is not None:
        autre = autre._replace(unite=unite)
        siennes = choisir(autre, voisines, lecteur)
        sorties.append(Sortie(autre, len(siennes), lecteur.decider(autre.source, unite.siren, unite.departements)))
        autre, _ = mesurer(autre, siennes, toutes, lecteur)
        complement = sources.completer(plan, lignes, autre, siennes, lecteur)
    consigner(lecteur, sorties)
    total = total_connu(brutes) or 0
    autres = "" if lignes else autres_lignes(source, brutes, total, lecteur.aujourd_hui)
    return _Choisies(plan, lignes, total, legale, ensemble, complement, autres)


def _contenu(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte) -> tuple[EnTableau, tuple[Graphique, ...]]:
    contenu = formes.composer(plan, lignes, contexte)
    if isinstance(contenu, EnSerie):
        return contenu.tableau, contenu.graphiques
    if not isinstance(contenu, EnTableau):
        raise TypeError(f"{plan.source.nom} has no table")
    return contenu, ()


def _triables(plan: Plan) -> frozenset[str]:
    """Attributes that may sort the list: shown and readable (an order reveals values)."""
    if isinstance(plan.source.presentation, presentation.Serie):
        return frozenset()
    if plan.groupable:
        groupe = plan.source.regroupement
        assert groupe is not None  # noqa: S101 – groupable says so
        ajoutes = {*groupe.somme, groupe.derniere, plan.siret}
        return frozenset(a for a in ajoutes if a in plan.lisibles)
    return frozenset(plan.lisibles)
