"""Stories of jobs: redundancies empty the head counts, closings stop them, apprentices are counted in them."""

from collections import Counter
from datetime import timedelta

import pytest

from fce.demo import personnages
from tests.demo.jeux import Jeux, jour, mois, par

BORNES = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49), "21": (50, 99),
    "22": (100, 199), "31": (200, 249), "32": (250, 499), "41": (500, 999), "42": (1_000, 1_999), "51": (2_000, 4_999),
}  # fmt: skip
FIN, DEBUT = (f"Nombre de Ruptures de Contrats en {quand} de procédure Etab" for quand in ("fin", "début"))


def total(jeux: Jeux, siret: str, quel: str) -> int | None:
    ligne = jeux.effectifs[siret].get(quel)
    return int(ligne["EFF_TOTAL"]) if ligne else None


def test_head_counts_add_up(jeux: Jeux) -> None:
    lignes = jeux.csv("dsn-effectifs")
    assert len(lignes) > 100_000
    for ligne in lignes:
        n = {c: int(v) for c, v in ligne.items() if c.startswith(("EFF_", "NB_"))}
        assert n["EFF_HOMME"] + n["EFF_FEMME"] == n["EFF_TOTAL"]
        agence = n["NB_INTER_MISSION"] if jeux.naf(ligne["SIRET"]) == "78.20Z" else 0
        assert n["NB_CDI"] + n["NB_CDD"] + n["NB_APPRENTI"] + agence == n["EFF_TOTAL"]


def test_sixty_months_at_most_none_missing(jeux: Jeux) -> None:
    dernier = mois(jeux.calendrier.dernier_mois)
    premier = mois(jeux.calendrier.dernier_mois, -59)
    for par_mois in jeux.effectifs.values():
        connus = sorted(par_mois)
        attendus = [mois(jour(f"{connus[0]}-01"), n) for n in range(len(connus))]
        assert connus == attendus
        assert connus[0] >= premier
        assert connus[-1] <= dernier
    assert sum(len(par_mois) == 60 for par_mois in jeux.effectifs.values()) > 1_000


def test_a_closed_establishment_stops_its_dsn_an_open_one_goes_on(jeux: Jeux) -> None:
    fermes = 0
    for siret, par_mois in jeux.effectifs.items():
        if jeux.ouvert(siret):
            assert max(par_mois) == mois(jeux.calendrier.dernier_mois)
        else:
            fermes += 1
            assert max(par_mois) == mois(jour(jeux.etablissements[siret]["dateDebut"]), -1)
    assert fermes > 200


def test_nobody_is_employed_before_the_creation(jeux: Jeux) -> None:
    for siret, par_mois in jeux.effectifs.items():
        assert min(par_mois) >= mois(jour(jeux.etablissements[siret]["dateCreationEtablissement"]))


def test_the_head_count_of_its_december_is_in_the_band_of_sirene(jeux: Jeux) -> None:
    verifies, decembre = 0, f"{jeux.calendrier.annee_effectifs}-12"
    for siret, par_mois in jeux.effectifs.items():
        bande = BORNES.get(jeux.etablissements[siret]["trancheEffectifsEtablissement"])
        if bande and decembre in par_mois:
            verifies += 1
            assert bande[0] <= int(par_mois[decembre]["EFF_TOTAL"]) <= bande[1], siret
    assert verifies > 1_500


def test_full_time_equivalents_are_those_of_the_same_people(jeux: Jeux) -> None:
    for ligne in jeux.csv("effectifs-etp"):
        assert ligne["siren"] == ligne["siret"][:9]
        personnes = total(jeux, ligne["siret"], ligne["periode_concerne"][:7])
        assert personnes is not None
        assert 0.85 * personnes <= float(ligne["effectif"]) <= personnes


def test_a_redundancy_plan_empties_the_head_count(jeux: Jeux) -> None:
    types: Counter[str] = Counter()
    for ligne in jeux.csv("rupco-etablissements"):
        quand = jour(ligne["DATE ENREGISTREMENT"])
        avant = total(jeux, ligne["SIRET ETABLISSEMENT"], mois(quand, 1))
        apres = total(jeux, ligne["SIRET ETABLISSEMENT"], mois(quand, 4))
        if avant is None or apres is None:
            continue
        types[ligne["TYPE DE DOSSIER"]] += 1
        partis = int(ligne[FIN] or ligne[DEBUT])
        assert avant - apres == pytest.approx(partis, abs=1)
        etp = {
            x["periode_concerne"][:7]: float(x["effectif"])
            for x in par(jeux.csv("effectifs-etp"), "siret")[ligne["SIRET ETABLISSEMENT"]]
        }
        if mois(quand, 1) in etp and mois(quand, 4) in etp:
            assert etp[mois(quand, 1)] > etp[mois(quand, 4)]
    assert types["PSE"] >= 5
    assert types["LiceC -10"] >= 5


def test_a_pse_is_for_companies_of_fifty_people_ten_jobs_or_more(jeux: Jeux) -> None:
    effectifs = {x["NUMERO DE DOSSIER"]: int(x["EFFECTIF ENTREPRISE"] or 0) for x in jeux.csv("rupco-procedures")}
    annonces: Counter[str] = Counter()
    for ligne in jeux.csv("rupco-etablissements"):
        annonces[ligne["NUMERO DE DOSSIER"]] += int(ligne[DEBUT])
    for ligne in jeux.csv("rupco-procedures"):
        numero = ligne["NUMERO DE DOSSIER"]
        assert annonces[numero] > 0
        if ligne["TYPE DE DOSSIER"] == "PSE" and jour(
            ligne["DATE ENREGISTREMENT"]
        ) >= jeux.calendrier.dernier_mois - timedelta(days=1_795):
            assert effectifs[numero] >= 50
            assert annonces[numero] >= 4


def test_the_two_files_of_procedures_know_the_same_cases(jeux: Jeux) -> None:
    cle = ("NUMERO DE DOSSIER", "TYPE DE DOSSIER", "DATE ENREGISTREMENT", "SIREN ENTREPRISE", "SITUATION JURIDIQUE")
    dossiers = {tuple(x[c] for c in cle) for x in jeux.csv("rupco-procedures")}
    assert dossiers == {tuple(x[c] for c in cle) for x in jeux.csv("rupco-etablissements")}
    assert len({d[0] for d in dossiers}) == len(dossiers)


def test_short_time_work_comes_before_the_redundancies(jeux: Jeux) -> None:
    decisions = par(jeux.csv("activite-partielle"), "SIRET")
    touches = [x for x in jeux.csv("rupco-etablissements") if jeux.ouvert(x["SIRET ETABLISSEMENT"])]
    assert len(touches) > 15
    for ligne in touches:
        quand = jour(ligne["DATE ENREGISTREMENT"])
        siennes = decisions[ligne["SIRET ETABLISSEMENT"]]
        assert any(0 < (quand - jour(d["DATE_DECISION"])).days < 300 for d in siennes)


def test_an_amendment_repeats_the_hours_of_its_convention(jeux: Jeux) -> None:
    for decisions in par(jeux.csv("activite-partielle"), "NUM_CONVENTION").values():
        cumul = 0
        for rang, ligne in enumerate(decisions):
            cumul += int(ligne["NB_H_AUTO_AVN"])
            assert (int(ligne["NUM_AVENANT"]), ligne["DA_INIT"]) == (rang, "NON" if rang else "OUI")
            assert int(ligne["NB_H_AUTO_CUM"]) == cumul
            assert float(ligne["NB_H_CONSO_CUM"].replace(",", ".")) <= cumul


def test_apprentices_of_the_contracts_are_those_of_the_head_counts(jeux: Jeux) -> None:
    contrats = par(jeux.csv("apprentissage"), "Employeur Siret")
    numeros = [x["NumeroEnregistrement"] for x in jeux.csv("apprentissage")]
    assert len(numeros) == len(set(numeros)) > 1_000
    dernier = jeux.calendrier.dernier_mois
    for siret, siens in contrats.items():
        # Those begun in the year before the latest month known: none of them has come to its end.
        debuts = [jour(x["Contrat DateDebut"]) for x in siens if not x["DateRupture"]]
        en_cours = sum(dernier - timedelta(days=330) < debut < dernier for debut in debuts)
        assert en_cours <= int(jeux.effectifs[siret][mois(dernier)]["NB_APPRENTI"])
    sans = [m for s, m in jeux.effectifs.items() if s not in contrats]
    assert all(ligne["NB_APPRENTI"] == "0" for par_mois in sans for ligne in par_mois.values())


def test_the_pse_to_try_can_be_read_on_its_curve(jeux: Jeux) -> None:
    siret = next(s for s in jeux.effectifs if s.startswith(personnages.SIGLE.siren))
    courbe = [int(x["EFF_TOTAL"]) for _, x in sorted(jeux.effectifs[siret].items())]
    assert courbe[0] == 58
    assert courbe[-1] < 50
