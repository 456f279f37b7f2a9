"""The two sheets, their lists and their files. A number is checked and written its canonical way before any read."""

from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from fce.droits.finalites import Droit
from fce.entreprises import selectors as entreprises
from fce.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.fiche import directes, exports, finalites, listes, selectors
from fce.fiche.contenu import Redirection
from fce.fiche.demande import lecteur_de as lecteur_de
from fce.fiche.formes.commun import PERIODE
from fce.fiche.formes.serie import PERIODES
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.page import chapitres
from fce.socle.erreurs import IdentifiantInvalide, Introuvable
from fce.socle.exports import lignes_csv
from fce.socle.identifiants import Identifiant, formater_siren, formater_siret, reconnaitre
from fce.socle.routes import Qui, Voie, acces
from fce.socle.texte import normaliser_requete

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
        return HttpResponsePermanentRedirect(reverse("fiche:entreprise", args=[fiche.siren]))
    vue = fiche.entreprise
    masque = vue.masque or (vue.siege is not None and vue.siege.masque)
    contexte = {
        **_commun(vue, siren, f"SIREN {formater_siren(siren)}", masque),
        "finalites": finalites.choix(request, lecteur),
        "entreprise": vue,
        "siret_avis": None if masque or vue.siege is None else vue.siege.siret,
        "alertes": fiche.alertes,
        "tuiles": [*chapitres.tuiles_entreprise(vue), *fiche.tuiles],
        "chapitres": chapitres.chapitres(
            directes.avec_attentes(fiche.rubriques, siren, lecteur, masquee=masque), _adresse(siren), filtre
        ),
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
        **_commun(vu, vu.siret, f"SIRET {formater_siret(vu.siret)}", vu.masque),
        "finalites": finalites.choix(request, lecteur),
        "etablissement": vu,
        "entreprise": fiche.entreprise,
        "siret_avis": None if vu.masque else vu.siret,
        "alertes": fiche.alertes,
        "tuiles": [*chapitres.tuiles_etablissement(vu), *fiche.tuiles],
        "chapitres": chapitres.chapitres(
            directes.avec_attentes(fiche.rubriques, vu.siret, lecteur, masquee=vu.masque), _adresse(vu.siret)
        ),
    }
    return _fiche(request, "fiche/etablissement.html", contexte)


@acces(Qui.TOUS, voie=Voie.FRAGMENT)
def liste(request: HttpRequest, numero: str, nom: str) -> HttpResponse:
    """One source of a sheet, whole, page by page; through htmx, the table alone."""
    identifiant = _identifiant(numero, "SIRET" if len(numero) == 14 else "SIREN")
    try:
        source = listes.source_de_la_fiche(identifiant.valeur, nom)
    except Introuvable:
        # Whatever follows a number and is no source is a number badly written.
        return entreprise(request, f"{numero}/{nom}") if len(numero) == 9 else etablissement(request, f"{numero}/{nom}")
    lecteur = lecteur_de(request)
    contenu = listes.liste(
        identifiant.valeur,
        source.nom,
        page=_page(request),
        tri=request.GET.get("tri", "")[:60],
        lecteur=lecteur,
    )
    return _liste(request, identifiant, contenu, lecteur)


def _liste(
    request: HttpRequest, identifiant: Identifiant, contenu: listes.Liste, lecteur: LecteurDeFiche
) -> HttpResponse:
    nom = contenu.source.nom
    htmx = getattr(request, "htmx", None)
    fragment = htmx and htmx.target == f"liste-{nom}"
    contexte = {
        "liste": contenu,
        "nom": nom,
        "adresse": _adresse(identifiant.valeur),
        "numero_affiche": _affiche(identifiant),
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
    identifiant = _identifiant(numero, "SIRET" if len(numero) == 14 else "SIREN")
    lire = selectors.fiche_etablissement if identifiant.genre == "siret" else selectors.fiche_entreprise
    fiche = lire(identifiant.valeur, lecteur=lecteur_de(request))
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(f"{_adresse(fiche.siren)}/chronologie")
    adresse = _adresse(identifiant.valeur)
    contexte = {
        "contenu": chapitres.page_chronologie(fiche.chronologie, _page(request)),
        "mention": fiche.perimetre.mention,
        "adresse": adresse,
        "adresse_liste": f"{adresse}/chronologie",
        "numero_affiche": _affiche(identifiant),
    }
    reponse = render(request, "fiche/chronologie.html", contexte)
    reponse["X-Robots-Tag"] = "noindex"
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER)
def donnees(request: HttpRequest, numero: str, nom: str) -> HttpResponseBase:
    """The rows of one source, as a csv file."""
    identifiant = _identifiant(numero, "SIRET" if len(numero) == 14 else "SIREN")
    lecteur = lecteur_de(request, Droit.EXPORTER)
    lues = listes.donnees(identifiant.valeur, nom, lecteur=lecteur)
    if isinstance(lues, listes.Liste):
        return _liste(request, identifiant, lues, lecteur)
    source, entetes, lignes = lues
    reponse = StreamingHttpResponse(lignes_csv(entetes, lignes), content_type="text/csv; charset=utf-8")
    reponse["Content-Disposition"] = f'attachment; filename="fce-{identifiant.valeur}-{source.nom}.csv"'
    return reponse


@acces(Qui.TOUS, voie=Voie.FICHIER)
def classeur(request: HttpRequest, numero: str) -> HttpResponseBase:
    """The whole sheet as a workbook."""
    identifiant = _identifiant(numero, "SIRET" if len(numero) == 14 else "SIREN")
    lecteur = lecteur_de(request, Droit.EXPORTER)
    if identifiant.genre == "siret":
        fiche = selectors.fiche_etablissement(identifiant.valeur, lecteur=lecteur, complet=True)
        return _fichier(exports.classeur(fiche, finalites.libelles(lecteur)), identifiant.valeur)
    entiere = selectors.fiche_entreprise(
        identifiant.valeur, taille=entreprises.ETABLISSEMENTS_MAX, lecteur=lecteur, complet=True
    )
    if isinstance(entiere, Redirection):
        return HttpResponsePermanentRedirect(f"{reverse('fiche:entreprise', args=[entiere.siren])}/export.xlsx")
    return _fichier(exports.classeur(entiere, finalites.libelles(lecteur)), identifiant.valeur)


def _fichier(contenu: IO[bytes], numero: str) -> FileResponse:
    return FileResponse(contenu, as_attachment=True, filename=f"fce-{numero}.xlsx", content_type=XLSX)


def _page(request: HttpRequest) -> int:
    """Number of the page asked for; anything odd means the first."""
    page = request.GET.get("page", "")
    return int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1


def _periode(request: HttpRequest) -> int:
    """Months of the charts: one of those offered, else the usual one."""
    demandee = request.GET.get("periode", "")
    return next((p for p in PERIODES if str(p) == demandee), PERIODE)


def _affiche(identifiant: Identifiant) -> str:
    if identifiant.genre == "siret":
        return f"SIRET {formater_siret(identifiant.valeur)}"
    return f"SIREN {formater_siren(identifiant.valeur)}"


def _commun(vue: EntrepriseVue | EtablissementVu, numero: str, affiche: str, masque: bool) -> dict[str, object]:
    return {
        "nom": vue.nom,
        "adresse": _adresse(numero),
        "siren": numero[:9],
        "numero_affiche": affiche,
        "masque": masque,
        "aujourd_hui": timezone.localdate(),
        "suite": _adresse(numero),
    }


def _adresse(numero: str) -> str:
    return reverse(f"fiche:{'entreprise' if len(numero) == 9 else 'etablissement'}", args=[numero])


def _fiche(request: HttpRequest, gabarit: str, contexte: dict[str, object]) -> HttpResponse:
    reponse = render(request, gabarit, contexte)
    if contexte["masque"]:
        # Who asked not to be re-diffused must not be found through a web search engine either.
        reponse["X-Robots-Tag"] = "noindex"
    return reponse


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
    if identifiant.genre == "siret":
        adresse = reverse("fiche:etablissement", args=[identifiant.valeur])
    else:
        adresse = reverse("fiche:entreprise", args=[identifiant.siren])
    requete = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{adresse}?{requete}" if requete else adresse)


def _selon_htmx(reponse: HttpResponse) -> HttpResponse:
    # One address, two answers: a cache (the browser's "back" included) must not mix them.
    patch_vary_headers(reponse, ["HX-Request", "HX-Target"])
    return reponse
