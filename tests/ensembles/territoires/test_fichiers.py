"""The file of a territory with its restricted columns: for a purpose and a reason, in the journal first, under the
rights of each row."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.ensembles.fichiers import services as ecriture
from fce.ensembles.territoires import fichiers
from fce.ensembles.territoires.mesures import mesures
from fce.ensembles.territoires.models import FichierDeTerritoire
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.operations.fabrique import ServiceJoue
from tests.ensembles.territoires import fabrique as t
from tests.ensembles.territoires.demandes import MOTIF, NORD, REGION, RESERVEES, demander, obtenir, travailler

pytestmark = pytest.mark.django_db


def page(fichier: FichierDeTerritoire, suite: str = "", ou: str = NORD) -> str:
    return f"{ou}/fichiers/{fichier.reference}{suite}"


def sirets(*sirens: str) -> list[str]:
    return [t.siret(siren) for siren in sirens]


def test_it_is_asked_for_followed_and_downloaded(peuple: None) -> None:
    inspectrice = t.agent("59")
    client = inspectrice.client()
    formulaire = client.get(f"{NORD}/fichiers?colonnes=pse").content.decode()
    assert "Demander un fichier de « Nord (59) »" in formulaire
    assert "Les faits de vos sources" in formulaire
    assert "toutes vos limites de volume" in formulaire
    fait = demander(inspectrice, "?colonnes=mortels&colonnes=pse", format="xlsx")
    fichier = FichierDeTerritoire.objects.get()
    assert (fait.status_code, fait["Location"]) == (302, f"{page(fichier)}?fait=fichier-demande")
    assert ProcrastinateJob.objects.filter(
        task_name=fichiers.FICHIERS_DE_TERRITOIRE.tache, args={"fichier": fichier.pk}
    ).exists()
    assert "<progress" in client.get(page(fichier)).content.decode()
    assert "<progress" in client.get(page(fichier, "/avancement")).content.decode()
    assert client.get(page(fichier, "/contenu")).status_code == 404
    fichier = travailler()
    assert (fichier.erreur, fichier.motif, fichier.finalite) == ("", MOTIF, "controle-travail")
    assert client.get(page(fichier, "/avancement"))["HX-Refresh"] == "true"
    assert page(fichier, "/contenu") in client.get(page(fichier)).content.decode()
    rendu = client.get(page(fichier, "/contenu"))
    assert "fce-territoire-departement-59-" in rendu["Content-Disposition"]
    entetes, *rangees = load_workbook(BytesIO(rendu.content))["Territoire"].iter_rows(values_only=True)
    assert entetes[-2:] == ("PSE", "Accidents mortels")
    assert [rangee[-1] for rangee in rangees] == ["aucun connu", "aucun connu", "1 mort au travail"]


def test_every_company_is_in_the_journal_once_with_the_purpose(peuple: None) -> None:
    lues = obtenir(t.agent("59"))
    assert [x["SIRET"] for x in lues] == sirets(t.GRANDE, t.MOYENNE, t.PETITE)
    assert {mesure.titre for mesure in mesures().values()} <= {*lues[0]}
    assert lues[1]["Activité partielle"].startswith("1 500 h")
    ecrites = Consultation.objects.filter(surface="csv", action=Droit.EXPORTER, finalite="controle-travail")
    assert sorted(e.numero for e in ecrites) == sorted([t.GRANDE, t.MOYENNE, t.PETITE])
    assert {e.poids for e in ecrites} == {1}
    assert Consultation.objects.count() == 3
    fichier = FichierDeTerritoire.objects.get()
    assert fichier.consigne_le is not None
    assert fichier.habilitations
    assert {reference for e in ecrites for reference in e.habilitations} == {*fichier.habilitations}


def test_open_columns_alone_need_no_reason_and_no_journal(peuple: None) -> None:
    lues = obtenir(t.agent("59"), "?colonnes=mortels", reservees="")
    assert [x["SIRET"] for x in lues] == sirets(t.GRANDE, t.MOYENNE, t.PETITE)
    assert not {mesure.titre for mesure in mesures().values()} & {*lues[0]}
    assert Consultation.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"motif": ""}, "Dites pourquoi"),
        ({"motif": "court"}, "en dix signes"),
        ({"finalite": ""}, "Choisissez la finalité"),
        ({"finalite": "controle-fiscal"}, "choix"),
    ],
)
def test_without_a_purpose_and_a_reason_nothing_is_asked(peuple: None, change: dict[str, str], phrase: str) -> None:
    refus = demander(t.agent("59"), **change)
    assert refus.status_code == 400
    assert phrase in refus.content.decode()
    assert not FichierDeTerritoire.objects.exists()


@pytest.mark.parametrize("choix", ["?mortels=oui", "?tri=heures"])
def test_a_filter_or_an_order_on_facts_gives_no_open_file(peuple: None, choix: str) -> None:
    inspectrice = t.agent("59")
    refus = demander(inspectrice, choix, reservees="", finalite="", motif="")
    assert refus.status_code == 400
    assert "filtre ou trie par des faits réservés" in refus.content.decode()
    assert not FichierDeTerritoire.objects.exists()
    # Nor does the worker write one that was asked for otherwise.
    FichierDeTerritoire.objects.create(
        auteur=inspectrice.compte.identifiant, genre="departement", code="59", format="csv", total=3, choix=choix[1:]
    )
    fichier = travailler()
    assert (fichier.contenu, fichier.erreur) == (None, fichiers.A_DEMANDER)


def lecture_seule() -> ServiceJoue:
    compte, groupe = c.compte(), c.groupe(nom="Lecture", courriel="l@service.example")
    c.appartenance(compte, groupe)
    return ServiceJoue(
        groupe, compte, acteurs.dossier(groupe, "inspection-travail", ("59",), droits=(Droit.CONSULTER,))
    )


@pytest.mark.parametrize("qui", [t.sans_habilitation, lecture_seule])
def test_who_may_not_export_is_offered_nothing_and_learns_nothing(peuple: None, qui: Any) -> None:
    joue = qui()
    formulaire = joue.client(finalite=None).get(f"{NORD}/fichiers").content.decode()
    assert 'name="motif"' not in formulaire
    assert "Aucune donnée réservée ne vous est ouverte" in formulaire
    lues = obtenir(joue, "?colonnes=mortels")
    assert not {mesure.titre for mesure in mesures().values()} & {*lues[0]}
    assert FichierDeTerritoire.objects.get().motif == ""
    for choix in ("?mortels=oui", "?controle=jamais", "?tri=heures"):
        for reponse in (joue.client().get(f"{NORD}/fichiers{choix}"), demander(joue, choix)):
            assert reponse.status_code == 400
            assert "ligne" not in reponse.content.decode().split("</main>")[0].split("<main")[1]
    assert FichierDeTerritoire.objects.count() == 1
    assert Consultation.objects.count() == 0


def test_without_a_second_factor_no_page_answers(peuple: None) -> None:
    inspectrice = t.agent("59")
    obtenir(inspectrice)
    fichier = FichierDeTerritoire.objects.get()
    sans = inspectrice.client(mfa=False)
    for ou in (f"{NORD}/fichiers", page(fichier), page(fichier, "/avancement"), page(fichier, "/contenu")):
        assert sans.get(ou).status_code in (302, 401, 403), ou
    assert sans.post(f"{NORD}/fichiers", RESERVEES).status_code in (302, 401, 403)
    assert FichierDeTerritoire.objects.count() == 1


def test_beyond_her_departement_a_row_is_closed_and_in_no_journal(peuple: None) -> None:
    lues = {x["SIRET"]: x for x in obtenir(t.agent("59"), "?colonnes=effectif&colonnes=pse", REGION)}
    assert [lues[t.siret(t.VOISINE)][colonne] for colonne in ("Effectif", "PSE")] == ["fermé", "fermé"]
    assert lues[t.siret(t.GRANDE)]["PSE"].startswith("enregistré le ")
    assert t.VOISINE not in Consultation.objects.values_list("numero", flat=True)


def test_a_filter_keeps_only_rows_that_she_may_read_and_counts_no_other(peuple: None) -> None:
    inspectrice = t.agent("59")
    formulaire = inspectrice.client().get(f"{REGION}/fichiers?variation=change").content.decode()
    assert "1 ligne." in formulaire.replace("\xa0", " ")
    # The count alone says something of the few companies that she may read there.
    ecrites = {(e.numero, e.surface, *e.lignes.items()) for e in Consultation.objects.all()}
    assert ecrites == {(siren, "filtre", ("dsn-effectifs", 0)) for siren in (t.GRANDE, t.MOYENNE, t.PETITE)}
    assert [x["SIRET"] for x in obtenir(inspectrice, "?variation=change", REGION)] == sirets(t.GRANDE)


def test_a_purpose_that_does_not_open_a_source_reads_nothing_of_it(peuple: None) -> None:
    inspectrice = t.agent("59")
    c.appartenance(inspectrice.compte, t.agent("59", profil="dreets-3e").groupe)
    # Both purposes are hers; a filter on deaths is offered to the one that reads them.
    formulaire = inspectrice.client().get(f"{NORD}/fichiers?mortels=oui").content.decode()
    assert 'value="controle-travail"' in formulaire
    assert 'value="suivi-mutations"' not in formulaire
    assert demander(inspectrice, "?mortels=oui", finalite="suivi-mutations").status_code == 400
    lues = obtenir(inspectrice, "?colonnes=mortels&colonnes=pse", finalite="suivi-mutations")
    assert {x["Accidents mortels"] for x in lues} == {"fermé"}
    assert lues[0]["PSE"].startswith("enregistré le ")
    assert "Accidents mortels" not in obtenir(inspectrice, finalite="suivi-mutations")[0]
    ecrites = Consultation.objects.filter(finalite="suivi-mutations")
    assert ecrites
    assert "accidents-travail" not in {nom for e in ecrites for nom in e.lignes}
    # A worker that is asked for more than the form offers refuses.
    FichierDeTerritoire.objects.filter(finalite="suivi-mutations").update(
        fini_le=None, choix="mortels=oui", contenu=None
    )
    fichier = travailler()
    assert fichier.contenu is None
    assert "Accident mortel" in fichier.erreur


def test_an_empty_answer_to_a_filter_on_facts_is_written_too(peuple: None) -> None:
    inspectrice = t.agent("59")
    assert obtenir(inspectrice, "?variation=hausse") == []
    ecrites = Consultation.objects.filter(action=Droit.EXPORTER, finalite="controle-travail", surface="filtre")
    assert {e.numero for e in ecrites} == {t.GRANDE, t.MOYENNE, t.PETITE}
    assert {*FichierDeTerritoire.objects.get().habilitations} == {h for e in ecrites for h in e.habilitations}


def test_a_masked_person_is_in_no_file_no_count_and_no_journal(peuple: None) -> None:
    f.unites(
        *(f.unite(siren) for siren in (t.GRANDE, t.MOYENNE)),
        f.unite(t.PETITE, categorie_juridique="1000", statut_diffusion="P", nom="DUVOILE"),
    )
    lues = obtenir(t.agent("59"), "?mortels=oui")
    assert lues == []
    lues = obtenir(t.agent("59"), "?colonnes=mortels")
    assert [x["SIRET"] for x in lues] == sirets(t.GRANDE, t.MOYENNE)
    numeros = set(Consultation.objects.values_list("numero", flat=True))
    assert not numeros & {t.PETITE, t.MASQUEE}
    assert not any(nom in repr(lues) for nom in ("DUVOILE", "MARTRENEUF"))


def test_beyond_the_rows_or_the_weekly_volume_it_is_refused_and_nothing_is_counted(
    peuple: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspectrice = t.agent("59")
    settings.FCE_VOLUMES = "1/600,2/604800"
    demander(inspectrice)
    fichier = travailler()
    assert fichier.contenu is None
    assert "limitée à 2 entreprises en 1 semaine" in fichier.erreur.replace("\xa0", " ").replace("\u202f", " ")
    assert not Consultation.objects.exists()
    settings.FCE_VOLUMES = "1/600,30/604800"
    assert len(obtenir(inspectrice)) == 3
    for module in (
        "fce.ensembles.fichiers.services",
        "fce.ensembles.fichiers.formulaires",
        "fce.ensembles.territoires.fichiers",
    ):
        monkeypatch.setattr(f"{module}.RESERVEES_MAX", 2)
    assert "2 lignes au plus" in inspectrice.client().get(f"{NORD}/fichiers").content.decode().replace("\xa0", " ")
    assert "2 lignes au plus" in demander(inspectrice, "?tri=heures").content.decode().replace("\xa0", " ")
    FichierDeTerritoire.objects.update(fini_le=None, contenu=None)
    assert "plus de 2 lignes" in travailler().erreur.replace("\xa0", " ")
    monkeypatch.setattr(fichiers, "OUVERTS_MAX", 1)
    assert "plus de 1 ligne" in inspectrice.client().get(f"{NORD}/fichiers").content.decode().replace("\xa0", " ")


def test_a_job_done_again_counts_no_company_twice(peuple: None, monkeypatch: pytest.MonkeyPatch) -> None:
    inspectrice = t.agent("59")
    demander(inspectrice)
    fichier = FichierDeTerritoire.objects.get()
    with monkeypatch.context() as tue:
        tue.setattr(ecriture, "PAS", 1)
        with pytest.raises(ecriture.Arret):
            ecriture.ecrire(fichiers.FICHIERS_DE_TERRITOIRE, fichier.pk, lambda: False)
    assert Consultation.objects.count() == 0
    travailler()
    FichierDeTerritoire.objects.update(fini_le=None)
    travailler()
    assert sum(e.poids for e in Consultation.objects.all()) == 3


def test_it_is_of_its_author_and_its_territory_under_the_rights_of_the_download(peuple: None) -> None:
    inspectrice, autre = t.agent("59"), t.agent("59")
    obtenir(inspectrice)
    fichier = FichierDeTerritoire.objects.get()
    for suite in ("", "/avancement", "/contenu"):
        assert inspectrice.client().get(page(fichier, suite)).status_code == 200
        assert inspectrice.client().get(page(fichier, suite, REGION)).status_code == 404
        assert autre.client().get(page(fichier, suite)).status_code == 404
    assert fichier.reference not in autre.client().get(f"{NORD}/fichiers").content.decode()
    Dossier.objects.filter(pk=inspectrice.dossier.pk).update(droits=[Droit.CONSULTER, Droit.MESSAGE])
    assert inspectrice.client().get(page(fichier, "/contenu")).status_code == 403


def test_who_lost_the_right_before_the_writing_is_written_nothing(peuple: None) -> None:
    inspectrice = t.agent("59")
    demander(inspectrice)
    Dossier.objects.filter(pk=inspectrice.dossier.pk).update(droits=[Droit.CONSULTER])
    fichier = travailler()
    assert fichier.contenu is None
    assert fichier.erreur
    assert Consultation.objects.count() == 0


def test_it_goes_after_a_day_and_its_reason_stays(peuple: None) -> None:
    inspectrice = t.agent("59")
    obtenir(inspectrice, "?colonnes=pse")
    FichierDeTerritoire.objects.update(fini_le=timezone.now() - timedelta(days=1, minutes=1))
    fichier = FichierDeTerritoire.objects.get()
    assert "se garde un jour" in inspectrice.client().get(page(fichier, "/contenu")).content.decode()
    assert ecriture.effacer_les_contenus() == 1
    fichier.refresh_from_db()
    assert (fichier.contenu, fichier.choix, fichier.motif) == (None, "", MOTIF)


def test_a_choice_too_long_to_be_kept_whole_is_refused(peuple: None) -> None:
    """Cut, it would keep more establishments than the page."""
    choix = QueryDict(mutable=True)
    choix.setlist("tranche_effectif", ["11"] * 130)
    refus = demander(t.agent("59"), f"?{choix.urlencode()}")
    assert refus.status_code == 400
    assert "trop long" in refus.content.decode()
    assert not FichierDeTerritoire.objects.exists()
