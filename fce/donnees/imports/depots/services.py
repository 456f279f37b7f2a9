"""Deposits, from reception to publication.

``deposer`` → ``verifier`` → ``publier`` or ``abandonner``; ``revenir`` undoes a publication. Errors (``erreurs``,
``socle.erreurs``) carry a French sentence; nothing logs a token, a file name or a value.
"""

import datetime
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from fce.donnees.imports.chargement.bascule import Passage, basculer
from fce.donnees.imports.chargement.disque import texte_au_plus
from fce.donnees.imports.chargement.nettoyage import nettoyer
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.chargement.verrou import verrou
from fce.donnees.imports.etats import A_VERIFIER, DEPOTS, EtatDepot, GesteDepot
from fce.donnees.imports.models import Depot, Import, VersionEnPlace
from fce.socle.base import limites
from fce.socle.base.transitions import EtatIncompatible
from fce.socle.erreurs import DejaEnCours, Introuvable, ParametreInvalide
from fce.socle.texte import paris
from fce.socle.web.evenements import signaler
from fce.sources import registre
from fce.sources.declaration import Source

from . import reception
from .deposants import Deposant, confirmer, envoi, nommer
from .erreurs import DepotInterdit, RapportPerime, TropDeDepots
from .rapport import montrer
from .selectors import vient_de

if TYPE_CHECKING:
    from fce.donnees.imports.services import Progression

# Each open deposit of a source keeps a file and a prepared version on disk.
OUVERTS_MAX = 20
_TROP = f"{OUVERTS_MAX} dépôts de cette source sont ouverts : publiez-les ou abandonnez-les d’abord."
_DEPOT = "depot"
# Seconds: a web request waits for a long reader less than an import does.
PATIENCE_DU_WEB = 10.0
_MOTIF_MAX = 500


def deposable(source: Source) -> bool:
    """Whether files of the source may be deposited: not live sources, nor those that feed others."""
    return source.importable and not source.verse_dans


def deposer(
    deposant: Deposant,
    source: Source,
    flux: Callable[[int], bytes],
    octets: int,
    *,
    nom: str = "",
    empreintes: dict[str, bytes] | None = None,
    date_metier: datetime.date | None = None,
) -> tuple[Depot, bool]:
    """Receive a file for ``source``, which the depositor covers; return the deposit and whether it is new.

    Raises the errors of ``admettre``, ``reception.recevoir`` and ``inscrire``.
    """
    admettre(source, date_metier)
    recu = reception.recevoir(flux, octets, reception.nom_sur(nom, source.nom), empreintes or {})
    return inscrire(deposant, source, recu, date_metier)


def admettre(source: Source, date_metier: datetime.date | None = None) -> None:
    """Check before reception that a file is acceptable. Raises DepotInterdit, ParametreInvalide, TropDeDepots."""
    if not deposable(source):
        raise DepotInterdit("Cette source ne se dépose pas : elle est interrogée en direct, ou en alimente d’autres.")
    if date_metier and date_metier > paris.aujourd_hui():
        raise ParametreInvalide("La date des données ne peut pas être dans le futur.")
    # Refuse early, before receiving the bytes; ``inscrire`` checks again under lock.
    if _ouverts(source).count() >= OUVERTS_MAX:
        raise TropDeDepots(_TROP)


def _ouverts(source: Source) -> QuerySet[Depot]:
    return Depot.objects.filter(source=source.nom, etat__in=DEPOTS.ouverts)


def inscrire(
    deposant: Deposant, source: Source, recu: reception.DepotRecu, date_metier: datetime.date | None = None
) -> tuple[Depot, bool]:
    """Record a deposit for a received file; after an error, delete its bytes.

    Sending the same file again while its deposit is open returns that deposit, so a sender that lost the answer may
    retry. Raises NonAuthentifie or DepotInterdit (right ended meanwhile), TropDeDepots.
    """
    try:
        depot, nouveau = _enregistrer(deposant, source, recu, date_metier)
    except BaseException:
        reception.effacer(recu.dossier)
        raise
    if not nouveau:
        reception.effacer(recu.dossier)
    return depot, nouveau


def _enregistrer(
    deposant: Deposant, source: Source, recu: reception.DepotRecu, date_metier: datetime.date | None
) -> tuple[Depot, bool]:
    with transaction.atomic():
        # Serialise, so that the same file sent twice at once makes one deposit.
        limites.reserver(_DEPOT, source.nom)
        confirmer(deposant, source)
        meme = Depot.objects.filter(
            **envoi(deposant),
            source=source.nom,
            empreinte=recu.empreinte,
            fichier=recu.nom,
            date_metier=date_metier,
            etat__in=DEPOTS.ouverts,
        ).first()
        if meme:
            return meme, False
        limites.exiger_place(_DEPOT, source.nom, _ouverts(source), OUVERTS_MAX, _TROP, TropDeDepots)
        depot = Depot.objects.create(
            **envoi(deposant),
            producteur=source.producteur.code,
            source=source.nom,
            dossier=recu.dossier,
            fichier=recu.nom,
            octets=recu.octets,
            empreinte=recu.empreinte,
            date_metier=date_metier,
        )
    return depot, True


def verifiable_sur_le_champ(depot: Depot) -> bool:
    """Whether the unpacked file is small enough (``FCE_DEPOT_IMMEDIAT``) to verify while the sender waits."""
    fichier = reception.chemin(depot.dossier, depot.fichier)
    return fichier.is_file() and texte_au_plus(fichier, settings.FCE_DEPOT_IMMEDIAT * 1024**2)


def verifier_si_petit(depot: Depot) -> Depot:
    """Verify now if the file is small and its source free; otherwise ``fce depot verifier`` will."""
    if verifiable_sur_le_champ(depot):
        with suppress(DejaEnCours):
            return verifier(depot.pk)
    return depot


def verifier(numero: int, progression: "Progression | None" = None) -> Depot:
    """Verify a deposit without publishing it (``verification.verifier``). Imports the reading engine on first use."""
    from .verification import verifier as verifier_

    return verifier_(numero, progression)


def remettre_en_attente(numero: int) -> Depot:
    """Queue an open deposit for verification again and drop its report. Raises EtatIncompatible."""
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        DEPOTS.suivant(depot.etat, GesteDepot.VERIFIER)
        if depot.etat not in A_VERIFIER:
            _oublier_le_rapport(depot)
            depot.save()
    return depot


def _oublier_le_rapport(depot: Depot) -> None:
    depot.etat = DEPOTS.suivant(depot.etat, GesteDepot.PERIMER)
    depot.importation, depot.rapport, depot.verifie, depot.forcable = None, {}, None, False


def verifier_en_attente(
    progression: "Progression | None" = None, *, depuis: datetime.timedelta = datetime.timedelta(0)
) -> list[Depot]:
    """Verify the waiting deposits, oldest first, including those left by a dead process; skip busy sources.

    ``depuis``: minimum age since reception. The process that received a younger deposit may be about to verify it.
    """
    attendent = Depot.objects.filter(etat__in=A_VERIFIER, recu__lte=timezone.now() - depuis)
    numeros = attendent.order_by("pk").values_list("pk", flat=True)
    verifies = []
    for numero in list(numeros):
        try:
            verifies.append(verifier(numero, progression))
        except (DejaEnCours, EtatIncompatible, Introuvable):
            continue  # being verified elsewhere, abandoned, or its source left the catalogue
    return verifies


def publier(numero: int, *, forcer: str = "", patience: float | None = None) -> Depot:
    """Put in place the version that was verified. ``forcer``: reason to override a threshold.

    Raises EtatIncompatible (not verified, closed, or refused for good), ParametreInvalide (no reason given),
    RapportPerime (the version in place changed since the report: verify again), DejaEnCours, BaseIndisponible (a long
    reader holds the view for more than ``patience`` seconds).
    """
    depot = Depot.objects.get(pk=numero)
    source = registre.source(depot.source)
    motif = _motif(forcer)
    _exiger_publiable(depot, motif)
    with verrou(source.nom) as reserve:
        with transaction.atomic():
            depot = Depot.objects.select_for_update().get(pk=numero)
            geste = _exiger_publiable(depot, motif)
            actuel = _a_jour(source, depot)
            if actuel:
                _mettre_en_place(source, depot, geste, motif, patience)
                signaler("depot_publie", qui=depot.par)
            else:
                _oublier_le_rapport(depot)
            depot.save()
        nettoyer([source], reserve, sauf=depot.importation)
    if not actuel:
        raise RapportPerime(
            "La version en place a changé depuis la vérification : le rapport ne vaut plus. "
            "Le dépôt sera vérifié à nouveau ; relisez son rapport avant de le publier."
        )
    return depot


def publier_en_ligne(numero: int, *, forcer: str = "") -> Depot:
    """``publier`` from a web request: waits less, and verifies a small file again when its report is outdated.

    Raises the errors of ``publier``, RapportPerime included: the new report must be read first.
    """
    try:
        return publier(numero, forcer=forcer, patience=PATIENCE_DU_WEB)
    except RapportPerime:
        verifier_si_petit(Depot.objects.get(pk=numero))
        raise


def _exiger_publiable(depot: Depot, motif: str) -> GesteDepot:
    geste = GesteDepot.FORCER if depot.etat == EtatDepot.REFUSE else GesteDepot.PUBLIER
    DEPOTS.suivant(depot.etat, geste)
    if geste is GesteDepot.FORCER and not depot.forcable:
        raise EtatIncompatible(
            "Ce dépôt est refusé sans appel : corrigez le fichier selon le rapport et déposez-le à nouveau."
        )
    if geste is GesteDepot.FORCER and not motif:
        raise ParametreInvalide(
            "Un seuil refuse ce dépôt : pour le publier malgré tout, donnez un motif (« forcer »), qui sera gardé."
        )
    return geste


def _a_jour(source: Source, depot: Depot) -> bool:
    version = VersionEnPlace.objects.filter(source=source.nom).first()
    prepare = depot.importation
    if (version.en_place_id if version else None) != depot.comparee_id or prepare is None:
        return False
    if depot.rapport["inchange"]:
        return True
    tables = [f"generations.{partie.table}" for partie in parties_de(prepare)]
    with connection.cursor() as curseur:
        curseur.execute("SELECT bool_and(to_regclass(nom) IS NOT NULL) FROM unnest(%s::text[]) AS nom", [tables])
        (presentes,) = curseur.fetchone()
    return bool(presentes) and prepare.empreinte == depot.empreinte


def _mettre_en_place(source: Source, depot: Depot, geste: GesteDepot, motif: str, patience: float | None) -> None:
    prepare = depot.importation
    assert prepare is not None  # noqa: S101  see _a_jour
    depot.etat, depot.clos = DEPOTS.suivant(depot.etat, geste), timezone.now()
    if geste is GesteDepot.FORCER:
        depot.forcer_motif = prepare.forcer_motif = motif
        refus = [f"Passage en force ({motif}) : {r['message']}" for r in depot.rapport["refus"]]
        prepare.avertissements = [*prepare.avertissements, *refus]
    # The same file as in place: switching would only lose the previous version.
    if not depot.rapport["inchange"]:
        prepare.fin = timezone.now()
        basculer([Passage(source, vers=prepare, depuis=depot.comparee)], patience=patience)


def _motif(texte: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in texte).split())[:_MOTIF_MAX]


def abandonner(numero: int) -> Depot:
    """Abandon a deposit: delete its file and prepared version, keep its record. Raises EtatIncompatible."""
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        depot.etat = DEPOTS.suivant(depot.etat, GesteDepot.ABANDONNER)
        depot.clos, depot.rapport, depot.forcable = timezone.now(), {}, False
        depot.save()
    reception.effacer(depot.dossier)
    # A busy source cleans up when it ends; one that left the catalogue has nothing to clean.
    with suppress(DejaEnCours, Introuvable):
        source = registre.source(depot.source)
        with verrou(source.nom) as reserve:
            nettoyer([source], reserve)
    return depot


def revenir(deposant: Deposant, source: Source, *, depuis: int | None = None) -> Import:
    """Restore the version that preceded a deposit of the same producer.

    ``depuis``: import number that the depositor saw in place. Raises DepotInterdit (the version in place came from
    elsewhere), Introuvable (no previous version, or another one in place since).
    """
    version = VersionEnPlace.objects.filter(source=source.nom).first()
    if version is None:
        raise Introuvable("Cette source n’a aucune version en place.")
    if not vient_de(deposant, version.en_place):
        raise DepotInterdit(
            "La version en place ne vient pas d’un de vos dépôts : seul le gestionnaire peut la retirer."
        )
    from fce.donnees.imports.services import revenir as retablir

    return retablir(source, par=nommer(deposant), depuis=version.en_place_id if depuis is None else depuis)


def purger(aujourdhui: datetime.datetime | None = None) -> int:
    """Abandon open deposits and delete files of closed ones older than ``FCE_DEPOT_CONSERVATION`` days; return their
    number."""
    limite = (aujourdhui or timezone.now()) - datetime.timedelta(days=settings.FCE_DEPOT_CONSERVATION)
    touches = 0
    for numero in Depot.objects.filter(etat__in=DEPOTS.ouverts, recu__lt=limite).values_list("pk", flat=True):
        abandonner(numero)
        touches += 1
    for depot in Depot.objects.filter(clos__lt=limite):
        if reception.presente(depot.dossier):
            reception.effacer(depot.dossier)
            depot.changer(rapport=montrer(depot.rapport, valeurs=False))
            touches += 1
    connus = {str(dossier) for dossier in Depot.objects.values_list("dossier", flat=True)}
    return touches + reception.effacer_orphelins(connus)
