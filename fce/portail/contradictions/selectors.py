"""Reads of the pages about contradictions: rules with their national count, what a producer was told and answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Avg, Count, F, QuerySet

from fce.contradictions.models import CompteDeContradictions, ContradictionRelevee
from fce.contradictions.regle import Regle
from fce.contradictions.regles import PAR_CODE, REGLES
from fce.droits.acteurs import FRANCE, Acteur
from fce.droits.matrice import territoire
from fce.entreprises.contenu import EntrepriseVue
from fce.entreprises.selectors import entreprises
from fce.fiche import selectors as fiche
from fce.fiche.contenu import ContradictionLue, Redirection
from fce.imports.depots.deposants import Responsable
from fce.portail.models import TEXTE_MAX, Signalement
from fce.referentiels import territoires
from fce.socle.erreurs import Introuvable, SourceIndisponible
from fce.sources.onglets import SYNTHESE

PAR_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class RegleVue:
    """A rule with its count, None when it was not counted or when the reader may not know it.

    For a producer: ``signalees``, reports received under the rule; ``repondues``, those answered; ``delai``: days
    between the two on average, None without an answer. ``listee``: its units can be listed.
    """

    regle: Regle
    compte: CompteDeContradictions | None
    signalees: int = 0
    repondues: int = 0
    delai: int | None = None
    listee: bool = False


def regles() -> list[RegleVue]:
    """Every rule; only those between open registers tell how many units they find."""
    comptes = _comptes()
    return [RegleVue(regle, comptes.get(regle.code) if regle.ouverte else None) for regle in REGLES]


def regles_de(responsable: Responsable) -> list[RegleVue]:
    """The rules that the officer's producers may be told of. Two queries."""
    comptes, recus = _comptes(), _recus(responsable)
    return [
        RegleVue(regle, comptes.get(regle.code), *recus.get(regle.code, (0, 0, None)), listee=regle.ouverte)
        for regle in REGLES
        if _le_sien(regle, responsable)
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
    lues = Signalement.objects.filter(
        regle=regle.code, siren__in=list(sirens), producteur__in=responsable.producteurs
    ).order_by("pk")
    return dict(lues.values_list("siren", "pk"))


@dataclass(frozen=True, slots=True)
class Territoire:
    """``departements``: those of the reader's habilitations in force, None for the whole country; ``choisi``: the one
    looked at, "" for all."""

    departements: frozenset[str] | None
    choisi: str = ""

    @property
    def relevees(self) -> QuerySet[ContradictionRelevee]:
        """Units of the last count there that break a rule between open registers."""
        ouvertes = [regle.code for regle in REGLES if regle.ouverte]
        return self.restreindre(ContradictionRelevee.objects.filter(regle__in=ouvertes))

    def restreindre(self, relevees: QuerySet[ContradictionRelevee]) -> QuerySet[ContradictionRelevee]:
        """Those of these units that are there."""
        if self.choisi:
            return relevees.filter(departement=self.choisi)
        return relevees if self.departements is None else relevees.filter(departement__in=self.departements)


def territoire_de(acteur: Acteur, maintenant: datetime, demande: str) -> Territoire:
    """The territory of an agent, narrowed to the département asked for when it is one of his. No query."""
    siens = territoire(acteur, maintenant)
    ouverts = None if FRANCE in siens else siens
    connu = territoires.departement(demande)
    permis = connu is not None and (ouverts is None or connu.code in ouverts)
    return Territoire(ouverts, connu.code if connu and permis else "")


def du_territoire(la: Territoire, code: str) -> QuerySet[ContradictionRelevee]:
    """Units of a territory, by number; of one rule only, when ``code`` is one that lists its units."""
    regle = PAR_CODE.get(code)
    trouvees = la.relevees.filter(regle=code) if regle and regle.ouverte else la.relevees
    return trouvees.order_by("siren", "siret", "regle")


def comptes_par_regle(la: Territoire) -> list[tuple[Regle, int]]:
    """Number of units listed by rule, for those that have some. One query."""
    nombres = dict(la.relevees.values_list("regle").annotate(n=Count("pk")).order_by())
    return [(regle, nombres[regle.code]) for regle in REGLES if regle.code in nombres]


def lignes_du_territoire(
    relevees: Iterable[ContradictionRelevee],
) -> list[tuple[ContradictionRelevee, Regle, EntrepriseVue | None]]:
    """Units of a page with their rule and, unless something of it is masked today, their company. One query."""
    lues = [*relevees]
    vues = entreprises({x.siren for x in lues})
    ouvertes = {siren: vue for siren, vue in vues.items() if not vue.masque}
    return [(x, PAR_CODE[x.regle], ouvertes.get(x.siren)) for x in lues]


def _le_sien(regle: Regle, responsable: Responsable) -> bool:
    return any(producteur.code in responsable.producteurs for producteur, _ in regle.destinataires)


def _comptes() -> dict[str, CompteDeContradictions]:
    return {compte.regle: compte for compte in CompteDeContradictions.objects.all()}


def _recus(responsable: Responsable) -> dict[str, tuple[int, int, int | None]]:
    lus = (
        Signalement.objects.filter(producteur__in=responsable.producteurs)
        .exclude(regle="")
        .values("regle")
        .annotate(recus=Count("pk"), repondus=Count("traite_le"), delai=Avg(F("traite_le") - F("recu_le")))
        .order_by()
    )
    return {x["regle"]: (x["recus"], x["repondus"], _jours(x["delai"])) for x in lus}


def _jours(delai: timedelta | None) -> int | None:
    return None if delai is None else round(delai / timedelta(days=1))


def destinee(code: str, source: str) -> Regle | None:
    """The rule that a report to the producer of ``source`` may be about; None for any other."""
    regle = PAR_CODE.get(code)
    siens = {lue.nom for _, lue in regle.destinataires} if regle else set()
    return regle if source in siens else None


def texte_a_envoyer(regle: Regle, numero: str) -> str:
    """What the form of a report proposes: the rule and, between open registers, what each says of the unit to anyone.

    Nothing restricted is read: facts that are not open stay with the agent, who knows what the producer may read.
    """
    entete = f"{regle.titre}. {regle.pourquoi}"
    lue = _lue_par_tous(regle, numero) if regle.ouverte else None
    dits = [f"{dit.registre} : {dit.entier}" for dit in lue.dits] if lue else []
    return "\n".join([entete, *dits])[:TEXTE_MAX]


def _lue_par_tous(regle: Regle, numero: str) -> ContradictionLue | None:
    lire = fiche.fiche_etablissement if regle.etablissement else fiche.fiche_entreprise
    try:
        lue = lire(numero, onglet=SYNTHESE)
    except (Introuvable, SourceIndisponible):
        return None
    if isinstance(lue, Redirection):
        return None
    return next((c for c in lue.apercu.contradictions if c.code == regle.code), None)
