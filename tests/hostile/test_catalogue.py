"""Hostile strings on the pages of the sources: addresses, orders, periods, filters that sources declare, and what a
producer may have written in a file that the catalogue reports."""

import json
import random
from datetime import UTC, datetime

import pytest
from django.test import Client

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.sources import registre
from tests.donnees.entreprises import fabrique
from tests.hostile.test_surfaces import demandes, fautes, lisible, reflechi, requetes
from tests.kit.outils import exemple
from tests.kit.test_fiche import peupler
from tests.recherche.univers import Univers

__all__ = ["requetes"]

pytestmark = pytest.mark.django_db
SIREN = fabrique.siren_no(1)
SIRET = fabrique.siret_no(SIREN)
PARAMETRES = (
    ("/sources", "par"),
    (f"/entreprise/{SIREN}", "periode"),
    (f"/entreprise/{SIREN}", "texte"),
    (f"/entreprise/{SIREN}/marches-publics", "tri"),
    (f"/entreprise/{SIREN}/marches-publics", "page"),
    (f"/etablissement/{SIRET}/marches-publics", "tri"),
    ("/recherche", "label"),
    ("/recherche", "dirigeant"),
    ("/recherche", "idcc"),
    ("/api/v1/recherche", "label"),
    ("/recherche/export.csv", "idcc"),
)
CHEMINS = (
    "/sources/{}",
    "/sources/{}/schema.json",
    "/sources/{}/exemple",
    "/sources/{}/donnees.csv",
    "/sources/{}/donnees.parquet",
    "/sources/{}/donnees.schema.json",
    f"/entreprise/{SIREN}/{{}}",
    f"/entreprise/{SIREN}/{{}}.csv",
    f"/entreprise/{SIREN}/direct/{{}}",
    f"/etablissement/{SIRET}/{{}}",
)


@pytest.mark.parametrize("part", [0.05, pytest.param(1, marks=pytest.mark.epreuve)])
def test_no_hostile_string_breaks_a_page_of_a_source(
    part: float, client: Client, univers: Univers, requetes: list[dict[str, str]]
) -> None:
    """As on the surfaces: each string in one of the ways, drawn anew at each run; the drill crosses them all."""
    univers.entreprise("ATELIER")
    univers.indexer()
    marches = next(s for s in registre.toutes() if s.nom == "marches-publics")
    peupler(marches, SIREN, [exemple(marches)[0] | {"siren": SIREN, "siret": SIRET}])
    assert client.get(f"/entreprise/{SIREN}/marches-publics").status_code == 200
    trouvees = []
    for cas in requetes:
        posees = demandes(lisible(cas), PARAMETRES, CHEMINS)
        trouvees += fautes(client, cas, random.sample(posees, round(len(posees) * part)))
    assert not trouvees, "\n".join(map(str, trouvees))


def test_what_a_file_holds_is_never_run_by_the_page_that_reports_it(
    client: Client, requetes: list[dict[str, str]]
) -> None:
    textes = [lisible(cas) for cas in requetes]
    rejets = [{"motif": t.replace("\0", ""), "colonne": t.replace("\0", ""), "nombre": 1} for t in textes]
    maintenant = datetime(2026, 11, 2, 8, tzinfo=UTC)
    fait = Import.objects.create(
        source="marches-publics", statut=Import.Statut.EN_PLACE, debut=maintenant, fin=maintenant, rejets=rejets
    )
    VersionEnPlace.objects.update_or_create(source="marches-publics", defaults={"en_place": fait, "precedent": None})
    page = client.get("/sources/marches-publics")
    assert page.status_code == 200
    assert not reflechi(page.content.decode())
    for adresse in ("/sources", "/sources/catalogue.jsonld"):
        reponse = client.get(adresse)
        assert reponse.status_code == 200
    json.loads(reponse.content)
