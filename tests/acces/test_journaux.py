"""LOG-01, LOG-04, LOG-05, NDI-13: all that is reserved and leaves is in the journal; nothing secret is in any log."""

from __future__ import annotations

import itertools
import logging
import random
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.test import Client

from fce.demo.identite.serveur import Serveur as Identites
from fce.droits.comptes.models import Compte
from fce.droits.comptes.oidc import protocole
from fce.droits.habilitations.acteurs import GenreActeur
from fce.droits.habilitations.finalites import Droit
from fce.droits.journal.models import Consultation
from fce.fiche import selectors as fiches
from fce.recherche import services as index
from fce.socle.texte.identifiants import siret_valide
from tests.acces import acteurs, jeux, masquees
from tests.acces.acteurs import ACTEURS, Joue
from tests.acces.surfaces import HTMX, MONTRENT, OUVERTES, lu
from tests.donnees.entreprises import fabrique as f
from tests.donnees.entreprises.marques import PHYSIQUE
from tests.donnees.imports.directes import conftest as directes
from tests.donnees.imports.directes.serveur import Serveur, donnees
from tests.droits.comptes import conftest as comptes, fabrique as c
from tests.droits.comptes.navigateur import Navigateur, choisir, parametre
from tests.pannes import lever

pytestmark = pytest.mark.django_db(transaction=True)
_identites, identites, serveur = comptes._identites, comptes.identites, directes.serveur
MASQUEE = f.siren_no(5901)
HABILITES = ("inspection-59", "dreets", "ddets", "ccrf", "dgfip", "douane")
ADRESSE_IP = "198.51.100.23"  # of documentation (RFC 5737)
LISENT = (*HABILITES, "inspection-75", "agent-simple", "programme", "dgfip-sans-confirmer", "equipe", "anonyme")


# --- LOG-01 ----------------------------------------------------------------------------------------------------------


def montrees(texte: str) -> set[str]:
    """Data sets of which a reserved value is in an answer."""
    return {
        s.nom
        for s in (*jeux.RESERVEES, *jeux.MIXTES)
        if any(jeux.marque(s, attribut) in texte for attribut in jeux.reservees(s))
    }


def manques(joue: Joue, surface: str, source: Any, lire: Any) -> list[str]:
    """What one reading shows and the journal does not say, or says without who, why or where."""
    dernier = Consultation.objects.order_by("-id").values_list("id", flat=True).first() or 0
    vues = montrees(lire(joue, source))
    ecrites = list(Consultation.objects.filter(id__gt=dernier))
    dites = {nom for e in ecrites for nom in e.sources}
    fautes = [f"{surface} : {nom} n’est pas au journal" for nom in vues - dites]
    for ecrite in ecrites:
        attendue = {
            "agent": ecrite.agent == joue.acteur.identifiant != "",
            "administration": siret_valide(ecrite.siret_administration),
            "finalité": bool(ecrite.finalite) or ecrite.classe == "C1",
            "habilitation": bool(ecrite.habilitations) or ecrite.classe == "C1",
            "source": bool(ecrite.sources) and set(ecrite.lignes) == set(ecrite.sources),
            "numéro": ecrite.numero[:9] == jeux.SIREN,
            "demande": bool(ecrite.requete) and bool(ecrite.adresse_ip),
            "classe": ecrite.classe in ("C1", "C2", "C3"),
            "MRK": "MRK-" not in str(ecrite.__dict__),
        }
        fautes += [f"{surface} : sans {quoi}" for quoi, vrai in attendue.items() if not vrai]
    return fautes


def tirages(hasard: random.Random, fois: int) -> Iterator[tuple[str, str, Any]]:
    """(reader, surface, how to read it): each surface as many times, once by someone to whom it may show secrets."""
    surfaces = [(nom, lire, action is Droit.API) for nom, (action, lire) in MONTRENT.items()]
    surfaces += [(nom, OUVERTES[nom], False) for nom in ("catalogue", "donnees", "schema")]
    for surface, lire, programme in surfaces:
        lecteurs = ["programme" if programme else hasard.choice(HABILITES), *hasard.choices(LISENT, k=fois - 1)]
        yield from ((lecteur, surface, lire) for lecteur in lecteurs)


def lectures(fois: int) -> tuple[int, list[str]]:
    """(entries written, faults) of readings of every surface, of data sets at random."""
    jeux.peupler(mixtes=True)
    joues = {nom: ACTEURS[nom]() for nom in LISENT}
    hasard = random.Random(20261125)
    fautes: list[str] = []
    for lecteur, surface, lire in tirages(hasard, fois):
        joue = joues[lecteur]
        source = hasard.choice((*jeux.RESERVEES, *jeux.MIXTES))
        avant = Consultation.objects.count()
        fautes += manques(joue, surface, source, lire)
        if joue.acteur.genre is GenreActeur.ANONYME and Consultation.objects.count() != avant:
            fautes.append(f"{surface} : écrite pour personne")
    return Consultation.objects.count(), fautes


@pytest.mark.epreuve
def test_log_01_a_thousand_readings() -> None:
    ecrites, fautes = lectures(46)
    assert fautes == []
    assert ecrites > 300


# --- LOG-04, LOG-05, NDI-13 ------------------------------------------------------------------------------------------


class Secrets:
    """What must be in no log: gathered as the journey goes."""

    def __init__(self) -> None:
        self.trouves: dict[str, str] = {}
        self.redirections: list[str] = []

    def noter(self, **secrets: str) -> None:
        self.trouves |= {f"{nom}-{len(self.trouves)}": valeur for nom, valeur in secrets.items() if valeur}


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """Tokens are seen where they are received."""
    recueil = Secrets()
    demander = protocole.demander

    def ecouter(methode: str, *reste: Any, **options: Any) -> Any:
        reponse = demander(methode, *reste, **options)
        if methode == "POST":
            recueil.noter(**{nom: reponse.objet()[nom] for nom in ("access_token", "id_token")})
        return reponse

    monkeypatch.setattr(protocole, "demander", ecouter)
    return recueil


@pytest.fixture
def traces(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything at DEBUG, but for the loggers that the settings keep quiet because of what they tell."""
    muets = {nom for nom, reglage in settings.LOGGING["loggers"].items() if reglage["level"] != "INFO"}
    niveaux = {n: logging.getLogger(n).level for n in logging.root.manager.loggerDict if n not in muets}
    caplog.set_level(logging.DEBUG)
    for nom in niveaux:
        if nom.split(".")[0] in ("fce", "django", "psycopg", "asyncio", "urllib3", "procrastinate"):
            logging.getLogger(nom).setLevel(logging.DEBUG)
    yield caplog
    for nom, niveau in niveaux.items():
        logging.getLogger(nom).setLevel(niveau)


def peupler() -> None:
    """The company of whom all is a marker, and a masked person whose every value is one that we know."""
    jeux.peupler(mixtes=True)
    f.unites(
        f.unite(jeux.SIREN, denomination=jeux.NOM),
        f.unite(MASQUEE, statut_diffusion="P", categorie_juridique=PHYSIQUE, nom="DALVERCOURT", prenom_1="IRENE"),
    )
    f.lieux(
        f.lieu(jeux.SIREN, code_commune="59350", libelle_commune="LILLE"),
        f.lieu(MASQUEE, statut_diffusion="P", code_commune="59350", libelle_voie="SECRETE", enseigne_1="CHEZ IRENE"),
    )
    index.indexer(forcer=True)


def se_connecter(secrets: Secrets, personnage: str, fournisseur: str, suite: str = "") -> Navigateur:
    navigateur = Navigateur(REMOTE_ADDR=ADRESSE_IP)
    depart = navigateur.partir(fournisseur, suite=suite)
    secrets.noter(temoin=navigateur.temoin)
    retour = choisir(depart, personnage)
    secrets.noter(**{nom: parametre(depart, nom) for nom in ("state", "nonce")}, code=parametre(retour, "code"))
    secrets.redirections.append(str(navigateur.revenir(retour)["Location"]))
    secrets.noter(temoin=navigateur.temoin)
    return navigateur


def habiliter(personnage: Compte) -> None:
    groupe = c.groupe(organisation=c.organisation(numero=personnage.siret, nom="DDETS d’essai"))
    c.appartenance(personnage, groupe, gestionnaire=True)
    acteurs.dossier(groupe, "inspection-travail", ("59",))


def arriver(serveur: Serveur, secrets: Secrets) -> tuple[Client, Compte]:
    """Sign an inspector in, then habilitate her; a masked company answers too."""
    peupler()
    serveur.jouer(donnees(masquees.reponse_de_l_insee(MASQUEE)))
    navigateur = se_connecter(secrets, "inspectrice-59", "proconnect", f"/entreprise/{jeux.SIREN}")
    elle = Compte.objects.get()
    habiliter(elle)
    return navigateur, elle


def parcourir(navigateur: Navigateur, secrets: Secrets, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Sheets, files, refusals, faults: (statuses met)."""
    fiche, masquee = f"/entreprise/{jeux.SIREN}", f"/entreprise/{MASQUEE}"
    statuts = set()
    for adresse in (
        fiche, f"{fiche}/activite-partielle", f"{fiche}/activite-partielle.csv", f"{fiche}/export.xlsx",
        f"{fiche}/chronologie", f"{fiche}/dgfip-chiffre-affaires", f"{fiche}/bodacc?tri=inconnu", "/entreprise/123",
        f"/entreprise/{f.siren_no(99)}", masquee, f"{masquee}/direct/sirene-diffusion-partielle",
        "/recherche?q=secrete+irene", "/recherche/suggestions?q=secret", "/recherche?taille=x&departement=zz",
        "/api/v1/recherche?q=secrete", f"/recherche?q={jeux.SIREN}", "/api/v1/entreprises/1", "/gestion", "/journal",
        "/droits", "/compte",
        "/habilitations/999999", "/invitation/jeton-secret-d-invitation", f"/entreprise/{jeux.SIREN}/../../etc",
        "/connexion/proconnect/retour?code=code-secret-vole&state=state-secret-vole", "/sources/dgfip-liasses",
    ):  # fmt: skip
        reponse = navigateur.get(adresse)
        texte = lu(reponse)
        assert ("DALVERCOURT" in texte) == ("/direct/" in adresse), adresse
        statuts.add(reponse.status_code)
        secrets.redirections.append(str(reponse.headers.get("Location", "")))
    statuts.add(navigateur.get(masquee, headers=HTMX | {"Authorization": "Bearer fceapi_secret"}).status_code)
    statuts.add(navigateur.post("/finalite", {"finalite": "controle-fiscal", "suite": fiche}).status_code)
    with monkeypatch.context() as panne:
        panne.setattr(
            fiches, "fiche_entreprise", lever(ValueError(f"valeur MRK-panne de {jeux.NOM} pour DALVERCOURT {MASQUEE}"))
        )
        navigateur.raise_request_exception = False
        statuts.add(navigateur.get(fiche).status_code)
    return statuts


def test_log_04_ndi_13_a_whole_journey_leaves_no_secret_in_the_logs(
    identites: Identites,
    serveur: Serveur,
    traces: pytest.LogCaptureFixture,
    secrets: Secrets,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    navigateur, elle = arriver(serveur, secrets)
    statuts = parcourir(navigateur, secrets, monkeypatch)
    assert {200, 302, 400, 403, 404, 500} <= statuts
    secrets.redirections.append(str(navigateur.post("/deconnexion")["Location"]))
    particulier = se_connecter(secrets, "chef-entreprise", "franceconnect")
    lui = Compte.objects.get(genre="particulier")
    particulier.get(f"/entreprise/{jeux.SIREN}")
    Client().get(f"/entreprise/{MASQUEE}")

    # As formatted, with its trace, and before: no field that a processor leaves out holds one either.
    journal = "\n".join([traces.text, *(r.getMessage() for r in traces.records)])
    assert "connexion" in journal
    assert "erreur_inattendue" in journal
    secrets.noter(client=str(settings.FCE_PROCONNECT_CLIENT_SECRET), api=directes.JETON)
    for compte in (elle, lui):
        secrets.noter(nom=compte.nom, prenom=compte.prenom, courriel=compte.courriel, sub=compte.sub)
    dits = [quoi for quoi, valeur in secrets.trouves.items() if valeur.lower() in journal.lower()]
    assert dits == []
    assert Consultation.objects.filter(adresse_ip=ADRESSE_IP).exists()  # the journal has it, the logs have not
    interdits = re.compile(
        rf"{re.escape(ADRESSE_IP)}|MRK|{jeux.NOM}|DALVERCOURT|SECRETE|IRENE|{jeux.SIREN}|{MASQUEE}|fceapi_secret|code-secret|state-secret|jeton-secret",
        re.IGNORECASE,
    )
    assert sorted(set(interdits.findall(journal))) == []


def test_log_05_no_address_carries_a_secret(
    identites: Identites, serveur: Serveur, secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    navigateur, elle = arriver(serveur, secrets)
    parcourir(navigateur, secrets, monkeypatch)
    personnels = [elle.nom, elle.prenom, elle.courriel, elle.sub]
    ici = [unquote(r) for r in secrets.redirections if r]
    # What comes from the provider stays in the address of return alone; what follows is ours, and names nobody.
    assert ici
    for adresse, secret in itertools.product(ici, [*secrets.trouves.values(), *personnels]):
        assert secret.lower() not in adresse.lower(), adresse
    assert not [a for a in ici if re.search("MRK|DALVERCOURT|IRENE", a)]
    # At sign-out the id_token goes back to whom gave it, and to nobody else (RP-Initiated Logout 1.0 § 2).
    sortie = unquote(str(navigateur.post("/deconnexion")["Location"]))
    assert sortie.startswith(settings.FCE_PROCONNECT_ISSUER)
    assert not [p for p in [*personnels, jeux.SIREN, MASQUEE] if p in sortie]
    for page in (navigateur.get(f"/entreprise/{jeux.SIREN}"), Client().get("/connexion")):
        assert page["Referrer-Policy"] in ("same-origin", "strict-origin-when-cross-origin", "no-referrer")
