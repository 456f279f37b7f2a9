"""A8: « who read this company? » – each page that tells of several companies is found by the number of each."""

from __future__ import annotations

import pytest
from django.test import Client

from fce.droits.comptes.models import Compte
from fce.droits.journal.models import Consultation
from fce.droits.journal.selectors import FiltresJournal, filtrees
from fce.echanges.models import Interaction
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.vocabulaire import NatureService
from tests.acces.acteurs import Joue, habilite
from tests.donnees.entreprises import fabrique as f
from tests.echanges.demandes import fabrique as d
from tests.echanges.operations import fabrique as o
from tests.echanges.suivis import fabrique as s

pytestmark = pytest.mark.django_db
SIRENS = [f.siren_no(n) for n in (1, 2, 3)]


def lus(siren: str, agent: str) -> int:
    """How many readings of a company by an agent the journal finds."""
    return filtrees(FiltresJournal(siren=siren, agent=agent)).count()


@pytest.fixture
def suiveuse() -> Joue:
    """She follows three companies, of which a reserved source told something new."""
    o.sirene(3)
    joue = habilite("inspection-travail")
    for siren in SIRENS:
        s.suivre(Compte.objects.get(pk=int(joue.acteur.identifiant[1:])), siren)
    faits = [FaitSuivi(siren, "", "pse", None) for siren in SIRENS]
    assert ecrire_alertes("rupco-procedures", "import-1", faits) == 3
    return joue


@pytest.mark.parametrize("page", ["/suivis", "/"])
def test_a8_the_changes_of_what_one_follows(suiveuse: Joue, page: str) -> None:
    html = suiveuse.client.get(page).content.decode()
    dits = [siren for siren in SIRENS if f"/entreprise/{siren}" in html]
    assert len(dits) == 3
    for siren in dits:
        assert lus(siren, suiveuse.acteur.identifiant) == 1
    assert sum(Consultation.objects.values_list("poids", flat=True)) == 3


def test_a8_the_home_weighs_a_company_once_in_ten_minutes(suiveuse: Joue) -> None:
    for _ in range(3):
        suiveuse.client.get("/")
    assert sum(Consultation.objects.values_list("poids", flat=True)) == 3


def test_a8_the_contacts_of_a_service_and_the_targets_of_an_operation() -> None:
    salle, sirets = o.service("Brigade"), o.sirene(3)
    for siret in sirets:
        contact = Interaction.objects.create(
            service=salle.groupe, siren=siret[:9], jour=s.il_y_a(1), genre="visite", auteur=salle.compte.identifiant
        )
        contact.lieux.create(siret=siret)
    operation = o.operation(salle, sirets=sirets)
    client: Client = salle.client()
    for page in ("/contacts", f"/operations/{operation.reference}", f"/operations/{operation.reference}/impression"):
        avant = {siret: lus(siret[:9], salle.compte.identifiant) for siret in sirets}
        assert client.get(page).status_code == 200, page
        assert all(lus(siret[:9], salle.compte.identifiant) == avant[siret] + 1 for siret in sirets), page
    cible = operation.cibles.order_by("siret")[0]
    avant_ = lus(cible.siret[:9], salle.compte.identifiant)
    client.get(f"/operations/{operation.reference}/cibles/{cible.reference}")
    assert lus(cible.siret[:9], salle.compte.identifiant) == avant_ + 1


def test_a8_the_questions_that_a_service_received() -> None:
    demandeur, saisi = d.service("Inspection"), d.service("Impots", NatureService.DGFIP, "dgfip")
    sirets = o.sirene(3)
    for siret in sirets:
        d.demande(demandeur, saisi, siret=siret)
    for qui in (demandeur, saisi):
        boite = "envoyees" if qui is demandeur else "recues"
        assert qui.client().get(f"/demandes?boite={boite}").status_code == 200
        assert [lus(siret[:9], qui.compte.identifiant) for siret in sirets] == [1, 1, 1]
