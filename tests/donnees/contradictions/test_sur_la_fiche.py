"""A contradiction on the sheet: for whoever may read all its registers, with what each says; told to a producer."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any

import pytest
from django.test import Client

from fce.donnees.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.donnees.contradictions.services import compter
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.service.portail.contradictions import selectors
from fce.service.portail.models import Signalement
from fce.sources.onglets import SYNTHESE, TOUT
from tests.acces.acteurs import agent_simple, habilite
from tests.donnees.contradictions.cas import FERME, INSCRITE, JOUR, PARIS, RADIEE, Cas, annonce, charger
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes.fabrique import client_de, compte, mandataire
from tests.fautes.conftest import AGENT
from tests.fiche.fiches import fiche_de

pytestmark = pytest.mark.django_db
SIREN = f.siren_no(1)
SIRET = f.siret_no(SIREN)
TROIS = Cas("radiee-bodacc", True, "", faits={"rne": [INSCRITE], "bodacc": [RADIEE]})
EFFECTIF = Cas(
    "effectif-apres-fermeture",
    True,
    "",
    lieux=({**FERME[0], "code_commune": "59350", "libelle_commune": "LILLE"},),
    faits={"dsn-effectifs": [{"mois": date(2021, 6, 1), "total": 4}]},
)


def page(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.content.decode())


def codes(numero: str, lecteur: LecteurDeDonnees | None = None, onglet: Any = SYNTHESE) -> list[str]:
    return [c.code for c in fiche_de(numero, lecteur, onglet=onglet).apercu.contradictions]


def test_the_sheet_tells_what_each_register_says_with_its_dates(client: Client) -> None:
    charger([TROIS])
    for adresse in (f"/entreprise/{SIREN}", f"/entreprise/{SIREN}/tout"):
        lue = page(client, adresse)
        assert "Ce qui se contredit" in lue
        assert "Radiée au Bodacc, active à Sirene et au RNE" in lue
        assert "adiation publiée" in lue
        assert "03/02/2025" in lue
        assert "Signaler à" not in lue
    lue = client.get(f"/api/v1/entreprises/{SIREN}").json()["contradictions"]
    assert [(c["regle"], [d["source"] for d in c["dits"]]) for c in lue] == [
        ("radiee-bodacc", ["sirene-unites-legales", "rne", "bodacc"])
    ]


def test_a_sheet_that_contradicts_nothing_says_nothing(client: Client) -> None:
    charger([Cas("", False, "")])
    assert "Ce qui se contredit" not in page(client, f"/entreprise/{SIREN}")


def test_a_restricted_register_is_only_told_to_whom_may_read_it() -> None:
    charger([EFFECTIF])
    assert codes(SIRET, AGENT) == ["effectif-apres-fermeture"]
    assert codes(SIRET, AGENT, TOUT) == ["effectif-apres-fermeture"]
    assert codes(SIRET) == []
    for joue in (agent_simple(), habilite("inspection-travail", ("2A",)), habilite("inspection-travail", mfa=False)):
        assert "Effectif déclaré après" not in page(joue.client, f"/etablissement/{SIRET}")


def test_an_agent_tells_a_producer_what_open_registers_say(client: Client) -> None:
    charger([TROIS])
    joue = agent_simple()
    assert "source=rne&regle=radiee-bodacc" in page(joue.client, f"/entreprise/{SIREN}")
    adresse = f"/signaler/{SIREN}?source=rne&regle=radiee-bodacc"
    formulaire = page(joue.client, adresse)
    assert "Un greffe a publié la radiation" in formulaire
    assert "radiation publiée, le 03/02/2025" in formulaire
    champs = {"rubrique": "identite", "texte": "À rapprocher du greffe.", "source": "rne", "regle": "radiee-bodacc"}
    joue.client.post(f"/signaler/{SIREN}", champs)
    (envoye,) = Signalement.objects.all()
    assert (envoye.producteur, envoye.regle) == ("inpi", "radiee-bodacc")
    compter(JOUR)
    officier = client_de(mandataire("depot", "inpi"))
    assert f"n° {envoye.pk}" in page(officier, "/depot/contradictions/radiee-bodacc")
    reponse = {"version": 1, "issue": "corriger", "reponse": "Radiée au prochain dépôt."}
    assert officier.post(f"/depot/signalements/{envoye.pk}", reponse).status_code == 302
    assert "le jour même" in page(officier, "/depot/contradictions")
    assert "Radiée au prochain dépôt." in page(joue.client, "/signalements")


@pytest.mark.parametrize(("source", "regle"), [("rne", "inconnue"), ("tva", "radiee-bodacc"), ("", "radiee-bodacc")])
def test_a_report_is_about_a_rule_only_for_a_producer_who_may_be_told(source: str, regle: str) -> None:
    charger([TROIS])
    qui = compte()
    champs = {"rubrique": "identite", "texte": "À rapprocher du greffe.", "source": source, "regle": regle}
    client_de(qui).post(f"/signaler/{SIREN}", champs)
    assert [s.regle for s in Signalement.objects.all()] == [""]


def test_nothing_restricted_is_written_for_a_producer() -> None:
    charger([EFFECTIF])
    joue = habilite("inspection-travail")
    source, regle = "sirene-etablissements", "effectif-apres-fermeture"
    a_l_insee = page(joue.client, f"/signaler/{SIREN}?siret={SIRET}&source={source}&regle={regle}")
    assert "Effectif déclaré" not in a_l_insee
    a_la_dares = page(joue.client, f"/signaler/{SIREN}?siret={SIRET}&source=dsn-effectifs&regle={regle}")
    assert "Effectif déclaré après la fermeture" in a_la_dares
    assert "4 salariés" not in a_la_dares


def test_a_producer_reads_how_many_and_how_fast_and_its_own_list_alone() -> None:
    charger([TROIS, EFFECTIF])
    compter(JOUR)
    officier = client_de(mandataire("depot", "inpi"))
    lue = page(officier, "/depot/contradictions")
    assert "Radiée au Bodacc" in lue
    assert "Effectif déclaré" not in lue
    liste = page(officier, "/depot/contradictions/radiee-bodacc")
    assert f"/entreprise/{SIREN}" in liste
    assert officier.get("/depot/contradictions/effectif-apres-fermeture").status_code == 404
    assert officier.get("/depot/contradictions/inconnue").status_code == 404
    dares = client_de(mandataire("depot", "dares"))
    assert "Effectif déclaré" in page(dares, "/depot/contradictions")
    assert dares.get("/depot/contradictions/radiee-bodacc").status_code == 404
    assert dares.get("/depot/contradictions/effectif-apres-fermeture").status_code == 404  # counted, never listed


def test_a_producer_is_told_how_fast_it_answers() -> None:
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN))
    officier = mandataire("depot", "inpi")
    base = {"siren": SIREN, "rubrique": "identite", "source": "rne", "producteur": "inpi", "regle": "radiee-bodacc"}
    for _ in range(2):
        Signalement.objects.create(texte="x", auteur="c0", **base)
    premier = Signalement.objects.order_by("pk")[0]
    Signalement.objects.filter(pk=premier.pk).update(traite_le=premier.recu_le.replace(year=premier.recu_le.year + 1))
    CompteDeContradictions.objects.create(regle="radiee-bodacc", nombre=7, compte_le=JOUR, duree_ms=1)
    qui = selectors.Responsable(officier.identifiant, frozenset({"inpi"}))
    (vue,) = [v for v in selectors.regles_de(qui) if v.regle.code == "radiee-bodacc"]
    assert (vue.signalees, vue.repondues, vue.delai in (365, 366)) == (2, 1, True)
    ContradictionRelevee.objects.create(regle="radiee-bodacc", siren=SIREN)
    liste = page(client_de(officier), "/depot/contradictions/radiee-bodacc")
    assert "n° " in liste
    assert "sur 7" in liste


def test_the_rules_are_open_to_all_and_the_restricted_ones_give_no_number(client: Client) -> None:
    charger([TROIS, EFFECTIF])
    compter(JOUR)
    lue = page(client, "/contradictions")
    assert "1 entreprise, le 25/11/2026" in lue
    assert "Un registre est réservé : le nombre n’est pas publié" in lue
    assert "Mutuelles, associations, fondations" in lue


@pytest.mark.parametrize(
    ("champs", "annonces", "attendu"),
    [
        ({}, [annonce("modification", date(2024, 5, 1), PARIS)], f"FR7501.{SIREN}"),
        ({}, [annonce("dpc", date(2024, 5, 1), "Tribunal des activités économiques du Havre")], f"FR7606.{SIREN}"),
        ({}, [annonce("modification", date(2024, 5, 1), "Tribunal judiciaire de Colmar")], None),
        ({}, [annonce("collective", date(2024, 5, 1), PARIS)], None),
        ({}, [annonce("creation", date(2020, 5, 1), PARIS), annonce("radiation", date(2024, 5, 1), PARIS)], None),
        ({}, [], None),
        ({"categorie_juridique": "1000"}, [annonce("modification", date(2024, 5, 1), PARIS)], None),
        ({"statut_diffusion": "P"}, [annonce("modification", date(2024, 5, 1), PARIS)], None),
    ],
)
def test_the_euid_is_computed_only_when_the_court_of_the_register_is_known(
    client: Client, champs: dict[str, Any], annonces: list[Any], attendu: str | None
) -> None:
    charger([Cas("", False, "", unite=champs, faits={"bodacc": annonces})])
    assert client.get(f"/api/v1/entreprises/{SIREN}").json()["euid"] == attendu
    assert ("EUID" in page(client, f"/entreprise/{SIREN}/tout")) is (attendu is not None)
