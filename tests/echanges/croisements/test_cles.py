"""The keys of places follow Sirene."""

from __future__ import annotations

from django.utils import timezone

from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.croisements.cles import refaire_les_cles
from fce.echanges.croisements.recherche import croisements_de
from fce.echanges.models import LieuVisite
from tests.donnees.entreprises.fabrique import lieu, lieux, siren_no, unite, unites
from tests.echanges.visites import fabrique as v

ADRESSE = {"code_commune": "59350", "numero_voie": "4", "type_voie": "RUE", "libelle_voie": "DES LILAS"}


def test_e7_an_address_that_changes_in_sirene_crosses_from_the_next_day(db: None) -> None:
    une, autre = siren_no(1), siren_no(2)
    unites(unite(une), unite(autre))
    lieux(lieu(une, **ADRESSE), lieu(autre, **ADRESSE | {"numero_voie": "12"}))
    mien, sien = (lieux_de([lieu(siren)["siret"]])[lieu(siren)["siret"]] for siren in (une, autre))
    elle, lui = v.service(), v.service("ccrf")
    v.visite(lui.groupe, sien, v.dans(2))
    assert croisements_de([mien], v.dans(1), v.dans(1), [elle.groupe.pk]) == []
    lieux(lieu(une, **ADRESSE), lieu(autre, **ADRESSE))
    assert refaire_les_cles(timezone.now()) == 1
    assert refaire_les_cles(timezone.now()) == 0
    assert len(croisements_de([mien], v.dans(1), v.dans(1), [elle.groupe.pk])) == 1


def test_e7_a_key_of_an_older_version_is_written_again(db: None) -> None:
    (ou,) = v.places()
    v.visite(v.service().groupe, ou, v.dans(2))
    LieuVisite.objects.update(cle_adresse="59350-12-0123456789")
    assert refaire_les_cles(timezone.now()) == 1
    assert LieuVisite.objects.get().cle_adresse == ou.cle_adresse
