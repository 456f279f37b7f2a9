"""When to check the file of a producer again. Reads the settings; no other I/O."""

import datetime

from django.conf import settings

from fce.donnees.imports.models import Releve
from fce.socle.erreurs import ConfigurationInvalide, Introuvable
from fce.sources import registre
from fce.sources.declaration import Frequence, Source

TOUTES = "toutes"
# Each check is one conditional request; a monthly file is thus seen within two days of its publication.
_HEURES = {
    Frequence.QUOTIDIENNE: 12,
    Frequence.HEBDOMADAIRE: 24,
    Frequence.MENSUELLE: 48,
    Frequence.TRIMESTRIELLE: 7 * 24,
    Frequence.ANNUELLE: 7 * 24,
    Frequence.IRREGULIERE: 7 * 24,
}
HEURES_APRES_ECHEC = 6


def intervalle(source: Source) -> datetime.timedelta:
    return datetime.timedelta(hours=_HEURES[source.frequence])


def echue(source: Source, releve: Releve | None, maintenant: datetime.datetime) -> bool:
    if releve is None or releve.verifie is None:
        return True
    delai = intervalle(source)
    if releve.statut == Releve.Statut.ECHEC:
        delai = min(delai, datetime.timedelta(hours=HEURES_APRES_ECHEC))
    return maintenant - releve.verifie >= delai


def suivies() -> list[Source]:
    """Sources to download (``FCE_TELECHARGEMENTS``). Raises ConfigurationInvalide for a wrong name."""
    noms: list[str] = settings.FCE_TELECHARGEMENTS
    ouvertes = [s for s in registre.toutes() if s.acces.classe == "C0" and s.telechargeable]
    if TOUTES in noms:
        return ouvertes
    try:
        choisies = [registre.source(nom) for nom in noms]
    except Introuvable as erreur:
        raise ConfigurationInvalide(f"FCE_TELECHARGEMENTS : {erreur.message}") from erreur
    for source in choisies:
        if source.acces.classe != "C0" or not source.telechargeable:
            raise ConfigurationInvalide(f"FCE_TELECHARGEMENTS : {source.nom} n'a pas d'adresse à télécharger.")
    return choisies
