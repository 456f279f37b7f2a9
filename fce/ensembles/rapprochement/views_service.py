"""The reconciliation service: OpenRefine, or any program that speaks the protocol. Public data only, whoever asks.

Scripts of other sites may read the answers (``config.middleware``), without credentials: no view looks at an account.
"""

from typing import Any, Final

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt

from fce.donnees.entreprises.colonnes_ouvertes import PROPRIETES
from fce.ensembles.rapprochement import protocole, selectors
from fce.ensembles.rapprochement.numeros import lire_numero
from fce.recherche.reponse import selectors as recherche
from fce.socle.erreurs import IdentifiantInvalide
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web.routes import LECTURE, Qui, Voie, acces

NOM: Final = "Fiche Commune Entreprise – Sirene"
DEBUT_MIN: Final = 2
OCTETS_MAX: Final = 128 * 1024
"""Longest form: ``QUESTIONS_MAX`` queries fill less than half of it."""
ENCADRABLE: Final = {
    "default-src": [NONE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "sandbox": True,
    "frame-ancestors": ["*"],
}
"""Policy of the preview: any site may frame it, and the browser gives it no script, form, cookie or origin."""


def _poids(request: HttpRequest) -> int:
    envoye = request.POST if request.method == "POST" else request.GET
    return protocole.peser(envoye.get("queries", ""))


@csrf_exempt  # reads only, for programs of anybody
@acces(Qui.TOUS, LECTURE | {"POST"}, voie=Voie.API, poids=_poids, lit=True, octets=OCTETS_MAX)
def service(request: HttpRequest) -> HttpResponse:
    """The manifest, a batch of queries (``queries``) or a data extension (``extend``), as the parameters say."""
    envoye = request.POST if request.method == "POST" else request.GET
    if "queries" in envoye:
        questions = protocole.lire_questions(envoye["queries"])
        reponses = selectors.rapprocher([q.ligne for q in questions.values()])
        ecrites = zip(questions.items(), reponses, strict=True)
        return _json({cle: protocole.ecrire_reponse(question, reponse) for (cle, question), reponse in ecrites})
    if "extend" in envoye:
        demande = protocole.lire_complement(envoye["extend"])
        valeurs = selectors.completer(protocole.numeros_de(demande), [p.id for p in demande.properties])
        return _json(protocole.ecrire_complement(demande, valeurs))
    return _json(protocole.manifeste(request.build_absolute_uri("/").rstrip("/"), NOM))


@acces(Qui.TOUS, voie=Voie.API)
def proposer_des_entreprises(request: HttpRequest) -> HttpResponse:
    """Companies whose name begins with ``prefix``."""
    debut = normaliser_requete(request.GET.get("prefix", ""))
    trouvees = recherche.suggerer(debut) if len(debut) >= DEBUT_MIN else []
    genre = {"id": protocole.ENTREPRISE, "name": protocole.TYPES[protocole.ENTREPRISE]}
    return _json(
        {
            "result": [
                {"id": s.siren, "name": s.nom, "description": s.commune or "", "notable": [genre]} for s in trouvees
            ]
        }
    )


@acces(Qui.TOUS, voie=Voie.API)
def proposer_des_types(request: HttpRequest) -> HttpResponse:
    """Types whose name holds ``prefix``."""
    return _json(protocole.suggerer(protocole.TYPES, request.GET.get("prefix", "")))


@acces(Qui.TOUS, voie=Voie.API)
def proposer_des_proprietes(request: HttpRequest) -> HttpResponse:
    """Properties that a query may give, by ``prefix``."""
    return _json(protocole.suggerer(protocole.DEMANDEES, request.GET.get("prefix", "")))


@acces(Qui.TOUS, voie=Voie.API)
def proprietes(request: HttpRequest) -> HttpResponse:
    """Columns that a data extension may ask for."""
    return _json(protocole.proposer(request.GET.get("type", "")[:40]))


@xframe_options_exempt
@csp_replace(ENCADRABLE)
@acces(Qui.TOUS, voie=Voie.API)
def apercu(request: HttpRequest) -> HttpResponse:
    """A page without script nor style, framed by the program of another site. Raises IdentifiantInvalide."""
    numero = lire_numero(request.GET.get("id", "")).numero
    if not numero:
        raise IdentifiantInvalide("Ce numéro n’est ni un SIREN, ni un SIRET.")
    valeurs = selectors.completer([numero], PROPRIETES).get(numero)
    lignes = [(PROPRIETES[cle].titre, valeur) for cle, valeur in (valeurs or {}).items() if valeur]
    contexte = {"numero": numero, "nom": (valeurs or {}).get("nom"), "lignes": lignes}
    return render(request, "rapprochement/apercu.html", contexte, status=200 if valeurs else 404)


def _json(contenu: dict[str, Any]) -> JsonResponse:
    return JsonResponse(contenu, json_dumps_params={"ensure_ascii": False})
