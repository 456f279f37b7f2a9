"""Writes and withdraws alerts, for imports, contacts and visits. The same event twice makes one alert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple

import structlog
from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from psycopg import sql

from fce.donnees.imports.chargement.comparaison import faits_nouveaux
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import Import
from fce.echanges.models import AlerteSuivi, Interaction, VisiteAnnoncee
from fce.echanges.models.suivis import VALEUR_D_ALERTE_MAX
from fce.echanges.objets import CONTACT
from fce.echanges.visites.genre import VISITE, EtatVisite
from fce.socle.erreurs import Introuvable
from fce.socle.texte import paris
from fce.sources import registre
from fce.sources.declaration import Source

LOT_SANS_COURRIEL: Final = 0
"""``lot`` of the alerts that no mail must count."""
CODE_CONTACT: Final = "contact"
CODE_VISITE: Final = "visite-annoncee"
LOT: Final = 10_000
"""Facts matched with follows in one statement."""
log = structlog.get_logger(__name__)
_SUIVIS: Final = (
    "FROM echanges_unitesuivie u JOIN echanges_suivi s ON s.id = u.suivi_id "
    "JOIN comptes_compte c ON c.id = s.compte_id AND c.desactive_le IS NULL"
)
# When several follows of an agent match, keep one: that of the unit before that of a search.
_ECRIRE: Final = (
    "INSERT INTO echanges_alertesuivi (suivi_id, source, code, origine, siren, siret, jour, avant, apres, cree_le) "  # noqa: S608
    "SELECT DISTINCT ON (s.compte_id, f.code, f.siren, f.siret) "
    "s.id, %(source)s, f.code, %(origine)s, f.siren, f.siret, f.jour, f.avant, f.apres, %(maintenant)s "
    "FROM unnest(%(sirens)s::text[], %(sirets)s::text[], %(codes)s::text[], %(jours)s::date[], %(avants)s::text[], "
    "%(apres)s::text[]) AS f(siren, siret, code, jour, avant, apres) "
    "JOIN LATERAL (VALUES (f.siren), (f.siret)) n(numero) ON n.numero <> '' "
    "JOIN (SELECT u.numero AS suivie, s.* "
    f"{_SUIVIS}) s ON s.suivie = n.numero "
    "WHERE (%(avant_le)s::timestamptz IS NULL OR s.cree_le < %(avant_le)s) AND (%(groupe)s::bigint IS NULL OR NOT "
    "EXISTS (SELECT 1 FROM comptes_appartenance a WHERE a.compte_id = s.compte_id AND a.groupe_id = %(groupe)s "
    "AND a.fin IS NULL)) "
    "ORDER BY s.compte_id, f.code, f.siren, f.siret, s.recherche <> '', s.id ON CONFLICT DO NOTHING"
)


class FaitSuivi(NamedTuple):
    """An event (``code``) of a company, or of one of its establishments (``siret``), its day and values."""

    siren: str
    siret: str
    code: str
    jour: date | None
    avant: str = ""
    apres: str = ""


def origine_d_un_import(importation: int) -> str:
    """``origine`` of the alerts of an import."""
    return f"import-{importation}"


def noter_les_changements(source: str, vers: int, depuis: int, avant_le: datetime | None = None) -> int:
    """Write the alerts of an import that replaced another; return how many are new.

    ``avant_le``: only for follows older than this. Nothing when the import was rolled back, or when the previous
    generation is gone, since they cannot be compared.
    """
    imports = Import.objects.in_bulk([vers, depuis])
    apres, avant = imports.get(vers), imports.get(depuis)
    try:
        declaree = registre.source(source)
    except Introuvable:
        return 0
    if apres is None or avant is None or apres.statut == Import.Statut.ANNULE:
        return 0
    if not parties_de(avant) or not parties_de(apres):
        log.warning("alertes_sans_version_precedente", source=source, importation=vers)
        return 0
    with transaction.atomic():
        faits = _faits(declaree, avant, apres)
        return ecrire_alertes(source, origine_d_un_import(vers), faits, avant_le=avant_le)


def retirer_les_alertes(source: str, importation: int) -> int:
    """Withdraw the alerts of an import that was rolled back, except those counted by a mail already sent; return how
    many.

    A mail still queued counts what remains when it is sent.
    """
    siennes = AlerteSuivi.objects.filter(origine=origine_d_un_import(importation), source=source)
    dites = Q(lot__gt=LOT_SANS_COURRIEL, lot__lte=F("suivi__compte__rythme_alertes__partis"))
    return siennes.exclude(pk__in=siennes.filter(dites).values("pk")).delete()[0]


def noter_un_contact(numero: int) -> int:
    """Write the alerts of a contact, except to members of its service."""
    contact = Interaction.objects.filter(pk=numero, retiree_le=None).first()
    if contact is None:
        return 0
    faits = [FaitSuivi(contact.siren, lieu.siret, CODE_CONTACT, contact.jour) for lieu in contact.lieux.all()]
    return ecrire_alertes(CONTACT.nom, f"contact-{numero}", faits, service=contact.service_id)


def noter_une_visite(numero: int) -> int:
    """Write the alerts of an announced visit, as for a contact; none for an operation. Its days are not stored, since
    others only know its week."""
    visite = VisiteAnnoncee.objects.filter(pk=numero, etat=EtatVisite.ANNONCEE, operation=None).first()
    if visite is None:
        return 0
    faits = [FaitSuivi(visite.siren, lieu.siret, CODE_VISITE, None) for lieu in visite.lieux.all()]
    return ecrire_alertes(VISITE.nom, f"visite-{numero}", faits, service=visite.service_id)


def ecrire_alertes(
    source: str,
    origine: str,
    faits: Iterable[FaitSuivi],
    *,
    avant_le: datetime | None = None,
    service: int | None = None,
) -> int:
    """Write the alerts of facts to those who follow them; return how many are new. ``service``: group whose members get
    none."""
    nombre, restants = 0, iter(faits)
    with transaction.atomic(), connection.cursor() as curseur:
        while lot := list(islice(restants, LOT)):
            curseur.execute(
                _ECRIRE,
                {
                    "source": source,
                    "origine": origine,
                    "maintenant": timezone.now(),
                    "sirens": [f.siren for f in lot],
                    "sirets": [f.siret for f in lot],
                    "codes": [f.code for f in lot],
                    "jours": [f.jour for f in lot],
                    "avants": [f.avant[:VALEUR_D_ALERTE_MAX] for f in lot],
                    "apres": [f.apres[:VALEUR_D_ALERTE_MAX] for f in lot],
                    "avant_le": avant_le,
                    "groupe": service,
                },
            )
            nombre += curseur.rowcount
    return nombre


def _faits(source: Source, avant: Import, apres: Import) -> Iterator[FaitSuivi]:
    # Includes follows of closed accounts, dropped afterwards: one index is then enough.
    numeros = sql.SQL("SELECT DISTINCT u.numero FROM echanges_unitesuivie u")
    for numero, fait in faits_nouveaux(source, avant, apres, numeros, paris.jour_de(timezone.now())):
        yield FaitSuivi(numero[:9], numero if len(numero) > 9 else "", fait.code, fait.jour, fait.avant, fait.apres)
