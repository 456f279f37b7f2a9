"""The screens of who keeps the accounts, and what everyone reads of the budget."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fce.demo.convention import SIGNEE, ecrire_la_convention
from fce.droits.comptes.models import Compte
from fce.service.convention import suivi, views_comites
from fce.service.convention.models import Avenant, Convention, Ecriture, Formalite, Marche, Prevision
from fce.service.convention.services import empreinte_de
from fce.socle.web.offres import ChiffreDImpact, Impact, Offres
from tests import horloge
from tests.droits.comptes import fabrique
from tests.service.convention import fabrique as f

pytestmark = pytest.mark.django_db
IMPUTATION = {cle: valeur for cle, valeur in SIGNEE.items() if cle not in ("ae", "cp", "preavis_mois")}


def lu(reponse: Any) -> str:
    corps = b"".join(reponse) if reponse.streaming else reponse.content
    texte: str = corps.decode("utf-8-sig")
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def poser(client: Client, convention: Convention, page: str, **champs: Any) -> Any:
    return client.post(f"/convention/{convention.pk}/{page}", champs)


def colonnes(reponse: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(lu(reponse)), delimiter=";"))


def test_an_agreement_is_recorded_by_its_form(teneur: Client, teneur_compte: Compte) -> None:
    champs = {**IMPUTATION, "ae": "60 000", "cp": "60000,00", "debut": "2026-07-01", "fin": "31/12/2026",
              "preavis_mois": "3"}  # fmt: skip
    refus = teneur.post("/convention/nouvelle", {**champs, "fin": "30/06/2026"})
    assert refus.status_code == 422
    assert "finit après avoir commencé" in lu(refus)
    assert teneur.post("/convention/nouvelle", {**champs, "ae": "1,234"}).status_code == 400
    reponse = teneur.post("/convention/nouvelle", champs)
    convention = Convention.objects.get()
    assert reponse["Location"] == f"/convention/{convention.pk}?fait=convention-inscrite"
    assert (convention.ae, convention.cp, convention.par) == (60_000_00, 60_000_00, teneur_compte.identifiant)
    assert convention.demonstration is False
    assert "Convention de délégation" in lu(teneur.get("/convention"))


def test_the_whole_life_of_an_expense_by_the_forms(convention: Convention, teneur: Client) -> None:
    jour, apres = f.jour(convention, 10), f.jour(convention, 20)
    marche = {"reference": "M1", "intitule": "I", "titulaire": "T", "debut": convention.debut, "fin": convention.fin}
    assert poser(teneur, convention, "marches", **marche).status_code == 302
    pieces = {"piece": "BC 1", "chorus": "1400000001"}
    engagement = {"montant": "1234,56", "jour": jour, "nature": "design", "titre": "3"}
    engagement["marche"] = Marche.objects.get().pk
    assert poser(teneur, convention, "livre/engagement", **engagement, **pieces).status_code == 302
    ecrit = Ecriture.objects.get()
    assert (ecrit.montant, ecrit.nature, ecrit.marche_id) == (1234_56, "design", Marche.objects.get().pk)
    paiement = {"engagement": ecrit.pk, "montant": "1000", "jour": apres, **pieces}
    refus = poser(teneur, convention, "livre/paiement", **paiement)
    assert refus.status_code == 422
    assert "Aucun service fait n’est certifié" in lu(refus)
    assert poser(teneur, convention, "livre/service-fait", **paiement).status_code == 302
    assert poser(teneur, convention, "livre/paiement", **paiement).status_code == 302
    paye = Ecriture.objects.get(genre="paiement")
    annulation = {"montant": "400", "jour": apres, "piece": "Avoir"}
    assert poser(teneur, convention, f"livre/{paye.pk}/annulation", **annulation).status_code == 302
    assert poser(teneur, convention, "livre/recette", montant="60000", jour=jour, **pieces).status_code == 302
    page = lu(teneur.get(f"/convention/{convention.pk}/livre"))
    assert "payé : 600,00 €" in page
    assert "reçu : 60 000,00 €" in page
    assert f"annulation de l’écriture n° {paye.pk}" in page
    # What is left of it may be taken back, then nothing may.
    lien = f"/convention/{convention.pk}/livre/{paye.pk}/annulation"
    assert f'href="{lien}"' in page
    poser(teneur, convention, f"livre/{paye.pk}/annulation", **{**annulation, "montant": "600"})
    assert f'href="{lien}"' not in lu(teneur.get(f"/convention/{convention.pk}/livre"))


@pytest.mark.parametrize(
    ("champs", "phrase"),
    [
        ({"titre": "2"}, "le titre 2 est refusé"),
        ({"montant": "60000,01"}, "pour 60 000,00 € d’autorisations d’engagement"),
        ({"jour": "2001-01-01"}, "avant le début de la convention"),
        ({"jour": "2100-01-01"}, "à venir"),
    ],
)
def test_a_refusal_is_said_on_the_form(
    convention: Convention, teneur: Client, champs: dict[str, str], phrase: str
) -> None:
    propres = {"montant": "1", "jour": f.jour(convention, 1), "nature": "devops", "titre": "3"}
    reponse = poser(teneur, convention, "livre/engagement", piece="p", chorus="c", **{**propres, **champs})
    assert reponse.status_code == 422
    assert phrase in lu(reponse)
    assert not Ecriture.objects.exists()


def test_the_other_forms_write_what_they_say(convention: Convention, teneur: Client) -> None:
    jour = f.jour(convention, 3)
    avenant = {"objet": "Plus", "signe_le": jour, "effet_le": jour, "ae": "70000", "cp": "70000", "fin": convention.fin}
    for page, champs in (
        ("avenants", avenant),
        ("previsions", {"mois": convention.fin, "nature": "coaching", "ae": "0", "cp": "12,5"}),
        ("formalites", {"nature": "lettre-de-mission", "jour": jour, "objet": "Signée"}),
        ("avancement", {"nature": "devops", "jour": jour, "part": "40", "fait": "Hébergement"}),
        ("comites", {"prevu_le": jour}),
        ("decisions", {"question": "Continuer ?"}),
        ("modifier", {**IMPUTATION, "activite": "035200010102", "vue": empreinte_de(convention)}),
        ("fin", {"donne_le": jour, "par_qui": "Délégant"}),
    ):
        reponse = poser(teneur, convention, page, **champs)
        assert reponse.status_code == 302, (page, lu(reponse))
    assert Avenant.objects.get().ae == 70_000_00
    assert (Prevision.objects.get().mois.day, Prevision.objects.get().cp) == (1, 12_50)
    copie = {"nature": "copie-delegant", "jour": jour, "objet": "Envoyée", "avenant": Avenant.objects.get().pk}
    assert "Il manque : avenant n° 1" in lu(teneur.get(f"/convention/{convention.pk}/formalites"))
    assert poser(teneur, convention, "formalites", **copie).status_code == 302
    assert Formalite.objects.filter(avenant__isnull=False).count() == 1
    decision, comite = convention.decisions.get(), convention.comites.first()
    assert comite is not None
    tenu = {"tenu_le": jour, "presidence": "Présidente", "participants": "A", "decision": "Continuer"}
    assert poser(teneur, convention, f"decisions/{decision.pk}", reponse="Oui", prise_le=jour).status_code == 302
    assert poser(teneur, convention, f"comites/{comite.pk}", **tenu).status_code == 302
    refait = poser(teneur, convention, f"comites/{comite.pk}", **tenu)
    assert "Le compte rendu de ce comité est déjà inscrit." in lu(refait)
    page = lu(teneur.get(f"/convention/{convention.pk}"))
    assert "préavis donné le" in page
    assert "035200010102" in page


def test_a_correction_that_crosses_another_is_told_and_may_be_sent_again(
    convention: Convention, teneur: Client
) -> None:
    vue = empreinte_de(convention)
    assert poser(teneur, convention, "modifier", **{**IMPUTATION, "activite": "A2", "vue": vue}).status_code == 302
    refus = poser(teneur, convention, "modifier", **{**IMPUTATION, "centre_de_cout": "C2", "vue": vue})
    assert refus.status_code == 409
    assert 'value="C2"' in lu(refus)
    (relue,) = re.findall(r'name="vue" value="(\w+)"', lu(refus))
    champs = {**IMPUTATION, "activite": "A2", "centre_de_cout": "C2", "vue": relue}
    assert poser(teneur, convention, "modifier", **champs).status_code == 302
    convention.refresh_from_db()
    assert (convention.activite, convention.centre_de_cout) == ("A2", "C2")


def test_the_statement_has_all_the_references_of_chorus(convention: Convention, teneur: Client) -> None:
    f.paye(convention, 1234_56)
    page = lu(teneur.get(f"/convention/{convention.pk}/etat"))
    for nom in (
        "programme",
        "axe_ministeriel",
        "domaine_fonctionnel",
        "centre_financier",
        "activite",
        "centre_de_cout",
    ):
        assert SIGNEE[nom] in page
    assert "1 234,56 €" in page
    assert "non noté" in page
    rangees = colonnes(teneur.get(f"/convention/{convention.pk}/etat.csv"))
    assert [r["Montant (€)"] for r in rangees] == ["1234,56"] * 3
    for r in rangees:
        assert (r["Programme"], r["Axe ministériel"], r["Domaine fonctionnel"]) == ("352", "DEMO-01", "0352 action 1")
        assert (r["Centre financier"], r["Activité"]) == ("0352-CFSE-CFIN", "035200010101")
        assert (r["Centre de coût"], r["Comptable assignataire"]) == ("SGSIFAB075", SIGNEE["comptable_assignataire"])
        assert r["Référence Chorus"].startswith("1400")


def test_a_statement_of_a_day_leaves_out_what_came_later(convention: Convention, teneur: Client) -> None:
    f.paye(convention, 100, rang=10)
    adresse = f"/convention/{convention.pk}/etat.csv?au={f.jour(convention, 11)}"
    assert [r["Genre"] for r in colonnes(teneur.get(adresse))] == ["engagement", "certification du service fait"]
    for au in ("hier", "2026-02-30"):
        assert teneur.get(f"/convention/{convention.pk}/etat?au={au}").status_code == 400


def test_the_file_of_a_committee_holds_impact_budget_and_open_questions(
    convention: Convention, teneur: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    f.paye(convention, 100_00)
    suivi.ajouter_decision(convention.pk, "Ouvrir à la <Douane> ?", f.PAR)
    comite = convention.comites.get()
    adresse = f"/convention/{convention.pk}/comites/{comite.pk}/dossier"
    monkeypatch.setattr(views_comites, "offres", Offres)
    assert "L’impact n’est pas mesuré" in lu(teneur.get(adresse))
    chiffre = ChiffreDImpact("Visites reportées ou jointes", "12", "40")
    mesure = Impact(date(2026, 7, 1), date(2026, 10, 31), (chiffre,))
    monkeypatch.setattr(views_comites, "offres", lambda: Offres(impact=lambda debut, fin: mesure))
    page = lu(teneur.get(adresse))
    # V9: the period of what was measured, not that of the agreement until today.
    assert "Du 01/07/2026 au 31/10/2026" in page
    assert "Visites reportées ou jointes" in page
    assert "100,00 €" in page
    assert "Ouvrir à la &lt;Douane&gt; ?" in page


def test_the_file_of_a_committee_that_was_held_says_what_was_known_then(convention: Convention, teneur: Client) -> None:
    f.paye(convention, 100_00, rang=10)
    comite = suivi.ajouter_comite(convention.pk, f.jour(convention, 9), f.PAR)
    tenu = {"tenu_le": comite.prevu_le, "presidence": "P", "participants": "A", "decision": "Commencer"}
    suivi.noter_comite(convention.pk, comite.pk, tenu, f.PAR)
    suivi.ajouter_decision(convention.pk, "Posée depuis ?", f.PAR)
    page = lu(teneur.get(f"/convention/{convention.pk}/comites/{comite.pk}/dossier"))
    assert "Commencer" in page
    assert "100,00 €" not in page
    assert "Posée depuis" not in page


def test_a_notice_is_printed_then_its_sending_recorded(convention: Convention, teneur: Client) -> None:
    (avis,) = suivi.preparer_avis(convention.fin - timedelta(days=30))
    adresse = f"/convention/{convention.pk}/avis/{avis.pk}"
    page = lu(teneur.get(adresse))
    assert "ne sera pas consommée" in page
    assert "60 000,00 €" in page
    assert teneur.post(adresse, {"envoye_le": "demain"}).status_code == 400
    type(avis).objects.filter(pk=avis.pk).update(prepare_le=convention.debut)
    assert teneur.post(adresse, {"envoye_le": f"{f.aujourd_hui()}"}).status_code == 302
    refait = teneur.post(adresse, {"envoye_le": f"{f.aujourd_hui()}"})
    assert refait.status_code == 409
    assert "L’envoi de cet avis est déjà noté." in lu(refait)
    assert "Noter l’envoi" not in lu(teneur.get(adresse))


PAGES = ("", "/modifier", "/fin", "/etat", "/etat.csv", "/livre", "/livre/engagement", "/livre/paiement", "/marches",
         "/avenants", "/previsions", "/formalites", "/avancement", "/comites", "/decisions")  # fmt: skip


def test_an_unknown_agreement_and_what_is_of_another_are_not_found(teneur: Client) -> None:
    convention, autre = f.convention(), f.convention(titre="Autre")
    ligne = f.ecrire(autre, "engagement", 100)
    comite = autre.comites.get()
    question = suivi.ajouter_decision(autre.pk, "Q", f.PAR)
    (_, avis) = suivi.preparer_avis(autre.fin - timedelta(days=3))
    assert avis.convention == autre
    for page in PAGES:
        assert teneur.get(f"/convention/987654{page}").status_code == 404, page
    siennes = (
        (f"livre/{ligne.pk}/annulation", "livre/987654/annulation"),
        (f"comites/{comite.pk}", "comites/987654"),
        (f"comites/{comite.pk}/dossier", "comites/987654/dossier"),
        (f"decisions/{question.pk}", "decisions/987654"),
        (f"avis/{avis.pk}", "avis/987654"),
    )
    for d_une_autre, inconnue in siennes:
        reponses = [teneur.get(f"/convention/{convention.pk}/{page}") for page in (d_une_autre, inconnue)]
        assert [r.status_code for r in reponses] == [404, 404]
        corps = [re.sub(r'value="\w{64}"|[0-9a-f]{16}|\d+', "", lu(r)) for r in reponses]
        assert corps[0] == corps[1]
        assert teneur.get(f"/convention/{autre.pk}/{d_une_autre}").status_code == 200
    assert teneur.get(f"/convention/{convention.pk}/livre/cadeau").status_code == 404


@pytest.mark.parametrize("role", ["", "equipe", "approbateur", "auditeur", "depot"])
def test_nobody_else_reads_nor_writes(convention: Convention, role: str) -> None:
    client = fabrique.client_de(fabrique.mandataire(role) if role else fabrique.compte())
    for page in PAGES:
        assert client.get(f"/convention/{convention.pk}{page}").status_code == 403
    assert poser(client, convention, "livre/recette", montant="1").status_code == 403
    assert "/convention" not in lu(client.get("/"))


def test_the_first_page_leads_who_keeps_the_accounts_there(teneur: Client) -> None:
    suivi.preparer_avis(f.convention().fin - timedelta(days=3))
    page = lu(teneur.get("/"))
    assert 'href="/convention"' in page
    assert "Envoyer un avis au financeur" in page


def test_the_budget_says_nothing_when_there_is_no_agreement(client: Client) -> None:
    assert "Aucune convention n’est inscrite." in lu(client.get("/budget"))
    assert colonnes(client.get("/budget.csv")) == []


def test_everyone_reads_the_budget_and_nobody_in_it(client: Client) -> None:
    teneuse = fabrique.compte()
    convention = ecrire_la_convention(teneuse, f.aujourd_hui())
    assert convention is not None
    page, fichier = lu(client.get("/budget")), lu(client.get("/budget.csv"))
    for montant in ("60 000,00 €", "51 600,00 €", "33 600,00 €"):
        assert montant in page
    assert "Données de démonstration" in page
    assert "<svg" in page
    assert f"Dernière mise à jour : {horloge.jour_de_la_base():%d/%m/%Y}" in page
    for secret in ("Groupement inventé", "Bon de commande", "DEMO-EJ", "DEMO-DP", teneuse.identifiant, "Directrice"):
        assert secret not in page + fichier
    rangees = colonnes(client.get("/budget.csv"))
    assert {r["Convention"] for r in rangees} == {f"{SIGNEE['titre']} (démonstration)"}
    assert sum(float(r["Engagé (€)"].replace(",", ".")) for r in rangees) == 51_600
    assert sum(float(r["Reçu (€)"].replace(",", ".")) for r in rangees) == 60_000
    assert {r["Nature"] for r in rangees} > {"devops", "recettes"}


def test_the_public_role_of_the_base_reads_no_more_than_the_page_shows(convention: Convention, client: Client) -> None:
    """The page works under it (see ``pages_sous_roles``), and so few questions answer it, however long the ledger."""
    for rang in range(12):
        f.ecrire(convention, "engagement", 100, rang=rang * 9)
    with CaptureQueriesContext(connection) as capture:
        assert client.get("/budget").status_code == 200
    assert len(capture) <= 4
    assert not [q for q in capture.captured_queries if re.search(r'"(par|piece|chorus|titulaire)"', q["sql"])]


def test_the_ledger_asks_as_many_questions_whatever_its_length(convention: Convention, teneur: Client) -> None:

    def questions() -> int:
        with CaptureQueriesContext(connection) as capture:
            teneur.get(f"/convention/{convention.pk}/livre")
        return len(capture)

    f.paye(convention, 100)
    questions()  # what the process remembers afterwards is asked once
    avant = questions()
    for rang in range(10):
        f.paye(convention, 100, rang=rang)
    assert questions() == avant


def test_the_pages_of_everyone_lead_to_the_budget(client: Client) -> None:
    assert 'href="/budget"' in lu(client.get("/mentions-legales"))
