"""The note de préparation: for agents, bounded, stamped, in the journal before its data, as a page and as a PDF."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings as reglages
from django.test import Client
from django.utils import timezone

from fce.droits.journal import services as journal
from fce.droits.journal.models import Consultation
from fce.echanges.croisements.adresses import lieux_de
from fce.echanges.objets import CONTACT
from fce.echanges.visites.genre import VISITE
from fce.fiche.page import note as notes, pdf
from fce.socle.erreurs import JournalIndisponible, PdfIndisponible
from fce.socle.web.offres import actions_de_la_fiche
from fce.sources.acces import Habilite, Secret
from fce.sources.presentation import Alarme, FaitAlarmant
from fce.sources.synthese import Contact, Mandataires, PartDeNote, UniteCompetente
from tests.acces import acteurs
from tests.donnees.entreprises import fabrique as f
from tests.droits.comptes import fabrique as c
from tests.echanges.visites import fabrique as v
from tests.fiche import jeux
from tests.fiche.fiches import texte as texte_de
from tests.fiche.jeux import SIREN, SIRET
from tests.fiche.test_charge import soixante_dix
from tests.pannes import lever
from tests.pdf import PdfLu

pytestmark = pytest.mark.django_db
NOTES = (f"/entreprise/{SIREN}/note", f"/etablissement/{SIRET}/note")
PIEGE = '<script>alert("x")</script><b>' + "É" * 240 + "</b> 🏭 \u202eשלום مرحبا"


def page_de(client: Client, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    return unescape(reponse.content.decode())


def lire_pdf(client: Client, adresse: str) -> PdfLu:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, (adresse, reponse.status_code)
    assert reponse["Content-Type"] == "application/pdf"
    return PdfLu(reponse.content)


def part(section: Any, acces: Any = None, combien: int = 8) -> Any:
    paires = [(f"Point {n}", f"valeur {n}") for n in range(combien)]
    trait = PartDeNote(section, lambda lignes, _: [(t, f"{v} {lignes[0]['numero']}") for t, v in paires])
    return jeux.declarer(f"part-{section}", jeux.Label, "relations-travail", acces, synthese=(trait,))


def installer(monkeypatch: pytest.MonkeyPatch, *sources: Any) -> None:
    """These sources alone, and a company with one establishment in the Nord."""
    jeux.installer(monkeypatch, sources)
    f.unites(f.unite(SIREN))
    f.lieux(f.lieu(SIREN, code_commune="59350"))


@pytest.mark.usefixtures("inventees")
def test_the_note_is_offered_and_open_only_to_agents(agent: Client) -> None:
    personne, particulier, sans_facteur = Client(), Client(), Client()
    c.connecter(particulier, c.particulier())
    c.connecter(sans_facteur, c.compte(), mfa=False)
    for adresse in (*NOTES, *(f"{n}.pdf" for n in NOTES)):
        assert personne.get(adresse)["Location"].startswith("/connexion?")
        assert particulier.get(adresse).status_code == 403
        assert "mfa=1" in sans_facteur.get(adresse)["Location"]
        assert agent.get(adresse).status_code == 200
    for client, offerte in ((personne, False), (particulier, False), (agent, True)):
        assert (f'href="{NOTES[0]}"' in page_de(client, f"/entreprise/{SIREN}")) is offerte


def test_the_note_is_an_action_of_the_bar(rf: Any) -> None:
    demande = rf.get("/")
    demande.compte, demande.session = c.compte(), {}
    elle, adresse = next(x for x in actions_de_la_fiche(demande, SIREN) if x[0].libelle == "Note de préparation")
    assert (adresse, elle.principale) == (NOTES[0], True)
    demande.compte = None
    assert "Note de préparation" not in [a.libelle for a, _ in actions_de_la_fiche(demande, SIREN)]


@pytest.mark.usefixtures("inventees")
def test_a_number_written_otherwise_leads_to_its_note(agent: Client) -> None:
    assert agent.get(f"/entreprise/{SIRET}/note?partie=qui")["Location"] == f"{NOTES[1]}?partie=qui"
    assert agent.get(f"/entreprise/{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}/note.pdf")["Location"] == f"{NOTES[0]}.pdf"
    assert agent.get("/entreprise/123456789/note").status_code == 400


@pytest.mark.usefixtures("inventees")
def test_the_note_has_all_its_sections_then_those_that_are_chosen(agent: Client) -> None:
    entiere = page_de(agent, NOTES[0])
    titres = set(re.findall(r'<h2 id="note-([a-z]+)"', entiere))
    # Visites are those of a room that may be closed.
    voulues = set(notes.SECTIONS) - (set() if reglages.FCE_ECHANGES else {"visites"})
    assert titres == voulues
    assert entiere.count(" checked>") == len(voulues)
    choisie = page_de(agent, f"{NOTES[0]}?partie=qui&partie=remplir&partie=inconnue")
    assert set(re.findall(r'<h2 id="note-([a-z]+)"', choisie)) == {"qui", "remplir"}
    assert choisie.count(" checked>") == 2
    # The PDF has the sections of the page that it is asked from.
    lien = re.search(r'href="([^"]+/note\.pdf[^"]*)"', choisie)
    assert lien is not None
    texte = lire_pdf(agent, lien[1]).texte()
    assert "Qui et où" in texte
    assert "Combien" not in texte


@pytest.mark.usefixtures("inventees")
def test_the_note_bears_service_purpose_and_instant_never_the_agent_s_name(agent: Client) -> None:
    for texte in (page_de(agent, NOTES[1]), lire_pdf(agent, f"{NOTES[1]}.pdf").tout()):
        note = texte.partition("Note de préparation")[2]
        assert "DDETS d’essai" in note
        assert "Contrôle de l'application du droit du travail" in " ".join(note.split())
        assert re.search(r"\d\d/\d\d/\d{4} à \d{1,2} h \d\d", note)
    assert "Camille" not in lire_pdf(agent, f"{NOTES[1]}.pdf").tout()


ECHANGES = [CONTACT.nom, VISITE.nom] if reglages.FCE_ECHANGES else ()


def test_the_note_is_in_the_journal_under_its_name(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    installer(monkeypatch, part("accidents", Habilite("travail")))
    f.charger("part-accidents", [{"siret": SIRET, "numero": "L-7"}])
    for adresse, surface in ((NOTES[0], "note"), (f"{NOTES[1]}.pdf", "pdf")):
        texte = lire_pdf(agent, adresse).texte("") if surface == "pdf" else page_de(agent, adresse)
        assert "L-7" in texte
        ecrite = Consultation.objects.order_by("-quand").first()
        assert ecrite is not None
        assert (ecrite.surface, ecrite.sources, ecrite.finalite) == (
            surface,
            ["part-accidents", *ECHANGES],
            "controle-travail",
        )

    # No journal, no data: a paper that lacks its reserved half would pass for the whole.
    monkeypatch.setattr(journal, "consigner", lever(JournalIndisponible("Le journal ne répond pas.")))
    for adresse in (NOTES[0], f"{NOTES[1]}.pdf"):
        reponse = agent.get(adresse)
        assert reponse.status_code == 503
        assert b"L-7" not in reponse.content


def test_a_section_is_bounded_and_says_how_many_more(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    faits = [FaitAlarmant(f"Fait {n}", date(2026, 1 + n, 1)) for n in range(9)]
    visites = jeux.declarer(
        "visites", jeux.Accord, "controles", synthese=(Contact("signature", "visite", service="dossier"),)
    )
    unites = jeux.declarer(
        "unites",
        jeux.Decision,
        "controles",
        synthese=(UniteCompetente("dossier", "motif"),),
        alarme=Alarme(lambda *_: faits),
    )
    installer(monkeypatch, part("accords"), visites, unites)
    f.charger("part-accords", [{"siret": SIRET, "numero": "A"}])
    jours = [date(2026, 1 + n, 2) for n in range(9)]
    f.charger("visites", [{"siret": SIRET, "dossier": f"V{n}", "signature": jour} for n, jour in enumerate(jours)])
    f.charger("unites", [{"siret": SIRET, "dossier": f"UC {n}", "motif": f"uc{n}@exemple.fr"} for n in range(7)])
    texte = texte_de(agent, NOTES[1])
    for attendu in (
        "et 3 autres",  # alarms
        "uc3@exemple.fr Et 3 autres unités",
        "visite, ici non connu et 4 autres",
        "Point 4 : valeur 4 A".replace(" :", ""),
        "Et 3 autres",
    ):
        assert attendu in texte, attendu
    assert "Fait 2" not in texte
    assert "uc4@exemple.fr" not in texte
    assert "Point 5" not in texte


@pytest.mark.parametrize("acces", [Habilite("ccrf"), Secret("fiscal")])
def test_what_is_closed_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch, agent: Client, acces: Any) -> None:
    installer(monkeypatch, part("accidents", acces))
    f.charger("part-accidents", [{"siret": SIRET, "numero": "L-7"}])
    for texte in (page_de(agent, NOTES[0]), lire_pdf(agent, f"{NOTES[0]}.pdf").tout()):
        assert texte.count("Non montré ici : Part accidents.") >= 1
        assert "L-7" not in texte
        assert "valeur" not in texte


def test_an_agent_from_elsewhere_reads_nothing_of_this_territory(monkeypatch: pytest.MonkeyPatch) -> None:
    installer(monkeypatch, part("accidents", Habilite("travail")))
    f.charger("part-accidents", [{"siret": SIRET, "numero": "L-7"}])
    ailleurs = acteurs.habilite("inspection-travail", ("75",)).client
    for adresse in NOTES:
        assert "L-7" not in page_de(ailleurs, adresse)
        assert "L-7" not in lire_pdf(ailleurs, f"{adresse}.pdf").tout()


def test_a_failing_rule_costs_only_its_part(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    cassee = jeux.declarer(
        "cassee",
        jeux.Label,
        "relations-travail",
        synthese=(PartDeNote("accords", lambda lignes, _: [("A", lignes[0]["absente"])]),),
    )
    installer(monkeypatch, cassee, part("accidents"))
    f.charger("cassee", [{"siret": SIRET, "numero": "B"}])
    f.charger("part-accidents", [{"siret": SIRET, "numero": "L-7"}])
    assert "valeur 0 L-7" in page_de(agent, NOTES[1])


@pytest.mark.usefixtures("inventees")
def test_the_pdf_is_tagged_and_declares_itself_pdf_ua(agent: Client) -> None:
    for adresse in NOTES:
        papier = lire_pdf(agent, f"{adresse}.pdf")
        assert papier.catalogue.MarkInfo.Marked is True
        assert "/StructTreeRoot" in papier.catalogue
        assert papier.catalogue.Lang == "fr"
        assert papier.catalogue.ViewerPreferences.DisplayDocTitle is True
        assert 'pdfuaid:part="1"' in papier.metadonnees
        assert "VERGERS DU NORD – Note de préparation" in papier.metadonnees
        assert {"H1", "H2", "P", "L", "LI"} <= papier.balises
        # Every letter can be read back: none is a shape without a meaning.
        assert "\ufffd" not in papier.texte()
        assert papier.pages <= 2


def test_seventy_full_sources_fit_on_two_pages(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    soixante_dix(monkeypatch)
    for adresse in NOTES:
        assert lire_pdf(agent, f"{adresse}.pdf").pages <= 2


def test_no_text_is_printed_over_another(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    """Titles over two lines beside values over one, the last of a list included."""
    titre = "Un titre si long qu’il tient sur trois lignes au moins"
    parts = [
        jeux.declarer(
            "unites-lointaines", jeux.Label, "relations-travail", synthese=(UniteCompetente("numero", "numero"),)
        ),
        jeux.declarer(
            "mandats", jeux.Label, "relations-travail", synthese=(Mandataires(lambda xs: [(titre, "MOREL")] * len(xs)),)
        ),
    ]
    installer(monkeypatch, *parts)
    for nom in ("unites-lointaines", "mandats"):
        f.charger(nom, [{"siret": SIRET, "numero": "UC 1"}])
    for adresse in NOTES:
        papier = lire_pdf(agent, f"{adresse}.pdf")
        assert "Un titre si long" in papier.texte()
        assert papier.superposes() == []


def test_a_hostile_name_is_read_and_is_nothing_else(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    jeux.installer(monkeypatch, jeux.jeux().values())
    f.unites(f.unite(SIREN, denomination=PIEGE))
    f.lieux(
        f.lieu(SIREN, enseigne_1=PIEGE[:200], libelle_commune='"><img src=http://exemple.fr/x>', code_commune="59350")
    )
    for adresse in NOTES:
        brute = agent.get(adresse).content.decode()
        assert "<script>alert" not in brute
        assert "<img" not in brute
        papier = lire_pdf(agent, f"{adresse}.pdf")
        assert '<script>alert("x")</script>' in papier.texte("")
        assert "É" * 100 in papier.texte("")
        assert papier.pages <= 3
        assert not any(mot in papier.depliee() for mot in (b"/JavaScript", b"exemple.fr"))


@pytest.mark.parametrize("statut", ["P", ""])
def test_a_masked_person_is_masked_on_the_note_too(monkeypatch: pytest.MonkeyPatch, agent: Client, statut: str) -> None:
    jeux.installer(monkeypatch, jeux.jeux().values())
    f.unites(
        f.unite(
            SIREN, denomination=None, categorie_juridique="1000", nom="SECRETE", prenom_1="ADA", statut_diffusion=statut
        )
    )
    f.lieux(f.lieu(SIREN, libelle_commune="CACHETTE", libelle_voie="IMPASSE", statut_diffusion=statut))
    for adresse in NOTES:
        reponse = agent.get(adresse)
        assert reponse["X-Robots-Tag"] == "noindex"
        for texte in (unescape(reponse.content.decode()), lire_pdf(agent, f"{adresse}.pdf").tout()):
            assert not re.search("SECRETE|CACHETTE|IMPASSE", texte)
            assert "Diffusion partielle – usage interne" in texte


@pytest.mark.parametrize(
    "adresse",
    [
        "file:///etc/passwd",
        "http://exemple.fr/x.png",
        "https://fce.invalid/entreprise/552032534",
        "https://fce.invalid/static/../settings.py",
        "https://fce.invalid/static/%2e%2e/%2e%2e/settings.py",
        "https://fce.invalid/static//etc/passwd",
        "https://fce.invalid/static/nulle-part.css",
        "https://fce.invalid:8000/static/fce/note.css",
        "https://autre@fce.invalid/static/fce/note.css",
        "ftp://fce.invalid/static/fce/note.css",
        "data:text/css,body{}",
        "data:text/html,<p>x",
        "javascript:alert(1)",
    ],
)
def test_the_pdf_reads_only_our_static_files(adresse: str) -> None:
    _, lecteur = pdf._moteur()
    with pytest.raises(ValueError, match="adresse refusée"):
        lecteur.fetch(adresse)
    # And a page that names it is no PDF at all.
    with pytest.raises(ValueError, match="Error fetching"):
        pdf.octets(f'<html lang="fr"><title>x</title><link rel="stylesheet" href="{adresse}"><img src="{adresse}">')


def test_the_pdf_reads_a_static_file_and_an_image_of_the_page() -> None:
    _, lecteur = pdf._moteur()
    assert b".fce-preparation" in lecteur.fetch(f"{pdf.ORIGINE}/static/fce/note.css").read()
    assert lecteur.fetch("data:image/gif;base64,R0lGODdhAQABAIAAAP///////ywAAAAAAQABAAACAkQBADs=").read(3) == b"GIF"


@pytest.mark.usefixtures("inventees")
def test_without_pango_the_page_remains_and_the_button_says_so(monkeypatch: pytest.MonkeyPatch, agent: Client) -> None:
    pdf._moteur.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    try:
        with pytest.raises(PdfIndisponible, match="Pango"):
            pdf.exiger()
        avant = Consultation.objects.count()
        reponse = agent.get(f"{NOTES[0]}.pdf?partie=qui")
        assert reponse.status_code == 503
        texte = reponse.content.decode()
        assert "Pango" in texte
        assert f'href="{NOTES[0]}?partie=qui"' in texte
        assert Consultation.objects.count() == avant
        assert "Note de préparation" in page_de(agent, NOTES[0])
    finally:
        pdf._moteur.cache_clear()


def test_the_pdf_engine_is_loaded_only_when_it_serves() -> None:
    code = "import django, sys; django.setup(); import fce.config.urls; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0


def test_the_contacts_of_the_reader_s_territory_come_first_on_a_company_s_note() -> None:
    """Five newer contacts elsewhere do not push out the only one here."""
    elle, autre = v.service(), v.service("ccrf", territoire=("75",))
    f.unites(f.unite(SIREN))
    communes = {1: ("75056", "PARIS"), 2: ("59350", "LILLE")}
    f.lieux(*(f.lieu(SIREN, n, code_commune=code, libelle_commune=nom) for n, (code, nom) in communes.items()))
    ailleurs, ici = (lieux_de([f.siret_no(SIREN, n)])[f.siret_no(SIREN, n)] for n in communes)
    for jours in range(1, 8):
        v.contact(autre.groupe, ailleurs, timezone.localdate() - timedelta(days=jours))
    v.contact(autre.groupe, ici, timezone.localdate() - timedelta(days=90))
    page = page_de(elle.client, f"/entreprise/{SIREN}/note")
    rangs = re.findall(r"<td>visite, <bdi>(\w+)</bdi>", page[page.index("note-contacts") :], re.I)
    assert rangs == ["LILLE", "PARIS", "PARIS", "PARIS", "PARIS"]
    assert page.count("(chez vous)") == 1
