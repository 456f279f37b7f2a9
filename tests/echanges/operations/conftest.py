from __future__ import annotations

from dataclasses import dataclass

import pytest

from fce.echanges.models import Cible, OperationConjointe
from tests.echanges.operations import fabrique
from tests.echanges.operations.fabrique import ServiceJoue


@dataclass(frozen=True)
class Salle:
    """An operation of two services, a third that knows nothing of it."""

    mene: ServiceJoue
    invite: ServiceJoue
    tiers: ServiceJoue
    sirets: list[str]
    operation: OperationConjointe

    @property
    def pk(self) -> int:
        return self.operation.pk

    @property
    def reference(self) -> str:
        return self.operation.reference

    def relue(self) -> OperationConjointe:
        return OperationConjointe.objects.get(pk=self.pk)

    @property
    def cible(self) -> int:
        return self.la_cible.pk

    @property
    def la_cible(self) -> Cible:
        return self.operation.cibles.order_by("siret")[0]


@pytest.fixture
def salle(db: None) -> Salle:
    return faire_salle()


def faire_salle() -> Salle:
    mene, invite, tiers = (fabrique.service(nom) for nom in ("Unite de controle", "Brigade", "Tiers"))
    sirets = fabrique.sirene()
    return Salle(mene, invite, tiers, sirets, fabrique.operation(mene, invite, sirets=sirets[:2]))
