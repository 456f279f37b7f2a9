"""Restricted facts of an establishment that a territory filters, sorts and sums by, as data.

A ``MesureDeTerritoire`` says which sources it needs and which of their fields: whoever may not read one of them reads
nothing of it. A ``CalculDeColonnes`` is how ``preparation`` computes columns of the prepared table from the sources in
place.
"""

# ruff: noqa: S608 (only constants and names of views are interpolated)

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final, NamedTuple

from django.conf import settings

from fce.droits.habilitations.finalites import CONTACTS, Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import SourceDeclaree
from fce.echanges.models import Interaction, LieuInteraction
from fce.echanges.objets import CONTACT
from fce.ensembles.territoires.models import LieuFerme, LieuPrepare
from fce.sources import registre
from fce.sources.acces import Habilite
from fce.sources.synthese import Contact

TABLE: Final = LieuPrepare._meta.db_table
FERMES: Final = LieuFerme._meta.db_table
CINQUANTE: Final = "21"
"""Smallest band of the establishments that a service should have seen: 50 to 99 employees."""
MOIS: Final = 12
"""Months of short-time work looked at."""


@dataclass(frozen=True, slots=True)
class MesureDeTerritoire:
    """``colonnes``: of the prepared table; ``champs``: fields that they come from, by source. ``absence``: what
    is said when no value is known. ``contacts``: services write some themselves."""

    nom: str
    titre: str
    colonnes: tuple[str, ...]
    champs: Mapping[str, tuple[str, ...]]
    absence: str
    contacts: bool = False

    def objets(self, preparees: Container[str]) -> list[tuple[SourceDeclaree, tuple[str, ...]]]:
        """Sources to be allowed to read, with their fields, among those of the preparation (``preparees``); then what
        services wrote, when it is a contact."""
        objets = [(registre.source(nom), champs) for nom, champs in self.champs.items() if nom in preparees]
        ecrits = [(CONTACT, ())] if self.contacts and settings.FCE_ECHANGES else []
        return [*objets, *ecrits]


class CalculDeColonnes(NamedTuple):
    """``sql``: SELECT of the SIRET and of ``colonnes``, one row by establishment, given the relations of ``sources`` in
    place ({source: relation}); it may use ``%(jour)s``."""

    sources: tuple[str, ...]
    colonnes: tuple[str, ...]
    sql: Callable[[Mapping[str, str]], str]


@registre.par_registre
def contacts() -> dict[str, Contact]:
    """{source: how it tells a contact} of the sources that every control body may read. Sources whose rows only Python
    can choose are left out."""
    partage = Habilite(CONTACTS)
    return {
        source.nom: trait
        for source in registre.toutes()
        if source.acces == partage and source.importable and "siret" in source.champs
        for trait in source.synthese
        if isinstance(trait, Contact)
        and (source.selection is None or trait.ecartes is not None)
        and trait.date not in source.acces_propres
    }


def contacts_du_metier(corps: Collection[str]) -> dict[str, Contact]:
    """Those that these inspection bodies tell."""
    return {nom: trait for nom, trait in contacts().items() if registre.source(nom).producteur.code in corps}


@registre.par_registre
def mesures() -> dict[str, MesureDeTerritoire]:
    """Every measure by name, in the order of the columns of a page."""
    dites = (
        MesureDeTerritoire(
            "effectif", "Effectif", ("effectif", "effectif_avant"), {"dsn-effectifs": ("siret", "mois", "total")},
            "aucun déclaré",
        ),
        MesureDeTerritoire(
            "activite-partielle", "Activité partielle", ("decision", "heures"),
            {"activite-partielle": ("siret", "convention", "date_decision", "heures_autorisees")}, "aucune connue",
        ),
        MesureDeTerritoire("pse", "PSE", ("pse",), {"rupco-etablissements": ()}, "aucun connu"),
        MesureDeTerritoire(
            "mortels", "Accidents mortels", ("mortels",), {"accidents-travail": ("siret", "mortels")}, "aucun connu"
        ),
        MesureDeTerritoire(
            "accidents", "Accidents du travail", ("accidents",), {"accidents-travail": ("siret", "total")},
            "aucun connu",
        ),
        MesureDeTerritoire(
            "controle", "Vu par votre service", ("controle",), _dates(contacts()), "aucun connu", contacts=True
        ),
        MesureDeTerritoire(
            "contact", "Dernier contact", ("contact",), _dates(contacts()), "aucun connu", contacts=True
        ),
    )  # fmt: skip
    return {m.nom: m for m in dites}


def mesures_de(lecteur: LecteurDeDonnees) -> dict[str, MesureDeTerritoire]:
    """The same, that of his own trade reading only what his inspection bodies tell."""
    siens = contacts_du_metier(lecteur.corps)
    return {**mesures(), "controle": replace(mesures()["controle"], champs=_dates(siens))}


def _dates(traits: Mapping[str, Contact]) -> dict[str, tuple[str, ...]]:
    return {nom: ("siret", trait.date) for nom, trait in traits.items()}


def relation(lecteur: LecteurDeDonnees, table: str = TABLE) -> str:
    """SQL of the prepared table with the last contact of each establishment, of anybody (``contact``) and of the
    reader's service (``controle``): those of the files prepared, and those that services have written by now.

    His service, as on the sheet (``fce.fiche.page.synthese``): what it wrote itself, and what the files of his
    inspection body tell of his territory. ``table``: of the columns of ``TABLE``, alias ``p``.
    """
    siens, ecrits = contacts_du_metier(lecteur.corps), ""
    dits, miens = ["NULL::date"], ["NULL::date"]
    if settings.FCE_ECHANGES:
        services = ", ".join(map(str, sorted(lecteur.services(CONTACT, Droit.CONSULTER)))) or "NULL"
        dits, miens = ["n.jour"], ["n.mien"]
        ecrits = (
            "LEFT JOIN (SELECT l.siret, max(i.jour) AS jour, "
            f"max(i.jour) FILTER (WHERE i.service_id IN ({services})) AS mien "
            f"FROM {Interaction._meta.db_table} i JOIN {LieuInteraction._meta.db_table} l ON l.interaction_id = i.id "
            f"WHERE i.retiree_le IS NULL AND i.jour <= '{lecteur.aujourd_hui.isoformat()}' GROUP BY l.siret) n "
            "ON n.siret = p.siret"
        )
    chez_lui = sql_chez_lui(lecteur, "p")
    contact = f"GREATEST({', '.join([*dits, *map(sql_du_fichier, contacts())])})"
    controle = (
        f"GREATEST({', '.join([*miens, *(f'CASE WHEN {chez_lui} THEN {sql_du_fichier(n)} END' for n in siens)])})"
    )
    colonnes = ", ".join(f"p.{champ.column}" for champ in LieuPrepare._meta.fields)
    return f"(SELECT {colonnes}, {contact} AS contact, {controle} AS controle FROM {table} p {ecrits})"


def sql_chez_lui(lecteur: LecteurDeDonnees, alias: str) -> str:
    """SQL that a row of the prepared table is in the reader's territory."""
    ici = ", ".join(f"'{code}'" for code in sorted(lecteur.territoire) if code.isalnum()) or "NULL"
    return "TRUE" if lecteur.national else f"{alias}.departement IN ({ici})"


def sql_du_fichier(nom: str, alias: str = "p") -> str:
    """SQL of the last contact that a source tells of a row of the prepared table."""
    return f"({alias}.contacts->>'{nom}')::date"


def _effectif(relations: Mapping[str, str]) -> str:
    (dsn,) = relations.values()
    return (
        "SELECT d.siret, max(d.total) FILTER (WHERE d.mois = r.dernier) AS effectif, "
        "max(d.total) FILTER (WHERE d.mois = r.avant) AS effectif_avant "
        f"FROM {dsn} d CROSS JOIN (SELECT max(mois) AS dernier, (max(mois) - interval '1 year')::date AS avant "
        f"FROM {dsn}) r WHERE d.mois IN (r.dernier, r.avant) GROUP BY d.siret"
    )


def _activite_partielle(relations: Mapping[str, str]) -> str:
    # The hours of an amendment restate those of its agreement: only its last decision counts.
    return (
        "SELECT siret, sum(heures_autorisees) AS heures, max(date_decision) AS decision FROM ("
        f"SELECT DISTINCT ON (siret, convention) siret, heures_autorisees, date_decision FROM {_seule(relations)} "
        f"WHERE date_decision > %(jour)s::date - interval '{MOIS} months' AND date_decision <= %(jour)s "
        "ORDER BY siret, convention, date_decision DESC, avenant DESC NULLS LAST) d GROUP BY siret"
    )


def _accidents(relations: Mapping[str, str]) -> str:
    return (
        "SELECT siret, NULLIF(max(mortels), 0) AS mortels, max(total) AS accidents "
        f"FROM {_seule(relations)} GROUP BY siret"
    )


def _contacts(relations: Mapping[str, str]) -> str:
    jours = (
        f"SELECT siret, '{nom}' AS source, jour FROM ({jours_de_contact(contacts()[nom], relation)}) j "
        "WHERE jour <= %(jour)s"
        for nom, relation in relations.items()
    )
    derniers = f"SELECT siret, source, max(jour) AS jour FROM ({' UNION ALL '.join(jours)}) c GROUP BY siret, source"
    return f"SELECT siret, jsonb_object_agg(source, jour) AS contacts FROM ({derniers}) d GROUP BY siret"


def jours_de_contact(trait: Contact, relation: str) -> str:
    """SELECT of the SIRET and day of the contacts of a source, without the days that its ``selection`` drops."""
    ecartes = ", ".join(f"({mois}, {quantieme})" for mois, quantieme in trait.ecartes or ())
    ou = f"(extract(month FROM {trait.date}), extract(day FROM {trait.date})) NOT IN ({ecartes})" if ecartes else "TRUE"
    return f"SELECT siret, {trait.date} AS jour FROM {relation} WHERE {ou}"


def _seule(relations: Mapping[str, str]) -> str:
    (relation,) = relations.values()
    return relation


def _unite(relations: Mapping[str, str]) -> str:
    return f"SELECT siret, max(code) AS unite FROM {_seule(relations)} WHERE siret IS NOT NULL GROUP BY siret"


@cache
def releves() -> tuple[CalculDeColonnes, ...]:
    """How each column that is not Sirene's is computed."""
    return (
        CalculDeColonnes(("dsn-effectifs",), ("effectif", "effectif_avant"), _effectif),
        CalculDeColonnes(("activite-partielle",), ("heures", "decision"), _activite_partielle),
        CalculDeColonnes(("accidents-travail",), ("mortels", "accidents"), _accidents),
        CalculDeColonnes(tuple(contacts()), ("contacts",), _contacts),
        CalculDeColonnes(("wikit-unites",), ("unite",), _unite),
    )
