"""What a list becomes: a file, the targets of an operation, a follow; and the alarms of its companies."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.http.response import HttpResponseBase
from django.utils import timezone
from openpyxl import load_workbook

from fce.donnees.changements.models import BasculeSuivie, ChangementDEntreprise
from fce.droits.comptes.models import Appartenance
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.models import Dossier
from fce.droits.journal.models import Consultation
from fce.echanges.models import AlerteSuivi, Cible, Suivi, UniteSuivie
from fce.echanges.suivis.alertes import FaitSuivi, ecrire_alertes
from fce.echanges.suivis.courriels import envoyer_les_alertes, preparer_les_courriels
from fce.echanges.suivis.recherches import relire_les_recherches
from fce.ensembles.listes import services, suivi, tasks
from fce.ensembles.listes.models import EtatLigne, ListeDeTravail
from fce.socle.base import conservation
from tests.donnees.entreprises import fabrique as f
from tests.echanges.operations import fabrique as o
from tests.ensembles.listes import fabrique as l

pytestmark = pytest.mark.django_db


def octets(reponse: HttpResponseBase) -> bytes:
    return b"".join(reponse)  # type: ignore[arg-type]


def suivis(de: l.ServiceJoue) -> set[str]:
    return set(UniteSuivie.objects.filter(suivi__compte=de.compte).values_list("numero", flat=True))


def test_a_file_holds_the_lines_of_the_choice_and_is_in_the_journal_first(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste = l.liste(unite, sirets)
    services.annoter(unite.lecteur(), liste.pk, liste.lignes.last().pk, EtatLigne.VU, "=1+1", 1)  # type: ignore[union-attr]
    page = f"/listes/{liste.reference}"
    fichier = unite.client(finalite=None).get(f"{page}.csv?tri=nom&colonnes=commune&etat=a_voir")
    lignes = octets(fichier).decode("utf-8-sig").splitlines()
    assert lignes[0] == "SIREN ou SIRET;Nom;Commune;Traitement;Note;Ajoutée le;Traitée le"
    assert len(lignes) == 3
    assert "Chantiers" not in fichier["Content-Disposition"]
    ecrites = Consultation.objects.filter(sources=["listes"], surface="csv", action=Droit.EXPORTER)
    assert ecrites.count() == 2
    classeur = load_workbook(BytesIO(octets(unite.client().get(f"{page}.xlsx"))))
    rangees = list(classeur["Liste"].iter_rows(values_only=True))
    assert {rangee[0] for rangee in rangees[1:]} == set(sirets)
    assert "=1+1" in {valeur for rangee in rangees for valeur in rangee}
    assert all(cellule.data_type != "f" for ligne in classeur["Liste"].iter_rows() for cellule in ligne)


def test_who_may_not_export_gets_no_file(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    Dossier.objects.filter(pk=unite.dossier.pk).update(droits=[Droit.CONSULTER, Droit.MESSAGE])
    page, ailleurs = f"/listes/{liste.reference}", l.service("Brigade").client()
    for suffixe in ("csv", "xlsx"):
        assert unite.client().get(f"{page}.{suffixe}").status_code == 403
        assert f"{page}.{suffixe}" not in unite.client().get(page).content.decode()
        assert ailleurs.get(f"{page}.{suffixe}").status_code == 404


def test_the_lines_kept_become_the_targets_of_an_operation(unite: l.ServiceJoue, sirets: list[str]) -> None:
    """Of a company, its siège; neither what is set aside nor what Sirene does not know; no number in an address."""
    liste = l.liste(unite, [sirets[0], sirets[1][:9], sirets[2]])
    services.marquer(unite.lecteur(), liste.pk, [liste.lignes.get(numero=sirets[2]).pk], EtatLigne.ECARTE)
    client, page = unite.client(), f"/listes/{liste.reference}/operation"
    texte = client.get(page).content.decode()
    assert "2 établissements" in texte.replace("\xa0", " ").replace("\u202f", " ")
    formulaire = client.get(f"{page}/nouvelle").content.decode()
    assert f"{sirets[0]}\n{sirets[1]}</textarea>" in formulaire
    jour = (timezone.localdate() + timedelta(days=9)).isoformat()
    saisie = {"service": unite.pk, "nom": "Canal", "jour": jour, "sirets": "\n".join(sirets[:2]), "consignes": ""}
    cree = client.post(f"{page}/nouvelle", saisie)
    assert cree["Location"].endswith("?fait=operation-creee")
    assert set(Cible.objects.values_list("siret", flat=True)) == set(sirets[:2])
    autre = o.operation(unite, sirets=sirets[:1])
    fait = client.post(page, {"operation": autre.reference})
    assert fait["Location"] == f"/operations/{autre.reference}?fait=operation-cibles-ajoutees"
    assert autre.cibles.count() == 2
    etrangere = o.operation(l.service("Brigade"), sirets=sirets[:1])
    assert client.post(page, {"operation": etrangere.reference}).status_code == 400


def test_a_list_is_followed_as_it_changes(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste, client = l.liste(unite, sirets[:1]), unite.client()
    page = f"/listes/{liste.reference}"
    assert client.post(f"{page}/suivre")["Location"] == f"{page}?fait=suivi-ajoute"
    client.post(f"{page}/suivre")
    assert Suivi.objects.count() == 1
    services.ajouter(unite.lecteur(), liste.pk, sirets)
    assert suivis(unite) == set(sirets)
    assert relire_les_recherches() == 0
    fait = FaitSuivi(sirets[2][:9], sirets[2], "fermeture", None)
    assert ecrire_alertes("sirene-etablissements", "import-1", [fait]) == 1
    services.retirer(unite.lecteur(), liste.pk, [liste.lignes.get(numero=sirets[0]).pk])
    assert suivis(unite) == set(sirets[1:])
    texte = client.get("/suivis").content.decode()
    assert f"Liste {liste.marque}" in texte
    assert f'href="{page}"' in texte
    assert "Chantiers" not in texte
    assert "Ne plus suivre" in client.get(page).content.decode()
    assert client.post(f"{page}/suivre", {"geste": "retirer"})["Location"] == f"{page}?fait=suivi-retire"
    assert not AlerteSuivi.objects.exists()


def test_who_left_follows_the_list_no_more_and_learns_nothing_of_what_comes_in(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, partante, restante = l.liste(unite, sirets[:1]), l.collegue(unite), l.collegue(unite)
    for agent in (partante, restante):
        suivi.suivre(agent.lecteur(), agent.compte, liste.pk)
    fait = FaitSuivi(sirets[0][:9], sirets[0], "fermeture", None)
    assert ecrire_alertes("sirene-etablissements", "import-1", [fait]) == 2
    siens = Suivi.objects.get(compte=partante.compte)
    page, marque = f"/suivis?suivi={siens.reference}", f"Liste {liste.marque}"
    assert marque in partante.client().get(page).content.decode()
    demain, apres = timezone.now() + timedelta(days=1), timezone.now() + timedelta(days=2)
    assert preparer_les_courriels(demain) == 2
    Appartenance.objects.filter(compte=partante.compte).update(fin=timezone.now())
    # Until the night, or the next change of the list, that ends the follow.
    for adresse in (page, "/suivis", "/"):
        texte = partante.client().get(adresse).content.decode()
        assert marque not in texte
        assert sirets[0][:9] not in texte.replace("\xa0", "").replace("\u202f", "").replace(" ", "")
    assert not envoyer_les_alertes(partante.compte.pk, 1)
    assert ecrire_alertes("sirene-etablissements", "import-2", [fait]) == 2
    assert preparer_les_courriels(apres) == 1
    assert sirets[0][:9] in restante.client().get("/suivis").content.decode()
    services.ajouter(unite.lecteur(), liste.pk, sirets)
    assert (suivis(partante), suivis(restante)) == (set(), set(sirets))
    Dossier.objects.filter(pk=unite.dossier.pk).update(fin=timezone.localdate() - timedelta(days=1))
    tasks.arreter_les_suivis_perdus()
    assert not Suivi.objects.exists()


def test_a_followed_list_that_changes_writes_what_differs_and_nothing_else(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste = l.liste(unite, sirets[:2])
    suivi.suivre(unite.lecteur(), unite.compte, liste.pk)
    avant = set(UniteSuivie.objects.values_list("pk", flat=True))
    services.ajouter(unite.lecteur(), liste.pk, sirets)
    services.retirer(unite.lecteur(), liste.pk, [liste.lignes.get(numero=sirets[0]).pk])
    assert suivis(unite) == set(sirets[1:])
    assert len(avant & set(UniteSuivie.objects.values_list("pk", flat=True))) == 1


@pytest.mark.parametrize("purgee", [False, True])
def test_a_list_deleted_or_purged_is_followed_no_more(purgee: bool, unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    suivi.suivre(unite.lecteur(), unite.compte, liste.pk)
    if purgee:
        conservation.purger(timezone.now() + timedelta(days=400))
    else:
        services.effacer(unite.lecteur(), liste.pk, 1)
    assert not ListeDeTravail.objects.exists()
    assert not Suivi.objects.exists()


def test_the_alarms_of_a_list_are_read_under_the_rights_of_each_sheet(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    page = unite.client().get(f"/listes/{liste.reference}/alertes")
    assert page.status_code == 200
    assert "Consultation inscrite au journal" in page.content.decode()
    assert l.service("Brigade").client().get(f"/listes/{liste.reference}/alertes").status_code == 404


def test_a_list_says_what_changed_in_it_since_its_reader_marked_it_as_read(
    unite: l.ServiceJoue, sirets: list[str]
) -> None:
    liste, autre = l.liste(unite, [s[:9] for s in sirets[:2]]), l.collegue(unite)
    page = f"/listes/{liste.reference}"
    assert "Depuis votre lecture" not in unite.client().get(page).content.decode()
    assert unite.client().post(f"{page}/lue")["Location"] == f"{page}?fait=liste-vue"
    assert "aucun changement connu" in unite.client().get(page).content.decode()
    for siret in (sirets[0], sirets[2]):
        ChangementDEntreprise.objects.create(
            bascule=1, siren=siret[:9], genre="fermee", complet=False, champs={}, quand=timezone.now()
        )
    services.ajouter(autre.lecteur(), liste.pk, [sirets[1]])
    html = unite.client().get(page).content.decode().replace("\xa0", " ")
    assert "1 entreprise a changé dans les données ouvertes" in html
    assert "fermée)" in html
    assert "1 ligne ajoutée par d’autres" in html
    assert "Depuis votre lecture" not in autre.client().get(page).content.decode()


@pytest.mark.parametrize("perdu", ["version", "date"])
def test_a_comparison_that_cannot_be_made_is_said(perdu: str, unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, sirets)
    lu_le = timezone.now() - timedelta(days=400 if perdu == "date" else 1)
    ListeDeTravail.objects.filter(pk=liste.pk).update(lectures={str(unite.compte.pk): lu_le.isoformat()})
    BasculeSuivie.objects.create(bascule=1, source="sirene-etablissements", quand=timezone.now(), etat="rompue")
    html = unite.client().get(f"/listes/{liste.reference}").content.decode()
    attendu = {"version": "Comparaison impossible pour : Établissements", "date": "avec une lecture si ancienne"}
    assert attendu[perdu] in html


def test_a_masked_person_of_a_list_is_not_among_what_changed(unite: l.ServiceJoue, sirets: list[str]) -> None:
    liste = l.liste(unite, [sirets[0][:9]])
    services.noter_lecture(unite.lecteur(), liste.pk)
    siren = sirets[0][:9]
    f.unites(f.unite(siren, statut_diffusion="P", categorie_juridique="1000"))
    ChangementDEntreprise.objects.create(
        bascule=1, siren=siren, genre="modifiee", complet=False, champs={}, quand=timezone.now()
    )
    assert "aucun changement connu" in unite.client().get(f"/listes/{liste.reference}").content.decode()
