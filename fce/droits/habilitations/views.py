"""Habilitations for agents: their own, and those that a manager requests for his group."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fce.droits.comptes import cumuls
from fce.droits.comptes.administration import administration_de, motif
from fce.droits.comptes.models import Compte, DemandeOuverture, Groupe
from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.dossiers import echeances, presentation, selectors, services, sollicitations
from fce.droits.habilitations.dossiers.etats import DOSSIERS, EtatDossier, GesteDossier
from fce.droits.habilitations.dossiers.services import Contenu
from fce.droits.habilitations.dossiers.sollicitations import Voulue
from fce.droits.habilitations.finalites import PROFILS
from fce.droits.habilitations.formulaires import FormulaireDossier, initial_du_profil
from fce.droits.habilitations.models import Dossier, Sollicitation
from fce.droits.habilitations.selectors import acteur_de
from fce.droits.habilitations.views_acces import contexte_de
from fce.socle.erreurs import Introuvable, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.texte.pliage import lire_entier
from fce.socle.web.faits import revenir
from fce.socle.web.routes import Qui, acces


@acces(Qui.AGENT)
def habilitations(request: RequeteConnectee) -> HttpResponse:
    """My groups, what each may read, why, where and until when."""
    compte = request.compte
    groupes = [
        {"appartenance": mien.appartenance, "dossiers": [_resume(d) for d in mien.dossiers]}
        for mien in selectors.mes_groupes(compte)
    ]
    contexte = {
        "groupes": groupes,
        **contexte_de(request, compte, acteur_de(compte, mfa=request.session.get("mfa") is True)),
        "voulue": _demandee(request),
        "sollicitations": sollicitations.siennes(compte),
        "demandes": DemandeOuverture.objects.filter(compte=compte)[:10],
        "motif": motif(compte),
        "cumul": cumuls.motif(compte),
        "administration": administration_de(compte),
    }
    return render(request, "droits/habilitations.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def demande(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Request a habilitation: from a ready profile (``profil``), from an existing one (``renouvelle``), or from
    scratch."""
    compte = request.compte
    gere = selectors.groupe_gere(compte, groupe)
    renouvelle, voulue = _a_renouveler(compte, gere, request.GET.get("renouvelle", "")), _voulue(request, gere)
    if request.method == "POST":
        formulaire = FormulaireDossier(request.POST)
        if (contenu := _contenu(formulaire)) is not None:
            cree = services.creer(gere, contenu, compte.identifiant, renouvelle=renouvelle)
            return _suite(request, cree, compte)
    else:
        initial = _initial(request.GET.get("profil", ""), renouvelle)
        formulaire = FormulaireDossier(initial=initial or (sollicitations.initial(gere, voulue) if voulue else {}))
    contexte = {
        "groupe": gere,
        "formulaire": formulaire,
        "profils": PROFILS.values(),
        "renouvelle": renouvelle,
        "voulue": voulue,
    }
    return render(request, "droits/demande.html", contexte, status=_statut(formulaire))


@acces(Qui.AGENT, ("POST",))
def solliciter(request: RequeteConnectee, groupe: int) -> HttpResponse:
    """Ask the managers of one's group for access to a data set, or to groups of data."""
    sollicitations.solliciter(request.compte, groupe, request.POST.get("source", ""), request.POST.get("groupes", ""))
    return revenir(reverse("droits:habilitations"), "habilitation-sollicitee")


@acces(Qui.AGENT)
def dossier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """A habilitation of a group that I manage: content, state, history."""
    gere = selectors.dossier_gere(request.compte, numero)
    contexte = {
        "dossier": gere,
        "mots": presentation.en_mots(gere),
        "histoire": presentation.histoire(gere),
        "gestes": DOSSIERS.possibles(gere.etat),
        "echeance": echeances.echeance(gere) if gere.etat == EtatDossier.VALIDE else None,
    }
    return render(request, "droits/dossier.html", contexte)


@acces(Qui.AGENT, ("GET", "POST"))
def modifier(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Change a draft or a returned request."""
    compte = request.compte
    gere = selectors.dossier_gere(compte, numero)
    DOSSIERS.suivant(gere.etat, GesteDossier.MODIFIER)
    formulaire = FormulaireDossier(request.POST or None, initial=Contenu.de(gere).valeurs())
    if request.method == "POST" and (contenu := _contenu(formulaire)) is not None:
        return _suite(request, services.modifier(gere, contenu, compte.identifiant), compte)
    contexte = {"groupe": gere.groupe, "dossier": gere, "formulaire": formulaire}
    return render(request, "droits/demande.html", contexte, status=_statut(formulaire))


@acces(Qui.AGENT, ("POST",))
def soumettre(request: RequeteConnectee, numero: int) -> HttpResponse:
    compte = request.compte
    services.soumettre(selectors.dossier_gere(compte, numero), compte.identifiant)
    return revenir(reverse("droits:dossier", args=[numero]), "habilitation-soumise")


@acces(Qui.AGENT, ("POST",))
def noter_revue(request: RequeteConnectee, numero: int) -> HttpResponse:
    """Record that a habilitation is still needed as it is; its dates do not change."""
    compte = request.compte
    services.noter_revue(selectors.dossier_gere(compte, numero), compte.identifiant)
    return revenir(reverse("droits:dossier", args=[numero]), "habilitation-revue")


def _resume(dossier: Dossier) -> dict[str, Any]:
    jours = (dossier.fin - paris.aujourd_hui()).days if dossier.fin and dossier.etat == EtatDossier.VALIDE else None
    return {"dossier": dossier, "mots": presentation.en_mots(dossier), "proche": jours is not None and jours <= 60}


def _initial(profil: str, renouvelle: Dossier | None) -> dict[str, Any]:
    if renouvelle is not None:
        return Contenu.de(renouvelle).valeurs()
    return initial_du_profil(profil) if profil else {}


def _demandee(request: HttpRequest) -> Voulue | None:
    return sollicitations.voulue_de(request.GET.get("source", ""), request.GET.get("groupes", ""))


def _voulue(request: HttpRequest, groupe: Groupe) -> Voulue | None:
    """Data that a request names in its address, or that a member of this group asked for."""
    if numero := lire_entier(request.GET.get("sollicitation", "")):
        trouvee = Sollicitation.objects.filter(pk=numero, groupe=groupe).first()
        return sollicitations.voulue_par(trouvee) if trouvee else None
    return _demandee(request)


def _a_renouveler(compte: Compte, groupe: Groupe, numero: str) -> Dossier | None:
    """The habilitation of this group to renew. Raises Introuvable."""
    if not numero:
        return None
    trouve = selectors.dossier_gere(compte, lire_entier(numero))
    if trouve.groupe_id != groupe.pk:
        raise Introuvable("Aucune habilitation de ce numéro dans ce groupe.")
    return trouve


def _contenu(formulaire: FormulaireDossier) -> Contenu | None:
    """The content; None when invalid, with the error beside its field."""
    if not formulaire.is_valid():
        return None
    try:
        return formulaire.contenu()
    except ParametreInvalide as erreur:
        formulaire.add_error(None, erreur.message)
        return None


def _suite(request: HttpRequest, dossier: Dossier, compte: Compte) -> HttpResponse:
    """Keep the request as a draft, or send it."""
    fait = "habilitation-brouillon"
    if "soumettre" in request.POST:
        services.soumettre(dossier, compte.identifiant)
        fait = "habilitation-soumise"
    return revenir(reverse("droits:dossier", args=[dossier.pk]), fait)


def _statut(formulaire: FormulaireDossier) -> int:
    return 400 if formulaire.errors else 200
