"""A company in the terms of the contract: pure functions from what was read (``lectures``) to its structure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from fce.api.compatible import criteres, lieux
from fce.api.compatible.formes import (
    Admin,
    Bodacc,
    CollectiviteTerritoriale,
    Complements,
    DirigeantCompatible,
    EluCompatible,
    Finances,
    Immatriculation,
    ProcedureCollective,
    Radiation,
    UniteLegaleCompatible,
)
from fce.api.compatible.lectures import Ligne, UniteAvecFaits
from fce.api.compatible.lieux import NON_DIFFUSIBLE, en_texte, instant, liste, oui_non
from fce.donnees.entreprises.construction import nom_entreprise
from fce.referentiels import activites
from fce.socle.texte import paris
from fce.socle.texte.pliage import plier
from fce.sources.catalogue.dila.bodacc import regles as bodacc_
from fce.sources.catalogue.inpi.comptes import PUBLIC, est_publique
from fce.sources.catalogue.inpi.rne_dirigeants.regles import par_personne

FORMES_D_EXERCICE: Final = {
    "AGENT_COMMERCIAL": "Agent commercial",
    "AGRICOLE_NON_ACTIF": "Agricole non actif",
    "ACTIF_AGRICOLE": "Actif agricole",
    "ARTISANALE": "Artisanale",
    "ARTISANALE_NON_REGLEMENTEE": "Artisanale non réglementée",
    "ARTISANALE_REGLEMENTEE": "Artisanale réglementée",
    "COMMERCIALE": "Commerciale",
    "GESTION_DE_BIENS": "Gestion de biens",
    "INDEPENDANTE": "Indépendante",
    "LIBERALE": "Libérale",
    "LIBERALE_NON_REGLEMENTEE": "Libérale non réglementée",
    "LIBERALE_REGLEMENTEE": "Libérale réglementée",
    "SANS_ACTIVITE": "Sans activité",
}
_PRESENCES: Final = {
    "convention_collective_renseignee": "idcc-etablissements",
    "egapro_renseignee": "egapro",
    "est_achats_responsables": "achats-responsables",
    "est_alim_confiance": "alim-confiance",
    "est_avocat": "avocats",
    "est_finess": "finess",
    "est_organisme_formation": "organismes-formation",
    "est_rge": "rge",
    "est_siae": "iae",
    "est_uai": "annuaire-education",
    "est_patrimoine_vivant": "patrimoine-vivant",
    "bilan_ges_renseigne": "bilan-ges",
    "a_aide_minimis": "aides-minimis",
    "a_aide_ademe": "aides-ademe",
}
"""{flag: source that has a row about the company}."""
_PARIS: Final = ("75056", "75C", "75")


def unite_legale(
    unite: UniteAvecFaits, blocs: frozenset[str], trouves: Sequence[str] = (), score: float | None = None
) -> UniteLegaleCompatible:
    """A company, with the blocks asked. ``trouves``: its establishments that match."""
    u = unite.ligne
    rne = lieux.premiere(unite.faits.get("rne", ()))
    reponse = UniteLegaleCompatible(
        siren=unite.siren,
        **_noms(unite),
        nombre_etablissements=unite.nombre,
        nombre_etablissements_ouverts=unite.ouverts,
        activite_principale=u["activite_principale"],
        activite_principale_naf25=u["activite_principale_naf25"],
        categorie_entreprise=u["categorie_entreprise"],
        caractere_employeur=oui_non(u["caractere_employeur"]),
        annee_categorie_entreprise=en_texte(u["annee_categorie_entreprise"]),
        date_creation=u["date_creation"],
        date_fermeture=u["date_debut"] if u["etat_administratif"] == "C" else None,
        date_mise_a_jour=unite.mise_a_jour or None,
        date_mise_a_jour_insee=instant(u["date_dernier_traitement"]),
        date_mise_a_jour_rne=instant(rne.get("date_mise_a_jour")),
        etat_administratif=u["etat_administratif"],
        nature_juridique=u["categorie_juridique"],
        section_activite_principale=_section(u),
        tranche_effectif_salarie=u["tranche_effectifs"],
        annee_tranche_effectif_salarie=en_texte(u["annee_effectifs"]),
        statut_diffusion=unite.regime.statut,
    )
    faire: dict[str, Callable[[], Any]] = {
        "siege": lambda: lieux.siege(unite),
        "dirigeants": lambda: _dirigeants(unite),
        "finances": lambda: _finances(unite.faits.get("ratios-financiers", ())),
        "complements": lambda: _complements(unite),
        "matching_etablissements": lambda: [lieux.en_liste(unite, s) for s in trouves if s in unite.lieux],
        "etablissements": lambda: lieux.page(unite),
        "immatriculation": lambda: _immatriculation(rne),
        "bodacc": lambda: _bodacc(unite),
        "admin": lambda: _admin(unite, reponse.nom_complet),
        "tva": lambda: liste(unite.faits.get("tva", ()), "numero"),
        "score": lambda: score,
    }
    for bloc in blocs:
        setattr(reponse, bloc, faire[bloc]())
    return reponse


def _section(u: Ligne) -> str | None:
    section = activites.section_de().get(u["activite_principale"])
    return section.removeprefix(activites.MARQUE) if section else None


def _noms(unite: UniteAvecFaits) -> dict[str, Any]:
    """``nom_complet``: the name, then the usual name of the siège, then the sigle."""
    u = unite.ligne
    if not unite.regime.listable:
        return dict.fromkeys(("nom_complet", "nom_raison_sociale", "sigle"), NON_DIFFUSIBLE)
    nom = nom_entreprise(u)
    usuel = unite.siege.ligne.get("denomination_usuelle") if unite.siege else None
    masque = unite.regime.masque
    ajouts = [f" ({ajout.strip()})" for ajout in (usuel, None if masque else u["sigle"]) if ajout]
    return {
        "nom_complet": f"{nom}{''.join(ajouts)}".upper() if nom else None,
        "nom_raison_sociale": u["denomination"],
        "sigle": NON_DIFFUSIBLE if masque else u["sigle"],
    }


def _dirigeants(unite: UniteAvecFaits) -> list[DirigeantCompatible]:
    masque = unite.regime.masque
    lignes = [{"siren": unite.siren, **ligne} for ligne in unite.faits.get("rne-dirigeants", ())]
    sortie = []
    # The names of a masked company's directors are hidden: merging them would count people by name.
    for x in lignes if masque else par_personne(lignes, paris.aujourd_hui()):
        if x["type_personne"] == "personne morale" or x["denomination"] or x["siren_dirigeant"]:
            sortie.append(
                DirigeantCompatible(
                    type_dirigeant="personne morale",
                    qualite=x["qualite"],
                    siren=x["siren_dirigeant"],
                    denomination=x["denomination"],
                )
            )
            continue
        usage = f" ({x['nom_usage']})" if x["nom_usage"] and x["nom_usage"] != x["nom"] else ""
        sortie.append(
            DirigeantCompatible(
                type_dirigeant="personne physique",
                qualite=x["qualite"],
                nom=NON_DIFFUSIBLE if masque else f"{x['nom']}{usage}" if x["nom"] else None,
                prenoms=NON_DIFFUSIBLE if masque else x["prenoms"],
                annee_de_naissance=None,
                date_de_naissance=None,
                nationalite=None,
            )
        )
    return sortie


def _finances(lignes: Iterable[Ligne]) -> dict[str, Finances] | None:
    """The last year published, complete accounts before simplified ones."""
    publiques = [x for x in lignes if est_publique(x["confidentialite"] or PUBLIC)]
    dernier = max(publiques, key=lambda x: (x["date_cloture"], x["type_bilan"] == "C"), default=None)
    if dernier is None:
        return None
    return {dernier["date_cloture"][:4]: Finances(_euros(dernier["chiffre_affaires"]), _euros(dernier["resultat_net"]))}


def _euros(montant: float | None) -> int | None:
    return None if montant is None else int(montant)


def _complements(unite: UniteAvecFaits) -> Complements:
    u, faits = unite.ligne, unite.faits
    forme = u["categorie_juridique"]
    presences: dict[str, Any] = {drapeau: bool(faits.get(source)) for drapeau, source in _PRESENCES.items()}
    spectacles = [x for x in faits.get("spectacles", ()) if x["label"]]
    return Complements(
        **presences,
        collectivite_territoriale=_collectivite(unite),
        liste_idcc=liste(faits.get("idcc-etablissements", ()), "idcc"),
        liste_finess_juridique=liste(faits.get("finess", ()), "numero_finess_juridique"),
        est_association=criteres.par_sa_forme("est_association", forme) or bool(faits.get("rna")),
        est_bio=any(x["label"] for x in faits.get("bio", ())),
        est_entrepreneur_individuel=criteres.par_sa_forme("est_entrepreneur_individuel", forme),
        est_entrepreneur_spectacle=bool(spectacles),
        est_ess=u["economie_sociale_solidaire"] is True or bool(faits.get("ess")),
        est_qualiopi=any(x["certifications"] for x in faits.get("qualiopi", ())),
        liste_id_organisme_formation=liste(faits.get("organismes-formation", ()), "numero"),
        est_societe_mission=u["societe_mission"] is True,
        identifiant_association=u["identifiant_association"] or lieux.premiere(faits.get("rna", ())).get("id"),
        statut_entrepreneur_spectacle="valide" if spectacles else None,
        type_siae=", ".join(liste(faits.get("iae", ()), "mesure") or ()) or None,
        est_administration=criteres.par_sa_forme("est_administration", forme),
    )


def _collectivite(unite: UniteAvecFaits) -> CollectiviteTerritoriale | None:
    ligne = lieux.premiere(unite.faits.get("collectivites", ()))
    if not ligne:
        return None
    code, insee = code_de_collectivite(ligne)
    elus = [
        EluCompatible(x["nom"], x["prenom"], None, x["fonction"] or x["mandat"], x["sexe"])
        for x in unite.faits.get("elus", ())
    ]
    return CollectiviteTerritoriale(code, insee, elus, ligne["niveau"])


def code_de_collectivite(ligne: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Code of the contract and official code of a local authority: « 59D » for a département, « 75C » for Paris."""
    code = ligne["code"]
    if code == _PARIS[0]:
        return _PARIS[1], _PARIS[2]
    return (f"{code}D" if ligne["niveau"] == "departement" and code else code), code


def _immatriculation(rne: Ligne) -> Immatriculation | None:
    if not rne:
        return None
    forme = rne["forme_exercice"]
    cloture = rne["cloture"]
    return Immatriculation(
        date_debut_activite=rne["date_debut_activite"],
        date_immatriculation=rne["date_immatriculation"],
        date_radiation=rne["date_radiation"],
        duree_personne_morale=rne["duree"],
        date_fin_existence=rne["date_fin_existence"],
        nature_entreprise=[FORMES_D_EXERCICE.get(forme, forme.replace("_", " ").capitalize())] if forme else None,
        date_cloture_exercice=cloture.replace("/", "") if cloture else None,
        capital_social=rne["capital"],
        capital_variable=rne["capital_variable"],
        devise_capital=rne["devise"],
        indicateur_associe_unique=rne["associe_unique"],
    )


def _bodacc(unite: UniteAvecFaits) -> Bodacc:
    lignes = [
        x | {nom: date.fromisoformat(x[nom]) if x[nom] else None for nom in ("jugement_date", "date_parution")}
        for x in map(dict, unite.faits.get("bodacc", ()))
    ]
    aujourd_hui = paris.aujourd_hui()
    jugement = lieux.premiere(bodacc_.jugement_en_vigueur(lignes, aujourd_hui))
    procedure = None
    if jugement:
        le = jugement["jugement_date"] or jugement["date_parution"]
        procedure = ProcedureCollective(jugement["procedure"], jugement["id"], en_texte(le))
    return Bodacc(_radiation(unite, bodacc_.radiation_publiee(lignes, aujourd_hui)), procedure)


def _radiation(unite: UniteAvecFaits, derniere: Ligne | None) -> Radiation | None:
    """The striking off published, unless a sole trader works on: one may end an activity and keep another."""
    seul = criteres.par_sa_forme("est_entrepreneur_individuel", unite.ligne["categorie_juridique"])
    if derniere is None or (seul and unite.ouverts > 0):
        return None
    return Radiation(True, derniere["id"], derniere["radiation_date"])


def _admin(unite: UniteAvecFaits, nom: str | None) -> Admin:
    lisible = re.sub(r"[^a-z0-9]+", "-", plier(nom or "" if unite.regime.listable else "")).strip("-")
    administration = criteres.par_sa_forme("est_administration", unite.ligne["categorie_juridique"])
    return Admin("-".join(filter(None, (lisible, unite.siren))), administration)
