"""ACM-24, LOG-03: what each role of the database may do, asked of the server, is what one page says, and no more."""

from itertools import product

import pytest

from fce.droits.habilitations import privileges
from fce.droits.habilitations.privileges import TABLES, Privilege, appliquer, ecarts
from fce.droits.journal.services import consigner
from fce.exploitation import diagnostic
from fce.socle.base.roles import Role, noms
from fce.sources import registre
from tests.donnees.entreprises import fabrique
from tests.droits.habilitations.roles.outils import DE_PAGE, en_tant_que, refuse
from tests.droits.journal.fabrique import MIDI, consultation
from tests.sql import executer, valeurs

pytestmark = pytest.mark.django_db

TOUT = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
JAMAIS_CHANGES = (
    "public.comptes_evenementcompte",
    "public.droits_evenementdossier",
    "journal.consultation",
    "journal.refus",
    "journal.lecture_du_journal",
    "journal.sceau",
    "journal.purge",
    "journal.explication",
    "journal.alerte",
    "journal.tete",
    "journal.ancre",
)


def tables(*schemas: str) -> list[str]:
    return valeurs(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s) ORDER BY 1", [list(schemas)]
    )


SCHEMAS_ECRITS = ("public", "journal", "sauvegarde")


def peut(role: Role, table: str, droit: str) -> bool:
    return bool(valeurs("SELECT has_table_privilege(%s, %s, %s)", [noms()[role], table, droit])[0])


def test_acm_24_each_table_has_its_line_and_no_line_is_of_a_table_that_is_gone() -> None:
    assert set(tables("public", "journal", "sauvegarde")) == set(TABLES), (
        "say in fce/droits/habilitations/privileges.py who may do what of it"
    )


def test_acm_24_the_server_grants_exactly_what_the_page_says() -> None:
    accordes = {
        (table, role.name, droit)
        for table, role, droit in product(tables(*SCHEMAS_ECRITS), DE_PAGE, TOUT)
        if peut(role, table, droit)
    }
    dits = {
        (table, role.name, droit)
        for table, lignes in TABLES.items()
        for depuis, droits in lignes.items()
        for role, droit in product([r for r in DE_PAGE if r >= depuis], droits)
    }
    assert accordes == dits
    assert not ecarts()


@pytest.mark.parametrize("table", JAMAIS_CHANGES)
def test_what_happened_is_changed_and_erased_by_no_role(table: str) -> None:
    colonne = valeurs("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 2", [table])[0]
    for role in DE_PAGE:
        assert (
            refuse(role, f"UPDATE {table} SET {colonne} = {colonne}", f"DELETE FROM {table}", f"TRUNCATE {table}") == []
        )


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.COMPTES])
def test_without_an_agent_nothing_restricted_is_read(role: Role) -> None:
    fermees = [f"{s.schema}.{s.vue}" for s in registre.toutes() if s.schema == "restreint"]
    assert len(fermees) > 10
    assert refuse(role, *(f"SELECT 1 FROM {relation}" for relation in (*fermees, *tables("journal")))) == []


def test_the_public_role_reads_no_account_no_right_no_session_no_token_no_answer_of_another() -> None:
    fermees = [
        t
        for t in tables("public")
        if t.startswith(("public.comptes_", "public.droits_", "public.procrastinate_"))
        or t.endswith(
            ("_jetondepot", "_depot", "_quarantaine", "_reponsedirecte", "_signalement", "_retourutilisateur")
        )
    ]
    assert len(fermees) > 15
    assert refuse(Role.PUBLIC, *(f"SELECT * FROM {table}" for table in fermees)) == []


def test_the_closed_columns_of_an_open_source_are_closed_to_the_public_role() -> None:
    mixtes = [
        (source, [str(c.column) for c in source.champs.values() if c.acces is not None and c.acces.classe != "C0"])
        for source in registre.toutes()
        if source.schema == "public"
    ]
    fermees = [f'SELECT "{nom}" FROM {source.relation}' for source, noms_ in mixtes for nom in noms_]
    assert refuse(Role.PUBLIC, *fermees) == []
    with en_tant_que(Role.PUBLIC) as curseur:
        for source, noms_ in mixtes:
            ouvertes = [f'"{c.column}"' for c in source.champs.values() if str(c.column) not in noms_]
            curseur.execute(f"SELECT {', '.join(ouvertes)} FROM {source.relation} LIMIT 1")


def test_no_table_of_an_import_is_read_directly_by_any_role() -> None:
    fabrique.unites(fabrique.unite(fabrique.siren_no(1)))
    generations = tables("generations")
    assert generations
    for role in DE_PAGE:
        assert refuse(role, *(f"SELECT 1 FROM {table}" for table in generations)) == []
    with en_tant_que(Role.PUBLIC) as curseur:
        curseur.execute("SELECT count(siren) FROM sirene_unites_legales")
        assert curseur.fetchone() == (1,)


def test_views_read_with_the_rights_of_their_owner() -> None:
    assert (
        valeurs("SELECT relname FROM pg_class WHERE relkind = 'v' AND reloptions::text LIKE '%%security_invoker%%'")
        == []
    )


@pytest.mark.parametrize("role", DE_PAGE)
def test_no_role_makes_changes_or_drops_anything(role: Role) -> None:
    assert (
        refuse(
            role,
            *(
                f"CREATE TABLE {schema}.essai (a int)"
                for schema in ("public", "restreint", "generations", "journal", "sauvegarde")
            ),
            "CREATE TEMPORARY TABLE essai (a int)",
            "CREATE SCHEMA essai",
            "CREATE FUNCTION public.essai() RETURNS int LANGUAGE sql AS 'SELECT 1'",
            "ALTER TABLE sources_import ADD COLUMN essai int",
            "DROP VIEW sirene_unites_legales",
            "DROP TABLE journal.consultation",
            "ALTER TABLE journal.consultation DISABLE TRIGGER ALL",
            "SELECT journal.purger('2020-01-01', now(), '', 12, '', 0, '', '')",
            "SELECT nextval('journal.consultation_id_seq')",
        )
        == []
    )


def test_log_03_the_agents_write_in_the_journal_by_its_functions_and_read_it() -> None:
    with en_tant_que(Role.AGENTS) as curseur:
        consigner([consultation()], MIDI)
        curseur.execute("SELECT count(*) FROM journal.consultation")
        assert curseur.fetchone() == (1,)
    assert refuse(Role.AGENTS, "INSERT INTO journal.tete VALUES ('x', 1, '')") == []


def test_anyone_gives_an_opinion_and_reads_none() -> None:
    colonnes = "(trouve, texte, page, lecteur, recu_le) VALUES ('oui', '', '', '', now())"
    avis = f"INSERT INTO portail_retourutilisateur {colonnes}"
    with en_tant_que(Role.PUBLIC) as curseur:
        curseur.execute(f"{avis} RETURNING id")
        assert curseur.fetchone()
    assert refuse(Role.PUBLIC, f"{avis} RETURNING texte", "SELECT trouve FROM portail_retourutilisateur") == []


def test_what_someone_granted_by_hand_is_seen_and_taken_back() -> None:
    public = noms()[Role.PUBLIC]
    executer(f"GRANT SELECT ON comptes_compte TO {public}")
    executer(f"GRANT SELECT (empreinte) ON droits_jetonapi TO {public}")
    executer("GRANT SELECT ON comptes_session TO PUBLIC")
    executer("GRANT EXECUTE ON FUNCTION journal.purger TO PUBLIC")
    executer(f"REVOKE SELECT ON sources_import FROM {public}")
    en_trop = {
        Privilege("TABLE", "public.comptes_compte", "SELECT", public),
        Privilege("COLUMN", "public.droits_jetonapi empreinte", "SELECT", public),
        Privilege("TABLE", "public.comptes_session", "SELECT", "PUBLIC"),
        Privilege("FUNCTION", "journal.purger", "EXECUTE", "PUBLIC"),
    }
    trouves = ecarts()
    assert set(trouves.en_trop) == en_trop
    assert trouves.manquants == (Privilege("TABLE", "public.sources_import", "SELECT", public),)
    assert "4 droits de trop, 1 droit manquant" in _constat().phrase
    assert not _constat().bon
    assert appliquer() == trouves
    assert not ecarts()
    assert not appliquer()
    assert _constat().bon


def test_a_view_that_lost_its_grants_has_them_back() -> None:
    executer(f"REVOKE ALL ON sirene_unites_legales FROM {', '.join(noms().values())}")
    assert appliquer().manquants
    with en_tant_que(Role.PUBLIC) as curseur:
        curseur.execute("SELECT siren FROM sirene_unites_legales")


def test_without_roles_nothing_is_granted_and_the_check_says_so(settings: object) -> None:
    settings.FCE_BASE_ROLE_PUBLIC = settings.FCE_BASE_ROLE_COMPTES = settings.FCE_BASE_ROLE_RESTREINT = ""  # type: ignore[attr-defined]
    assert not appliquer()
    assert _constat().bon
    assert "aucun n’est nommé" in _constat().phrase


def test_a_role_that_the_server_does_not_know_is_a_fault(settings: object) -> None:
    settings.FCE_BASE_ROLE_COMPTES = "fce_essai_absent"  # type: ignore[attr-defined]
    assert privileges.absents() == ["fce_essai_absent"]
    assert not appliquer()
    assert not _constat().bon
    assert "ne peut pas prendre fce_essai_absent" in _constat().phrase


def _constat() -> diagnostic.Constat:
    return diagnostic._roles()
