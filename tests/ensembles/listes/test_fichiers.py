"""A file that the worker writes: asked for, followed, downloaded; reserved columns only with a reason, within the
volume, in the journal first."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.donnees.imports.models import Import
from fce.droits.comptes.models import Appartenance
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.ensembles.fichiers import services as fichiers
from fce.ensembles.fichiers.services import ContenuDeFichier
from fce.ensembles.listes import exports, selectors, services
from fce.ensembles.listes.models import FichierDeListe, ListeDeTravail
from fce.fiche.colonnes_de_liste import AUCUNE, CASE_RESERVEE
from fce.socle.erreurs import JournalIndisponible
from tests.donnees.entreprises import fabrique as f
from tests.ensembles.listes import fabrique as l
from tests.pannes import lever
from tests.recherche.univers import BREST, Univers

pytestmark = pytest.mark.django_db
MOTIF = "Préparer le plan de contrôle du trimestre."
RESERVEES = {"format": "csv", "reservees": "on", "finalite": "controle-travail", "motif": MOTIF}


@pytest.fixture
def sirens() -> list[str]:
    """A company with a fatal accident in the territory, one with one elsewhere, one without any, a masked person."""
    univers = Univers()
    siens = [univers.entreprise("ALPHA"), univers.entreprise("BETA", BREST), univers.entreprise("GAMMA")]
    for siren in siens[:2]:
        univers.fait("accidents-travail", siret=f.siret_no(siren), total=3, mortels=1)
    siens.append(univers.personne("SECRET", "ANNE", statut_diffusion="P"))
    univers.charger()
    return siens


def travailler() -> FichierDeListe:
    """What the worker does of the last file asked for."""
    dernier = FichierDeListe.objects.latest("pk")
    fichiers.ecrire(exports.FICHIERS_DE_LISTE, dernier.pk)
    dernier.refresh_from_db()
    return dernier


def demander(de: l.ServiceJoue, liste: ListeDeTravail, dit: dict[str, Any], choix: str = "") -> HttpResponse:
    return de.client().post(f"/listes/{liste.reference}/fichiers{choix}", dit)  # type: ignore[return-value]


def page(liste: ListeDeTravail, fichier: FichierDeListe, suite: str = "") -> str:
    return f"/listes/{liste.reference}/fichiers/{fichier.reference}{suite}"


def lire_csv(octets: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(octets.decode("utf-8-sig")), delimiter=";"))


def test_a_file_is_asked_for_followed_and_downloaded(unite: l.ServiceJoue, sirens: list[str]) -> None:
    liste, client = l.liste(unite, sirens), unite.client()
    fait = demander(unite, liste, {"format": "xlsx"}, "?tri=nom&colonnes=commune")
    fichier = FichierDeListe.objects.get()
    assert (fait.status_code, fait["Location"]) == (302, f"{page(liste, fichier)}?fait=fichier-demande")
    assert ProcrastinateJob.objects.filter(
        task_name=exports.FICHIERS_DE_LISTE.tache, args={"fichier": fichier.pk}
    ).exists()
    avant = client.get(page(liste, fichier))
    assert "<progress" in avant.content.decode()
    assert not avant.has_header("Refresh")
    assert client.get(page(liste, fichier, "?actualiser=oui"))["Refresh"] == "5"
    assert "<progress" in client.get(page(liste, fichier, "/avancement")).content.decode()
    assert client.get(page(liste, fichier, "/contenu")).status_code == 404
    fichier = travailler()
    assert "il est prêt" in client.get(f"/listes/{liste.reference}/fichiers").content.decode()
    assert client.get(page(liste, fichier, "/avancement"))["HX-Refresh"] == "true"
    apres = client.get(page(liste, fichier, "?actualiser=oui"))
    assert not apres.has_header("Refresh")
    assert page(liste, fichier, "/contenu") in apres.content.decode()
    rendu = client.get(page(liste, fichier, "/contenu"))
    assert "Chantiers" not in rendu["Content-Disposition"]
    rangees = list(load_workbook(BytesIO(rendu.content))["Liste"].iter_rows(values_only=True))
    assert rangees[0][:3] == ("SIREN ou SIRET", "Nom", "Commune")
    assert {rangee[0] for rangee in rangees[1:]} == set(sirens)
    assert "SECRET" not in repr(rangees)
    assert Consultation.objects.filter(surface="xlsx", action=Droit.EXPORTER, numero__in=sirens).count() == 4


def test_reserved_columns_say_what_is_closed_what_is_unknown_and_are_in_the_journal_first(
    unite: l.ServiceJoue, sirens: list[str]
) -> None:
    liste = l.liste(unite, sirens)
    assert demander(unite, liste, RESERVEES).status_code == 302
    fichier = travailler()
    assert (fichier.erreur, fichier.motif, fichier.finalite) == ("", MOTIF, "controle-travail")
    entetes, *rangees = lire_csv(bytes(fichier.contenu or b""))
    colonne = entetes.index("Accidents du travail")
    dites = {rangee[0]: rangee[colonne] for rangee in rangees}
    assert "mort au travail" in dites[sirens[0]]
    assert dites[sirens[1]] == CASE_RESERVEE
    assert dites[sirens[2]].startswith(AUCUNE)
    ecrites = Consultation.objects.filter(surface="csv", finalite="controle-travail").exclude(sources=["listes"])
    assert set(ecrites.values_list("numero", flat=True)) >= {sirens[0], sirens[2]}
    assert sirens[1] not in ecrites.filter(sources__contains=["accidents-travail"]).values_list("numero", flat=True)
    assert {e.poids for e in ecrites} == {1}
    assert fichier.consigne_le is not None
    assert fichier.habilitations


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"motif": ""}, "Dites pourquoi"),
        ({"motif": "court"}, "en dix signes"),
        ({"motif": "NIR 1 85 05 78 006 084 91"}, "sécurité sociale"),
        ({"finalite": "controle-fiscal"}, "choix"),
    ],
)
def test_without_a_purpose_and_a_reason_nothing_is_asked(
    unite: l.ServiceJoue, sirens: list[str], change: dict[str, str], phrase: str
) -> None:
    refus = demander(unite, l.liste(unite, sirens), RESERVEES | change)
    assert refus.status_code == 400
    assert phrase in refus.content.decode()
    assert not FichierDeListe.objects.exists()


def test_the_form_says_that_it_counts_in_every_limit_and_what_a_large_file_closes(
    unite: l.ServiceJoue, sirens: list[str], settings: Any
) -> None:
    ou = f"/listes/{l.liste(unite, sirens).reference}/fichiers"
    texte = unite.client().get(ou).content.decode()
    assert "toutes vos limites de volume" in texte
    assert "aucune autre donnée réservée" not in texte
    settings.FCE_VOLUMES = "2/600,4/86400,5/90000,30/604800"
    texte = unite.client().get(ou).content.decode().replace("\xa0", " ")
    assert "jusqu’à 1 jour après, aucune autre donnée réservée" in texte


def test_beyond_the_lines_or_the_weekly_volume_it_is_refused_and_nothing_is_counted(
    unite: l.ServiceJoue, sirens: list[str], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = l.liste(unite, sirens)
    settings.FCE_VOLUMES = "1/600,2/604800"
    demander(unite, liste, RESERVEES)
    fichier = travailler()
    assert fichier.contenu is None
    assert "limitée à 2 entreprises en 1 semaine" in fichier.erreur.replace("\xa0", " ").replace("\u202f", " ")
    texte = unite.client().get(page(liste, fichier)).content.decode()
    assert "n’a pas été écrit" in texte
    assert '/contenu"' not in texte
    reservees = Consultation.objects.exclude(sources=["listes"])
    assert not reservees.exists()
    # The short limit does not bound what was asked for with a reason; the long one does.
    settings.FCE_VOLUMES = "1/600,30/604800"
    demander(unite, liste, RESERVEES)
    assert travailler().erreur == ""
    monkeypatch.setattr(fichiers, "RESERVEES_MAX", 3)
    refus = demander(unite, liste, RESERVEES)
    assert refus.status_code == 400
    assert "3 lignes au plus" in refus.content.decode().replace("\xa0", " ").replace("\u202f", " ")


def test_a_job_done_again_counts_no_company_twice_and_a_silent_journal_writes_nothing(
    unite: l.ServiceJoue, sirens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = l.liste(unite, sirens)
    demander(unite, liste, RESERVEES)
    fichier = FichierDeListe.objects.get()
    with monkeypatch.context() as casse:
        casse.setattr("fce.droits.habilitations.lecteur.journal.consigner", lever(JournalIndisponible("fermé")))
        with pytest.raises(JournalIndisponible):
            travailler()
    fichier.refresh_from_db()
    assert (fichier.fini_le, fichier.contenu) == (None, None)
    with monkeypatch.context() as tue:
        tue.setattr(fichiers, "PAS", 1)
        with pytest.raises(fichiers.Arret):
            fichiers.ecrire(exports.FICHIERS_DE_LISTE, fichier.pk, lambda: False)
    travailler()
    pesees = Consultation.objects.exclude(sources=["listes"])
    avant = sum(c.poids for c in pesees)
    FichierDeListe.objects.update(fini_le=None)
    travailler()
    assert sum(c.poids for c in pesees.all()) == avant


def test_rights_are_those_of_the_writing_then_of_the_download(unite: l.ServiceJoue, sirens: list[str]) -> None:
    liste, collegue = l.liste(unite, sirens), l.collegue(unite)
    demander(unite, liste, RESERVEES)
    fichier = travailler()
    ou = page(liste, fichier, "/contenu")
    assert unite.client().get(ou).status_code == 200
    assert collegue.client().get(ou).status_code == 404
    assert collegue.client().get(page(liste, fichier)).status_code == 404
    assert l.service("Brigade").client().get(ou).status_code == 404
    assert unite.client(mfa=False).get(ou).status_code == 302
    Dossier.objects.filter(pk=unite.dossier.pk).update(droits=[Droit.CONSULTER, Droit.MESSAGE])
    assert unite.client().get(ou).status_code == 403
    assert demander(unite, liste, {"format": "csv"}).status_code == 403
    Dossier.objects.filter(pk=unite.dossier.pk).update(
        droits=[Droit.CONSULTER, Droit.MESSAGE, Droit.EXPORTER], fin=timezone.localdate() - timedelta(days=1)
    )
    assert unite.client().get(ou).status_code in (403, 404)


def test_who_left_before_the_writing_is_written_nothing(unite: l.ServiceJoue, sirens: list[str]) -> None:
    liste = l.liste(unite, sirens)
    demander(unite, liste, RESERVEES)
    Appartenance.objects.filter(compte=unite.compte).update(fin=timezone.now())
    fichier = travailler()
    assert fichier.contenu is None
    assert fichier.erreur
    assert not Consultation.objects.exclude(sources=["listes"]).exists()


@pytest.mark.parametrize("dit", [{"format": "csv"}, RESERVEES])
def test_a_list_that_has_grown_since_gives_no_line_that_was_not_asked_for(
    dit: dict[str, Any], unite: l.ServiceJoue, sirens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = l.liste(unite, sirens[:2])
    demander(unite, liste, dit)
    demander(unite, liste, dit, "?departement=29")
    entier, ici = FichierDeListe.objects.order_by("pk")
    services.ajouter(unite.lecteur(), liste.pk, sirens[2:])
    monkeypatch.setattr(selectors, "TRIEES_MAX", 2)
    for fichier, phrase in ((entier, exports.PLUS_LONGUE), (ici, "ne se filtre que par traitement")):
        fichiers.ecrire(exports.FICHIERS_DE_LISTE, fichier.pk)
        fichier.refresh_from_db()
        assert fichier.contenu is None
        assert phrase in fichier.erreur
    assert not Consultation.objects.exists()
    assert demander(unite, liste, dit, "?departement=29").status_code == 400


def test_the_content_goes_after_a_day_or_a_new_sirene_and_the_reason_stays(
    unite: l.ServiceJoue, sirens: list[str]
) -> None:
    liste = l.liste(unite, sirens)
    demander(unite, liste, RESERVEES, "?etat=a_voir")
    fichier = travailler()
    ou = page(liste, fichier, "/contenu")
    # A return to an older version masks units in it, and leaves its date as it was.
    Import.objects.filter(source="sirene-unites-legales").update(remasquee=True)
    perime = unite.client().get(ou)
    assert perime.status_code == 404
    assert fichiers.PERIME in perime.content.decode()
    Import.objects.filter(source="sirene-unites-legales").update(remasquee=False)
    assert unite.client().get(ou).status_code == 200
    FichierDeListe.objects.update(fini_le=timezone.now() - timedelta(days=1, minutes=1))
    assert "se garde un jour" in unite.client().get(ou).content.decode()
    demander(unite, liste, {"format": "csv"})
    FichierDeListe.objects.filter(fini_le=None).update(cree_le=timezone.now() - timedelta(days=1, minutes=1))
    assert fichiers.effacer_les_contenus() == 1
    assert FichierDeListe.objects.latest("pk").erreur == fichiers.JAMAIS_ECRIT
    services.effacer(unite.lecteur(), liste.pk, 1)
    fichier.refresh_from_db()
    assert (fichier.contenu, fichier.choix, fichier.motif, fichier.liste_id) == (None, "", MOTIF, None)


@pytest.mark.parametrize("finit_avant", [False, True])
def test_who_is_masked_while_a_file_is_written_is_in_no_file(
    finit_avant: bool, unite: l.ServiceJoue, sirens: list[str]
) -> None:
    """Sirene switches after its rows are read; or, with the file written, by an import that ended before it."""
    liste = l.liste(unite, sirens)
    demander(unite, liste, {"format": "csv"})
    fichier = FichierDeListe.objects.get()

    def preparer(demande: FichierDeListe, lecteur: LecteurDeDonnees) -> ContenuDeFichier:
        contenu = exports.preparer(demande, lecteur)
        lu = contenu._replace(rangees=list(contenu.rangees))
        if not finit_avant:
            basculer()
        return lu

    def basculer() -> None:
        f.unites(*(f.unite(s, denomination=None, nom="ALPHA", statut_diffusion="P") for s in sirens))

    fichiers.ecrire(replace(exports.FICHIERS_DE_LISTE, preparer=preparer), fichier.pk)
    if finit_avant:
        basculer()
    reponse = unite.client().get(page(liste, fichier, "/contenu"))
    assert reponse.status_code == 404
    fichier.refresh_from_db()
    assert (fichier.contenu is not None, fichier.erreur) == (finit_avant, "" if finit_avant else fichiers.PERIME)
    demander(unite, liste, {"format": "csv"})
    assert b"ALPHA" not in bytes(travailler().contenu or b"")


def test_a_long_list_is_asked_for_and_each_agent_has_a_bounded_number_at_once(
    unite: l.ServiceJoue, sirens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    liste = l.liste(unite, sirens)
    for module in ("fce.ensembles.listes.views", "fce.ensembles.listes.views_fichiers"):
        monkeypatch.setattr(f"{module}.AUSSITOT", 2)
    texte = unite.client().get(f"/listes/{liste.reference}").content.decode()
    assert "Demander un fichier" in texte
    assert ".csv" not in texte
    assert unite.client().get(f"/listes/{liste.reference}.csv").status_code == 400
    for _ in range(fichiers.EN_COURS_MAX):
        assert demander(unite, liste, {"format": "csv"}).status_code == 302
    assert "attendez" in demander(unite, liste, {"format": "csv"}).content.decode()


def test_v22_a_column_of_an_establishment_says_which_alarms_are_of_its_company(unite: l.ServiceJoue) -> None:
    univers = Univers()
    siren = univers.entreprise("DELTA")
    univers.etablissement(siren, 2, **BREST)
    univers.fait("accidents-travail", siret=f.siret_no(siren), total=3, mortels=1)
    univers.charger()
    siege, autre = f.siret_no(siren), f.siret_no(siren, 2)
    assert demander(unite, l.liste(unite, [siege, autre, siren]), RESERVEES).status_code == 302
    entetes, *rangees = lire_csv(bytes(travailler().contenu or b""))
    dites = {rangee[0]: rangee[entetes.index("Accidents du travail")] for rangee in rangees}
    assert {numero: dit.startswith("Entreprise : ") for numero, dit in dites.items()} == {
        siege: False, autre: True, siren: False,
    }  # fmt: skip
    assert all("mort au travail" in dit for dit in dites.values())
