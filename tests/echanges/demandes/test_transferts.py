"""A service does not learn from a transfer who else was asked; the question stays with somebody."""

from __future__ import annotations

import re
from html import unescape

import pytest

from fce.echanges.demandes import services
from fce.echanges.demandes.acces import trouver
from fce.echanges.demandes.destinataires import DESTINATAIRES_MAX
from fce.echanges.demandes.genre import EN_ATTENTE, EtatSaisine, GesteSaisine
from fce.echanges.demandes.selectors import etat_de, fils
from fce.echanges.models import Demande
from fce.echanges.vocabulaire import MotifSaisine
from tests.echanges.demandes import fabrique as d
from tests.echanges.demandes.fabrique import Joue, N

pytestmark = pytest.mark.django_db
G, E = GesteSaisine, EtatSaisine


def agir(qui: Joue, demande: Demande, chez: Joue, geste: str, *vers: Joue) -> None:
    """A gesture in the thread of ``chez``."""
    fil = d.saisine(demande, chez)
    ou = (qui.lecteur(), demande.pk, fil.pk)
    if geste in (G.REPONDRE, G.ROUVRIR):
        services.ecrire(*ou, G(geste), "MRK", version=fil.version)
    elif geste == G.DECLINER:
        services.decliner(*ou, fil.version, MotifSaisine.PAS_POUR_NOUS)
    elif geste == G.CLORE:
        services.clore(*ou, fil.version, MotifSaisine.REPONDU)
    elif geste == G.PRENDRE:
        services.prendre(*ou, fil.version)
    else:
        services.transferer(*ou, fil.version, vers[0].pk, "Pour vous.")


def transmettre(de: Joue, demande: Demande, vers: Joue) -> tuple[int, str]:
    """What the service reads when it transfers the question, and afterwards, without numbers or tokens."""
    fil = d.saisine(demande, de)
    envoi = {"version": fil.version, "service": vers.pk, "texte": "Pour vous."}
    client, adresse = de.client(), f"/demandes/{demande.reference}"
    reponse = client.post(f"{adresse}/saisines/{fil.reference}/transferer", envoi, follow=True)
    pages = unescape(reponse.content.decode()) + unescape(client.get(adresse).content.decode())
    return reponse.status_code, re.sub(
        r'Demande [A-Z2-7]{6}|[a-z2-7]{32}|\d+|nonce="[^"]*"|csrfmiddlewaretoken" value="\w+"| selected', "", pages
    )


def _ecrits(*a: Joue) -> list[str]:
    """Subjects of the mails that these agents received meanwhile, references aside."""
    siens = {qui.compte.courriel for qui in a}
    return [m.subject.partition(" (")[0] for m in d.relever() if m.to[0] in siens]


@pytest.mark.parametrize("etat", [E.ENVOYEE, E.PRISE, E.REPONDUE, E.DECLINEE, E.CLOSE, E.TRANSFEREE])
def test_e11_a_transfer_to_a_service_already_asked_looks_like_any_other(etat: EtatSaisine) -> None:
    elle, asked, tiers = d.trois()
    autre = d.service("Autre", N.DGFIP, "dgfip")
    seule, a_deux = d.demande(elle, asked), d.demande(elle, asked, tiers)
    gestes = {E.PRISE: G.PRENDRE, E.REPONDUE: G.REPONDRE, E.DECLINEE: G.DECLINER, E.TRANSFEREE: G.TRANSFERER}
    if etat == E.CLOSE:
        agir(elle, a_deux, tiers, G.CLORE)
    elif etat != E.ENVOYEE:
        agir(tiers, a_deux, tiers, gestes[etat], autre)
    d.relever()
    attendu, ecrits = transmettre(asked, seule, tiers), _ecrits(elle, asked)
    assert attendu[0] == 200
    assert transmettre(asked, a_deux, tiers) == attendu
    assert _ecrits(elle, asked) == ecrits
    fil = d.saisine(a_deux, tiers)
    assert fil.etat == (E.ENVOYEE if etat == E.TRANSFEREE else etat)
    (vu,) = fils(tiers.lecteur(), trouver(tiers.lecteur(), a_deux.pk))
    assert "Pour vous." in [m.message.texte for m in vu.messages]
    assert [s.service_id for s in vu.saisine.transferees_de.all()] == [asked.pk]


def test_e11_a_question_handed_round_is_never_left_to_nobody() -> None:
    elle, asked, tiers = d.trois()
    demande = d.demande(elle, asked)
    agir(asked, demande, asked, G.TRANSFERER, tiers)
    agir(tiers, demande, tiers, G.TRANSFERER, asked)
    fil = d.saisine(demande, asked)
    assert (fil.etat, fil.transferee_a, fil.attribuee_a) == (E.ENVOYEE, None, None)
    assert fil.limite is not None
    assert d.relever()[-2].to == [asked.groupe.courriel]
    demande.refresh_from_db()
    assert demande.close_le is None
    agir(asked, demande, asked, G.REPONDRE)


def test_e11_two_services_may_transfer_to_the_same_one() -> None:
    elle, asked, tiers = d.trois()
    autre = d.service("Autre", N.DGFIP, "dgfip")
    demande = d.demande(elle, asked, autre)
    for qui in (asked, autre):
        agir(qui, demande, qui, G.TRANSFERER, tiers)
    page = unescape(tiers.client().get(f"/demandes/{demande.reference}").content.decode())
    for qui in (asked, autre):
        assert f"transmise par « <bdi>{qui.groupe.nom}</bdi> »" in page
    vus = fils(elle.lecteur(), trouver(elle.lecteur(), demande.pk))
    assert [(f.saisine.service_id, f.saisine.etat in EN_ATTENTE) for f in vus] == [
        *((asked.pk, False), (autre.pk, False), (tiers.pk, True)),
    ]
    assert etat_de(vus) == "envoyee"


def test_e11_how_many_services_were_asked_is_not_told_by_whom_one_chooses() -> None:
    """Above the limit, the answer is the same for a service already asked and for any other."""
    elle, asked, tiers = d.trois()
    autres = [d.service(f"Service {n}") for n in range(2 * DESTINATAIRES_MAX - 1)]
    demande = d.demande(elle, asked, *autres[: DESTINATAIRES_MAX - 1])
    suite = autres[DESTINATAIRES_MAX - 1 :]
    for de, vers in zip(autres, suite, strict=False):
        agir(de, demande, de, G.TRANSFERER, vers)
    assert demande.saisines.count() == 2 * DESTINATAIRES_MAX
    assert transmettre(asked, demande, suite[0]) == transmettre(asked, demande, tiers)
    assert d.saisine(demande, asked).etat == E.ENVOYEE
