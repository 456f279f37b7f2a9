"""Tasks of the account keeper: notices to send, committees, copies of avenants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.urls import reverse

from fce.droits.comptes.mandats import Mandats
from fce.droits.comptes.models import Compte
from fce.droits.comptes.selectors import mandats_de
from fce.service.convention.models import AvisAuFinanceur, Convention
from fce.service.convention.selectors import comites_attendus, copies_manquantes
from fce.socle.web.offres import Tache

A_L_AVANCE: Final = timedelta(days=30)


def taches(compte: Compte, aujourd_hui: date) -> Iterator[Tache]:
    """Yield the tasks of the agreements, for holders of the budget mandate only."""
    if not compte.agent or Mandats.BUDGET not in mandats_de(compte):
        return
    for avis in AvisAuFinanceur.objects.filter(envoye_le=None).order_by("id"):
        page = reverse("convention:avis", args=[avis.convention_id, avis.pk])
        yield Tache("Envoyer un avis au financeur", page, avis.get_genre_display(), depuis_le=avis.prepare_le)
    for comite in comites_attendus().filter(prevu_le__lte=aujourd_hui + A_L_AVANCE):
        page = reverse("convention:comite", args=[comite.convention_id, comite.pk])
        yield Tache("Tenir le comité de la convention", page, avant_le=comite.prevu_le)
    for convention in Convention.objects.filter(avenants__isnull=False).distinct():
        page = reverse("convention:formalites", args=[convention.pk])
        for avenant, copie in copies_manquantes(convention):
            yield Tache("Envoyer une copie d’avenant", page, f"{avenant} : {copie}", depuis_le=avenant.signe_le)
