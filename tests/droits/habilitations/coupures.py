"""All that may be cut between a reader and what a habilitation opens: each link, cut as it is in the service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from fce.droits.comptes.models import Appartenance, Compte, Groupe, Mandat, Organisation
from fce.droits.habilitations import cles, jetons
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier, JetonApi
from tests.acces.acteurs import dossier
from tests.droits.comptes import fabrique as c

UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Attache:
    """A manager of a group that is habilitated, and a program of his."""

    compte: Compte
    groupe: Groupe
    lien: Appartenance
    dossier: Dossier
    jeton: JetonApi
    secret: str

    def relu(self) -> Compte:
        """The account as a request reads it."""
        return Compte.objects.get(pk=self.compte.pk)


@contextmanager
def coupe(a: Attache, noms: Iterable[str]) -> Iterator[None]:
    """Cut for a while, then everything is as ``attacher`` made it. Committed as it is in the service: a page that is
    asked for in a transaction would not be the one that readers get."""
    try:
        for nom in noms:
            TOUTES[nom](a)
        yield
    finally:
        for intact in (a.compte, a.groupe, a.groupe.organisation, a.lien, a.dossier, a.jeton):
            intact.save()
        Mandat.objects.filter(compte=a.compte).delete()
        # A process remembers for thirty seconds that a token has ended: in the service, none begins again.
        cles._jeton_connu.cache_clear()


def attacher() -> Attache:
    compte, groupe = c.compte(), c.groupe()
    lien = c.appartenance(compte, groupe, gestionnaire=True)
    tenu = dossier(groupe, "inspection-travail", ("59",), droits=tuple(Droit))
    jeton, secret = jetons.creer(tenu, compte, mfa=True, libelle="essai", jours=30)
    return Attache(compte, groupe, lien, tenu, jeton, secret)


def _compte(**champs: object) -> Callable[[Attache], object]:
    return lambda a: Compte.objects.filter(pk=a.compte.pk).update(**champs)


def _lien(**champs: object) -> Callable[[Attache], object]:
    return lambda a: Appartenance.objects.filter(pk=a.lien.pk).update(**champs)


def _dossier(**champs: object) -> Callable[[Attache], object]:
    return lambda a: Dossier.objects.filter(pk=a.dossier.pk).update(**champs)


def _jeton(**champs: object) -> Callable[[Attache], object]:
    return lambda a: JetonApi.objects.filter(pk=a.jeton.pk).update(**champs)


def _mandat(role: str) -> Callable[[Attache], object]:
    return lambda a: c.mandat(a.compte, role)


def _hier() -> dict[str, object]:
    jour = timezone.localdate()
    return {"debut": jour - 2 * UN_JOUR, "fin": jour - UN_JOUR}


COUPURES: dict[str, Callable[[Attache], object]] = {
    "compte-desactive": lambda a: _compte(desactive_le=timezone.now())(a),
    "plus-agent-public": _compte(roles=[]),
    "autre-siret": _compte(siret=c.AUTRE_SERVICE),
    "siret-perdu": _compte(siret=""),
    "sorti-du-groupe": lambda a: _lien(fin=timezone.now())(a),
    "suspendu-du-groupe": lambda a: _lien(suspendue_le=timezone.now())(a),
    "groupe-ferme": lambda a: Groupe.objects.filter(pk=a.groupe.pk).update(ferme_le=timezone.now()),
    "organisation-fermee": lambda a: Organisation.objects.filter(groupes=a.groupe).update(fermee_le=timezone.now()),
    "mandat-equipe": _mandat("equipe"),
    "mandat-approbateur": _mandat("approbateur"),
    "mandat-budget": _mandat("budget"),
    "decidee-par-lui": lambda a: _dossier(approbateur=a.compte.identifiant)(a),
    "habilitation-revoquee": lambda a: _dossier(etat="revoque", clos_le=timezone.now())(a),
    "habilitation-suspendue": _dossier(etat="suspendu"),
    "habilitation-expiree": lambda a: _dossier(**_hier())(a),
    "habilitation-illisible": _dossier(fin="2099-01-01"),
    "habilitation-renvoyee": _dossier(etat="a_corriger"),
}
# Those that end the program alone.
DU_JETON: dict[str, Callable[[Attache], object]] = {
    "jeton-revoque": lambda a: _jeton(revoque_le=timezone.now())(a),
    "jeton-expire": lambda a: _jeton(expire_le=timezone.now())(a),
    "emetteur-efface": _jeton(par="c999999999"),
}
TOUTES = {**COUPURES, **DU_JETON}
