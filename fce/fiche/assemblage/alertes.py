"""Alerts that Sirene alone justifies (masked, closed, missing from its file), with their scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu
from fce.fiche.formes.contenu import AlerteVue
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT, Perimetre
from fce.socle.texte.formats import jour
from fce.socle.texte.identifiants import formater_siret
from fce.sources.catalogue.insee import GRAVITES

MASQUE = (
    "Cette unité s'est opposée à la diffusion de ses données (article R123-232-1 du code de commerce) : "
    "son adresse n'est pas montrée, ni le nom d'une personne physique."
)
MASQUE_PRUDENCE = (
    "Le statut de diffusion n'est pas connu : par prudence, ce qui identifie ou localise n'est pas montré."
)


def alertes_entreprise(
    vue: EntrepriseVue, oppose: bool | None, *, ul_lisible: bool, etablissements_en_place: bool
) -> Iterator[AlerteVue]:
    """Alerts of a company. ``oppose``: whether its holder is known to have opposed its diffusion, None when
    its row is missing; ``ul_lisible``: its source could be read."""
    if oppose is None:
        yield _absente(ul_lisible)
    elif vue.masque:
        yield _diffusion(oppose, ENTREPRISE)
    if vue.etat == "C":
        yield _cessee(vue)
    if not etablissements_en_place:
        return
    if vue.etat == "A" and vue.siege is not None and vue.siege.etat == "F":
        yield AlerteVue("attention", "Siège fermé", ENTREPRISE, _depuis(vue.siege.etat_depuis), vue.siege.etat_depuis)
    if vue.etat == "A" and vue.nombre_etablissements and not vue.nombre_etablissements_ouverts:
        yield AlerteVue(
            "attention",
            "Aucun établissement ouvert",
            ENTREPRISE,
            "L'entreprise est active mais tous ses établissements sont fermés.",
        )
    if vue.siege is None and vue.siret_siege:
        numero = formater_siret(vue.siret_siege)
        yield AlerteVue(
            "information",
            "Siège absent du fichier en place",
            ENTREPRISE,
            f"Le siège déclaré ({numero}) n'y figure pas.",
        )


def alertes_etablissement(
    vue: EtablissementVu,
    entreprise: EntrepriseVue | None,
    oppose: bool,
    *,
    ul_lisible: bool,
) -> Iterator[AlerteVue]:
    """Alerts of an establishment. ``oppose``: whether its holder is known to have opposed the diffusion of it or of
    its company."""
    if entreprise is None:
        yield _absente(ul_lisible)
    elif vue.masque:
        yield _diffusion(oppose, ETABLISSEMENT)
    if vue.etat == "F":
        yield AlerteVue("alerte", "Établissement fermé", ETABLISSEMENT, _depuis(vue.etat_depuis), vue.etat_depuis)
    if entreprise is not None and entreprise.etat == "C":
        yield replace(_cessee(entreprise), heritee=True)


def _cessee(vue: EntrepriseVue) -> AlerteVue:
    return AlerteVue(
        "alerte", "Entreprise cessée", ENTREPRISE, _depuis(vue.etat_depuis), vue.etat_depuis,
        gravite=GRAVITES["cessation"],
    )  # fmt: skip


def _absente(ul_lisible: bool) -> AlerteVue:
    if not ul_lisible:
        return AlerteVue(
            "attention",
            "Identité indisponible",
            ENTREPRISE,
            "Les unités légales ne peuvent pas être lues pour le moment.",
        )
    return AlerteVue(
        "attention",
        "Entreprise absente du fichier en place",
        ENTREPRISE,
        "L'unité légale n'est pas dans le fichier importé : son nom et ses adresses ne sont pas montrés, par prudence.",
    )


def _diffusion(oppose: bool, perimetre: Perimetre) -> AlerteVue:
    return AlerteVue("information", "Diffusion partielle", perimetre, MASQUE if oppose else MASQUE_PRUDENCE)


def _depuis(quand: date | None) -> str:
    return f"Depuis le {jour(quand)}." if quand else "Date inconnue."
