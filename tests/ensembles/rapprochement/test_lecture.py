"""What is read of a table is shown and changed before anything is looked for; then each line is decided alone."""

from __future__ import annotations

import csv
import html
import re
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from procrastinate.contrib.django.models import ProcrastinateJob

from fce.ensembles.fichiers import services as ecriture
from fce.ensembles.rapprochement import fichiers, services
from fce.ensembles.rapprochement.contenu import Issue, LigneARapprocher
from fce.ensembles.rapprochement.models import FichierDeTableau, TableauRapproche
from fce.ensembles.rapprochement.reconnaissance import proposer
from fce.ensembles.rapprochement.selectors import rapprocher
from fce.socle.travaux import processus_borne
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.ensembles.rapprochement.fabrique import choix, confirmer
from tests.ensembles.rapprochement.recus import RECUS, faux
from tests.recherche.univers import LILLE, Univers

pytestmark = pytest.mark.django_db
TOURNEE = next(recu for recu in RECUS if recu.feuille == "Tournée").octets


def deposer(agent: Client, quoi: bytes | str) -> TableauRapproche:
    dit: dict[str, Any] = {"colle": quoi} if isinstance(quoi, str) else {"fichier": SimpleUploadedFile("t.xlsx", quoi)}
    with processus_borne.sur_place():
        fait = agent.post("/rapprochements", {"cherche": "etablissements", **dit})
    tableau = TableauRapproche.objects.latest("pk")
    assert fait["Location"] == f"/rapprochements/{tableau.reference}"
    return tableau


def lue(reponse: Any) -> str:
    """The text of a page, spaces folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", reponse.content.decode())).split())


def choisis(reponse: Any) -> list[str]:
    return re.findall(r'<option value="([^"]*)" selected', reponse.content.decode())


def rendu(agent: Client, tableau: TableauRapproche) -> list[list[str]]:
    octets = b"".join(agent.get(f"/rapprochements/{tableau.reference}/export.csv"))
    return [*csv.reader(StringIO(octets.decode("utf-8-sig")), delimiter=";")]


def test_p2_the_page_says_what_is_read_before_anything_is_looked_for(agent: Client) -> None:
    tableau = deposer(agent, TOURNEE)
    page = agent.get(f"/rapprochements/{tableau.reference}")
    for dit in (
        "feuille « Tournée » , une de 3", "titres en ligne 3", "3 lignes à reconnaître", "3. Codes (91 lignes, cachée)",
        "ligne 1 : TOURNÉE NORD 2026", "3 numéros justes sur 3", "1 ligne laissée", "7 « Total 3 entreprises »",
        "2 colonnes non cherchées , à vous rendre telles quelles : N°, Commentaire agent", "Rien n’est encore cherché",
    ):  # fmt: skip
        assert dit in lue(page), dit
    assert choisis(page) == ["1", "3", "siret", "nom", "code_postal", "commune"]
    assert not ProcrastinateJob.objects.exists()
    assert "lecture à confirmer" in lue(agent.get("/rapprochements"))
    for suite in ("/export.csv", "/liste", "/fichiers"):
        assert agent.get(f"/rapprochements/{tableau.reference}{suite}").status_code in (400, 403)


def test_p2_the_sheet_the_titles_and_each_column_are_changed_and_seen_before_they_are_used(agent: Client) -> None:
    tableau = deposer(agent, TOURNEE)
    ou = f"/rapprochements/{tableau.reference}/lecture"
    proposee = choix(proposer(services.feuilles_de(tableau)))
    autre_feuille = agent.post(ou, {**proposee, "feuille": "0"})
    assert "feuille « Lisez-moi »" in lue(autre_feuille)
    autres_titres = agent.post(ou, {**proposee, "entete": "1"})
    assert "titres en ligne 1" in lue(autres_titres)
    sans = {**proposee, "c1": "", "c2": "", "geste": "relire"}
    assert "4 colonnes non cherchées" in lue(agent.post(ou, sans))
    refus = agent.post(ou, {**sans, "geste": "chercher"})
    assert (refus.status_code, "Dites quelle colonne" in lue(refus)) == (400, True)
    for faux_choix in (
        {},
        {"feuille": "99"},
        {**proposee, "c1": "inventé", "c2": "x"},
        {"feuille": "-1", "entete": "x"},
    ):
        assert agent.post(ou, faux_choix).status_code in (200, 400)
    assert not ProcrastinateJob.objects.exists()
    etranger = c.client_de(c.compte())
    assert etranger.post(ou, proposee).status_code == 404
    for _ in range(2):
        assert agent.post(ou, {**proposee, "c2": ""})["Location"] == f"/rapprochements/{tableau.reference}"
    assert ProcrastinateJob.objects.count() == 1
    tableau.refresh_from_db()
    assert (tableau.total, [feuille.nom for feuille in services.feuilles_de(tableau)]) == (3, ["Tournée"])
    services.traiter(tableau.pk)
    assert [*tableau.lignes.values_list("rang", "nom")] == [(4, ""), (5, ""), (6, "")]


def test_p2_each_line_is_decided_alone_and_the_columns_of_the_author_are_given_back(
    agent: Client, univers: Univers
) -> None:
    bois = univers.entreprise("DUPONT BOIS", LILLE)
    univers.indexer()
    siret = f.siret_no(bois)
    texte = (
        "Note;N° SIRET de l'établissement;Nom;CP;=1+1\n"
        f"@appeler;{siret};Dupont bois;59000;=HYPERLINK(\"x\")\n"
        f"vu;{faux(siret)};Dupont bois;59000;\n"
        f"à revoir;{siret};DUPONT BOIS SARL;59000;-3\n"
        "inconnue;12;Aucune de ce nom;59000;\n"
    )  # fmt: skip
    tableau = deposer(agent, texte)
    page = lue(agent.get(f"/rapprochements/{tableau.reference}"))
    assert "2 numéros faux , le nom proposera et vous déciderez : lignes 3, 5" in page
    assert "1 doublon d’une ligne plus haute : ligne 4" in page
    confirmer(agent, tableau)
    services.traiter(tableau.pk)
    tableau.refresh_from_db()
    lignes = [*tableau.lignes.all()]
    assert [(x.issue, x.numero) for x in lignes] == [
        ("trouve", siret),
        ("ambigu", ""),
        ("trouve", siret),
        ("inconnu", ""),
    ]
    assert lignes[1].pourquoi == "Sa clé de contrôle ne correspond pas : un chiffre est faux. Le nom propose."
    assert [candidat[1] for candidat in lignes[1].candidats] == [siret]
    assert lignes[2].pourquoi == "même numéro ; doublon de la ligne 2."
    entetes, *rangees = rendu(agent, tableau)
    assert entetes[:7] == ["Note", "N° SIRET de l'établissement", "Nom", "CP", "'=1+1", "Réponse", "Pourquoi"]
    assert entetes[7:10] == ["SIREN", "SIRET", "Nom (FCE)"]
    assert rangees[0][:5] == ["'@appeler", siret, "Dupont bois", "59000", '\'=HYPERLINK("x")']
    assert [rangee[0] for rangee in rangees] == ["'@appeler", "vu", "à revoir", "inconnue"]
    assert rangees[2][4] == "'-3"
    agent.post(f"/rapprochements/{tableau.reference}/fichiers", {"format": "xlsx"})
    fichier = FichierDeTableau.objects.latest("pk")
    ecriture.ecrire(fichiers.FICHIERS_DE_TABLEAU, fichier.pk)
    fichier.refresh_from_db()
    cases = [*load_workbook(BytesIO(bytes(fichier.contenu or b""))).active.iter_rows()]
    assert "f" not in {case.data_type for rangee in cases for case in rangee}
    assert (cases[0][4].value, cases[1][0].value) == ("=1+1", "@appeler")


def test_p2_a_lost_zero_is_given_back_and_said(univers: Univers) -> None:
    siren = next(n for chiffre in "0123456789" if f.siren_valide(n := f"01234567{chiffre}"))
    f.unites(f.unite(siren, denomination="ZERO ET COMPAGNIE"))
    f.lieux(f.lieu(siren, **LILLE))
    reponse = rapprocher([LigneARapprocher("Zero et compagnie", f.siret_no(siren)[1:])])[0]
    assert (reponse.issue, reponse.numero) == (Issue.TROUVE, f.siret_no(siren))
    assert "zéro du début rendu" in reponse.pourquoi


def test_p2_beside_a_number_that_fails_no_name_decides_were_it_the_very_name(univers: Univers) -> None:
    """Five hundred numbers that fail (wrong key, unknown, rounded, cut) beside the right name, or one of nobody."""
    sirens = [univers.entreprise(f"ATELIER {mot} INVENTE", LILLE) for mot in ("VAGUELIN", "TRELOMAR", "DRIVANEL")]
    masquee = univers.personne("TROUVETOUT", "ZELIE", LILLE, statut_diffusion="P")
    univers.indexer()
    noms = [
        "Atelier Vaguelin Inventé",
        "ATELIER TRELOMAR INVENTE",
        "Atelier Drivanel",
        "Zelie Trouvetout",
        "Absente SARL",
    ]
    numeros = [faux(f.siret_no(siren)) for siren in (*sirens, masquee)]
    numeros += [f.siret_no(f.siren_no(n)) for n in range(5_000, 5_094)] + ["9,00000E+13", "123"]
    lignes = [LigneARapprocher(nom, numero, "59000", "Lille") for numero in numeros for nom in noms]
    assert len(lignes) == 500
    reponses = rapprocher(lignes)
    assert [r for r in reponses if r.numero] == []
    assert {r.issue for r in reponses} == {Issue.AMBIGU, Issue.INCONNU}
    proposees = [r for r, ligne in zip(reponses, lignes, strict=True) if ligne.nom in noms[:2]]
    assert {r.issue for r in proposees} == {Issue.AMBIGU}
    assert all(r.issue is Issue.INCONNU for r, x in zip(reponses, lignes, strict=True) if x.nom == "Zelie Trouvetout")
