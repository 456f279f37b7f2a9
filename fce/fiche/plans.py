"""What the sheet asks of a source, for this reader: one SELECT that holds his rights, or none at all.

``droits.can`` says whether the source is his to read, ``droits.portee`` which columns and which rows; a source or a
column refused is not in the statement. A source never imported costs nothing.
"""
# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from typing import Final

from fce.droits.portee import (
    Condition,
    LieuDeLigne,
    Parc,
    Portee,
    lieu_departement,
    lieu_entreprise,
    lieu_parmi,
    lieu_selon,
)
from fce.entreprises import lieux, natures
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.perimetre import Perimetre
from fce.fiche.plan import Fenetre, Forme, Plan
from fce.fiche.unite import Unite
from fce.socle.branches import COLONNES_MAX, Branche, Decompte, Prealable
from fce.socle.identifiants import est_siret
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
ENSEMBLE: Final = "+ensemble"
ENTIERE: Final = Fenetre()
PARC: Final = Parc(lieux.PARC)

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


def sources_de(unite: Unite) -> list[Source]:
    """Sources that have a bloc on the sheet of a unit of this kind: their rows bear one of its ``cles``.

    A source without a file is asked live only (``directes``).
    """
    return list(_sources_de(unite.cles, tuple(registre.toutes())))


@lru_cache(maxsize=8)
def _sources_de(cles: tuple[type[champs.Champ], ...], connues: tuple[Source, ...]) -> tuple[Source, ...]:
    return tuple(
        source
        for source in connues
        if source.nom not in PARTICULIERES and source.importable and source.rubrique and _cle(source, cles) is not None
    )


def prevoir(
    source: Source,
    unite: Unite,
    lecteur: LecteurDeFiche,
    versions: Container[str],
    fenetre: Fenetre = ENTIERE,
    *,
    brut: bool = False,
) -> Plan:
    """Decide what to read of ``source`` for a unit; without a right or an import, nothing.

    ``brut``: one row per fact, whatever the presentation (a file).
    """
    ouverte = lecteur.portee(source)
    lisibles = {a: c for a, c in source.champs.items() if a in ouverte.colonnes}
    etablissement = _cle(source, (champs.Siret,))
    siret = etablissement[0] if etablissement and etablissement[0] in lisibles else ""
    trouvee = _cle(source, unite.cles)
    if trouvee is None:
        raise LookupError(f"{source.nom} n'a ni SIREN ni SIRET")
    cle, genre = trouvee
    plan = Plan(source, unite, lisibles, _perimetre(ouverte, lisibles, genre, unite), cle=cle, siret=siret)
    if not ouverte or source.nom not in versions or cle not in lisibles:
        return plan
    forme = Forme.LIGNES if brut else _forme(plan, genre)
    limite = fenetre.limite or _limite(source, forme)
    if forme is Forme.LIGNES and _regle(source):
        limite = max(limite, LIGNES_REGLE)
    plan = replace(plan, forme=forme, limite=limite)
    demande = _Demande(plan, ouverte, genre, replace(fenetre, limite=limite), brut)
    perimetre = _restreint(demande)
    ensemble = None if perimetre.entier or genre is champs.Siren else _ensemble(demande)
    return replace(plan, perimetre=perimetre, branche=_branche(demande), ensemble=ensemble)


@lru_cache(maxsize=16)
def _prealables(numero: str) -> tuple[Prealable, ...]:
    """What the statements of all the sources of a unit look at: its diffusion; of a company, its establishments."""
    diffusions = lieux.diffusions(numero)
    return diffusions if est_siret(numero) else (lieux.etablissements(numero), *diffusions)


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
    return plie or bool(source.selection or source.tuile or source.alarme or source.synthese)


def _forme(plan: Plan, genre: type[champs.Champ]) -> Forme:
    source = plan.source
    if not plan.unite.entreprise or source.selection is not None:
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


@dataclass(frozen=True)
class _Demande:
    """What a statement is written from."""

    plan: Plan
    ouverte: Portee
    genre: type[champs.Champ]
    fenetre: Fenetre
    brut: bool

    @cached_property
    def faits(self) -> Condition:
        """The facts of the unit, whatever the rights."""
        plan = self.plan
        cle = citer(plan.cle)
        if self.genre is champs.Siret and plan.unite.entreprise:
            return Condition(f"{cle} BETWEEN %s AND %s", (f"{plan.unite.numero}00000", f"{plan.unite.numero}99999"))
        return Condition(f"{cle} = %s", (plan.unite.numero,))

    @cached_property
    def lieu(self) -> LieuDeLigne:
        """The key of a row says where it takes place: an establishment, or a company by its establishments."""
        plan = self.plan
        numero = f"{plan.source.vue}.{citer(plan.cle)}"
        un_par_un = lieu_departement(lieux.sql_departement(numero))
        if not plan.unite.entreprise:
            return un_par_un
        if self.genre is not champs.Siret:
            return lieu_entreprise(lieux.DEPARTEMENTS)
        parmi = lieu_parmi(numero, lieux.SIRETS)
        if plan.forme is Forme.PAR_DATE:
            return parmi  # sixty tables, one per month: to count their rows first takes longer
        faits = self.faits
        premiers = f"SELECT 1 FROM {plan.source.relation} WHERE {faits.sql} LIMIT {FAITS_SITUES + 1}"
        comptes = f"SELECT count(*) FROM ({premiers}) p"
        peu = f"({lieux.NOMBRE}) > {LIEUX_SOMME} AND ({comptes}) <= {FAITS_SITUES}"
        return lieu_selon(Condition(peu, faits.parametres), un_par_un, parmi)

    def parmi(self, droits: Condition) -> Condition:
        """The facts of the unit that rights keep: what comes after WHERE."""
        faits = self.faits
        return Condition(f"{faits.sql} AND {droits.sql}", (*faits.parametres, *droits.parametres))

    @property
    def utilisees(self) -> list[str]:
        """Columns that order the rows, add up or are kept of a group: an order tells the values, a sum its terms."""
        plan = self.plan
        if plan.forme is not Forme.LIGNES:
            return [plan.cle, *(a for a in _ajoutees(plan.source, plan.forme) if a in plan.lisibles)]
        return [plan.cle, *self.ordre]

    @property
    def ordre(self) -> list[str]:
        """The attribute that orders the rows, none when it may not be read."""
        attribut = (self.fenetre.tri or _tri(self.plan.source)).removeprefix("-")
        return [attribut] if attribut in self.plan.lisibles else []


def _branche(demande: _Demande) -> Branche:
    """The rows of the plan: those that this reader may list."""
    return _ecrire(demande, demande.ouverte.lignes(demande.lieu, demande.utilisees))


def _ensemble(demande: _Demande) -> Branche | None:
    """What is added up of the whole company, under the right ``somme``: a series, rows for a rule, or sums alone."""
    plan, source = demande.plan, demande.plan.source
    somme = demande.ouverte.sommes(PARC, demande.utilisees)
    if plan.forme is Forme.PAR_DATE and source.agregats.serie:
        lue = _par_date(demande, somme)
    elif plan.forme is Forme.LIGNES and (source.selection is not None or (not demande.brut and a_calculer(source))):
        if plan.perimetre.colonnes:
            return None  # a rule would take what may not be read for what is not known
        # Those that its rule is worked out on: all of them, or the first ones as for who may list them.
        lue = _lignes(replace(demande, fenetre=replace(demande.fenetre, decalage=0)), somme)
    else:
        lue = _comptes(demande)
    return replace(lue, cle=f"{source.nom}{ENSEMBLE}")


def _comptes(demande: _Demande) -> Branche:
    """How many facts a company has, in how many establishments, and their sums: one row."""
    plan, source, fenetre = demande.plan, demande.plan.source, demande.fenetre
    # A column that has territories of its own adds up where it may be read only: it has no sum of the whole.
    propres = [a for a in a_sommer(source) if demande.ouverte.colonnes.get(a) == ()]
    sommees = [] if demande.brut else propres
    choisies = demande.parmi(demande.ouverte.sommes(PARC, [*demande.utilisees, *sommees]))
    colonnes = ", ".join([citer(plan.cle), *(f"{_montre(plan, a)} AS {citer(a)}" for a in sommees)])
    sommes = "".join(f", sum({citer(a)}) AS {citer(a)}" for a in sommees)
    # Of a series, no more rows are counted than are added up; a file has no use for establishments.
    limite = (fenetre.sommer or LIGNES_SOMME) if plan.forme is Forme.PAR_DATE else None
    return Branche(
        source.nom,
        f"SELECT count(*) AS _faits, {'NULL' if demande.brut else f'count(DISTINCT {citer(plan.cle)})'} AS _lieux, "
        f"{'FALSE' if limite is None else f'count(*) > {limite}'} AS _differe{sommes} "
        f"FROM (SELECT {colonnes} FROM {source.relation} WHERE {choisies.sql}"
        f"{'' if limite is None else f' LIMIT {limite + 1}'}) f",
        choisies.parametres,
        _prealables(plan.unite.numero),
    )


def a_calculer(source: Source) -> bool:
    """What is said of a whole company is worked out on rows, in Python: its rule chooses them, or a summary is made."""
    dits = source.agregats
    return source.selection is not None or dits.tuile is not None or dits.alerte is not None or dits.pliage


def a_sommer(source: Source) -> tuple[str, ...]:
    """Attributes that its table adds up."""
    return source.regroupement.somme if source.regroupement else getattr(source.presentation, "total", ())


def _ecrire(demande: _Demande, droits: Condition) -> Branche:
    ecrire = {Forme.PAR_DATE: _par_date, Forme.PAR_ETABLISSEMENT: _par_etablissement, Forme.LIGNES: _lignes}
    return ecrire[demande.plan.forme](demande, droits)


def _lignes(demande: _Demande, droits: Condition) -> Branche:
    plan, source, fenetre, choisies = demande.plan, demande.plan.source, demande.fenetre, demande.parmi(droits)
    valeurs = demande.ouverte.valeurs(plan.lisibles, demande.lieu)
    depuis = f"{source.relation} WHERE {choisies.sql}"
    sens = "DESC" if (fenetre.tri or _tri(source)).startswith("-") else "ASC"
    ordre = "".join(f"{_montre(plan, attribut)} {sens} NULLS LAST, " for attribut in demande.ordre)
    return Branche(
        source.nom,
        f"SELECT {valeurs.sql} FROM {depuis} ORDER BY {ordre}ligne LIMIT {fenetre.limite} OFFSET {fenetre.decalage}",
        (*valeurs.parametres, *choisies.parametres),
        _prealables(plan.unite.numero),
        # The first rows say how many there are when they are fewer than asked for; further on, they never do.
        compte=Decompte(
            f"SELECT count(*) FROM {depuis}", choisies.parametres, 0 if fenetre.decalage else fenetre.limite or 0
        ),
        colonnes=tuple(plan.lisibles) if len(plan.lisibles) <= COLONNES_MAX else (),
    )


def _ajoutees(source: Source, forme: Forme) -> tuple[str, ...]:
    if isinstance(source.presentation, Serie) and forme is Forme.PAR_DATE:
        return (source.presentation.date, *source.presentation.courbes, *source.presentation.barres)
    groupe = source.regroupement
    return (*groupe.somme, groupe.derniere, *groupe.colonnes) if groupe else ()


def _par_date(demande: _Demande, droits: Condition) -> Branche:
    plan, source, fenetre, faits = demande.plan, demande.plan.source, demande.fenetre, demande.faits
    serie = source.presentation
    assert isinstance(serie, Serie)  # noqa: S101 – the form says so
    jour = citer(serie.date)
    attributs = [a for a in dict.fromkeys((*serie.courbes, *serie.barres)) if a in plan.lisibles]
    sommes = ", ".join(f"sum({citer(a)}) AS {citer(a)}" for a in attributs)
    colonnes = ", ".join(f"{_montre(plan, a)} AS {citer(a)}" for a in (serie.date, *attributs))
    # Sixty tables, one per month: rights are looked at outside them (OFFSET 0), once. A sheet reads them once for the
    # reader's part and for the whole; a list, which may have a million rows, keeps none of them.
    utiles = ", ".join(map(citer, dict.fromkeys((plan.cle, plan.siret or plan.cle, serie.date, *attributs))))
    tous = f"SELECT {utiles} FROM {source.relation} WHERE {faits.sql}"
    partages = () if fenetre.sommer else (Prealable(f"faits_{source.vue}", tous, faits.parametres),)
    depuis = partages[0].nom if partages else f"({tous}{' OFFSET 0' if droits.parametres else ''})"
    # Nobody waits for hundreds of thousands of rows: of a giant, one row tells that there is something to add up.
    limite = fenetre.sommer or LIGNES_SOMME
    geante = "FALSE" if fenetre.sommer else f"({lieux.NOMBRE}) > {LIEUX_SOMME}"
    return Branche(
        source.nom,
        f"SELECT {jour}, {sommes or 'NULL'}, count(*) OVER () AS _total, sum(count(*)) OVER () AS _faits, "
        f"{geante} OR sum(count(*)) OVER () > {limite} AS _differe "
        f"FROM (SELECT {colonnes} FROM {depuis} AS {source.vue} WHERE {droits.sql} "
        f"LIMIT CASE WHEN {geante} THEN 1 ELSE {limite + 1} END) f "
        f"GROUP BY {jour} ORDER BY {jour} DESC NULLS LAST LIMIT {fenetre.limite}",
        droits.parametres if partages else (*faits.parametres, *droits.parametres),
        (*_prealables(plan.unite.numero), *partages),
    )


def _par_etablissement(demande: _Demande, droits: Condition) -> Branche:
    plan, fenetre, choisies = demande.plan, demande.fenetre, demande.parmi(droits)
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
    ordre = "".join(f"{citer(a)} DESC NULLS LAST, " for a in groupe.premiers if a in plan.lisibles)
    ordre += f"{citer(groupe.derniere)} DESC NULLS LAST, " if groupe.derniere in plan.lisibles else "_nombre DESC, "
    if attribut in (*groupe.somme, groupe.derniere, plan.siret) and attribut in plan.lisibles:
        ordre = f"{citer(attribut)} {sens} NULLS LAST, "
    return Branche(
        plan.source.nom,
        f"SELECT * FROM (SELECT {', '.join(colonnes)} FROM {plan.source.relation} "
        f"WHERE {choisies.sql} GROUP BY {siret}) g "
        f"ORDER BY {ordre}{siret} LIMIT {fenetre.limite} OFFSET {fenetre.decalage}",
        choisies.parametres,
        _prealables(plan.unite.numero),
    )


def _montre(plan: Plan, attribut: str) -> str:
    """SQL of a column as the sheet shows it: neither an order nor a sum tells what is masked."""
    siret = f"{plan.source.vue}.{citer(plan.siret)}" if plan.unite.entreprise and plan.siret else ""
    return natures.sql_montre(plan.source, attribut, lieux.sql_regime(siret))


def _perimetre(
    ouverte: Portee, lisibles: Mapping[str, champs.Champ], genre: type[champs.Champ], unite: Unite
) -> Perimetre:
    """What the rows that this reader may list are about, before any of them is read."""
    perimetre = unite.perimetre
    if colonnes := tuple((lisibles[a].libelle, frozenset.intersection(*t)) for a, t in ouverte.colonnes.items() if t):
        perimetre = replace(perimetre, colonnes=colonnes)
    # A fact about a company is read whole, or not at all.
    if not unite.entreprise or genre is not champs.Siret or not ouverte.territoires:
        return perimetre
    return replace(perimetre, entier=False, territoire=ouverte.territoire())


def _restreint(demande: _Demande) -> Perimetre:
    """The same once the columns that order the rows, or are added up, limit them too."""
    perimetre, ouverte = demande.plan.perimetre, demande.ouverte
    if not demande.plan.unite.entreprise or not any(ouverte.colonnes[a] for a in demande.utilisees):
        return perimetre
    return replace(perimetre, entier=False, territoire=ouverte.territoire(demande.utilisees))


def _tri(source: Source) -> str:
    presentation = source.presentation
    declare = getattr(presentation, "tri", "") or (f"-{presentation.date}" if isinstance(presentation, Serie) else "")
    if declare:
        return declare
    recent = (source.jalon.date if source.jalon else "") or source.date_metier
    return f"-{recent}" if recent else ""
