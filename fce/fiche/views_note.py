"""The note de préparation, as a page to print and as a PDF: for agents; every reading is journalled."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de_la_page
from fce.fiche import selectors
from fce.fiche.formes.contenu import Fiche, FicheEntreprise, FicheEtablissement, Redirection
from fce.fiche.groupe.page import resume_du_groupe
from fce.fiche.page import note as notes, pdf as pdf_de
from fce.fiche.unite.unite_visee import Unite
from fce.fiche.views import unite_de
from fce.socle.web.routes import Qui, Surface, Voie, acces
from fce.sources.onglets import SYNTHESE

PARTIE = "partie"
"""Parameter that names a section to keep."""


@acces(Qui.AGENT, surface=Surface.NOTE)
def note(request: RequeteConnectee, numero: str) -> HttpResponse:
    """The note of a company or establishment, with the choice of its sections."""
    contexte = _contexte(request, numero, "note")
    if isinstance(contexte, HttpResponse):
        return contexte
    return _reservee(render(request, "fiche/note.html", contexte))


@acces(Qui.AGENT, voie=Voie.FICHIER, surface=Surface.PDF)
def pdf(request: RequeteConnectee, numero: str) -> HttpResponse:
    """The note as a tagged PDF, with the same sections. Raises PdfIndisponible before reading anything."""
    pdf_de.exiger()
    contexte = _contexte(request, numero, "note.pdf")
    if isinstance(contexte, HttpResponse):
        return contexte
    octets = pdf_de.octets(render_to_string("fiche/note_pdf.html", contexte))
    reponse = HttpResponse(octets, content_type="application/pdf")
    nom = content_disposition_header(as_attachment=True, filename=f"note-{contexte['unite'].numero}.pdf")
    reponse["Content-Disposition"] = nom or ""
    return _reservee(reponse)


def _contexte(request: RequeteConnectee, numero: str, suite: str) -> dict[str, Any] | HttpResponse:
    """Context of both, or a redirection to the canonical address."""
    unite = unite_de(numero)
    requete = f"?{brute}" if (brute := request.META.get("QUERY_STRING", "")) else ""
    if request.path != f"{unite.adresse}/{suite}":
        return HttpResponsePermanentRedirect(f"{unite.adresse}/{suite}{requete}")
    lecteur = lecteur_de_la_page(request)
    fiche_de = selectors.fiche_entreprise if unite.entreprise else selectors.fiche_etablissement
    fiche = fiche_de(unite.numero, lecteur=lecteur, onglet=SYNTHESE)
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{Unite(fiche.siren).adresse}/{suite}{requete}")
    choisies = notes.choisir_sections(request.GET.getlist(PARTIE))
    mere = _mere(fiche, lecteur)
    return {
        "note": notes.note(fiche, lecteur, request.compte, choisies, mere),
        "sections": [(cle, titre, cle in choisies) for cle, titre in notes.sections().items()],
        "unite": unite,
        "adresse": unite.adresse,
        "requete": requete,
        "entreprise": fiche.entreprise,
        "etablissement": fiche.etablissement if isinstance(fiche, FicheEtablissement) else None,
        "usage_interne": fiche.masquee,
        "groupe": resume_du_groupe(unite.siren, lecteur),
    }


def _mere(fiche: Fiche, lecteur: LecteurDeDonnees) -> FicheEntreprise | None:
    """The company of an establishment, when it is in the file in place: its directors and its head-count."""
    if not isinstance(fiche, FicheEtablissement) or fiche.entreprise is None:
        return None
    mere = selectors.fiche_entreprise(fiche.entreprise.siren, lecteur=lecteur, onglet=SYNTHESE)
    return None if isinstance(mere, Redirection) else mere


def _reservee(reponse: HttpResponse) -> HttpResponse:
    reponse["X-Robots-Tag"] = "noindex"
    return reponse
