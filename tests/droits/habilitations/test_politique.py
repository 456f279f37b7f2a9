"""Who may see what. Closed by default: each line says which right is missing, and the reason given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fce.droits.habilitations.acteurs import ANONYME, Acteur, GenreActeur, Habilitation
from fce.droits.habilitations.finalites import FINALITES, Droit
from fce.droits.habilitations.politique import Classe, Permis, Raison, RefusAcces, can
from tests.droits.comptes.fabrique import AUTRE_SERVICE, SERVICE
from tests.droits.habilitations.fabrique import MIDI, OUVRE_TOUT, Acces, Champ, Source, agent, habilitation

NORD, PARIS = frozenset({"59"}), frozenset({"75"})
EMPLOI = Source(Acces("C2", "emploi"))


def demander(
    acteur: Acteur, source: Any = EMPLOI, action: str = "consulter", **differences: Any
) -> Permis | RefusAcces:
    """The plain question: read a fact of the département 59 for the control of labour law."""
    question = {"finalite": "controle-travail", "departements": NORD, "maintenant": MIDI, **differences}
    return can(acteur, action, source, **question)


def raison(acteur: Acteur, *args: Any, **differences: Any) -> Raison | None:
    reponse = demander(acteur, *args, **differences)
    return None if reponse.permis else reponse.raison


# Each class, for each kind of reader.

SANS_HABILITATION = agent()
HABILITE = agent(habilitation())
SANS_MFA = agent(habilitation(), mfa=False)
PRESTATAIRE = agent(habilitation(), siret_administration="")
JETON = agent(habilitation(droits={"api"}), genre=GenreActeur.JETON)

LECTEURS = [
    ("anonyme", ANONYME, (None, Raison.CONNEXION_REQUISE, Raison.CONNEXION_REQUISE, Raison.CONNEXION_REQUISE)),
    ("prestataire", PRESTATAIRE, (None, *[Raison.ADMINISTRATION_REQUISE] * 3)),
    ("agent sans habilitation", SANS_HABILITATION, (None, None, *[Raison.HABILITATION_REQUISE] * 2)),
    ("agent habilité", HABILITE, (None, None, None, None)),
    ("agent habilité sans second facteur", SANS_MFA, (None, None, *[Raison.SECOND_FACTEUR_REQUIS] * 2)),
    ("jeton", JETON, (None, *[Raison.JETON_LIMITE] * 3)),
]


@pytest.mark.parametrize(
    ("acteur", "classe", "attendu"),
    [
        pytest.param(acteur, classe, attendu, id=f"{nom}-{classe}")
        for nom, acteur, attendus in LECTEURS
        for classe, attendu in zip(Classe, attendus, strict=True)
    ],
)
def test_each_class_opens_to_its_readers(acteur: Acteur, classe: str, attendu: Raison | None) -> None:
    assert raison(acteur, Source(Acces(classe, "emploi"))) is attendu


# The whole matrix. A question is one value per axis; None = the value meets the rule, else the reason it gives alone.
# Axes are in the order in which the reasons are told.

AXES: dict[str, list[tuple[str, dict[str, Any], Raison | None]]] = {
    "acces": [
        ("C2", {"acces": Acces("C2", "emploi")}, None),
        ("C3", {"acces": Acces("C3", "emploi")}, None),
        ("C9", {"acces": Acces("C9", "emploi")}, Raison.ACCES_NON_DECLARE),
        ("sans-groupe", {"acces": Acces("C2", None)}, Raison.ACCES_NON_DECLARE),
    ],
    "organisation": [
        ("la-sienne", {"organisation": SERVICE}, None),
        ("son-siren", {"organisation": SERVICE[:9]}, None),
        ("une-autre", {"organisation": AUTRE_SERVICE}, Raison.AUTRE_ORGANISATION),
    ],
    "date": [
        ("en-cours", {}, None),
        ("premier-jour", {"maintenant": datetime(2025, 12, 31, 23, 0, tzinfo=UTC)}, None),
        ("à-venir", {"maintenant": datetime(2025, 12, 31, 22, 59, 59, tzinfo=UTC)}, Raison.HABILITATION_A_VENIR),
        ("expirée", {"maintenant": datetime(2026, 12, 31, 23, 0, 1, tzinfo=UTC)}, Raison.HABILITATION_EXPIREE),
        ("révoquée-il-y-a-1-s", {"revoquee_le": MIDI - timedelta(seconds=1)}, Raison.HABILITATION_REVOQUEE),
        ("révoquée-demain", {"revoquee_le": MIDI + timedelta(days=1)}, None),
    ],
    "action": [
        ("consulter", {"action": "consulter"}, None),
        ("exporter", {"action": "exporter"}, None),
        ("api", {"action": "api"}, Raison.DROIT_NON_ACCORDE),
        ("message", {"action": "message"}, Raison.DROIT_NON_ACCORDE),
    ],
    "finalite": [
        ("accordée", {"finalite": "controle-travail"}, None),
        ("absente", {"finalite": None}, Raison.FINALITE_REQUISE),
        ("vide", {"finalite": ""}, Raison.FINALITE_REQUISE),
        ("autre", {"finalite": "controle-fiscal"}, Raison.FINALITE_NON_ACCORDEE),
        ("à-peu-près", {"finalite": "controle"}, Raison.FINALITE_NON_ACCORDEE),
    ],
    "territoire": [
        ("le-sien", {"departements": NORD}, None),
        ("un-des-siens", {"departements": NORD | PARIS}, None),
        ("national", {"departements": PARIS, "territoire": {"FR"}}, None),
        ("autre", {"departements": PARIS}, Raison.HORS_TERRITOIRE),
        ("inconnu", {"departements": frozenset()}, Raison.HORS_TERRITOIRE),
        ("inconnu-national", {"departements": frozenset(), "territoire": {"FR"}}, None),
        ("aucun", {"departements": NORD, "territoire": ()}, Raison.HORS_TERRITOIRE),
    ],
    "second-facteur": [
        ("avec", {"mfa": True}, None),
        ("sans", {"mfa": False}, Raison.SECOND_FACTEUR_REQUIS),
    ],
}
HABILITATION = {f.name for f in Habilitation.__dataclass_fields__.values()}


def poser(choix: dict[str, Any]) -> Raison | None:
    """Put the question that a choice on each axis makes, and return the reason of the refusal, if any."""
    acces, action, mfa = choix.pop("acces"), choix.pop("action"), choix.pop("mfa")
    accordee = habilitation(**{k: v for k, v in choix.items() if k in HABILITATION})
    question = {k: v for k, v in choix.items() if k not in HABILITATION}
    return raison(agent(accordee, mfa=mfa), Source(acces), action, **question)


def combinaisons(axes: list[str]) -> list[tuple[dict[str, Any], Raison | None]]:
    cas: list[tuple[dict[str, Any], Raison | None]] = [({}, None)]
    for axe in axes:
        cas = [({**choix, **valeur}, faute or motif) for choix, faute in cas for _, valeur, motif in AXES[axe]]
    return cas


@pytest.mark.parametrize(
    ("axe", "valeur", "attendu"),
    [
        pytest.param(axe, valeur, motif, id=f"{axe}-{nom}")
        for axe, valeurs in AXES.items()
        for nom, valeur, motif in valeurs
    ],
)
def test_each_condition_is_necessary_and_says_its_own_reason(
    axe: str, valeur: dict[str, Any], attendu: Raison | None
) -> None:
    choix: dict[str, Any] = {}
    for autre, valeurs in AXES.items():
        choix |= valeur if autre == axe else valeurs[0][1]
    assert poser(choix) is attendu


@pytest.mark.parametrize("acces", AXES["acces"], ids=lambda a: a[0])
@pytest.mark.parametrize("moment", AXES["date"], ids=lambda d: d[0])
def test_the_whole_matrix_opens_only_when_every_condition_holds(
    acces: tuple[str, dict[str, Any], Raison | None], moment: tuple[str, dict[str, Any], Raison | None]
) -> None:
    """24 pages of 840 questions: every combination of the axes, the first missing condition named."""
    for avant, faute_avant in combinaisons(["organisation"]):
        for apres, faute_apres in combinaisons(["action", "finalite", "territoire", "second-facteur"]):
            attendu = acces[2] or faute_avant or moment[2] or faute_apres
            choix = {**acces[1], **avant, **moment[1], **apres}
            assert poser(dict(choix)) is attendu, choix


# Default deny.


@pytest.mark.parametrize(
    "acces",
    [
        None,
        object(),
        "C0",
        Acces(None),
        Acces(""),
        Acces("c0"),
        Acces("C0 "),
        Acces("C4"),
        Acces(0),
        Acces(["C0"]),
        Acces("C2", ""),
        Acces("C3", ["emploi"]),
        SimpleNamespace(groupe="emploi"),
    ],
)
@pytest.mark.parametrize("acteur", [ANONYME, HABILITE], ids=["anonyme", "habilité"])
def test_an_access_that_is_not_one_of_the_four_classes_is_closed_to_everyone(acteur: Acteur, acces: Any) -> None:
    attendus = {Raison.ACCES_NON_DECLARE} | ({Raison.CONNEXION_REQUISE} if acteur is ANONYME else set())
    assert raison(acteur, Source(acces)) in attendus


def test_a_source_without_any_access_is_closed() -> None:
    assert raison(HABILITE, SimpleNamespace(nom="oubliee", champs={})) is Raison.ACCES_NON_DECLARE


@pytest.mark.parametrize("action", ["", "CONSULTER", "lire", "supprimer", "consulter ", "*", None])
@pytest.mark.parametrize("classe", Classe)
def test_an_unknown_action_is_refused_even_on_open_data(classe: str, action: Any) -> None:
    assert raison(HABILITE, Source(Acces(classe, "emploi")), action) is Raison.ACTION_INCONNUE


@pytest.mark.parametrize("groupe", ["travail", "ccrf", "fiscal", "douane", "social", "empl", "emploi-secret", "Emploi"])
@pytest.mark.parametrize("classe", ["C2", "C3"])
def test_a_group_opens_itself_only(classe: str, groupe: str) -> None:
    assert raison(HABILITE, Source(Acces(classe, groupe))) is Raison.HABILITATION_REQUISE


def test_an_instant_without_time_zone_is_an_error_on_open_data_too() -> None:
    with pytest.raises(ValueError, match="time zone"):
        demander(ANONYME, Source(Acces("C0")), maintenant=datetime(2026, 6, 15))


# Open data and data of all agents.


@pytest.mark.parametrize("action", ["consulter", "exporter", "api"])
@pytest.mark.parametrize("acteur", [ANONYME, PRESTATAIRE, SANS_HABILITATION, JETON])
def test_open_data_ask_nothing_of_anyone(acteur: Acteur, action: str) -> None:
    assert raison(acteur, Source(Acces("C0")), action, finalite=None, departements=frozenset()) is None


@pytest.mark.parametrize("action", Droit)
def test_any_agent_of_an_administration_reads_the_data_of_agents(action: str) -> None:
    simple = agent(mfa=False)
    assert raison(simple, Source(Acces("C1")), action, finalite=None, departements=frozenset()) is None


def test_nobody_sends_a_message_without_a_name() -> None:
    assert raison(ANONYME, Source(Acces("C0")), "message") is Raison.CONNEXION_REQUISE
    assert raison(JETON, Source(Acces("C0")), "message") is Raison.JETON_LIMITE
    assert raison(PRESTATAIRE, Source(Acces("C0")), "message") is Raison.ADMINISTRATION_REQUISE


# Tokens.


@pytest.mark.parametrize("classe", ["C1", "C2", "C3"])
def test_a_token_calls_the_api_under_a_habilitation_that_says_so(classe: str) -> None:
    source = Source(Acces(classe, "emploi"))
    assert raison(JETON, source, "api") is None
    assert raison(replace(JETON, habilitations=(habilitation(),)), source, "api") is Raison.DROIT_NON_ACCORDE
    assert raison(replace(JETON, habilitations=()), source, "api") is Raison.HABILITATION_REQUISE
    expiree = habilitation(droits={"api"}, fin=date(2026, 6, 14))
    assert raison(replace(JETON, habilitations=(expiree,)), source, "api") is Raison.HABILITATION_EXPIREE


@pytest.mark.parametrize("classe", ["C2", "C3"])
def test_a_token_issued_without_a_second_factor_reads_nothing_restricted(classe: str) -> None:
    assert raison(replace(JETON, mfa=False), Source(Acces(classe, "emploi")), "api") is Raison.SECOND_FACTEUR_REQUIS


# Several habilitations.


def test_two_halves_do_not_make_one_habilitation() -> None:
    """The purpose of one, the group of the other: neither was granted with both."""
    fiscal = habilitation(groupes={"fiscal"}, finalites=(FINALITES["controle-fiscal"],))
    assert raison(agent(habilitation(), fiscal), finalite="controle-fiscal") is Raison.FINALITE_NON_ACCORDEE
    a_paris = habilitation(territoire=PARIS, finalites=(FINALITES["travail-illegal"],))
    assert raison(agent(habilitation(), a_paris), departements=PARIS) is Raison.HORS_TERRITOIRE
    export_fini = habilitation(fin=date(2026, 6, 1), droits={"exporter"})
    lecture = habilitation(droits={"consulter"})
    assert raison(agent(export_fini, lecture), action="exporter") is Raison.DROIT_NON_ACCORDE


def test_a_dead_habilitation_takes_nothing_from_a_living_one() -> None:
    revoquee = habilitation(revoquee_le=MIDI - timedelta(days=1))
    assert raison(agent(revoquee, habilitation())) is None
    assert raison(agent(habilitation(), revoquee)) is None


@pytest.mark.parametrize(
    ("habilitations", "attendu"),
    [
        (["à venir", "expirée", "révoquée"], Raison.HABILITATION_A_VENIR),
        (["expirée", "révoquée"], Raison.HABILITATION_REVOQUEE),
        (["expirée"], Raison.HABILITATION_EXPIREE),
    ],
    ids=str,
)
def test_of_several_dead_habilitations_the_most_useful_reason_is_told(
    habilitations: list[str], attendu: Raison
) -> None:
    toutes = {
        "à venir": habilitation(debut=date(2026, 7, 1)),
        "expirée": habilitation(fin=date(2026, 6, 1)),
        "révoquée": habilitation(revoquee_le=MIDI - timedelta(seconds=1)),
    }
    assert raison(agent(*[toutes[h] for h in habilitations])) is attendu


def test_territories_of_several_habilitations_add_up() -> None:
    deux = agent(habilitation(), habilitation(territoire=PARIS))
    assert raison(deux, departements=PARIS) is None
    assert raison(deux, departements=NORD) is None
    assert raison(deux, departements=frozenset({"13"})) is Raison.HORS_TERRITOIRE


def test_a_row_said_to_be_in_the_whole_country_opens_to_no_local_habilitation() -> None:
    assert raison(HABILITE, departements=frozenset({"FR"})) is Raison.HORS_TERRITOIRE


def test_the_agent_who_changes_administration_leaves_his_habilitations_behind() -> None:
    assert raison(agent(habilitation(), siret_administration=AUTRE_SERVICE)) is Raison.AUTRE_ORGANISATION


# The common group of contacts.


def test_contacts_are_read_in_the_whole_country_by_who_holds_the_group() -> None:
    contacts = Source(Acces("C2", "contacts"))
    assert raison(agent(habilitation(groupes={"contacts"})), contacts, departements=PARIS) is None
    assert raison(agent(habilitation(groupes={"contacts"})), contacts, departements=frozenset()) is None
    assert raison(HABILITE, contacts) is Raison.HABILITATION_REQUISE


def test_the_content_of_a_contact_stays_with_its_body_and_territory() -> None:
    visites = Source(Acces("C2", "contacts"), {"date": Champ(), "constat": Champ(Acces("C3", "travail"))}, "visites")
    temoin = agent(habilitation(groupes={"contacts"}))
    inspecteur = agent(habilitation(groupes={"contacts", "travail"}))
    assert raison(temoin, visites, champ="date", departements=PARIS) is None
    assert raison(temoin, visites, champ="constat") is Raison.HABILITATION_REQUISE
    assert raison(inspecteur, visites, champ="constat") is None
    assert raison(inspecteur, visites, champ="constat", departements=PARIS) is Raison.HORS_TERRITOIRE


# Fields.


@pytest.mark.parametrize("classe_source", Classe)
@pytest.mark.parametrize("classe_champ", [None, *Classe])
@pytest.mark.parametrize(("nom", "acteur"), [(nom, acteur) for nom, acteur, _ in LECTEURS])
def test_a_field_may_be_stricter_than_its_source_never_laxer(
    nom: str, acteur: Acteur, classe_source: str, classe_champ: str | None
) -> None:
    acces_source = Acces(classe_source, "emploi")
    propre = Acces(classe_champ, "emploi") if classe_champ else None
    ensemble = raison(acteur, Source(acces_source, {"montant": Champ(propre)}), champ="montant")
    separes = [raison(acteur, Source(a)) for a in (acces_source, propre) if a]
    assert (ensemble is None) == all(r is None for r in separes)


def test_a_field_of_another_group_needs_both_groups() -> None:
    source = Source(Acces("C2", "emploi"), {"impot": Champ(Acces("C3", "fiscal"))})
    assert raison(HABILITE, source, champ="impot") is Raison.HABILITATION_REQUISE
    assert raison(agent(habilitation(groupes={"fiscal"})), source, champ="impot") is Raison.HABILITATION_REQUISE
    les_deux = habilitation(groupes={"fiscal", "emploi"}, finalites=(OUVRE_TOUT,))
    assert raison(agent(les_deux), source, champ="impot") is None


@pytest.mark.parametrize("champ", ["absent", "", "_meta", "pk"])
def test_a_field_that_is_not_declared_is_closed(champ: str) -> None:
    assert raison(ANONYME, Source(Acces("C0"), {"nom": Champ()}), champ=champ) is Raison.ACCES_NON_DECLARE


def test_a_field_that_declares_nothing_has_the_access_of_its_source() -> None:
    source = Source(Acces("C0"), {"nom": Champ(), "ancien": object()})
    assert raison(ANONYME, source, champ="nom") is None
    assert raison(ANONYME, source, champ="ancien") is None


# The answer itself.


def test_an_answer_is_true_or_false_in_a_condition() -> None:
    assert demander(HABILITE)
    assert not demander(ANONYME)


def test_a_permission_carries_what_the_journal_must_keep() -> None:
    utile, ailleurs = habilitation(), habilitation(territoire=PARIS)
    reponse = demander(agent(utile, ailleurs), siren=SERVICE[:9])
    assert reponse == Permis(Classe.HABILITE, "jeu-essai", None, SERVICE[:9], "controle-travail", (utile,))


def test_a_permission_states_the_strictest_class_it_went_through() -> None:
    source = Source(Acces("C1"), {"solde": Champ(Acces("C3", "emploi"))})
    reponse = demander(HABILITE, source, champ="solde")
    assert reponse.permis
    assert reponse.classe is Classe.SECRET


@pytest.mark.parametrize("motif", Raison)
def test_a_refusal_names_the_source_and_says_how_to_ask(motif: Raison) -> None:
    refus = RefusAcces(motif)
    assert refus.nommable
    assert refus.phrase == motif.phrase
    assert refus.phrase[0].isupper()
    assert refus.phrase.endswith(".")
    gestes = ("demand", "connect", "choisissez", "indiquez", "signalez", "attendez", "adressez", "consultez")
    assert any(geste in refus.phrase.lower() for geste in gestes)


def test_the_reason_never_depends_on_which_company_is_asked_about() -> None:
    reponses = {demander(SANS_HABILITATION, siren=s).phrase for s in (None, SERVICE[:9], AUTRE_SERVICE[:9], "x")}
    assert len(reponses) == 1
