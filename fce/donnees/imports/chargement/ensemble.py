"""Sources loaded, switched and rolled back together: a source that feeds others, and those it feeds."""

import copy
from collections.abc import Mapping, Sequence

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.socle.erreurs import Introuvable
from fce.sources import registre
from fce.sources.declaration import Source, plus_recent
from fce.sources.modes import Fusionne

from .bascule import Passage


def receveuses(source: Source) -> list[Source]:
    """The sources fed by ``source``, set to read its file: merged by key, keeping the latest of each row."""
    return [_receveuse(source, registre.source(versement.vers), versement.fichier) for versement in source.verse_dans]


def _receveuse(source: Source, vers: Source, fichier: object) -> Source:
    receveuse = copy.copy(vers)
    receveuse.fichier = fichier  # type: ignore[assignment]
    receveuse.seuils = source.seuils
    if vers.date_metier:
        receveuse.mode, receveuse.doublons = Fusionne(vers.date_metier), plus_recent(vers.date_metier)
    else:
        receveuse.mode = Fusionne()
    return receveuse


def dernier_pas(nom: str) -> Import | None:
    """The import that a rollback of the source would undo, or redo; None when the source shows nothing.

    It is the later of the two versions kept: undone when in place, redone otherwise.
    """
    version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=nom).first()
    imports = [i for i in (version.en_place, version.precedent) if i] if version else []
    return max(imports, key=lambda importation: importation.pk, default=None)


def membres(importation: Import) -> list[Import]:
    meneur = importation.meneur or importation
    return [meneur, *meneur.versements.order_by("pk")]


def passages_inverses(imports: Sequence[Import], sources: Mapping[str, Source]) -> list[Passage]:
    """The switches that undo these imports, or redo them, together.

    Raises Introuvable when one cannot be switched back, or when no version would remain: a rollback never removes all
    the data.
    """
    noms = [importation.source for importation in imports]
    en_place = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source__in=noms)
    versions = {version.source: version for version in en_place}
    passages = []
    for importation in imports:
        version = versions.get(importation.source)
        if version is None or not _dernier(importation, version):
            raise Introuvable(
                f"{importation.source} a changé depuis l'import n° {importation.pk}, fait avec d'autres sources : "
                "revenez d'abord sur ce qui a suivi, ou importez de nouveau le fichier."
            )
        source = sources[importation.source]
        passages.append(Passage(source, version.precedent, version.en_place, statut_depuis=Import.Statut.ANNULE))
    if not any(passage.vers and passage.vers.table for passage in passages):
        raise Introuvable(f"Aucune version précédente de {imports[0].source} n'est conservée : rien à rétablir.")
    return passages


def _dernier(importation: Import, version: VersionEnPlace) -> bool:
    autre = version.precedent if version.en_place == importation else version.en_place
    return importation in (version.en_place, version.precedent) and (autre is None or autre.pk < importation.pk)
