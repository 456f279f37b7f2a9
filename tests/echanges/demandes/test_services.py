"""The gestures on a question: who may do what, what each changes, whom it tells (MSG-01 to MSG-06)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.privileges import TABLES
from fce.echanges.annuaire.services import noter_absence
from fce.echanges.demandes import courriels, services
from fce.echanges.demandes.acces import trouver
from fce.echanges.demandes.genre import EtatSaisine, GesteSaisine
from fce.echanges.demandes.selectors import fils
from fce.echanges.erreurs import Concurrence, EnvoisTropNombreux, GesteImpossible, TexteAConfirmer, TexteRefuse
from fce.echanges.models import Demande, MessageDemande, Saisine
from fce.socle.base.roles import Role
from fce.socle.erreurs import Introuvable, ParametreInvalide
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import N
from tests.echanges.operations import fabrique as operations

pytestmark = pytest.mark.django_db
G = GesteSaisine


def test_msg_01_rights_are_asked_for_at_each_reading() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked)
    for qui in (elle, asked):
        assert trouver(qui.lecteur(), envoyee.pk).demande == envoyee
    for qui in (tiers.lecteur(), elle.lecteur(finalite=None), asked.lecteur(mfa=False)):
        with pytest.raises(Introuvable):
            trouver(qui, envoyee.pk)
    asked.compte.appartenances.update(fin=timezone.now())
    with pytest.raises(Introuvable):
        trouver(asked.lecteur(), envoyee.pk)


def test_msg_01_recipients_are_checked_again_when_it_is_sent_and_when_it_is_handed_over() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    d.inscrire(tiers, N.DDPP, recoit_de=(N.DGFIP,))
    dehors = operations.service("Sans annuaire")
    for visee in (tiers, dehors, elle):
        with pytest.raises(ParametreInvalide):
            d.demande(elle, visee)
        with pytest.raises(ParametreInvalide):
            services.transferer(asked.lecteur(), envoyee.pk, fil.pk, fil.version, visee.pk)
    tiers.groupe.ferme_le = timezone.now()
    d.inscrire(tiers, N.DDPP)
    tiers.groupe.save()
    with pytest.raises(ParametreInvalide):
        d.demande(elle, tiers)
    with pytest.raises(ParametreInvalide):
        d.demande(elle, *(d.service(f"Service {n}") for n in range(11)))
    assert Demande.objects.count() == 1


def test_a_transfer_gives_the_question_and_nothing_of_the_first_thread() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    for geste, texte in ((G.NOTER, "MRK-INTERNE"), (G.ECRIRE, "MRK-MESSAGE")):
        services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, geste, texte)
    neuve = services.transferer(asked.lecteur(), envoyee.pk, fil.pk, 1, tiers.pk, "Pour vous.")
    fil.refresh_from_db()
    assert (fil.etat, fil.transferee_a, fil.limite) == (EtatSaisine.TRANSFEREE, neuve, None)
    ouverte = trouver(tiers.lecteur(), envoyee.pk)
    assert [f.saisine for f in fils(tiers.lecteur(), ouverte)] == [neuve]
    assert [m.message.texte for x in fils(tiers.lecteur(), ouverte) for m in x.messages] == ["Pour vous."]
    ailleurs = fils(elle.lecteur(), trouver(elle.lecteur(), envoyee.pk))
    assert [m.message.texte for x in ailleurs for m in x.messages] == ["MRK-MESSAGE", "Pour vous."]
    with pytest.raises(GesteImpossible):
        services.transferer(asked.lecteur(), envoyee.pk, fil.pk, 2, tiers.pk)


def test_msg_02_a_mail_holds_a_link_and_nothing_else() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    services.prendre(asked.lecteur(), envoyee.pk, fil.pk, 1)
    services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, G.ECRIRE, "MRK-MESSAGE")
    services.ecrire(elle.lecteur(), envoyee.pk, fil.pk, G.ECRIRE, "MRK-MESSAGE")
    services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, G.REPONDRE, "MRK-REPONSE", version=2)
    services.ecrire(elle.lecteur(), envoyee.pk, fil.pk, G.ROUVRIR, "MRK-MANQUE", version=3)
    services.transferer(asked.lecteur(), envoyee.pk, fil.pk, 4, tiers.pk, "MRK-MOT")
    envoyes = d.relever()
    attendus = [asked.groupe.courriel, elle.compte.courriel, asked.compte.courriel, elle.compte.courriel]
    attendus += [asked.compte.courriel, tiers.groupe.courriel, elle.compte.courriel]
    assert [m.to[0] for m in envoyes] == attendus
    for m in envoyes:
        assert f"/demandes/{envoyee.reference}" in m.body
        assert not [x for x in ("MRK-", "ATELIERS", "Inspection", "Impots", envoyee.siren) if x in m.subject + m.body]


def test_msg_03_nothing_that_was_written_is_changed_nor_erased() -> None:
    elle, asked, _ = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    for texte in ("Première version.", "Correction."):
        services.ecrire(elle.lecteur(), envoyee.pk, fil.pk, G.ECRIRE, texte)
    vus = fils(asked.lecteur(), trouver(asked.lecteur(), envoyee.pk))[0].messages
    assert [m.message.texte for m in vus] == ["Première version.", "Correction."]
    for table in ("messagedemande", "evenementsaisine"):
        assert TABLES[f"public.echanges_{table}"] == {Role.AGENTS: ("SELECT", "INSERT")}


def test_msg_04_a_nir_is_refused_and_what_tells_somebody_is_asked_about() -> None:
    elle, asked, _ = d.trois()
    nir = "1 84 12 76 451 089 46"
    for differences in ({"objet": nir}, {"question": nir}):
        with pytest.raises(TexteRefuse):
            d.demande(elle, asked, **differences)
    doute = d.saisie(asked, question="La plainte de M. X, 06 12 34 56 78")
    with pytest.raises(TexteAConfirmer):
        services.envoyer_demande(elle.lecteur(), elle.pk, doute)
    envoyee = services.envoyer_demande(elle.lecteur(), elle.pk, doute, confirme=True)
    fil = d.saisine(envoyee, asked)
    with pytest.raises(TexteRefuse):
        services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, G.NOTER, nir)
    with pytest.raises(TexteAConfirmer):
        services.decliner(asked.lecteur(), envoyee.pk, fil.pk, 1, "pas_pour_nous", "Voir la plainte de X")


def test_msg_05_twenty_questions_an_hour_and_ten_services_each() -> None:
    elle, asked, _ = d.trois()
    voulue = d.saisie(asked)
    for _ in range(services.PAR_HEURE):
        services.envoyer_demande(elle.lecteur(), elle.pk, voulue)
    with pytest.raises(EnvoisTropNombreux) as trop:
        services.envoyer_demande(elle.lecteur(), elle.pk, voulue)
    assert trop.value.status == 429
    services.envoyer_demande(d.collegue(elle).lecteur(), elle.pk, voulue)
    services.envoyer_demande(elle.lecteur(timedelta(hours=1)), elle.pk, voulue)


@pytest.mark.parametrize("objet", ["Objet\r\nBcc: x@y.example", "Objet\n", "Ob\x0bjet", "Ob\u2028jet", "Ob\u202ejet"])
def test_msg_06_an_object_is_one_line(objet: str) -> None:
    elle, asked, _ = d.trois()
    with pytest.raises(ParametreInvalide) as refuse:
        d.demande(elle, asked, objet=objet)
    assert (refuse.value.status, refuse.value.details["champ"]) == (400, "objet")


def test_what_a_service_asks_to_know_must_be_told_and_is_read_by_it_alone() -> None:
    elle, asked, tiers = d.trois()
    d.inscrire(asked, N.DGFIP, champs=("Période", "Impôt"))
    dites = {(asked.pk, "Période"): "2024"}
    with pytest.raises(ParametreInvalide, match="Impôt"):
        d.demande(elle, asked, tiers, precisions=dites)
    envoyee = d.demande(elle, asked, tiers, precisions=dites | {(asked.pk, "Impôt"): "TVA", (tiers.pk, "Autre"): "x"})
    vus = {q.pk: fils(q.lecteur(), trouver(q.lecteur(), envoyee.pk)) for q in (asked, tiers)}
    assert vus[asked.pk][0].precisions == (("Période", "2024"), ("Impôt", "TVA"))
    assert vus[tiers.pk][0].precisions == ()


def test_each_side_does_its_own_gestures_alone() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked, tiers)
    fil = d.saisine(envoyee, asked)
    gestes = {
        "prendre": lambda qui: services.prendre(qui, envoyee.pk, fil.pk, 1),
        "decliner": lambda qui: services.decliner(qui, envoyee.pk, fil.pk, 1, "pas_pour_nous"),
        "clore": lambda qui: services.clore(qui, envoyee.pk, fil.pk, 1, "repondu"),
    }
    for nom, geste in gestes.items():
        with pytest.raises(GesteRefuse):
            geste((elle if nom != "clore" else asked).lecteur())
        with pytest.raises(Introuvable):
            geste(tiers.lecteur())
    assert Saisine.objects.filter(etat=EtatSaisine.ENVOYEE).count() == 2


def test_a_note_is_read_by_the_service_that_wrote_it_alone() -> None:
    elle, asked, _ = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, G.NOTER, "De l’un.")
    services.ecrire(elle.lecteur(), envoyee.pk, fil.pk, G.NOTER, "De l’autre.")
    assert d.travaux() == [courriels.NOUVELLE]
    for qui, lu in ((asked, "De l’un."), (elle, "De l’autre.")):
        vus = fils(qui.lecteur(), trouver(qui.lecteur(), envoyee.pk))[0]
        assert [m.message.texte for m in vus.messages] == [lu]


def test_two_agents_on_one_version_are_one_gesture_and_a_clear_conflict() -> None:
    elle, asked, _ = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    services.prendre(asked.lecteur(), envoyee.pk, fil.pk, 1)
    with pytest.raises(Concurrence):
        services.prendre(d.collegue(asked).lecteur(), envoyee.pk, fil.pk, 1)
    with pytest.raises(GesteImpossible):
        services.prendre(d.collegue(asked).lecteur(), envoyee.pk, fil.pk, 2)
    fil.refresh_from_db()
    assert fil.attribuee_a == asked.compte


def test_it_is_given_to_a_colleague_who_is_told_and_to_nobody_else() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked)
    fil, autre = d.saisine(envoyee, asked), d.collegue(asked)
    with pytest.raises(ParametreInvalide):
        services.attribuer(asked.lecteur(), envoyee.pk, fil.pk, 1, tiers.compte.pk)
    services.attribuer(asked.lecteur(), envoyee.pk, fil.pk, 1, autre.compte.pk)
    fil.refresh_from_db()
    assert (fil.etat, fil.attribuee_a) == (EtatSaisine.PRISE, autre.compte)
    assert [m.to for m in d.relever()][-1] == [autre.compte.courriel]
    limite = fil.limite
    services.attribuer(autre.lecteur(), envoyee.pk, fil.pk, 2, asked.compte.pk)
    fil.refresh_from_db()
    assert fil.limite == limite


def test_a_question_is_closed_with_its_last_thread_and_opened_again_with_a_message() -> None:
    elle, asked, tiers = d.trois()
    envoyee = d.demande(elle, asked, tiers)
    un, deux = d.saisine(envoyee, asked), d.saisine(envoyee, tiers)
    services.ecrire(asked.lecteur(), envoyee.pk, un.pk, G.REPONDRE, "Oui.", version=1)
    services.juger(elle.lecteur(), envoyee.pk, un.pk, 2, True)
    services.clore(elle.lecteur(), envoyee.pk, un.pk, 3, "repondu")
    envoyee.refresh_from_db()
    assert envoyee.close_le is None
    services.clore(elle.lecteur(), envoyee.pk, deux.pk, 1, "plus_besoin")
    envoyee.refresh_from_db()
    assert envoyee.close_le is not None
    with pytest.raises(ParametreInvalide):
        services.ecrire(elle.lecteur(), envoyee.pk, un.pk, G.ROUVRIR, " ", version=4)
    services.ecrire(elle.lecteur(), envoyee.pk, un.pk, G.ROUVRIR, "Et depuis ?", version=4)
    envoyee.refresh_from_db()
    un.refresh_from_db()
    assert envoyee.close_le is None
    assert (un.etat, un.attribuee_a, un.utile, un.motif) == (EtatSaisine.ENVOYEE, None, None, "")
    assert un.limite is not None
    assert MessageDemande.objects.filter(saisine=un).count() == 2


def test_the_one_who_asked_is_told_while_he_is_of_the_service_else_its_mailbox_is() -> None:
    elle, asked, _ = d.trois()
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    d.relever()
    elle.compte.appartenances.update(fin=timezone.now())
    services.decliner(asked.lecteur(), envoyee.pk, fil.pk, 1, "procedure", "Un formulaire existe.")
    assert [m.to for m in d.relever()] == [[elle.groupe.courriel]]
    fil.refresh_from_db()
    assert (fil.etat, fil.motif) == (EtatSaisine.DECLINEE, "procedure")


def test_without_a_mailbox_the_members_who_are_there_receive_the_link() -> None:
    elle, asked, _ = d.trois()
    parti = d.collegue(asked)
    noter_absence(parti.compte, timezone.localdate() + timedelta(days=5), timezone.localdate())
    asked.groupe.courriel = ""
    asked.groupe.save()
    d.demande(elle, asked)
    assert [m.to for m in d.relever()] == [[asked.compte.courriel]]


def test_without_a_mailbox_and_with_nobody_there_all_the_members_receive_it_rather_than_nobody() -> None:
    elle, asked, _ = d.trois()
    for qui in (elle, asked):
        qui.groupe.courriel = ""
        qui.groupe.save()
        noter_absence(qui.compte, timezone.localdate() + timedelta(days=5), timezone.localdate())
    envoyee = d.demande(elle, asked)
    fil = d.saisine(envoyee, asked)
    assert [m.to for m in d.relever()] == [[asked.compte.courriel]]
    services.ecrire(elle.lecteur(), envoyee.pk, fil.pk, GesteSaisine.ECRIRE, "C’est pressé.")
    assert [m.to for m in d.relever()] == [[asked.compte.courriel]]
    Demande.objects.filter(pk=envoyee.pk).update(auteur="c0")
    services.ecrire(asked.lecteur(), envoyee.pk, fil.pk, GesteSaisine.ECRIRE, "Bien reçu.")
    assert [m.to for m in d.relever()] == [[elle.compte.courriel]]


def test_a_file_belongs_to_one_thing() -> None:
    elle, asked, _ = d.trois()
    envoyee = d.demande(elle, asked)
    ecrit = services.ecrire(elle.lecteur(), envoyee.pk, d.saisine(envoyee, asked).pk, G.ECRIRE, "Ci-joint.")
    for porteurs in ({}, {"demande": envoyee, "message": ecrit}):
        with pytest.raises(DatabaseError), transaction.atomic():
            envoyee.pieces.model.objects.create(service=elle.groupe, nom="x.pdf", octets=1, par="c0", **porteurs)
    assert connection.is_usable()


@pytest.mark.parametrize("dans", [0, 400])
def test_a_deadline_is_to_come_and_within_a_year(dans: int) -> None:
    elle, asked, _ = d.trois()
    with pytest.raises(ParametreInvalide):
        d.demande(elle, asked, echeance=date.today() + timedelta(days=dans))
