"""Reads of the engine for pages, commands and the other rooms."""

import datetime
from dataclasses import dataclass

from django.db.models import Max

from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.models import Import, VersionEnPlace


def versions() -> dict[str, VersionEnPlace]:
    """Versions in place by source name, their import and the one before loaded with them: one query."""
    return {v.source: v for v in VersionEnPlace.objects.select_related("en_place", "precedent")}


@dataclass(frozen=True, slots=True)
class EtatSource:
    """A declared source, what it shows and what happened to it last.

    ``en_place``: import shown, None = never imported. ``precedent``: import that a rollback would show.
    ``dernier``: latest attempt, whatever its outcome. ``age``: days since the business date. ``en_retard``: older than
    the frequency of its producer allows.
    """

    source: Source
    en_place: Import | None
    precedent: Import | None
    dernier: Import | None
    age: int | None
    en_retard: bool


def etat_des_sources() -> list[EtatSource]:
    """Every declared source, by name, those never imported included: two queries."""
    en_place = versions()
    recents = Import.objects.values("source").annotate(recent=Max("pk")).values("recent")
    derniers = {importation.source: importation for importation in Import.objects.filter(pk__in=recents)}
    aujourdhui = datetime.date.today()
    etats = []
    for source in registre.toutes():
        version = en_place.get(source.nom)
        montre = version.en_place if version else None
        age = (aujourdhui - montre.date_metier).days if montre and montre.date_metier else None
        etats.append(
            EtatSource(
                source=source,
                en_place=montre,
                precedent=version.precedent if version else None,
                dernier=derniers.get(source.nom),
                age=age,
                en_retard=age is not None and age > source.frequence.jours,
            )
        )
    return etats
