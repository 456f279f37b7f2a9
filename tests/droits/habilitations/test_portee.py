"""``portee`` says of a whole table what ``can`` says of each row: same rows, same columns, same reason."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings, strategies as st

from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.politique import Raison, can
from fce.droits.habilitations.portee import (
    Condition,
    Implantation,
    LieuDeLigne,
    Parc,
    Portee,
    isole,
    lieu_departement,
    lieu_entreprise,
    lieu_parmi,
    lieu_selon,
    portee,
)
from tests.droits.habilitations import strategies as s
from tests.droits.habilitations.fabrique import MIDI, Acces, Champ, Source, agent, habilitation
from tests.sql import executer

CHAMPS = ("montant", "constat", "effectif")
PARTOUT = frozenset(s.DEPARTEMENTS)
ETABLISSEMENT = lieu_departement("f.departement")
PARMI = lieu_parmi("f.ligne::text", "SELECT x.ligne::text, x.departement FROM faits_essai x")
SELON = lieu_selon(Condition("(SELECT count(*) FROM faits_essai) > %s", (3,)), ETABLISSEMENT, PARMI)
ENTREPRISE = lieu_entreprise("SELECT e.departement FROM etablissements_essai e WHERE e.siren = f.siren")

# A fact: its company and its own département (None: abroad, or unknown). A company: its départements.
faits = st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from([*s.DEPARTEMENTS, None])), max_size=8)
parcs = st.fixed_dictionaries(
    {siren: st.lists(st.sampled_from([*s.DEPARTEMENTS, None]), max_size=3) for siren in "ABC"}
)
PARC = Parc("SELECT departement, count(*) FILTER (WHERE vivant), count(*) FROM parc_essai GROUP BY departement")
# Establishments of one company: their département, whether they are open or closed less than 24 months ago.
etablissements = st.lists(st.tuples(st.sampled_from([*s.DEPARTEMENTS, None]), st.booleans()), max_size=4)


@pytest.fixture
def tables(db: None) -> None:
    executer(
        "CREATE TEMP TABLE faits_essai (ligne int, siren text, departement text,"
        " montant int NOT NULL, constat text NOT NULL, effectif int NOT NULL) ON COMMIT DROP;"
        "CREATE TEMP TABLE etablissements_essai (siren text, departement text) ON COMMIT DROP;"
        "CREATE TEMP TABLE parc_essai (departement text, vivant boolean) ON COMMIT DROP"
    )


def remplir(lignes: list[tuple[str, str | None]], parc: dict[str, list[str | None]]) -> None:
    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE faits_essai, etablissements_essai")
        curseur.executemany(
            "INSERT INTO faits_essai VALUES (%s, %s, %s, %s, 'vu', 12)",
            [(rang, siren, lieu, 100 + rang) for rang, (siren, lieu) in enumerate(lignes)],
        )
        curseur.executemany(
            "INSERT INTO etablissements_essai VALUES (%s, %s)", [(c, d) for c, lieux in parc.items() for d in lieux]
        )


def lignes_ouvertes(porte: Portee, lieu: LieuDeLigne, utilisees: Iterable[str] = ()) -> list[tuple[Any, ...]]:
    """Number and readable columns of each row that the reader may list."""
    valeurs = porte.valeurs(CHAMPS, lieu, "f")
    where = porte.lignes(lieu, utilisees)
    requete = f"SELECT f.ligne, {valeurs.sql} FROM faits_essai f WHERE {where.sql} ORDER BY f.ligne"
    return executer(requete, [*valeurs.parametres, *where.parametres])


@pytest.mark.usefixtures("tables")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(s.acteurs, s.actions, s.sources, s.finalites, faits, parcs, st.sets(st.sampled_from(CHAMPS), max_size=2))
def test_the_database_answers_row_by_row_as_the_policy_does(
    acteur, action, source, finalite, lignes, parc, utilisees
) -> None:
    remplir(lignes, parc)
    porte = portee(acteur, action, source, finalite=finalite, maintenant=MIDI)

    def permis(champ: str | None, lieux: Iterable[str | None]) -> bool:
        connus = frozenset(d for d in lieux if d)
        return can(acteur, action, source, champ, finalite=finalite, departements=connus, maintenant=MIDI).permis

    for lieu, lieux_de in (
        (ETABLISSEMENT, lambda siren, departement: [departement]),
        (PARMI, lambda siren, departement: [departement]),
        (SELON, lambda siren, departement: [departement]),
        (ENTREPRISE, lambda siren, departement: parc.get(siren, [])),
    ):
        attendues, filtrees = [], []
        for rang, (siren, departement) in enumerate(lignes):
            lieux = lieux_de(siren, departement)
            valeurs = {"montant": 100 + rang, "constat": "vu", "effectif": 12}
            ligne = (rang, *(valeurs[c] if permis(c, lieux) else None for c in CHAMPS))
            if permis(None, lieux):
                attendues.append(ligne)
                if all(permis(c, lieux) for c in utilisees):
                    filtrees.append(ligne)
        assert lignes_ouvertes(porte, lieu) == attendues
        assert lignes_ouvertes(porte, lieu, utilisees) == filtrees
    # Said in advance where all the rows are, the database compares less and answers the same.
    connus = frozenset(departement for _, departement in lignes)
    if None not in connus:
        assert lignes_ouvertes(porte, ETABLISSEMENT.parmi(connus), utilisees) == lignes_ouvertes(
            porte, ETABLISSEMENT, utilisees
        )


def test_rows_known_to_be_in_a_territory_are_not_compared_with_it() -> None:
    nord, pas_de_calais = frozenset({"59", "62"}), frozenset({"62"})
    connu = ETABLISSEMENT.parmi(frozenset({"59"}))
    assert connu.dans((nord,)).sql == "TRUE"
    assert connu.dans((nord, pas_de_calais)) == ETABLISSEMENT.dans((pas_de_calais,))
    assert ETABLISSEMENT.parmi(frozenset()).dans((nord,)) == ETABLISSEMENT.dans((nord,))


@settings(max_examples=200, deadline=None)
@given(s.acteurs, s.actions, s.sources, s.finalites)
def test_what_may_be_listed_is_what_may_be_read_somewhere(acteur, action, source, finalite) -> None:
    question = {"finalite": finalite, "maintenant": MIDI}
    porte = portee(acteur, action, source, **question)
    reponse = can(acteur, action, source, departements=PARTOUT, **question)
    assert porte.permis == reponse.permis == bool(porte)
    assert porte.raison is (None if reponse.permis else reponse.raison)
    lisibles = {c for c in CHAMPS if can(acteur, action, source, c, departements=PARTOUT, **question).permis}
    assert set(porte.colonnes) == lisibles


def somme_permise(porte: Portee, utilisees: Iterable[str] = ()) -> bool:
    """What the right ``somme`` answers for the company of ``parc_essai``."""
    condition = porte.sommes(PARC, utilisees)
    (reponse,) = executer(f"SELECT {condition.sql}", condition.parametres)[0]
    assert reponse in (True, False)
    return bool(reponse)


def implanter(parc: list[tuple[str | None, bool]]) -> list[Implantation]:
    """Put the establishments of a company in place; where they are, as the sheet reads it."""
    with connection.cursor() as curseur:
        curseur.execute("TRUNCATE parc_essai")
        curseur.executemany("INSERT INTO parc_essai VALUES (%s, %s)", parc)
    lieux = dict.fromkeys(d for d, _ in parc)
    return [Implantation(d, sum(v for x, v in parc if x == d), sum(1 for x, _ in parc if x == d)) for d in lieux]


@pytest.mark.usefixtures("tables")
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(s.acteurs, s.actions, s.sources, s.finalites, etablissements, st.sets(st.sampled_from(CHAMPS), max_size=2))
def test_t1_counts_and_sums_of_a_company_are_read_where_the_policy_opens_the_company(
    acteur, action, source, finalite, parc, utilisees
) -> None:
    """``sommes`` is ``can`` on the company, for the source and each column added up, but for the sole one outside."""
    implantations = implanter(parc)
    porte = portee(acteur, action, source, finalite=finalite, maintenant=MIDI)
    vivants = frozenset(d for d, vivant in parc if d and vivant)

    def permis(champ: str | None) -> bool:
        return can(acteur, action, source, champ, finalite=finalite, departements=vivants, maintenant=MIDI).permis

    ouverte = permis(None) and all(permis(c) for c in utilisees)
    territoire = porte.territoire(utilisees)
    # Written again: what the rows inside leave out is one establishment, alive if any is.
    dehors = [vivant for d, vivant in parc if territoire is not None and d not in territoire]
    seul = (dehors.count(True) or len(dehors)) == 1
    assert somme_permise(porte, utilisees) == (ouverte and not seul)
    assert isole(implantations, territoire if territoire is not None else frozenset()) == (
        seul if territoire is not None else (sum(p.vivants for p in implantations) or len(parc)) == 1
    )


# Named cases, for who reads rather than runs.

VISITES = Source(Acces("C2", "contacts"), {"montant": Champ(), "constat": Champ(Acces("C3", "travail"))})
INSPECTEUR = agent(habilitation(groupes={"contacts", "travail"}))


def porte_de(acteur, source=VISITES, action="consulter", finalite="controle-travail") -> Portee:
    return portee(acteur, action, source, finalite=finalite, maintenant=MIDI)


def test_open_data_add_no_condition_at_all() -> None:
    porte = porte_de(ANONYME, Source(Acces("C0"), {"montant": Champ()}), finalite=None)
    assert porte.lignes(ETABLISSEMENT, ["montant"]) == Condition("TRUE")
    assert porte.valeur("montant", ETABLISSEMENT, "f") == Condition('"f"."montant"')


def test_a_closed_source_lists_nothing_and_says_why() -> None:
    porte = porte_de(ANONYME)
    assert not porte
    assert porte.raison is Raison.CONNEXION_REQUISE
    assert porte.lignes(ETABLISSEMENT) == Condition("FALSE")
    assert porte.valeur("montant", ETABLISSEMENT) == Condition("NULL")


def test_the_content_of_a_contact_is_shown_on_the_rows_of_the_territory_only() -> None:
    porte = porte_de(INSPECTEUR)
    assert porte.lignes(ETABLISSEMENT) == Condition("TRUE")
    valeur = porte.valeur("constat", ETABLISSEMENT, "f")
    assert valeur.sql.startswith("CASE WHEN")
    assert valeur.parametres == (["59"],)


def test_sorting_or_counting_on_a_column_keeps_the_rows_where_it_may_be_read() -> None:
    condition = porte_de(INSPECTEUR).lignes(ETABLISSEMENT, ["constat"])
    assert condition.parametres == (["59"],)


@pytest.mark.parametrize("colonne", ["constat", "absente", "ligne; DROP TABLE faits"])
def test_sorting_on_a_column_that_may_not_be_read_closes_everything(colonne: str) -> None:
    porte = porte_de(agent(habilitation(groupes={"contacts"})))
    assert porte.permis
    assert porte.lignes(ETABLISSEMENT, ["montant", colonne]) == Condition("FALSE")
    assert porte.valeur(colonne, ETABLISSEMENT) == Condition("NULL")


@pytest.mark.usefixtures("tables")
def test_a_column_of_another_group_needs_both_territories() -> None:
    """The rows open in the Nord, the column in the Pas-de-Calais: only a company of both shows the whole."""
    source = Source(Acces("C2", "emploi"), {c: Champ() for c in CHAMPS} | {"constat": Champ(Acces("C3", "travail"))})
    deux = agent(habilitation(), habilitation(groupes={"travail"}, territoire={"62"}))
    porte = porte_de(deux, source)
    remplir([("A", "59"), ("B", "62"), ("C", None)], {"A": ["59"], "B": ["62"], "C": ["62", "59", None]})
    assert [(ligne, constat) for ligne, _, constat, _ in lignes_ouvertes(porte, ENTREPRISE)] == [(0, None), (2, "vu")]
    assert [ligne for ligne, *_ in lignes_ouvertes(porte, ENTREPRISE, ["constat"])] == [2]
    assert [ligne for ligne, *_ in lignes_ouvertes(porte, ETABLISSEMENT)] == [0]
    assert lignes_ouvertes(porte, ETABLISSEMENT, ["constat"]) == []


def test_an_habilitation_without_territory_lists_nothing() -> None:
    porte = porte_de(agent(habilitation(territoire=())), Source(Acces("C2", "emploi")))
    assert porte.raison is Raison.HORS_TERRITOIRE


def test_an_undeclared_access_lists_nothing() -> None:
    assert porte_de(INSPECTEUR, Source(None)).raison is Raison.ACCES_NON_DECLARE


def test_an_instant_without_time_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="time zone"):
        portee(ANONYME, "consulter", VISITES, maintenant=datetime(2026, 6, 15))


@pytest.mark.usefixtures("tables")
def test_a_row_without_known_departement_stays_out_even_of_a_negated_condition() -> None:
    remplir([("A", None), ("A", "59"), ("A", "62")], {})
    condition = porte_de(agent(habilitation()), Source(Acces("C2", "emploi"))).lignes(ETABLISSEMENT)
    lignes = executer(f"SELECT ligne FROM faits_essai f WHERE NOT ({condition.sql})", condition.parametres)
    assert sorted(lignes) == [(0,), (2,)]


EMPLOI = Source(Acces("C2", "emploi"), {"montant": Champ(), "constat": Champ(Acces("C3", "travail"))})


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("parc", "permise"),
    [
        ([("59", True), ("75", True), ("13", True)], True),
        ([("59", True), ("75", True)], False),
        ([("59", True), ("75", True), ("13", False), ("13", False)], False),
        ([("59", True), ("75", False)], False),
        ([("59", True), ("75", False), ("13", False)], True),
        ([("59", True), (None, True)], False),
        ([("59", True)], True),
        ([("59", False), ("75", True), ("13", True)], False),
        ([("75", True), ("13", True)], False),
        ([], False),
    ],
    ids=[
        "two elsewhere", "one alone elsewhere", "one alone alive elsewhere", "one alone elsewhere, long closed",
        "two elsewhere, long closed", "one alone abroad", "none elsewhere", "territory left long ago",
        "territory never met", "nowhere",
    ],
)  # fmt: skip
def test_t1_a_sole_establishment_outside_keeps_its_figures(parc, permise: bool) -> None:
    implanter(parc)
    assert somme_permise(porte_de(agent(habilitation()), EMPLOI), ["montant"]) is permise


@pytest.mark.usefixtures("tables")
def test_t1_a_column_that_may_not_be_read_is_never_added_up() -> None:
    implanter([("59", True), ("75", True), ("13", True)])
    porte = porte_de(agent(habilitation()), EMPLOI)
    assert somme_permise(porte, ["montant"])
    assert not somme_permise(porte, ["constat"])
    assert not somme_permise(porte, ["absente"])
    deux = agent(habilitation(), habilitation(groupes={"travail"}, territoire={"62"}))
    assert not somme_permise(porte_de(deux, EMPLOI), ["constat"])
    partout = agent(habilitation(), habilitation(groupes={"travail"}, territoire={"FR"}))
    assert somme_permise(porte_de(partout, EMPLOI), ["constat"])


def test_t1_without_a_territory_sums_ask_nothing() -> None:
    porte = porte_de(agent(habilitation(territoire={"FR"})), EMPLOI)
    assert porte.sommes(PARC, ["montant"]) == Condition("TRUE")
    assert porte.territoire() is None
    assert porte_de(ANONYME).sommes(PARC) == Condition("FALSE")
    assert porte_de(ANONYME).territoire() == frozenset()
