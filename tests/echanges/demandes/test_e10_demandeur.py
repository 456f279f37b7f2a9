"""The asking side of a question: what its author, or his service when he is away or gone, has to do, until when."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.utils import timezone

from fce.droits.comptes.models import Appartenance
from fce.echanges.annuaire.services import noter_absence
from fce.echanges.demandes import boite, delais, demandeur, echeances, services
from fce.echanges.demandes.genre import EtatSaisine, GesteSaisine
from fce.echanges.models import Absence, Demande, Saisine
from fce.socle.texte.jours_ouvres import ajouter
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue, N

pytestmark = pytest.mark.django_db
G = GesteSaisine
QUESTION = "Répondre au message du service interrogé"
LIRE = "Lire la réponse, puis clore"


def titres(de: Joue) -> list[str]:
    return [t.titre for t in boite.taches(de.compte, timezone.localdate())]


def page(de: Joue, lue: Demande) -> str:
    return unescape(de.client().get(f"/demandes/{lue.reference}").content.decode())


def absent(de: Joue, jours: int) -> date:
    jour = timezone.localdate() + timedelta(days=jours)
    noter_absence(de.compte, jour, timezone.localdate())
    return jour


def test_e10_a_question_back_is_a_task_of_the_asker_until_he_answers() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked, tiers)
    fil = d.saisine(demande, asked)
    assert titres(elle) == []
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Une précision.")
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.NOTER, "Entre nous.")
    assert titres(elle) == []
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Quelle période ?")
    assert titres(elle) == [QUESTION]
    (tache,) = boite.taches(elle.compte, timezone.localdate())
    assert tache.adresse == f"/demandes/{demande.reference}"
    assert tache.avant_le == ajouter(timezone.localdate(), 3, "59")
    assert (
        '1<span class="fr-sr-only"> à prendre ou à répondre' in elle.client().get("/compte/attentes").content.decode()
    )
    assert "Ce service vous a écrit" in page(elle, demande)
    assert re.search(r"<details[^>]* open>\s*<summary>Écrire un message", page(elle, demande))
    assert "il lui reste à y répondre" in page(asked, demande)
    boites = [
        unescape(qui.client().get(f"/demandes?boite={b}").content.decode())
        for qui, b in ((elle, "envoyees"), (asked, "recues"))
    ]
    assert [boite_.count("vous a écrit") for boite_ in boites] == [1, 0]
    # Neither of a colleague while she is there, nor of anybody else.
    assert titres(d.collegue(elle)) == []
    assert QUESTION not in titres(asked) + titres(tiers)
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ECRIRE, "2024.")
    assert titres(elle) == []
    assert "vous a écrit" not in page(elle, demande)


def test_e10_a_question_back_is_no_task_once_answered_or_handed_over() -> None:
    elle, asked, tiers = d.trois()
    un, deux = d.demande(elle, asked), d.demande(elle, asked)
    for demande in (un, deux):
        fil = d.saisine(demande, asked)
        services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Quelle période ?")
    services.ecrire(asked.lecteur(), un.pk, d.saisine(un, asked).pk, G.REPONDRE, "Trouvé.", version=1)
    services.transferer(asked.lecteur(), deux.pk, d.saisine(deux, asked).pk, 1, tiers.pk, "Pour vous.")
    assert titres(elle) == [LIRE]


@pytest.mark.parametrize("comment", ["absente", "partie", "suspendue", "oubliée"])
def test_e10_the_whole_service_follows_what_an_absent_or_gone_asker_asked(comment: str) -> None:
    elle, asked, tiers = d.trois()
    la, ailleurs = d.collegue(elle), d.collegue(asked)
    demande = d.demande(elle, asked, tiers)
    un, deux = d.saisine(demande, asked), d.saisine(demande, tiers)
    d.relever()
    sienne = Appartenance.objects.filter(compte=elle.compte)
    if comment == "absente":
        absent(elle, 20)
    elif comment == "partie":
        sienne.update(fin=timezone.now())
    elif comment == "suspendue":
        sienne.update(suspendue_le=timezone.now())
    else:
        type(demande).objects.update(auteur=delais.PSEUDONYME)
    services.ecrire(asked.lecteur(), demande.pk, un.pk, G.ECRIRE, "Quelle période ?")
    services.ecrire(tiers.lecteur(), demande.pk, deux.pk, G.REPONDRE, "Oui.", version=1)
    # The mailbox of the service, and the task of each of its members.
    assert [m.to for m in d.relever()] == [[elle.groupe.courriel]] * 2
    assert titres(la) == [QUESTION, LIRE]
    assert titres(elle) == ([QUESTION, LIRE] if comment in ("absente", "oubliée") else [])
    assert titres(ailleurs) == ["Prendre la demande"]
    # A colleague does it all in the name of the service.
    services.ecrire(la.lecteur(), demande.pk, un.pk, G.ECRIRE, "2024.")
    services.clore(la.lecteur(), demande.pk, deux.pk, 2, "repondu")
    assert titres(la) == []


def test_e10_without_a_mailbox_the_present_colleagues_are_told_and_not_the_absent_asker() -> None:
    elle, asked, _ = d.trois()
    la = d.collegue(elle)
    elle.groupe.courriel = ""
    elle.groupe.save()
    demande = d.demande(elle, asked)
    d.relever()
    absent(elle, 5)
    services.ecrire(asked.lecteur(), demande.pk, d.saisine(demande, asked).pk, G.REPONDRE, "Oui.", version=1)
    assert [m.to for m in d.relever()] == [[la.compte.courriel]]


def test_e10_the_answer_is_told_from_the_other_messages_in_the_thread_and_on_the_sheet() -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Nous cherchons.")
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui, deux fois.", version=1)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.NOTER, "À classer.")
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Merci.")
    for qui in (elle, asked):
        messages = re.findall(r"<li[^>]*>\s*<p class=\"fce-discret.*?</li>", page(qui, demande), re.S)
        dites = [m for m in messages if ">Réponse</span>" in m]
        assert len(dites) == 1
        assert "Oui, deux fois." in dites[0]
    fiche = unescape(elle.client().get(f"/etablissement/{demande.siret}").content.decode())
    assert f"réponse reçue le {timezone.localdate():%d/%m/%Y}" in fiche
    fiche = unescape(asked.client().get(f"/etablissement/{demande.siret}").content.decode())
    assert "réponse reçue" not in fiche
    # Asked again and answered again: both are answers.
    services.ecrire(elle.lecteur(), demande.pk, fil.pk, G.ROUVRIR, "Et depuis ?", version=2)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Trois fois.", version=3)
    assert page(elle, demande).count(">Réponse</span>") == 2


def test_e10_a_question_is_declined_once_all_declined_and_says_so_then_only() -> None:
    elle, asked, tiers = d.trois()
    autre = d.service("Autre", N.DREETS)
    demande = d.demande(elle, asked, tiers, autre)
    un, deux, trois = (d.saisine(demande, s) for s in (asked, tiers, autre))
    d.relever()

    def etat() -> str:
        trouve = re.search(r'<p><span class="fr-badge[^>]*>([^<]+)<', page(elle, demande))
        return trouve[1] if trouve else ""

    services.decliner(asked.lecteur(), demande.pk, un.pk, 1, "procedure")
    assert [m.subject for m in d.relever()] == [f"[FCE] Un service a décliné votre demande ({demande.marque})"]
    assert titres(elle) == ["Lire le refus, puis clore"]
    assert etat() == "en cours"
    services.ecrire(tiers.lecteur(), demande.pk, deux.pk, G.REPONDRE, "Oui.", version=1)
    services.clore(elle.lecteur(), demande.pk, deux.pk, 2, "repondu")
    services.decliner(autre.lecteur(), demande.pk, trois.pk, 1, "sans_aide")
    assert etat() == "répondue"
    seconde = demande = d.demande(elle, asked, tiers)
    for qui in (asked, tiers):
        services.decliner(qui.lecteur(), seconde.pk, d.saisine(seconde, qui).pk, 1, "procedure")
    assert etat() == "déclinée"
    services.clore(elle.lecteur(), seconde.pk, d.saisine(seconde, asked).pk, 2, "autrement")
    assert etat() == "déclinée"


def test_e12_a_question_back_waits_for_the_absent_asker_to_be_back() -> None:
    elle, asked, _ = d.trois()
    la = d.collegue(elle)
    retour = absent(elle, 20)
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.ECRIRE, "Quelle période ?")
    limite = ajouter(retour, 3, "59")
    assert [t.avant_le for t in boite.taches(la.compte, timezone.localdate())] == [limite]
    assert f"avant le {limite:%d/%m/%Y}" in page(la, demande)
    # The service that waits reads neither that day nor who is away; only when everybody is.
    assert f"{limite:%d/%m/%Y}" not in page(asked, demande)
    assert "tous absents" not in page(asked, demande)
    absent(la, 30)
    assert f"tous absents, retour le {ajouter(retour, 1, '59'):%d/%m/%Y}" in page(asked, demande)
    assert "tous absents" not in page(la, demande)


@pytest.mark.parametrize("absence", [None, 5, 29, 45])
def test_e12_an_answer_closes_by_itself_thirty_days_after_the_asker_is_back(absence: int | None) -> None:
    elle, asked, _ = d.trois()
    demande = d.demande(elle, asked)
    fil = d.saisine(demande, asked)
    services.ecrire(asked.lecteur(), demande.pk, fil.pk, G.REPONDRE, "Oui.", version=1)
    jour = timezone.localdate()
    retour = absent(elle, absence) if absence else None
    limite = delais.cloture(jour, retour)
    assert f"Se clôt seule le {limite:%d/%m/%Y}" in page(elle, demande)
    assert "Se clôt seule" not in page(asked, demande)

    def soir(quand: date) -> datetime:
        return timezone.make_aware(datetime.combine(quand, time(23, 59)))

    assert echeances.fermer_les_repondues(soir(limite - timedelta(days=1))) == 0
    assert echeances.fermer_les_repondues(soir(limite + timedelta(days=1))) == 1
    assert Saisine.objects.get().etat == EtatSaisine.CLOSE


def test_e12_the_absence_of_another_member_changes_no_delay_of_the_asker() -> None:
    elle, asked, _ = d.trois()
    la = d.collegue(elle)
    demande = d.demande(elle, asked)
    services.ecrire(asked.lecteur(), demande.pk, d.saisine(demande, asked).pk, G.REPONDRE, "Oui.", version=1)
    absent(la, 100)
    absent(asked, 100)
    assert Absence.objects.count() == 2
    assert demandeur.retour_de_l_auteur(elle.compte.identifiant) is None
    assert echeances.fermer_les_repondues(timezone.now() + timedelta(days=31)) == 1


def test_e10_tasks_take_as_many_queries_whatever_waits(django_assert_max_num_queries: Any) -> None:
    elle, asked, _ = d.trois()
    for _ in range(4):
        demande = d.demande(elle, asked)
        services.ecrire(asked.lecteur(), demande.pk, d.saisine(demande, asked).pk, G.ECRIRE, "Quelle période ?")
    with django_assert_max_num_queries(12):
        assert titres(elle) == [QUESTION] * 4


def test_e10_what_an_absent_colleague_took_waits_for_the_others_too() -> None:
    elle, asked, _ = d.trois()
    la = d.collegue(asked)
    demande = d.demande(elle, asked)
    services.prendre(asked.lecteur(), demande.pk, d.saisine(demande, asked).pk, 1)
    assert (titres(asked), titres(la)) == (["Répondre à la demande"], [])
    absent(asked, 3)
    assert titres(asked) == titres(la) == ["Répondre à la demande"]
    assert '1<span class="fr-sr-only"> à prendre ou à répondre' in la.client().get("/compte/attentes").content.decode()
    noter_absence(asked.compte, None, timezone.localdate())
    assert titres(la) == []
