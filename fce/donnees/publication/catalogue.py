"""Content of the catalogue pages: state, fields and last imports of each data set, without any value of a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from django.utils import timezone

from fce.donnees.entreprises.natures import natures
from fce.donnees.imports import selectors as sources_en_place
from fce.donnees.imports.directes import etat as directe
from fce.donnees.imports.directes.etat import EtatDirect
from fce.donnees.imports.models import Import, Releve
from fce.donnees.imports.selectors import EtatDeSource, FichierNonEntre as RefusDeFichier, SourceSuivie
from fce.donnees.imports.seuils import en_pour_cent
from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.finalites import Droit
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import RefusAcces, can
from fce.droits.habilitations.portee import Portee, portee
from fce.socle.texte.pliage import mots, normaliser_requete, plier
from fce.sources import champs, declaration
from fce.sources.acces import Acces
from fce.sources.champs import Champ, Nature
from fce.sources.declaration import Auto, Csv, Source
from fce.sources.modes import Cumule, Fusionne, Mode, ParPeriode
from fce.sources.rubriques import AUTRES, TITRES
from fce.sources.schema import colonne

IMPORTS_MONTRES: Final = 10
_TYPES: Final[tuple[tuple[type[Champ], str], ...]] = (
    (champs.Siren, "SIREN"),
    (champs.Siret, "SIRET"),
    (champs.Code, "code"),
    (champs.Entier, "nombre entier"),
    (champs.Decimal, "nombre décimal"),
    (champs.Jour, "date"),
    (champs.Horodatage, "date et heure"),
    (champs.Booleen, "oui ou non"),
)
_MASQUES: Final = {
    Nature.DIFFUSIBLE: "",
    Nature.NOM: "nom",
    Nature.SIGLE: "sigle",
    Nature.ENSEIGNE: "enseigne",
    Nature.ADRESSE: "adresse",
    Nature.COMMUNE: "commune",
    Nature.COORDONNEE: "coordonnée",
    Nature.PERSONNE: "personne",
    Nature.REGISTRE: "numéro d’un registre public",
    Nature.LIBRE: "texte libre",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """``genre``: suffix of the badge class of the DSFR."""

    genre: str
    libelle: str


@dataclass(frozen=True, slots=True)
class LigneDuCatalogue:
    """``lignes``: number of rows, None if this reader may not know it."""

    source: Source
    importation: Import | None
    lignes: int | None
    badges: tuple[Badge, ...]
    echec: RefusDeFichier | None = None


@dataclass(frozen=True, slots=True)
class GroupeDeSources:
    """Data sets of a chapter of the sheet, or of a producer."""

    cle: str
    titre: str
    lignes: tuple[LigneDuCatalogue, ...]


@dataclass(frozen=True, slots=True)
class ChampDecrit:
    libelle: str
    colonne: str
    type: str
    unite: str
    acces: Acces
    masque: str
    aide: str
    obligatoire: bool


@dataclass(frozen=True, slots=True)
class DernierEssai:
    """An import attempt; ``rejets``: reasons, never values. ``compte``: the reader may see the counts."""

    importation: Import
    statut: str
    rejets: tuple[tuple[str, str, int], ...]
    compte: bool


def etat(nom: str) -> SourceSuivie | None:
    """State of one source (two queries); None when not declared."""
    return next((e for e in sources_en_place.etat_des_sources() if e.source.nom == nom), None)


def compte(source: Source, lecteur: LecteurDeDonnees) -> bool:
    """Whether the reader may know the number of rows of a source: only a reader allowed to read all of them."""
    ouverte = lecteur.portee(source)
    return bool(ouverte) and not ouverte.territoires


def ligne(etat_: SourceSuivie, *, comptee: bool) -> LigneDuCatalogue:
    """``comptee``: the reader may know the number of rows, which the last refusal also tells.

    That refusal is shown until a later file is loaded.
    """
    echec = etat_.refus if etat_.etat is EtatDeSource.EN_ECHEC and comptee else None
    lignes = _lignes(etat_.en_place) if comptee else None
    return LigneDuCatalogue(etat_.source, etat_.en_place, lignes, badges(etat_), echec)


def badges(etat_: SourceSuivie) -> tuple[Badge, ...]:
    """Freshness, refusal of the last file, state of the live source."""
    sortie = []
    if not etat_.source.importable:
        pass
    elif etat_.en_place is None:
        sortie.append(Badge("new", "Jamais importée"))
    elif etat_.en_retard:
        sortie.append(Badge("warning", "En retard"))
    elif etat_.en_place.date_metier is None:
        sortie.append(Badge("info", "Date inconnue"))
    else:
        sortie.append(Badge("success", "À jour"))
    if etat_.etat is EtatDeSource.EN_ECHEC:
        sortie.append(Badge("error", "En échec"))
    if etat_.source.direct:
        en_direct = directe.etat(etat_.source)
        genre = {EtatDirect.EN_SERVICE: "success", EtatDirect.SUSPENDUE: "warning"}.get(en_direct, "info")
        sortie.append(Badge(genre, f"Directe : {en_direct.value}"))
    return tuple(sortie)


def releve(source: Source) -> Releve | None:
    """Latest check of the producer's files by the worker, or None."""
    return Releve.objects.filter(source=source.nom).first() if source.telechargeable else None


def chercher(etats: list[SourceSuivie], texte: str) -> list[SourceSuivie]:
    """Data sets with every word in their title, name, producer, system or columns."""
    cherches = mots(texte)
    return [e for e in etats if all(mot in _dits(e.source) for mot in cherches)] if cherches else etats


@cache
def _dits(source: Source) -> str:
    producteur = source.producteur
    colonnes = [champ.libelle for champ in source.champs.values()]
    return plier(" ".join((source.titre, source.nom, source.systeme, producteur.nom, producteur.sigle, *colonnes)))


def groupes(etats: list[SourceSuivie], par: str, lecteur: LecteurDeDonnees) -> list[GroupeDeSources]:
    """Group by producer when ``par`` is "producteur", else by chapter of the sheet."""
    if par == "producteur":
        titres = {e.source.producteur.code: e.source.producteur.nom for e in etats}
        ordre = sorted(titres, key=lambda code: titres[code].casefold())
    else:
        titres, ordre = {**TITRES, AUTRES: "Autres sources"}, [*TITRES, AUTRES]
    contenus: dict[str, list[LigneDuCatalogue]] = {cle: [] for cle in ordre}
    for etat_ in etats:
        source = etat_.source
        cle = source.producteur.code if par == "producteur" else source.rubrique
        contenus[cle if cle in contenus else AUTRES].append(ligne(etat_, comptee=compte(source, lecteur)))
    return [GroupeDeSources(cle, titres[cle], tuple(lignes)) for cle, lignes in contenus.items() if lignes]


def champs_decrits(source: Source) -> list[ChampDecrit]:
    return [
        ChampDecrit(
            libelle=champ.libelle,
            colonne=_origine(attribut, champ),
            type=next((nom for classe, nom in _TYPES if isinstance(champ, classe)), "texte"),
            unite=champ.unite or "",
            acces=champ.acces or source.acces,
            masque=_MASQUES[natures(source)[attribut]],
            aide=champ.aide,
            obligatoire=attribut in source.obligatoires,
        )
        for attribut, champ in source.champs.items()
    ]


def _origine(attribut: str, champ: Champ) -> str:
    if champ.depuis_nom:
        return "nom du fichier"
    if champ.depuis_colonne:
        return "nom d’une colonne"
    return champ.motif if champ.motif and not champ.colonne else colonne(attribut, champ)


def derniers_imports(source: Source, *, comptes: bool) -> list[DernierEssai]:
    """Without any person's name nor value set aside; ``comptes``: with their counts. One query."""
    essais = Import.objects.filter(source=source.nom).exclude(statut=Import.Statut.VERIFIE)
    recents = essais.only(
        *("statut", "debut", "fin", "date_metier", "lues", "chargees", "ecartees", "dedoublonnees", "total", "rejets")
    )[:IMPORTS_MONTRES]
    return [
        DernierEssai(
            i,
            str(i.get_statut_display()),
            tuple((_propre(r["motif"]), _propre(r["colonne"]), int(r["nombre"])) for r in i.rejets) if comptes else (),
            comptes,
        )
        for i in recents
    ]


def _propre(texte: object) -> str:
    """A text from a file, without control and direction characters."""
    return normaliser_requete(str(texte))


def _lignes(importation: Import | None) -> int:
    return (importation.total or importation.chargees) if importation else 0


def mode(mode_: Mode) -> str:
    """French sentence: what a new file does to the rows in place."""
    match mode_:
        case ParPeriode(garde=garde):
            gardees = f" ; les {garde} dernières périodes sont gardées" if garde else ""
            return f"Chaque fichier remplace les périodes (mois ou années) qu’il contient{gardees}."
        case Fusionne(selon=selon):
            plus_ancienne = ", sauf si elle est plus ancienne" if selon else ""
            return f"Chaque ligne remplace celle de même clé{plus_ancienne} ; les autres restent."
        case Cumule():
            return "Chaque fichier s’ajoute à ce que disaient les précédents."
    reste = " ; les lignes reprises de l’ancien système restent" if mode_.sauf else ""
    return f"Chaque fichier remplace le précédent en entier{reste}."


def format_du_fichier(source: Source) -> str:
    fichier = source.fichier
    if not source.importable:
        return "aucun : réponses JSON d’API Entreprise, demandées unité par unité"
    if isinstance(fichier, declaration.Lecteur):
        return fichier.extension.lstrip(".").upper()
    forme = fichier.csv if isinstance(fichier, Auto) else fichier
    if not isinstance(forme, Csv):
        return "Parquet"
    separateur = "tabulation" if forme.separateur == "\t" else f"« {forme.separateur} »"
    sans = ", sans ligne d’en-tête" if forme.entete else ""
    autre = " ou Parquet" if isinstance(fichier, Auto) else ""
    return f"CSV, séparateur {separateur}, {forme.encodage.upper()}{sans}{autre}"


def seuils(source: Source) -> list[tuple[str, str]]:
    """(rule, threshold beyond which a whole file is refused)."""
    s = source.seuils
    return [
        ("SIREN ou SIRET invalides, au plus", en_pour_cent(s.cles)),
        ("Lignes mises en quarantaine, au plus", en_pour_cent(s.quarantaine)),
        ("Valeurs illisibles, au plus", en_pour_cent(s.valeurs)),
        ("Lignes par rapport à l’import précédent, au moins", en_pour_cent(s.baisse)),
        ("Lignes par rapport à l’import précédent, au plus", en_pour_cent(s.hausse)),
    ]


def refus(source: Source) -> str:
    """Why an anonymous reader may not download the source; "" when allowed."""
    reponse = can(ANONYME, Droit.EXPORTER, source, maintenant=timezone.now())
    return reponse.phrase if isinstance(reponse, RefusAcces) else ""


def ouverte(source: Source) -> Portee:
    """Rows and columns that everyone may download."""
    return portee(ANONYME, Droit.EXPORTER, source, maintenant=timezone.now())
