"""Checks of the settings. Each fault is one French line; the process then refuses to start."""

import difflib
import ipaddress
import re
import socket
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url

from fce.droits.journal import nuit, volumes
from fce.recherche.engines.adresse import lire_adresse
from fce.socle.erreurs import ConfigurationInvalide
from fce.socle.texte.identifiants import siret_valide
from fce.socle.web.parcours import PARCOURS

CLE_DE_DEVELOPPEMENT = "cle-de-developpement-a-ne-jamais-utiliser-en-production"


def verifier_fichiers_de_reglages(environnement: Mapping[str, str]) -> None:
    """Check the settings given by files, ``X_FICHIER=/path`` for X. Raises ConfigurationInvalide with one line per
    file that cannot be read, and per setting given twice; never quotes a content."""
    fautes = []
    for nom, chemin in environnement.items():
        reglage = nom.removesuffix("_FICHIER")
        if reglage == nom or not chemin or not reglage.startswith(("FCE_", "DATABASE_")):
            continue
        if environnement.get(reglage):
            fautes.append(f"{reglage} et {nom} donnent le même réglage : gardez l’un des deux.")
        try:
            if not Path(chemin).read_text("utf-8").strip():
                fautes.append(f"{nom} désigne un fichier vide : {chemin}.")
        except UnicodeDecodeError:
            fautes.append(f"{nom} désigne un fichier qui n’est pas du texte en UTF-8 : {chemin}.")
        except OSError as erreur:
            cause = {FileNotFoundError: "qui n’existe pas", PermissionError: "que ce compte ne peut pas lire"}
            fautes.append(f"{nom} désigne un fichier {cause.get(type(erreur), 'illisible')} : {chemin}.")
    _refuser("Réglages incorrects", fautes)


def reglages_inconnus(environnement: Iterable[str], connus: Collection[str]) -> list[str]:
    """One sentence for each ``FCE_…`` that is no setting of this release: a slip, or one that a way back meets."""
    phrases = []
    for nom in sorted({n.removesuffix("_FICHIER") for n in environnement if n.startswith("FCE_")} - {*connus}):
        proches = difflib.get_close_matches(nom, connus, n=1)
        conseil = f" : vouliez-vous dire {proches[0]} ?" if proches else "."
        phrases.append(f"{nom} n’est pas un réglage de cette version{conseil}")
    return phrases


def verifier_valeurs(
    *, env: str, role: str, journal: str, fragments: int, travailleurs: int, connexions: int, hotes: list[str]
) -> None:
    """Check the values that are wrong in any environment. Raises ConfigurationInvalide with one line per fault."""
    fautes = []
    for nom, valeur, permises in (
        ("FCE_ENV", env, ("developpement", "production")),
        ("FCE_ROLE", role, ("web", "tache")),
        ("FCE_JOURNAL", journal, ("texte", "json")),
    ):
        if valeur not in permises:
            fautes.append(f"{nom} vaut « {permises[0]} » ou « {permises[1]} », pas « {valeur} ».")
    for nom, nombre, maximum in (
        ("FCE_INDEX_FRAGMENTS", fragments, 64),
        ("FCE_TRAVAILLEURS", travailleurs, 256),
        ("FCE_BASE_CONNEXIONS", connexions, 256),
    ):
        if not 1 <= nombre <= maximum:
            fautes.append(f"{nom} est un nombre entre 1 et {maximum}, pas {nombre}.")
    if mauvais := [hote for hote in hotes if "/" in hote or not hote.strip()]:
        fautes.append(f"FCE_ALLOWED_HOSTS contient des noms d’hôte seuls, sans « https:// » : {', '.join(mauvais)!r}.")
    _refuser("Réglages incorrects", fautes)


def lire_boutons(couples: list[str]) -> dict[str, str]:
    """Return {journey: number of its « Je donne mon avis » button} from texts like « visite=12 ». Raises
    ConfigurationInvalide for an unknown journey or a wrong number."""
    boutons = dict(c.strip().partition("=")[::2] for c in couples)
    fautes = [
        f"FCE_JDMA_BOUTONS donne un numéro à un parcours ({', '.join(PARCOURS)}) : « {parcours}={bouton} » ne va pas."
        for parcours, bouton in boutons.items()
        if parcours not in PARCOURS or not re.fullmatch(r"[0-9]{1,10}", bouton)
    ]
    _refuser("Réglages incorrects", fautes)
    return boutons


def verifier_recherche(adresse: str) -> None:
    """Check the address of the search cluster. Raises ConfigurationInvalide without quoting the address."""
    try:
        if adresse:
            lire_adresse(adresse)
    except ConfigurationInvalide as erreur:
        _refuser("Réglages incorrects", [erreur.message])


def verifier_debit(
    *, pages: int, fragments: int, api: int, frontaux: int, envoi: str, partage: int, cle: int, reseaux: list[str]
) -> None:
    """Check rate limits and front servers. Raises ConfigurationInvalide with one line per fault."""
    fautes = []
    for nom, nombre, minimum, maximum in (
        ("FCE_DEBIT", pages, 0, 60_000),  # counters have sixteen bits
        ("FCE_DEBIT_FRAGMENTS", fragments, 1, 60_000),
        ("FCE_DEBIT_API", api, 1, 10_000),
        ("FCE_DEBIT_PARTAGE", partage, 1, 1_000),
        ("FCE_DEBIT_CLE", cle, 1, 250),
        ("FCE_FRONTAUX", frontaux, 0, 10),
    ):
        if not minimum <= nombre <= maximum:
            fautes.append(f"{nom} est un nombre entre {minimum} et {maximum}, pas {nombre}.")
    for reseau in reseaux:
        try:
            ipaddress.ip_network(reseau, strict=False)
        except ValueError:
            fautes.append(f"FCE_DEBIT_RESEAUX : « {reseau} » n’est ni une adresse ni un réseau comme « 192.0.2.0/24 ».")
    if envoi and not re.fullmatch(r"/[A-Za-z0-9_-]+/", envoi):
        fautes.append("FCE_FRONTAL_FICHIERS est une adresse interne du frontal, comme « /fichiers-internes/ ».")
    elif envoi and not frontaux:
        fautes.append("FCE_FRONTAL_FICHIERS demande un frontal, et FCE_FRONTAUX dit qu’il n’y en a pas.")
    _refuser("Réglages incorrects", fautes)


def verifier_journal(*, limites: str, cles: list[str], mois: int, motif: str, heures: str) -> None:
    """Check the settings of the journal. Raises ConfigurationInvalide with one line per fault.

    Kept six months to a year, or up to three years with a written reason (CNIL, délibération 2021-122).
    """
    fautes = []
    for typer, texte in ((volumes.lire_limites, limites), (nuit.lire_heures, heures)):
        try:
            typer(texte)
        except ConfigurationInvalide as erreur:
            fautes.append(erreur.message)
    if not 6 <= mois <= 36:
        fautes.append(f"FCE_JOURNAL_MOIS est un nombre entre 6 et 36, pas {mois}.")
    elif mois > 12 and len(motif.strip()) < 10:
        fautes.append("FCE_JOURNAL_MOTIF dit pourquoi le journal est gardé plus de douze mois.")
    if any(len(cle) < 32 for cle in cles if cle != "FCE_SECRET_KEY"):
        fautes.append("FCE_JOURNAL_CLE : chaque clé est aléatoire et compte au moins 32 caractères.")
    _refuser("Réglages du journal des consultations incorrects", fautes)


def verifier_roles(*noms: str) -> None:
    """Check the database roles. Raises ConfigurationInvalide unless three different names are set, or none."""
    nommes = [nom for nom in noms if nom]
    if nommes and len(set(nommes)) < len(noms):
        _refuser(
            "Rôles de la base incorrects",
            [
                "FCE_BASE_ROLE_PUBLIC, FCE_BASE_ROLE_COMPTES et FCE_BASE_ROLE_RESTREINT vont ensemble : nommez trois "
                "rôles différents, ou aucun."
            ],
        )


def verifier_sources_directes(*, adresse: str, jeton: str, destinataire: str, production: bool) -> None:
    """Check the settings of API Entreprise: all or none. Raises ConfigurationInvalide without quoting the token."""
    fautes = []
    if (adresse or jeton) and not (adresse and jeton and destinataire):
        fautes.append(
            "FCE_API_ENTREPRISE_URL, FCE_API_ENTREPRISE_TOKEN et FCE_API_ENTREPRISE_DESTINATAIRE vont ensemble."
        )
    if destinataire and not siret_valide(destinataire):
        fautes.append("FCE_API_ENTREPRISE_DESTINATAIRE est le SIRET de l’administration qui exploite FCE.")
    if adresse and not re.fullmatch(r"https?://[A-Za-z0-9.:-]+(/[A-Za-z0-9._/-]*)?", adresse):
        fautes.append("FCE_API_ENTREPRISE_URL est une adresse https://, sans compte ni paramètre.")
    elif production and adresse and not adresse.startswith("https://"):
        fautes.append("FCE_API_ENTREPRISE_URL doit être en https:// : le jeton passe dans chaque demande.")
    if jeton and not (jeton.isascii() and jeton.isprintable() and " " not in jeton):
        fautes.append("FCE_API_ENTREPRISE_TOKEN contient des caractères qu’un jeton n’a pas.")
    _refuser("Réglages des sources directes incorrects", fautes)


def verifier_connexion(
    *,
    proconnect: tuple[str, str, str],
    franceconnect: tuple[str, str, str],
    mfa: str,
    adresse: str,
    production: bool,
) -> None:
    """Check the registrations (issuer, identifier, secret) with identity providers: each complete or absent.

    Raises ConfigurationInvalide with one line per fault, without quoting a secret.
    """
    fautes = []
    for prefixe, (issuer, client, secret) in (("FCE_PROCONNECT", proconnect), ("FCE_FRANCECONNECT", franceconnect)):
        if (issuer or client or secret) and not (issuer and client and secret):
            fautes.append(f"{prefixe}_ISSUER, {prefixe}_CLIENT_ID et {prefixe}_CLIENT_SECRET vont ensemble.")
        if issuer and (faute := _faute_d_emetteur(issuer, production)):
            fautes.append(f"{prefixe}_ISSUER {faute}")
        if not all(valeur.isascii() and valeur.isprintable() and " " not in valeur for valeur in (client, secret)):
            fautes.append(f"{prefixe}_CLIENT_ID ou {prefixe}_CLIENT_SECRET contient des caractères qu’ils n’ont pas.")
    if mfa not in ("off", "souhaitee", "exigee"):
        fautes.append("FCE_PROCONNECT_MFA vaut « off », « souhaitee » ou « exigee ».")
    if production and (proconnect[0] or franceconnect[0]) and not adresse.startswith("https://"):
        fautes.append("FCE_ADRESSE_PUBLIQUE doit être en https:// : la connexion y revient.")
    if proconnect[0] and proconnect[0] == franceconnect[0]:
        fautes.append("FCE_PROCONNECT_ISSUER et FCE_FRANCECONNECT_ISSUER sont deux fournisseurs différents.")
    _refuser("Réglages de la connexion incorrects", fautes)


def _faute_d_emetteur(issuer: str, production: bool) -> str:
    """Return what is wrong with an identity provider's address, "" when nothing is."""
    if not re.fullmatch(r"https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?", issuer):
        return "est une adresse https://, sans compte ni paramètre."
    if production and not issuer.startswith("https://"):
        return "doit être en https:// : l’identité des agents y passe."
    if production and _est_locale(urlsplit(issuer).hostname or ""):
        return "désigne cette machine même : le fournisseur d’identité de démonstration n’a pas sa place en production."
    return ""


def _est_locale(hote: str) -> bool:
    """Tell whether a host is this machine, in any notation (127.1, 0x7f000001…)."""
    nom = hote.rstrip(".")
    if nom == "localhost" or nom.endswith(".localhost"):
        return True
    try:
        adresse = ipaddress.ip_address(nom)
    except ValueError:
        try:
            adresse = ipaddress.ip_address(socket.inet_aton(nom))
        except (OSError, ValueError):
            return False
    if isinstance(adresse, ipaddress.IPv6Address) and adresse.ipv4_mapped:
        adresse = adresse.ipv4_mapped
    return adresse.is_loopback or adresse.is_unspecified


def verifier_production(*, cles: list[str], debug: bool, hotes: list[str], base: str) -> None:
    """Check what is unsafe in production. Raises ConfigurationInvalide with one line per fault."""
    fautes = []
    if any(len(cle) < 50 or len(set(cle)) < 10 or cle == CLE_DE_DEVELOPPEMENT for cle in cles):
        fautes.append("FCE_SECRET_KEY doit être une clé aléatoire d’au moins 50 caractères.")
    if debug:
        fautes.append("FCE_DEBUG doit être désactivé.")
    if not hotes or any("*" in hote for hote in hotes):
        fautes.append("FCE_ALLOWED_HOSTS doit nommer les noms d’hôte du service, sans joker.")
    if not base:
        fautes.append("DATABASE_URL doit désigner un serveur PostgreSQL administré.")
    _refuser("Réglages dangereux en production", fautes)


def verifier_replique(*, base: str, replique: str) -> None:
    """Raise ConfigurationInvalide for a replica of the embedded database, or one that is the database itself."""
    fautes = []
    if replique and not base:
        fautes.append("DATABASE_REPLICA_URL demande DATABASE_URL : la base embarquée n’a pas de réplique.")
    elif replique and replique == base:
        fautes.append("DATABASE_REPLICA_URL est une autre adresse que DATABASE_URL : celle d’une réplique de sa base.")
    _refuser("Réglages incorrects", fautes)


def lire_adresse_de_base(adresse: str, reglage: str = "DATABASE_URL") -> dict[str, Any]:
    """Return Django's settings from a ``postgresql://…`` address. Raises ConfigurationInvalide without quoting the
    address, which often holds a password."""
    try:
        base: dict[str, Any] = dict(dj_database_url.parse(adresse))
    except ValueError as erreur:  # unknown scheme, bad port…
        raise _adresse_invalide(reglage) from erreur
    if base.get("ENGINE") != "django.db.backends.postgresql" or not base.get("NAME"):
        raise _adresse_invalide(reglage)
    return base


def _adresse_invalide(reglage: str) -> ConfigurationInvalide:
    return ConfigurationInvalide(
        f"{reglage} n’est pas une adresse PostgreSQL : elle s’écrit postgresql://compte:motdepasse@hote:5432/base."
    )


def _refuser(titre: str, fautes: list[str]) -> None:
    if fautes:
        raise ConfigurationInvalide("\n".join([f"{titre} :", *(f"- {faute}" for faute in fautes)]))


def origine(adresse: str) -> str:
    """Return the origin ``https://host[:port]`` of an address, "" for none."""
    parties = urlsplit(adresse)
    return f"{parties.scheme}://{parties.netloc}" if parties.netloc else ""


def refuser_demonstration() -> None:
    """Raise ConfigurationInvalide: invented people must not sign in to a real service."""
    _refuser("Réglages dangereux en production", ["FCE_DEMONSTRATION ne s’active jamais en production."])
