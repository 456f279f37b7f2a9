"""Reads of the search: a page of results, suggestions (all the results: ``parcours``).

The index gives the companies and their order. It also gives what is displayed while its lines are current (``lignes``):
the database is then asked nothing. Otherwise the rows are read there, masked as they are now, in at most two round
trips per page.
"""

from collections.abc import Collection
from functools import lru_cache, partial
from pathlib import Path

from django.conf import settings
from msgspec.structs import replace

from fce.donnees.entreprises import selectors as entreprises
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.recherche.engines import classement
from fce.recherche.engines.adresse import lire_adresse
from fce.recherche.engines.analyse import Mot, mots_de_requete
from fce.recherche.engines.port import (
    GENRES,
    LES_ETATS,
    CodeCherche,
    EtapeDeRecherche,
    Moteur,
    Question,
    ReponseDuMoteur,
)
from fce.recherche.question import elargissement, filtrage, mots_en_filtres, numeros, strategie
from fce.recherche.question.correspondances import nomenclature_de_tete
from fce.recherche.question.filtres import DIRIGEANT
from fce.recherche.question.lieux_du_lecteur import Lieux
from fce.recherche.question.requete import FENETRE, Requete
from fce.recherche.reponse import alertes, amorces, conseils, explications, raisons
from fce.recherche.reponse.decompte import decompter
from fce.recherche.reponse.lignes import LignesDeResultats
from fce.recherche.reponse.memoire import MoteurMemoire
from fce.recherche.reponse.resultats import Facette, Resultat, Resultats, Suggestion
from fce.socle.erreurs import ParametreInvalide
from fce.socle.texte.formats import nombre, pluriel
from fce.socle.texte.identifiants import Identifiant, formater_siren, reconnaitre
from fce.socle.texte.pliage import normaliser_requete
from fce.socle.web import liens

__all__ = [
    "Facette", "Resultat", "Resultats", "Suggestion", "eprouver", "memoire", "moteur", "numeros_trouves", "rechercher",
    "suggerer",
]  # fmt: skip

TEXTE_COURT = 5
"""Maximum letters of a name prefix whose suggestions are cached for all users: public data, and displayed from the
current rows."""
DEBUTS_GARDES = 5_000
"""Number of cached prefixes per process, some kilobytes each."""
CONSEIL_VIDE = "Saisissez un nom, une adresse, un SIREN ou un SIRET, ou choisissez au moins un filtre."


def moteur() -> Moteur:
    """Return the search engine of this process: the cluster of the settings, else their folder.

    Imported on first use: the tantivy engine takes an eighth of the start-up time of other commands.
    """
    return _grappe(settings.FCE_SEARCH_URL) if settings.FCE_SEARCH_URL else _moteur(str(settings.FCE_INDEX_DIR))


@lru_cache(maxsize=4)
def _moteur(racine: str) -> Moteur:
    from fce.recherche.engines.tantivy import MoteurTantivy

    return MoteurTantivy(Path(racine), threads=settings.FCE_INDEX_FRAGMENTS)


@lru_cache(maxsize=4)
def _grappe(adresse: str) -> Moteur:
    from fce.recherche.engines.opensearch import MoteurOpenSearch

    return MoteurOpenSearch(lire_adresse(adresse))


def memoire() -> MoteurMemoire:
    """Return the engine for one request, with a cache of its answers."""
    return MoteurMemoire(moteur())


def numeros_trouves(requete: Requete, maximum: int, *, proches: str, trop: str) -> tuple[str, ...]:
    """Numbers of all the results of a search, as its view shows them. A masked person is in no index, therefore in
    none.

    Raises ParametreInvalide when they are only approximate, or over ``maximum``, and says what to do (``proches``,
    ``trop``); IndexIndisponible.
    """
    posee = replace(requete, page=1, taille=maximum, tri="pertinence", inverse=False)
    trouvaille = strategie.interroger(moteur(), posee)
    if trouvaille.approchants:
        raise ParametreInvalide(f"Cette recherche ne trouve que des noms proches : {proches}")
    if (total := trouvaille.reponse.total) > maximum:
        raise ParametreInvalide(
            f"Cette recherche trouve {pluriel(total, 'résultat')} ; {nombre(maximum)} au plus {trop}"
        )
    return tuple(dict.fromkeys(hit.siret or hit.siren for hit in trouvaille.reponse.hits))


def rechercher(
    requete: Requete, comptes: Collection[str] | None = None, *, sobre: bool = False, machine: Moteur | None = None
) -> Resultats:
    """Answer a query. Raises ``IndexIndisponible`` when there is no index, unless the query is one exact number.

    ``comptes``: filters to count results by (None: all); counting costs more than searching. ``sobre``: without the
    advice and the alerts that only a page shows. ``machine``: the request's engine.
    """
    if requete.vide:
        return Resultats(conseil=CONSEIL_VIDE)
    machine = machine or memoire()
    numero = reconnaitre(requete.q)
    trouvaille: strategie.Trouvaille | None = None
    if numero is not None and numero.genre != "rna":
        trouvaille = ses_etablissements(numero, requete)
        if trouvaille is None:
            return par_numero(numero)
    mal_ecrit = numeros.mal_ecrit(requete.q)
    if mal_ecrit and not numeros.debut_de_siret(requete.q):
        return Resultats(conseil=mal_ecrit)
    if requete.lieux_inconnus:
        return Resultats(conseil=f"Aucun lieu ne correspond à « {requete.lieux_inconnus[0]} » : vérifiez son nom.")
    if trouvaille is None and numero is not None:
        trouvaille = par_rna(numero.valeur, requete)
    elif trouvaille is None:
        # Facet counts need the exact total, so the cap applies only when no facet is asked for.
        plafond = None if comptes is None or comptes else FENETRE
        trouvaille = strategie.interroger(machine, requete, plafond=plafond)
    total = trouvaille.reponse.total
    if not total and mal_ecrit:
        return Resultats(conseil=mal_ecrit)
    if not total:
        return _sans_resultat(machine, requete, trouvaille, comptes, sobre=sobre)
    resultats = charger(machine, trouvaille.reponse, trouvaille.question, requete, sobre=sobre)
    ecartes = len(trouvaille.reponse.hits) - len(resultats)
    total -= ecartes
    visible = min(total, FENETRE)
    repondre = partial(
        Resultats,
        total=visible,
        total_exact=total <= FENETRE and not trouvaille.question.partielle,
        page=requete.page,
        pages=-(-visible // requete.taille),
        resultats=resultats,
        approchants=trouvaille.approchants,
        redirection=_fiche(trouvaille),
        question=trouvaille.question,
    )
    if ecartes:
        # The index still holds what nobody may find: its other numbers would tell of it until it is updated.
        return repondre(conseil=None if total or sobre else conseils.RIEN, incomplets=True)
    # A number of the register of associations names one company: there is nothing to count.
    seule = numero is not None and trouvaille.siren is None
    laisses = strategie.mots_laisses(machine, trouvaille)
    return repondre(
        facettes={} if seule else decompter(machine, requete, trouvaille, comptes),
        laisses=laisses,
        conseil=_ce_qui_repond(requete, trouvaille, mal_ecrit, laisses),
        compris=None if numero else elargissement.elargir(machine, requete, total),
    )


def _sans_resultat(
    machine: Moteur,
    requete: Requete,
    trouvaille: strategie.Trouvaille,
    comptes: Collection[str] | None,
    *,
    sobre: bool,
) -> Resultats:
    if trouvaille.siren:
        ecrit = formater_siren(trouvaille.siren)
        conseil = f"Aucun établissement de l’entreprise {ecrit} ne répond à ces filtres."
        return Resultats(conseil=conseil, redirection=_fiche(trouvaille))
    facettes = decompter(machine, requete, trouvaille, comptes)
    compris = elargissement.elargir(machine, requete, 0)
    avis = None if sobre else conseils.conseil(machine, requete, compris)
    return Resultats(conseil=avis, facettes=facettes, compris=compris)


def _fiche(trouvaille: strategie.Trouvaille) -> str | None:
    """Address of the sheet that a number names, in any view; None when the query has no number."""
    return liens.adresse("entreprise", trouvaille.siren) if trouvaille.siren else None


def _ce_qui_repond(
    requete: Requete, trouvaille: strategie.Trouvaille, mal_ecrit: str | None, laisses: Collection[str]
) -> str | None:
    """Say that the results are those whose number begins with the digits typed, or hold a part of the words."""
    if mal_ecrit:
        return f"SIRET qui commencent par {requete.q}. {mal_ecrit}"
    if trouvaille.question.entre:
        return f"SIREN qui commencent par {requete.q}."
    if trouvaille.coupure:
        return f"La recherche a aussi lu « {trouvaille.coupure} », avec d’autres espaces."
    if laisses:
        return f"Rien ici ne porte « {' » ni « '.join(laisses)} » : la recherche s’en passe."
    partielle = classement.exigence(trouvaille.question).partielle
    return "Rien ne porte tous ces mots : chaque résultat en porte une partie." if partielle else None


def naf_de_tete() -> str:
    """Return the NAF nomenclature of the principal activity of most indexed companies."""
    return nomenclature_de_tete(moteur().manifeste())


def comprendre(requete: Requete, lieux: Lieux) -> Requete:
    """Return a query just typed with its words read as filters (``mots_en_filtres.comprendre``), within the user's
    territory.

    Raises ``IndexIndisponible``.
    """
    return mots_en_filtres.sur_son_territoire(moteur(), mots_en_filtres.comprendre(moteur(), requete), lieux)


def autrement(requete: Requete, lieux: Lieux, ici: int, machine: Moteur | None = None) -> list[mots_en_filtres.Offre]:
    """Return the other ways to take the words typed: everywhere, literally, or as an activity or a place."""
    machine = machine or memoire()
    ailleurs = mots_en_filtres.ailleurs(machine, requete, lieux, ici)
    litterale = mots_en_filtres.litterale(machine, requete)
    autre_naf = mots_en_filtres.dans_l_autre_nomenclature(machine, requete)
    choix = [offre for offre in (ailleurs, litterale, autre_naf) if offre]
    return choix if litterale else [*choix, *mots_en_filtres.offres(machine, ailleurs.requete if ailleurs else requete)]


def suggerer(texte: str, limite: int = 8) -> list[Suggestion]:
    """Companies whose name begins with the text typed: at most ``limite``, active first.

    Empty for fewer than two letters. No text makes it fail. Raises ``IndexIndisponible``.
    """
    texte = normaliser_requete(texte)
    numero = reconnaitre(texte)
    exact = numero.siren if numero is not None and numero.valide else numeros.siren_au_debut(texte)
    if exact:
        return [_suggestion(vue) for vue in entreprises.entreprises([exact]).values()]
    if numero is not None and numero.siren is not None:
        return []
    machine = memoire()
    trouvees = suggerees(machine, texte, limite)
    vues = LignesDeResultats(machine).entreprises(trouvees)
    return [_suggestion(vue) for h in trouvees.hits if (vue := vues.get(h.siren)) and vue.regime.listable]


def eprouver(temoin: EntrepriseVue) -> None:
    """Check that the index answers: search the name of one company, then its establishments, with facets.

    Cheap: each question is about one SIREN. The company need not be in the index. Raises ``IndexIndisponible``.
    """
    for genre in GENRES:
        posee = Question(genre, etats=LES_ETATS, seulement=(temoin.siren,))
        moteur().facettes(posee)
        for demandee in (posee, classement.poser_texte(posee, temoin.nom)):
            moteur().search(demandee, limite=1)


def par_numero(numero: Identifiant) -> Resultats:
    """Answer for a number from the database, with or without an index: its own sheet, or nothing."""
    ecrit = numeros.ecrire(numero)
    if not numero.valide or numero.siren is None:
        return Resultats(
            conseil=f"Le numéro {ecrit} est invalide : sa clé de contrôle ne correspond pas. Vérifiez ses chiffres."
        )
    etablissement: EtablissementVu | None = None
    if numero.genre == "siret":
        etablissement = entreprises.etablissements([numero.valeur]).get(numero.valeur)
    siren: str | None = numero.siren
    vue = entreprises.entreprises([numero.siren]).get(numero.siren)
    if vue is None and (siren := entreprises.siren_de_remplacement(numero.siren)):
        vue = entreprises.entreprises([siren]).get(siren)
    if vue is None or (numero.genre == "siret" and etablissement is None):
        return Resultats(
            conseil=f"Le numéro {ecrit} est bien formé, mais aucune source ne le connaît à ce jour."
            if vue is None
            else f"Aucun établissement ne porte le {ecrit} ; l’entreprise {formater_siren(vue.siren)} existe."
        )
    adresse = (
        liens.adresse("etablissement", etablissement.siret) if etablissement else liens.adresse("entreprise", vue.siren)
    )
    return Resultats(total=1, pages=1, resultats=[Resultat(vue, etablissement)], redirection=adresse)


def ses_etablissements(numero: Identifiant, requete: Requete) -> strategie.Trouvaille | None:
    """Establishments of the company of a number, in the establishment view; ``None`` when its sheet answers better.

    That is: the SIRET of an establishment, an unknown number, a masked person, a search without an index.
    """
    machine = moteur()
    if numero.genre == "siret" or requete.vue != "etablissements" or not numero.valide or machine.manifeste() is None:
        return None
    sienne = (numero.siren or "",)
    if not machine.nombre(Question("etablissements", etats=("actif", "cesse"), seulement=sienne)):
        return None
    posee = replace(filtrage.question(requete), seulement=sienne)
    reponse = machine.search(posee, decalage=requete.decalage, limite=requete.taille)
    return strategie.Trouvaille(posee, reponse, approchants=False, siren=numero.siren)


def par_rna(rna: str, requete: Requete) -> strategie.Trouvaille:
    """Find the association of an RNA number, active or not. Raises ``IndexIndisponible``."""
    posee = Question(
        "etablissements" if requete.vue == "etablissements" else "entreprises",
        etats=("actif", "cesse"),
        groupes=((CodeCherche("filtres", f"w:{rna}"),),),
    )
    return strategie.Trouvaille(posee, moteur().search(posee, decalage=requete.decalage, limite=requete.taille), False)


def charger(
    machine: Moteur,
    reponse: ReponseDuMoteur,
    posee: Question,
    requete: Requete,
    *,
    sobre: bool,
) -> list[Resultat]:
    """Load what the hits of an answer display; with ``sobre``, without alerts.

    Dropped: rows since removed, and people masked since the index was built.
    """
    gens = [mots_de_requete(valeur) for valeur in requete.filtres.get(DIRIGEANT, ())]
    lignes = LignesDeResultats(machine)
    vues = lignes.entreprises(reponse)
    signalees = {} if sobre else alertes.alertes(machine, [hit for hit in reponse.hits if hit.siren in vues])
    lieux = lignes.etablissements(reponse, vues)
    resultats = []
    sans_nom: dict[str, tuple[Mot, ...]] = {}
    coupe = posee.etape >= EtapeDeRecherche.PREFIXE
    for hit in reponse.hits:
        vue = vues.get(hit.siren)
        lieu = lieux.get(hit.siret) if hit.siret else None
        if vue is None or not vue.regime.listable or (hit.siret and (lieu is None or not lieu.regime.listable)):
            continue
        manquants = sans_nom[hit.siren] = raisons.mots_sans_nom(posee.mots, vue, inacheve=coupe) if posee.mots else ()
        # The people of a masked unit are not indexed, but a unit may be masked since.
        mentions = () if vue.masque else hit.mentions
        pourquoi = raisons.motif_d_un_autre_nom(posee.mots, vue)
        if not pourquoi and (manquants or gens):
            demandes = [manquants, raisons.hors_du_lieu(manquants, vue.siege), *gens]
            pourquoi = raisons.motif_de_mention(demandes, mentions) or raisons.motif(manquants, lieu or vue.siege)
        signaux = () if sobre else (*signalees.get(vue.siren, ()), *alertes.du_repertoire(vue))
        resultats.append(Resultat(vue, lieu, pourquoi, raisons.personnes(mentions), signaux))
    if posee.genre == "entreprises" and posee.mots:
        return explications.completer(machine, lignes, resultats, sans_nom, posee)
    return resultats


def suggerees(machine: Moteur, texte: str, limite: int) -> ReponseDuMoteur:
    """Return the companies whose name, or SIREN, begins with a text, best first. Their total is not counted."""
    manifeste = machine.manifeste()
    if len(texte) > TEXTE_COURT or manifeste is None:
        return amorces.chercher(machine, texte, limite)
    return _d_un_debut(manifeste.version, texte, limite)


@lru_cache(maxsize=DEBUTS_GARDES)
def _d_un_debut(version: str, texte: str, limite: int) -> ReponseDuMoteur:
    """Cached per version of the index: a few letters begin many names, and everybody types them."""
    return amorces.chercher(memoire(), texte, limite)


def _suggestion(vue: EntrepriseVue) -> Suggestion:
    return Suggestion(
        siren=vue.siren,
        nom=vue.nom,
        commune=vue.siege.adresse.commune if vue.siege else None,
        effectif=vue.tranche_effectif.libelle if vue.tranche_effectif else None,
        activite=vue.activite.libelle if vue.activite else None,
        etat=vue.etat,
    )
