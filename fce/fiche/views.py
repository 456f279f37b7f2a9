"""The two sheets. A number is checked and written its canonical way before anything is read."""

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from fce.entreprises import selectors as entreprises
from fce.entreprises.vues import EntrepriseVue, EtablissementVu
from fce.fiche import presentation, selectors
from fce.fiche.vues import Redirection
from fce.socle.erreurs import IdentifiantInvalide
from fce.socle.identifiants import Identifiant, formater_siren, formater_siret, reconnaitre
from fce.socle.texte import normaliser_requete

FRAGMENT_ETABLISSEMENTS = "liste-etablissements"


@require_safe
def entreprise(request: HttpRequest, numero: str) -> HttpResponse:
    """Sheet of a company; through htmx, the list of its establishments alone."""
    identifiant = _identifiant(numero, "SIREN")
    if numero != identifiant.siren or identifiant.genre != "siren":
        return _vers(identifiant, request)
    siren = identifiant.valeur
    filtre = presentation.FiltreEtablissements.depuis(request.GET)
    htmx = getattr(request, "htmx", None)
    if htmx and htmx.target == FRAGMENT_ETABLISSEMENTS:
        page = entreprises.etablissements_de(siren, filtre.page, etat=filtre.code_etat, texte=filtre.texte)
        contexte = {"contenu": page, "siren": siren, "filtre": filtre, "pages": filtre.pages(page)}
        return _selon_htmx(render(request, "fiche/_etablissements.html", contexte))
    fiche = selectors.fiche_entreprise(siren, page=filtre.page, etat=filtre.code_etat, texte=filtre.texte)
    if isinstance(fiche, Redirection):
        return HttpResponsePermanentRedirect(reverse("fiche:entreprise", args=[fiche.siren]))
    vue = fiche.entreprise
    masque = vue.masque or (vue.siege is not None and vue.siege.masque)
    contexte = {
        **_commun(vue, f"SIREN {formater_siren(siren)}", masque),
        "entreprise": vue,
        "siren": siren,
        "siret_avis": None if masque or vue.siege is None else vue.siege.siret,
        "alertes": fiche.alertes,
        "tuiles": presentation.tuiles_entreprise(vue),
        "chapitres": presentation.chapitres(fiche.rubriques, filtre),
        "filtre": filtre,
        "pages": filtre.pages(fiche.etablissements),
    }
    return _selon_htmx(_fiche(request, "fiche/entreprise.html", contexte))


@require_safe
def etablissement(request: HttpRequest, numero: str) -> HttpResponse:
    """Sheet of an establishment."""
    identifiant = _identifiant(numero, "SIRET")
    if numero != identifiant.valeur or identifiant.genre != "siret":
        return _vers(identifiant, request)
    fiche = selectors.fiche_etablissement(identifiant.valeur)
    vu = fiche.etablissement
    contexte = {
        **_commun(vu, f"SIRET {formater_siret(vu.siret)}", vu.masque),
        "etablissement": vu,
        "entreprise": fiche.entreprise,
        "siret_avis": None if vu.masque else vu.siret,
        "alertes": fiche.alertes,
        "tuiles": presentation.tuiles_etablissement(vu),
        "chapitres": presentation.chapitres(fiche.rubriques),
    }
    return _fiche(request, "fiche/etablissement.html", contexte)


def _commun(vue: EntrepriseVue | EtablissementVu, numero: str, masque: bool) -> dict[str, object]:
    return {"nom": vue.nom, "numero_affiche": numero, "masque": masque, "aujourd_hui": timezone.localdate()}


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
