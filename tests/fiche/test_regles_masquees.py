"""A rule that chooses rows tells the same things apart for a masked person, and shows nothing that is hidden."""

from __future__ import annotations

from datetime import date

import pytest

from fce.donnees.entreprises.diffusion import Regime
from fce.donnees.entreprises.natures import cachees
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.onglets import SYNTHESE
from tests.donnees.entreprises import fabrique as f
from tests.fiche.fiches import fiche_de
from tests.fiche.test_denombrement import releve
from tests.fiche.test_horizon import groupe, installer
from tests.kit.outils import exemple, nommer
from tests.kit.test_fiche import MONTREES, lecteur, unites

pytestmark = [pytest.mark.django_db, pytest.mark.catalogue]
A_REGLE = [s for s in MONTREES if s.selection and unites(s)]


@pytest.mark.parametrize("source", A_REGLE, ids=nommer)
def test_v14_a_masked_person_has_as_many_rows_as_an_open_one_and_none_of_what_is_hidden(source: Source) -> None:
    numero = installer(source, [*exemple(source)])
    qui = lecteur(groupe(source))
    ouvertes = releve(numero, source.nom, qui).lignes
    f.unites(f.unite(numero[:9], statut_diffusion="P", categorie_juridique="1000"))
    masquees = releve(numero, source.nom, qui).lignes
    assert len(masquees) == len(ouvertes)
    caches = cachees(source, Regime.PHYSIQUE)
    assert not any(ligne.get(attribut) for ligne in masquees for attribut in caches)
    assert "\0" not in repr(masquees)


def alertes(siren: str) -> list[str]:
    return [a.titre for a in fiche_de(siren, lecteur(None), onglet=SYNTHESE).alertes if a.source == "bodacc"]


def test_v14_a_judgment_taken_back_alarms_nobody_not_even_of_a_masked_person() -> None:
    bodacc = registre.source("bodacc")
    vierge = dict.fromkeys(bodacc.champs) | {"siren": f.siren_no(1), "date_parution": date(2026, 9, 1)}
    jugement = {"id": "A1", "type_avis": "annonce", "procedure": "liquidation", "jugement_date": date(2026, 8, 20)}
    retrait = {"id": "A2", "type_avis": "retractation", "avis_precedent": "A1"}
    f.unites(f.unite(f.siren_no(1), statut_diffusion="P", categorie_juridique="1000"))
    f.lieux(f.lieu(f.siren_no(1)))
    f.charger("bodacc", [vierge | jugement])
    assert alertes(f.siren_no(1))
    f.charger("bodacc", [vierge | jugement, vierge | retrait])
    assert not alertes(f.siren_no(1))
