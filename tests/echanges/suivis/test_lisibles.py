"""An alert is read with the rights of the moment: lost, limited to a département, or of a closed source, it is not
shown, not counted, not mailed. A masked unit is a number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.models import Dossier
from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from fce.echanges.models import AlerteSuivi, Interaction, VisiteAnnoncee
from fce.echanges.objets import CONTACT
from fce.echanges.suivis import lisibles as lisibles_
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes, noter_un_contact, noter_une_visite
from fce.echanges.suivis.courriels import preparer_les_courriels
from fce.echanges.suivis.lisibles import lisibles
from fce.echanges.visites.genre import VISITE
from fce.socle.erreurs import JournalIndisponible
from fce.socle.texte.formats import PARIS
from fce.sources import registre
from fce.sources.nouvelles import Apparition
from tests.donnees.entreprises import fabrique as f
from tests.echanges.suivis import fabrique as s
from tests.echanges.suivis.fabrique import SIREN, SIRET
from tests.echanges.visites import fabrique as v
from tests.echanges.visites.fabrique import Service

pytestmark = pytest.mark.django_db
CESSEE = ">cessée</strong>"
PSE = "Nouveau plan de sauvegarde de l’emploi"
A_LILLE = f.siret_no(SIREN, 2)


def lues(qui: Service) -> list[str]:
    """What he is shown, by all the ways: the reading itself, his page, his first page, the number of his mail."""
    siennes = list(AlerteSuivi.objects.filter(suivi__compte=qui.agent).order_by("code", "siret"))
    phrases = [lue.phrase for lue in lisibles(qui.lecteur, siennes)]
    page = qui.client.get("/suivis").content.decode()
    accueil = qui.client.get("/").content.decode()
    # Another service's visit is never listed on a home page (docs/adr/0036).
    sans_visite = [phrase for phrase in phrases if not phrase.startswith("Visite annoncée")]
    for texte, attendues in ((page, phrases), (accueil, sans_visite)):
        dites = re.findall(r'class="fce-phrase">([^<]+)</span>', texte)
        assert sorted(dites) == sorted(attendues), texte[:200]
    return phrases


def suivre_un_pse(qui: Service) -> None:
    s.sirene()
    s.suivre(qui.agent)
    s.comparer("rupco-procedures", [], [s.pse()])


def test_who_is_habilitated_there_reads_it_with_a_line_in_the_journal() -> None:
    elle = v.service()
    suivre_un_pse(elle)
    avant = Consultation.objects.count()
    page = elle.client.get("/suivis").content.decode()
    assert PSE in page
    assert "MINOTERIE" in page
    lue = Consultation.objects.order_by("-pk").first()
    assert Consultation.objects.count() == avant + 1
    assert lue is not None
    assert (lue.sources, lue.numero, lue.lignes) == (["rupco-procedures"], SIREN, {"rupco-procedures": 1})


def test_who_is_not_habilitated_is_shown_nothing_and_written_nothing() -> None:
    elle = v.service("")
    suivre_un_pse(elle)
    assert lues(elle) == []
    assert "Rien de nouveau" in elle.client.get("/suivis").content.decode()


def test_another_departement_opens_nothing() -> None:
    ailleurs, la = v.service(territoire=("75",)), v.service(territoire=("59",))
    suivre_un_pse(ailleurs)
    s.suivre(la.agent)
    s.comparer("rupco-procedures", [], [s.pse(numero="PSE2")])
    assert (lues(ailleurs), lues(la)) == ([], [PSE])


def test_a_fact_about_an_establishment_is_read_there_where_that_establishment_is() -> None:
    """The company is in both; one of the two controls is in the département of the reader."""
    elle = v.service()
    f.unites(f.unite(SIREN, denomination="MINOTERIE"))
    f.lieux(f.lieu(SIREN, 1, code_commune="75056"), f.lieu(SIREN, 2, code_commune="59350"))
    s.suivre(elle.agent)
    faits = [FaitSuivi(SIREN, siret, "accident-mortel", None) for siret in (SIRET, A_LILLE)]
    ecrire_alertes("accidents-travail", "import-1", faits)
    siennes = lisibles(elle.lecteur, list(AlerteSuivi.objects.all()))
    assert [lue.alerte.siret for lue in siennes] == [A_LILLE]


def test_a_right_that_is_lost_takes_its_alerts_away_at_the_next_reading() -> None:
    elle = v.service()
    suivre_un_pse(elle)
    assert lues(elle) == [PSE]
    Dossier.objects.filter(groupe=elle.groupe).update(fin=timezone.localdate() - timedelta(days=1))
    assert lues(elle) == []
    assert preparer_les_courriels(timezone.now() + timedelta(days=8)) == 0
    assert not ProcrastinateJob.objects.filter(task_name="ecrire_les_alertes").exists()


def test_a_source_or_a_piece_of_news_that_is_declared_no_more_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    elle = v.service()
    s.sirene()
    s.suivre(elle.agent)
    ecrire_alertes("source-retiree", "import-1", [FaitSuivi(SIREN, "", "pse", None)])
    ecrire_alertes("rupco-procedures", "import-1", [FaitSuivi(SIREN, "", "code-retire", None)])
    assert lues(elle) == []


def test_no_secret_is_ever_read_even_by_who_may_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Should a source become a secret under alerts already written."""
    elle = v.service("dgfip")
    s.sirene()
    s.suivre(elle.agent)
    source = registre.source("dgfip-attestation-fiscale")
    monkeypatch.setattr(source, "nouvelles", (Apparition("attestation", "Attestation"),))
    ecrire_alertes(source.nom, "import-1", [FaitSuivi(SIREN, "", "attestation", None)])
    lecteur = replace(elle.lecteur, finalite=PROFILS["dgfip"].finalites[0])
    assert lecteur.decider(source, departements=frozenset({"59"}))
    assert lisibles(lecteur, list(AlerteSuivi.objects.all())) == []
    assert lues(elle) == []


@pytest.mark.parametrize("statut", ["P", None, "o"])
def test_a_masked_unit_is_a_number_and_its_address_never_changes(statut: str | None) -> None:
    elle = v.service()
    f.unites(f.unite(SIREN, denomination="MRK-NOM", statut_diffusion=statut, categorie_juridique="1000"))
    f.lieux(f.lieu(SIREN, code_commune="59350", libelle_commune="MRK-COMMUNE", enseigne_1="MRK-ENSEIGNE"))
    s.suivre(elle.agent)
    faits = [FaitSuivi(SIREN, SIRET, code, None) for code in ("fermeture", "adresse")]
    ecrire_alertes("sirene-etablissements", "import-1", faits)
    assert lues(elle) == ["Établissement"]
    for page in ("/suivis", "/"):
        contenu = elle.client.get(page).content.decode()
        assert "MRK-" not in contenu
        assert "Lille" not in contenu


def test_a_unit_that_sirene_does_not_know_is_masked_and_nowhere() -> None:
    elle = v.service()
    s.suivre(elle.agent)
    ecrire_alertes("rupco-procedures", "import-1", [FaitSuivi(SIREN, "", "pse", None)])
    assert lues(elle) == []


def test_a_contact_of_another_service_is_told_until_it_is_withdrawn() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    s.suivre(elle.agent, ou.siren)
    s.suivre(autre.agent, ou.siren)
    dit = v.contact(autre.groupe, ou, timezone.localdate())
    assert noter_un_contact(dit.pk) == 1
    assert noter_un_contact(dit.pk) == 0
    assert (lues(elle), lues(autre)) == (["Nouveau contact"], [])
    Interaction.objects.update(retiree_le=timezone.now())
    assert lues(elle) == []
    assert noter_un_contact(dit.pk) == 0


def test_an_announced_visit_is_told_without_its_day_until_it_is_over_and_never_one_of_an_operation() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    s.suivre(elle.agent, ou.siret)
    annoncee = v.visite(autre.groupe, ou, v.dans(2), objet="MRK-OBJET")
    assert noter_une_visite(annoncee.pk) == 1
    cachee = v.visite(autre.groupe, ou, v.dans(3), operation=v.operation(autre.groupe))
    assert noter_une_visite(cachee.pk) == 0
    assert lues(elle) == ["Visite annoncée"]
    page = elle.client.get("/suivis").content.decode()
    assert f"{v.dans(2):%d/%m/%Y}" not in page
    assert "MRK-" not in page
    VisiteAnnoncee.objects.filter(pk=annoncee.pk).update(etat="renoncee")
    assert lues(elle) == []


def test_a_visit_by_day_is_told_until_the_end_of_its_week_as_one_by_week_is() -> None:
    par_jour, par_semaine = v.places(2)
    elle, autre = v.service(), v.service("ccrf")
    s.suivre(elle.agent, par_jour.siret)
    s.suivre(elle.agent, par_semaine.siret)
    lundi = v.dans(1) - timedelta(days=2)
    mardi, dimanche = lundi + timedelta(days=1), lundi + timedelta(days=6)
    for visite in (v.visite(autre.groupe, par_jour, mardi), v.visite(autre.groupe, par_semaine, lundi, dimanche)):
        noter_une_visite(visite.pk)
    siennes = list(AlerteSuivi.objects.filter(suivi__compte=elle.agent))
    for ecart in range(8):
        midi = datetime.combine(lundi + timedelta(days=ecart), time(12), tzinfo=PARIS)
        assert len(lisibles(elle.le(midi), siennes)) == (2 if ecart < 7 else 0), ecart


def test_the_gestures_of_a_service_queue_their_alerts_with_them() -> None:
    (ou,) = v.places()
    elle, autre = v.service(), v.service("ccrf")
    s.suivre(elle.agent, ou.siren)
    autre.client.post(
        f"/etablissement/{ou.siret}/contacts/nouveau",
        {"service": autre.groupe.pk, "genre": "visite", "jour": f"{timezone.localdate():%Y-%m-%d}", "sirets": ou.siret},
    )
    autre.client.post(
        f"/etablissement/{ou.siret}/visites/nouvelle",
        {"service": autre.groupe.pk, "precision": "semaine", "jour": f"{v.dans(2):%Y-%m-%d}", "sirets": ou.siret,
         "genre": "visite", "geste": "annoncer"},
    )  # fmt: skip
    faits = (Interaction.objects.count(), VisiteAnnoncee.objects.count())
    assert faits == (1, 1)
    assert s.travailler() == 2
    assert AlerteSuivi.objects.filter(suivi__compte=elle.agent).count() == 2


def test_who_may_not_read_contacts_is_told_of_none() -> None:
    (ou,) = v.places()
    simple, autre = v.service(""), v.service("ccrf")
    s.suivre(simple.agent, ou.siren)
    noter_un_contact(v.contact(autre.groupe, ou, timezone.localdate()).pk)
    noter_une_visite(v.visite(autre.groupe, ou, v.dans(2)).pk)
    assert lues(simple) == []


def test_without_a_journal_what_is_open_alone_is_shown_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    elle = v.service()
    suivre_un_pse(elle)
    ecrire_alertes("sirene-unites-legales", "import-1", [FaitSuivi(SIREN, "", "cessation", None)])

    def perdre(*_: Any) -> None:
        raise JournalIndisponible("Le journal ne répond pas.")

    monkeypatch.setattr(journal, "appeler", perdre)
    for adresse, dit in (("/suivis", "Seul ce qui est ouvert à tous est montré"), ("/", CESSEE)):
        page = elle.client.get(adresse).content.decode()
        assert dit in page
        assert CESSEE in page
        assert PSE not in page


def test_objects_of_the_exchanges_are_those_that_alerts_name() -> None:
    assert {nom for nom, _ in lisibles_._ECHANGES} == {CONTACT.nom, VISITE.nom}
