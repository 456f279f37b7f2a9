"""Each rule is judged on cases written one by one, and tells the sheet and the national count the same thing."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from fce.donnees.contradictions.regle import Faits
from fce.donnees.contradictions.regles import PAR_CODE, REGLES, relever
from fce.donnees.contradictions.services import requete
from fce.sources import registre
from fce.sources.onglets import SYNTHESE
from tests.donnees.contradictions.cas import CAS, JOUR, LYON, PARIS, REGISTRES, Cas, annonce, charger, jugement, lignes
from tests.donnees.entreprises import fabrique as f
from tests.fautes.conftest import AGENT
from tests.fiche.fiches import fiche_de
from tests.sql import executer

pytestmark = pytest.mark.django_db


def en_sql(code: str) -> set[str]:
    """Numbers that the national query of a rule finds."""
    return {siret or siren for siren, siret in executer(requete(PAR_CODE[code]), {"jour": JOUR})}


def numero(cas: Cas, siren: str) -> str:
    return f.siret_no(siren) if PAR_CODE[cas.regle].etablissement else siren


def test_every_rule_has_cases_that_break_it_and_cases_that_do_not() -> None:
    assert {(c.regle, c.attendu) for c in CAS} == {(r.code, attendu) for r in REGLES for attendu in (True, False)}
    assert len(REGLES) >= 10


def test_the_sheet_and_the_count_tell_what_each_case_expects() -> None:
    sirens = charger(CAS)
    trouvees = {regle.code: en_sql(regle.code) for regle in REGLES}
    faux = []
    for siren, cas in zip(sirens, CAS, strict=True):
        fiche = fiche_de(numero(cas, siren), AGENT, onglet=SYNTHESE)
        dites = {c.code for c in fiche.apercu.contradictions}
        vues = (cas.regle in dites, numero(cas, siren) in trouvees[cas.regle])
        if vues != (cas.attendu, cas.attendu):
            faux.append((cas.nom, vues))
    assert faux == []


def test_v29_a_contradiction_is_told_to_the_producers_of_what_it_contradicts() -> None:
    sirens = charger(CAS)
    for regle in REGLES:
        lus = [(siren, cas) for siren, cas in zip(sirens, CAS, strict=True) if cas.regle == regle.code and cas.attendu]
        disent = {
            dit.source
            for siren, cas in lus
            for contradiction in fiche_de(numero(cas, siren), AGENT, onglet=SYNTHESE).apercu.contradictions
            if contradiction.code == regle.code
            for dit in contradiction.dits
        }
        producteurs = {registre.source(nom).producteur.code for nom in disent}
        assert producteurs == {s.producteur.code for s in regle.registres if s.nom not in regle.ecartent}, regle.code
        assert {p.code for p, _ in regle.destinataires} <= producteurs
    tva = PAR_CODE["tva-apres-cessation"].destinataires
    assert [source.nom for _, source in tva] == ["sirene-unites-legales", "tva"]


def _au_hasard(alea: random.Random) -> Cas:
    """A unit about which every register says something drawn at random, dates around the limits of the rules."""

    def le() -> date:
        return JOUR - timedelta(days=alea.choice((5, 59, 60, 61, 120, 364, 366, 729, 731, 1500, 4200)))

    def parfois(part: float, valeur: Any) -> Any:
        return valeur if alea.random() < part else None

    tribunaux = (PARIS, PARIS.upper(), LYON, None)
    familles = ("radiation", "modification", "dpc", "immatriculation", "vente")
    annonces = [annonce(alea.choice(familles), le(), alea.choice(tribunaux)) for _ in range(alea.randrange(4))]
    procedures = ("liquidation_judiciaire", "redressement_judiciaire", "cloture", "appel")
    annonces += [jugement(alea.choice(procedures), le()) for _ in range(alea.randrange(3))]
    formes = ("5710", "5499", "1000", "8210", "9220", "6537", "6533", "9300", "2110")
    faits: dict[str, list[Any]] = {
        "rne": [{"date_radiation": parfois(0.3, le()), "date_cessation": parfois(0.2, le()),
                 "date_immatriculation": le(), "forme_juridique": alea.choice((*formes, None)),
                 "date_mise_a_jour": f"{le()} 10:00:00"}],
        "bodacc": annonces,
        "rna": [{"position": alea.choice("AD"), "date_disso": parfois(0.6, le())}] * alea.randrange(2),
        "rne-dirigeants": [{"qualite": alea.choice(("Président de SAS", "Gérant")),
                            "nom": alea.choice(("A", "a", "B", None)),
                            "prenoms": alea.choice(("Jean", "JEAN, Paul", None))} for _ in range(alea.randrange(3))],
        "rnf": [{"date_creation": parfois(0.9, le())}] * alea.randrange(2),
        "tva": [{}] * alea.randrange(3),
        "marches-publics": [{"uid": "M", "date_notification": parfois(0.9, le())}] * alea.randrange(2),
        "dsn-effectifs": [{"mois": le().replace(day=1), "total": alea.choice((0, 3, None))}] * alea.randrange(2),
        "activite-partielle": [{"convention": "C", "date_decision": parfois(0.9, le())}] * alea.randrange(2),
        "agrements-sanitaires": [{"numero": "A"}] * alea.randrange(2),
    }  # fmt: skip
    etats = [
        {"etat_administratif": alea.choice("AF"), "date_debut": le(), "date_creation": le(),
         "activite_principale": alea.choice(("10.11Z", "10.51H", "62.01Z")),
         "tranche_effectifs": alea.choice(("12", "NN", None)), "etablissement_siege": n == 0 or alea.random() < 0.4}
        for n in range(1, 3)
    ]  # fmt: skip
    etats[0]["etablissement_siege"] = True
    unite = {
        "etat_administratif": alea.choice("AC"),
        "date_debut": le(),
        "categorie_juridique": alea.choice(formes),
        "identifiant_association": parfois(0.5, "W111111111"),
    }
    return Cas("", False, "drawn at random", unite, etats, {n: x for n, x in faits.items() if alea.random() < 0.8})


def test_the_function_and_the_query_of_a_rule_agree_on_units_drawn_at_random() -> None:
    graine = 41
    alea = random.Random(graine)
    cas = [_au_hasard(alea) for _ in range(200)]
    sirens = charger(cas)
    selon_les_fonctions: dict[str, set[str]] = {regle.code: set() for regle in REGLES}
    for siren, tire in zip(sirens, cas, strict=True):
        lues = {nom: _choisies(nom, siren, tire) for nom in REGISTRES}
        legale = f.unite(siren, **tire.unite)
        places = [f.lieu(siren, n, **lieu) for n, lieu in enumerate(tire.lieux, start=1)]
        sieges = [x for x in places if x["etablissement_siege"] and x["etat_administratif"] == "A"]
        for c in relever(Faits(JOUR, legale, None, places[0], sieges, lues)):
            selon_les_fonctions[c.regle.code].add(siren)
        for c in relever(Faits(JOUR, legale, places[0], None, (), lues)):
            selon_les_fonctions[c.regle.code].add(places[0]["siret"])
    premiers = {f.siret_no(siren) for siren in sirens} | set(sirens)
    ecarts = {code: (en_sql(code) & premiers) ^ lues for code, lues in selon_les_fonctions.items()}
    assert {code: sorted(ecart) for code, ecart in ecarts.items() if ecart} == {}, f"seed {graine}"
    assert sum(1 for lues in selon_les_fonctions.values() if lues) >= 12  # the draw reaches the rules


def _choisies(nom: str, siren: str, cas: Cas) -> list[dict[str, Any]]:
    """Rows as a sheet reads them: every attribute, chosen by the source's rule."""
    source = registre.source(nom)
    completes = [{**dict.fromkeys(source.champs), **ligne} for ligne in lignes(nom, siren, cas)]
    return [dict(x) for x in source.selection(completes, JOUR)] if source.selection else completes
