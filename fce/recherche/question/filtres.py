"""The filters of the search, as data: everything about a filter derives from its entry here.

That is: parameters and their errors (``requete``), codes of a document (``documents``) and codes searched
(``strategie``), counts (``decompte``, ``resultats``), boxes and labels of the page (``panneau``, ``page``), parameters
and documentation of the API, exports. The filters of Sirene are written here; those that sources declare
(``Source.recherche``) become entries of the same type.

To add a filter on a column of companies, add an entry to ``SIRENE``. A filter on data of establishments only is
declared by their source. The index detects the change and is rebuilt.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from fce.recherche.engines import classement
from fce.recherche.engines.analyse import mots_de_requete
from fce.recherche.engines.codes import ACTIVITES, Codes, codes_d_activite
from fce.recherche.engines.port import PERSONNE, CodeCherche, Plage, Quidam
from fce.recherche.question import alimentations
from fce.recherche.question.alimentations import NON, OUI, QUELCONQUE
from fce.recherche.question.filtre import Composant, Critere, FiltreDeRecherche
from fce.recherche.question.saisies import VALEURS_DITES, SaisieCode, SaisieJour, SaisieLibre, SaisieListe, SaisieOuiNon
from fce.referentiels import activites, carte, categories_juridiques, effectifs, naf, territoires
from fce.referentiels.territoires.decoupage import codes_communes, departements_de_la_region
from fce.socle.erreurs import ConfigurationInvalide
from fce.sources import registre
from fce.sources.declaration import Source
from fce.sources.presentation import Filtre

PARAMETRES = ("q", "vue", "etat", "tri", "page", "taille", "lieu", "affichage", "activite", "saisie", "facettes")
"""Search parameters that are not filters: no filter may take their name."""
FILTRE_SIEGE = "siege"
ETAT = "etat"
"""Name under which states are counted."""
DIRIGEANT = "dirigeant"
"""Name of the filter on people, fed by every ``Personne``."""
BORNES_CREATION = ("creation_min", "creation_max")
EFFECTIF = "tranche_effectif"
CARREAU = "carreau"
"""Name of the filter on a square of the map."""
FERMETURE = "fermeture"
"""Name of the filter on the year of closing: what it keeps is closed (``Requete.depuis``)."""


def tous() -> Mapping[str, FiltreDeRecherche]:
    """Return every filter by name: those of Sirene, then those of the sources, sorted by title.

    Raises ``ConfigurationInvalide`` when a source gives a filter an invalid name.
    """
    return _tous(tuple(registre.toutes()))


def declares() -> tuple[FiltreDeRecherche, ...]:
    return tuple(f for f in tous().values() if f.declare)


def familles() -> Mapping[str, tuple[FiltreDeRecherche, ...]]:
    """Return the filters by family (``FiltreDeRecherche.famille``)."""
    sortie: dict[str, tuple[FiltreDeRecherche, ...]] = {}
    for filtre in tous().values():
        sortie[filtre.famille] = (*sortie.get(filtre.famille, ()), filtre)
    return sortie


def _avec_code(code: str, libelle: str | None) -> str:
    return f"{code} – {libelle}" if libelle else code


# --- Places ----------------------------------------------------------------------------------------------------------


def _region(code: str) -> str | None:
    trouvee = territoires.region(code)
    return trouvee.libelle if trouvee else None


def _departement(code: str) -> str | None:
    trouve = territoires.departement(code)
    return f"{trouve.libelle} ({code})" if trouve and trouve.libelle else None


def _epci(code: str) -> str | None:
    trouve = territoires.epci(code)
    return trouve.libelle if trouve else None


def _commune(code: str) -> str | None:
    trouvee = territoires.commune(code)
    return f"{trouvee.nom} ({trouvee.departement})" if trouvee else None


def _demander_commune(code: str) -> tuple[Critere, ...]:
    """A former code asks for its current commune, as Insee rewrites establishments with the new code."""
    trouvee = territoires.commune(code)
    actuelle = trouvee.actuelle if trouvee and trouvee.type != "arrondissement" else code
    return (CodeCherche("filtres", f"c:{actuelle}"),)


def _lieu(
    nom: str,
    titre: str,
    motif: str,
    quoi: str,
    exemple: str,
    libelle: Callable[[str], str | None],
    prefixe: str,
    *,
    facette: bool = False,
    **suite: Any,
) -> FiltreDeRecherche:
    """Make the filter of a kind of place. Codes: ``codes.place``."""
    champ = "codes" if facette else "filtres"
    suite.setdefault("demander", lambda code: (CodeCherche(champ, prefixe + code),))
    return FiltreDeRecherche(
        nom, titre, SaisieCode(re.compile(motif), quoi, exemple), Composant.LIEU, libelle, "de lieu",
        ecrit=lambda code: libelle(code) or f"{titre} {code}", etiquette="{valeur}", prefixe=prefixe,
        facette=facette, officielle=bool if nom == "code_postal" else libelle, **suite,
    )  # fmt: skip


# --- Sirene ----------------------------------------------------------------------------------------------------------

_OUI_NON = {OUI: "Oui", NON: "Non"}
_CATEGORIES = {
    "PME": "PME – petite ou moyenne entreprise",
    "ETI": "ETI – entreprise de taille intermédiaire",
    "GE": "GE – grande entreprise",
}
_TRANCHES = tuple(tranche.code for tranche in effectifs.liste())


def _reunir_tranches(codes: Sequence[str]) -> str | None:
    ensemble = effectifs.ecrire_ensemble(codes)
    return f"{ensemble}, par tranches de l’Insee" if ensemble else None


def _demander_naf(code: str) -> tuple[Critere, ...]:
    """A section is one counted code; any other level is searched by its sub-classes."""
    if activites.est_une_section(code):
        return (CodeCherche("codes", ACTIVITES + code),)
    return tuple(CodeCherche("filtres", ACTIVITES + c) for c in activites.sous_classes(code))


def _demander_juridique(code: str) -> tuple[Critere, ...]:
    if len(code) > 1:
        return (CodeCherche("codes" if len(code) == 2 else "filtres", "j:" + code),)
    niveau2 = [c.code for c in categories_juridiques.liste(2) if c.code.startswith(code)]
    if not niveau2:
        return (CodeCherche("filtres", "j:" + code),)
    return tuple(CodeCherche("codes", "j:" + c) for c in niveau2)


def _encoder_juridique(code: str | None) -> Codes:
    """The second level is counted; the third is only a filter."""
    return Codes(("j:" + code[:2],), "j:" + code) if code else Codes((), "")


def _encoder_fermeture(depuis: object, etat: str | None) -> Codes:
    """Year since which a unit is closed: the start of its current period in Sirene."""
    return Codes((), f"x:{str(depuis)[:4]}") if etat in ("C", "F") and depuis else Codes((), "")


def _demander_personne(valeur: str) -> tuple[Critere, ...]:
    """One person must bear all the words."""
    codes = classement.codes_de_personne(classement.requis(mots_de_requete(valeur)))
    return (Quidam(codes or PERSONNE, faute=True),)


def _oui_non(nom: str, titre: str, conseil: str, **suite: Any) -> FiltreDeRecherche:
    return FiltreDeRecherche(
        nom, titre, SaisieOuiNon(), Composant.OUI_NON, _OUI_NON.get, conseil, ecrit=str, api="« oui » ou « non ».",
        deplier=lambda valeur: (valeur == OUI,), **suite,
    )  # fmt: skip


def _creation(nom: str, titre: str, signe: str) -> FiltreDeRecherche:
    """A date bound is not a code of the index: ``filtrage.question`` handles it."""
    return FiltreDeRecherche(
        nom, titre, SaisieJour(), Composant.DATE, lambda jour: "/".join(reversed(jour.split("-"))),
        "de date de création", etiquette="{titre} {valeur}", api="AAAA-MM-JJ.", facette=False,
        sql=f"t.creation {signe} %s",
    )  # fmt: skip


def _demander_carreau(code: str) -> tuple[Critere, ...]:
    return (Plage(*carte.bornes_de(code)),)


SIRENE: dict[str, FiltreDeRecherche] = {
    filtre.nom: filtre
    for filtre in (
        _lieu(
            "region", "Région", r"\d{2}|9[78]\d", "une région", "11", _region, "r:", facette=True,
            sql="t.departement {parmi}", deplier=departements_de_la_region,
        ),
        _lieu(
            "departement", "Département", r"\d{2}|2[AB]|9[78]\d", "un département", "59", _departement, "d:",
            facette=True, sql="t.departement {parmi}",
        ),
        _lieu(
            "epci", "Intercommunalité", r"\d{9}", "une intercommunalité", "245900410", _epci, "e:",
            sql="t.commune {parmi}", deplier=partial(codes_communes, genre="epci"),
        ),
        _lieu(
            "commune", "Commune", r"\d{5}|2[AB]\d{3}", "une commune (code INSEE)", "59350", _commune, "c:",
            api="Code INSEE.", demander=_demander_commune,
            sql="t.commune {parmi}", deplier=partial(codes_communes, genre="commune"),
        ),
        _lieu("code_postal", "Code postal", r"\d{5}", "un code postal", "59000", lambda _: None, "p:"),
        FiltreDeRecherche(
            "naf", "Activité",
            SaisieCode(
                re.compile(rf"(?:{activites.MARQUE})?(?:[A-V]|\d\d(?:\.\d(?:\d[A-Z]?)?)?)"),
                "une activité (NAF)", naf.EXEMPLE, ajuster=activites.normaliser,
            ),
            Composant.ACTIVITE, activites.libelle, "d’activité", ecrit=activites.en_clair, etiquette="{valeur}",
            api="Code de la NAF rév. 2, de la section (« J ») à la sous-classe (« 62.01Z »), ou de la NAF 2025 : sa "
            "sous-classe (« 10.71H »), ou un niveau au-dessus, précédé de « 2025- » (« 2025-J »).",
            prefixe=ACTIVITES, demander=_demander_naf, encoder=codes_d_activite,
            entreprise=("activite_principale", "activite_principale_naf25"),
            etablissement=("activite_principale", "activite_principale_naf25"),
            sql="(t.naf {parmi} OR t.naf25 {parmi})", deplier=activites.sous_classes,
            valeurs=activites.sections(), enfants=activites.enfants, racines=activites.sections_de_tete,
            officielle=activites.ancetres,
        ),
        FiltreDeRecherche(
            "categorie_juridique", "Forme juridique",
            SaisieCode(re.compile(r"\d|\d\d|\d{4}"), "une catégorie juridique", "5710"),
            Composant.CASES, categories_juridiques.libelle, "de forme juridique",
            ecrit=lambda code: _avec_code(code, categories_juridiques.libelle(code)), etiquette="{valeur}",
            prefixe="j:", demander=_demander_juridique, encoder=_encoder_juridique,
            sql="(t.juridique {parmi} OR left(t.juridique, 2) {parmi})",
            entreprise=("categorie_juridique",), ordre=1, officielle=categories_juridiques.libelle,
            tournures={
                "association": "92", "associations": "92", "entrepreneur individuel": "1",
                "entrepreneurs individuels": "1", "entreprise individuelle": "1", "entreprises individuelles": "1",
            },
        ),
        FiltreDeRecherche(
            EFFECTIF, "Effectif", SaisieListe(_TRANCHES, majuscules=True),
            Composant.CASES, effectifs.libelle, "d’effectif", etiquette="{valeur}",
            prefixe="t:", entreprise=("tranche_effectifs",), etablissement=("tranche_effectifs",),
            sql="t.tranche {parmi}",
            valeurs=_TRANCHES, rang=effectifs.rang, reunir=_reunir_tranches,
        ),
        FiltreDeRecherche(
            "categorie", "Taille", SaisieListe(tuple(_CATEGORIES), majuscules=True),
            Composant.CASES, {"PME": "PME", "ETI": "ETI", "GE": "Grande entreprise"}.get, "de catégorie",
            ecrit=lambda code: _CATEGORIES.get(code, code), etiquette="{valeur}", api="PME, ETI ou GE.",
            prefixe="g:", sql="t.taille {parmi}", entreprise=("categorie_entreprise",), valeurs=tuple(_CATEGORIES),
            tournures={"pme": "PME", "eti": "ETI", "grande entreprise": "GE", "grandes entreprises": "GE"},
        ),
        _oui_non(
            FILTRE_SIEGE, "Siège", "« siège »", etablissement=("etablissement_siege",), porteurs=("etablissements",),
            sql="t.siege {parmi}",
        ),
        _oui_non(
            "employeur", "Employeur", "« employeur »",
            entreprise=("caractere_employeur",), etablissement=("caractere_employeur",), sql="t.employeur {parmi}",
        ),
        _oui_non(
            "ess", "Économie sociale et solidaire", "« économie sociale et solidaire »",
            entreprise=("economie_sociale_solidaire",),
            tournures={"économie sociale et solidaire": OUI, "ess": OUI},
        ),
        _oui_non(
            "societe_mission", "Société à mission", "« société à mission »", entreprise=("societe_mission",),
            tournures={"société à mission": OUI, "sociétés à mission": OUI},
        ),
        _creation("creation_min", "Créée depuis le", ">="),
        _creation("creation_max", "Créée jusqu’au", "<="),
        FiltreDeRecherche(
            FERMETURE, "Fermée en", SaisieCode(re.compile(r"(?:18|19|20)\d\d"), "une année", "2025"),
            Composant.TEXTE, str, "d’année de fermeture", etiquette="{titre} {valeur}", facette=False,
            invite="Année, par exemple 2025",
            api="Année de cessation de l’entreprise, ou de fermeture de l’établissement : seules les unités fermées "
            "répondent.",
            prefixe="x:", demander=lambda annee: (CodeCherche("filtres", f"x:{annee}"),),
            encoder=_encoder_fermeture, entreprise=("date_debut", "etat_administratif"),
            etablissement=("date_debut", "etat_administratif"),
        ),
        FiltreDeRecherche(
            CARREAU, "Carreau",
            SaisieCode(re.compile(rf"[0-2]-\d{{1,4}}-\d{{1,5}}|{carte.SANS}"), "un carreau", "2-22-220", str.lower),
            Composant.CARTE, carte.nommer, "de carreau", facette=False, demander=_demander_carreau,
            api="Carreau de la carte : taille (2 : 32 km, 1 : 4 km, 0 : 500 m), colonne et ligne de la grille "
            "Lambert 93 (UTM outre-mer), « 2-22-220 » ; « sans » : sans coordonnées. Une entreprise est à son siège.",
        ),
        FiltreDeRecherche(
            DIRIGEANT, "Dirigeant ou élu", SaisieLibre(), Composant.TEXTE, str, "de dirigeant",
            api="Nom, ou nom et prénom, d’un dirigeant ou d’un élu de l’entreprise : d’une même personne.",
            invite="Nom, ou nom et prénom", demander=_demander_personne, porteurs=("entreprises",), facette=False,
        ),
    )
}  # fmt: skip
LIEUX = tuple(nom for nom, filtre in SIRENE.items() if filtre.composant is Composant.LIEU)


# --- Sources ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _tous(sources: tuple[Source, ...]) -> Mapping[str, FiltreDeRecherche]:
    par_nom: dict[str, list[tuple[Source, Filtre]]] = {}
    for source, declaration in alimentations.filtres_ouverts(sources):
        nom = declaration.nom
        if nom in SIRENE or nom in PARAMETRES or not re.fullmatch(r"[a-z][a-z0-9_-]*", nom):
            raise ConfigurationInvalide(
                f"{source.nom} : un filtre de la recherche ne peut pas se nommer « {nom} ». Prenez un nom "
                "en minuscules, qui n'est pas déjà celui d'un paramètre."
            )
        par_nom.setdefault(nom, []).append((source, declaration))
    propres = [_declare(nom, declarations) for nom, declarations in par_nom.items()]
    propres.sort(key=lambda f: (f.composant is Composant.CASE, f.titre))
    return SIRENE | {f.nom: f for f in propres}


def _declare(nom: str, declarations: Sequence[tuple[Source, Filtre]]) -> FiltreDeRecherche:
    """Make the filter that one or several sources declare under one name; the first declaration gives its title."""
    titre = declarations[0][1].titre
    simple = all(d.valeur == OUI for _, d in declarations)
    valeurs = tuple(dict.fromkeys(d.valeur for _, d in declarations if d.valeur))
    liste = tuple(dict.fromkeys(v for _, d in declarations for v in (d.valeur, *d.valeurs) if v and v != OUI))
    admises = (*liste, *_OUI_NON)
    libelles = [d.libelle or {d.valeur: s.titre}.get for s, d in declarations if d.libelle or d.valeur != OUI]

    def libelle(code: str) -> str:
        trouves = (dire(code) for dire in libelles)
        return next((x for x in trouves if x), _OUI_NON.get(code, code))

    def ecrit(code: str) -> str:
        dit = libelle(code)
        return _avec_code(code, dit) if code.isdigit() and dit != code else dit

    return FiltreDeRecherche(
        nom, titre, SaisieLibre(), Composant.CASE if simple else Composant.CASES, libelle, f"« {titre} »",
        ecrit=ecrit, api=f"{titre} : {_valeurs_en_mots(liste, simple=simple)}",
        demander=partial(_demander_declare, nom, OUI if simple else QUELCONQUE), valeurs=valeurs,
        admises=admises if liste or simple else (), officielle=frozenset(admises).__contains__,
        sur_un_etablissement=any(s.siret for s, _ in declarations), declare=True,
        alerte=any(d.alerte for _, d in declarations),
        tournures={phrase: valeur for _, d in declarations for phrase, valeur in d.tournures.items()},
    )  # fmt: skip


def _demander_declare(nom: str, quelconque: str, valeur: str) -> tuple[Critere, ...]:
    if valeur in _OUI_NON:
        return (CodeCherche("faits", f"{nom}:{quelconque}", absent=valeur == NON),)
    return (CodeCherche("faits", f"{nom}:{valeur}"),)


def _valeurs_en_mots(valeurs: tuple[str, ...], *, simple: bool) -> str:
    if simple:
        return "« oui » ou « non »."
    debut, citees = ("", valeurs) if len(valeurs) <= VALEURS_DITES else ("par exemple ", valeurs[:3])
    exemples = f" ({debut}{', '.join(citees)})" if citees else ""
    return f"une valeur de la facette de ce nom{exemples}, « oui » pour n’importe laquelle, « non » pour aucune."
