"""Pages of follows: changes, list of follows, frequency of mails."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.models import AlerteSuivi, Suivi
from fce.echanges.suivis import selectors, services
from fce.echanges.suivis.recherches import UNITES_MAX, adresse_de, unites_trouvees
from fce.echanges.suivis.selectors import FiltreAlertes
from fce.echanges.unites import unite_visee
from fce.echanges.vocabulaire import Rythme
from fce.recherche.question.lieux_du_lecteur import lieux_de
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import page as page_de_recherche
from fce.socle.base.roles import Role
from fce.socle.erreurs import FCEError, ParametreInvalide
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.references import numero_de, reference
from fce.socle.web.routes import Qui, Surface, acces
from fce.sources.presentation import Gravite


class FormulaireRythme(forms.Form):
    rythme = forms.ChoiceField(
        label="Recevoir un courriel",
        help_text="Il dit combien de choses ont changé, et donne un lien : rien d’autre.",
        choices=[(r.value, r.label.capitalize()) for r in Rythme],
        widget=forms.Select,
    )


class FormulaireNomDeRecherche(forms.Form):
    """The name of a followed search, for its owner only."""

    nom = forms.CharField(
        label="Nom de cette recherche", help_text="Pour vous seul, dans « Mes suivis ».", max_length=services.NOM_MAX
    )


@acces(Qui.AGENT, surface=Surface.LISTE)
def suivis(request: RequeteConnectee) -> HttpResponse:
    """Changes, follows, and frequency of mails."""
    return _page(request)


@acces(Qui.AGENT, ("POST",), surface=Surface.LISTE)
def choisir_rythme(request: RequeteConnectee) -> HttpResponse:
    formulaire = FormulaireRythme(request.POST)
    envoi = tenter(
        formulaire, lambda: services.choisir_rythme(request.compte, Rythme(formulaire.cleaned_data["rythme"])), "rythme"
    )
    if envoi.fait:
        return revenir(reverse("echanges:suivis"), "rythme-choisi")
    return _page(request, formulaire, envoi.status)


@acces(Qui.AGENT, ("POST",), surface=Surface.LISTE)
def noter_vues(request: RequeteConnectee) -> HttpResponse:
    """Mark as read, or as unread again, what the page listed and counted, of all companies or of one; not what came
    since."""
    filtre, jusqu_a = _filtre(request.POST), numero_de(AlerteSuivi, request.POST.get("jusqu_a", "")) or 0
    alertes = selectors.alertes_a_noter(lecteur_de(request), request.compte, filtre, jusqu_a)
    services.noter_vues(request.compte, alertes, vues=not filtre.relecture)
    return revenir(reverse("echanges:suivis"), "alertes-a-relire" if filtre.relecture else "alertes-lues")


@acces(Qui.AGENT, ("POST",))
def retirer(request: RequeteConnectee, numero: int) -> HttpResponse:
    services.retirer_suivi(request.compte, numero)
    return revenir(reverse("echanges:suivis"), "suivi-retire")


@acces(Qui.AGENT, ("GET", "POST"))
def ajouter(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Follow or unfollow a company or establishment."""
    unite = unite_visee(numero)
    if request.POST.get("geste") == "retirer":
        services.retirer_unite(request.compte, unite)
        return revenir(unite.fiche, "suivi-retire")
    formulaire = forms.Form(envoi_de(request))
    envoi = tenter(formulaire, lambda: services.ajouter_suivi(request.compte, unite))
    if envoi.fait:
        return revenir(unite.fiche, "suivi-ajoute")
    contexte = {"unite": unite, "suivie": selectors.est_suivie(request.compte, numero), "formulaire": formulaire}
    return render(request, "echanges/suivis/suivre.html", contexte, status=envoi.status)


@acces(Qui.AGENT, ("GET", "POST"))
def ajouter_recherche(request: RequeteConnectee) -> HttpResponse:
    """Follow the search whose parameters are in the address."""
    requete = Requete.depuis(request.GET)
    etiquettes = [e.libelle for e in page_de_recherche.etiquettes(requete, "liste", lieux_de(request))]
    dite = ", ".join(filter(None, (requete.q, *etiquettes)))
    formulaire = FormulaireNomDeRecherche(envoi_de(request), initial={"nom": dite[: services.NOM_MAX]})
    envoi = tenter(
        formulaire, lambda: services.ajouter_recherche(request.compte, requete, formulaire.cleaned_data["nom"])
    )
    if envoi.fait:
        return revenir(reverse("echanges:suivis"), "suivi-ajoute")
    statut, trouvees, refus = envoi.status, 0, ""
    if not formulaire.is_bound:
        try:
            trouvees = len(unites_trouvees(requete)[0])
        except ParametreInvalide as erreur:
            refus = erreur.message  # the page shows the reason and what to do
        except FCEError as erreur:
            statut, refus = erreur.status, erreur.message
    contexte = {
        "dite": dite,
        "resultats": f"{reverse('recherche:resultats')}?{adresse_de(requete)}",
        "trouvees": trouvees,
        "refus": refus,
        "etablissements": requete.vue == "etablissements",
        "maximum": UNITES_MAX,
        "formulaire": formulaire,
    }
    return render(request, "echanges/suivis/recherche.html", contexte, status=statut)


@csrf_exempt  # mail programs post here in one click (RFC 8058); the secret in the address authenticates them
@acces(Qui.TOUS, ("GET", "POST"), role=Role.AGENTS)
def arreter(request: HttpRequest, secret: str) -> HttpResponse:
    """Stop the mails of the owner of this address, by POST only: opening the page stops nothing."""
    if request.method == "POST":
        services.suspendre_les_courriels(secret)
    else:
        services.rythme_du_secret(secret)
    reponse = render(request, "echanges/suivis/arret.html", {"arrete": request.method == "POST"})
    reponse["Cache-Control"] = "no-store, private"
    reponse["X-Robots-Tag"] = "noindex"
    reponse["Referrer-Policy"] = "no-referrer"
    return reponse


def _page(request: RequeteConnectee, formulaire: FormulaireRythme | None = None, statut: int = 200) -> HttpResponse:
    compte, filtre, lecteur = request.compte, _filtre(request.GET), lecteur_de(request)
    vus = selectors.changements(lecteur, compte, filtre, max(1, lire_entier(request.GET.get("page", "")) or 1))
    suivi = reference(Suivi, filtre.suivi) if filtre.suivi else ""
    gravite = filtre.gravite.name if filtre.gravite else ""
    gardes = {"suivi": suivi, "gravite": gravite, "lus": "1" if filtre.relecture else ""}
    contexte = {
        "vus": vus,
        "filtre": filtre,
        "suivi": suivi,
        "du_suivi": f"suivi={suivi}&" if suivi else "",
        "adresse_page": urlencode({nom: x for nom, x in gardes.items() if x} | {"page": ""}),
        "suivis": selectors.suivis_de(lecteur, compte, vus.par_suivi),
        "rythme": Rythme(selectors.rythme_de(compte)).label,
        "formulaire": formulaire or FormulaireRythme(initial={"rythme": selectors.rythme_de(compte)}),
    }
    return render(request, "echanges/suivis/suivis.html", contexte, status=statut)


def _filtre(parametres: QueryDict) -> FiltreAlertes:
    """What the address, or the hidden fields of a form, ask for; anything unknown asks for nothing."""
    gravite = parametres.get("gravite", "")
    return FiltreAlertes(
        parametres.get("lus") == "1",
        numero_de(Suivi, parametres.get("suivi", "")) or None,
        Gravite[gravite] if gravite in Gravite.__members__ else None,
        parametres.get("siren", ""),
    )
