"""Life of a source in the database: its sample comes in, twice changes nothing, a next version can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from fce.donnees.imports import services
from fce.donnees.imports.models import Import, Quarantaine
from fce.socle.erreurs import ImportRefuse
from fce.sources import champs, registre
from fce.sources.declaration import Source
from fce.sources.modes import Cumule, Fusionne
from tests.donnees.imports.chargement.outils import comptes, somme, tables, tables_attendues
from tests.echantillon import chaque_jour
from tests.kit.outils import DELIMITEES, SOURCES, exemple, extrait, feuille, moitie, nommer, souple

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("source", chaque_jour(SOURCES, sur=3), ids=nommer)
def test_the_example_enters_once_and_every_later_version_can_be_undone(source: Source, tmp_path: Path) -> None:
    premier = services.importer(source, [registre.exemple(source)])
    assert premier.statut == Import.Statut.EN_PLACE
    assert comptes(premier)[2] == 0
    # Samples hold rows told twice on purpose: nothing else is worth a warning.
    assert not [a for a in premier.avertissements if "repliée" not in a and "à l'identique" not in a]
    avant = somme(source)
    assert avant[0] == premier.total == comptes(premier)[1]
    assert avant[0] >= 5 or source.nom == "sirene-successions"

    assert services.importer(source, [registre.exemple(source)]).statut == Import.Statut.INCHANGE
    assert services.importer(source, [registre.exemple(source)], forcer="essai").statut == Import.Statut.EN_PLACE
    assert somme(source) == avant

    suivante, fichier = extrait(source, tmp_path, lambda rang: rang > 0)
    second = services.importer(souple(suivante), [fichier], date_metier=premier.date_metier)
    assert second.statut == Import.Statut.EN_PLACE
    pendant = somme(source)
    if isinstance(source.mode, Fusionne | Cumule):
        assert pendant[0] == avant[0], "une ligne absente du fichier suivant doit rester"

    services.revenir(source)
    assert somme(source) == avant
    assert tables(source) == tables_attendues(source)
    services.revenir(source)
    assert somme(source) == pendant

    gardes = moitie(source)
    coupee, fichier = extrait(source, tmp_path, lambda rang: rang in gardes)
    services.revenir(source)
    if isinstance(source.mode, Fusionne | Cumule):
        services.importer(coupee, [fichier], date_metier=premier.date_metier)
        assert somme(source)[0] == avant[0], "un fichier plus court n'enlève rien à ce qui est réuni"
    elif gardes and source.seuils.baisse > 0.5:
        with pytest.raises(ImportRefuse) as refus:
            services.importer(coupee, [fichier], date_metier=premier.date_metier)
        assert refus.value.details["seuil"] == "baisse"
        assert somme(source) == avant


@pytest.mark.parametrize("source", chaque_jour(DELIMITEES, sur=3), ids=nommer)
def test_what_is_set_aside_is_kept_with_its_line_and_its_reason(source: Source, tmp_path: Path) -> None:
    entiere = feuille(source)
    genres = (champs.Siren, champs.Siret)
    lus = [source.champs.get(source.colonnes.get(nom.strip(), "")) for nom in entiere.entete]
    n = next(n for n, champ in enumerate(lus) if isinstance(champ, genres))
    fichier = entiere.gater(0, n, "123456789").ecrire(tmp_path / registre.exemple(source).name)
    with pytest.raises(ImportRefuse) as refus:
        services.importer(source, [fichier])
    assert refus.value.details["seuil"] in ("cles", "quarantaine")
    assert somme(source)[0] == 0

    importation = services.importer(souple(source), [fichier])
    assert comptes(importation)[2] == 1
    (mise,) = Quarantaine.objects.filter(importation=importation)
    assert (mise.ligne, mise.colonne, mise.valeur) == (entiere.lignes[0], entiere.entete[n].strip(), "123456789")
    assert len(mise.motif) > 5
    assert somme(source)[0] <= len(exemple(source)) - 1
