"""Helpers of the loading tests: rows shown by a source, remaining generations, reset."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from fce.donnees.imports.chargement.bascule import retablir_les_vues
from fce.donnees.imports.chargement.ensemble import receveuses
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import Import, Quarantaine, VersionEnPlace
from fce.sources import registre
from fce.sources.declaration import Source
from tests.sql import executer, valeurs


def lignes(source: Source, colonnes: Sequence[str] = ("*",), tri: str = "ligne") -> list[tuple[Any, ...]]:
    return executer(f"SELECT {', '.join(colonnes)} FROM {source.relation} ORDER BY {tri}")


def somme(source: Source) -> tuple[int, str | None]:
    """Number of rows and md5 of all of them, sorted."""
    return executer(f"SELECT count(*), md5(string_agg(v::text, '|' ORDER BY v::text)) FROM {source.relation} AS v")[0]


def tables(source: Source) -> set[str]:
    return set(
        valeurs(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'generations' AND tablename ~ %s",
            [f"^{source.vue}_[0-9]+(p[0-9]+)?$"],
        )
    )


def tables_attendues(source: Source) -> set[str]:
    """Tables of the current and previous versions; no other may stay on disk."""
    version = VersionEnPlace.objects.select_related("en_place", "precedent").get(source=source.nom)
    return {partie.table for i in (version.en_place, version.precedent) for partie in parties_de(i)}


def declarer_seules(monkeypatch: Any, *sources: Source) -> None:
    """Restrict the registry to these sources for this test, and create their views."""
    noms = {source.nom: source for source in sources}
    for source in sources:
        # Sources of the tests may share a model, which reads the view of the last one declared.
        source.modele._meta.db_table = source.db_table
    monkeypatch.setattr(registre, "par_nom", lambda: noms)
    retablir_les_vues(sources)


def effacer(*sources: Source) -> None:
    sources = tuple(s for source in sources for s in (source, *receveuses(source)))
    noms = [source.nom for source in sources]
    VersionEnPlace.objects.filter(source__in=noms).delete()
    Quarantaine.objects.filter(importation__source__in=noms).delete()
    Import.objects.filter(source__in=noms).delete()
    with connection.cursor() as curseur:
        for source in sources:
            curseur.execute(f"DROP VIEW IF EXISTS {source.relation}")
            for table in tables(source):
                curseur.execute(f"DROP TABLE generations.{table}")


def comptes(importation: Import) -> tuple[int, int, int, int]:
    """(read, loaded, set aside, deduplicated), after checking that they add up."""
    i = importation
    assert i.lues == i.chargees + i.ecartees + i.dedoublonnees, "des lignes ont disparu"
    assert sum(rejet["nombre"] for rejet in i.rejets) == i.ecartees, "des écarts n'ont pas de motif"
    return i.lues, i.chargees, i.ecartees, i.dedoublonnees


def ecrire(dossier: Path, nom: str, contenu: str) -> Path:
    chemin = dossier / nom
    chemin.write_text(contenu, encoding="utf-8")
    return chemin
