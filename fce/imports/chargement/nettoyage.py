"""What killed or replaced imports leave behind, swept at the start and at the end of each import of the source."""

from typing import TYPE_CHECKING

from django.utils import timezone

from fce.imports.etats import EtatDepot
from fce.imports.models import Import, Quarantaine, VersionEnPlace

from . import generations
from .parties import tables_de
from .verrou import Verrou

if TYPE_CHECKING:
    from fce.sources.declaration import Source

INTERROMPU = "Interrompu avant la fin : le processus s'est arrêté."
# Rows in quarantine are personal data as the rest: kept for the versions that can be shown, and the latest attempts.
_QUARANTAINES_GARDEES = 5


def nettoyer(source: "Source", verrou: Verrou, *, sauf: Import | None = None) -> None:
    """Close the imports of ``source`` that died, drop the generations that nothing shows any more.

    Must be called with the lock of the source: whatever is "en cours" beside ``sauf`` is then known to be dead. Never
    waits for a reader: a table still read today goes at the next import.
    """
    imports = Import.objects.filter(source=source.nom)
    if sauf:
        imports = imports.exclude(pk=sauf.pk)
    imports.filter(statut=Import.Statut.EN_COURS).update(
        statut=Import.Statut.ECHOUE, fin=timezone.now(), motifs=[INTERROMPU]
    )
    version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=source.nom).first()
    gardes = [i for i in (version.en_place, version.precedent, sauf) if i] if version else [i for i in (sauf,) if i]
    # What a deposit, verified but not published yet, would put in place.
    gardes += imports.filter(depots__etat__in=[EtatDepot.PRET, EtatDepot.REFUSE])
    tables = set[str]().union(*map(tables_de, gardes))
    for table in generations.tables_existantes(verrou.connexion, source):
        if table not in tables:
            generations.effacer(verrou.connexion, table)
    imports.exclude(pk__in=[i.pk for i in gardes]).exclude(table="").update(table="", parties=[], empreintes=[])
    recents = list(imports.order_by("-id").values_list("pk", flat=True)[:_QUARANTAINES_GARDEES])
    Quarantaine.objects.filter(importation__source=source.nom).exclude(
        importation__in=[*recents, *(i.pk for i in gardes)]
    ).delete()
