"""``POST /mcp``: one message, one answer. No cookie is read here, and no other site may ask in a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from msgspec import UNSET

from fce.api.assistant import protocole
from fce.api.assistant.faits import repondre
from fce.api.assistant.outils import CONSIGNES_AUX_ASSISTANTS, HABILITEES, LECTURES, arguments_de, outils
from fce.api.assistant.protocole import FauteRpc, MessageRpc, refuser
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc.introspection import PorteurRefuse, porteur_de
from fce.droits.habilitations import assistants
from fce.droits.habilitations.assistants import AppelDAssistant
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.selectors import acteur_de
from fce.socle.base.roles import Role, elever
from fce.socle.erreurs import FCEError
from fce.socle.web.routes import Qui, Surface, Voie, acces

_COMMUN: Final = {"capabilities": {"tools": {"listChanged": False}}, "instructions": CONSIGNES_AUX_ASSISTANTS}
_A_OUVRIR: Final = "Ces données demandent l’accord de l’agent, dans son navigateur et avec son second facteur."
Agent = tuple[Compte, str] | None


@csrf_exempt  # the token in a header authenticates, and a form is refused (415)
@acces(Qui.TOUS, {"POST"}, voie=Voie.API, surface=Surface.ASSISTANT, lit=True, octets=64 * 1024)
def mcp(request: HttpRequest) -> HttpResponse:
    numero, moderne = None, False
    try:
        _exiger_un_programme(request)
        message = protocole.message_de(request.body)
        numero, moderne = message.id, protocole.est_moderne(request, message)
        agent = _agent_de(request)
        request.jeton_accepte = agent is not None  # type: ignore[attr-defined]
        if message.method is UNSET or message.id is UNSET:
            return HttpResponse(status=202)
        if moderne:
            protocole.verifier_l_enveloppe(request, message)
        resultat = _executer(request, message, agent, moderne=moderne)
        return protocole.rendre(numero, resultat, moderne=moderne, garde=message.method != "tools/call")
    except FauteRpc as faute:
        return refuser(numero, faute, moderne=moderne)
    except FCEError as erreur:
        # Who asks is not known: a tool that fails for another reason says so in its result.
        rendue = refuser(numero, FauteRpc(protocole.INTERNE, erreur.message, statut=erreur.status), moderne=moderne)
        rendue["WWW-Authenticate"] = "Bearer"
        return rendue


def _exiger_un_programme(request: HttpRequest) -> None:
    """Raises FauteRpc where the service is closed, to a page of another site, to a form."""
    if not settings.FCE_MCP.ouvert:
        raise FauteRpc(protocole.INVALIDE, "Ce service n’est pas ouvert aux assistants.", statut=404)
    origine, nous = request.headers.get("Origin"), (urlsplit(settings.FCE_ADRESSE_PUBLIQUE).netloc, request.get_host())
    if origine is not None and urlsplit(origine).netloc not in nous:
        raise FauteRpc(protocole.INVALIDE, "Aucune page d’un autre site n’interroge cette adresse.", statut=403)
    if request.content_type != "application/json":
        raise FauteRpc(protocole.INVALIDE, "Envoyez du JSON (« Content-Type: application/json »).", statut=415)


def _agent_de(request: HttpRequest) -> Agent:
    """(account, client) of the request's token; None without one. Never creates an account. Raises PorteurRefuse,
    FournisseurIndisponible."""
    if not (entete := request.headers.get("Authorization", "")):
        return None
    genre, _, jeton = entete.partition(" ")
    if genre.lower() != "bearer" or not jeton or not jeton.isascii() or jeton.split() != [jeton] or len(jeton) > 4_096:
        raise PorteurRefuse("Envoyez « Authorization: Bearer » et le jeton de ProConnect, ou rien : données ouvertes.")
    porteur = porteur_de(jeton)
    elever(Role.AGENTS)
    compte = Compte.objects.filter(iss=porteur.iss, sub=porteur.sub).first()
    if compte is None or not compte.agent or not compte.actif:
        raise PorteurRefuse("Ce jeton n’est pas d’un agent connu ici : connectez-vous d’abord sur la fiche.")
    if assistants.est_coupe(compte, porteur.client):
        raise PorteurRefuse("L’agent ne laisse plus cet assistant lire pour lui (« Mes assistants »).")
    return compte, porteur.client


def _executer(request: HttpRequest, message: MessageRpc, agent: Agent, *, moderne: bool) -> dict[str, Any]:
    match message.method:
        case "tools/list":
            return {"tools": [*outils().values()]}
        case "tools/call":
            return _appeler(request, message, agent, moderne=moderne)
        case "server/discover" if moderne:
            return _COMMUN | {"supportedVersions": [protocole.MODERNE, *protocole.ANCIENNES]}
        case "ping" if not moderne:
            return {}
        case "initialize" if not moderne:
            voulue = message.params.get("protocolVersion")
            version = voulue if voulue in protocole.ANCIENNES else protocole.ANCIENNES[0]
            return _COMMUN | {"protocolVersion": version, "serverInfo": protocole.SERVEUR}
    raise FauteRpc(protocole.INCONNUE, "Cette méthode n’est pas servie.")


def _appeler(request: HttpRequest, message: MessageRpc, agent: Agent, *, moderne: bool) -> dict[str, Any]:
    """The result of a tool; what it cannot say is a sentence for the assistant, which may correct its call."""
    nom = str(message.params.get("name"))
    if nom not in LECTURES:
        raise FauteRpc(protocole.PARAMETRES, "Cet outil n’existe pas.")
    try:
        demande = arguments_de(outils()[nom], message.params.get("arguments") or {})
        habilitees, lecteur = demande.pop(HABILITEES, [""]) == ["True"], _lecteur_de(request, agent, nom)
        if habilitees and agent:
            appel = AppelDAssistant(agent[0].pk, agent[1], nom, sorted((n, v) for n, vs in demande.lists() for v in vs))
            _verifier_l_etat(message.params.get("requestState"), appel)
            if (accord := assistants.prendre(appel)) is None:
                return _demander_l_accord(message, appel, moderne=moderne)
            acteur, requete = acteur_de(agent[0], mfa=True), f"{lecteur.requete} {accord.reference}"
            lecteur = replace(lecteur, acteur=acteur, finalite=accord.finalite, usuelle=False, requete=requete)
        return repondre(LECTURES[nom](lecteur, demande), int(demande.get("curseur", "0")))
    except FCEError as erreur:
        return {"content": [{"type": "text", "text": erreur.message}], "isError": True}


def _lecteur_de(request: HttpRequest, agent: Agent, outil: str) -> LecteurDeDonnees:
    """The reader of a call, up to class C1: without a second factor, nothing above opens, and no secret ever does. The
    journal holds client and tool after the number of the request."""
    if agent is None:
        return LecteurDeDonnees(surface=Surface.ASSISTANT)
    requete, ip = f"{getattr(request, 'numero', '')} {agent[1]} {outil}", getattr(request, "adresse_ip", "")
    lecteur = LecteurDeDonnees(acteur_de(agent[0], mfa=False), usuelle=True, surface=Surface.ASSISTANT)
    return replace(lecteur, requete=requete, adresse_ip=ip, sans_secret=True)


def _verifier_l_etat(etat: object, appel: AppelDAssistant) -> None:
    """Raises FauteRpc when the state that comes back is not that of this call."""
    rendu = assistants.appel_signe(str(etat)) if etat is not None else appel
    if rendu is None or rendu.compte != appel.compte or rendu.empreinte != appel.empreinte:
        raise FauteRpc(protocole.PARAMETRES, "« requestState » a expiré, ou n’est pas celui de cet appel.")


def _demander_l_accord(message: MessageRpc, appel: AppelDAssistant, *, moderne: bool) -> dict[str, Any]:
    """Send the agent to our page, by the mode of elicitation that shows nothing to the assistant."""
    etat = appel.etat
    adresse = f"{settings.FCE_ADRESSE_PUBLIQUE}{reverse('assistants:accord')}?{urlencode({'demande': etat})}"
    question = {"mode": "url", "message": _A_OUVRIR, "url": adresse}
    if not moderne:
        question["elicitationId"] = appel.empreinte
        raise FauteRpc(protocole.PAR_UNE_PAGE, _A_OUVRIR, {"elicitations": [question]})
    capacites = message.meta.get(f"{protocole.META}clientCapabilities", {})
    if "url" not in (capacites.get("elicitation") or {}):
        raise FauteRpc(protocole.CAPACITE, _A_OUVRIR, {"requiredCapabilities": {"elicitation": {"url": {}}}})
    demande = {"method": "elicitation/create", "params": question}
    return {"resultType": "input_required", "inputRequests": {"accord": demande}, "requestState": etat}
