"""Work relations: collective agreements, gender equality, posted workers, accidents."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fce.demo.activites import SANS_CONVENTION
from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, employeurs, famille, forme, idcc, naf, nom, ouvre
from fce.socle.texte.mois import ajouter_mois

THEMES = {
    "epargne": "Intéressement",
    "remuneration": "Evolution des salaires",
    "temps_travail": "Aménagement du temps de travail",
    "conditions_travail": "Autres dispositions conditions de travail",
    "emploi": "GPEC",
    "egalite_pro": "Egalité salariale F/H",
    "classifications": "Classifications",
    "formation": "Formation professionnelle",
    "protection_sociale": "Couverture complémentaire santé",
    "droit_syndical": "Droit syndical, IRP, expression des salariés",
    "autres": "Autres, précisez",
    "nouvelles_technologies": "Nouvelles technologies",
}
"""{theme of an agreement: its label in the published base}."""

SEUIL_INDEX = 50
"""Employees from which the index is due (code du travail, art. L. 1142-8)."""

SEUIL_REPRESENTATION = 1_000
ANNEES_INDEX = 3
"""Number of years declared."""

_ATTENDUS_AT = {"industrie": 31.2, "artisan": 44.6, "commerce": 28.4, "association": 38.9}
_SECTIONS = {"industrie": "C", "artisan": "F", "commerce": "G", "association": "Q", "conseil": "M", "service": "N"}


@dataclass(frozen=True, slots=True)
class Accord:
    numero: str
    siret: str
    signature: date
    themes: tuple[str, ...]


def idcc_etablissements(emploi: Emploi) -> Iterator[Faits]:
    """One row per employing establishment; IDCC padded to six characters, as by DARES."""
    mois = emploi.monde.calendrier.dernier_mois
    for unite in emploi.monde.ouvertes:
        for etablissement in unite.etablissements:
            if etablissement.ouvert and emploi.totaux(etablissement):
                code = SANS_CONVENTION if forme(unite).startswith("7") else idcc(etablissement)
                releve = {"mois": mois, "date_maj": ajouter_mois(mois, 1).replace(day=25)}
                yield {"siret": etablissement.siret, "idcc": f"{code}  ", **releve}


def accords(monde: Monde) -> list[Accord]:
    """Return the agreements, oldest first: one a year or more from 50 employees on, few below."""
    signes: list[Accord] = []
    for unite in monde.ouvertes:
        if forme(unite).startswith("7"):
            continue
        for etablissement in employeurs(unite)[:12]:
            signes += _accords(monde, etablissement)
    return sorted(signes, key=lambda a: (a.signature, a.siret))


def _accords(monde: Monde, etablissement: Etablissement) -> Iterator[Accord]:
    alea, effectif = monde.alea("accords", etablissement.siret), etablissement.effectif or 0
    chance = 0.9 if effectif >= 50 else 0.35 if effectif >= 11 else 0.03
    departement, signes = monde.lieu(etablissement).departement.zfill(3), 0
    for annee in range(2021, 2027):
        for rang in range(1 + effectif // 200):
            # The featured company signed one recently.
            recent = (annee, rang) == (2026, 0) and etablissement.siege and etablissement.siren == VEDETTE
            if alea.random() > chance and not recent:
                continue
            quand = ouvre(monde.le(annee, 1, 10) + timedelta(days=alea.randrange(285)))
            if recent:
                quand = ouvre(monde.arrete - timedelta(days=20))
            if (etablissement.creation or monde.arrete) >= quand or quand > monde.arrete - timedelta(days=15):
                continue
            signes += 1
            numero = f"T{departement}{quand:%y}{int(etablissement.siret[4:13]):09d}{signes}"
            choisis = alea.sample(list(THEMES), alea.choices((1, 2, 3), (60, 30, 10))[0])
            yield Accord(numero, etablissement.siret, quand, tuple(theme for theme in THEMES if theme in choisis))


def accords_entreprise(accords: list[Accord]) -> Iterator[Faits]:
    """Rows of D@ccord: 1 in the column of each theme."""
    for accord in accords:
        themes = {theme: int(theme in accord.themes) for theme in THEMES}
        yield {"numero": accord.numero, "siret": accord.siret, "date_signature": accord.signature, **themes}


def egapro(emploi: Emploi) -> Iterator[Faits]:
    """One row per year and company of at least 50 employees; one in eight has no computable index."""
    for unite in _assujetties(emploi):
        alea, derniere = emploi.monde.alea("egapro", unite.siren), emploi.monde.calendrier.annee_close
        for annee in range(derniere - ANNEES_INDEX + 1, derniere + 1):
            effectif = emploi.total(unite, date(annee, 12, 1))
            if effectif < SEUIL_INDEX:
                continue
            notes = _notes(alea, petite=effectif < 251, calculable=unite.siren == VEDETTE or alea.random() > 0.12)
            yield {
                **emploi.monde.identite(unite),
                "annee": annee,
                "structure": "Entreprise",
                "tranche": "50:250" if effectif < 251 else "251:999" if effectif < 1_000 else "1000:",
                "pays": "FRANCE",
                "code_naf": unite.periodes[-1].activite,
                **notes,
            }


def _notes(alea: random.Random, *, petite: bool, calculable: bool) -> dict[str, int | str]:
    """Scores whose sum is the index; up to 250 employees, one indicator covers raises."""
    if not calculable:
        return dict.fromkeys(("remuneration", "hautes_remunerations", "conge_maternite", "index"), "NC")
    notes = {"remuneration": alea.choice((25, 31, 34, 36, 38, 39, 40))}
    if petite:
        notes["augmentation"] = alea.choice((15, 25, 35, 35))
    else:
        notes["augmentation_hors_promotion"] = alea.choice((10, 20, 20))
        notes["promotion"] = alea.choice((10, 15, 15))
    notes["conge_maternite"] = alea.choice((0, 15, 15, 15))
    notes["hautes_remunerations"] = alea.choice((0, 5, 5, 10))
    return {**notes, "index": sum(notes.values())}


def egapro_representation(emploi: Emploi) -> dict[str, Any]:
    """Egapro's answer on balanced representation, due from 1 000 employees on."""
    donnees = []
    for unite in _assujetties(emploi):
        derniere = emploi.monde.calendrier.annee_close
        if emploi.total(unite, date(derniere, 12, 1)) < SEUIL_REPRESENTATION:
            continue
        alea, par_annee = emploi.monde.alea("representation", unite.siren), {}
        for annee in map(str, range(derniere - ANNEES_INDEX + 1, derniere + 1)):
            parts = {"cadres": round(alea.uniform(15, 55), 1), "membres": round(alea.uniform(20, 50), 1)}
            par_annee[annee] = {
                **{f"pourcentage_femmes_{qui}": part for qui, part in parts.items()},
                **{f"pourcentage_hommes_{qui}": round(100 - part, 1) for qui, part in parts.items()},
                **{f"motif_non_calculabilité_{qui}": None for qui in parts},
            }
        entreprise = {"siren": unite.siren, "raison_sociale": nom(unite)}
        donnees.append({"entreprise": entreprise, "représentation_équilibrée": par_annee})
    return {"data": donnees}


def detachement(emploi: Emploi) -> dict[str, int]:
    """Return the posted workers of the year, by SIRET, in industry, building, agriculture."""
    detaches = {}
    for unite in emploi.monde.ouvertes:
        for etablissement in employeurs(unite)[:6]:
            appelle = famille(etablissement) in ("industrie", "agricole")
            appelle = appelle or naf(etablissement).startswith(("41", "42", "43"))
            alea = emploi.monde.alea("sipsi", etablissement.siret)
            if appelle and (unite.siren == VEDETTE or alea.random() < 0.06):
                detaches[etablissement.siret] = 1 + int(alea.paretovariate(0.9)) % 60
    return detaches


def detachement_siret(monde: Monde, detaches: dict[str, int]) -> Iterator[Faits]:
    """Rows by place of work."""
    annee = monde.calendrier.stock.year
    return ({"siret": siret, "annee": annee, "salaries": n} for siret, n in sorted(detaches.items()))


def detachement_siren(monde: Monde, detaches: dict[str, int]) -> Iterator[Faits]:
    """Rows by client; a worker at two places counts once."""
    annee, par_siren = monde.calendrier.stock.year, dict[str, list[int]]()
    for siret, nombre in detaches.items():
        par_siren.setdefault(siret[:9], []).append(nombre)
    for siren, nombres in sorted(par_siren.items()):
        yield {"siren": siren, "annee": annee, "salaries": max(*nombres, round(sum(nombres) * 0.95))}


def accidents_travail(emploi: Emploi) -> Iterator[Faits]:
    """One row per establishment of at least ten people: accidents and rates."""
    for etablissement in (e for u in emploi.monde.ouvertes for e in employeurs(u)):
        effectif = emploi.totaux(etablissement).get(date(emploi.monde.calendrier.annee_close, 12, 1), 0)
        if not naf(etablissement) or effectif < 10:
            continue
        alea, attendu = emploi.monde.alea("dati", etablissement.siret), _ATTENDUS_AT.get(famille(etablissement), 19.5)
        total = round(effectif * attendu / 1_000 * alea.uniform(0, 2.4))
        mortels = 1 if total > 5 and alea.random() < 0.05 else 0
        arrets = round((total - mortels) * alea.uniform(0.5, 0.9))
        yield {
            "siret": etablissement.siret,
            "total": total,
            "mortels": mortels,
            "avec_arret": arrets,
            "sans_arret": total - mortels - arrets,
            "code_naf_niv1": _SECTIONS.get(famille(etablissement), "S"),
            "taux": round(total / effectif * 1_000, 1),
            "taux_france": attendu,
            "taux_region": round(attendu * alea.uniform(0.9, 1.1), 1),
        }


def _assujetties(emploi: Emploi) -> Iterator[UniteLegale]:
    return (
        u for u in emploi.monde.ouvertes if not forme(u).startswith(("1", "7")) and (u.effectif or 0) >= SEUIL_INDEX
    )
