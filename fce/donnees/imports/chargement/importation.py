"""One import, step by step. All steps before the switch run in one transaction, rolled back by a crash."""

import datetime
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import django.db
import psycopg
import structlog
from django.utils import timezone

from fce.donnees.imports.models import Import, VersionEnPlace
from fce.donnees.imports.seuils import verifier_seuils
from fce.socle.erreurs import BaseIndisponible, FCEError, ImportRefuse
from fce.socle.texte.formats import jour
from fce.sources import lecture
from fce.sources.declaration import Source
from fce.sources.fichier import Lecteur
from fce.sources.lecture import Lot
from fce.sources.modes import Cumule, Fusionne, ParPeriode

from . import connexions, fusion, generations
from .assemblage import Assemblage, deja_integre, signer
from .bascule import Passage, basculer
from .comptes import ComptesDImport
from .copie import Copie
from .dates import date_du_nom
from .disque import Disque
from .empreinte import Empreinte
from .indexation import colonnes_indexees
from .lectures import Lectures, lots_a_copier
from .nettoyage import INTERROMPU
from .parties import ColonneSql, Partie, parties_de
from .verrou import Verrou

_CHAMPS_CLOS = (
    *("fin", "duree", "empreinte", "date_metier"),
    *("lues", "chargees", "ecartees", "dedoublonnees", "total"),
)
# A file among that many latest ones is recognised as already merged.
_EMPREINTES_GARDEES = 1000
log = structlog.get_logger(__name__)
_COUPURES = (psycopg.OperationalError, psycopg.InterfaceError, django.db.OperationalError, django.db.InterfaceError)


class Importation:
    """One import; call ``executer`` once. The caller holds the lock of the source."""

    _empreinte: Empreinte

    def __init__(
        self,
        source: Source,
        fichiers: Sequence[Path],
        verrou: Verrou,
        date_metier: datetime.date | None,
        forcer: str,
        par: str,
        progression: Callable[[str, int, int], None] | None,
        *,
        receveuses: Sequence[Source] = (),
        meneuse: "Importation | None" = None,
    ) -> None:
        self.source = source
        self.fichiers = fichiers
        self.verrou = verrou
        self.date_demandee = date_metier
        self.progression = progression or _sans_suivi
        version = VersionEnPlace.objects.select_related("en_place").filter(source=source.nom).first()
        self.en_place = version.en_place if version else None
        self.receveuses, self.meneuse = receveuses, meneuse
        self.versements: list[Importation] = []
        passes = Import.objects.filter(source=source.nom, statut__in=(Import.Statut.EN_PLACE, Import.Statut.REMPLACE))
        # When another source feeds this one, compare a file with the last file of this source, not with merged rows.
        self.alimentee = meneuse is None and passes.exclude(meneur=None).exists()
        self.reference = passes.filter(meneur=None).order_by("-pk").first() if self.alimentee else self.en_place
        self.comptes = ComptesDImport()
        self.tables: list[str] = []
        self.debut = time.monotonic()
        self.importation: Import = Import.objects.create(
            source=source.nom,
            meneur=meneuse.importation if meneuse else None,
            fichiers=meneuse.importation.fichiers if meneuse else etats_des_fichiers(fichiers),
            par=par[:200],
            forcer_motif=forcer,
        )
        self._empreinte: Empreinte = meneuse._empreinte if meneuse else Empreinte(fichiers)

    def executer(self) -> Import:
        importation = self.importation
        try:
            if self._inchange():
                importation.date_metier = self.en_place.date_metier if self.en_place else None
                importation.total = self.en_place.total if self.en_place else 0
                self._clore(Import.Statut.INCHANGE, [])
                return importation
            with closing(connexions.ouvrir("import", autocommit=False)) as connexion, self._lectures() as lectures:
                self._charger(connexion, lectures)
                self._verser(connexion, lectures)
            self._basculer()
        except ImportRefuse as erreur:
            self._clore(Import.Statut.REFUSE, [erreur.message])
            erreur.details["importation"] = importation.pk
            raise
        except (KeyboardInterrupt, SystemExit):
            self._clore(Import.Statut.ECHOUE, [INTERROMPU])
            raise
        except psycopg.DataError as erreur:
            # The reader accepted a value that the SQL type cannot hold: the file does not match its declaration.
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
        finally:
            self._empreinte.abandonner()
        return importation

    def _lectures(self) -> Lectures:
        lots_de = partial(lots_a_copier, fichiers=self.fichiers, bornes=self._bornes())
        siennes = lots_de(self.source, progression=lambda fait, total: self.progression("Lecture", fait, total))
        return Lectures([siennes, *(lots_de(source, peut_etre_vide=True) for source in self.receveuses)])

    def _bornes(self) -> lecture.BornesDeLecture:
        return lecture.bornes_de_lecture()

    def _verser(self, connexion: psycopg.Connection, lectures: Lectures) -> None:
        importation = self.importation
        for source in self.receveuses:
            versement = Importation(
                source,
                self.fichiers,
                self.verrou,
                self.date_demandee,
                importation.forcer_motif,
                importation.par,
                self.progression,
                meneuse=self,
            )
            self.versements.append(versement)
            try:
                versement._charger(connexion, lectures)
            except ImportRefuse as refus:
                raise ImportRefuse(f"{source.titre} : {refus.message}", **refus.details) from refus
            if not versement.comptes.recues:
                self.versements.remove(versement)
                versement.importation.delete()

    def _inchange(self) -> bool:
        """Same bytes, same declaration, not forced. Waits for the hash only if sizes match."""
        en_place, reference = self.en_place, self.reference
        colonnes = [list(colonne) for colonne in generations.colonnes_declarees(self.source)]
        if en_place is None or reference is None or self.importation.forcer_motif or self._date_a_apprendre(en_place):
            return False
        if isinstance(self.source.mode, ParPeriode) or en_place.colonnes == colonnes:
            octets = sum(self._tailles(self.importation))
            if deja_integre(self.source, en_place, octets, self._empreinte.valeur):
                self.importation.empreinte = self._empreinte.valeur()
                return True
        if isinstance(self.source.mode, ParPeriode) or en_place.colonnes != colonnes:
            return False
        if self._tailles(reference) != self._tailles(self.importation):
            return False
        self.importation.empreinte = self._empreinte.valeur()
        return self.importation.empreinte == reference.empreinte

    def _date_a_apprendre(self, en_place: Import) -> bool:
        """The version in place has no business date and this file may give one."""
        if en_place.date_metier or isinstance(self.source.mode, ParPeriode):
            return False
        return bool(self.date_demandee or self.source.date_metier or date_du_nom(self.fichiers))

    @staticmethod
    def _tailles(importation: Import) -> list[int]:
        return sorted(fichier["octets"] for fichier in importation.fichiers)

    def _charger(self, connexion: psycopg.Connection, lectures: Lectures) -> None:
        importation, source = self.importation, self.source
        table = generations.nom_de_table(source, importation.pk)
        colonnes = generations.colonnes_declarees(source)
        disque = Disque(connexion, source.fichier.part if isinstance(source.fichier, Lecteur) else 1.0)
        recopie = self._octets_en_place(connexion)
        # Merging a small file into a large table does not copy that table: ask first for room for the file alone.
        partage = isinstance(source.mode, Fusionne)
        partage = partage and fusion.sans_recopier(source, colonnes, parties_de(self.en_place), 0)
        disque.verifier_avant(self.fichiers, 0 if partage else recopie)
        generations.creer_table(connexion, table, colonnes, colonnes_indexees(source))
        self._copier(connexion, table, colonnes, disque, lectures.prendre())
        lectures.commencer()
        if self.meneuse and not self.comptes.recues:
            connexion.rollback()
            return
        assemblage = Assemblage(
            source,
            connexion,
            table,
            colonnes,
            self.en_place,
            self.reference,
            self.comptes,
            self.progression,
            self._refuser,
            self.date_demandee,
            date_du_nom(self.fichiers),
            self.alimentee,
            lambda: disque.verifier_avant((), recopie),
        )
        self._dater(assemblage)
        precedent = assemblage.precedent()
        self._verifier_seuils(precedent)
        parties = assemblage.assembler(lambda: self._verifier_seuils(precedent))
        importation.empreinte = self._empreinte.valeur()
        if etats_des_fichiers(self.fichiers) != importation.fichiers:
            raise ImportRefuse("Le fichier a changé pendant sa lecture : attendez qu'il soit complet, puis relancez.")
        self._valider(connexion)
        self.tables = assemblage.tables
        importation.colonnes = [list(colonne) for colonne in colonnes]
        self._decrire(parties)

    def _valider(self, connexion: psycopg.Connection) -> None:
        connexion.commit()

    def _decrire(self, parties: list[Partie]) -> None:
        importation, mode, en_place = self.importation, self.source.mode, self.en_place
        importation.table = self.tables[0]
        importation.total = sum(partie.lignes for partie in parties)
        if isinstance(mode, ParPeriode):
            parties = signer(parties, self.tables, importation.empreinte, sum(self._tailles(importation)))
        if isinstance(mode, ParPeriode) or len(parties) > 1:
            importation.parties = [partie.en_json() for partie in parties]
        if isinstance(mode, ParPeriode):
            # If the latest period has no date, the dates of earlier ones do not describe it.
            connues = [p.date for p in parties if p.date] if parties[-1].date else []
            importation.date_metier = max(connues, default=None)
        if isinstance(mode, Fusionne | Cumule):
            avant = en_place.empreintes if en_place else []
            importation.empreintes = [*avant, importation.empreinte][-_EMPREINTES_GARDEES:]

    def _copier(
        self,
        connexion: psycopg.Connection,
        table: str,
        colonnes: Sequence[ColonneSql],
        disque: Disque,
        lots: Iterator[Lot],
    ) -> None:
        comptes, dates = self.comptes, [self.source.champs[attribut] for attribut in self.source.dates]
        copie = Copie(connexion, table, [colonne.nom for colonne in colonnes])
        copie.start()
        try:
            self.progression("Lecture", 0, 0)
            for lot in lots:
                comptes.ajouter(lot, dates)
                if lot.hauteur and lot.texte is not None:
                    copie.envoyer(lot.texte)
                disque.verifier_pendant()
            self.progression("Écriture", 0, 0)
            ecrites = copie.terminer()
        except BaseException:
            copie.abandonner()
            raise
        if ecrites != comptes.chargees or comptes.recues != comptes.chargees + comptes.ecartees:
            raise RuntimeError(f"comptes faux : {comptes.recues} lues, {comptes.chargees} envoyées, {ecrites} écrites")

    def _dater(self, assemblage: Assemblage) -> None:
        """Set the business date (None: unknown), which never goes backwards."""
        date = assemblage.date_du_fichier()
        mode = self.source.mode
        en_place = self.en_place.date_metier if self.en_place else None
        reference = self.reference.date_metier if self.reference else None
        par_ligne = isinstance(mode, ParPeriode) or (isinstance(mode, Fusionne) and mode.selon)
        if reference and not par_ligne:
            if date is None:
                self.comptes.avertir(
                    f"Rien ne date ce fichier (--date le peut) : il peut être plus ancien que les données en place "
                    f"({jour(reference)})."
                )
            elif date < reference:
                self._refuser(
                    ImportRefuse(
                        f"Données du {jour(date)}, plus anciennes que celles en place ({jour(reference)}).",
                        seuil="date",
                    )
                )
        if en_place and (self.alimentee or isinstance(mode, Fusionne | Cumule)):
            date = max(date or en_place, en_place)
        self.importation.date_metier = date

    def _verifier_seuils(self, precedent: int | None) -> None:
        comptes = self.comptes
        try:
            verifier_seuils(
                self.source, comptes.recues, comptes.ecartees_cles, comptes.ecartees, precedent, comptes.videes
            )
        except ImportRefuse as refus:
            self._refuser(refus)

    def _refuser(self, refus: ImportRefuse) -> None:
        """Raise ``refus``, or turn it into a warning when the import is forced. An empty file is always refused."""
        if not self.importation.forcer_motif or refus.details.get("seuil") == "vide":
            raise refus
        self.comptes.avertir(f"Passage en force ({self.importation.forcer_motif}) : {refus.message}")

    def _basculer(self) -> None:
        ensemble = [self, *self.versements]
        self.verrou.verifier()
        for membre in ensemble:
            membre.comptes.ecrire(membre.importation)
            membre._terminer()
            membre.comptes.enregistrer_quarantaine(membre.importation)
        self.progression("Mise en place", 0, 0)
        basculer([Passage(m.source, vers=m.importation, depuis=m.en_place) for m in ensemble])
        self.progression("Mise en place", 1, 1)

    def _terminer(self) -> None:
        self.importation.fin = timezone.now()
        self.importation.duree = round(time.monotonic() - self.debut, 3)

    def _clore(self, statut: str, motifs: list[str]) -> None:
        for versement in self.versements:
            versement._clore(statut, motifs)
        importation = self.importation
        self.comptes.ecrire(importation)
        self._terminer()
        try:
            if importation.pk and not _ouverte():
                django.db.connection.close()
            champs = {nom: getattr(importation, nom) for nom in _CHAMPS_CLOS}
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
            importation.table, importation.parties, importation.empreintes = "", [], []
            if statut == Import.Statut.REFUSE:
                self.comptes.enregistrer_quarantaine(importation)
            for table in self.tables:
                generations.effacer(self.verrou.connexion, table)
        except (django.db.Error, psycopg.Error):
            # The database is gone: the next import of the source will find this one unfinished and close it.
            log.warning("import %s de %s non clos : la base ne répond plus", importation.pk, self.source.nom)

    def _octets_en_place(self, connexion: psycopg.Connection) -> int:
        if isinstance(self.source.mode, ParPeriode):
            return 0
        tables = [f"{generations.SCHEMA}.{partie.table}" for partie in parties_de(self.en_place)]
        ligne = connexion.execute(
            "SELECT sum(pg_total_relation_size(to_regclass(nom))) FROM unnest(%s::text[]) AS nom", (tables,)
        ).fetchone()
        return int(ligne[0] or 0) if ligne else 0


def _sans_suivi(_etape: str, _fait: int, _total: int) -> None:
    """Default progress function: does nothing."""


def etats_des_fichiers(fichiers: Sequence[Path]) -> list[dict[str, object]]:
    """Size and modification time reveal a file changed while being read."""
    etats = [(fichier.name, fichier.stat()) for fichier in fichiers]
    return [{"nom": nom, "octets": etat.st_size, "modifie": etat.st_mtime_ns} for nom, etat in etats]


def _en_une_ligne(erreur: BaseException) -> str:
    contexte = getattr(getattr(erreur, "diag", None), "context", None)
    return " ; ".join(filter(None, [str(erreur).strip().split("\n")[0], contexte])).replace("\n", " ")[:300]


def _ouverte() -> bool:
    return django.db.connection.connection is not None and django.db.connection.is_usable()
