"""Rights that end while an answer is being sent: what has not left yet stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.http import StreamingHttpResponse
from django.utils import timezone

from fce.config import acces
from fce.droits.comptes import services as comptes
from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte, Mandat, Session
from fce.droits.journal import lectures
from fce.droits.journal.services import consigner
from tests.droits.comptes import fabrique as c
from tests.droits.journal.fabrique import MIDI, consultation, siren

pytestmark = pytest.mark.django_db
RECHERCHE = {"motif": "Contrôle des consultations", "exporter": "1"}


@pytest.fixture
def auditrice() -> Compte:
    return c.mandataire(Mandats.AUDITEUR)


@pytest.fixture
def envoi(auditrice: Compte, monkeypatch: pytest.MonkeyPatch) -> Iterator[bytes]:
    """The journal as a file, of which one block has left."""
    monkeypatch.setattr(acces, "REGARD_S", 0.0)
    monkeypatch.setattr(lectures, "PAQUET", 1)
    consigner([consultation(numero=siren(n)) for n in range(1, 6)], MIDI)
    client = c.client_de(auditrice, mfa=True)
    reponse = client.post("/journal/recherche", RECHERCHE)
    assert isinstance(reponse, StreamingHttpResponse)
    return iter(reponse)


FINS: dict[str, Callable[[Compte], object]] = {
    "le mandat": lambda qui: Mandat.objects.filter(compte=qui).update(fin=timezone.now()),
    "la session": lambda qui: Session.objects.filter(compte=qui).delete(),
    "le compte": lambda qui: comptes.desactiver(qui, "operateur", "essai"),
}


def test_a_journal_is_sent_whole_to_whoever_may_read_it(envoi: Iterator[bytes]) -> None:
    lu = b"".join(envoi).decode()
    assert all(siren(n) in lu for n in range(1, 6))


@pytest.mark.parametrize("fin", FINS)
def test_a_journal_stops_when_the_rights_of_its_reader_do(envoi: Iterator[bytes], auditrice: Compte, fin: str) -> None:
    FINS[fin](auditrice)
    with pytest.raises(acces.DroitsFinis):
        b"".join(envoi)
