"""Signs by which a column is recognised: words of its title, form of its values; and those that speak of a person.

Tables and pure functions. A title is compared folded, its words apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from fce.referentiels import naf, territoires
from fce.referentiels.territoires.postaux import codes_postaux
from fce.socle.texte.identifiants import compacter, rna_valide, siret_valide
from fce.socle.texte.pliage import mots, plier

ASSEZ: Final = 0.995
"""Share under which the values that are not of the type are said."""
PAR_TITRE: Final = 2.0
"""Score that no values reach: the type needs its title."""


class TypeReconnu(NamedTuple):
    """``titre``: pattern of a folded title; ``seul``: share of the values that is enough; ``avec``: with the title.
    ``un``, ``dit``: one value, several, in French. ``essais``: values tried."""

    code: str
    genre: str
    nature: str
    titre: str
    convient: Callable[[str], bool]
    seul: float
    avec: float
    un: str
    dit: str
    essais: int = 2_000


_COURRIEL: Final = re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
_TELEPHONE: Final = re.compile(
    r"(?<![\w.,/-])(?:\+|00)?(?:33|262|590|594|596)?[\s.]?(?:\(0\))?0?[1-9](?:[\s./-]?[0-9]{2}){4}(?![\w/-])"
)
_NIR: Final = re.compile(
    r"(?<!\d)[1278]\s?\d{2}\s?(?:0[1-9]|[1-9]\d)\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}(?:\s?\d{2})?(?!\d)"
)
_IBAN: Final = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){4,7}")
_CIVILITE: Final = re.compile(
    r"\b(?:M\.|MM\.|Mr\.?|Mme|Mlle|Monsieur|Madame|Mademoiselle|Dr|Docteur|Me|Maître)\s+[A-ZÉÈÎÔ]"
)
_DEUX_MOTS: Final = re.compile(
    r"\b[A-ZÉÈ][a-zéèêëïîôç]+(?:-[A-ZÉÈ][a-zéèêëïîôç]+)? [A-ZÉÈÀÂÊÎÔÛÇ'-]{2,}\b|\b[A-ZÉÈ'-]{2,} [A-ZÉÈ][a-zéèêëïîôç]+\b"
)
_MOTS_DE_SOCIETE: Final = frozenset(
    [
        "sarl",
        "sas",
        "sasu",
        "sa",
        "eurl",
        "sci",
        "scp",
        "scop",
        "snc",
        "earl",
        "gaec",
        "ets",
        "etablissements",
        "societe",
        "ste",
        "cie",
        "compagnie",
        "association",
        "assoc",
        "groupe",
        "holding",
        "mairie",
        "commune",
        "communaute",
        "syndicat",
        "federation",
        "union",
        "cooperative",
        "garage",
        "boulangerie",
        "pharmacie",
        "restaurant",
        "cabinet",
        "entreprise",
        "transports",
        "transport",
        "france",
        "service",
        "services",
        "industrie",
        "industries",
        "clinique",
        "ecole",
        "college",
        "lycee",
        "hopital",
        "ehpad",
        "centre",
        "office",
        "agence",
        "atelier",
        "ateliers",
        "maison",
        "chantier",
        "usine",
        "depot",
        "site",
        "magasin",
        "hotel",
        "camping",
        "domaine",
        "ferme",
        "comite",
        "institut",
    ]
)
_PERSONNE: Final = re.compile(
    r"\b(prenoms?|noms? (?:de )?(?:famille|naissance|usage|patronymique|marital|jeune fille)|nom prenom|patronyme|dirigeants?"
    r"|gerante?s?|president\w*|directeurs?|directrices?|inspect(?:eur|rice)s?|control(?:eur|euse)s?|agents?|enqueteurs?|salarie"
    r"|contacts?|interlocut\w*|referente?s?|responsables?|signataires?|declarante?s?|representante?s?|victimes?|employee?s?"
    r"|assuree?s?|allocataires?|apprentie?s?|stagiaires?|medecins?|avocate?s?|notaires?|conduct\w*|chauffeurs?|proprietaires?"
    r"|personnes?|auteurs?|redacteurs?|gestionnaires?|correspondante?s?|tuteurs?|tutrices?|maitre|elue?s?|maire|beneficiaires?"
    r"|visiteurs?|veterinaires?|redige|vise par|suivi par|saisi par|traite par|instruct\w*|pilote|intervenante?s?|utilisateurs?"
    r"|user|usager|login|identifiant agent|matricule|pseudo|adresse ip|ip|iban|rib|passeport|immatriculation)\b"
)
SENSIBLE: Final = re.compile(
    r"\b(naissance|ne le|nee? a|age|sexe|genre|civilite|nir|nss|num secu|numero secu|secu|securite sociale|nationalite"
    r"|handicap\w*|rqth|syndical\w*|religion|sante|maladie|diagnostic|matricule|iban|rib|conjoint|enfants|situation familiale"
    r"|deces|salaire|login|passeport|permis|prenoms?|photo|signature|titre de sejour)\b"
)
"""Titles that tell of a person whatever the values are."""
CATEGORIE: Final = re.compile(
    r"\b(lib|libelle|type|categorie|statut|etat|nature|motif|famille|secteur|filiere|niveau|classe|mention|label|domaine"
    r"|theme|dispositif|intitule|suite|resultat|conclusion|decision|activites?|produits?|specialites?)\b"
)
"""Titles of short texts that say a kind of thing, when none of their values names a person."""
DATE: Final = r"\b(date|dt|dat)\b"
_COMPTE: Final = re.compile(
    r"\b(nb|nbr|nbre|nombre|effectifs?|total|totaux|montant|mt|taux|part|moyen\w*|mediane?|duree|heures|index|note|ecart|egalite|masse|numero|code)\b"
)
_CONTACT: Final = re.compile(
    r"\b(e?mails?|e mail|courriels?|mel|tel|tels|telephones?|portable|mobile|gsm|fax|telecopie|skype)\b"
)
_NOMBRE: Final = re.compile(r"[+-]?(?:[0-9]{1,24}|[0-9]{1,3}(?:[ \u00a0\u2009\u202f][0-9]{3})+)(?:[.,][0-9]{1,30})?")
_ENTIER: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]{0,14}|[1-9][0-9]{0,2}(?:[ \u00a0\u2009\u202f][0-9]{3})+)")
_BOOLEENS: Final = frozenset(["oui", "non", "o", "n", "true", "false", "vrai", "faux", "1", "0", "t", "f"])
_NAF: Final = re.compile(r"[0-9]{2}\.?[0-9]{1,2}[A-Z]")


def plier_titre(titre: str) -> str:
    """The folded words of a title, ``dateVisite2`` being three."""
    return plier(re.sub(r"(?<=[a-zé])(?=[A-Z])|(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " ", titre))


@cache
def _prenoms() -> frozenset[str]:
    return frozenset((Path(__file__).parent / "prenoms.txt").read_text("utf-8").split())


def titre_de_personne(plie: str) -> bool:
    return bool(_PERSONNE.search(plie) or SENSIBLE.search(plie))


def titre_de_contact(plie: str) -> bool:
    return bool(_CONTACT.search(plie))


def est_un_compte(plie: str) -> bool:
    """Whether a title counts people more than it tells one: « nombre de salariés »."""
    return bool(_COMPTE.search(plie))


def est_une_personne_morale(valeur: str) -> bool:
    nu = compacter(valeur) if len(valeur) < 40 else ""
    return not _MOTS_DE_SOCIETE.isdisjoint(mots(valeur)) or rna_valide(nu) or siret_valide(nu)


def nomme(valeur: str) -> bool:
    """Whether a short value is the name of one person."""
    if len(valeur) > 60 or any(map(str.isdigit, valeur)):
        return False
    siens = mots(valeur)
    if not 1 < len(siens) <= 6 or not _MOTS_DE_SOCIETE.isdisjoint(siens):
        return len(siens) == 1 and siens[0] in _prenoms()
    return bool(not _prenoms().isdisjoint(siens) or _CIVILITE.search(valeur) or _DEUX_MOTS.fullmatch(valeur.strip()))


def parle_d_une_personne(valeur: str) -> bool:
    """Whether a text names a person, or gives how to reach or identify one."""
    if any(motif.search(valeur) for motif in (_COURRIEL, _NIR, _IBAN, _CIVILITE)):
        return True
    if (telephone := _TELEPHONE.search(valeur)) and not siret_valide(compacter(valeur)) and len(telephone.group()) > 8:
        return True
    return any(
        plier(un) in _prenoms() and autre[:1].isupper() and len(autre) > 1 and est_un_mot(autre)
        for un, autre in re.findall(r"\b([A-ZÉÈ][\wéèêëïîôç-]+)(?= ([A-ZÉÈ][\wéèêëïîôç'-]+))", valeur)
    )


def est_un_mot(texte: str) -> bool:
    return plier(texte) not in _MOTS_DE_SOCIETE and not any(map(str.isdigit, texte))


def _telephone(valeur: str) -> bool:
    return bool(_TELEPHONE.fullmatch(valeur.strip())) and valeur.lstrip(" (")[:1] in "0+"


def _nir(valeur: str) -> bool:
    return bool(_NIR.fullmatch(valeur.strip())) and not siret_valide(compacter(valeur))


def _coordonnee(valeur: str) -> bool:
    return bool(re.fullmatch(r"-?[0-9]{1,3}[.,][0-9]{3,}|-?[0-9.]+ ?, ?-?[0-9.]+|[0-9]{6,7}([.,][0-9]+)?", valeur))


def _adresse(valeur: str) -> bool:
    voie = r"\b(rue|r|avenue|av|ave|bd|bld|boulevard|chemin|che|route|rte|place|pl|impasse|imp|allee|quai|zi|za|zac|zone|lieu dit|cours|square|lotissement|bp)\b"
    return bool(re.search(voie, plie := plier(valeur))) and (plie[:1].isdigit() or len(plie.split()) > 2)


def _departement(valeur: str) -> bool:
    return bool(territoires.departement(valeur.zfill(2))) or plier(valeur) in _noms(tuple(territoires.departements()))


def _region(valeur: str) -> bool:
    return bool(territoires.region(valeur.zfill(2))) or plier(valeur) in _noms(tuple(territoires.regions()))


@cache
def _noms(lieux: tuple[territoires.Libelle, ...]) -> frozenset[str]:
    return frozenset(plier(lieu.libelle) for lieu in lieux)


def est_un_texte(valeur: str) -> bool:
    return any(map(str.isalpha, valeur))


TYPES: Final = (
    TypeReconnu("courriel", "texte", "contact", r"\b(e?mails?|e mail|courriels?|mel)\b", lambda v: bool(_COURRIEL.fullmatch(v.strip())), 0.3, 0.2, "un courriel", "des courriels"),
    TypeReconnu("nir", "texte", "personne", r"\b(nir|nss|secu\w*)\b", _nir, 0.8, 0.1, "un NIR", "des numéros de sécurité sociale"),
    TypeReconnu("telephone", "texte", "contact", r"\b(tels?|telephones?|portable|mobile|gsm|fax|telecopie)\b", _telephone, 0.6, 0.2, "un numéro de téléphone", "des numéros de téléphone"),
    TypeReconnu("url", "texte", "diffusible", r"\b(url|site (web|internet)|lien)\b", lambda v: bool(re.match(r"(https?://|www\.)", v)), 0.8, 0.3, "une adresse web", "des adresses web"),
    TypeReconnu("rna", "texte", "registre", r"\brna\b|\bwaldec\b", rna_valide, 0.9, 0.5, "un numéro RNA", "des numéros RNA"),
    TypeReconnu("adresse", "texte", "adresse", r"\b(adresse|adr|voie|rue|complement|lieu dit)\b(?!.* (mail|ip|courriel))", est_un_texte, PAR_TITRE, 0.5, "une adresse", "des adresses"),
    TypeReconnu("horodatage", "horodatage", "diffusible", r"\b(date|dt|heure|horodatage|timestamp|le)\b", bool, 0.9, 0.8, "une date avec son heure", "des dates avec leur heure"),
    TypeReconnu("date", "jour", "diffusible", r"\b(date|dt|dat|jour|le|debut|fin|echeance|du|au)\b", bool, 0.9, 0.8, "une date", "des dates"),
    TypeReconnu("mois", "mois", "diffusible", r"\b(mois|periode|date|dt)\b", bool, 0.95, 0.8, "un mois", "des mois"),
    TypeReconnu("code_postal", "texte", "commune", r"\b(postal|cp|cpost|codpos|code post)\b", lambda v: v.zfill(5) in codes_postaux(), 0.98, 0.6, "un code postal", "des codes postaux"),
    TypeReconnu("code_commune", "texte", "commune", r"\b(insee|depcom|codgeo|code (de la )?com(mune)?|cog)\b", lambda v: len(v) == 5 and territoires.commune(v) is not None, 0.98, 0.6, "un code commune", "des codes de communes"),
    TypeReconnu("commune", "texte", "commune", r"\b(communes?|ville|localite|lib(elle)? com|nom com)\b", territoires.est_un_nom_de_lieu, 0.95, 0.5, "une commune", "des noms de communes", 200),
    TypeReconnu("region", "texte", "commune", r"\b(region|reg)\b", _region, PAR_TITRE, 0.6, "une région", "des régions"),
    TypeReconnu("departement", "texte", "commune", r"\b(departement|dept|dep|dpt)\b", _departement, PAR_TITRE, 0.6, "un département", "des départements"),
    TypeReconnu("naf", "code", "diffusible", r"\b(naf|ape|apet|apen|activite principale|code activite)\b", lambda v: bool(_NAF.fullmatch(v)) and naf.libelle(naf.normaliser(v)) is not None, 0.9, 0.6, "un code NAF", "des codes NAF"),
    TypeReconnu("coordonnee", "decimal", "coordonnee", r"\b(lat|latitude|lon|lng|long|longitude|coord\w*|geo ?point|geom\w*|[xy]|lambert)\b", _coordonnee, PAR_TITRE, 0.7, "une coordonnée", "des coordonnées"),
    TypeReconnu("booleen", "booleen", "diffusible", "", lambda v: v.strip().lower() in _BOOLEENS, 1.0, 1.0, "oui ou non", "oui ou non"),
    TypeReconnu("montant", "decimal", "diffusible", r"\b(montant|mt|mnt|prix|cout|somme|subvention|ca|chiffre d affaires|capital|euros?|eur|penalite|amende)\b", lambda v: bool(_NOMBRE.fullmatch(v.strip())), PAR_TITRE, 0.9, "un montant", "des montants"),
    TypeReconnu("identifiant", "texte", "diffusible", r"\b(code|cd|cod|numero|num|n|no|ref|reference|id|ident\w*|dossier)\b(?!.*\b(nb|nombre|date)\b)", lambda v: len(v) <= 40 and any(map(str.isdigit, v)) and " " not in v.strip(), PAR_TITRE, 0.9, "une référence", "des références"),
    TypeReconnu("entier", "entier", "diffusible", r"\b(nb|nbr|nbre|nombre|effectif|annee|an|millesime|exercice|quantite|qte)\b", lambda v: bool(_ENTIER.fullmatch(v.strip())), 0.98, 0.8, "un entier", "des entiers"),
    TypeReconnu("decimal", "decimal", "diffusible", r"\b(taux|part|pct|pourcentage|ratio|note|duree|heures|surface)\b", lambda v: bool(_NOMBRE.fullmatch(v.strip())) and not re.match("0[0-9]", v), 0.98, 0.8, "un nombre", "des nombres"),
    TypeReconnu("adresse", "texte", "adresse", "", _adresse, 0.6, 0.6, "une adresse", "des adresses"),
    TypeReconnu("denomination", "texte", "nom", r"\b(raison( sociale)?|rs|denomination|enseignes?|sigle|nom commercial|societe|entreprise|etablissement|employeur|exploitant|operateur|titulaire|organisme|association|structure)\b|^(nom|noms|name)$|^nom (de l |du |de la )?(entreprise|etab\w*|structure|societe|organisme)", est_un_texte, PAR_TITRE, 0.5, "un nom", "des noms d’unités"),
    TypeReconnu("denomination", "texte", "nom", "", est_une_personne_morale, 0.5, 0.5, "un nom d’unité", "des noms d’unités"),
)  # fmt: skip


def titres_connus(cellules: Sequence[str]) -> int:
    """How many cells of a line are titles that a type or a person's sign knows."""
    plies = [plier_titre(c) for c in cellules if len(c) <= 80]
    numeros = re.compile(r"\b(siren|siret)\b")
    return sum(
        bool(numeros.search(p)) or titre_de_personne(p) or any(t.titre and re.search(t.titre, p) for t in TYPES)
        for p in plies
    )
