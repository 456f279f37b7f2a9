"""Assistants that read for an agent: those that he cut, and what he lets one read once beyond class C1."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.core import signing
from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.droits.habilitations.models import AccordDAssistant, AssistantCoupe
from fce.droits.journal.models import Consultation
from fce.socle.base.ecriture import ecriture
from fce.socle.erreurs import Introuvable
from fce.socle.web.routes import Surface

DUREE: Final = timedelta(minutes=10)
_SEL: Final = "appel d’assistant"


class AppelDAssistant(NamedTuple):
    """A call of a tool, for the account ``compte``. ``arguments``: (name, value) pairs, sorted."""

    compte: int
    client: str
    outil: str
    arguments: Sequence[Sequence[str]]

    @property
    def etat(self) -> str:
        """The call, signed: it comes back by the address of our page and by ``requestState``."""
        return signing.dumps(self, salt=_SEL, compress=True)

    @property
    def empreinte(self) -> str:
        return sha256(repr((self.client, self.outil, [tuple(a) for a in self.arguments])).encode()).hexdigest()


def appel_signe(etat: str) -> AppelDAssistant | None:
    """The call of a state that we signed less than ``DUREE`` ago; None for any other text."""
    try:
        return AppelDAssistant(*signing.loads(etat, salt=_SEL, max_age=DUREE))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def appel_de(compte: Compte, etat: str) -> AppelDAssistant:
    """The call that this agent is asked about. Raises Introuvable, the same for another's and for one that ended."""
    appel = appel_signe(etat)
    if appel is None or appel.compte != compte.pk or est_coupe(compte, appel.client):
        raise Introuvable("Cette demande d’assistant a expiré, ou n’est pas la vôtre : reposez votre question.")
    return appel


def accorder(appel: AppelDAssistant, finalite: str, reference: str) -> None:
    """Let this call be answered once, within ``DUREE``."""
    dit = {"empreinte": appel.empreinte, "finalite": finalite, "reference": reference}
    with ecriture():
        AccordDAssistant.objects.create(compte_id=appel.compte, expire_le=timezone.now() + DUREE, **dit)


def prendre(appel: AppelDAssistant) -> AccordDAssistant | None:
    """The agreement to this call, which then serves no other; None without one."""
    libres = AccordDAssistant.objects.filter(compte_id=appel.compte, expire_le__gt=timezone.now())
    with ecriture():
        accord = libres.filter(empreinte=appel.empreinte).select_for_update(of=("self",)).first()
        if accord:
            AccordDAssistant.objects.filter(pk=accord.pk).delete()
    return accord


def est_coupe(compte: Compte, client: str) -> bool:
    return AssistantCoupe.objects.filter(compte=compte, client=client).exists()


def couper(compte: Compte, client: str, *, coupe: bool) -> None:
    """Refuse an assistant from its next call on, or let it read again. Raises Introuvable."""
    if client not in {a["client"] for a in de(compte)}:
        raise Introuvable("Cet assistant n’a rien lu pour vous.")
    with ecriture():
        AssistantCoupe.objects.filter(compte=compte, client=client).delete()
        if coupe:
            AssistantCoupe.objects.create(compte=compte, client=client)


def de(compte: Compte) -> list[dict[str, Any]]:
    """Assistants that are allowed, or that read reserved data for this agent: the DPO's decision, "" when it was
    withdrawn, the number of lines of the journal, the last one, and whether the agent cut it."""
    siennes = Consultation.objects.filter(agent=compte.identifiant, surface=Surface.ASSISTANT).order_by("quand")
    faites = [(x.assistant, x.quand) for x in siennes.only("requete", "surface", "quand")]
    coupes = set(AssistantCoupe.objects.filter(compte=compte).values_list("client", flat=True))
    permis = settings.FCE_MCP.clients if settings.FCE_MCP.ouvert else {}
    return [
        {"client": n, "decision": permis.get(n, ""), "quand": [q for a, q in faites if a == n], "coupe": n in coupes}
        for n in sorted({*(a for a, _ in faites), *coupes, *permis})
    ]
