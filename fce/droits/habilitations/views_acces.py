"""The access of an agent without habilitation: one request for what his mission reads, or to enter a group."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from fce.droits.comptes import demandes
from fce.droits.comptes.models import Compte
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.acteurs import Acteur
from fce.droits.habilitations.dossiers import acces as situation, sollicitations
from fce.droits.habilitations.finalites import GROUPES, PROFILS
from fce.droits.habilitations.formulaires import FormulaireAcces
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.erreurs import ParametreInvalide
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT, ("GET", "POST"))
def demander(request: RequeteConnectee) -> HttpResponse:
    """The card alone; its request goes to the managers of the agent's group, or to the team when he has none."""
    compte = request.compte
    contexte = contexte_de(request, compte, acteur_de(compte, mfa=request.session.get("mfa") is True))
    carte = contexte["carte"]
    if carte is None or (request.method == "POST" and (carte.gere or not carte.demandable)):
        return redirect("droits:habilitations")
    if request.method == "POST":
        formulaire = FormulaireAcces(request.POST, carte=carte, connue=compte.organisme)
        if formulaire.is_valid():
            try:
                _envoyer(compte, carte, formulaire.cleaned_data)
            except ParametreInvalide as erreur:
                formulaire.add_error(None, erreur.message)
            else:
                return revenir(reverse("droits:acces"), "acces-demande")
        return render(request, "droits/acces.html", contexte | {"formulaire": formulaire}, status=400)
    return render(request, "droits/acces.html", contexte)


@acces(Qui.AGENT, ("POST",))
def rejoindre(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Ask the managers of a group of one's own administration to enter it."""
    sollicitations.demander_a_rejoindre(request.compte, groupe)
    return revenir(reverse("droits:acces"), "acces-demande")


def contexte_de(request: HttpRequest, compte: Compte, acteur: Acteur) -> dict[str, Any]:
    """Context of the card: ``carte``, None when the agent needs none; ``missions`` and the form of the one chosen."""
    carte = situation.carte(compte, acteur)
    if carte is None or not carte.demandable:
        return {"carte": carte}
    mission = request.GET.get("mission", "")
    voulue = sollicitations.voulue_de(request.GET.get("source", ""), request.GET.get("groupes", ""))
    formulaire = None
    if mission in PROFILS and not carte.gere:
        formulaire = FormulaireAcces(
            initial=FormulaireAcces.depart(mission, voulue.groupes if voulue else ()),
            carte=carte,
            connue=compte.organisme,
        )
    hors = [GROUPES[g] for g in voulue.groupes if mission in PROFILS and g not in _ouverts(mission)] if voulue else []
    return {
        "carte": carte,
        "missions": PROFILS.values(),
        "mission": mission if mission in PROFILS else "",
        "voulue": voulue,
        "hors_mission": ", ".join(hors),
        "formulaire": formulaire,
    }


def _ouverts(mission: str) -> list[str]:
    return situation.groupes_de_la_mission(PROFILS[mission])


def _envoyer(compte: Compte, carte: situation.Carte, saisie: dict[str, Any]) -> None:
    groupes = [g for g in GROUPES if g in saisie["groupes_de_donnees"]]
    if carte.groupe is not None:
        sollicitations.solliciter(compte, carte.groupe.pk, groupes=",".join(groupes))
        return
    donnees = ", ".join(GROUPES[g] for g in groupes)
    demandes.deposer(
        compte,
        organisme=compte.organisme or saisie["organisme"],
        service=saisie["service"],
        profil=PROFILS[saisie["mission"]].libelle[:60],
        besoin=f"Données : {donnees}.\n{saisie['base_legale']}"[:4000],
    )
