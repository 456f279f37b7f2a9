"""``POST /mcp``: one message, one answer. No cookie is read here, and no other site may ask in a browser."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from fce.api.assistant import porteur, protocole
from fce.api.assistant.faits import repondre
from fce.api.assistant.lectures import LECTURES
from fce.api.assistant.outils import HABILITEES, arguments_de, outils
from fce.api.assistant.protocole import Appel, FauteRpc
from fce.droits.comptes.models import Compte
from fce.droits.habilitations.assistants import AppelDAssistant, appel_signe, prendre
from fce.droits.habilitations.models import AccordDAssistant
from fce.socle.erreurs import FCEError
from fce.socle.web.routes import Qui, Surface, Voie, acces

OCTETS_MAX: Final = 64 * 1024
_CAPACITES: Final = {"tools": {"listChanged": False}}
_A_OUVRIR: Final = "Ces données demandent l’accord de l’agent, dans son navigateur et avec son second facteur."
log = structlog.get_logger("fce.assistants")
Agent = tuple[Compte, str] | None


@csrf_exempt  # the token in a header authenticates, and a form is refused (415)
@acces(Qui.TOUS, {"POST"}, voie=Voie.API, surface=Surface.ASSISTANT, lit=True, octets=OCTETS_MAX)
def mcp(request: HttpRequest) -> HttpResponse:
    numero, moderne = None, False
    try:
        _exiger_un_programme(request)
        message = protocole.message_de(request.body)
        moderne, numero = protocole.est_moderne(request, message), message.get("id")
        agent = porteur.agent_de(request)
        request.jeton_accepte = agent is not None  # type: ignore[attr-defined]
        if "method" not in message or "id" not in message:
            return HttpResponse(status=202)
        appel = protocole.appel_de(request, message)
        resultat = _executer(request, appel, agent)
        return protocole.rendre(numero, resultat, moderne=moderne, garde=appel.methode != "tools/call")
    except FauteRpc as faute:
        return protocole.refuser(numero, faute, moderne=moderne)
    except FCEError as erreur:
        # Who asks is not known: a tool that fails for another reason says so in its result.
        faute = FauteRpc(protocole.INTERNE, erreur.message, statut=erreur.status)
        refusee = protocole.refuser(numero, faute, moderne=moderne)
        if erreur.status == 401:
            refusee["WWW-Authenticate"] = f'Bearer resource_metadata="{_ici("ressource-protegee")}"'
        return refusee


@acces(Qui.TOUS, voie=Voie.API)
def ressource(request: HttpRequest) -> JsonResponse:
    """What a client reads to know where agents sign in (RFC 9728)."""
    if not settings.FCE_MCP.ouvert:
        raise Http404
    dite = {"resource": _ici("mcp"), "scopes_supported": [settings.FCE_MCP.portee]}
    dite["authorization_servers"] = [settings.FCE_PROCONNECT_ISSUER] if settings.FCE_PROCONNECT_ISSUER else []
    return JsonResponse(dite | {"bearer_methods_supported": ["header"]})


def _exiger_un_programme(request: HttpRequest) -> None:
    """Raises FauteRpc where the service is closed, to a page of another site, to a form."""
    if not settings.FCE_MCP.ouvert:
        raise FauteRpc(protocole.INVALIDE, "Ce service n’est pas ouvert aux assistants.", statut=404)
    origine = request.headers.get("Origin")
    nous = (urlsplit(settings.FCE_ADRESSE_PUBLIQUE).netloc, request.get_host())
    if origine is not None and urlsplit(origine).netloc not in nous:
        raise FauteRpc(protocole.INVALIDE, "Aucune page d’un autre site n’interroge cette adresse.", statut=403)
    if request.content_type != "application/json":
        raise FauteRpc(protocole.INVALIDE, "Envoyez du JSON (« Content-Type: application/json »).", statut=415)


def _ici(nom: str) -> str:
    return f"{settings.FCE_ADRESSE_PUBLIQUE.rstrip('/')}{reverse(nom)}"


def _executer(request: HttpRequest, appel: Appel, agent: Agent) -> dict[str, Any]:
    match appel.methode:
        case "tools/list":
            return {"tools": [*outils().values()]}
        case "tools/call":
            return _appeler(request, appel, agent)
        case "server/discover" if appel.moderne:
            versions = [protocole.MODERNE, *protocole.ANCIENNES]
            return {"supportedVersions": versions, "capabilities": _CAPACITES, "instructions": protocole.CONSIGNES}
        case "ping" if not appel.moderne:
            return {}
        case "initialize" if not appel.moderne:
            voulue = appel.parametres.get("protocolVersion")
            version = voulue if voulue in protocole.ANCIENNES else protocole.ANCIENNES[0]
            dite = {"protocolVersion": version, "capabilities": _CAPACITES, "serverInfo": protocole.SERVEUR}
            return dite | {"instructions": protocole.CONSIGNES}
    raise FauteRpc(protocole.INCONNUE, "Cette méthode n’est pas servie.")


def _appeler(request: HttpRequest, appel: Appel, agent: Agent) -> dict[str, Any]:
    """The result of a tool; what it cannot say is a sentence for the assistant, which may correct its call."""
    nom = appel.parametres.get("name")
    outil = outils().get(nom) if isinstance(nom, str) else None
    if outil is None or not isinstance(nom, str):
        raise FauteRpc(protocole.PARAMETRES, "Cet outil n’existe pas.")
    try:
        demande = arguments_de(outil, appel.parametres.get("arguments") or {})
        lecteur = porteur.lecteur_de(request, agent, nom)
        if demande.pop(HABILITEES, ["False"]) == ["True"]:
            if agent is None:
                return _en_erreur("Aucun agent n’est connu : seules les données ouvertes se lisent.")
            sien = AppelDAssistant(agent[0].pk, agent[1], nom, sorted((n, v) for n, vs in demande.lists() for v in vs))
            if (accord := _accord(appel, sien)) is None:
                return _demander_l_accord(appel, sien)
            lecteur = porteur.avec_accord(lecteur, agent[0], accord)
        return repondre(LECTURES[nom](lecteur, demande), int(demande.get("curseur", "0")))
    except FCEError as erreur:
        return _en_erreur(erreur.message)


def _accord(appel: Appel, sien: AppelDAssistant) -> AccordDAssistant | None:
    """Raises FauteRpc when the state that comes back is not that of this call."""
    etat = appel.parametres.get("requestState")
    rendu = appel_signe(str(etat)) if etat is not None else sien
    if rendu is None or rendu.compte != sien.compte or rendu.empreinte != sien.empreinte:
        raise FauteRpc(protocole.PARAMETRES, "« requestState » a expiré, ou n’est pas celui de cet appel.")
    return prendre(sien)


def _demander_l_accord(appel: Appel, sien: AppelDAssistant) -> dict[str, Any]:
    """Send the agent to our page, by the mode of elicitation that shows nothing to the assistant."""
    etat = sien.etat
    adresse = f"{_ici('assistants-accord')}?{urlencode({'demande': etat})}"
    question: dict[str, Any] = {"mode": "url", "message": _A_OUVRIR, "url": adresse}
    if not appel.moderne:
        question["elicitationId"] = sien.empreinte
        raise FauteRpc(protocole.PAR_UNE_PAGE, _A_OUVRIR, {"elicitations": [question]})
    if "url" not in ((appel.capacites or {}).get("elicitation") or {}):
        raise FauteRpc(protocole.CAPACITE, _A_OUVRIR, {"requiredCapabilities": {"elicitation": {"url": {}}}})
    demandes = {"accord": {"method": "elicitation/create", "params": question}}
    return {"resultType": "input_required", "inputRequests": demandes, "requestState": etat}


def _en_erreur(phrase: str) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": phrase}], "isError": True}
