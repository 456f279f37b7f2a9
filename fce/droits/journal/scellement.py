"""Seals: each ended day (Paris) is counted, hashed and signed with a key that is not in the database."""

import hashlib
from datetime import date, datetime, time, timedelta
from time import monotonic, sleep

from django.db import connection, transaction
from django.db.models import Min

from fce.droits.journal import empreintes
from fce.droits.journal.models import Consultation, Refus, Sceau
from fce.socle.erreurs import JournalIndisponible
from fce.socle.texte import paris
from fce.socle.texte.formats import PARIS

UN_JOUR = timedelta(days=1)
_PAQUET = 5_000
ATTENTE_S, PAS_S = 10.0, 0.005
"""Seconds that the barrier waits for a writer, and between two checks."""
_ECRIVENT = (
    "FROM pg_locks WHERE relation = 'journal.consultation'::regclass AND mode = 'RowExclusiveLock' AND granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND pid <> pg_backend_pid()"
)


def verrouiller() -> None:
    """Take the lock shared by sealing, purge and verification, until the end of the transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_advisory_xact_lock(hashtext('fce.droits.journal'))")


def attendre_les_ecritures() -> int:
    """Wait for the current writers, a few milliseconds; return the last number assigned.

    Afterwards every row up to this number is visible or will never exist. Unlike with a table lock, no
    writer waits, and neither vacuum nor analyze delays the barrier. Raises JournalIndisponible when a writer has not
    ended after 10 s.
    """
    with connection.cursor() as curseur:
        curseur.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM journal.consultation_id_seq")
        (dernier,) = curseur.fetchone()
        # A writer locks the table before it takes a number, until its rows are visible. Once the number is read, the
        # writers of smaller ones are in this list.
        curseur.execute(f"SELECT virtualtransaction {_ECRIVENT}")
        ecrivent = [ecrit for (ecrit,) in curseur.fetchall()]
        limite = monotonic() + ATTENTE_S
        while ecrivent:
            if monotonic() > limite:
                raise JournalIndisponible("Une écriture du journal ne se termine pas : recommencez plus tard.")
            sleep(PAS_S)
            curseur.execute(f"SELECT virtualtransaction {_ECRIVENT} AND virtualtransaction = ANY(%s)", [ecrivent])
            ecrivent = [ecrit for (ecrit,) in curseur.fetchall()]
    return int(dernier)


def valeurs(sceau: Sceau) -> tuple[str, ...]:
    """Return the fields of a seal, in the order signed."""
    return (
        "sceau",
        sceau.jour.isoformat(),
        str(sceau.nombre),
        "" if sceau.premier is None else str(sceau.premier),
        str(sceau.dernier),
        bytes(sceau.racine).hex(),
        bytes(sceau.precedent).hex(),
        empreintes.instant(sceau.pose),
    )


def minuit(jour: date) -> datetime:
    """Return the instant at which a day begins in Paris."""
    return datetime.combine(jour, time.min, PARIS)


def prochain() -> date | None:
    """Return the day after the last seal, or the first day of the journal; None when it is empty."""
    return _apres(Sceau.objects.last())


def retard(maintenant: datetime) -> timedelta:
    """How long ago the next day to seal has ended; zero when nothing waits."""
    jour = prochain()
    return max(timedelta(0), maintenant - minuit(jour + UN_JOUR)) if jour else timedelta(0)


def _apres(sceau: Sceau | None) -> date | None:
    if sceau is not None:
        return sceau.jour + UN_JOUR
    premiers = [m.objects.aggregate(quand=Min("quand"))["quand"] for m in (Consultation, Refus)]
    connus = [paris.jour_de(quand) for quand in premiers if quand is not None]
    return min(connus, default=None)


@transaction.atomic
def sceller_le_prochain(hier: date, maintenant: datetime) -> Sceau | None:
    """Seal the next day when it is not after ``hier``. It holds the rows numbered after the previous seal, up to the
    last one written before midnight. A row that a late clock dates back goes into the next seal; no row is in two."""
    verrouiller()
    avant = Sceau.objects.last()
    jour = _apres(avant)
    if jour is None or jour > hier:
        return None
    debut = avant.dernier if avant else 0
    lignes = Consultation.objects.filter(id__gt=debut).order_by("id")
    fin = lignes.filter(quand__lt=minuit(jour + UN_JOUR)).values_list("id", flat=True).last()
    racine, nombre, premier = hashlib.sha256(), 0, None
    if fin is not None:
        for numero, empreinte in lignes.filter(id__lte=fin).values_list("id", "empreinte").iterator(_PAQUET):
            racine.update(empreinte)
            nombre += 1
            premier = premier or numero
    sceau = Sceau(
        jour=jour,
        nombre=nombre,
        premier=premier,
        dernier=fin or debut,
        racine=racine.digest(),
        precedent=bytes(avant.sceau) if avant else b"",
        pose=maintenant,
    )
    sceau.cle, sceau.sceau = empreintes.sceller(*valeurs(sceau))
    sceau.save(force_insert=True)
    return sceau
