"""Privileges of each database role, table by table: a second barrier below the rights (ACM-24).

A table missing here is closed to all roles, and a test fails. The server's administrator creates the roles
(``docs/exploitation/roles.md``); this module grants and revokes their privileges.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from psycopg import sql

from fce.socle.base.roles import Role, noms
from fce.socle.travaux.verrous import ESPACE, VERROU_DES_VUES
from fce.sources import registre

L, A, M, E = "SELECT", "INSERT", "UPDATE", "DELETE"
P, C, G = Role.PUBLIC, Role.COMPTES, Role.AGENTS
_TOUS: Final = "PUBLIC"
"""Every account of the server: it gets nothing."""

# {table: {role: privileges in addition to those of the role before}}. Past events are never changed: nobody has UPDATE
# or DELETE on events and journal, and no role has TRUNCATE, REFERENCES or TRIGGER.
TABLES: Final[dict[str, dict[Role, tuple[str, ...]]]] = {
    "public.sources_import": {P: (L,)},
    "public.sources_versionenplace": {P: (L,)},
    "public.sources_releve": {P: (L,)},
    "public.sources_bascule": {P: (L,)},
    "public.changements_basculesuivie": {P: (L,)},
    "public.changements_changementdentreprise": {P: (L,)},
    "public.sources_quarantaine": {G: (L,)},
    "public.sources_echectravail": {G: (L,)},
    "public.sources_jetondepot": {G: (L,)},
    "public.sources_depot": {G: (L,)},
    "public.sources_reponsedirecte": {G: (L, A, M, E)},
    "public.comptes_compte": {C: (L, A, M)},
    "public.comptes_session": {C: (L, A, M, E)},
    "public.comptes_evenementcompte": {C: (L, A)},
    "public.comptes_organisation": {C: (L,), G: (A, M)},
    "public.comptes_groupe": {C: (L,), G: (A, M)},
    "public.comptes_appartenance": {C: (L, A, M)},
    "public.comptes_invitation": {C: (L,), G: (A, M)},
    "public.comptes_mandat": {C: (L,), G: (A, M)},
    "public.comptes_demandeouverture": {C: (L,), G: (A, M)},
    "public.comptes_rattachement": {C: (L, A, M)},
    "public.droits_dossier": {C: (L,), G: (A, M)},
    "public.droits_evenementdossier": {G: (L, A)},
    "public.droits_sollicitation": {G: (L, A)},
    "public.droits_jetonapi": {G: (L, A, M)},
    "public.droits_usagedejeton": {G: (L, A, M)},
    "public.droits_assistantcoupe": {G: (L, A, E)},
    "public.droits_accorddassistant": {G: (L, A, M, E)},
    "public.portail_signalement": {C: (L, A), G: (M,)},
    "public.portail_texte": {P: (L,), G: (A, M)},
    "public.portail_bandeau": {P: (L,), G: (A, M)},
    "public.portail_ficherecente": {G: (L, A, M, E)},
    "public.portail_raccordement": {P: (L,), G: (A, M)},
    "public.portail_etaperaccordement": {P: (L,), G: (A, M)},
    "public.portail_nouveaute": {P: (L,), G: (A, M)},
    "public.portail_pointfeuillederoute": {P: (L,), G: (A, M)},
    "public.portail_versiondetexte": {G: (L, A)},
    "public.portail_demandeassistance": {C: (L, A), G: (M,)},
    "public.portail_abonnementnouvelles": {C: (L, A, E)},
    "public.portail_volontairerecherche": {C: (L, A, M, E)},
    # Anyone may send feedback; only the team reads it.
    "public.portail_retourutilisateur": {P: (A,), G: (L, M)},
    # Every reader or writer is counted; no page reads who, nor the pseudonym key.
    "public.statistiques_evenementdusage": {P: (A,)},
    "public.statistiques_cledepseudonyme": {C: (L, A)},
    "public.statistiques_chiffremensuel": {P: (L,)},
    # Everyone reads how many units break a rule; only agents and data officers list them, by number.
    "public.contradictions_comptedecontradictions": {P: (L,)},
    "public.contradictions_contradictionrelevee": {G: (L,)},
    "public.echanges_interaction": {G: (L, A, M)},
    "public.echanges_interaction_partages": {G: (L, A, M, E)},
    "public.echanges_lieuinteraction": {G: (L, A, M, E)},
    "public.echanges_versioninteraction": {G: (L, A)},
    "public.echanges_visiteannoncee": {G: (L, A, M)},
    "public.echanges_courrieldevisite": {G: (L, A, M)},
    "public.echanges_lieuvisite": {G: (L, A, M, E)},
    "public.echanges_evenementvisite": {G: (L, A)},
    "public.echanges_reponsecroisement": {G: (L, A, M)},
    "public.echanges_rendezvous": {G: (L, A, M)},
    "public.echanges_visitecommune": {G: (L, A, M)},
    "public.echanges_operationconjointe": {G: (L, A, M)},
    "public.echanges_participation": {G: (L, A, M, E)},
    "public.echanges_cible": {G: (L, A, M, E)},
    "public.echanges_noteoperation": {G: (L, A)},
    "public.echanges_constatoperation": {G: (L, A, M)},
    "public.echanges_demande": {G: (L, A, M)},
    "public.echanges_saisine": {G: (L, A, M)},
    "public.echanges_messagedemande": {G: (L, A)},
    "public.echanges_evenementsaisine": {G: (L, A)},
    "public.echanges_piecejointe": {G: (L, A, M, E)},
    "public.echanges_ficheenvoyee": {G: (L, A)},
    "public.echanges_adressecalendrier": {G: (L, A, M)},
    "public.echanges_entreeannuaire": {G: (L, A, M)},
    "public.echanges_absence": {G: (L, A, M, E)},
    "public.echanges_suivi": {G: (L, A, E)},
    "public.echanges_unitesuivie": {G: (L, A, E)},
    "public.echanges_alertesuivi": {G: (L, M, E)},
    "public.echanges_rythmealertes": {G: (L, A, M)},
    "public.listes_listedetravail": {G: (L, A, M, E)},
    "public.listes_lignedeliste": {G: (L, A, M, E)},
    "public.listes_fichierdeliste": {G: (L, A, M)},
    "public.rapprochement_tableaurapproche": {G: (L, A, M, E)},
    "public.rapprochement_lignerapprochee": {G: (L, A, M, E)},
    "public.territoires_lieuprepare": {G: (L,)},
    "public.territoires_lieuferme": {G: (L,)},
    "public.territoires_alarmepreparee": {G: (L,)},
    "public.territoires_preparation": {G: (L,)},
    "public.territoires_casedegrille": {G: (L,)},
    "public.territoires_fichierdeterritoire": {G: (L, A, M)},
    "public.rapprochement_fichierdetableau": {G: (L, A, M)},
    "public.convention_convention": {G: (L, A, M)},
    "public.convention_avenant": {G: (L, A)},
    "public.convention_marche": {G: (L, A)},
    "public.convention_ecriture": {G: (L, A)},
    "public.convention_formalite": {G: (L, A)},
    "public.convention_avancement": {G: (L, A)},
    "public.convention_prevision": {G: (L, A, M)},
    "public.convention_avisaufinanceur": {G: (L, M)},
    "public.convention_comite": {G: (L, A, M)},
    "public.convention_decisionattendue": {G: (L, A, M)},
    "journal.consultation": {G: (L,)},
    "journal.refus": {G: (L,)},
    "journal.lecture_du_journal": {G: (L,)},
    "journal.sceau": {G: (L,)},
    "journal.purge": {G: (L,)},
    "journal.explication": {},
    "journal.alerte": {G: (L,)},
    "journal.tete": {},
    "journal.ancre": {},
    "journal.compteur": {},
    # Whether a restored database is open again; what is withdrawn is written by a trigger of the owner.
    "sauvegarde.restauration": {P: (L,)},
    "sauvegarde.retrait": {},
    # A transaction queues its own mail; the worker runs the job.
    "public.procrastinate_jobs": {C: (A,), G: (L,)},
    "public.procrastinate_events": {C: (A,)},
    "public.procrastinate_periodic_defers": {},
    "public.procrastinate_workers": {},
    "public.django_migrations": {},
    "public.django_content_type": {},
    "public.dsfr_dsfrconfig": {},
    "public.dsfr_dsfrsocialmedia": {},
}
# Privileges on single columns. ``id``: the writer reads back the row just inserted.
_COLONNES: Final = {
    # A sign-in from another administration ends the mandates held for the former one.
    "public.comptes_mandat fin": {C: (M,)},
    "public.portail_retourutilisateur id": {P: (L,)},
    # A followed list that grows too long keeps what it had.
    "public.echanges_suivi figee": {G: (M,)},
    "public.procrastinate_jobs id": {C: (L,)},
    # What /budget shows to everyone: neither suppliers, nor documents, nor authors.
    **{
        f"public.convention_{table} {colonne}": {P: (L,)}
        for table, colonnes in (
            ("convention", "id titre programme ae cp debut fin finit_le demonstration"),
            ("avenant", "convention_id numero effet_le ae cp fin"),
            ("ecriture", "id convention_id genre nature jour montant inscrite_le"),
        )
        for colonne in colonnes.split()
    },
}
# Sequences of serial columns; identity columns need no grant.
SEQUENCES: Final = {
    "public.procrastinate_jobs_id_seq": {C: ("USAGE",)},
    "public.procrastinate_events_id_seq": {C: ("USAGE",)},
}
# The journal is written by functions that run as their owner.
FONCTIONS: Final = {
    "journal.consigner": {G: ("EXECUTE",)},
    "journal.refuser": {G: ("EXECUTE",)},
    "journal.lire": {G: ("EXECUTE",)},
}
SCHEMAS: Final = {
    "public": {P: ("USAGE",), G: ("USAGE",)},
    "restreint": {G: ("USAGE",)},
    "journal": {G: ("USAGE",)},
    "sauvegarde": {P: ("USAGE",)},
    "generations": {},
}


@dataclass(frozen=True, slots=True, order=True)
class Privilege:
    """``genre``: TABLE, COLUMN, SEQUENCE, FUNCTION, SCHEMA or DATABASE. ``objet``: name on the server; for a column,
    table and column separated by a space. ``a``: name of a role, or ``_TOUS``."""

    genre: str
    objet: str
    droit: str
    a: str

    def sql(self, verbe: str) -> sql.Composed:
        nom, _, colonne = self.objet.partition(" ")
        genre = "TABLE" if self.genre == "COLUMN" else self.genre
        return sql.SQL("{} {}{} ON {} {} {} {}").format(
            sql.SQL(verbe),
            sql.SQL(self.droit),
            sql.SQL(" ({})").format(sql.Identifier(colonne)) if colonne else sql.SQL(""),
            sql.SQL(genre),
            sql.Identifier(*nom.split(".")),
            sql.SQL("TO" if verbe == "GRANT" else "FROM"),
            sql.SQL(self.a) if self.a == _TOUS else sql.Identifier(self.a),
        )


@dataclass(frozen=True, slots=True)
class Ecarts:
    """Privileges to grant and to revoke."""

    manquants: tuple[Privilege, ...]
    en_trop: tuple[Privilege, ...]

    def __bool__(self) -> bool:
        return bool(self.manquants or self.en_trop)


def attendus() -> set[Privilege]:
    """Privileges declared here and by sources: open columns for all, everything for agents."""
    par_role = noms()
    dits = {
        Privilege(genre, objet, droit, par_role[role])
        for genre, table in (
            ("TABLE", TABLES),
            ("COLUMN", _COLONNES),
            ("SEQUENCE", SEQUENCES),
            ("FUNCTION", FONCTIONS),
            ("SCHEMA", SCHEMAS),
        )
        for objet, accordes in table.items()
        for role, droits in accordes.items()
        for droit in droits
    }
    for source in registre.toutes():
        vue = f"{source.schema}.{source.vue}"
        dits.add(Privilege("TABLE", vue, "SELECT", par_role[G]))
        dits |= {Privilege("COLUMN", f"{vue} {nom}", "SELECT", par_role[P]) for nom in source.colonnes_ouvertes}
    return dits


def accordes() -> set[Privilege]:
    """Privileges of the roles and of ``PUBLIC``, read in the catalogue of PostgreSQL."""
    with connection.cursor() as curseur:
        curseur.execute(_ACCORDES, {"roles": list(noms().values())})
        return {Privilege(*rang) for rang in curseur.fetchall()}


def ecarts() -> Ecarts:
    """Differences between this module and the database. Objects that do not exist yet are ignored."""
    voulus, donnes = attendus(), accordes()
    with connection.cursor() as curseur:
        curseur.execute(_OBJETS)
        existants = {(genre, objet) for genre, objet in curseur.fetchall()}
    manquants = {p for p in voulus - donnes if (p.genre, p.objet) in existants}
    return Ecarts(tuple(sorted(manquants)), tuple(sorted(donnes - voulus)))


def absents() -> list[str]:
    """Roles named by the settings that this account cannot take."""
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT nom FROM unnest(%s::text[]) AS nom LEFT JOIN pg_roles ON rolname = nom "
            "WHERE rolname IS NULL OR NOT pg_has_role(session_user, rolname, 'MEMBER')",
            [list(noms().values())],
        )
        return [nom for (nom,) in curseur.fetchall()]


def appliquer() -> Ecarts:
    """Grant and revoke the differences; return them. Idempotent: two queries when there are none.

    Run after each migration, and at each start on the embedded database. Does nothing while the roles do not exist.
    """
    if not noms() or absents() or not ecarts():
        return Ecarts((), ())
    with transaction.atomic(), connection.cursor() as curseur:
        # Views are recreated under the same lock, with their own grants.
        curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", (ESPACE, VERROU_DES_VUES))
        trouves = ecarts()
        for requete in _requetes(trouves):
            curseur.execute(requete)
    return trouves


def _requetes(trouves: Ecarts) -> Iterable[sql.Composed]:
    yield from (p.sql("REVOKE") for p in trouves.en_trop)
    yield from (p.sql("GRANT") for p in trouves.manquants)


_SCHEMAS: Final = str(tuple(SCHEMAS))
# Relations are read once, with only the columns that have their own grant.
_RELATIONS: Final = f"""
    SELECT oid, relacl, relnamespace::regnamespace::text || '.' || relname AS nom,
        CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS genre
    FROM pg_class
    WHERE relnamespace::regnamespace::text IN {_SCHEMAS} AND relkind IN ('r', 'p', 'v', 'm', 'S')
"""  # noqa: S608 – constants of this page
_FONCTIONS: Final = (
    "SELECT pronamespace::regnamespace::text || '.' || proname AS nom, coalesce(proacl, acldefault('f', proowner)) "
    "AS acl FROM pg_proc WHERE pronamespace = 'journal'::regnamespace"
)
_ACCORDES: Final = f"""
WITH qui AS (
    SELECT oid, rolname::text AS nom FROM pg_roles WHERE rolname = ANY(%(roles)s) UNION ALL SELECT 0, '{_TOUS}'
), relations AS ({_RELATIONS}), fonctions AS ({_FONCTIONS}), trouves AS (
    SELECT genre, r.nom, x.* FROM relations r, aclexplode(relacl) x
    UNION ALL
    SELECT 'COLUMN', r.nom || ' ' || attname, x.* FROM relations r
    JOIN pg_attribute ON attrelid = r.oid AND attacl IS NOT NULL AND NOT attisdropped, aclexplode(attacl) x
    UNION ALL
    SELECT 'FUNCTION', f.nom, x.* FROM fonctions f, aclexplode(acl) x
    UNION ALL
    -- Everyone may name what is in the schema "public": it holds for the tables one by one.
    SELECT 'SCHEMA', nspname, x.* FROM pg_namespace, aclexplode(nspacl) x
    WHERE nspname IN {_SCHEMAS} AND (nspname, x.grantee, x.privilege_type) <> ('public', 0, 'USAGE')
    UNION ALL
    -- Temporary tables, taken back where the database is ours.
    SELECT 'DATABASE', datname, x.* FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) x
    WHERE datname = current_database() AND x.privilege_type <> 'CONNECT' AND pg_has_role(datdba, 'USAGE')
)
SELECT genre, t.nom::text, privilege_type, qui.nom FROM trouves t JOIN qui ON qui.oid = t.grantee
"""  # noqa: S608 – constants of this page
_OBJETS: Final = f"""
WITH relations AS ({_RELATIONS}), fonctions AS ({_FONCTIONS})
SELECT genre, nom FROM relations
UNION ALL
SELECT 'COLUMN', r.nom || ' ' || attname FROM relations r
JOIN pg_attribute ON attrelid = r.oid AND attnum > 0 AND NOT attisdropped WHERE genre = 'TABLE'
UNION ALL
SELECT 'FUNCTION', nom FROM fonctions
UNION ALL
SELECT 'SCHEMA', nspname FROM pg_namespace WHERE nspname IN {_SCHEMAS}
"""  # noqa: S608 – constants of this page
