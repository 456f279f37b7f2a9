"""``/signaler/<siren>`` and ``/signalements``: signed-in accounts report errors and follow their own reports."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes.requete import RequeteConnectee
from fce.service.portail.contradictions import selectors as contradictions
from fce.service.portail.dirigeant.selectors import demande_de, nomme, noms, refus_de, siren_saisi
from fce.service.portail.signalements import selectors, services
from fce.service.portail.signalements.formulaires import FormulaireSignalement
from fce.socle.texte.identifiants import siret_valide
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.routes import Qui, acces


@acces(Qui.CONNECTE, ("GET", "POST"))
def signaler(request: RequeteConnectee, siren: str) -> HttpResponse:
    moi, numero = request.compte, siren_saisi(siren)
    if numero != siren:
        suite = request.META.get("QUERY_STRING", "")
        adresse = reverse("portail:signaler", args=[numero])
        return HttpResponsePermanentRedirect(f"{adresse}?{suite}" if suite else adresse)
    if not selectors.peut_signaler(moi, siren):
        return _pas_encore(request, siren)
    depart = {nom: request.GET.get(nom, "")[:100] for nom in ("rubrique", "source", "siret", "regle")}
    if (venue := selectors.source_signalee(depart["source"])) and not depart["rubrique"]:
        depart["rubrique"] = venue.rubrique
    if request.method == "GET" and (regle := contradictions.destinee(depart["regle"], depart["source"])):
        numero = depart["siret"] if regle.etablissement and siret_valide(depart["siret"]) else siren
        depart["texte"] = contradictions.texte_a_envoyer(regle, numero)
    formulaire = FormulaireSignalement(envoi_de(request), initial=depart)
    envoi = tenter(formulaire, lambda: services.signaler(moi, siren, **formulaire.cleaned_data), "texte")
    if envoi.fait:
        return revenir(reverse("portail:signalements"), "signalement-envoye")
    contexte = {"siren": siren, "nom": noms([siren])[siren], "formulaire": formulaire, **_visee(siren, formulaire)}
    return render(request, "portail/signalements/signaler.html", contexte, status=envoi.status)


def _visee(siren: str, formulaire: FormulaireSignalement) -> dict[str, Any]:
    """What the form shows about its target and its recipients before sending."""
    nom, rubrique, siret = (str(formulaire[champ].value() or "") for champ in ("source", "rubrique", "siret"))
    source = selectors.source_signalee(nom)
    lieu = siret if siret_valide(siret) and siret.startswith(siren) else ""
    code = source.producteur.code if source else ""
    return {
        "source": source,
        "siret": lieu,
        "fiche": selectors.adresse_de_la_fiche(siren, lieu, rubrique),
        "producteur": selectors.nom_du_producteur(source) if source else "",
        "responsables": bool(selectors.responsables(code)),
    }


def _pas_encore(request: RequeteConnectee, siren: str) -> HttpResponse:
    """Refuse (403) and show what to do: one click when the RNE names the reader, else a prefilled request; and who
    answers for the source."""
    contexte = {
        "siren": siren,
        "nom": noms([siren])[siren],
        "nomme": nomme(request.compte, siren),
        "demande": demande_de(request.compte, siren),
        "refus": refus_de(request.compte, siren),
        "source": selectors.source_signalee(request.GET.get("source", "")[:100]),
    }
    return render(request, "portail/signalements/pas_encore.html", contexte, status=403)


@acces(Qui.CONNECTE)
def miens(request: RequeteConnectee) -> HttpResponse:
    return render(request, "portail/signalements/miens.html", {"vus": selectors.siens(request.compte)})
