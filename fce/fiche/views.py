"""The two sheets, their lists and files. A number is checked, and redirected to its canonical form, before any read."""

from dataclasses import replace
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import PageEtablissements
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de_la_page as lecteur_de_la_page
from fce.fiche import etablissements, selectors
from fce.fiche.assemblage import en_entier
from fce.fiche.formes.commun import PERIODE
from fce.fiche.formes.contenu import PREMIERS, ContactsConnus, Fiche, FicheEntreprise, Redirection
from fce.fiche.formes.serie import PERIODES
from fce.fiche.groupe.page import page_du_groupe
from fce.fiche.lecture import finalites
from fce.fiche.lecture.derniere_lecture import derniere_lecture
from fce.fiche.page import cadre, chronologie as chronologies, en_jsonld, exports
from fce.fiche.page.controles import ChoixDeContacts
from fce.fiche.page.etablissements import SANS_FILTRE, FiltreEtablissements, ListeAffichee
from fce.fiche.unite import entete
from fce.fiche.unite.unite_visee import Unite
from fce.socle.erreurs import IdentifiantInvalide, Introuvable
from fce.socle.texte.identifiants import Identifiant, est_siret, formater_siren, formater_siret, reconnaitre
from fce.socle.texte.pliage import lire_entier, normaliser_requete
from fce.socle.web.exports import XLSX, lignes_csv, telecharger_csv
from fce.socle.web.liens import adresse_signaler
from fce.socle.web.offres import actions_de_la_fiche
from fce.socle.web.pages import carte_demandee
from fce.socle.web.routes import Qui, Surface, Voie, acces
from fce.sources.onglets import ONGLETS, SYNTHESE, TOUT, Onglet, onglet_de

FRAGMENT_ETABLISSEMENTS = "liste-etablissements"
FRAGMENT_ONGLET = "onglet"
REPRENEURS = 2
"""Successors named in the head of a sheet."""


@acces(Qui.TOUS)
def entreprise(request: HttpRequest, numero: str) -> HttpResponse:
    """Synthèse of a company; with htmx, only the list of its establishments."""
    identifiant = _identifiant(numero, "SIREN")
    if numero != identifiant.siren or identifiant.genre != "siren":
        return _vers(identifiant, request)
    siren = identifiant.valeur
    filtre = FiltreEtablissements.depuis(request.GET)
    if _cible(request) == FRAGMENT_ETABLISSEMENTS:
        lecteur = lecteur_de_la_page(request)
        liste_ = _lister(*etablissements.liste(siren, filtre, lecteur), siren, filtre, lecteur)
        return _selon_htmx(render(request, "fiche/_etablissements.html", {"liste": liste_, "siren": siren}))
    if filtre.texte or filtre.etat or filtre.page > 1:
        # Old shared address, from before the list had its own tab.
        return redirect(f"{Unite(siren).adresse}/etablissements?{request.META.get('QUERY_STRING', '')}")
    return _fiche(request, Unite(siren), SYNTHESE)


@acces(Qui.TOUS)
def etablissement(request: HttpRequest, numero: str) -> HttpResponse:
    identifiant = _identifiant(numero, "SIRET")
    if numero != identifiant.valeur or identifiant.genre != "siret":
        return _vers(identifiant, request)
    return _fiche(request, Unite(identifiant.valeur), SYNTHESE)


@acces(Qui.TOUS)
def onglet(request: HttpRequest, numero: str, cle: str) -> HttpResponse:
    """One tab of a sheet, or the whole sheet on one page; with htmx, without the page around."""
    unite = unite_de(numero)
    choisi = TOUT if cle == TOUT.cle else ONGLETS[cle]
    if not unite.entreprise and choisi is ONGLETS["etablissements"]:
        raise Introuvable("Un établissement n’a pas d’établissements. Ouvrez la fiche de son entreprise.")
    return _fiche(request, unite, choisi)


def _fiche(request: HttpRequest, unite: Unite, choisi: Onglet) -> HttpResponse:
    lecteur = lecteur_de_la_page(request)
    filtre = FiltreEtablissements.depuis(request.GET)
    periode = _periode(request)
    fragment = _cible(request) == FRAGMENT_ONGLET and choisi is not SYNTHESE
    # The page that receives a fragment already has the alarms and the tabs.
    avec_synthese = choisi is not SYNTHESE and not fragment
    fiche: Fiche | Redirection
    if unite.entreprise:
        taille = PREMIERS if choisi is SYNTHESE else entreprises.TAILLE_PAGE
        fiche = selectors.fiche_entreprise(
            unite.siren,
            SANS_FILTRE if choisi is SYNTHESE else filtre,
            taille,
            lecteur=lecteur,
            periode=periode,
            onglet=choisi,
            avec_synthese=avec_synthese,
        )
    else:
        fiche = selectors.fiche_etablissement(
            unite.numero, lecteur=lecteur, periode=periode, onglet=choisi, avec_synthese=avec_synthese
        )
    if isinstance(fiche, Redirection):
        remplacant = Unite(fiche.siren).adresse
        return HttpResponsePermanentRedirect(f"{remplacant}/{choisi.cle}" if choisi.cle else remplacant)
    contexte = {
        **_commun(request, fiche),
        "aujourd_hui": lecteur.aujourd_hui,
        "finalites": finalites.choix(request, lecteur),
        "connecte": lecteur.acteur.identifiant != "",
    }
    if isinstance(fiche, FicheEntreprise) and choisi in selectors.LISTANTS:
        contexte["liste"] = _lister(fiche.etablissements, fiche.connus, unite.siren, filtre, lecteur)
    if isinstance(fiche, FicheEntreprise) and choisi is ONGLETS["etablissements"] and carte_demandee(request):
        alarmes = {alerte.siret for alerte in (fiche.synthese or fiche).alertes}
        contexte["sur_carte"] = etablissements.cartes(unite.siren, filtre, lecteur, alarmes)
    if choisi is SYNTHESE:
        contexte |= cadre.synthese(fiche, lecteur, request.GET.get("departement", "")[:3])
    else:
        if isinstance(fiche, FicheEntreprise) and choisi is ONGLETS["dirigeants"]:
            contexte["groupe"] = page_du_groupe(unite.siren, request.GET, lecteur, fiche.apercu.direction)
        le = derniere_lecture(request, unite.numero) if choisi is ONGLETS["historique"] else None
        choix = ChoixDeContacts.depuis(request.GET)
        contexte |= cadre.onglet(
            fiche, lecteur, filtre, choix, fragment=fragment, lecture=selectors.lecture_du(unite, lecteur, le)
        )
    reponse = render(request, "fiche/_onglet.html" if fragment else "fiche/fiche.html", contexte)
    if fiche.masquee:
        # A unit that refused re-diffusion must not be found by a web search engine.
        reponse["X-Robots-Tag"] = "noindex"
    return _selon_htmx(reponse)


def _lister(
    contenu: PageEtablissements,
    connus: ContactsConnus | None,
    siren: str,
    filtre: FiltreEtablissements,
    lecteur: LecteurDeDonnees,
) -> ListeAffichee:
    permis = filtre.permis(connus)
    exportable = etablissements.exportable(siren, permis, lecteur)
    return ListeAffichee(contenu, permis, lecteur.territoire, connus, Unite(siren).adresse, exportable)


def _cible(request: HttpRequest) -> str:
    """Target element of the htmx request; "" for a page."""
    htmx = getattr(request, "htmx", None)
    return str(htmx.target or "") if htmx else ""


@acces(Qui.TOUS, voie=Voie.FRAGMENT, surface=Surface.LISTE)
def liste(request: HttpRequest, numero: str, nom: str) -> HttpResponse:
    """One source of a sheet in full, by pages; with htmx, only the table."""
    unite = unite_de(numero)
    try:
        source = en_entier.source_de_la_fiche(unite, nom)
    except Introuvable:
        # What follows a number and is not a source is a malformed number.
        return (entreprise if unite.entreprise else etablissement)(request, f"{numero}/{nom}")
    lecteur = lecteur_de_la_page(request)
    if _cible(request) == f"liste-{source.nom}":
        lecteur = replace(lecteur, surface=Surface.FRAGMENT)
    contenu = en_entier.liste(
        unite.numero,
        source.nom,
        page=_page(request),
        tri=request.GET.get("tri", "")[:60],
        lecteur=lecteur,
    )
    return _liste(request, unite, contenu, lecteur)


def _liste(request: HttpRequest, unite: Unite, contenu: en_entier.Liste, lecteur: LecteurDeDonnees) -> HttpResponse:
    nom = contenu.source.nom
    fragment = _cible(request) == f"liste-{nom}"
    contexte = {
        "liste": contenu,
        "nom": nom,
        "adresse": unite.adresse,
        "tableau": contenu.tableau,
        "signaler": adresse_signaler(unite.numero),
        "fragment": fragment,
        "finalites": finalites.choix(request, lecteur),
        "suite": request.get_full_path(),
    }
    if not fragment:
        titre = contenu.source.titre
        contexte |= {"entete": entete.de_l_unite(unite, onglet_de(contenu.source.rubrique)), "titre_de_page": titre}
    gabarit = "fiche/_liste.html" if fragment else "fiche/liste.html"
    # htmx only swaps successful answers: a refused fragment is a 200 that says why, a refused page is a 403.
    reponse = render(request, gabarit, contexte, status=403 if contenu.reservee and not fragment else 200)
    reponse["X-Robots-Tag"] = "noindex"
    return _selon_htmx(reponse)


@acces(Qui.TOUS)
def jsonld(request: HttpRequest, numero: str) -> HttpResponse:
    """The public facts of a company for programs, the same for every reader; none of a unit that is masked."""
    unite = unite_de(numero)
    fiche = selectors.fiche_entreprise(unite.siren, taille=1, lecteur=LecteurDeDonnees(), onglet=SYNTHESE)
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{Unite(fiche.siren).adresse}.jsonld")
    if fiche.masquee:
        raise Introuvable("Cette entreprise s’est opposée à la diffusion de ses données : elle n’a pas de JSON-LD.")
    decrite = en_jsonld.decrire(fiche, request.build_absolute_uri(unite.adresse))
    return JsonResponse(decrite, content_type="application/ld+json", json_dumps_params={"ensure_ascii": False})


@acces(Qui.TOUS)
def chronologie(request: HttpRequest, numero: str) -> HttpResponse:
    """Every dated fact of a sheet, by pages."""
    unite, lecteur = unite_de(numero), lecteur_de_la_page(request)
    fiche_de = selectors.fiche_entreprise if unite.entreprise else selectors.fiche_etablissement
    fiche = fiche_de(unite.numero, lecteur=lecteur, onglet=ONGLETS["historique"])
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{Unite(fiche.siren).adresse}/chronologie")
    lecture = selectors.lecture_du(unite, lecteur, derniere_lecture(request, unite.numero))
    contexte = {
        "contenu": chronologies.de_la_page(fiche, lecteur, lecture, _page(request), request.GET),
        "mention": fiche.perimetre.mention,
        "adresse": unite.adresse,
        "entete": entete.de(fiche.vue, ONGLETS["historique"]),
        "titre_de_page": "Chronologie",
    }
    reponse = render(request, "fiche/chronologie.html", contexte)
    reponse["X-Robots-Tag"] = "noindex"
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.CSV)
def donnees(request: HttpRequest, numero: str, nom: str) -> HttpResponseBase:
    """The rows of one source as CSV."""
    unite = unite_de(numero)
    lecteur = lecteur_de_la_page(request, Droit.EXPORTER)
    contenu = en_entier.donnees(unite.numero, nom, lecteur=lecteur)
    if isinstance(contenu, en_entier.Liste):
        return _liste(request, unite, contenu, lecteur)
    source, entetes, lignes = contenu
    return telecharger_csv(f"fce-{unite.numero}-{source.nom}.csv", lignes_csv(entetes, lignes))


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.CSV)
def etablissements_csv(request: HttpRequest, numero: str) -> HttpResponseBase:
    """The list of establishments as the page filters and sorts it, whole."""
    unite = unite_de(numero)
    filtre = FiltreEtablissements.depuis(request.GET)
    entetes, lignes = etablissements.exporter(unite.siren, filtre, lecteur_de_la_page(request, Droit.EXPORTER))
    return telecharger_csv(f"fce-{unite.siren}-etablissements.csv", lignes_csv(entetes, lignes))


@acces(Qui.TOUS, voie=Voie.FICHIER, surface=Surface.XLSX)
def classeur(request: HttpRequest, numero: str) -> HttpResponseBase:
    unite = unite_de(numero)
    lecteur = lecteur_de_la_page(request, Droit.EXPORTER)
    fiche: Fiche | Redirection
    if unite.entreprise:
        fiche = selectors.fiche_entreprise(
            unite.numero, taille=entreprises.ETABLISSEMENTS_MAX, lecteur=lecteur, complet=True
        )
    else:
        fiche = selectors.fiche_etablissement(unite.numero, lecteur=lecteur, complet=True)
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{Unite(fiche.siren).adresse}/export.xlsx")
    contenu = exports.classeur(fiche, finalites.libelles(lecteur))
    return FileResponse(contenu, as_attachment=True, filename=f"fce-{unite.numero}.xlsx", content_type=XLSX)


def _page(request: HttpRequest) -> int:
    """Page number asked; invalid values mean the first."""
    return lire_entier(request.GET.get("page", ""), 1, chiffres=7)


def _periode(request: HttpRequest) -> int:
    """Months of the charts: one of the offered values, else the default."""
    demandee = request.GET.get("periode", "")
    return next((p for p in PERIODES if str(p) == demandee), PERIODE)


def _commun(request: HttpRequest, fiche: Fiche) -> dict[str, Any]:
    unite = fiche.unite
    lieu = fiche.vue.siege if isinstance(fiche, FicheEntreprise) else fiche.vue
    return {
        "onglet": fiche.onglet,
        "nom": fiche.vue.nom,
        "entreprise": fiche.entreprise,
        "etablissement": None if isinstance(fiche, FicheEntreprise) else fiche.etablissement,
        "adresse": unite.adresse,
        "siren": unite.siren,
        "signaler": adresse_signaler(unite.numero),
        "numero_affiche": unite.affichee,
        "repris_par": fiche.repris_par[:REPRENEURS],
        "autres_repreneurs": len(fiche.repris_par[REPRENEURS:]),
        "anciens": fiche.anciens if isinstance(fiche, FicheEntreprise) else (),
        "remplacant": "" if isinstance(fiche, FicheEntreprise) else fiche.remplacant,
        "masque": fiche.masquee,
        "siret_avis": None if fiche.masquee or lieu is None else lieu.siret,
        "actions": actions_de_la_fiche(request, unite.numero),
        "suite": f"{unite.adresse}/{fiche.onglet.cle}".rstrip("/"),
    }


def unite_de(numero: str) -> Unite:
    """Return the unit of an address, or raise ``IdentifiantInvalide``."""
    return Unite(_identifiant(numero, "SIRET" if est_siret(numero) else "SIREN").valeur)


def _identifiant(numero: str, attendu: str) -> Identifiant:
    """Parse the number of an address, or raise ``IdentifiantInvalide`` with the reason."""
    identifiant = reconnaitre(numero)
    if identifiant is None or identifiant.genre == "rna":
        saisi = normaliser_requete(numero)[:40]
        chiffres = "9 chiffres" if attendu == "SIREN" else "14 chiffres"
        raise IdentifiantInvalide(f"« {saisi} » n’est pas un numéro {attendu} : on attend {chiffres}.")
    if not identifiant.valide:
        ecrit = (
            formater_siret(identifiant.valeur) if identifiant.genre == "siret" else formater_siren(identifiant.valeur)
        )
        raise IdentifiantInvalide(
            f"Le numéro {identifiant.genre.upper()} {ecrit} est invalide : sa clé de contrôle ne correspond pas. "
            "Vérifiez chaque chiffre."
        )
    return identifiant


def _vers(identifiant: Identifiant, request: HttpRequest) -> HttpResponse:
    """Redirect a number written differently (spaces, VAT, a SIRET where a SIREN is expected) to its page."""
    adresse = Unite((identifiant.siren if identifiant.genre == "tva" else None) or identifiant.valeur).adresse
    requete = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{adresse}?{requete}" if requete else adresse)


def _selon_htmx(reponse: HttpResponse) -> HttpResponse:
    # One address has two answers: caches, and the browser's "back", must not mix them.
    patch_vary_headers(reponse, ["HX-Request", "HX-Target"])
    return reponse
