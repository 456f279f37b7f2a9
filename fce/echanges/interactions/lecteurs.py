"""Which services read the content of contacts, and under which habilitations an agent does."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from fce.comptes.models import Groupe
from fce.droits.dossiers.etats import EtatDossier
from fce.droits.finalites import CONTACTS, Droit
from fce.droits.lecteur import LecteurDeDonnees
from fce.droits.models import Dossier
from fce.droits.politique import Permis
from fce.echanges.objets import CONTENU


def services_lisant(jour: date) -> list[Groupe]:
    """Services that may be named to read the content of a contact: open, with a habilitation in force on contacts."""
    tenus = Dossier.objects.filter(
        etat=EtatDossier.VALIDE, debut__lte=jour, fin__gte=jour, groupes_de_donnees__contains=[CONTACTS]
    )
    return list(
        Groupe.objects.select_related("organisation")
        .filter(pk__in=tenus.values("groupe"), ferme_le=None, organisation__fermee_le=None)
        .order_by("nom", "organisation__nom", "pk")
    )


def services_du_contenu(lecteur: LecteurDeDonnees) -> frozenset[int]:
    """Services through whose habilitations he reads contents: none before he has confirmed a purpose."""
    return lecteur.services(CONTENU, Droit.CONSULTER)


def permis_de_contenu(lecteur: LecteurDeDonnees, services: Collection[int], siren: str) -> Permis | None:
    """The permission to read the content of a contact through a habilitation of one of these services, None without
    one: that of another service of his opens nothing of it."""
    noms = {f"g{service}" for service in services}
    tenues = tuple(h for h in lecteur.acteur.habilitations if h.service in noms)
    decision = replace(lecteur, acteur=replace(lecteur.acteur, habilitations=tenues)).decider(CONTENU, siren)
    return decision if isinstance(decision, Permis) else None
