"""Pages of the directory: list, one service, its edition by its managers, services to call for an establishment."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.donnees.entreprises import selectors as entreprises
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers.departements import en_clair
from fce.droits.habilitations.dossiers.selectors import groupe_gere
from fce.droits.habilitations.finalites import GROUPES
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges.annuaire import couverture, selectors, services, telephones
from fce.echanges.annuaire.formulaires import FormulaireAbsence, FormulaireAnnuaire, FormulaireCompetence, rempli
from fce.echanges.annuaire.unite_declaree import unites_declarees
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.unites import unite_visee
from fce.echanges.visites.formulaires import FormulaireDePassage
from fce.echanges.visites.genre import VISITE
from fce.echanges.visites.selectors import visites_a_passer
from fce.echanges.vocabulaire import NatureService, Theme
from fce.referentiels.territoires import decoupage
from fce.socle.erreurs import Introuvable
from fce.socle.texte.identifiants import est_siret
from fce.socle.web.faits import revenir
from fce.socle.web.gestes import envoi_de, tenter
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, acces

PAR_PAGE: Final = 50
COMMUNES_MONTREES: Final = 30


@acces(Qui.AGENT)
def services_de_l_annuaire(request: RequeteConnectee) -> HttpResponse:
    """The services, by kind and name, or those that match a search."""
    formulaire = FormulaireAnnuaire(request.GET)
    filtre = formulaire.filtre
    page = page_de(request, selectors.chercher_services(**filtre), PAR_PAGE)
    parametres = request.GET.copy()
    parametres.pop("page", None)
    contexte = {
        "formulaire": formulaire,
        "page": page,
        "inscrits": [_inscrit(entree) for entree in page],
        "suite": parametres.urlencode(),
        "filtree": bool(filtre),
        "geres": selectors.geres_par(request.compte),
    }
    return render(request, "echanges/annuaire/annuaire.html", contexte)


@acces(Qui.AGENT)
def service(request: RequeteConnectee, numero: int) -> HttpResponse:
    """The entry of a service."""
    return _page(request, numero)


@acces(Qui.AGENT, ("POST",))
def noter_absence(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Announce one's absence to the colleagues of one's service."""
    selectors.entree_de(numero)
    if selectors.collegues(request.compte, numero) is None:
        raise Introuvable("Ce service n’est pas le vôtre.")
    formulaire = FormulaireAbsence(request.POST)
    aujourd_hui = lecteur_de(request).aujourd_hui
    envoi = tenter(
        formulaire,
        lambda: services.noter_absence(request.compte, formulaire.cleaned_data["jusqu_au"], aujourd_hui),
        "jusqu_au",
    )
    if not envoi.fait:
        return _page(request, numero, formulaire, envoi.status)
    fait = "absence-dite" if formulaire.cleaned_data["jusqu_au"] else "absence-finie"
    return revenir(reverse("echanges:service", args=[numero]), fait)


@acces(Qui.AGENT, ("GET", "POST"))
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Edit the entry of one's service, for its managers."""
    groupe = groupe_gere(request.compte, numero)
    entree = EntreeAnnuaire.objects.filter(pk=groupe.pk).first()
    formulaire = FormulaireCompetence(envoi_de(request), initial=rempli(entree))

    def faire() -> None:
        competence, version = formulaire.competence(), formulaire.cleaned_data["version"]
        services.ecrire_entree(groupe, competence, request.compte.identifiant, version=version)

    envoi = tenter(formulaire, faire)
    if envoi.fait:
        return revenir(reverse("echanges:service", args=[groupe.pk]), "service-inscrit")
    contexte = {"formulaire": formulaire, "groupe": groupe, "entree": entree}
    return render(request, "echanges/annuaire/modifier.html", contexte, status=envoi.status)


@acces(Qui.AGENT)
def competents(request: RequeteConnectee, numero: str) -> HttpResponse:
    """Services to call for an establishment: the unit given by a data set, then the services that cover its commune."""
    unite = unite_visee(numero)
    if not est_siret(numero):
        raise Introuvable("Choisissez un établissement : un service est compétent pour un lieu.")
    lecteur = lecteur_de(request)
    adresse = entreprises.etablissements([numero])[numero].adresse
    lieu = couverture.lieu_de(adresse.code_commune)
    natures = selectors.natures_de(lecteur.services(VISITE))
    trouves = selectors.competents(lieu, natures) if lieu else []
    declarees = unites_declarees(lecteur, numero)
    boites = {b.lower(): telephones.ecrire(s.entree.telephone) for s in trouves if (b := s.entree.service.courriel)}
    contexte = {
        "unite": unite,
        "commune": adresse.commune,
        "lieu": lieu,
        "declarees": [(declaree, boites.get(declaree.courriel.lower(), "")) for declaree in declarees],
        "services": [
            {
                "inscrit": _inscrit(s.entree),
                "ecrivable": s.ecrivable,
                "deduit": s.entree.nature == NatureService.UNITE_CONTROLE and not declarees,
            }
            for s in trouves
        ],
    }
    return render(request, "echanges/annuaire/competents.html", contexte)


def _page(
    request: RequeteConnectee, numero: int, formulaire: FormulaireAbsence | None = None, statut: int = 200
) -> HttpResponse:
    compte, aujourd_hui = request.compte, lecteur_de(request).aujourd_hui
    contexte = {
        "inscrit": _inscrit(selectors.entree_de(numero)),
        "gere": any(groupe.pk == numero for groupe in selectors.geres_par(compte)),
        "collegues": selectors.collegues(compte, numero),
        "formulaire": formulaire or FormulaireAbsence(initial={"jusqu_au": selectors.absence_de(compte.pk)}),
        "visites": [(v, FormulaireDePassage(v, aujourd_hui)) for v in visites_a_passer(compte, numero, aujourd_hui)],
    }
    return render(request, "echanges/annuaire/service.html", contexte, status=statut)


def _inscrit(entree: Any) -> dict[str, Any]:
    """An entry, its codes with their labels."""
    communes = [c.nom for code in entree.communes[:COMMUNES_MONTREES] if (c := decoupage.commune(code)) is not None]
    return {
        "entree": entree,
        "service": entree.service,
        "telephone": telephones.ecrire(entree.telephone),
        "nature": NatureService(entree.nature).label,
        "ou": "" if entree.communes else en_clair(entree.territoire),
        "communes": communes,
        "autres_communes": len(entree.communes) - len(communes),
        "themes": [Theme(code).label for code in entree.themes],
        "donnees": [GROUPES.get(code, code) for code in entree.groupes_de_donnees],
        "recoit_de": [NatureService(code).label for code in entree.recoit_de],
        "sans_personne": selectors.sans_personne(entree),
        "retour": selectors.retour_de(entree),
    }
