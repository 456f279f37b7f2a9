"""Cache of live answers, never shared between administrations or purposes.

When the database cannot be read or written, the producer is asked again: the cache never loses an answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction

from fce.donnees.imports.directes.client import Appelant
from fce.donnees.imports.models import ReponseDirecte
from fce.socle.base.roles import Role, role_pris, sous_role
from fce.sources.declaration import Source
from fce.sources.direct import direct_de

log = structlog.get_logger(__name__)
# Expired answers deleted at each write: enough to keep up, fast enough for a page.
NETTOYEES: Final = 200


@dataclass(frozen=True, slots=True)
class Gardee:
    lignes: list[dict[str, Any]]
    obtenue_le: datetime


def cle(source: Source, numero: str, demande: Appelant) -> str:
    """Hash of endpoint, number, recipient and purpose, joined by a character that none of them contains."""
    parties = (source.nom, direct_de(source).chemin_de(numero), demande.destinataire, demande.finalite)
    return hashlib.sha256("\x00".join(parties).encode()).hexdigest()


def gardee(source: Source, numero: str, demande: Appelant, maintenant: datetime) -> Gardee | None:
    """The valid answer kept for the same request, or None. One round trip."""
    conservation = direct_de(source).conservation
    if conservation is None:
        return None
    try:
        # The public role cannot read this table, which holds restricted answers; one row read by an unguessable key is
        # safe.
        with sous_role(max(role_pris(), Role.AGENTS)):
            trouvee = ReponseDirecte.objects.filter(cle=cle(source, numero, demande), expire_le__gt=maintenant).first()
    except (DatabaseError, InterfaceError) as erreur:
        log.warning("cache des sources directes illisible : %s", type(erreur).__name__)
        return None
    # A retention shortened in the declaration applies to older answers too.
    if trouvee is None or maintenant - trouvee.obtenue_le >= conservation:
        return None
    return Gardee(trouvee.lignes, trouvee.obtenue_le)


def garder(source: Source, numero: str, demande: Appelant, lignes: list[dict[str, Any]], maintenant: datetime) -> None:
    conservation = direct_de(source).conservation
    if conservation is None:
        return
    valeurs = {
        "source": source.nom,
        "lignes": lignes,
        "obtenue_le": maintenant,
        "expire_le": maintenant + conservation,
    }
    try:
        with sous_role(max(role_pris(), Role.AGENTS)), transaction.atomic():
            _permettre_l_ecriture()
            ReponseDirecte.objects.bulk_create(
                [ReponseDirecte(cle=cle(source, numero, demande), **valeurs)],
                update_conflicts=True,
                unique_fields=["cle"],
                update_fields=list(valeurs),
            )
            _effacer(maintenant, NETTOYEES)
    except (DatabaseError, InterfaceError) as erreur:
        # A read-only replica, a full disk…: the answer is shown anyway.
        log.warning("réponse directe non conservée : %s", type(erreur).__name__)


def purger(maintenant: datetime) -> int:
    with transaction.atomic():
        _permettre_l_ecriture()
        return _effacer(maintenant, None)


def _permettre_l_ecriture() -> None:
    # Processes that serve pages are read-only unless a transaction says otherwise (``FCE_ROLE``).
    with connection.cursor() as curseur:
        curseur.execute("SET TRANSACTION READ WRITE")


def _effacer(maintenant: datetime, limite: int | None) -> int:
    # Skip the rows that another process is deleting.
    expirees = (
        ReponseDirecte.objects.select_for_update(skip_locked=True)
        .filter(expire_le__lte=maintenant)
        .order_by("expire_le")
        .values("cle")[:limite]
    )
    effacees, _ = ReponseDirecte.objects.filter(cle__in=expirees).delete()
    return effacees
