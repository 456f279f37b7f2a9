"""Pages that read questions: boxes, one question, number pending.

Each checks rights, loads the question, then journals the reading before composing the page.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.http import HttpResponse
from django.shortcuts import render

from fce.droits.comptes.requete import RequeteConnectee
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.requete import lecteur_de
from fce.echanges import acces as droits
from fce.echanges.annuaire import selectors as annuaire
from fce.echanges.demandes import boite as boites, selectors
from fce.echanges.demandes.acces import DemandeOuverte, trouver
from fce.echanges.demandes.destinataires import recevables
from fce.echanges.demandes.formulaires import FormulaireBoite, formulaire_du_geste
from fce.echanges.demandes.genre import DEMANDE, GesteSaisine
from fce.echanges.demandes.selectors import FilVu
from fce.echanges.finalite import demande_de_finalite
from fce.echanges.models import EntreeAnnuaire
from fce.echanges.unites import UniteVisee
from fce.echanges.vocabulaire import Theme
from fce.socle.web import liens
from fce.socle.web.pages import page_de
from fce.socle.web.routes import Qui, Surface, acces


class FilAffiche(NamedTuple):
    """A thread and the forms of its actions; ``ouvert``: action of the form shown again."""

    fil: FilVu
    formulaires: dict[str, forms.Form]
    ouvert: str


@acces(Qui.AGENT, surface=Surface.LISTE)
def demandes(request: RequeteConnectee) -> HttpResponse:
    """Questions received or sent by my services; asks for the purpose first."""
    lecteur = lecteur_de(request)
    if (demande_ := demande_de_finalite(request, lecteur, DEMANDE, 403)) is not None:
        return demande_
    lecteur.exiger(DEMANDE)
    services = droits.services_lecteurs(lecteur, DEMANDE)
    formulaire = FormulaireBoite(request.GET)
    filtre = formulaire.filtre
    jour = lecteur.aujourd_hui
    page = page_de(request, boites.saisines(services, request.compte, jour, **filtre), boites.PAR_PAGE)
    saisines = boites.lire_saisines(page)
    droits.consigner_liste(lecteur, DEMANDE, services, [s.demande.siret or s.demande.siren for s in saisines])
    noms = liens.noms({s.demande.siren for s in saisines})
    parametres = request.GET.copy()
    parametres.pop("page", None)
    contexte = {
        "formulaire": formulaire,
        "filtre": filtre,
        "envoyees": filtre["boite"] == boites.ENVOYEES,
        "filtree": len(filtre) > 1,
        "nombres": boites.nombres(services, filtre["boite"], request.compte, jour),
        "page": page,
        "lignes": [
            {
                "saisine": s,
                "demande": s.demande,
                "nom": noms.get(s.demande.siren, ""),
                "retard": boites.est_en_retard(s, jour),
            }
            for s in saisines
        ],
        "suite": parametres.urlencode(),
    }
    return render(request, "echanges/demandes/demandes.html", contexte, status=400 if formulaire.errors else 200)


@acces(Qui.AGENT)
def demande(request: RequeteConnectee, numero: int) -> HttpResponse:
    """One question: its frame, and the threads that the reader may see."""
    lecteur = lecteur_de(request)
    if (demande_ := demande_de_finalite(request, lecteur, DEMANDE, 404)) is not None:
        return demande_
    return page_de_demande(request, lecteur, trouver(lecteur, numero))


def page_de_demande(
    request: RequeteConnectee,
    lecteur: LecteurDeDonnees,
    ouverte: DemandeOuverte,
    status: int = 200,
    refuse: tuple[int, GesteSaisine, forms.Form] | None = None,
) -> HttpResponse:
    """The page of a question, journalled first. ``refuse``: (thread, action, form) to show again."""
    vue = ouverte.demande
    numero = vue.siret or vue.siren
    droits.consigner(lecteur, DEMANDE, ouverte.lecteurs, numero, len(ouverte.saisines))
    fils = selectors.fils(lecteur, ouverte)
    unite = UniteVisee(numero, liens.noms([vue.siren]).get(vue.siren, ""))
    contexte: dict[str, Any] = {
        "demande": vue,
        "unite": unite,
        "envoyee": ouverte.envoyee,
        "etat": selectors.etat_de(fils),
        "retour": None if ouverte.envoyee else annuaire.retour_du_service(vue.service_id),
        "themes": [Theme(code).label for code in vue.themes],
        "pieces": list(vue.pieces.all()),
        "fils": [_affiche(fil, ouverte, refuse) for fil in fils],
        "erreurs": refuse[2].non_field_errors() if refuse else (),
    }
    return render(request, "echanges/demandes/demande.html", contexte, status=status)


def _affiche(fil: FilVu, ouverte: DemandeOuverte, refuse: tuple[int, GesteSaisine, forms.Form] | None) -> FilAffiche:
    de, chez, services = ouverte.demande.service_id, fil.saisine.service_id, list[EntreeAnnuaire]()
    if GesteSaisine.TRANSFERER in fil.gestes:
        services = recevables(annuaire.chercher_services(), [de], {de, chez})
    formulaires = {geste: formulaire_du_geste(geste, fil.saisine, services) for geste in fil.gestes}
    # The asker who has a message to answer finds where to write unfolded.
    ouvert = GesteSaisine.ECRIRE.value if fil.au_demandeur and fil.avant_le else ""
    if refuse is not None and refuse[0] == fil.saisine.pk:
        ouvert = refuse[1].value
        formulaires[ouvert] = refuse[2]
    return FilAffiche(fil, formulaires, ouvert)
