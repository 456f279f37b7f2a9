"""Write all the data sets of a universe into a folder."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fce.demo import univers as sirene
from fce.demo.calendrier import Calendrier
from fce.demo.jeux import (
    accords_publies,
    aides,
    alimentation,
    annonces,
    comptes,
    controles,
    difficultes,
    dirigeants,
    effectifs,
    fichiers,
    fiscal,
    flux,
    labels,
    lieux_classes,
    mutations,
    publics,
    relations,
    rne,
)
from fce.demo.jeux.monde import Monde
from fce.demo.univers import GRAINE, Univers


@dataclass
class Recits:
    """The universe and its stories, each computed once."""

    monde: Monde

    @cached_property
    def difficultes(self) -> difficultes.Difficultes:
        return difficultes.survenues(self.monde)

    @cached_property
    def emploi(self) -> effectifs.Emploi:
        return effectifs.Emploi(self.monde, self.difficultes)

    @cached_property
    def direction(self) -> dirigeants.Direction:
        return dirigeants.direction(self.monde, self.difficultes)

    @cached_property
    def comptes(self) -> list[comptes.Compte]:
        return comptes.comptes(self.emploi)

    @cached_property
    def accords(self) -> list[relations.Accord]:
        return relations.accords(self.monde)

    @cached_property
    def detaches(self) -> dict[str, int]:
        """Posted workers, by SIRET of the host establishment."""
        return relations.detachement(self.emploi)


Lignes = Callable[[Recits], Iterable[fichiers.Ligne]]
Octets = Callable[[Recits], bytes]

DELIMITES: dict[str, Lignes] = {
    "accidents-travail": lambda r: relations.accidents(r.emploi),
    "accords-entreprise": lambda r: relations.accords_deposes(r.accords),
    "achats-responsables": lambda r: labels.achats_responsables(r.monde),
    "activite-partielle": lambda r: mutations.activite_partielle(r.emploi),
    "agrements-sanitaires": lambda r: alimentation.agrements(r.monde),
    "aides-ademe": lambda r: aides.ademe(r.monde),
    "aides-minimis": lambda r: aides.minimis(r.monde),
    "alim-confiance": lambda r: alimentation.alim_confiance(r.monde),
    "annuaire-education": lambda r: lieux_classes.education(r.monde),
    "annuaire-facturation": lambda r: fiscal.annuaire_facturation(r.monde),
    "apprentissage": lambda r: effectifs.apprentissage(r.emploi),
    "avocats": lambda r: labels.avocats(r.monde),
    "bdf-bilans": lambda r: comptes.bilans_bdf(r.monde, r.comptes),
    "bilan-ges": lambda r: labels.bilan_ges(r.monde),
    "bodacc": lambda r: annonces.bodacc(r.monde, r.direction, r.difficultes, r.comptes),
    "collectivites": lambda r: publics.collectivites(r.monde),
    "contrats-aides": lambda r: aides.contrats_aides(r.emploi),
    "detachement-siren": lambda r: relations.detachement_siren(r.detaches, r.monde.calendrier.stock.year),
    "detachement-siret": lambda r: relations.detachement_siret(r.detaches, r.monde.calendrier.stock.year),
    "dgddi-eori": lambda r: fiscal.eori(r.monde),
    "dgddi-operateurs": lambda r: fiscal.operateurs(r.monde),
    "dgfip-attestation-fiscale": lambda r: fiscal.attestations_fiscales(r.monde, r.difficultes),
    "dgfip-chiffre-affaires": lambda r: fiscal.chiffres_affaires(r.monde, r.comptes),
    "dgfip-liasses": lambda r: fiscal.liasses(r.monde, r.comptes),
    "dgfip-liens-capitalistiques": lambda r: fiscal.liens_capitalistiques(r.monde, r.direction),
    "dsn-effectifs": lambda r: effectifs.dsn_effectifs(r.emploi),
    "effectifs-etp": lambda r: effectifs.effectifs_etp(r.emploi),
    "egapro": lambda r: relations.egapro(r.emploi),
    "eos-visites": lambda r: controles.eos(r.monde),
    "ess": lambda r: labels.ess(r.monde),
    "iae": lambda r: aides.iae(r.monde),
    "idcc-etablissements": lambda r: relations.conventions_appliquees(r.emploi),
    "inpi-beneficiaires": lambda r: dirigeants.beneficiaires(r.monde, r.direction),
    "marches-publics": lambda r: publics.marches(r.monde),
    "mdf-controles": lambda r: controles.mdf(r.monde),
    "msa-conformite": lambda r: fiscal.msa(r.monde),
    "organismes-formation": lambda r: labels.organismes_formation(r.monde),
    "patrimoine-vivant": lambda r: labels.patrimoine_vivant(r.monde),
    "plan-relance": lambda r: aides.plan_relance(r.monde),
    "qualiopi": lambda r: labels.qualiopi(r.monde),
    "ratios-financiers": lambda r: comptes.ratios(
        r.monde, [*r.comptes, *comptes.consolides(r.comptes, r.direction.filiales)]
    ),
    "rna": lambda r: publics.rna(r.monde),
    "rnf": lambda r: publics.rnf(r.monde),
    "rupco-etablissements": lambda r: mutations.rupco_etablissements(r.emploi),
    "rupco-procedures": lambda r: mutations.rupco_procedures(r.emploi),
    "sora-controles": lambda r: controles.sora(r.monde),
    "sparc-metrologie": lambda r: controles.sparc(r.monde),
    "spectacles": lambda r: labels.spectacles(r.monde),
    "tva": lambda r: fiscal.tva(r.monde),
    "urssaf-vigilance": lambda r: fiscal.vigilance(r.monde, r.difficultes),
    "wikit-controles": lambda r: controles.wikit_controles(r.monde),
}
"""{source: rows} of the delimited files."""

PARTICULIERS: dict[str, tuple[str, Octets]] = {
    "accords-publies": (
        "tar.gz",
        lambda r: fichiers.en_tar_gz(accords_publies.membres(r.monde, r.accords), r.monde.calendrier.jour),
    ),
    "bio": ("json", lambda r: fichiers.en_json(alimentation.bio(r.monde))),
    "egapro-representation": ("json", lambda r: fichiers.en_json(relations.representation(r.emploi))),
    "elus": ("zip", lambda r: publics.elus(r.monde)),
    "finess": ("csv", lambda r: lieux_classes.finess(r.monde)),
    "icpe-seveso": ("zip", lambda r: lieux_classes.icpe(r.monde)),
    "rge": ("json", lambda r: fichiers.en_json(labels.rge(r.monde))),
    "rne": ("json", lambda r: fichiers.en_json(rne.formalites(r.monde, r.direction, r.difficultes))),
    "sirene-flux": ("json", lambda r: flux.flux(r.monde)),
    "wikit-unites": ("json", lambda r: fichiers.en_json(controles.wikit_unites(r.monde))),
}
"""{source: (extension, bytes)} of the other layouts."""

MEME_FICHIER = {"rne-dirigeants": "rne", "rne-observations": "rne", "ratios-consolides": "ratios-financiers"}
"""Sources that read another source's file."""


def ecrire(dossier: Path, univers: Univers, *, graine: int = GRAINE) -> dict[str, Path]:
    """Write every data set except Sirene's into an existing folder; return ``{source: file}``."""
    recits = Recits(Monde(univers, graine))
    chemins = {}
    for nom, lignes in DELIMITES.items():
        chemins[nom] = fichiers.ecrire(
            dossier / f"{nom}.csv", fichiers.gabarit(nom, univers.calendrier).octets(lignes(recits))
        )
    for nom, (extension, octets) in PARTICULIERS.items():
        chemins[nom] = fichiers.ecrire(dossier / f"{nom}.{extension}", octets(recits))
    return chemins | {nom: chemins[autre] for nom, autre in MEME_FICHIER.items()}


def ecrire_tout(
    dossier: Path, *, graine: int = GRAINE, entreprises: int = 5_000, calendrier: Calendrier | None = None
) -> dict[str, Path]:
    """Write every data set of a seed's universe; create the folder if missing. ``calendrier``: today's by default."""
    univers = sirene.composer(graine=graine, entreprises=entreprises, calendrier=calendrier)
    return sirene.ecrire(dossier, univers) | ecrire(dossier, univers, graine=graine)
