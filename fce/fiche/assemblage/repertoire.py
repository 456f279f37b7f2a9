"""What Sirene says on a sheet, once read: identity, establishments, periods, successions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from fce.donnees.entreprises import diffusion, historique, historique_lieux, repertoire, selectors as entreprises
from fce.donnees.entreprises.construction import entreprise_absente, entreprise_vue, etablissement_vu
from fce.donnees.entreprises.contenu import EntrepriseVue, EtablissementVu, PageEtablissements
from fce.donnees.entreprises.historique import Evenement, Journee
from fce.donnees.entreprises.libelles import jour
from fce.donnees.entreprises.natures import natures
from fce.fiche.assemblage.alertes import alertes_entreprise, alertes_etablissement
from fce.fiche.assemblage.blocs import Versions, bloc, dans_l_onglet, ranger
from fce.fiche.assemblage.resumes import Apports, contributrices
from fce.fiche.assemblage.sources import FicheBrute
from fce.fiche.formes.contenu import Bloc, FicheEntreprise, FicheEtablissement, LienEtablissement, Repreneur
from fce.fiche.unite.perimetre import ENTREPRISE, ETABLISSEMENT
from fce.fiche.unite.unite_visee import Unite, premiere
from fce.socle.erreurs import Introuvable, SourceIndisponible
from fce.sources import registre

PANNE: Final = "Les données de Sirene ne peuvent pas être lues pour le moment. Réessayez dans quelques minutes."

Ligne = Mapping[str, Any]
Vue = TypeVar("Vue", EntrepriseVue, EtablissementVu)


@dataclass(frozen=True, slots=True)
class SireneDEntreprise:
    """What Sirene says of a company. ``legale``: its raw row, None when missing; ``periodes`` are masked."""

    brute: FicheBrute
    legale: Ligne | None
    vue: EntrepriseVue
    liste: PageEtablissements
    periodes: list[dict[str, Any]]

    @property
    def connus(self) -> Sequence[EtablissementVu]:
        """Establishments shown by the sheet, and its siège."""
        siege = [self.vue.siege] if self.vue.siege else []
        return [*self.liste.etablissements, *siege]

    @property
    def evenements(self) -> Sequence[Evenement]:
        siens = historique.chronologie_entreprise(self.legale, self.periodes, self.brute.lignes["successions"] or [])
        lignes = self.brute.lignes
        return [
            *siens,
            *(historique.evenements_du_siege(self.vue.siege) if self.vue.etat == "A" else ()),
            *historique_lieux.evenements(lignes.get("lieux_dates") or []),
            *historique_lieux.deplacements(lignes.get("transferts") or []),
        ]

    def fiche(self, apports: Apports, jalons: tuple[Journee, ...]) -> FicheEntreprise:
        """Its sheet, with what the other sources bring."""
        lignes, versions = self.brute.lignes, self.brute.versions
        alertes = alertes_entreprise(
            self.vue,
            None if self.legale is None else diffusion.oppose(self.legale),
            ul_lisible=lignes["unite_legale"] is not None,
            etablissements_en_place=repertoire.ETABLISSEMENTS in versions and lignes["etablissements"] is not None,
        )
        return FicheEntreprise(
            entreprise=self.vue,
            trouvee=self.legale is not None,
            alertes=(*apports.alertes, *alertes),
            tuiles=tuple(apports.tuiles),
            onglet=self.brute.onglet,
            apercu=apports.apercu,
            rubriques=dans_l_onglet(ranger([*self._blocs(apports, jalons), *apports.blocs]), self.brute.onglet),
            etablissements=self.liste,
            chronologie=jalons,
            perimetre=apports.chronologie,
            anciens=tuple(x["ancien"] for x in lignes["anciens"] or ()),
            repris_par=_repreneurs(self.vue.siren, lignes["successions"] or []) if self.vue.etat == "C" else (),
        )

    def _blocs(self, apports: Apports, jalons: tuple[Journee, ...]) -> Iterator[tuple[str, Bloc]]:
        lignes, versions, liste = self.brute.lignes, self.brute.versions, self.liste
        aucun = "Aucun établissement ne correspond au filtre" if liste.nombre else "Aucun établissement connu"
        yield "identite", bloc(
            "identite", "Identité", [repertoire.UNITES_LEGALES], versions, self.vue,
            vide=self.legale is None, en_panne=lignes["unite_legale"] is None,
            absence="Unité légale absente du fichier en place", perimetre=ENTREPRISE,
        )  # fmt: skip
        yield "etablissements", bloc(
            "etablissements", "Établissements", [repertoire.ETABLISSEMENTS], versions, liste,
            vide=not liste.total, en_panne=lignes["etablissements"] is None, absence=aucun, perimetre=ENTREPRISE,
        )  # fmt: skip
        yield "historique", bloc(
            "chronologie", "Chronologie",
            [
                repertoire.UNITES_LEGALES, repertoire.UNITES_LEGALES_HISTORIQUE, repertoire.ETABLISSEMENTS,
                repertoire.SUCCESSIONS, *contributrices(apports),
            ],
            versions, jalons, vide=not (jalons or apports.dates or apports.apercu.jalons),
            en_panne=lignes["historique_unite_legale"] is None or lignes["successions"] is None,
            absence="Aucun changement connu", perimetre=apports.chronologie,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SireneDEtablissement:
    """What Sirene says of an establishment.

    ``lieu``: its raw row; ``legale``: that of its company, None when missing; ``periodes`` are masked.
    """

    brute: FicheBrute
    lieu: Ligne
    legale: Ligne | None
    vu: EtablissementVu
    entreprise: EntrepriseVue | None
    periodes: list[dict[str, Any]]
    connus: Sequence[EtablissementVu] = ()

    @property
    def evenements(self) -> Sequence[Evenement]:
        siens = historique.chronologie_etablissement(self.lieu, self.periodes, self.brute.lignes["successions"] or [])
        return [*siens, *historique.evenements_de_l_entreprise(self.entreprise)]

    def fiche(self, apports: Apports, jalons: tuple[Journee, ...]) -> FicheEtablissement:
        """Its sheet, with what the other sources bring."""
        alertes = alertes_etablissement(
            self.vu,
            self.entreprise,
            diffusion.oppose(self.lieu, self.legale),
            ul_lisible=self.brute.lignes["unite_legale"] is not None,
        )
        successions: Sequence[Ligne] = self.brute.lignes["successions"] or []
        liens = _liens(self.vu.siret, successions)
        return FicheEtablissement(
            etablissement=self.vu,
            entreprise=self.entreprise,
            alertes=(*apports.alertes, *alertes),
            tuiles=tuple(apports.tuiles),
            onglet=self.brute.onglet,
            apercu=apports.apercu,
            rubriques=dans_l_onglet(ranger([*self._blocs(apports, jalons, liens), *apports.blocs]), self.brute.onglet),
            chronologie=jalons,
            successions=liens,
            perimetre=ETABLISSEMENT,
            remplacant=entreprises.remplacant_depuis(self.vu.siren, self.brute.lignes["doublons"]) or "",
            repris_par=_repreneurs(self.vu.siret, successions) if self.vu.etat == "F" else (),
        )

    def _blocs(
        self, apports: Apports, jalons: tuple[Journee, ...], liens: tuple[LienEtablissement, ...]
    ) -> Iterator[tuple[str, Bloc]]:
        lignes, versions = self.brute.lignes, self.brute.versions
        yield "identite", bloc(
            "identite", "Identité", [repertoire.ETABLISSEMENTS], versions, self.vu,
            vide=False, en_panne=False, absence="", perimetre=ETABLISSEMENT,
        )  # fmt: skip
        yield "historique", bloc(
            "chronologie", "Chronologie",
            [
                repertoire.ETABLISSEMENTS, repertoire.ETABLISSEMENTS_HISTORIQUE, repertoire.UNITES_LEGALES,
                *contributrices(apports),
            ],
            versions, jalons, vide=not (jalons or apports.dates),
            en_panne=lignes["historique_etablissement"] is None,
            absence="Aucun changement connu", perimetre=ETABLISSEMENT,
        )  # fmt: skip
        yield "historique", bloc(
            "successions", "Liens de succession", [repertoire.SUCCESSIONS], versions, liens,
            vide=not liens, en_panne=lignes["successions"] is None, absence="Aucun lien de succession connu",
            perimetre=ETABLISSEMENT,
        )  # fmt: skip


def entreprise(fiche: FicheBrute, page: int, taille: int) -> SireneDEntreprise:
    """What Sirene says of a company. Raises Introuvable, SourceIndisponible."""
    unite, lignes = fiche.unite, fiche.lignes
    if lignes["unite_legale"] is None and lignes["etablissements"] is None:
        raise SourceIndisponible(PANNE)
    legale = premiere(lignes["unite_legale"])
    liste = entreprises.page_depuis(lignes["etablissements"] or [], legale, page, taille)
    if legale is None and not liste.nombre and lignes["unite_legale"] is not None:
        raise _inconnue(unite, repertoire.UNITES_LEGALES, fiche.versions)
    periodes = _masquees(lignes["historique_unite_legale"], repertoire.UNITES_LEGALES_HISTORIQUE, unite)
    if legale is None:
        vue = entreprise_absente(unite.siren, liste.nombre, liste.ouverts)
    else:
        vue = _depuis(entreprise_vue(legale, premiere(lignes["siege"]), liste.nombre, liste.ouverts), periodes)
    return SireneDEntreprise(fiche, legale, vue, liste, periodes)


def etablissement(fiche: FicheBrute) -> SireneDEtablissement:
    """What Sirene says of an establishment. Raises Introuvable, SourceIndisponible."""
    unite, lignes = fiche.unite, fiche.lignes
    if lignes["etablissement"] is None:
        raise SourceIndisponible(PANNE)
    lieu, legale = premiere(lignes["etablissement"]), premiere(lignes["unite_legale"])
    if lieu is None:
        raise _inconnue(unite, repertoire.ETABLISSEMENTS, fiche.versions)
    periodes = _masquees(lignes["historique_etablissement"], repertoire.ETABLISSEMENTS_HISTORIQUE, unite)
    vu = _depuis(etablissement_vu(lieu, legale), periodes)
    compte = premiere(lignes["compte"]) or {"nombre": 0, "ouverts": 0}
    vue = entreprise_vue(legale, premiere(lignes["siege"]), compte["nombre"], compte["ouverts"]) if legale else None
    return SireneDEtablissement(fiche, lieu, legale, vu, vue, periodes, connus=(vu,))


def _depuis(vue: Vue, periodes: Sequence[Ligne]) -> Vue:
    """The view with the date of its state corrected by its periods."""
    return replace(vue, etat_depuis=historique.depuis(periodes, vue.etat, vue.date_creation) or vue.etat_depuis)


def _masquees(lignes: list[dict[str, Any]] | None, jeu: str, unite: Unite) -> list[dict[str, Any]]:
    declares = natures(registre.source(jeu))
    return [diffusion.masquer(ligne, declares, unite.regimes.unite) for ligne in lignes or []]


def _liens(siret: str, lignes: Sequence[Ligne]) -> tuple[LienEtablissement, ...]:
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


def _repreneurs(numero: str, lignes: Sequence[Ligne]) -> tuple[Repreneur, ...]:
    """Successors of a company (other companies) or an establishment (others, of any company), latest first."""
    siens = (x for x in lignes if x["siret_predecesseur"].startswith(numero))
    repris = ((x["siret_successeur"][: len(numero)], x["nom_successeur"] or "") for x in siens)
    return tuple(Repreneur(*x) for x in dict.fromkeys(repris) if x[0] != numero)


def _inconnue(unite: Unite, jeu: str, versions: Versions) -> Introuvable:
    numero = f"le {unite.affichee}"
    if jeu not in versions:
        return Introuvable(f"Impossible de trouver {numero} : le répertoire Sirene n'est pas encore importé.")
    dite = versions.provenance(registre.source(jeu)).datee
    return Introuvable(
        f"Aucune unité ne porte {numero} dans le répertoire Sirene{dite}. Vérifiez le numéro ou cherchez par le nom."
    )
