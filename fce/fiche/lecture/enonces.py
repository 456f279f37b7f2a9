"""Writes the SQL that reads a source for a kind of unit: its rows, one per establishment or per date, and what is added
up of the whole company. It contains the rights of the reader, and a placeholder for the number of the unit."""
# ruff: noqa: S608 (names of views and columns come from declarations; every value is a parameter)

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from fce.donnees.entreprises import lieux, natures
from fce.droits.habilitations.portee import (
    Condition,
    LieuDeLigne,
    Parc,
    Portee,
    lieu_departement,
    lieu_entreprise,
    lieu_parmi,
    lieu_selon,
)
from fce.fiche.lecture.plan import Fenetre, Forme, Plan
from fce.socle.base.branches import COLONNES_MAX, Branche, Decompte, Prealable
from fce.socle.base.lectures import citer
from fce.sources import champs
from fce.sources.declaration import Source
from fce.sources.presentation import Serie

# Maximum rows and establishments to add up within a page. Beyond, the sum is computed after the page, up to the maximum
# of a list (a quarter of a second per million rows).
LIGNES_SOMME: Final = 50_000
LIEUX_SOMME: Final = 800
LIGNES_SOMME_LISTE: Final = 5_000_000
# Facts of such a company whose territory is looked up one by one; above, all its establishments are read instead.
FAITS_SITUES: Final = 300
ENSEMBLE: Final = "+ensemble"
PARC: Final = Parc(lieux.PARC)


class Numero(NamedTuple):
    """Placeholder, among the parameters of a statement, of the unit's number followed by ``suite``."""

    suite: str = ""


@dataclass(frozen=True)
class Enonce:
    """What a statement is made of: a plan, the rights and the rows wanted."""

    plan: Plan
    ouverte: Portee
    genre: type[champs.Champ]
    fenetre: Fenetre
    brut: bool

    @cached_property
    def faits(self) -> Condition:
        """The facts of the unit, before rights."""
        plan = self.plan
        cle = citer(plan.cle)
        if self.genre is champs.Siret and plan.unite.entreprise:
            return Condition(f"{cle} BETWEEN %s AND %s", (Numero("00000"), Numero("99999")))
        return Condition(f"{cle} = %s", (Numero(),))

    @cached_property
    def lieu(self) -> LieuDeLigne:
        """Where a row takes place, from its key: an establishment, or the establishments of a company."""
        plan = self.plan
        numero = f"{plan.source.vue}.{citer(plan.cle)}"
        un_par_un = lieu_departement(lieux.sql_departement(numero))
        if not plan.unite.entreprise:
            return un_par_un
        if self.genre is not champs.Siret:
            return lieu_entreprise(lieux.DEPARTEMENTS)
        parmi = lieu_parmi(numero, lieux.SIRETS)
        if plan.forme is Forme.PAR_DATE:
            return parmi  # sixty monthly partitions: counting their rows first takes longer
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
        """Columns that order, add up or group the rows: they need rights too, because an order or a sum reveals
        values."""
        plan = self.plan
        if plan.forme is not Forme.LIGNES:
            return [plan.cle, *(a for a in _ajoutees(plan.source, plan.forme) if a in plan.lisibles)]
        return [plan.cle, *self.ordre]

    @property
    def ordre(self) -> list[str]:
        """The attribute that orders the rows; empty when it may not be read."""
        attribut = (self.fenetre.tri or _tri(self.plan.source)).removeprefix("-")
        return [attribut] if attribut in self.plan.lisibles else []


def branche_de(enonce: Enonce) -> Branche:
    """Query of the rows of the plan that this reader may list."""
    return _ecrire(enonce, enonce.ouverte.lignes(enonce.lieu, enonce.utilisees))


def ensemble_de(enonce: Enonce) -> Branche | None:
    """Query of what is added up of the whole company, under the right ``somme``: a series, rows for a rule, or sums."""
    plan, source = enonce.plan, enonce.plan.source
    somme = enonce.ouverte.sommes(PARC, enonce.utilisees)
    if plan.forme is Forme.PAR_DATE and source.agregats.serie:
        branche = _par_date(enonce, somme)
    elif plan.forme is Forme.LIGNES and (source.selection is not None or (not enonce.brut and a_calculer(source))):
        if plan.perimetre.colonnes:
            return None  # a rule would take a hidden value for an unknown one
        # The rows that its rule is computed on: all, or the first ones, as for a reader who may list them.
        branche = _lignes(replace(enonce, fenetre=replace(enonce.fenetre, decalage=0)), somme)
    else:
        branche = _comptes(enonce)
    return replace(branche, cle=f"{source.nom}{ENSEMBLE}")


def _comptes(enonce: Enonce) -> Branche:
    """One row: number of facts and establishments of a company, and their sums."""
    plan, source, fenetre = enonce.plan, enonce.plan.source, enonce.fenetre
    # A column with its own territories is only added up where it may be read: it has no sum of the whole.
    propres = [a for a in a_sommer(source) if enonce.ouverte.colonnes.get(a) == ()]
    sommees = [] if enonce.brut else propres
    choisies = enonce.parmi(enonce.ouverte.sommes(PARC, [*enonce.utilisees, *sommees]))
    choses = choses_de(enonce)
    utiles = [a for a in (source.compte.attributs if source.compte and choses else ()) if a not in (plan.cle, *sommees)]
    montres = [f"{_montre(plan, a)} AS {citer(a)}" for a in sommees]
    colonnes = ", ".join([citer(plan.cle), *montres, *map(citer, dict.fromkeys(utiles))])
    sommes = "".join(f", sum({citer(a)}) AS {citer(a)}" for a in sommees)
    # For a series, count no more rows than are added up. A file does not need the number of establishments.
    limite = (fenetre.sommer or LIGNES_SOMME) if plan.forme is Forme.PAR_DATE else None
    return Branche(
        source.nom,
        f"SELECT count(*) AS _faits, {'NULL' if enonce.brut else f'count(DISTINCT {citer(plan.cle)})'} AS _lieux, "
        f"{'FALSE' if limite is None else f'count(*) > {limite}'} AS _differe{sommes}"
        f"{f', {choses} AS _choses' if choses else ''} "
        f"FROM (SELECT {colonnes} FROM {source.relation} WHERE {choisies.sql}"
        f"{'' if limite is None else f' LIMIT {limite + 1}'}) f",
        choisies.parametres,
    )


def a_calculer(source: Source) -> bool:
    """Whether what is said of a whole company is computed in Python on its rows: by a rule, or as a summary."""
    dits = source.agregats
    return source.selection is not None or dits.tuile is not None or dits.alerte is not None or dits.pliage


def a_sommer(source: Source) -> tuple[str, ...]:
    """Attributes that the source's table adds up."""
    return source.regroupement.somme if source.regroupement else getattr(source.presentation, "total", ())


def _ecrire(enonce: Enonce, droits: Condition) -> Branche:
    ecrire = {Forme.PAR_DATE: _par_date, Forme.PAR_ETABLISSEMENT: _par_etablissement, Forme.LIGNES: _lignes}
    return ecrire[enonce.plan.forme](enonce, droits)


def _lignes(enonce: Enonce, droits: Condition) -> Branche:
    plan, source, fenetre, choisies = enonce.plan, enonce.plan.source, enonce.fenetre, enonce.parmi(droits)
    valeurs = enonce.ouverte.valeurs(plan.lisibles, enonce.lieu)
    depuis = f"{source.relation} WHERE {choisies.sql}"
    sens = "DESC" if (fenetre.tri or _tri(source)).startswith("-") else "ASC"
    ordre = "".join(f"{_montre(plan, attribut)} {sens} NULLS LAST, " for attribut in enonce.ordre)
    return Branche(
        source.nom,
        f"SELECT {valeurs.sql} FROM {depuis} ORDER BY {ordre}ligne LIMIT {fenetre.limite} OFFSET {fenetre.decalage}",
        (*valeurs.parametres, *choisies.parametres),
        # When fewer rows than the limit come, they give the count; on further pages, they cannot.
        compte=Decompte(
            f"SELECT count(*) FROM {depuis}",
            choisies.parametres,
            0 if fenetre.decalage else fenetre.limite or 0,
            *_mesure(enonce, choisies),
        ),
        colonnes=tuple(plan.lisibles) if len(plan.lisibles) <= COLONNES_MAX else (),
    )


def _mesure(enonce: Enonce, choisies: Condition) -> tuple[str, tuple[Any, ...]]:
    """Query of the number of things that the rows tell of (``Denombrement``), with its parameters; "" when a rule
    chooses the rows, or when rows are what is counted."""
    if not (choses := choses_de(enonce)):
        return "", ()
    return f"SELECT {choses} FROM {enonce.plan.source.relation} WHERE {choisies.sql}", choisies.parametres


def choses_de(enonce: Enonce) -> str:
    """SQL expression that counts the things of a source; "" when its attributes are not all readable everywhere."""
    compte = enonce.plan.source.compte
    if compte is None or not compte.attributs or enonce.plan.source.selection is not None or enonce.brut:
        return ""
    if any(enonce.ouverte.colonnes.get(a) != () for a in compte.attributs):
        return ""
    filtre = ""
    if compte.si:
        attribut, valeurs = compte.si
        admises = ", ".join(_litteral(v) for v in valeurs or ("", "0", "false"))
        filtre = f" FILTER (WHERE {citer(attribut)}::text {'IN' if valeurs else 'NOT IN'} ({admises}))"
    if compte.somme:
        return f"coalesce(sum({citer(compte.somme)}){filtre}, 0)"
    quoi = f"DISTINCT ROW({', '.join(map(citer, compte.distinct))})" if compte.distinct else "*"
    return f"count({quoi}){filtre}"


def _litteral(valeur: str) -> str:
    """Quote a constant of the declarations for SQL."""
    return "'" + valeur.replace("'", "''").replace("%", "%%") + "'"


def _ajoutees(source: Source, forme: Forme) -> tuple[str, ...]:
    if isinstance(source.presentation, Serie) and forme is Forme.PAR_DATE:
        return (source.presentation.date, *source.presentation.courbes, *source.presentation.barres)
    groupe = source.regroupement
    return (*groupe.somme, groupe.derniere, *groupe.colonnes) if groupe else ()


def _par_date(enonce: Enonce, droits: Condition) -> Branche:
    plan, source, fenetre, faits = enonce.plan, enonce.plan.source, enonce.fenetre, enonce.faits
    serie = source.presentation
    assert isinstance(serie, Serie)  # noqa: S101 – the form says so
    jour = citer(serie.date)
    attributs = [a for a in dict.fromkeys((*serie.courbes, *serie.barres)) if a in plan.lisibles]
    sommes = ", ".join(f"sum({citer(a)}) AS {citer(a)}" for a in attributs)
    colonnes = ", ".join(f"{_montre(plan, a)} AS {citer(a)}" for a in (serie.date, *attributs))
    # Sixty monthly partitions: check rights outside the subquery, once (OFFSET 0 keeps PostgreSQL from merging it). A
    # sheet reads the rows once for the reader's part and for the whole; a list, with up to a million rows, does not
    # store them.
    utiles = ", ".join(map(citer, dict.fromkeys((plan.cle, plan.siret or plan.cle, serie.date, *attributs))))
    tous = f"SELECT {utiles} FROM {source.relation} WHERE {faits.sql}"
    partages = () if fenetre.sommer else (Prealable(f"faits_{source.vue}", tous, faits.parametres),)
    depuis = partages[0].nom if partages else f"({tous}{' OFFSET 0' if droits.parametres else ''})"
    # With too many rows, return a single row that says there is something to add up.
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
        partages,
    )


def _par_etablissement(enonce: Enonce, droits: Condition) -> Branche:
    plan, fenetre, choisies = enonce.plan, enonce.fenetre, enonce.parmi(droits)
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
        # The grouped rows hold their own count.
        compte=Decompte("SELECT NULL::bigint", (), 0, *_mesure(enonce, choisies)),
    )


def _montre(plan: Plan, attribut: str) -> str:
    """SQL of a column as the sheet shows it, so that neither an order nor a sum reveals what is masked."""
    siret = f"{plan.source.vue}.{citer(plan.siret)}" if plan.unite.entreprise and plan.siret else ""
    return natures.sql_montre(plan.source, attribut, lieux.sql_regime(siret))


def _tri(source: Source) -> str:
    presentation = source.presentation
    declare = getattr(presentation, "tri", "") or (f"-{presentation.date}" if isinstance(presentation, Serie) else "")
    if declare:
        return declare
    recent = (source.jalon.date if source.jalon else "") or source.date_metier
    return f"-{recent}" if recent else ""
