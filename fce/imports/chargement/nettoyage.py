"""What killed or replaced imports leave behind, swept at the start and at the end of each import of a source."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from fce.imports.etats import EtatDepot
from fce.imports.models import Depot, Import, Quarantaine, VersionEnPlace

from . import generations
from .parties import tables_de
from .verrou import Verrou

if TYPE_CHECKING:
    from fce.sources.declaration import Source

INTERROMPU = "Interrompu avant la fin : le processus s'est arrêté."
# Rows in quarantine are personal data as the rest: kept for the versions that can be shown, and the latest attempts.
_QUARANTAINES_GARDEES = 5


def nettoyer(sources: "Sequence[Source]", verrou: Verrou, *, sauf: Import | None = None) -> None:
    """Close the imports of ``sources`` that died, drop the generations that nothing shows any more.

    Must be called with the locks of the sources: whatever is "en cours" beside ``sauf`` is then known to be dead. Never
    waits for a reader: a table still read today goes at the next import.
    """
    imports = Import.objects.filter(source__in=[source.nom for source in sources])
    if sauf:
        imports = imports.exclude(pk=sauf.pk)
    imports.filter(statut=Import.Statut.EN_COURS).update(
        statut=Import.Statut.ECHOUE, fin=timezone.now(), motifs=[INTERROMPU]
    )
    gardes = [*_a_garder(sources), *([sauf] if sauf else [])]
    tables = set[str]().union(*map(tables_de, gardes))
    for table in generations.tables_existantes(verrou.connexion, *sources):
        if table not in tables:
            generations.effacer(verrou.connexion, table)
    numeros = {i.pk for i in gardes}
    imports.exclude(pk__in=numeros).exclude(table="").update(table="", parties=[], empreintes=[])
    rang = Window(RowNumber(), partition_by="source", order_by=F("id").desc())
    recents = imports.annotate(rang=rang).filter(rang__lte=_QUARANTAINES_GARDEES).values_list("pk", flat=True)
    lignes = Quarantaine.objects.filter(importation__in=imports)
    lignes.exclude(importation__in=[*numeros, *recents]).delete()


def _a_garder(sources: "Sequence[Source]") -> list[Import]:
    """The versions that can be shown, and those that a deposit, verified but not published yet, would put in place."""
    noms = [source.nom for source in sources]
    versions = VersionEnPlace.objects.filter(source__in=noms)
    montrees = Q(pk__in=versions.values("en_place")) | Q(pk__in=versions.values("precedent"))
    a_publier = Depot.objects.filter(etat__in=[EtatDepot.PRET, EtatDepot.REFUSE]).values("importation")
    return list(Import.objects.filter(montrees | Q(pk__in=a_publier), source__in=noms))
