"""Reads of the pages about contradictions: rules with their national count, what a producer was told and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db.models import Avg, Count, F, QuerySet

from fce.donnees.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.donnees.contradictions.regle import Regle
from fce.donnees.contradictions.regles import PAR_CODE, REGLES
from fce.donnees.contradictions.services import registres_manquants
from fce.donnees.entreprises.contenu import EntrepriseVue
from fce.donnees.entreprises.selectors import entreprises, etablissements
from fce.donnees.imports.depots.deposants import Responsable
from fce.droits.habilitations.acteurs import FRANCE, Acteur
from fce.droits.habilitations.matrice import territoire
from fce.fiche import selectors as fiche
from fce.fiche.formes.contenu import ContradictionVue, Redirection
from fce.referentiels import territoires
from fce.service.portail.models import TEXTE_MAX, Signalement
from fce.socle.erreurs import Introuvable, SourceIndisponible
from fce.sources.onglets import SYNTHESE

PAR_PAGE: Final = 50


class RegleVue(NamedTuple):
    """A rule with its count, None when it was not counted or when the reader may not know it.

    For a producer: ``signalees``, reports received under the rule; ``repondues``, those answered; ``delai``: days
    between the two on average, None without an answer. ``listee``: its units can be listed. ``manquants``: registers
    without which it is not counted.
    """

    regle: Regle
    compte: CompteDeContradictions | None
    signalees: int = 0
    repondues: int = 0
    delai: int | None = None
    listee: bool = False
    manquants: Sequence[str] = ()


def regles() -> list[RegleVue]:
    """Every rule; only those between open registers tell how many units they find."""
    comptes = _comptes()
    manquants = registres_manquants(r for r in REGLES if r.code not in comptes)
    return [
        RegleVue(regle, comptes.get(regle.code) if regle.ouverte else None, manquants=manquants.get(regle.code, ()))
        for regle in REGLES
    ]


def regles_de(responsable: Responsable) -> list[RegleVue]:
    """The rules that the officer's producers may be told of. Three queries at most."""
    comptes, recus = _comptes(), _recus(responsable)
    siennes = [regle for regle in REGLES if _le_sien(regle, responsable)]
    manquants = registres_manquants(r for r in siennes if r.code not in comptes)
    return [
        RegleVue(
            regle,
            comptes.get(regle.code),
            *recus.get(regle.code, (0, 0, None)),
            listee=regle.ouverte,
            manquants=manquants.get(regle.code, ()),
        )
        for regle in siennes
    ]


def regle_de(responsable: Responsable, code: str) -> Regle:
    """A rule between open registers, one of them the officer's. Raises Introuvable."""
    regle = PAR_CODE.get(code)
    if regle is None or not regle.ouverte or not _le_sien(regle, responsable):
        raise Introuvable("Aucune liste de contradictions de ce nom parmi celles de vos données.")
    return regle


def relevees(regle: Regle) -> QuerySet[ContradictionRelevee]:
    """Units of the last count, by number."""
    return ContradictionRelevee.objects.filter(regle=regle.code).order_by("siren", "siret")


def compte_de(regle: Regle) -> CompteDeContradictions | None:
    """Last count of a rule, None when it was not counted."""
    return _comptes().get(regle.code)


def signalees(regle: Regle, sirens: Iterable[str], responsable: Responsable) -> Mapping[str, int]:
    """{SIREN: number of the latest report received about it under this rule}."""
    recus = Signalement.objects.filter(
        regle=regle.code, siren__in=list(sirens), producteur__in=responsable.producteurs
    ).order_by("pk")
    return dict(recus.values_list("siren", "pk"))


class TerritoireRegarde(NamedTuple):
    """``departements``: those of the reader's habilitations in force, None for the whole country; ``choisi``: the one
    looked at, "" for all."""

    departements: frozenset[str] | None
    choisi: str = ""

    @property
    def relevees(self) -> QuerySet[ContradictionRelevee]:
        """Units of the last count there that break a rule between open registers."""
        return self.restreindre(ContradictionRelevee.objects.filter(regle__in=ouvertes("")))

    def restreindre(self, relevees: QuerySet[ContradictionRelevee]) -> QuerySet[ContradictionRelevee]:
        """Those of these units that are there."""
        if self.choisi:
            return relevees.filter(departement=self.choisi)
        return relevees if self.departements is None else relevees.filter(departement__in=self.departements)


def territoire_de(acteur: Acteur, maintenant: datetime, demande: str) -> TerritoireRegarde:
    """The territory of an agent, narrowed to the département asked for when it is one of his. No query."""
    siens = territoire(acteur, maintenant)
    ouverts = None if FRANCE in siens else siens
    connu = territoires.departement(demande)
    permis = connu is not None and (ouverts is None or connu.code in ouverts)
    return TerritoireRegarde(ouverts, connu.code if connu and permis else "")


def du_territoire(la: TerritoireRegarde, code: str) -> QuerySet[ContradictionRelevee]:
    """Units of a territory, by number; of one rule only, when ``code`` is one between open registers."""
    return la.relevees.filter(regle__in=ouvertes(code)).order_by("siren", "siret", "regle")


def ouvertes(code: str) -> list[str]:
    """Codes of the rules that ``du_territoire`` lists for this one."""
    regle = PAR_CODE.get(code)
    return [code] if regle and regle.ouverte else [regle.code for regle in REGLES if regle.ouverte]


def comptes_par_regle(la: TerritoireRegarde) -> list[tuple[Regle, int]]:
    """Number of units listed by rule, for those that have some. One query."""
    nombres = dict(la.relevees.values_list("regle").annotate(n=Count("pk")).order_by())
    return [(regle, nombres[regle.code]) for regle in REGLES if regle.code in nombres]


def lignes_du_territoire(
    relevees: Iterable[ContradictionRelevee],
) -> list[tuple[ContradictionRelevee, Regle, EntrepriseVue | None]]:
    """Units of a page with their rule and their company, those masked since the count left out. Two queries."""
    return [(x, PAR_CODE[x.regle], vue) for x, vue in diffusees(relevees)]


def diffusees(relevees: Iterable[ContradictionRelevee]) -> list[tuple[ContradictionRelevee, EntrepriseVue]]:
    """Units with their company, without those that were masked or withdrawn since the count: a list by département or
    by rule would say where they are. Two queries."""
    toutes = [*relevees]
    vues, lieux = entreprises({x.siren for x in toutes}), etablissements(x.siret for x in toutes if x.siret)

    def montree(x: ContradictionRelevee) -> bool:
        lieu = lieux.get(x.siret)
        return x.siren in vues and not vues[x.siren].masque and (not x.siret or (lieu is not None and not lieu.masque))

    return [(x, vues[x.siren]) for x in toutes if montree(x)]


def non_comptees(codes: Iterable[str]) -> list[RegleVue]:
    """Rules, among these, that have no count. Two queries, one when all have."""
    sans = {*codes} - _comptes().keys()
    regles_ = [regle for regle in REGLES if regle.code in sans]
    manquants = registres_manquants(regles_)
    return [RegleVue(regle, None, manquants=manquants[regle.code]) for regle in regles_]


def _le_sien(regle: Regle, responsable: Responsable) -> bool:
    return any(producteur.code in responsable.producteurs for producteur, _ in regle.destinataires)


def _comptes() -> dict[str, CompteDeContradictions]:
    return {compte.regle: compte for compte in CompteDeContradictions.objects.all()}


def _recus(responsable: Responsable) -> dict[str, tuple[int, int, int | None]]:
    par_regle = (
        Signalement.objects.filter(producteur__in=responsable.producteurs)
        .exclude(regle="")
        .values("regle")
        .annotate(recus=Count("pk"), repondus=Count("traite_le"), delai=Avg(F("traite_le") - F("recu_le")))
        .order_by()
    )
    return {x["regle"]: (x["recus"], x["repondus"], _jours(x["delai"])) for x in par_regle}


def _jours(delai: timedelta | None) -> int | None:
    return None if delai is None else round(delai / timedelta(days=1))


def destinee(code: str, source: str) -> Regle | None:
    """The rule that a report to the producer of ``source`` may be about; None for any other."""
    regle = PAR_CODE.get(code)
    siens = {registre.nom for _, registre in regle.destinataires} if regle else set()
    return regle if source in siens else None


def texte_a_envoyer(regle: Regle, numero: str) -> str:
    """What the form of a report proposes: the rule and, between open registers, what each says of the unit to anyone.

    Nothing restricted is read: facts that are not open stay with the agent, who knows what the producer may read.
    """
    entete = f"{regle.titre}. {regle.pourquoi}"
    ouverte = _dite_a_tous(regle, numero) if regle.ouverte else None
    dits = [f"{dit.registre} : {dit.entier}" for dit in ouverte.dits] if ouverte else []
    return "\n".join([entete, *dits])[:TEXTE_MAX]


def _dite_a_tous(regle: Regle, numero: str) -> ContradictionVue | None:
    fiche_de = fiche.fiche_etablissement if regle.etablissement else fiche.fiche_entreprise
    try:
        vue = fiche_de(numero, onglet=SYNTHESE)
    except (Introuvable, SourceIndisponible):
        return None
    if isinstance(vue, Redirection):
        return None
    return next((c for c in vue.apercu.contradictions if c.code == regle.code), None)
