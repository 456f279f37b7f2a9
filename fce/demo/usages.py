"""Twelve ended months of invented usage events: agents who grow in number, rest in August, and act. Reproducible for a
given day."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from fce.demo.calendrier import Calendrier
from fce.demo.ouverture import CCRF_59, DOUANIER, FISCAL, INSPECTION_59, INSPECTION_62, POLE_3E, Ouverture
from fce.droits.comptes.models import Organisation
from fce.droits.habilitations.finalites import PROFILS
from fce.service.statistiques.agregation import MOIS_TENUS, publier_le_mois
from fce.service.statistiques.models import ChiffreMensuel, EvenementDUsage
from fce.service.statistiques.pseudonymes import LONGUEUR
from fce.socle.texte.mois import ajouter_mois

AGENTS: Final[Mapping[Ouverture, tuple[int, int]]] = {
    INSPECTION_59: (44, 70),
    POLE_3E: (58, 110),
    FISCAL: (90, 260),
    DOUANIER: (36, 85),
    CCRF_59: (24, 40),
    INSPECTION_62: (31, 52),
}
"""{group: (agents active in the last month, agents declared by its organisation)}."""
CREUX: Final = {8: 0.55, 12: 0.8, 5: 0.9}
"""{month number: share of the usual activity}."""
# (event, share of the month's agents who do it, largest number of times), besides signing in, searching and reading.
_GESTES: Final = (
    ("connexion_habilitee", 0.9, 12),
    ("fiche_reservee_lue", 0.75, 60),
    ("visite_annoncee", 0.4, 6),
    ("croisement_dit", 0.22, 3),
    ("croisement_reporte", 0.09, 2),
    ("croisement_commun", 0.07, 2),
    ("croisement_abandonne", 0.05, 1),
    ("croisement_maintenu", 0.11, 2),
    ("contact_note", 0.5, 9),
    ("erreur_signalee", 0.05, 2),
    ("demande_envoyee", 0.3, 4),
    ("demande_prise", 0.28, 4),
    ("demande_repondue", 0.25, 3),
    ("demande_utile", 0.2, 3),
    ("demande_inutile", 0.04, 1),
)
_TAILLE: Final = 2000


@dataclass(frozen=True, slots=True)
class _Mois:
    """A month to invent. ``rang``: 1 for the latest; ``ampleur``: activity relative to the latest."""

    debut: date
    rang: int

    @property
    def ampleur(self) -> float:
        return (0.35 + 0.65 * (MOIS_TENUS - self.rang + 1) / MOIS_TENUS) * CREUX.get(self.debut.month, 1.0)


def ecrire_usage(calendrier: Calendrier) -> int:
    """Write and publish, as invented, the ended months without figures; return how many."""
    courant = calendrier.jour.replace(day=1)
    voulus = [_Mois(ajouter_mois(courant, -n), n) for n in range(MOIS_TENUS, 0, -1)]
    connus = set(ChiffreMensuel.objects.values_list("mois", flat=True))
    manquants = [mois for mois in voulus if mois.debut not in connus]
    organisations = _organisations() if manquants else {}
    for mois in manquants:
        alea = random.Random(f"usage {mois.debut}")  # noqa: S311 – invented figures
        EvenementDUsage.objects.bulk_create(_evenements(mois, organisations, alea), batch_size=_TAILLE)
    # After all the events: returning agents are compared with the previous month.
    return sum(publier_le_mois(mois.debut, invente=True) for mois in manquants)


def _organisations() -> dict[Ouverture, Organisation]:
    trouvees = {}
    for ouverture, (_, declares) in AGENTS.items():
        administration = ouverture.administration
        organisation, _ = Organisation.objects.get_or_create(
            numero=administration.siret, defaults={"nom": administration.nom}
        )
        if organisation.agents_declares is None:
            organisation.agents_declares = declares
            organisation.save(update_fields=["agents_declares"])
        trouvees[ouverture] = organisation
    return trouvees


def _evenements(
    mois: _Mois, organisations: Mapping[Ouverture, Organisation], alea: random.Random
) -> Iterator[EvenementDUsage]:
    for ouverture, organisation in organisations.items():
        corps = PROFILS[ouverture.profil].corps
        for n in range(round(AGENTS[ouverture][0] * mois.ampleur)):
            # One agent in seven is absent each month; otherwise every agent would return.
            if alea.random() < 0.86:
                agent = hashlib.sha256(f"{organisation.numero} {n}".encode()).hexdigest()[:LONGUEUR]
                yield from _d_un_agent(mois, agent, organisation, corps, alea)
    for nom, nombre in (("visite_du_site", 2600), ("fiche_lue", 5200), ("recherche", 3100)):
        yield EvenementDUsage(jour=_jour(mois, alea), nom=nom, nombre=round(nombre * mois.ampleur * _ecart(alea)))
    for nom, nombre in (("avis_aide", 52), ("avis_aide_en_partie", 14), ("avis_aide_pas", 9)):
        yield EvenementDUsage(jour=_jour(mois, alea), nom=nom, nombre=round(nombre * mois.ampleur * _ecart(alea)))
    for note, nombre in ((10, 16), (9, 14), (8, 15), (7, 8), (5, 5), (2, 2)):
        combien = round(nombre * mois.ampleur * _ecart(alea))
        yield EvenementDUsage(jour=_jour(mois, alea), nom="avis_note", valeur=note, nombre=max(combien, 1))


def _d_un_agent(
    mois: _Mois, agent: str, organisation: Organisation, corps: str, alea: random.Random
) -> Iterator[EvenementDUsage]:
    def fait(nom: str, nombre: int, service: str = "", valeur: int | None = None) -> EvenementDUsage:
        return EvenementDUsage(
            jour=_jour(mois, alea), nom=nom, pseudonyme=agent, organisation=organisation, service=service,
            valeur=valeur, nombre=nombre,
        )  # fmt: skip

    for nom, plus in (("connexion", 15), ("recherche", 25), ("fiche_lue", 40)):
        yield fait(nom, alea.randint(1, plus))
    for nom, part, plus in _GESTES:
        if alea.random() < part:
            seul = nom in ("connexion_habilitee", "fiche_reservee_lue", "erreur_signalee")
            valeurs = {
                "croisement_dit": 1,
                "demande_prise": alea.choice((0, 1, 1, 2, 2, 3, 5, 8)),
                "demande_repondue": alea.choice((1, 2, 4, 6, 9, 14)),
            }
            yield fait(nom, alea.randint(1, plus), "" if seul else corps, valeurs.get(nom))


def _jour(mois: _Mois, alea: random.Random) -> date:
    return mois.debut + timedelta(days=alea.randrange(28))


def _ecart(alea: random.Random) -> float:
    return alea.uniform(0.9, 1.1)
