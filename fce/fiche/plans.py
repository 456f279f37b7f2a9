"""What the sheet asks of a source, for this reader: one SELECT that holds his rights, or none at all.

``droits.can`` says whether the source is his to read, ``droits.portee`` which columns and which rows; a source or a
column refused is not in the statement. A source never imported costs nothing.
"""
# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache, lru_cache
from typing import Final

from fce.droits.portee import Condition, Lieu, Portee, lieu_departement, lieu_entreprise, lieu_parmi, lieu_selon
from fce.entreprises import lieux, natures
from fce.entreprises.branches import COLONNES_MAX, Branche, Compte
from fce.entreprises.diffusion import Regime
from fce.fiche.lecteur import Lecteur
from fce.socle.lectures import citer
from fce.sources import champs, registre
from fce.sources.declaration import Source
from fce.sources.presentation import Serie, Tableau

# Rows read to apply a business rule (or a tile, an alert) that cannot be said in SQL: beyond, the bloc says so.
LIGNES_REGLE: Final = 2000
LIGNES_JALONS: Final = 100
DATES_SERIE: Final = 130
# What a sheet waits for to be added up. Beyond, or for a company of more establishments, it is done after the page, up
# to what a list waits for (a quarter of a second per million rows).
LIGNES_SOMME: Final = 50_000
LIEUX_SOMME: Final = 800
LIGNES_SOMME_LISTE: Final = 5_000_000
# Facts of such a company whose territory is looked up one by one: more, and all its establishments are read instead.
FAITS_SITUES: Final = 300

# Sources that the room ``entreprises`` reads itself, in blocs of their own.
PARTICULIERES: Final = frozenset(
    {
        "sirene-unites-legales",
        "sirene-etablissements",
        "sirene-unites-legales-historique",
        "sirene-etablissements-historique",
        "sirene-successions",
        "sirene-doublons",
    }
)


class Forme(Enum):
    """How rows come: as they are, one per establishment, or one per date (both added up by the database)."""

    LIGNES = "lignes"
    PAR_ETABLISSEMENT = "par_etablissement"
    PAR_DATE = "par_date"


@dataclass(frozen=True, slots=True)
class Fenetre:
    """Rows wanted: ``limite`` (None: what the presentation needs), ``decalage``, ``tri`` (attribute, ``-`` first).

    ``sommer``: rows to add up at most; 0: what a sheet waits for.
    """

    limite: int | None = None
    decalage: int = 0
    tri: str = ""
    sommer: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be read of ``source`` for the unit ``numero``. ``branche`` is None when nothing may or need be.

    ``cle``: attribute that says whom a row is about; ``siret``: that of the establishment, "" without one.
    ``regimes``: diffusion of what was read; None: unknown, hence masked.
    """

    source: Source
    numero: str
    lisibles: Mapping[str, champs.Champ]
    forme: Forme = Forme.LIGNES
    branche: Branche | None = None
    cle: str = ""
    siret: str = ""
    limite: int = 0
    territorial: bool = False
    regimes: Regimes | None = None

    @property
    def entreprise(self) -> bool:
        """The sheet is that of a company."""
        return len(self.numero) == 9

    @property
    def groupable(self) -> bool:
        """Rows are shown one per establishment."""
        return self.entreprise and self.source.regroupement is not None and bool(self.siret)


def sources_de(genre: type[champs.Champ]) -> list[Source]:
    """Sources that have a bloc: ``champs.Siret`` for the sheet of an establishment, ``Siren`` for that of a company.

    A company also shows what is known of its establishments; an establishment only what names it. A source without a
    file is asked live only (``directes``).
    """
    return list(_sources_de(genre is champs.Siret, tuple(registre.toutes())))


@lru_cache(maxsize=8)
def _sources_de(etablissement: bool, connues: tuple[Source, ...]) -> tuple[Source, ...]:
    genres: tuple[type[champs.Champ], ...] = (champs.Siret,) if etablissement else (champs.Siren, champs.Siret)
    return tuple(
        source
        for source in connues
        if source.nom not in PARTICULIERES
        and source.importable
        and source.rubrique
        and _cle(source, genres) is not None
    )


def planifier(
    source: Source,
    numero: str,
    lecteur: Lecteur,
    versions: Container[str],
    fenetre: Fenetre = Fenetre(),
    *,
    brut: bool = False,
) -> Plan:
    """Decide what to read of ``source`` for a SIREN or a SIRET; without a right or an import, nothing.

    ``brut``: one row per fact, whatever the presentation (a file).
    """
    ouverte = lecteur.portee(source)
    lisibles = {a: c for a, c in source.champs.items() if a in ouverte.colonnes}
    etablissement = _cle(source, (champs.Siret,))
    siret = etablissement[0] if etablissement and etablissement[0] in lisibles else ""
    genres = (champs.Siret,) if len(numero) == 14 else (champs.Siren, champs.Siret)
    trouvee = _cle(source, genres)
    if trouvee is None:
        raise LookupError(f"{source.nom} n'a ni SIREN ni SIRET")
    cle, genre = trouvee
    plan = Plan(source, numero, lisibles, cle=cle, siret=siret, territorial=bool(ouverte.territoires))
    if not ouverte or source.nom not in versions or cle not in lisibles:
        return plan
    forme = Forme.LIGNES if brut else _forme(plan, genre)
    limite = fenetre.limite or _limite(source, forme)
    if forme is Forme.LIGNES and _regle(source):
        limite = max(limite, LIGNES_REGLE)
    branche = _branche(plan, ouverte, cle, genre, forme, replace(fenetre, limite=limite))
    prealables = lieux.diffusions(numero)
    if plan.entreprise:
        prealables = (lieux.etablissements(numero), *prealables)
    branche = replace(branche, prealables=prealables)
    return replace(plan, forme=forme, branche=branche, limite=limite)


@dataclass(frozen=True, slots=True)
class Regimes:
    """Diffusion of the unit of the sheet, and of the establishments of the company that are masked on their own."""

    unite: Regime
    masques: frozenset[str] | None = frozenset()
    masque: Regime = Regime.PHYSIQUE

    def de(self, siret: str | None) -> Regime:
        """Regime of a row. ``masques`` None: unknown, every row about an establishment is masked."""
        if self.unite is not Regime.OUVERT or siret is None:
            return self.unite
        return self.masque if self.masques is None or siret in self.masques else self.unite


@cache
def _cle(source: Source, genres: tuple[type[champs.Champ], ...]) -> tuple[str, type[champs.Champ]] | None:
    """Attribute that says whom a row is about: ``siren`` or ``siret`` by its name, else the first number declared.

    A row may name other units too (the buyer of a public contract): they come after in the declaration.
    """
    candidats = [(a, g) for a, c in source.champs.items() for g in genres if isinstance(c, g)]
    for nom in ("siren", "siret"):
        if propre := next((c for c in candidats if c[0] == nom), None):
            return propre
    return candidats[0] if candidats else None


def _regle(source: Source) -> bool:
    """Something is computed on rows, in Python."""
    plie = isinstance(source.presentation, Tableau) and source.presentation.pliage is not None
    return plie or source.selection is not None or source.tuile is not None or source.alerte is not None


def _forme(plan: Plan, genre: type[champs.Champ]) -> Forme:
    source = plan.source
    if not plan.entreprise or source.selection is not None:
        return Forme.LIGNES
    if isinstance(source.presentation, Serie) and genre is champs.Siret and source.presentation.date in plan.lisibles:
        return Forme.PAR_DATE
    if plan.groupable and not _regle(source) and source.jalon is None:
        return Forme.PAR_ETABLISSEMENT
    return Forme.LIGNES


def _limite(source: Source, forme: Forme) -> int:
    if forme is Forme.PAR_DATE or isinstance(source.presentation, Serie):
        return DATES_SERIE
    if forme is Forme.LIGNES and source.regroupement is not None:
        return LIGNES_REGLE
    limite = int(getattr(source.presentation, "limite", 20))
    return max(limite, LIGNES_JALONS) if source.jalon is not None else limite


def _branche(
    plan: Plan, ouverte: Portee, cle: str, genre: type[champs.Champ], forme: Forme, fenetre: Fenetre
) -> Branche:
    source = plan.source
    bornes: tuple[str, ...] = (plan.numero,)
    condition = f"{citer(cle)} = %s"
    if genre is champs.Siret and plan.entreprise:
        condition, bornes = f"{citer(cle)} BETWEEN %s AND %s", (f"{plan.numero}00000", f"{plan.numero}99999")
    # The key of a row says where it takes place: an establishment, or a company by its establishments.
    lieu = _lieu(plan, cle, genre, Condition(condition, bornes))
    selon = fenetre.tri or _tri(source)
    attribut = selon.removeprefix("-")
    tri = [attribut] if attribut in plan.lisibles else []
    if forme is not Forme.LIGNES:
        # A sum tells its terms: only rows of which every column added up may be read.
        droits = ouverte.lignes(lieu, [cle, *(a for a in _ajoutees(source, forme) if a in plan.lisibles)])
        agreger = _par_date if forme is Forme.PAR_DATE else _par_etablissement
        return agreger(plan, condition, bornes, droits.sql, droits.parametres, fenetre)
    droits = ouverte.lignes(lieu, [cle, *tri])
    valeurs = ouverte.valeurs(plan.lisibles, lieu)
    depuis = f"{source.relation} WHERE {condition} AND {droits.sql}"
    choisies = (*bornes, *droits.parametres)
    ordre = f"{_montre(plan, attribut)} {'DESC' if selon.startswith('-') else 'ASC'} NULLS LAST, " if tri else ""
    return Branche(
        source.nom,
        f"SELECT {valeurs.sql} FROM {depuis} ORDER BY {ordre}ligne LIMIT {fenetre.limite} OFFSET {fenetre.decalage}",
        (*valeurs.parametres, *choisies),
        # The first rows say how many there are when they are fewer than asked for; further on, they never do.
        compte=Compte(f"SELECT count(*) FROM {depuis}", choisies, 0 if fenetre.decalage else fenetre.limite or 0),
        colonnes=tuple(plan.lisibles) if len(plan.lisibles) <= COLONNES_MAX else (),
    )


def _ajoutees(source: Source, forme: Forme) -> tuple[str, ...]:
    if isinstance(source.presentation, Serie) and forme is Forme.PAR_DATE:
        return (source.presentation.date, *source.presentation.courbes, *source.presentation.barres)
    groupe = source.regroupement
    return (*groupe.somme, groupe.derniere, *groupe.colonnes) if groupe else ()


def _par_date(
    plan: Plan, condition: str, bornes: tuple[str, ...], droits: str, parametres: tuple[object, ...], fenetre: Fenetre
) -> Branche:
    serie = plan.source.presentation
    assert isinstance(serie, Serie)  # noqa: S101 – the form says so
    jour = citer(serie.date)
    attributs = [a for a in dict.fromkeys((*serie.courbes, *serie.barres)) if a in plan.lisibles]
    sommes = ", ".join(f"sum({citer(a)}) AS {citer(a)}" for a in attributs)
    colonnes = ", ".join(f"{_montre(plan, a)} AS {citer(a)}" for a in (serie.date, *attributs))
    # Nobody waits for hundreds of thousands of rows: of a giant, one row tells that there is something to add up.
    limite = fenetre.sommer or LIGNES_SOMME
    geante = "FALSE" if fenetre.sommer else f"({lieux.NOMBRE}) > {LIEUX_SOMME}"
    return Branche(
        plan.source.nom,
        f"SELECT {jour}, {sommes or 'NULL'}, count(*) OVER () AS _total, "
        f"{geante} OR sum(count(*)) OVER () > {limite} AS _differe "
        f"FROM (SELECT {colonnes} FROM {plan.source.relation} WHERE {condition} AND {droits} "
        f"LIMIT CASE WHEN {geante} THEN 1 ELSE {limite + 1} END) f "
        f"GROUP BY {jour} ORDER BY {jour} DESC NULLS LAST LIMIT {fenetre.limite}",
        (*bornes, *parametres),
    )


def _par_etablissement(
    plan: Plan, condition: str, bornes: tuple[str, ...], droits: str, parametres: tuple[object, ...], fenetre: Fenetre
) -> Branche:
    groupe = plan.source.regroupement
    assert groupe is not None  # noqa: S101 – the form says so
    siret = citer(plan.siret)
    colonnes = [siret, "count(*) AS _nombre", "count(*) OVER () AS _total", "sum(count(*)) OVER () AS _lignes"]
    recent = _montre(plan, groupe.derniere) if groupe.derniere in plan.lisibles else "ligne"
    for attribut in groupe.somme:
        if attribut in plan.lisibles:
            q, vue = citer(attribut), _montre(plan, attribut)
            colonnes += [f"sum({vue}) AS {q}", f"sum(sum({vue})) OVER () AS {citer('_somme_' + attribut)}"]
    for attribut in groupe.colonnes:
        if attribut in plan.lisibles and attribut not in (*groupe.somme, groupe.derniere, plan.siret):
            vue = _montre(plan, attribut)
            colonnes.append(f"(array_agg({vue} ORDER BY {recent} DESC NULLS LAST))[1] AS {citer(attribut)}")
    if groupe.derniere in plan.lisibles:
        colonnes.append(f"max({recent}) AS {citer(groupe.derniere)}")
    attribut, sens = fenetre.tri.removeprefix("-"), "DESC" if fenetre.tri.startswith("-") else "ASC"
    ordre = f"{citer(groupe.derniere)} DESC NULLS LAST, " if groupe.derniere in plan.lisibles else "_nombre DESC, "
    if attribut in (*groupe.somme, groupe.derniere, plan.siret) and attribut in plan.lisibles:
        ordre = f"{citer(attribut)} {sens} NULLS LAST, "
    return Branche(
        plan.source.nom,
        f"SELECT * FROM (SELECT {', '.join(colonnes)} FROM {plan.source.relation} "
        f"WHERE {condition} AND {droits} GROUP BY {siret}) g "
        f"ORDER BY {ordre}{siret} LIMIT {fenetre.limite} OFFSET {fenetre.decalage}",
        (*bornes, *parametres),
    )


def _montre(plan: Plan, attribut: str) -> str:
    """SQL of a column as the sheet shows it: neither an order nor a sum tells what is masked."""
    siret = f"{plan.source.vue}.{citer(plan.siret)}" if plan.entreprise and plan.siret else ""
    return natures.sql_montre(plan.source, attribut, lieux.sql_regime(siret))


def _lieu(plan: Plan, cle: str, genre: type[champs.Champ], faits: Condition) -> Lieu:
    numero = f"{plan.source.vue}.{citer(cle)}"
    un_par_un = lieu_departement(lieux.sql_departement(numero))
    if not plan.entreprise:
        return un_par_un
    if genre is not champs.Siret:
        return lieu_entreprise(lieux.DEPARTEMENTS)
    comptes = (
        f"SELECT count(*) FROM (SELECT 1 FROM {plan.source.relation} WHERE {faits.sql} LIMIT {FAITS_SITUES + 1}) p"
    )
    peu = f"({lieux.NOMBRE}) > {LIEUX_SOMME} AND ({comptes}) <= {FAITS_SITUES}"
    return lieu_selon(Condition(peu, faits.parametres), un_par_un, lieu_parmi(numero, lieux.SIRETS))


def _tri(source: Source) -> str:
    presentation = source.presentation
    declare = getattr(presentation, "tri", "") or (f"-{presentation.date}" if isinstance(presentation, Serie) else "")
    if declare:
        return declare
    recent = (source.jalon.date if source.jalon else "") or source.date_metier
    return f"-{recent}" if recent else ""
