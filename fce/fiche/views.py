"""The two sheets, their lists and their files. A number is checked and written its canonical way before any read."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from fce.droits.finalites import Droit
from fce.entreprises import selectors as entreprises
from fce.fiche import directes, exports, finalites, listes, selectors
from fce.fiche.contenu import FicheEntreprise, FicheEtablissement, Redirection
from fce.fiche.demande import lecteur_de as lecteur_de
from fce.fiche.formes.commun import PERIODE
from fce.fiche.formes.serie import PERIODES
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.page import chapitres
from fce.fiche.unite import Unite
from fce.socle.erreurs import IdentifiantInvalide, Introuvable
from fce.socle.exports import XLSX, lignes_csv
from fce.socle.identifiants import Identifiant, est_siret, formater_siren, formater_siret, reconnaitre
from fce.socle.routes import Qui, Voie, acces
from fce.socle.texte import normaliser_requete

FRAGMENT_ETABLISSEMENTS = "liste-etablissements"


@acces(Qui.TOUS)
def entreprise(request: HttpRequest, numero: str) -> HttpResponse:
    """Sheet of a company; through htmx, the list of its establishments alone."""
    identifiant = _identifiant(numero, "SIREN")
    if numero != identifiant.siren or identifiant.genre != "siren":
        return _vers(identifiant, request)
    siren = identifiant.valeur
    filtre = chapitres.FiltreEtablissements.depuis(request.GET)
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == FRAGMENT_ETABLISSEMENTS:
        page = entreprises.etablissements_de(siren, filtre.page, etat=filtre.code_etat, texte=filtre.texte)
        contexte = {"contenu": page, "siren": siren, "filtre": filtre, "pages": filtre.pages(page)}
        return _selon_htmx(render(request, "fiche/_etablissements.html", contexte))
    lecteur = lecteur_de(request)
    fiche = selectors.fiche_entreprise(
        siren, page=filtre.page, etat=filtre.code_etat, texte=filtre.texte, lecteur=lecteur, periode=_periode(request)
    )
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(Unite(fiche.siren).adresse)
    vue = fiche.entreprise
    contexte = {
        **_commun(fiche),
        "finalites": finalites.choix(request, lecteur),
        "entreprise": vue,
        "siret_avis": None if fiche.masquee or vue.siege is None else vue.siege.siret,
        "alertes": fiche.alertes,
        "tuiles": [*chapitres.tuiles_entreprise(vue), *fiche.tuiles],
        "chapitres": chapitres.chapitres(directes.avec_attentes(fiche, lecteur), fiche.unite.adresse, filtre),
        "filtre": filtre,
        "pages": filtre.pages(fiche.etablissements),
    }
    return _selon_htmx(_fiche(request, "fiche/entreprise.html", contexte))


@acces(Qui.TOUS)
def etablissement(request: HttpRequest, numero: str) -> HttpResponse:
    """Sheet of an establishment."""
    identifiant = _identifiant(numero, "SIRET")
    if numero != identifiant.valeur or identifiant.genre != "siret":
        return _vers(identifiant, request)
    lecteur = lecteur_de(request)
    fiche = selectors.fiche_etablissement(identifiant.valeur, lecteur=lecteur, periode=_periode(request))
    vu = fiche.etablissement
    contexte = {
        **_commun(fiche),
        "finalites": finalites.choix(request, lecteur),
        "etablissement": vu,
        "entreprise": fiche.entreprise,
        "siret_avis": None if vu.masque else vu.siret,
        "alertes": fiche.alertes,
        "tuiles": [*chapitres.tuiles_etablissement(vu), *fiche.tuiles],
        "chapitres": chapitres.chapitres(directes.avec_attentes(fiche, lecteur), fiche.unite.adresse),
    }
    return _fiche(request, "fiche/etablissement.html", contexte)


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def liste(request: HttpRequest, numero: str, nom: str) -> HttpResponse:
    """One source of a sheet, whole, page by page; through htmx, the table alone."""
    unite = unite_de(numero)
    try:
        source = listes.source_de_la_fiche(unite, nom)
    except Introuvable:
        # Whatever follows a number and is no source is a number badly written.
        return (entreprise if unite.entreprise else etablissement)(request, f"{numero}/{nom}")
    lecteur = lecteur_de(request)
    contenu = listes.liste(
        unite.numero,
        source.nom,
        page=_page(request),
        tri=request.GET.get("tri", "")[:60],
        lecteur=lecteur,
    )
    return _liste(request, unite, contenu, lecteur)


def _liste(request: HttpRequest, unite: Unite, contenu: listes.Liste, lecteur: LecteurDeFiche) -> HttpResponse:
    nom = contenu.source.nom
    htmx = getattr(request, "htmx", None)
    fragment = htmx and htmx.target == f"liste-{nom}"
    contexte = {
        "liste": contenu,
        "nom": nom,
        "adresse": unite.adresse,
        "numero_affiche": unite.affichee,
        "tableau": contenu.tableau,
        "fragment": bool(fragment),
        "finalites": finalites.choix(request, lecteur),
        "suite": request.get_full_path(),
    }
    gabarit = "fiche/_liste.html" if fragment else "fiche/liste.html"
    # Nothing but a success takes its place in a page: a fragment says what is refused, its page is refused.
    reponse = render(request, gabarit, contexte, status=403 if contenu.reservee and not fragment else 200)
    reponse["X-Robots-Tag"] = "noindex"
    return _selon_htmx(reponse)


@acces(Qui.TOUS)
def chronologie(request: HttpRequest, numero: str) -> HttpResponse:
    """Every dated fact of a sheet, page by page."""
    unite = unite_de(numero)
    lire = selectors.fiche_entreprise if unite.entreprise else selectors.fiche_etablissement
    fiche = lire(unite.numero, lecteur=lecteur_de(request))
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{Unite(fiche.siren).adresse}/chronologie")
    adresse = unite.adresse
    contexte = {
        "contenu": chapitres.page_chronologie(fiche.chronologie, _page(request)),
        "mention": fiche.perimetre.mention,
        "adresse": adresse,
        "adresse_liste": f"{adresse}/chronologie",
        "numero_affiche": unite.affichee,
    }
    reponse = render(request, "fiche/chronologie.html", contexte)
    reponse["X-Robots-Tag"] = "noindex"
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER)
def donnees(request: HttpRequest, numero: str, nom: str) -> HttpResponseBase:
    """The rows of one source, as a csv file."""
    unite = unite_de(numero)
    lecteur = lecteur_de(request, Droit.EXPORTER)
    lues = listes.donnees(unite.numero, nom, lecteur=lecteur)
    if isinstance(lues, listes.Liste):
        return _liste(request, unite, lues, lecteur)
    source, entetes, lignes = lues
    reponse = StreamingHttpResponse(lignes_csv(entetes, lignes), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="fce-{unite.numero}-{source.nom}.csv"'
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER)
def classeur(request: HttpRequest, numero: str) -> HttpResponseBase:
    """The whole sheet as a workbook."""
    unite = unite_de(numero)
    lecteur = lecteur_de(request, Droit.EXPORTER)
    fiche: FicheEntreprise | FicheEtablissement | Redirection
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
    """Number of the page asked for; anything odd means the first."""
    page = request.GET.get("page", "")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1


def _periode(request: HttpRequest) -> int:
    """Months of the charts: one of those offered, else the usual one."""
    demandee = request.GET.get("periode", "")
    return next((p for p in PERIODES if str(p) == demandee), PERIODE)


def _commun(fiche: FicheEntreprise | FicheEtablissement) -> dict[str, object]:
    unite = fiche.unite
    return {
        "nom": fiche.vue.nom,
        "adresse": unite.adresse,
        "siren": unite.siren,
        "numero_affiche": unite.affichee,
        "masque": fiche.masquee,
        "aujourd_hui": timezone.localdate(),
        "suite": unite.adresse,
    }


def _fiche(request: HttpRequest, gabarit: str, contexte: dict[str, object]) -> HttpResponse:
    reponse = render(request, gabarit, contexte)
    if contexte["masque"]:
        # Who asked not to be re-diffused must not be found through a web search engine either.
        reponse["X-Robots-Tag"] = "noindex"
    return reponse


def unite_de(numero: str) -> Unite:
    """Return the unit that an address names by its very number, or raise ``IdentifiantInvalide``."""
    return Unite(_identifiant(numero, "SIRET" if est_siret(numero) else "SIREN").valeur)


def _identifiant(numero: str, attendu: str) -> Identifiant:
    """Return the number of an address, or raise ``IdentifiantInvalide`` with what is wrong with it."""
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
    """Redirect a number written another way (spaces, VAT, a SIRET where a SIREN is expected) to its own page."""
    adresse = Unite((identifiant.siren if identifiant.genre == "tva" else None) or identifiant.valeur).adresse
    requete = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{adresse}?{requete}" if requete else adresse)


def _selon_htmx(reponse: HttpResponse) -> HttpResponse:
    # One address, two answers: a cache (the browser's "back" included) must not mix them.
    patch_vary_headers(reponse, ["HX-Request", "HX-Target"])
    return reponse
