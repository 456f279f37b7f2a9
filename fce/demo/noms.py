"""Invented names, made of syllable sequences ("sdo", "vlan", "squen") that no French name has.

Nobody can mistake them for real ones, yet they read, sort and misspell like French; usual first names and trade words
surround them.
"""

import random
import unicodedata
from dataclasses import dataclass


def liste(texte: str) -> list[str]:
    """Split a table at bars if any, else at spaces."""
    return [" ".join(entree.split()) for entree in (texte.split("|") if "|" in texte else texte.split())]


_DEBUTS = liste(
    """
    Bra Cor Dal Ver Mon Val Tre Kar Lus Fau Gri Hau Jar Lor Mar Nor Per Qui Ros Sau Tar Vau Bel Cla Dre Fer Gal Zel
    Plo Hor
    """
)
_MILIEUX = liste(
    """
    vre sdo blu sque dri zau plo gno strou vla que bri dra fro glo zo tri bu
    """
)
_FINS_DE_MOT = liste(
    """
    nel mont rac lin del gnan tier bert zac rel voux tin lac dois gny ron tec san mard quin
    """
)
_FINS_DE_NOM = liste(
    """
    nier reau lin net rot vard sel mon lois baud nec zac
    """
)

_PRENOMS = {
    "F": liste(
        """
        MARIE NATHALIE ISABELLE SYLVIE CATHERINE SANDRINE VALERIE STEPHANIE CELINE JULIE AURELIE EMILIE CAMILLE LEA
        CHLOE FATIMA AICHA LEILA INES SOPHIE CLAIRE HELENE ANNE-SOPHIE MARIE-CLAIRE YASMINE AMINATA LINH CHANTAL
        ODETTE ZOE
        """
    ),
    "M": liste(
        """
        JEAN PIERRE MICHEL PHILIPPE ALAIN NICOLAS CHRISTOPHE LAURENT STEPHANE DAVID JULIEN THOMAS KEVIN LUCAS HUGO
        MOHAMED KARIM YOUSSEF MAMADOU ANTOINE FRANCOIS BENOIT JEAN-PIERRE JEAN-LUC NOEL REMI LOIC GREGOIRE MINH ENZO
        """
    ),
}
_LIEUX_DITS = liste(
    """
    DU MOULIN | DES TILLEULS | DU LAVOIR | DE LA FONTAINE | DU CHENE | DES REMPARTS | DE LA GARE | DU PONT | DES
    ROCHES
    """
)
_OBJETS_D_ASSOCIATION = liste(
    """
    LES AMIS DU PATRIMOINE DE {lieu} | AMICALE DES CHASSEURS DE {lieu} | UNION SPORTIVE DE {lieu} | CHORALE {mot} |
    COMITE DES FETES DE {lieu} | FOYER RURAL DE {lieu} | LES AINES DE {lieu} | ASSOCIATION DE PARENTS D'ELEVES DE
    {lieu} | TENNIS CLUB DE {lieu} | THEATRE {mot} | AIDE ET SOLIDARITE {mot} | JUDO CLUB DE {lieu} | LA BOULE DE
    {lieu} | ENSEMBLE POUR {lieu} | BIBLIOTHEQUE POUR TOUS DE {lieu} | ECURIE {mot} | RADIO {mot} | HARMONIE DE {lieu}
    """
)
_SOCIETES = liste(
    """
    {metier} {mot} | {mot} {metier} | {metier} {mot} | {mot} | SOCIETE {mot} | ETABLISSEMENTS {nom} | ETS {nom} ET
    FILS | {nom} {metier} | {mot} & CIE | L'ATELIER DE {mot} | SARL {mot} | {metier} {nom} PERE ET FILS | S.A.R.L.
    {nom} | {initiale}.{nom} {metier} | {metier} DE {lieu} | {mot} FRANCE | {mot}-{mot2} | LE COMPTOIR DE {mot} |
    {nom}, {nom2} ET ASSOCIES | AU {mot} | {mot} {annee} | {metier} D'{apostrophe} | {mot} SERVICES | MAISON {nom} |
    3{mot} | CŒUR DE {mot} | Les Éditions {mot_casse} | {mot_casse}.digital
    """
)
_SCI = liste(
    """
    SCI {mot} | SCI {lieu_dit} DE {mot} | SCI {nom} | SCI {initiale}{initiale2}{nom} | SCI LES {mot}S | IMMOBILIERE
    {mot}
    """
)
_AGRICOLES = liste(
    """
    {forme} DE {mot} | {forme} {nom} | {forme} DU {mot} | {forme} {lieu_dit} DE {mot} | {forme} {nom} FRERES
    """
)
_ENSEIGNES = liste(
    """
    {metier} {mot} | CHEZ {prenom} {mot} | AUX DELICES DE {mot} | LE {mot} | {mot} | LA MAISON {mot} | L'{apostrophe} |
    {mot} & CO | O'{mot} | LE P'TIT {mot}
    """
)
_VOYELLES_D_APPEL = liste(
    """
    ORVRENEL ARSDOLAC ESQUEMONT IVLADEL ULBRIQUIN
    """
)
RESERVES = frozenset(
    liste(
        """
        VALSDORAC TREGLOMARD QUISTROUBERT QUESTROUVEL BELVRENEL LORBUVARD DRESQUETEC HAUSDONEL JARDRABERT ZELVRERAC
        GRIBUROT DALBUREAU ZELZAUBERT VAUGLOLAC TARBRIDEL LORSQUETIER PLOGNONEL TARZAUSEL MONGLONEC MARSQUERON
        GALDROTEC CLAZAUNEL GALVRERON NORDRIMARD LUSSDOBERT PERDROLIN CORBRIGNAN FERGLOMONT ROSVLANEL HORDRILOIS
        KARBUMARD GRIFRORAC ZELBUDOI
        """
    )
)
"""Words of the hand-made companies, never drawn, so that a search finds only them and their intended homonyms."""


@dataclass(frozen=True, slots=True)
class Personne:
    """An invented person, with the register's fields."""

    sexe: str
    prenoms: tuple[str, ...]
    nom: str
    nom_usage: str = ""
    pseudonyme: str = ""


def sans_accent(texte: str) -> str:
    """Return capitals without accents or ligatures, as in INSEE's addresses."""
    sans_ligature = texte.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("Æ", "AE")
    decompose = unicodedata.normalize("NFD", sans_ligature)
    return "".join(c for c in decompose if not unicodedata.combining(c)).upper()


def mot(alea: random.Random) -> str:
    """Return a capitalised invented word of at least eight letters: ``Valsdorac``."""
    return _assembler(alea, _FINS_DE_MOT)


def nom_de_famille(alea: random.Random) -> str:
    return _assembler(alea, _FINS_DE_NOM).upper()


def lieu_invente(alea: random.Random) -> str:
    """Return an invented commune name in capitals."""
    forme = alea.choice(("{0}", "SAINT-{0}", "{0}-SUR-{1}", "{0}-LES-{1}", "LA {0}", "VAL-{0}"))
    return forme.format(mot(alea), mot(alea)).upper()


def personne(alea: random.Random) -> Personne:
    """Return an invented person: real first names, invented surname, sometimes usage name or pseudonym."""
    sexe = alea.choice("FM")
    prenoms = tuple(alea.sample(_PRENOMS[sexe], alea.choices((1, 2, 3, 4), (50, 30, 15, 5))[0]))
    usage = nom_de_famille(alea) if sexe == "F" and alea.random() < 0.25 else ""
    pseudonyme = mot(alea).upper() if alea.random() < 0.02 else ""
    return Personne(sexe, prenoms, nom_de_famille(alea), usage, pseudonyme)


def societe(alea: random.Random, metiers: tuple[str, ...]) -> str:
    return _remplir(alea, alea.choice(_SOCIETES), alea.choice(metiers))


def societe_civile(alea: random.Random) -> str:
    return _remplir(alea, alea.choice(_SCI))


def exploitation(alea: random.Random, forme: str) -> str:
    """Return a farm's name; ``forme``: EARL or GAEC."""
    return _remplir(alea, alea.choice(_AGRICOLES), forme=forme)


def association(alea: random.Random) -> str:
    return _remplir(alea, alea.choice(_OBJETS_D_ASSOCIATION))


def enseigne(alea: random.Random, metiers: tuple[str, ...]) -> str:
    """Return a shop sign of at most 50 characters, as in the official layout."""
    return _remplir(alea, alea.choice(_ENSEIGNES), alea.choice(metiers))[:50].strip()


def sigle(nom: str, *, pointe: bool = False) -> str:
    """Return the initials of a name's main words; ``S.N.C.`` when ``pointe``."""
    mots = [m for m in sans_accent(nom).replace("'", " ").replace("-", " ").split() if len(m) > 2 and m[0].isalpha()]
    initiales = [m[0] for m in mots if m not in {"LES", "DES", "POUR"}]
    return "".join(f"{lettre}." for lettre in initiales) if pointe else "".join(initiales)


def _assembler(alea: random.Random, fins: list[str]) -> str:
    while (assemble := alea.choice(_DEBUTS) + alea.choice(_MILIEUX) + alea.choice(fins)).upper() in RESERVES:
        pass
    return assemble


def _remplir(alea: random.Random, modele: str, metier: str = "", forme: str = "") -> str:
    un, deux = mot(alea), mot(alea)
    return modele.format(
        metier=metier,
        forme=forme,
        mot=un.upper(),
        mot2=deux.upper(),
        mot_casse=un,
        nom=nom_de_famille(alea),
        nom2=nom_de_famille(alea),
        lieu=lieu_invente(alea),
        lieu_dit=alea.choice(_LIEUX_DITS),
        prenom=alea.choice(_PRENOMS[alea.choice("FM")]),
        initiale=alea.choice("ABCDEFGHJLMNPRST"),
        initiale2=alea.choice("ABCDEFGHJLMNPRST"),
        annee=alea.choice(("2000", "21", "360", "64", "3000")),
        apostrophe=alea.choice(_VOYELLES_D_APPEL),
    )
