"""One source for one unit, whole: page by page for the reader, in one go for a file. Rights are those of the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from fce.entreprises import diffusion, lieux, requetes
from fce.entreprises.construction import regime_de, regime_etablissement_de
from fce.fiche import assemblage, formes
from fce.fiche.blocs import Versions, provenance, reserve
from fce.fiche.consignation import Sortie, consigner, noter_refus, sans_journal
from fce.fiche.contenu import Bloc, Provenance, SerieLue, TableauLu
from fce.fiche.ensemble import mesurer
from fce.fiche.finalites import GESTES
from fce.fiche.formes.commun import Complete, Contexte
from fce.fiche.graphique import Graphique
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.perimetre import Ensemble, Perimetre, dire
from fce.fiche.plan import Fenetre, Forme, Plan, Regimes
from fce.fiche.plans import LIGNES_SOMME_LISTE, planifier, sources_de
from fce.fiche.typage import choisir, total_connu
from fce.imports.selectors import reperes
from fce.socle.branches import lire
from fce.socle.erreurs import Introuvable, ParametreInvalide, SourceIndisponible
from fce.sources import champs, presentation
from fce.sources.declaration import Source

TAILLE: Final = 50
PAGE_MAX: Final = 20_000
LIGNES_EXPORT: Final = 50_000
# Of what a habilitation opens, less leaves in one file.
LIGNES_EXPORT_RESERVE: Final = 5_000
# A rule looks at every row: what is read at once stays bounded.
LIGNES_REGLE: Final = 20_000
# Of a series, all its dates: they make one chart.
DATES: Final = 1_000
PERIMETRE: Final = "Périmètre"
TROP: Final = "trop de lignes à additionner. Lisez la fiche de chaque établissement, ou exportez cette source."


@dataclass(frozen=True, slots=True)
class Liste:
    """A page of one source. ``reservee``: why it is not for this reader, "" when it is; then ``tableau`` is None and
    ``geste`` says what he may do about it (``finalites.GESTES``). ``graphique``: of a series, above its first page.
    ``perimetre``, ``ensemble``: as a bloc has them."""

    source: Source
    numero: str
    provenance: Provenance
    perimetre: Perimetre
    tableau: TableauLu | None = None
    reservee: str = ""
    geste: str = ""
    tris: frozenset[str] = frozenset()
    graphique: Graphique | None = None
    ensemble: Ensemble | None = None

    @property
    def mention(self) -> str:
        """What must be said of its scope, "" when no right of the reader is limited."""
        return dire(self.perimetre, self.ensemble)

    @property
    def serie(self) -> bool:
        """Of a series, that the sheet may ask for in place of its bloc."""
        return isinstance(self.source.presentation, presentation.Serie)

    @property
    def provenances(self) -> tuple[Provenance, ...]:
        """As a bloc has them."""
        return (self.provenance,)


def source_de_la_fiche(numero: str, nom: str) -> Source:
    """The source of that name, when it has a bloc on the sheet of ``numero``. Raises ``Introuvable``."""
    genre = champs.Siret if len(numero) == 14 else champs.Siren
    for source in sources_de(genre):
        if source.nom == nom:
            return source
    raise Introuvable("Cette fiche n'a pas de source de ce nom. Revenez à la fiche pour choisir une rubrique.")


def _voisines(source: Source, numero: str) -> list[Source]:
    """The source that completes the rows of this one on the same sheet, when there is one."""
    genre = champs.Siret if len(numero) == 14 else champs.Siren
    return [s for s in sources_de(genre) if source.complement and s.nom == source.complement.source]


def liste(numero: str, nom: str, *, page: int = 1, tri: str = "", lecteur: LecteurDeFiche | None = None) -> Liste:
    """A page of the rows of a source for a SIREN or a SIRET, sorted. Three round trips at most.

    Raises ``Introuvable`` (source), ``ParametreInvalide`` (order on a column not shown), ``SourceIndisponible``.
    """
    source = source_de_la_fiche(numero, nom)
    return sans_journal(
        lambda lu: _liste(source, numero, page, tri, lu), lecteur or LecteurDeFiche(), partie_ouverte=_ouverte(source)
    )


def _liste(source: Source, numero: str, page: int, tri: str, lecteur: LecteurDeFiche) -> Liste:
    versions = Versions(reperes(), lecteur.aujourd_hui)
    page = max(1, min(page, PAGE_MAX))
    apercu = planifier(source, numero, lecteur, versions)
    tris = _triables(apercu)
    if tri and tri.removeprefix("-") not in tris:
        raise ParametreInvalide("On ne peut pas trier cette liste par cette colonne.")
    en_python = source.selection is not None or (apercu.groupable and apercu.forme is Forme.LIGNES)
    serie = isinstance(source.presentation, presentation.Serie)
    if serie:
        fenetre = Fenetre(LIGNES_REGLE if en_python else DATES, sommer=LIGNES_SOMME_LISTE)
    else:
        fenetre = Fenetre(LIGNES_REGLE) if en_python else Fenetre(TAILLE, (page - 1) * TAILLE, tri)
    plan = planifier(source, numero, lecteur, versions, fenetre)
    autre = next((planifier(s, numero, lecteur, versions) for s in _voisines(source, numero)), None)
    lu = _lire(plan, lecteur, versions, autre)
    if isinstance(lu, Bloc):
        return _refusee(plan, versions, lu)
    plan, lignes = lu.plan, lu.lignes
    if not lignes and page > 1:
        # Past the last page nothing is known of what there is: the first one says it.
        return _liste(source, numero, 1, tri, lecteur)
    contexte = Contexte(
        lecteur.aujourd_hui, {}, periode=0, complet=True, total=lu.total, tri=tri,
        ensemble=lu.ensemble, complement=lu.complement,
    )  # fmt: skip
    origine = provenance(source, versions)
    if not lignes and lu.ensemble is None:
        vide = TableauLu((), (), 0, plan.perimetre)
        return Liste(source, numero, origine, plan.perimetre, vide, tris=tris)
    situes = {}
    if plan.groupable:
        situes = assemblage.situer([plan], {source.nom: lignes}, lu.unite, tous=True)
    tableau, graphique = _contenu(plan, lignes, replace(contexte, lieux=situes))
    tailles = tableau.total
    montrees = tableau.lignes
    if en_python or serie:
        page = min(page, max(1, -(-tailles // TAILLE)))
        montrees = tableau.lignes[(page - 1) * TAILLE : page * TAILLE]
    tableau = replace(
        tableau, lignes=montrees, page=page, pages=max(1, -(-tailles // TAILLE)), tri=tri, suite=False, replie=False,
        synthese=None,
    )  # fmt: skip
    graphique = graphique if page == 1 else None
    return Liste(source, numero, origine, plan.perimetre, tableau, tris=tris, graphique=graphique, ensemble=lu.ensemble)


def donnees(
    numero: str, nom: str, *, lecteur: LecteurDeFiche | None = None
) -> tuple[Source, Sequence[str], Iterator[list[Any]]] | Liste:
    """(source, labels, rows) for a file: what the rule of the source keeps, one row per fact; or a list that says why
    it is refused."""
    source = source_de_la_fiche(numero, nom)
    return sans_journal(
        lambda lu: _donnees(source, numero, lu), lecteur or LecteurDeFiche(), partie_ouverte=_ouverte(source)
    )


def _donnees(
    source: Source, numero: str, lecteur: LecteurDeFiche
) -> tuple[Source, Sequence[str], Iterator[list[Any]]] | Liste:
    versions = Versions(reperes(), lecteur.aujourd_hui)
    ouverte = source.acces is not None and source.acces.classe in ("C0", "C1")
    limite = LIGNES_EXPORT if ouverte else LIGNES_EXPORT_RESERVE
    plan = planifier(source, numero, lecteur, versions, Fenetre(limite), brut=True)
    lu = _lire(plan, lecteur, versions)
    if isinstance(lu, Bloc):
        return _refusee(plan, versions, lu)
    attributs = [a for a in source.champs if a in plan.lisibles]
    codes = _codes(source)
    entetes = []
    for a in attributs:
        champ = source.champs[a]
        entetes.append(f"{champ.libelle} ({champ.unite})" if champ.unite else champ.libelle)
        if a in codes:
            entetes.append(f"{champ.libelle} – libellé")
    rangees = (list(_valeurs(ligne, attributs, codes)) for ligne in lu.lignes)
    if mention := dire(lu.plan.perimetre, lu.ensemble):
        return source, [*entetes, PERIMETRE], _situees(rangees, len(entetes), mention)
    return source, entetes, rangees


def _situees(rangees: Iterable[list[Any]], colonnes: int, mention: str) -> Iterator[list[Any]]:
    """Each row with what the file is about; a file without any row says it too."""
    vide = True
    for rangee in rangees:
        vide = False
        yield [*rangee, mention]
    if vide:
        yield [*[None] * colonnes, mention]


def _ouverte(source: Source) -> bool:
    """Some of it is open to all."""
    return bool(source.acces.classe == "C0")


def _refusee(plan: Plan, versions: Versions, bloc: Bloc) -> Liste:
    geste = GESTES.get(bloc.raison, "")
    origine = provenance(plan.source, versions)
    return Liste(plan.source, plan.numero, origine, plan.perimetre, reservee=bloc.message, geste=geste)


def _codes(source: Source) -> dict[str, Callable[[str], str | None]]:
    """{attribute: function that labels it} of the codes that have a nomenclature."""
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
class _Lu:
    """What was read of a source: rows, how many are known, raw company; the plan has their diffusion and scope."""

    plan: Plan
    lignes: list[dict[str, Any]]
    total: int
    unite: dict[str, Any] | None
    ensemble: Ensemble | None = None
    complement: Complete | None = None


def _lire(plan: Plan, lecteur: LecteurDeFiche, versions: Versions, autre: Plan | None = None) -> _Lu | Bloc:
    """What a reader may list, with what ``autre`` says of it, or the bloc of a refusal."""
    siren, source = plan.numero[:9], plan.source
    branches = [requetes.unite_legale(siren), *assemblage.branches([plan, *([autre] if autre else [])], lecteur)]
    if not plan.entreprise:
        branches.append(requetes.etablissement(plan.numero))
    lues = lire(branches, marque=diffusion.MARQUE_INSEE)
    unite = _premiere(lues["unite_legale"])
    if plan.entreprise:
        parc = assemblage.parc(lues)
        regimes = assemblage.regimes(regime_de(unite), unite, lues)
    else:
        lieu = _premiere(lues["etablissement"])
        parc = assemblage.un_seul(lieux.departement_de(lieu.get("code_commune") if lieu else None))
        regimes = Regimes(regime_etablissement_de(lieu or {}, unite))
    plan, territoire = replace(plan, regimes=regimes), assemblage.departements(parc)
    decision = lecteur.decider(source, plan.numero, territoire)
    if refus := lecteur.refus_de(decision):
        noter_refus(lecteur, source, plan.numero, territoire)
        return reserve(source, versions, refus, plan.perimetre)
    if plan.branche is None:
        return _Lu(plan, [], 0, unite)
    brutes = lues[source.nom]
    if brutes is None:
        raise SourceIndisponible(f"{source.titre} : cette source ne peut pas être lue pour le moment. Réessayez.")
    if assemblage.a_differer(plan, lues):
        raise SourceIndisponible(f"{source.titre} : {TROP}")
    lignes = choisir(plan, brutes, regimes, lecteur)
    plan, ensemble = mesurer(plan, lignes, lues, parc, lecteur)
    lectures, complement = [Sortie(plan, assemblage.montrees(lignes, ensemble), decision)], None
    if autre and autre.branche and (voisines := lues[autre.source.nom]) is not None:
        siennes = choisir(autre, voisines, regimes, lecteur)
        lectures.append(Sortie(autre, len(siennes), lecteur.decider(autre.source, plan.numero, territoire)))
        autre, _ = mesurer(replace(autre, regimes=regimes), siennes, lues, parc, lecteur)
        complement = assemblage.completer(plan, lignes, autre, siennes, lecteur)
    consigner(lecteur, lectures, territoire)
    return _Lu(plan, lignes, total_connu(brutes) or 0, unite, ensemble, complement)


def _premiere(lignes: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    return lignes[0] if lignes else None


def _contenu(plan: Plan, lignes: list[dict[str, Any]], contexte: Contexte) -> tuple[TableauLu, Graphique | None]:
    contenu = formes.composer(plan, lignes, contexte)
    if isinstance(contenu, SerieLue):
        return contenu.tableau, contenu.graphique
    if not isinstance(contenu, TableauLu):
        raise TypeError(f"{plan.source.nom} has no table")
    return contenu, None


def _triables(plan: Plan) -> frozenset[str]:
    """Attributes that may order the list: shown, and readable (an order tells the values)."""
    if isinstance(plan.source.presentation, presentation.Serie):
        return frozenset()
    if plan.groupable:
        groupe = plan.source.regroupement
        assert groupe is not None  # noqa: S101 – groupable says so
        ajoutes = {*groupe.somme, groupe.derniere, plan.siret}
        return frozenset(a for a in ajoutes if a in plan.lisibles)
    return frozenset(plan.lisibles)
