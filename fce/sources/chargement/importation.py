"""One import, step by step. All that precedes the switch happens aside, in one transaction that a crash undoes."""

import datetime
import logging
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import django.db
import psycopg
from django.utils import timezone
from psycopg import sql

from fce.socle.erreurs import BaseIndisponible, FCEError, ImportRefuse
from fce.socle.formats import jour, nombre
from fce.sources import lecture
from fce.sources.lecture import Rejet
from fce.sources.models import Import, VersionEnPlace
from fce.sources.seuils import verifier_seuils

from . import connexions, doublons, generations
from .bascule import Passage, basculer
from .comptes import Comptes
from .copie import Copie
from .dates import date_du_nom
from .disque import Disque
from .nettoyage import INTERROMPU
from .verrou import Verrou

if TYPE_CHECKING:
    from fce.sources.declaration import Source

journal = logging.getLogger(__name__)
_COUPURES = (psycopg.OperationalError, psycopg.InterfaceError, django.db.OperationalError, django.db.InterfaceError)


class Importation:
    """Context of one import; ``executer`` runs it once. The lock of the source is held by the caller."""

    def __init__(
        self,
        source: "Source",
        fichiers: Sequence[Path],
        verrou: Verrou,
        date_metier: datetime.date | None,
        forcer: str,
        par: str,
        progression: Callable[[str, int, int], None] | None,
    ) -> None:
        self.source = source
        self.fichiers = fichiers
        self.verrou = verrou
        self.date_demandee = date_metier
        self.progression = progression or _sans_suivi
        version = VersionEnPlace.objects.select_related("en_place").filter(source=source.nom).first()
        self.en_place = version.en_place if version else None
        self.comptes = Comptes()
        self.debut = time.monotonic()
        self.importation = Import.objects.create(
            source=source.nom, fichiers=_inventaire(fichiers), par=par[:200], forcer_motif=forcer
        )

    def executer(self) -> Import:
        """Load and switch, or record why not and raise (see ``services.importer``)."""
        importation = self.importation
        try:
            if self._inchange():
                importation.date_metier = self.en_place.date_metier if self.en_place else None
                self._clore(Import.Statut.INCHANGE, [])
                return importation
            self._charger()
            self.verrou.verifier()
            self._basculer()
        except ImportRefuse as erreur:
            self._clore(Import.Statut.REFUSE, [erreur.message])
            erreur.details["importation"] = importation.pk
            raise
        except (KeyboardInterrupt, SystemExit):
            self._clore(Import.Statut.ECHOUE, [INTERROMPU])
            raise
        except psycopg.DataError as erreur:
            # The reader let through a value that its SQL type does not hold: the file cannot be loaded as declared.
            refus = ImportRefuse(
                f"La base refuse une valeur du fichier : {_en_une_ligne(erreur)}.", importation=importation.pk
            )
            self._clore(Import.Statut.REFUSE, [refus.message])
            raise refus from erreur
        except _COUPURES as erreur:
            panne = BaseIndisponible(
                f"La base a interrompu l'import de {self.source.nom} ({_en_une_ligne(erreur)}) : "
                "les données en place n'ont pas changé, relancez l'import."
            )
            self._clore(Import.Statut.ECHOUE, [panne.message])
            raise panne from erreur
        except Exception as erreur:
            self._clore(Import.Statut.ECHOUE, [erreur.message if isinstance(erreur, FCEError) else repr(erreur)[:500]])
            raise
        return importation

    def _inchange(self) -> bool:
        """Same bytes, same declaration, nothing forced. Hashes first only when the sizes leave a doubt."""
        self._empreinte = _Empreinte(self.fichiers)
        en_place = self.en_place
        colonnes = [list(colonne) for colonne in generations.colonnes_declarees(self.source)]
        if en_place is None or self.importation.forcer_motif or en_place.colonnes != colonnes:
            return False
        if sorted(f["octets"] for f in en_place.fichiers) != sorted(f["octets"] for f in self.importation.fichiers):
            return False
        self.importation.empreinte = self._empreinte.valeur()
        return self.importation.empreinte == en_place.empreinte

    def _charger(self) -> None:
        """Fill, check and index a new generation, committed at the end: until then nothing of it exists for anyone."""
        importation, source = self.importation, self.source
        table = generations.nom_de_table(source, importation.pk)
        colonnes = generations.colonnes_declarees(source)
        with closing(connexions.ouvrir("import", autocommit=False)) as connexion:
            disque = Disque(connexion)
            disque.verifier_avant(self.fichiers, self._octets_en_place(connexion))
            generations.creer_table(connexion, table, colonnes, self._indexees())
            self._copier(connexion, table, colonnes, disque)
            self._dater()
            self._verifier_seuils()
            self._indexer(connexion, table, colonnes)
            self.progression("Statistiques", 0, 0)
            connexion.execute(sql.SQL("ANALYZE {}").format(generations.identifiant(table)))
            importation.empreinte = self._empreinte.valeur()
            if _inventaire(self.fichiers) != importation.fichiers:
                raise ImportRefuse(
                    "Le fichier a changé pendant sa lecture : attendez qu'il soit complet, puis relancez."
                )
            connexion.commit()
        importation.table = table
        importation.colonnes = [list(colonne) for colonne in colonnes]

    def _copier(
        self, connexion: psycopg.Connection, table: str, colonnes: Sequence[generations.Colonne], disque: Disque
    ) -> None:
        comptes = self.comptes
        copie = Copie(connexion, table, [colonne.nom for colonne in colonnes])
        copie.start()
        try:
            lots = lecture.lire(
                self.source, self.fichiers, progression=lambda fait, total: self.progression("Lecture", fait, total)
            )
            for lot in lots:
                comptes.ajouter(lot, self.source.date_metier)
                if lot.lignes.height:
                    copie.envoyer(lot.lignes)
                disque.verifier_pendant()
            self.progression("Écriture", 0, 0)
            ecrites = copie.terminer()
        except BaseException:
            copie.abandonner()
            raise
        if ecrites != comptes.chargees or comptes.lues != comptes.chargees + comptes.ecartees:
            raise RuntimeError(f"comptes faux : {comptes.lues} lues, {comptes.chargees} envoyées, {ecrites} écrites")

    def _dater(self) -> None:
        """Business date: asked, else the latest in the data, else in the file's name, else today; never backwards."""
        date = self.date_demandee or self.comptes.date_metier or date_du_nom(self.fichiers) or datetime.date.today()
        self.importation.date_metier = date
        if self.en_place and self.en_place.date_metier and date < self.en_place.date_metier:
            self._refuser(
                ImportRefuse(
                    f"Données du {jour(date)}, plus anciennes que celles en place ({jour(self.en_place.date_metier)}).",
                    seuil="date",
                )
            )

    def _verifier_seuils(self) -> None:
        comptes = self.comptes
        try:
            verifier_seuils(
                self.source,
                comptes.lues,
                comptes.ecartees_cles,
                comptes.ecartees,
                self.en_place.chargees if self.en_place else None,
                comptes.videes,
            )
        except ImportRefuse as refus:
            self._refuser(refus)

    def _refuser(self, refus: ImportRefuse) -> None:
        """Raise, unless the import is forced and the rule may be."""
        if not self.importation.forcer_motif or refus.details.get("seuil") == "vide":
            raise refus
        self.comptes.avertir(f"Passage en force ({self.importation.forcer_motif}) : {refus.message}")

    def _colonnes_sql(self, attributs: Sequence[str]) -> list[str]:
        return [str(self.source.champs[attribut].column) for attribut in attributs]

    def _indexees(self) -> frozenset[str]:
        return frozenset(self._colonnes_sql([*self.source.cle, *(a for index in self.source.index for a in index)]))

    def _indexer(self, connexion: psycopg.Connection, table: str, colonnes: Sequence[generations.Colonne]) -> None:
        source = self.source
        cle = self._colonnes_sql(source.cle)
        self.progression("Index de la clé", 0, 0)
        if source.doublons.garder == "tous":
            _creer_index(connexion, table, cle)
        elif not doublons.creer_index_unique(connexion, table, cle):
            self.progression("Doublons", 0, 0)
            selon = source.doublons.selon
            self._dedoublonner(connexion, table, colonnes, cle, self._colonnes_sql([selon])[0] if selon else None)
            if not doublons.creer_index_unique(connexion, table, cle):
                raise RuntimeError("des doublons restent après dédoublonnage")
        for attributs in source.index:
            self.progression(f"Index {', '.join(attributs)}", 0, 0)
            _creer_index(connexion, table, self._colonnes_sql(attributs))

    def _dedoublonner(
        self,
        connexion: psycopg.Connection,
        table: str,
        colonnes: Sequence[generations.Colonne],
        cle: Sequence[str],
        plus_recente: str | None,
    ) -> None:
        comptes = self.comptes
        bilan, conflits = doublons.retirer(connexion, table, colonnes, cle, plus_recente)
        comptes.chargees -= sum(bilan)
        comptes.dedoublonnees += bilan.identiques + bilan.anterieures
        if bilan.identiques:
            comptes.avertir(f"{nombre(bilan.identiques)} lignes répétées à l'identique n'ont été gardées qu'une fois.")
        if bilan.anterieures:
            comptes.avertir(f"{nombre(bilan.anterieures)} versions plus anciennes d'un même fait ont été repliées.")
        motif = f"clé en double ({', '.join(cle)}) avec un autre contenu : une seule ligne est gardée"
        for conflit in conflits:
            comptes.ecarter(Rejet(conflit.ligne, cle[0], conflit.valeur, motif))
        if bilan.conflits:
            self._verifier_seuils()

    def _basculer(self) -> None:
        importation = self.importation
        self.comptes.ecrire(importation)
        self._terminer()
        self.comptes.enregistrer_quarantaine(importation)
        self.progression("Mise en place", 0, 0)
        basculer([Passage(self.source, vers=importation, depuis=self.en_place)])
        self.progression("Mise en place", 1, 1)

    def _terminer(self) -> None:
        self.importation.fin = timezone.now()
        self.importation.duree = round(time.monotonic() - self.debut, 3)

    def _clore(self, statut: str, motifs: list[str]) -> None:
        """Record an outcome other than success; an import that was switched just before stays in place."""
        importation = self.importation
        self.comptes.ecrire(importation)
        self._terminer()
        try:
            if importation.pk and not _ouverte():
                django.db.connection.close()
            champs = {
                nom: getattr(importation, nom)
                for nom in ("fin", "duree", "empreinte", "date_metier", "lues", "chargees", "ecartees", "dedoublonnees")
            }
            modifie = Import.objects.filter(pk=importation.pk, statut=Import.Statut.EN_COURS).update(
                statut=statut,
                motifs=motifs,
                rejets=importation.rejets,
                avertissements=importation.avertissements,
                **champs,
            )
            if not modifie:
                return
            importation.statut, importation.motifs = statut, motifs
            table, importation.table = importation.table, ""
            if statut == Import.Statut.REFUSE:
                self.comptes.enregistrer_quarantaine(importation)
            if table:
                generations.supprimer(self.verrou.connexion, table)
        except (django.db.Error, psycopg.Error):
            # The base is gone: the next import of the source will find this one unfinished and close it.
            journal.warning("import %s de %s non clos : la base ne répond plus", importation.pk, self.source.nom)

    def _octets_en_place(self, connexion: psycopg.Connection) -> int:
        if not self.en_place or not self.en_place.table:
            return 0
        ligne = connexion.execute(
            "SELECT pg_total_relation_size(to_regclass(%s))", (f"{generations.SCHEMA}.{self.en_place.table}",)
        ).fetchone()
        return int(ligne[0] or 0) if ligne else 0


def _sans_suivi(_etape: str, _fait: int, _total: int) -> None:
    """Progress that nobody watches."""


class _Empreinte(threading.Thread):
    """Hashes the files while they are loaded."""

    def __init__(self, fichiers: Sequence[Path]) -> None:
        super().__init__(name="empreinte", daemon=True)
        self._fichiers = fichiers
        self._valeur = ""
        self._erreur: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._valeur = lecture.empreinte(self._fichiers)
        except BaseException as erreur:  # handed to the caller, whatever it is
            self._erreur = erreur

    def valeur(self) -> str:
        while self.is_alive():
            self.join(0.2)
        if self._erreur:
            raise self._erreur
        return self._valeur


def _inventaire(fichiers: Sequence[Path]) -> list[dict[str, object]]:
    etats = [(fichier.name, fichier.stat()) for fichier in fichiers]
    return [{"nom": nom, "octets": etat.st_size, "modifie": etat.st_mtime_ns} for nom, etat in etats]


def _creer_index(connexion: psycopg.Connection, table: str, colonnes: Sequence[str]) -> None:
    connexion.execute(
        sql.SQL("CREATE INDEX ON {} ({})").format(
            generations.identifiant(table), sql.SQL(", ").join(map(sql.Identifier, colonnes))
        )
    )


def _en_une_ligne(erreur: BaseException) -> str:
    contexte = getattr(getattr(erreur, "diag", None), "context", None)
    return " ; ".join(filter(None, [str(erreur).strip().split("\n")[0], contexte])).replace("\n", " ")[:300]


def _ouverte() -> bool:
    return django.db.connection.connection is not None and django.db.connection.is_usable()
