"""The two sheets. Two round trips each, whatever the unit (the versions in place, then everything in one statement);
a third one for establishments that facts name and that the page does not show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fce.entreprises import diffusion, historique, lieux, requetes, sirene
from fce.entreprises import selectors as entreprises
from fce.entreprises.construction import (
    entreprise_absente,
    entreprise_vue,
    etablissement_vu,
    regime_de,
    regime_etablissement_de,
)
from fce.entreprises.contenu import PageEtablissements
from fce.entreprises.libelles import jour
from fce.entreprises.natures import natures
from fce.fiche import assemblage
from fce.fiche.alertes import alertes_entreprise, alertes_etablissement
from fce.fiche.blocs import Versions, bloc, provenance, ranger, refus
from fce.fiche.consignation import sans_journal
from fce.fiche.contenu import FicheEntreprise, FicheEtablissement, LienEtablissement, Redirection
from fce.fiche.formes.commun import PERIODE
from fce.fiche.lecteur import LecteurDeFiche
from fce.fiche.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.plan import Regimes
from fce.fiche.resumes import contributrices
from fce.imports.selectors import reperes
from fce.socle.branches import lire
from fce.socle.erreurs import Introuvable, SourceIndisponible
from fce.socle.identifiants import formater_siren, formater_siret
from fce.sources import registre
from fce.sources.declaration import Source

PANNE = "Les données de Sirene ne peuvent pas être lues pour le moment. Réessayez dans quelques minutes."


def fiche_entreprise(
    siren: str,
    page: int = 1,
    etat: str | None = None,
    texte: str = "",
    taille: int = entreprises.TAILLE_PAGE,
    *,
    lecteur: LecteurDeFiche | None = None,
    periode: int = PERIODE,
    complet: bool = False,
) -> FicheEntreprise | Redirection:
    """The sheet of a company, or the redirection of the old SIREN of a duplicate. Two round trips, three when facts are
    grouped by establishment.

    ``lecteur``: who reads and what for (anyone, by default); ``periode``: months of the charts; ``complet``: every row.
    ``page``, ``etat`` ("A", "F", None) and ``texte`` filter its establishments as in ``entreprises.etablissements_de``.
    A unité légale missing from the file in place still has a sheet when establishments of it are there.
    Raises Introuvable when the SIREN is in no file, SourceIndisponible when neither file can be read; for a file or the
    API, JournalIndisponible and VolumeDepasse: the page then shows its open part, and says why.
    """
    qui = lecteur or LecteurDeFiche()
    return sans_journal(
        lambda lu: _fiche_entreprise(siren, page, etat, texte, taille, lu, periode, complet), qui,
        partie_ouverte=qui.surface == "fiche",
    )  # fmt: skip


def _fiche_entreprise(
    siren: str,
    page: int,
    etat: str | None,
    texte: str,
    taille: int,
    lecteur: LecteurDeFiche,
    periode: int,
    complet: bool,
) -> FicheEntreprise | Redirection:
    versions = Versions(reperes(), lecteur.aujourd_hui)
    plans = assemblage.plans(siren, lecteur, versions, complet=complet)
    lues = lire(
        [
            requetes.unite_legale(siren),
            requetes.siege(siren),
            requetes.doublons(siren),
            entreprises.branche_etablissements(siren, page, taille, etat, texte),
            requetes.historique_unite_legale(siren),
            requetes.successions_entreprise(siren),
            refus(),
            *assemblage.branches(plans, lecteur),
        ],
        preparee=True,
        marque=diffusion.MARQUE_INSEE,
    )
    versions = versions.avec_refus(lues["refus"])
    remplacant = entreprises.remplacant_depuis(siren, lues["doublons"])
    if remplacant:
        return Redirection(remplacant)
    if lues["unite_legale"] is None and lues["etablissements"] is None:
        raise SourceIndisponible(PANNE)
    brute = _premiere(lues["unite_legale"])
    liste = entreprises.page_depuis(lues["etablissements"] or [], brute, page, taille)
    if brute is None and not liste.nombre and lues["unite_legale"] is not None:
        raise Introuvable(_inconnue(f"le SIREN {formater_siren(siren)}", sirene.UNITES_LEGALES.nom, versions))
    regime = regime_de(brute)
    periodes = _masquees(lues["historique_unite_legale"], sirene.UNITES_LEGALES_HISTORIQUE, regime)
    if brute is None:
        vue = entreprise_absente(siren, liste.nombre, liste.ouverts)
    else:
        vue = entreprise_vue(brute, _premiere(lues["siege"]), liste.nombre, liste.ouverts)
        vue = replace(vue, etat_depuis=historique.depuis(periodes, vue.etat, vue.date_creation) or vue.etat_depuis)
    apports = assemblage.assembler(
        plans, lues, versions, assemblage.regimes(regime, brute, lues), lecteur,
        parc=assemblage.parc(lues), unite=brute, lieux_connus=liste.etablissements, periode=periode,
        complet=complet,
    )  # fmt: skip
    evenements = historique.chronologie_entreprise(brute, periodes, lues["successions"] or [])
    jalons = historique.par_date(historique.trier([*evenements, *apports.evenements]))
    blocs = [
        (
            "identite",
            bloc(
                "identite", "Identité", [sirene.UNITES_LEGALES.nom], versions, vue,
                vide=brute is None, en_panne=lues["unite_legale"] is None,
                absence="Unité légale absente du fichier en place", perimetre=ENTREPRISE,
            ),
        ),
        (
            "etablissements",
            bloc(
                "etablissements", "Établissements", [sirene.ETABLISSEMENTS.nom], versions, liste,
                vide=not liste.total, en_panne=lues["etablissements"] is None, absence=_aucun_etablissement(liste),
                perimetre=ENTREPRISE,
            ),
        ),
        (
            "historique",
            bloc(
                "chronologie", "Chronologie",
                [
                    sirene.UNITES_LEGALES.nom, sirene.UNITES_LEGALES_HISTORIQUE.nom, sirene.SUCCESSIONS.nom,
                    *contributrices(apports),
                ],
                versions, jalons, vide=not jalons,
                en_panne=lues["historique_unite_legale"] is None or lues["successions"] is None,
                absence="Aucun changement connu", perimetre=apports.chronologie,
            ),
        ),
        *apports.blocs,
    ]  # fmt: skip
    return FicheEntreprise(
        entreprise=vue,
        trouvee=brute is not None,
        alertes=(
            *apports.alertes,
            *alertes_entreprise(
                vue,
                brute,
                ul_lue=lues["unite_legale"] is not None,
                etablissements_en_place=sirene.ETABLISSEMENTS.nom in versions and lues["etablissements"] is not None,
            ),
        ),
        tuiles=tuple(apports.tuiles),
        rubriques=ranger(blocs),
        etablissements=liste,
        chronologie=jalons,
        perimetre=apports.chronologie,
    )


def fiche_etablissement(
    siret: str, *, lecteur: LecteurDeFiche | None = None, periode: int = PERIODE, complet: bool = False
) -> FicheEtablissement:
    """The sheet of an establishment, as ``fiche_entreprise``. Two round trips.

    Raises Introuvable when the SIRET is not in the file in place, SourceIndisponible when it cannot be read.
    """
    qui = lecteur or LecteurDeFiche()
    return sans_journal(
        lambda lu: _fiche_etablissement(siret, lu, periode, complet), qui, partie_ouverte=qui.surface == "fiche"
    )


def _fiche_etablissement(siret: str, lecteur: LecteurDeFiche, periode: int, complet: bool) -> FicheEtablissement:
    siren = siret[:9]
    versions = Versions(reperes(), lecteur.aujourd_hui)
    plans = assemblage.plans(siret, lecteur, versions, complet=complet)
    lues = lire(
        [
            requetes.etablissement(siret),
            requetes.unite_legale(siren),
            requetes.siege(siren),
            requetes.compte(siren),
            requetes.historique_etablissement(siret),
            requetes.successions_etablissement(siret),
            refus(),
            *assemblage.branches(plans, lecteur),
        ],
        preparee=True,
        marque=diffusion.MARQUE_INSEE,
    )
    versions = versions.avec_refus(lues["refus"])
    if lues["etablissement"] is None:
        raise SourceIndisponible(PANNE)
    brut, unite = _premiere(lues["etablissement"]), _premiere(lues["unite_legale"])
    if brut is None:
        raise Introuvable(_inconnue(f"le SIRET {formater_siret(siret)}", sirene.ETABLISSEMENTS.nom, versions))
    regime = regime_etablissement_de(brut, unite)
    periodes = _masquees(lues["historique_etablissement"], sirene.ETABLISSEMENTS_HISTORIQUE, regime)
    vue = etablissement_vu(brut, unite)
    vue = replace(vue, etat_depuis=historique.depuis(periodes, vue.etat, vue.date_creation) or vue.etat_depuis)
    compte = _premiere(lues["compte"]) or {"nombre": 0, "ouverts": 0}
    entreprise = entreprise_vue(unite, _premiere(lues["siege"]), compte["nombre"], compte["ouverts"]) if unite else None
    liens = _liens(siret, lues["successions"] or [])
    apports = assemblage.assembler(
        plans, lues, versions, Regimes(regime), lecteur,
        parc=assemblage.un_seul(lieux.departement_de(brut.get("code_commune"))), periode=periode, complet=complet,
    )  # fmt: skip
    evenements = historique.chronologie_etablissement(brut, periodes, lues["successions"] or [])
    jalons = historique.par_date(historique.trier([*evenements, *apports.evenements]))
    blocs = [
        (
            "identite",
            bloc(
                "identite", "Identité", [sirene.ETABLISSEMENTS.nom], versions, vue,
                vide=False, en_panne=False, absence="", perimetre=ETABLISSEMENT,
            ),
        ),
        (
            "historique",
            bloc(
                "chronologie", "Chronologie",
                [sirene.ETABLISSEMENTS.nom, sirene.ETABLISSEMENTS_HISTORIQUE.nom, *contributrices(apports)],
                versions, jalons,
                vide=not jalons, en_panne=lues["historique_etablissement"] is None, absence="Aucun changement connu",
                perimetre=ETABLISSEMENT,
            ),
        ),
        (
            "historique",
            bloc(
                "successions", "Liens de succession", [sirene.SUCCESSIONS.nom], versions, liens,
                vide=not liens, en_panne=lues["successions"] is None, absence="Aucun lien de succession connu",
                perimetre=ETABLISSEMENT,
            ),
        ),
        *apports.blocs,
    ]  # fmt: skip
    statuts = [brut.get("statut_diffusion"), unite.get("statut_diffusion") if unite else None]
    return FicheEtablissement(
        etablissement=vue,
        entreprise=entreprise,
        alertes=(
            *apports.alertes,
            *alertes_etablissement(
                vue,
                entreprise,
                next((statut for statut in statuts if statut != "O"), "O"),
                ul_lue=lues["unite_legale"] is not None,
            ),
        ),
        tuiles=tuple(apports.tuiles),
        rubriques=ranger(blocs),
        chronologie=jalons,
        successions=liens,
        perimetre=ETABLISSEMENT,
    )


def _premiere(lignes: list[dict[str, Any]] | None) -> dict[str, Any] | None:
    return lignes[0] if lignes else None


def _masquees(lignes: list[dict[str, Any]] | None, source: Source, regime: diffusion.Regime) -> list[dict[str, Any]]:
    return [diffusion.masquer(ligne, natures(source), regime) for ligne in lignes or []]


def _liens(siret: str, lignes: list[dict[str, Any]]) -> tuple[LienEtablissement, ...]:
    return tuple(
        LienEtablissement(
            sens="successeur" if ligne["siret_predecesseur"] == siret else "predecesseur",
            siret=ligne["siret_successeur"] if ligne["siret_predecesseur"] == siret else ligne["siret_predecesseur"],
            date=jour(ligne["date_lien_succession"]),
            transfert_siege=ligne["transfert_siege"],
            continuite_economique=ligne["continuite_economique"],
        )
        for ligne in lignes
    )


def _aucun_etablissement(liste: PageEtablissements) -> str:
    return "Aucun établissement ne correspond au filtre" if liste.nombre else "Aucun établissement connu"


def _inconnue(numero: str, nom_source: str, versions: Versions) -> str:
    if nom_source not in versions:
        return f"Impossible de trouver {numero} : le répertoire Sirene n'est pas encore importé."
    dite = provenance(registre.source(nom_source), versions).datee
    return f"Aucune unité ne porte {numero} dans le répertoire Sirene{dite}. Vérifiez le numéro ou cherchez par le nom."
