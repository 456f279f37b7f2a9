"""Apply the list to a restored database: closes and erases again, never opens."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from psycopg import sql

from fce.donnees.entreprises.diffusion import STATUT, sql_diffusee
from fce.donnees.imports.chargement import opposition
from fce.donnees.imports.chargement.generations import identifiant
from fce.donnees.imports.chargement.parties import parties_de
from fce.donnees.imports.models import VersionEnPlace
from fce.droits.journal.cloture import expliquer
from fce.droits.journal.models import Consultation, Sceau
from fce.droits.journal.verification import verifier
from fce.sauvegarde.erreurs import RestaurationRefusee
from fce.sauvegarde.retraits import liste
from fce.sauvegarde.retraits.declaration import NUMEROS_MASQUES, RETRAITS
from fce.sauvegarde.retraits.declencheurs import modele_de
from fce.sauvegarde.retraits.ecriture import MASQUE, SCEAU
from fce.socle.texte import paris
from fce.socle.texte.formats import PARIS, instant, jour, nombre, pluriel
from fce.sources.champs import OPPOSEE

SANS_LISTE: Final = (
    "Liste des retraits absente : ce qui a été retiré, fermé, effacé ou masqué depuis la sauvegarde n’est pas connu. "
    "Les données réservées restent fermées ; rendez la liste (FCE_RETRAITS), puis « fce restaurer --retraits »."
)
_MARGE, _MARGE_SANS_LISTE = 1_000, 100_000
"""Numbers skipped in each sequence: those given after the list was last written must never name something else."""


def rejouer(apres: int, cle: Any) -> list[str]:
    """Replay the parts numbered above ``apres``; return French sentences that say what was done.

    Raises RestaurationRefusee when there is no list, or it is not whole; nothing is then changed.
    """
    place = liste.ou()
    pointeur = liste.lire_le_pointeur(place) if place else None
    if place is None or pointeur is None or not pointeur.quand:
        raise RestaurationRefusee(SANS_LISTE)
    if pointeur.partie < apres:
        raise RestaurationRefusee(
            f"La liste des retraits s’arrête à la partie {pointeur.partie}, la sauvegarde en connaît {apres}."
        )
    lignes = liste.relire(place, pointeur, apres, cle)
    quand = datetime.fromisoformat(pointeur.quand).astimezone(PARIS)
    with transaction.atomic():
        avant = set(verifier().ruptures)
        avancer_les_sequences(pointeur.sequences)
        faits, perdus = _appliquer(lignes)
        masques = _masquer(lignes, paris.jour_de(quand))
        journal = _reprendre_le_journal(lignes)
        # What this restore lost is known; what was broken in the backup already stays to be explained.
        if perdues := [r for r in verifier().ruptures if r not in avant]:
            motif = f"lignes perdues par une restauration ; liste des retraits du {instant(quand)}"
            expliquer(perdues, "restauration", motif, timezone.now())
    recit = [f"Liste des retraits : elle dit tout jusqu’au {instant(quand)}, et rien après."]
    recit += [
        f"{table} : {pluriel(n, 'ligne fermée ou effacée', 'lignes fermées ou effacées')} de nouveau."
        for table, n in sorted(faits.items())
    ]
    recit += [
        f"{table} : {pluriel(n, 'ligne')} que d’autres données retiennent n’ont pas été effacées."
        for table, n in sorted(perdus.items())
    ]
    recit += [f"{nom} : {pluriel(n, 'unité masquée', 'unités masquées')} de nouveau." for nom, n in masques.items()]
    return recit + journal


def avancer_les_sequences(derniers: dict[str, int]) -> None:
    """Move every sequence beyond what was ever given; ``derniers``: last numbers known, empty without a list."""
    marge = _MARGE if derniers else _MARGE_SANS_LISTE
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT schemaname, sequencename, coalesce(last_value, 0) FROM pg_sequences WHERE schemaname IN ('public', "
            "'journal')"
        )
        for schema, nom, atteint in curseur.fetchall():
            dernier = max(derniers.get(f"{schema}.{nom}", 0), atteint) + marge
            curseur.execute("SELECT setval(%s::regclass, %s)", [f'"{schema}"."{nom}"', dernier])


def _appliquer(lignes: list[dict[str, Any]]) -> tuple[dict[str, int], dict[str, int]]:
    faits: dict[str, int] = defaultdict(int)
    retenus: dict[str, int] = defaultdict(int)
    for ligne in lignes:
        if ligne["objet"] not in RETRAITS:
            continue
        modele = modele_de(ligne["objet"])
        trouvee = modele._default_manager.filter(pk=ligne["cle"])
        if ligne["valeurs"] is None:
            try:
                faits[ligne["objet"]] += bool(trouvee.delete()[0])
            except ProtectedError:
                retenus[ligne["objet"]] += 1
            continue
        champs = {f.column: f for f in modele._meta.concrete_fields}
        valeurs = {champs[c].attname: champs[c].to_python(v) for c, v in ligne["valeurs"].items() if c in champs}
        faits[ligne["objet"]] += trouvee.update(**valeurs)
    return {t: n for t, n in faits.items() if n}, dict(retenus)


def _masquer(lignes: list[dict[str, Any]], au: date) -> dict[str, int]:
    """Mask units again in the versions restored, the previous ones included; the index is built afterwards. ``au``: day
    of the list, which no lost version is later than."""
    numeros: dict[str, list[str]] = defaultdict(list)
    for ligne in lignes:
        if ligne["objet"].startswith(MASQUE):
            numeros[ligne["objet"].removeprefix(MASQUE)].append(ligne["cle"])
    masques: dict[str, int] = {}
    for nom, siens in numeros.items():
        version = VersionEnPlace.objects.select_related("en_place", "precedent").filter(source=nom).first()
        if version is None:
            continue
        versions = [v for v in (version.en_place, version.precedent) if v]
        faites: dict[str, int] = {}
        with connection.cursor() as curseur:
            for table in sorted({p.table for v in versions for p in parties_de(v)}):
                curseur.execute(
                    sql.SQL("UPDATE {} t SET {} = {} WHERE t.{} = ANY(%s) AND {}").format(
                        identifiant(table),
                        sql.Identifier(STATUT),
                        sql.Literal(OPPOSEE),
                        sql.Identifier(NUMEROS_MASQUES[nom]),
                        sql.SQL(sql_diffusee("t")),
                    ),
                    [siens],
                )
                faites[table] = curseur.rowcount
        for remise in versions:
            opposition.noter(remise, au, changee=any(faites[p.table] for p in parties_de(remise)))
        masques[nom] = sum(faites.values())
    return masques


def _reprendre_le_journal(lignes: list[dict[str, Any]]) -> list[str]:
    """Put back the seals of the days that the backup does not hold: the chain of seals resumes from the last one. A day
    that both hold is compared, never replaced."""
    en_base = {sceau.jour: sceau for sceau in Sceau.objects.all()}
    dernier_jour = max(en_base, default=date.min)
    derniere = Consultation.objects.order_by("id").values_list("id", flat=True).last() or 0
    poses: dict[date, Sceau] = {}
    recit = []
    for sceau in sorted((_sceau(x) for x in lignes if x["objet"] == SCEAU), key=lambda s: s.jour):
        if (autre := en_base.get(sceau.jour)) and bytes(autre.sceau) != sceau.sceau:
            recit.append(
                f"Journal : le {jour(sceau.jour)}, le sceau gardé hors de la machine compte "
                f"{pluriel(sceau.nombre, 'consultation')}, jusqu’à la n° {nombre(sceau.dernier)} ; celui de la base "
                f"{nombre(autre.nombre)}, jusqu’à la n° {nombre(autre.dernier)} : scellé de nouveau, sans les lignes "
                "perdues."
            )
        elif sceau.jour > dernier_jour:
            poses.setdefault(sceau.jour, sceau)
    for sceau in poses.values():
        sceau.save(force_insert=True)
    dernier = poses[max(poses)] if poses else None
    if dernier and (perdues := dernier.dernier - derniere) > 0:
        recit.append(
            f"Journal : la sauvegarde s’arrête à la consultation n° {nombre(derniere)}, le dernier sceau gardé hors de "
            f"la machine ({jour(dernier.jour)}) à la n° {nombre(dernier.dernier)} : {pluriel(perdues, 'numéro')} n’ont "
            "plus leur ligne. C’est noté, et signé, dans le journal ; la chaîne des sceaux reprend du dernier."
        )
    return list(dict.fromkeys(recit)) or [
        "Journal : sa chaîne reprend où la sauvegarde s’arrête ; aucun jour scellé n’est perdu."
    ]


def _sceau(ligne: dict[str, Any]) -> Sceau:
    lu = dict(ligne["valeurs"])
    octets = {nom: bytes.fromhex(lu.pop(nom)) for nom in ("racine", "precedent", "sceau")}
    return Sceau(jour=date.fromisoformat(ligne["cle"]), pose=datetime.fromisoformat(lu.pop("pose")), **lu, **octets)
