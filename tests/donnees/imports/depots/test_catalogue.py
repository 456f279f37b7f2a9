"""Every source of the catalogue is deposited as its sample is: nothing in a declaration says that it may be."""

import pytest

from fce.donnees.imports.depots import jetons, selectors, services
from fce.donnees.imports.depots.erreurs import DepotInterdit
from fce.donnees.imports.models import JetonDepot
from fce.sources import registre
from tests.donnees.imports.chargement.outils import lignes

from .outils import deposer

PREMIERES = ("dgfip-chiffre-affaires", "dgddi-eori", "dgddi-operateurs", "dgfip-liens-capitalistiques", "dsn-effectifs")
AUTRES = [s.nom for s in registre.toutes() if s.nom not in PREMIERES and s.importable and not s.verse_dans]


def deposer_l_exemple(nom):
    source, exemple = registre.source(nom), registre.exemple(registre.source(nom))
    jeton, _ = jetons.creer(source.producteur.code, [nom])
    depot = services.verifier(deposer(jeton, source, exemple.read_bytes(), nom=exemple.name).pk)
    assert depot.etat == "pret", selectors.rapport_de(jeton, depot) or depot.rapport
    assert lignes(source) == []
    services.publier(depot.pk)
    assert len(lignes(source)) == depot.rapport["differences"]["ajoutees"] > 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nom", PREMIERES)
def test_dgfip_and_customs_join_with_the_published_sample(nom):
    deposer_l_exemple(nom)


@pytest.mark.epreuve
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nom", AUTRES)
def test_any_other_source_too(nom):
    deposer_l_exemple(nom)


@pytest.mark.django_db(transaction=True)
def test_a_source_without_a_file_or_that_feeds_others_is_not_deposited():
    for source in registre.toutes():
        if source.verse_dans or not source.importable:
            jeton, _ = jetons.creer(source.producteur.code, [source.nom])
            with pytest.raises(DepotInterdit):
                deposer(jeton, source, b"abc")
    JetonDepot.objects.all().delete()
