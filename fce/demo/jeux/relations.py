"""Work relations: collective agreements, gender equality, posted workers, accidents."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from fce.demo.entreprises import Etablissement, UniteLegale
from fce.demo.jeux.conventions import SANS_CONVENTION, idcc
from fce.demo.jeux.effectifs import Emploi
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Monde, employeurs, forme, jour, metier, mois_avant, nom, ouvre

THEMES = (
    ("epargne", "groth2_01_epargne_salariale", "Intéressement"),
    ("remuneration", "groth2_02_remuneration", "Evolution des salaires"),
    ("temps", "groth2_03_duree_amenagement_temps_travail", "Aménagement du temps de travail"),
    ("conditions", "groth2_04_conditions_travail", "Autres dispositions conditions de travail"),
    ("emploi", "groth2_05_emploi", "GPEC"),
    ("egalite", "groth2_06_egalite_professionnelle", "Egalité salariale F/H"),
    ("classifications", "groth2_07_classifications", "Classifications"),
    ("formation", "groth2_08_formation_professionnelle", "Formation professionnelle"),
    ("protection", "groth2_09_protection_sociale", "Couverture complémentaire santé"),
    ("syndical", "groth2_10_droit_syndical", "Droit syndical, IRP, expression des salariés"),
    ("autres", "groth2_11_autres", "Autres, précisez"),
    ("numerique", "groth2_12_nouvelles_technos_numeriques", "Nouvelles technologies"),
)
"""Themes of an agreement: (short name, D@ccord column, label of the published base)."""

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
    themes: tuple[int, ...]


def conventions_appliquees(emploi: Emploi) -> Iterator[Ligne]:
    """One row per employing establishment; IDCC padded to six characters, as by DARES."""
    for unite in emploi.monde.ouvertes:
        for etablissement in unite.etablissements:
            if etablissement.ouvert and emploi.totaux(etablissement):
                code = SANS_CONVENTION if forme(unite).startswith("7") else idcc(etablissement)
                yield {
                    "MOIS": f"{emploi.monde.calendrier.dernier_mois:%Y-%m}",
                    "SIRET": etablissement.siret,
                    "IDCC": f"{code}  ",
                    "DATE_MAJ": f"{mois_avant(emploi.monde.calendrier.dernier_mois, -1):%Y/%m}/25",
                }


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
            themes = sorted(alea.sample(range(len(THEMES)), alea.choices((1, 2, 3), (60, 30, 10))[0]))
            yield Accord(numero, etablissement.siret, quand, tuple(themes))


def accords_deposes(signes: list[Accord]) -> Iterator[Ligne]:
    """Rows of D@ccord: 1 in the column of each theme."""
    for accord in signes:
        marques = {colonne: str(int(i in accord.themes)) for i, (_, colonne, _) in enumerate(THEMES)}
        yield {"num_dos": accord.numero, "siret": accord.siret, "dt_sign": jour(accord.signature), **marques}


def egapro(emploi: Emploi) -> Iterator[Ligne]:
    """One row per year and company of at least 50 employees; one in eight has no computable index."""
    for unite in _assujetties(emploi):
        alea, siege = emploi.monde.alea("egapro", unite.siren), emploi.monde.lieu(unite.siege)
        derniere = emploi.monde.calendrier.annee_close
        for annee in range(derniere - ANNEES_INDEX + 1, derniere + 1):
            effectif = emploi.total(unite, date(annee, 12, 1))
            if effectif < SEUIL_INDEX:
                continue
            notes = _notes(alea, petite=effectif < 251, calculable=unite.siren == VEDETTE or alea.random() > 0.12)
            yield {
                "Année": str(annee),
                "Structure": "Entreprise",
                "Tranche d'effectifs": "50:250" if effectif < 251 else "251:999" if effectif < 1_000 else "1000:",
                "SIREN": unite.siren,
                "Raison Sociale": nom(unite),
                "Région": siege.nom_region,
                "Département": siege.nom_departement,
                "Pays": "FRANCE",
                "Code NAF": unite.periodes[-1].activite,
                **notes,
            }


def _notes(alea: random.Random, *, petite: bool, calculable: bool) -> dict[str, str]:
    """Scores whose sum is the index; up to 250 employees, one indicator covers raises."""
    if not calculable:
        colonnes = ("Note Ecart rémunération", "Note Hautes rémunérations", "Note Retour congé maternité", "Note Index")
        return dict.fromkeys(colonnes, "NC")
    notes = {"Note Ecart rémunération": alea.choice((25, 31, 34, 36, 38, 39, 40))}
    if petite:
        notes["Note Ecart taux d'augmentation"] = alea.choice((15, 25, 35, 35))
    else:
        notes["Note Ecart taux d'augmentation (hors promotion)"] = alea.choice((10, 20, 20))
        notes["Note Ecart taux de promotion"] = alea.choice((10, 15, 15))
    notes["Note Retour congé maternité"] = alea.choice((0, 15, 15, 15))
    notes["Note Hautes rémunérations"] = alea.choice((0, 5, 5, 10))
    return {colonne: str(note) for colonne, note in {**notes, "Note Index": sum(notes.values())}.items()}


def representation(emploi: Emploi) -> dict[str, object]:
    """Egapro's answer on balanced representation, due from 1 000 employees on."""
    donnees = []
    for unite in _assujetties(emploi):
        derniere = emploi.monde.calendrier.annee_close
        if emploi.total(unite, date(derniere, 12, 1)) < SEUIL_REPRESENTATION:
            continue
        alea, siege = emploi.monde.alea("representation", unite.siren), emploi.monde.lieu(unite.siege)
        par_annee = {}
        for annee in map(str, range(derniere - ANNEES_INDEX + 1, derniere + 1)):
            cadres, membres = round(alea.uniform(15, 55), 1), round(alea.uniform(20, 50), 1)
            par_annee[annee] = {
                "pourcentage_femmes_cadres": cadres,
                "pourcentage_hommes_cadres": round(100 - cadres, 1),
                "pourcentage_femmes_membres": membres,
                "pourcentage_hommes_membres": round(100 - membres, 1),
                "motif_non_calculabilité_cadres": None,
                "motif_non_calculabilité_membres": None,
            }
        entreprise = {
            "raison_sociale": nom(unite),
            "siren": unite.siren,
            "région": siege.region,
            "département": siege.departement,
            "code_naf": unite.periodes[-1].activite,
        }
        donnees.append({"entreprise": entreprise, "représentation_équilibrée": par_annee, "label": nom(unite)})
    return {"data": donnees}


def detachement(emploi: Emploi) -> dict[str, int]:
    """Return the posted workers of the year, by SIRET, in industry, building, agriculture."""
    detaches = {}
    for unite in emploi.monde.ouvertes:
        for etablissement in employeurs(unite)[:6]:
            exerce = metier(etablissement)
            appelle = exerce and (
                exerce.famille in ("industrie", "agricole") or exerce.naf.startswith(("41", "42", "43"))
            )
            alea = emploi.monde.alea("sipsi", etablissement.siret)
            if appelle and (unite.siren == VEDETTE or alea.random() < 0.06):
                detaches[etablissement.siret] = 1 + int(alea.paretovariate(0.9)) % 60
    return detaches


def detachement_siret(detaches: dict[str, int], annee: int) -> Iterator[Ligne]:
    """Rows by place of work."""
    return ({"siret": siret, f"salaries_distincts_{annee}": str(n)} for siret, n in sorted(detaches.items()))


def detachement_siren(detaches: dict[str, int], annee: int) -> Iterator[Ligne]:
    """Rows by client; a worker at two places counts once."""
    par_siren: dict[str, list[int]] = {}
    for siret, nombre in detaches.items():
        par_siren.setdefault(siret[:9], []).append(nombre)
    for siren, nombres in sorted(par_siren.items()):
        yield {"client_siren": siren, f"salaries_distincts_{annee}": str(max(max(nombres), round(sum(nombres) * 0.95)))}


def accidents(emploi: Emploi) -> Iterator[Ligne]:
    """One row per establishment of at least ten people: accidents and rates."""
    for unite in emploi.monde.ouvertes:
        for etablissement in employeurs(unite):
            exerce = metier(etablissement)
            effectif = emploi.totaux(etablissement).get(date(emploi.monde.calendrier.annee_close, 12, 1), 0)
            if exerce is None or effectif < 10:
                continue
            alea, attendu = emploi.monde.alea("dati", etablissement.siret), _ATTENDUS_AT.get(exerce.famille, 19.5)
            total = round(effectif * attendu / 1_000 * alea.uniform(0, 2.4))
            mortels = 1 if total > 5 and alea.random() < 0.05 else 0
            arrets = round((total - mortels) * alea.uniform(0.5, 0.9))
            yield {
                "01_SIRET": etablissement.siret,
                "02_nb_at_total": str(total),
                "03_nb_at_mortels": str(mortels),
                "04_nb_at_avec_arret_travail": str(arrets),
                "05_nb_at_sans_arret_travail": str(total - mortels - arrets),
                "06_NAF_NIV1": _SECTIONS.get(exerce.famille, "S"),
                "07_nb_at_pour_1000salaries": f"{total / effectif * 1_000:.1f}",
                "08_nb_at_pour_1000sal_france_secteur": f"{attendu:.1f}",
                "09_nb_at_pour_1000sal_region_secteur": f"{attendu * alea.uniform(0.9, 1.1):.1f}",
            }


def _assujetties(emploi: Emploi) -> Iterator[UniteLegale]:
    return (
        u for u in emploi.monde.ouvertes if not forme(u).startswith(("1", "7")) and (u.effectif or 0) >= SEUIL_INDEX
    )
