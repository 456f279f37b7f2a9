"""Replace a key of the service. What each costs is a French text, printed first; nothing is done without a yes."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from fce.donnees.imports.models import JetonDepot
from fce.droits.comptes.evenements import OPERATEUR, noter
from fce.droits.habilitations import jetons as jetons_api
from fce.droits.habilitations.models import JetonApi
from fce.droits.journal import empreintes
from fce.sauvegarde.erreurs import SauvegardeRefusee
from fce.service.statistiques.models import CleDePseudonyme
from fce.socle.texte.formats import pluriel

COUTS: Final[dict[str, str]] = {
    "secret": (
        "FCE_SECRET_KEY change, l’ancienne reste lue (FCE_SECRET_KEY_ANCIENNES). Personne n’est déconnecté : les "
        "sessions ne tiennent pas à elle. Les adresses des échanges changent ; les anciennes, déjà envoyées, mènent "
        "encore à leur ligne. Les formulaires ouverts gardent leurs pièces. Les limites de débit recomptent de zéro. "
        "Relancez web et travaux, sur chaque nœud, avant de publier un index."
    ),
    "oublier": (
        "L’ancienne FCE_SECRET_KEY ne vaut plus. Cessent de marcher : les adresses d’échanges et les liens de "
        "désabonnement envoyés avec elle, les copies d’index et les sauvegardes qu’elle a scellées (pour restaurer, "
        "remettez-la le temps qu’il faut), et, sans FCE_JOURNAL_CLE, les sceaux du journal posés avec elle. Un agent "
        "déjà compté ce mois-ci l’est une seconde fois. Attendez treize mois, ou la fin des sauvegardes, sauf si elle "
        "a été volée."
    ),
    "journal": (
        "FCE_JOURNAL_CLE change : la nouvelle scelle, les anciennes vérifient encore. Rien ne cesse. Gardez la "
        "nouvelle hors de la base et de ses sauvegardes ; relancez les travaux."
    ),
    "pseudonymes": (
        "Les pseudonymes déjà écrits ne mènent plus à personne, même avec FCE_SECRET_KEY. Un agent déjà compté ce "
        "mois-ci l’est une seconde fois, et ses retours d’un mois à l’autre ne se voient pas. Relancez web et travaux."
    ),
    "jetons": (
        "Tous les jetons de l’API et de dépôt sont révoqués : chaque programme s’arrête jusqu’à ce qu’on lui en donne "
        "un autre. Ils n’ont pas de poivre à changer : ce sont 256 bits tirés au hasard, dont la base ne garde que le "
        "SHA-256."
    ),
}
"""{what is changed: what it costs}."""
_ANCIENNES: Final = "FCE_SECRET_KEY_ANCIENNES"


def tourner(quoi: str, environnement: Mapping[str, str] = os.environ) -> str:
    """Replace a key; return what was done, or the settings to write, in French. Raises SauvegardeRefusee."""
    if quoi == "secret":
        anciennes = " ".join([settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
        # The old keys first: killed in between, the service still reads everything.
        return _poser({_ANCIENNES: anciennes, "FCE_SECRET_KEY": secrets.token_urlsafe(50)}, environnement)
    if quoi == "oublier":
        # A file of a setting is never empty: the key itself retires nothing.
        return _poser(
            {_ANCIENNES: settings.SECRET_KEY if f"{_ANCIENNES}_FICHIER" in environnement else ""}, environnement
        )
    if quoi == "journal":
        cles = ",".join([secrets.token_urlsafe(50), *(settings.FCE_JOURNAL_CLE or [empreintes.TIREES])])
        return _poser({"FCE_JOURNAL_CLE": cles}, environnement)
    if quoi == "pseudonymes":
        with transaction.atomic():
            combien, _ = CleDePseudonyme.objects.all().delete()
            noter(OPERATEUR, "pseudonymes_renouveles", "statistiques", apres={"cles": combien})
        effacees = pluriel(combien, "clé de pseudonymes effacée", "clés de pseudonymes effacées")
        return f"{effacees} ; la prochaine visite en tire une autre."
    return _revoquer_les_jetons()


def _revoquer_les_jetons() -> str:
    vivants = JetonApi.objects.filter(revoque_le=None, expire_le__gt=timezone.now())
    for jeton in (tous := list(vivants)):
        jetons_api.revoquer(jeton, OPERATEUR)
    with transaction.atomic():
        depots = JetonDepot.objects.filter(revoque=None).update(revoque=timezone.now())
        noter(OPERATEUR, "jetons_revoques", "jetons", apres={"api": len(tous), "depot": depots})
    return f"Révoqués : {pluriel(len(tous), 'jeton')} de l’API, {pluriel(depots, 'jeton')} de dépôt."


def _poser(reglages: dict[str, str], environnement: Mapping[str, str]) -> str:
    """Write the settings in the files that hold them (``X_FICHIER``), else say the lines to write."""
    fichiers = {nom: environnement.get(f"{nom}_FICHIER") for nom in reglages}
    if any(fichiers.values()) and not all(fichiers.values()):
        places = "\n".join(
            f"{chemin or f'un fichier neuf, que nommera {nom}_FICHIER'} :\n{reglages[nom]}"
            for nom, chemin in fichiers.items()
        )
        return f"Écrivez dans ces fichiers, dans cet ordre, puis relancez le service :\n{places}"
    if not all(fichiers.values()):
        lignes = "\n".join(f"{nom}={valeur}" for nom, valeur in reglages.items())
        return f"Écrivez dans les réglages du service, puis relancez-le :\n{lignes}"
    for nom, chemin in fichiers.items():
        _remplacer(Path(str(chemin)), reglages[nom])
    return f"Écrit : {', '.join(str(c) for c in fichiers.values())}. Relancez le service."


def _remplacer(fichier: Path, contenu: str) -> None:
    """Replace a secret in one step, with the owner and mode of the former file."""
    try:
        avant = fichier.stat()
        neuf = fichier.with_name(f"{fichier.name}.neuf")
        neuf.unlink(missing_ok=True)
        descripteur = os.open(neuf, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with open(descripteur, "w", encoding="utf-8") as sortie:
            sortie.write(f"{contenu}\n")
            os.fchmod(sortie.fileno(), avant.st_mode & 0o777)
            if os.geteuid() == 0:
                os.fchown(sortie.fileno(), avant.st_uid, avant.st_gid)
            sortie.flush()
            os.fsync(sortie.fileno())
        neuf.replace(fichier)
    except OSError as erreur:
        raise SauvegardeRefusee(
            f"{fichier} ne se laisse pas écrire ({erreur.strerror}) : le compte du service "
            "doit posséder ce fichier et son dossier."
        ) from erreur
