"""Deposits, from the bytes to the publication. Plain functions: a request, a job or a command calls them.

``deposer`` → ``verifier`` → ``publier`` or ``abandonner``; ``revenir`` undoes a publication. Each raises an error of
``erreurs`` (or of ``socle.erreurs``) with a French sentence; none logs a token, a file name or a value.
"""

import datetime
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from fce.imports.chargement.bascule import Passage, basculer
from fce.imports.chargement.disque import texte_au_plus
from fce.imports.chargement.nettoyage import nettoyer
from fce.imports.chargement.parties import parties_de
from fce.imports.chargement.verrou import verrou
from fce.imports.etats import A_VERIFIER, OUVERTS, DepotIncompatible, EtatDepot, GesteDepot, suivant
from fce.imports.models import Depot, Import, VersionEnPlace
from fce.socle import limites, paris
from fce.socle.erreurs import DejaEnCours, Introuvable, ParametreInvalide
from fce.socle.evenements import signaler
from fce.sources import registre
from fce.sources.declaration import Source

from . import reception
from .deposants import Deposant, confirmer, envoi, nommer
from .erreurs import DepotInterdit, RapportPerime, TropDeDepots
from .rapport import montrer
from .selectors import vient_de

if TYPE_CHECKING:
    from fce.imports.services import Progression

# Each open deposit of a source holds a file and a prepared version on the disk.
OUVERTS_MAX = 20
_TROP = f"{OUVERTS_MAX} dépôts de cette source sont ouverts : publiez-les ou abandonnez-les d’abord."
_DEPOT = "depot"
# Seconds: a web request does not wait for a long reader as an import does.
PATIENCE_DU_WEB = 10.0
_MOTIF_MAX = 500


def deposable(source: Source) -> bool:
    """Whether files of the source may be deposited at all: not those asked live, nor those that feed others."""
    return source.importable and not source.verse_dans


def deposer(
    deposant: Deposant,
    source: Source,
    lire: Callable[[int], bytes],
    octets: int,
    *,
    nom: str = "",
    empreintes: dict[str, bytes] | None = None,
    date_metier: datetime.date | None = None,
) -> tuple[Depot, bool]:
    """Receive a file for ``source``, which the depositor covers; return its deposit and whether it is a new one.

    Raises what ``admettre``, ``reception.recevoir`` and ``inscrire`` raise.
    """
    admettre(source, date_metier)
    recu = reception.recevoir(lire, octets, reception.nom_sur(nom, source.nom), empreintes or {})
    return inscrire(deposant, source, recu, date_metier)


def admettre(source: Source, date_metier: datetime.date | None = None) -> None:
    """Check, before its first byte, that a file may come. Raises DepotInterdit, ParametreInvalide, TropDeDepots."""
    if not deposable(source):
        raise DepotInterdit("Cette source ne se dépose pas : elle est interrogée en direct, ou en alimente d’autres.")
    if date_metier and date_metier > paris.aujourd_hui():
        raise ParametreInvalide("La date des données ne peut pas être dans le futur.")
    # Full already: no need to receive the file. Whether there is room is decided when it is written down.
    if _ouverts(source).count() >= OUVERTS_MAX:
        raise TropDeDepots(_TROP)


def _ouverts(source: Source) -> QuerySet[Depot]:
    return Depot.objects.filter(source=source.nom, etat__in=OUVERTS)


def inscrire(
    deposant: Deposant, source: Source, recu: reception.Recu, date_metier: datetime.date | None = None
) -> tuple[Depot, bool]:
    """Make a deposit of a file received; whatever is raised, its bytes are gone.

    The same file sent again while its deposit is open gives that deposit: a sender that lost the answer may retry.
    Raises NonAuthentifie or DepotInterdit when the right to send ended on the way, TropDeDepots when others came first.
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
    deposant: Deposant, source: Source, recu: reception.Recu, date_metier: datetime.date | None
) -> tuple[Depot, bool]:
    with transaction.atomic():
        # The same file sent twice at once is one deposit.
        limites.reserver(_DEPOT, source.nom)
        confirmer(deposant, source)
        meme = Depot.objects.filter(
            **envoi(deposant),
            source=source.nom,
            empreinte=recu.empreinte,
            fichier=recu.nom,
            date_metier=date_metier,
            etat__in=OUVERTS,
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
    """Whether the file is small enough, once unpacked, to be verified while its sender waits."""
    fichier = reception.chemin(depot.dossier, depot.fichier)
    return fichier.is_file() and texte_au_plus(fichier, settings.FCE_DEPOT_IMMEDIAT * 1024**2)


def verifier_si_petit(depot: Depot) -> Depot:
    """Verify now what is quick to verify; the rest, and a busy source, wait for « fce depot verifier »."""
    if verifiable_sur_le_champ(depot):
        with suppress(DejaEnCours):
            return verifier(depot.pk)
    return depot


def verifier(numero: int, progression: "Progression | None" = None) -> Depot:
    """Verify a deposit, short of publishing it: ``verification.verifier``, whose reading engine is loaded only now."""
    from .verification import verifier as verifier_

    return verifier_(numero, progression)


def remettre_en_attente(numero: int) -> Depot:
    """Put an open deposit back among those to verify; its report goes away. Raises DepotIncompatible."""
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        suivant(depot.etat, GesteDepot.VERIFIER)
        if depot.etat not in A_VERIFIER:
            _oublier_le_rapport(depot)
            depot.save()
    return depot


def _oublier_le_rapport(depot: Depot) -> None:
    depot.etat = suivant(depot.etat, GesteDepot.PERIMER)
    depot.importation, depot.rapport, depot.verifie, depot.forcable = None, {}, None, False


def verifier_en_attente(
    progression: "Progression | None" = None, *, depuis: datetime.timedelta = datetime.timedelta(0)
) -> list[Depot]:
    """Verify all that waits, oldest first, what a dead process left included; those of a busy source keep waiting.

    ``depuis``: those received so long ago at least; of the others, whoever received them is about to verify the small
    ones, and would find the source busy.
    """
    attendent = Depot.objects.filter(etat__in=A_VERIFIER, recu__lte=timezone.now() - depuis)
    numeros = attendent.order_by("pk").values_list("pk", flat=True)
    verifies = []
    for numero in list(numeros):
        try:
            verifies.append(verifier(numero, progression))
        except (DejaEnCours, DepotIncompatible, Introuvable):
            continue  # somebody is at it, it was given up meanwhile, or its source left the catalogue
    return verifies


def publier(numero: int, *, forcer: str = "", patience: float | None = None) -> Depot:
    """Put in place the very version that was verified; ``forcer``: why, when a threshold refuses it.

    Raises DepotIncompatible (not verified, already closed, refused without appeal), ParametreInvalide (no reason
    given), RapportPerime (the version in place is no longer the one of the report: the deposit must be verified again),
    DejaEnCours, BaseIndisponible (a long reader holds the view for more than ``patience`` seconds).
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
    """``publier`` while someone waits: brief, and a report that no longer holds is made again at once when it can be.

    Raises what ``publier`` raises, RapportPerime included: the new report is to be read.
    """
    try:
        return publier(numero, forcer=forcer, patience=PATIENCE_DU_WEB)
    except RapportPerime:
        verifier_si_petit(Depot.objects.get(pk=numero))
        raise


def _exiger_publiable(depot: Depot, motif: str) -> GesteDepot:
    geste = GesteDepot.FORCER if depot.etat == EtatDepot.REFUSE else GesteDepot.PUBLIER
    suivant(depot.etat, geste)
    if geste is GesteDepot.FORCER and not depot.forcable:
        raise DepotIncompatible(
            "Ce dépôt est refusé sans appel : corrigez le fichier selon le rapport et déposez-le à nouveau."
        )
    if geste is GesteDepot.FORCER and not motif:
        raise ParametreInvalide(
            "Un seuil refuse ce dépôt : pour le publier malgré tout, donnez un motif (« forcer »), qui sera gardé."
        )
    return geste


def _a_jour(source: Source, depot: Depot) -> bool:
    """Whether the report still compares with what is in place, and what it prepared is still there."""
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
    depot.etat, depot.clos = suivant(depot.etat, geste), timezone.now()
    if geste is GesteDepot.FORCER:
        depot.forcer_motif = prepare.forcer_motif = motif
        refus = [f"Passage en force ({motif}) : {r['message']}" for r in depot.rapport["refus"]]
        prepare.avertissements = [*prepare.avertissements, *refus]
    # The same file as the one in place: switching would only lose the version before.
    if not depot.rapport["inchange"]:
        prepare.fin = timezone.now()
        basculer([Passage(source, vers=prepare, depuis=depot.comparee)], patience=patience)


def _motif(texte: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in texte).split())[:_MOTIF_MAX]


def abandonner(numero: int) -> Depot:
    """Give a deposit up: its file and what was prepared of it go away, its trace stays. Raises DepotIncompatible."""
    with transaction.atomic():
        depot = Depot.objects.select_for_update().get(pk=numero)
        depot.etat = suivant(depot.etat, GesteDepot.ABANDONNER)
        depot.clos, depot.rapport, depot.forcable = timezone.now(), {}, False
        depot.save()
    reception.effacer(depot.dossier)
    # A source at work cleans up when it ends; one that left the catalogue has nothing to clean.
    with suppress(DejaEnCours, Introuvable):
        source = registre.source(depot.source)
        with verrou(source.nom) as reserve:
            nettoyer([source], reserve)
    return depot


def revenir(deposant: Deposant, source: Source, *, depuis: int | None = None) -> Import:
    """Show again the version before the one that a deposit of the same producer put in place.

    ``depuis``: number of the import that the depositor saw in place. Raises DepotInterdit when the version in place
    came from elsewhere, Introuvable when there is none before, or another one in place since.
    """
    version = VersionEnPlace.objects.filter(source=source.nom).first()
    if version is None:
        raise Introuvable("Cette source n’a aucune version en place.")
    if not vient_de(deposant, version.en_place):
        raise DepotInterdit(
            "La version en place ne vient pas d’un de vos dépôts : seul le gestionnaire peut la retirer."
        )
    from fce.imports.services import revenir as retablir

    return retablir(source, par=nommer(deposant), depuis=version.en_place_id if depuis is None else depuis)


def purger(aujourdhui: datetime.datetime | None = None) -> int:
    """Forget the files of deposits older than the setting, give up those that nobody closed; how many were touched."""
    limite = (aujourdhui or timezone.now()) - datetime.timedelta(days=settings.FCE_DEPOT_CONSERVATION)
    touches = 0
    for numero in Depot.objects.filter(etat__in=OUVERTS, recu__lt=limite).values_list("pk", flat=True):
        abandonner(numero)
        touches += 1
    for depot in Depot.objects.filter(clos__lt=limite):
        if reception.presente(depot.dossier):
            reception.effacer(depot.dossier)
            depot.rapport = montrer(depot.rapport, valeurs=False)
            depot.save(update_fields=["rapport"])
            touches += 1
    connus = {str(dossier) for dossier in Depot.objects.values_list("dossier", flat=True)}
    return touches + reception.effacer_orphelins(connus)
