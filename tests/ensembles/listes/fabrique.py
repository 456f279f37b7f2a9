"""Services, agents and lists of the tests."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from fce.droits.comptes.models import Compte
from fce.ensembles.listes import services
from fce.ensembles.listes.models import ListeDeTravail
from tests.droits.comptes import fabrique as c
from tests.echanges.operations.fabrique import ServiceJoue, service, sirene

__all__ = ["ServiceJoue", "a_soi", "collegue", "liste", "service", "sirene"]


def liste(
    de: ServiceJoue, numeros: Iterable[str] = (), *, nom: str = "Chantiers", perso: bool = False
) -> ListeDeTravail:
    """A list of the service, or of its agent alone."""
    return services.creer(de.lecteur(), nom, None if perso else de.pk, numeros)


def a_soi(compte: Compte, numeros: Iterable[str]) -> ListeDeTravail:
    """A list of an account alone, whatever its rights."""
    liste = compte.listes.create(nom="À voir", auteur=compte.identifiant, expire_le=timezone.now() + timedelta(days=1))
    for numero in numeros:
        liste.lignes.create(numero=numero, par=compte.identifiant)
    return liste


def collegue(de: ServiceJoue) -> ServiceJoue:
    """Another agent of the same service."""
    compte = c.compte()
    c.appartenance(compte, de.groupe)
    return ServiceJoue(de.groupe, compte, de.dossier)
