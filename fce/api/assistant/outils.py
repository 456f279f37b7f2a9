"""The tools: what each reads, through the selectors of the pages (same rights, same masking, same journal), how the
protocol lists them, and the arguments of a call, checked against that."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Final

from django.http import QueryDict

from fce.api.assistant.faits import SCHEMA, Chapeau, Cite, LectureDOutil
from fce.api.strict import verifier
from fce.api.v1 import AU, PARAMETRES, demandee
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.donnees.imports.selectors import SourceSuivie, etat_des_sources
from fce.droits.habilitations.acteurs import ANONYME
from fce.droits.habilitations.erreurs import GesteRefuse
from fce.droits.habilitations.lecteur import LecteurDeDonnees
from fce.droits.habilitations.politique import Raison
from fce.ensembles.territoires import lieux, selectors as territoires
from fce.ensembles.territoires.selection import Selection
from fce.fiche import selectors as fiches
from fce.fiche.formes import contenu as formes
from fce.fiche.groupe import table
from fce.fiche.groupe.selectors import lire_en_entier
from fce.fiche.page import chapitres
from fce.fiche.page.alarmes import alarmes
from fce.fiche.page.historique import LigneDatee, cadre_de, ligne, suites
from fce.recherche.reponse import selectors as recherches
from fce.socle.erreurs import IdentifiantInvalide, ParametreInvalide
from fce.socle.texte.formats import jour, pluriel
from fce.socle.texte.identifiants import compacter, est_siret, siren_valide, siret_valide
from fce.socle.texte.pliage import plier
from fce.sources.onglets import ONGLETS, SYNTHESE, Onglet

_PAR_PAGE: Final = 20
_ETATS: Final = {"C": "cessée", "F": "fermé"}
HABILITEES: Final = "donnees_habilitees"
_PAR_UNE_PAGE: Final = f"Réservé : rappelez avec « {HABILITEES} » ; l’agent l’accordera sur une page de la fiche."
_ECRITS: Final = tomllib.loads((Path(__file__).parent / "outils.toml").read_text("utf-8"))
CONSIGNES_AUX_ASSISTANTS: Final = _ECRITS["consignes"]
_ANNOTATIONS: Final = {"readOnlyHint": True, "destructiveHint": False, "idempotentHint": True, "openWorldHint": False}


def chercher(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    debut = int(demande.get("curseur", "0"))
    posee = demande.copy()
    posee.pop("curseur", None)
    posee["taille"], posee["page"] = str(_PAR_PAGE), str(debut // _PAR_PAGE + 1)
    trouves = recherches.rechercher(demandee(posee), frozenset(), sobre=True)
    etat = next(s for s in etat_des_sources() if s.source.nom == "sirene-unites-legales")
    bloc = Chapeau("Résultats", "Insee", _au(etat), "toute la France")
    vus = [(r.entreprise, r.etablissement or r.entreprise.siege) for r in trouves.resultats]
    faits = [Cite(bloc, {"SIREN": vue.siren} | _textes_de(vue, lieu)) for vue, lieu in vus]
    approche = "Aucun n’est exact : ceux-ci s’en approchent." if trouves.approchants else ""
    total = f"{'' if trouves.total_exact else 'Au moins '}{pluriel(trouves.total, 'résultat')}."
    phrase = " ".join(filter(None, (total, approche, trouves.conseil)))
    return LectureDOutil(phrase, faits, debut - debut % _PAR_PAGE, reste=trouves.page < trouves.pages)


def fiche(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    la_fiche = _fiche(lecteur, demande, SYNTHESE)
    origines = {r.source.nom: r.provenance for r in la_fiche.apercu.releves}
    sirene = next(iter(p for r in la_fiche.rubriques for b in r.blocs for p in b.provenances), None)
    siege = la_fiche.entreprise.siege if isinstance(la_fiche, formes.FicheEntreprise) else la_fiche.etablissement
    faits = [Cite(_entete("Identité", sirene), {"Numéro": la_fiche.unite.numero} | _textes_de(la_fiche.vue, siege))]
    dites = alarmes(la_fiche, lecteur.territoire).toutes
    faits += [Cite(Chapeau("Alarmes", a.origine), {"Alarme": a.titre, "Lieu": a.lieu, "Quand": a.quand}) for a in dites]
    for t in chapitres.tuiles(la_fiche):
        bloc = _entete("Chiffres", origines.get(t.source, sirene), t.mention or t.perimetre.phrase)
        faits.append(Cite(bloc, {t.titre: t.valeur, "Précision": t.precision}))
    return LectureDOutil(f"Synthèse de {la_fiche.unite.numero}.", faits)


def onglet(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    voulu = ONGLETS[demande.get("onglet", "")]
    la_fiche = _fiche(lecteur, demande, voulu)
    blocs = (b for r in la_fiche.rubriques for b in r.blocs if b.source is not None)
    return LectureDOutil(f"{voulu.titre} de {la_fiche.unite.numero}.", chain.from_iterable(map(_du_bloc, blocs)))


def historique(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    la_fiche = _fiche(lecteur, demande, ONGLETS["historique"])
    provenances = [p for r in la_fiche.rubriques for b in r.blocs if b.cle == "chronologie" for p in b.provenances]
    cadre = cadre_de(la_fiche, lecteur.territoire, provenances)
    lignes = (ligne(s, cadre) for s in suites([e for j in la_fiche.chronologie for e in j.evenements]))
    perimetre = la_fiche.perimetre.mention or la_fiche.perimetre.phrase
    faits = (Cite(Chapeau("Faits datés", x.origine, "", perimetre), _textes_dates(x)) for x in lignes)
    return LectureDOutil(f"Historique de {la_fiche.unite.numero}, le plus récent d’abord.", faits)


def territoire(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    if lecteur.acteur is ANONYME:
        raise GesteRefuse(Raison.CONNEXION_REQUISE.phrase)
    debut = int(demande.get("curseur", "0"))
    choisi = lieux.trouver(demande.get("genre", ""), demande.get("code", ""), lecteur)
    page = territoires.page_du_territoire(lecteur, choisi, Selection(), str(debut // _PAR_PAGE + 1))
    page.lecture.exiger()
    bloc = Chapeau(choisi.nom, "Insee", f"au {jour(page.lecture.jour)}", choisi.nom)
    faits = [Cite(bloc, _textes_de(x.lieu, x.lieu)) for x in page.lignes]
    total = pluriel(page.page.paginator.count, "établissement")
    return LectureDOutil(f"{choisi.nom} : {total}.", faits, debut - debut % _PAR_PAGE, reste=page.page.has_next())


def groupe(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    le_groupe = lire_en_entier(_numero(demande)[:9], lecteur, int(demande.get("au", "0")) or None)
    perimetre = f"tel que déclaré en {le_groupe.au}" if le_groupe.au else "tel que déclaré aujourd’hui"
    faits = [Cite(Chapeau("Groupe", perimetre=perimetre), {"En une phrase": table.phrase(le_groupe)})]
    faits += [Cite(Chapeau("Non montrés", etat=reserve), {}) for reserve in le_groupe.reserves]
    for x in table.lignes(le_groupe) if le_groupe.liens else ():
        dits = dict(zip(table.ENTETES, map(str, table.rangee(x)), strict=True)) | {"Part (%)": x.part_dite}
        faits.append(Cite(Chapeau("Sociétés", x.origine, x.date, perimetre), dits))
    return LectureDOutil(f"Groupe de {le_groupe.siren}.", faits)


def contradictions(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    trouvees = _fiche(lecteur, demande, SYNTHESE).apercu.contradictions
    faits = [
        Cite(Chapeau(c.titre, d.registre, f"au {jour(d.au)}" if d.au else "", c.pourquoi), {"Dit": d.entier})
        for c in trouvees
        for d in c.dits
    ]
    phrase = pluriel(len(trouvees), "contradiction") if trouvees else "Aucune contradiction connue"
    return LectureDOutil(f"{phrase} entre registres.", faits)


def sources(lecteur: LecteurDeDonnees, demande: QueryDict) -> LectureDOutil:
    mots = plier(demande.get("q", ""))
    vus = [s for s in etat_des_sources() if mots in plier(f"{s.source.titre} {s.source.producteur} {s.source.systeme}")]
    noms = {s.source.titre: (s.source.producteur.nom, _au(s) or s.etat.value) for s in vus}
    faits = [Cite(Chapeau("Jeux de données", qui, au), {"Jeu": titre}) for titre, (qui, au) in noms.items()]
    return LectureDOutil(f"{pluriel(len(vus), 'jeu', 'jeux')} de données.", faits)


_OUTILS: Final = (chercher, fiche, onglet, historique, territoire, groupe, contradictions, sources)
LECTURES: Final = {outil.__name__: outil for outil in _OUTILS}
_ENUMS: Final = {"onglet": [cle for cle in ONGLETS if cle != "etablissements"], "genre": [*lieux.GENRES_DE_TERRITOIRE]}


def _numero(demande: QueryDict) -> str:
    numero = compacter(demande.get("numero", ""))
    if not siret_valide(numero) and not siren_valide(numero):
        raise IdentifiantInvalide("« numero » est un SIREN (9 chiffres) ou un SIRET (14 chiffres), clé comprise.")
    return numero


def _fiche(lecteur: LecteurDeDonnees, demande: QueryDict, voulu: Onglet) -> formes.Fiche:
    numero = _numero(demande)
    selecteur = fiches.fiche_etablissement if est_siret(numero) else fiches.fiche_en_vigueur
    return selecteur(numero, lecteur=lecteur, onglet=voulu)


def _textes_de(vue: EntrepriseVue | EtablissementVu, lieu: EtablissementVu | None) -> dict[str, str]:
    ouverte = "ouvert" if isinstance(vue, EtablissementVu) else "en activité"
    etat = ouverte if vue.etat == "A" else _ETATS.get(vue.etat or "", "")
    dits = {"Nom": vue.nom, "État": etat, "Activité": str(vue.activite or "")}
    return dits | ({"Établissement": lieu.siret, "Adresse": ", ".join(lieu.adresse.lignes)} if lieu else {})


def _textes_dates(x: LigneDatee) -> dict[str, str]:
    dits = {"Quand": x.quand, "Fait": x.titre, "Précision": x.detail, "Avant": x.avant, "Après": x.apres}
    return dits | {"Lieu": ", ".join(lieu for lieu, _ in x.lieux)}


def _entete(titre: str, p: formes.Provenance | None, perimetre: str = "", etat: str = "") -> Chapeau:
    return Chapeau(titre, p.producteur if p else "", p.datee.strip(" ,") if p else "", perimetre, etat)


def _du_bloc(bloc: formes.Bloc) -> Iterator[Cite]:
    if bloc.etat is not formes.EtatBloc.DONNEES or bloc.differe:
        habilite = bloc.raison == Raison.SECOND_FACTEUR_REQUIS.phrase
        yield Cite(_entete(bloc.titre, bloc.provenances[0], "", _PAR_UNE_PAGE if habilite else bloc.message), {})
        return
    bloc_dit = _entete(bloc.titre, bloc.provenances[0], bloc.mention or bloc.perimetre.phrase)
    yield from (Cite(bloc_dit, textes) for textes in _textes(bloc.contenu))


def _textes(contenu: object) -> Iterator[dict[str, str]]:
    """The printed cells of a bloc, by label, one row at a time."""
    match contenu:
        case formes.EnSerie():
            yield from _textes(contenu.tableau)
        case formes.EnValeurs():
            yield {libelle: cellule.texte for libelle, cellule in contenu.paires}
        case formes.EnTableau():
            if contenu.synthese:
                yield from _textes(contenu.synthese)
            for rangee in contenu.lignes:
                yield {c.libelle: x.texte for c, x in zip(contenu.colonnes, rangee, strict=True)}


def _au(suivie: SourceSuivie) -> str:
    return f"au {jour(suivie.en_place.date_metier)}" if suivie.en_place and suivie.en_place.date_metier else ""


@cache
def outils() -> Mapping[str, dict[str, Any]]:
    """Tools by name, in a stable order."""
    connus = {f"api.{p['name']}": p["schema"] | {"description": p["description"]} for p in PARAMETRES}
    connus["api.au"] = {"type": "integer", "minimum": 0, "maximum": 9999, "description": AU.description}
    connus |= {nom: p | ({"enum": _ENUMS[nom]} if nom in _ENUMS else {}) for nom, p in _ECRITS["parametres"].items()}
    return {nom: _outil(nom, _ECRITS["outils"][nom], connus) for nom in LECTURES}


def _outil(nom: str, dit: Mapping[str, Any], connus: Mapping[str, Any]) -> dict[str, Any]:
    proprietes = {n.removeprefix("api."): connus[n] for n in dit["parametres"]}
    entree = {"type": "object", "properties": proprietes, "required": dit["requis"], "additionalProperties": False}
    dite = {"name": nom, "title": dit["titre"], "description": dit["description"], "inputSchema": entree}
    return dite | {"outputSchema": SCHEMA, "annotations": _ANNOTATIONS | {"title": dit["titre"]}}


def arguments_de(outil: Mapping[str, Any], recus: object) -> QueryDict:
    """The arguments of a call, as the parameters of an address. Raises ParametreInvalide."""
    if not isinstance(recus, dict):
        raise ParametreInvalide("Les arguments d’un outil sont un objet.")
    schema, demande = outil["inputSchema"], QueryDict(mutable=True)
    for nom, valeur in recus.items():
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        if not all(isinstance(v, str | int) for v in valeurs):
            raise ParametreInvalide(f"« {str(nom)[:60]} » attend un texte ou un nombre.", parametre=nom)
        demande.setlist(nom, [str(v) for v in valeurs])
    verifier(demande, schema["properties"])
    if manquants := [nom for nom in schema["required"] if not demande.get(nom)]:
        raise ParametreInvalide(f"Donnez « {manquants[0]} ».", parametre=manquants[0])
    for nom, valeurs in demande.lists():
        permis = schema["properties"][nom].get("enum")
        if permis and not set(valeurs) <= {*permis}:
            raise ParametreInvalide(f"« {nom} » vaut : {', '.join(permis)}.", parametre=nom)
    return demande
