"""The search grows with the sources: what a declaration feeds, and what never enters the index."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from fce.recherche import services
from fce.recherche.engines.port import Question
from fce.recherche.question import alimentations, filtres
from fce.recherche.question.requete import Requete
from fce.recherche.reponse import selectors
from fce.recherche.reponse.resultats import Resultats
from fce.recherche.reponse.selectors import moteur
from fce.socle.erreurs import ConfigurationInvalide
from fce.sources import registre
from fce.sources.acces import Agents, Habilite, Public
from fce.sources.champs import Siren, Texte
from fce.sources.declaration import Csv, Fait, Frequence, Producteur, Source
from fce.sources.presentation import Filtre, Personne
from tests.donnees.entreprises import fabrique as f
from tests.pannes import lever
from tests.recherche.univers import BREST, Univers


def chercher(adresse: str) -> Resultats:
    return selectors.rechercher(Requete.depuis(QueryDict(adresse)))


def sirens(adresse: str) -> list[str]:
    return [r.entreprise.siren for r in chercher(adresse).resultats]


def sirets(adresse: str) -> list[str]:
    trouves = [r.etablissement for r in chercher(f"vue=etablissements&{adresse}").resultats]
    return [lieu.siret for lieu in trouves if lieu]


# --- People ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "q", ["marivault elodie", "Élodie MARIVAULT", "elodie rose marivault", "marivault elodi", "elodie marivaut"]
)
@pytest.mark.parametrize("parametre", ["q", "dirigeant"])
def test_one_person_answers_for_name_and_first_names(univers: Univers, parametre: str, q: str) -> None:
    attendu = univers.entreprise("ATELIER VERGNAUD")
    univers.dirigeant(attendu, "MARIVAULT", "ELODIE ROSE", qualite="Gérant")
    autre = univers.entreprise("COMPTOIR BRUNELLE")
    univers.dirigeant(autre, "MARIVAULT", "PAUL")
    univers.dirigeant(autre, "DERUELLE", "ELODIE")
    univers.indexer()
    (resultat,) = chercher(f"{parametre}={q}").resultats
    assert resultat.entreprise.siren == attendu
    assert resultat.motif == "Dirigeant : ELODIE ROSE MARIVAULT, gérant"


@pytest.mark.parametrize("demande", ["q=paul marivault", "dirigeant=marivault paul"])
def test_who_is_called_so_comes_before_who_bears_it_as_a_second_first_name(univers: Univers, demande: str) -> None:
    """However small the company: who types « Paul Marivault » does not mean Jean Paul Marivault."""
    grande = univers.entreprise("ATELIER VERGNAUD", tranche_effectifs="53", categorie_entreprise="GE")
    univers.dirigeant(grande, "MARIVAULT", "JEAN PAUL")
    moyenne = univers.entreprise("COMPTOIR BRUNELLE", tranche_effectifs="12")
    univers.dirigeant(moyenne, "MARIVAULT", "ANNE PAUL")
    petite = univers.entreprise("FORGES DERUELLE")
    univers.dirigeant(petite, "MARIVAULT", "PAUL JEAN")
    epouse = univers.entreprise("VERGER CACHEUX", tranche_effectifs="01")
    univers.dirigeant(epouse, "TOURNEBIER", "PAUL", nom_usage="MARIVAULT")
    univers.indexer()
    assert sirens(demande) == [epouse, petite, grande, moyenne]
    assert sirens(f"{demande}&tri=effectif") == [grande, moyenne, epouse, petite]


def test_a_lone_name_finds_people_when_hardly_any_company_bears_it(univers: Univers) -> None:
    attendu = univers.entreprise("ATELIER VERGNAUD")
    univers.dirigeant(attendu, "MARIVAULT", "ELODIE")
    univers.indexer()
    assert sirens("q=marivault") == sirens("dirigeant=marivault") == [attendu]


def test_companies_come_before_the_people_who_bear_their_name(univers: Univers) -> None:
    grande = univers.entreprise("VERGNAUD HOLDING", tranche_effectifs="53", categorie_entreprise="GE")
    univers.dirigeant(grande, "MARIVAULT", "ELODIE")
    petite = univers.entreprise("ELODIE MARIVAULT COUTURE")
    personne = univers.personne("MARIVAULT", "ELODIE")
    univers.indexer()
    assert sirens("q=elodie marivault") == [personne, petite, grande]
    assert chercher("q=vergnaud").resultats[0].motif is None


def test_somebody_and_a_place(univers: Univers) -> None:
    lille = univers.entreprise("ATELIER VERGNAUD")
    brest = univers.entreprise("COMPTOIR BRUNELLE", BREST)
    for siren in (lille, brest):
        univers.dirigeant(siren, "MARIVAULT", "ELODIE")
    univers.indexer()
    (resultat,) = chercher("q=elodie marivault brest").resultats
    assert (resultat.entreprise.siren, resultat.motif) == (brest, "Dirigeant : ELODIE MARIVAULT")


def test_a_name_in_use_counts_and_is_shown(univers: Univers) -> None:
    attendu = univers.entreprise("ATELIER VERGNAUD")
    univers.dirigeant(attendu, "MARIVAULT", "ELODIE", nom_usage="QUERSIN")
    univers.indexer()
    for q in ("elodie quersin", "elodie marivault", "quersin marivault"):
        (resultat,) = chercher(f"dirigeant={q}").resultats
        assert resultat.entreprise.siren == attendu
        assert resultat.personnes == ("ELODIE QUERSIN (MARIVAULT)",)


def test_an_elected_representative_is_found_and_the_mayor_shown_first(univers: Univers) -> None:
    commune = univers.entreprise("COMMUNE DE BRAVONNE", categorie_juridique="7210")
    univers.fait("elus", siren=commune, nom="TARDIVEL", prenom="Hugues", mandat="Conseiller municipal")
    univers.fait("elus", siren=commune, nom="ROUVIERE", prenom="Maud", mandat="Conseiller municipal", fonction="Maire")
    univers.indexer()
    (resultat,) = chercher("q=hugues tardivel").resultats
    assert (resultat.entreprise.siren, resultat.motif) == (commune, "Élu : Hugues TARDIVEL")
    assert resultat.personnes == ("Maud ROUVIERE, maire", "Hugues TARDIVEL")


def test_several_people_are_alternatives(univers: Univers) -> None:
    un, deux, trois = (univers.entreprise(nom) for nom in ("ALPHA", "BETA", "GAMMA"))
    for siren, nom in ((un, "MARIVAULT"), (deux, "QUERSIN"), (trois, "TARDIVEL")):
        univers.dirigeant(siren, nom, "ELODIE")
    univers.indexer()
    assert set(sirens("dirigeant=elodie+marivault&dirigeant=quersin+elodie")) == {un, deux}


def test_the_people_of_a_company_hold_for_its_establishments(univers: Univers) -> None:
    siren = univers.entreprise("ATELIER VERGNAUD")
    second = univers.etablissement(siren, 2, **BREST)
    univers.dirigeant(siren, "MARIVAULT", "ELODIE")
    univers.entreprise("COMPTOIR BRUNELLE")
    univers.indexer()
    assert set(sirets("dirigeant=marivault elodie")) == {f.siret_no(siren, 1), second}
    assert sirets("dirigeant=marivault elodie&departement=29") == [second]
    assert sirets("dirigeant=marivault paul") == []


# --- Filters ---------------------------------------------------------------------------------------------------------


def test_a_collective_agreement_is_a_filter_with_its_counts(univers: Univers) -> None:
    un, deux, trois = (univers.entreprise(nom) for nom in ("ALPHA", "BETA", "GAMMA"))
    for siren, idcc in ((un, "1486"), (deux, "1486"), (deux, "0044"), (trois, "9999")):
        univers.fait("idcc-etablissements", siret=f.siret_no(siren), idcc=idcc)
    univers.indexer()
    assert set(sirens("idcc=1486")) == {un, deux}
    assert sirens("idcc=0044") == [deux]
    assert set(sirens("idcc=1486&idcc=0044")) == {un, deux}
    assert set(sirens("idcc=oui")) == {un, deux}
    assert sirens("idcc=non") == [trois]
    assert sirens("idcc=9999") == []
    facettes = chercher("idcc=0044").facettes["idcc"]
    assert [(x.code, x.nombre, x.active) for x in facettes] == [("1486", 2, False), ("0044", 1, True)]
    assert "bureaux d" in facettes[0].libelle.lower()


def test_labels_of_several_sources_are_one_filter(univers: Univers) -> None:
    un, deux = univers.entreprise("ALPHA"), univers.entreprise("BETA")
    univers.fait("rge", siret=f.siret_no(un), code_qualification="A")
    univers.fait("rge", siret=f.siret_no(un), code_qualification="B")
    univers.fait("ess", siren=deux)
    univers.indexer()
    assert sirens("label=rge") == [un]
    assert set(sirens("label=rge&label=ess")) == {un, deux}
    facettes = {x.code: (x.libelle, x.nombre) for x in chercher("label=oui").facettes["label"]}
    assert facettes["rge"] == ("Reconnu garant de l'environnement (RGE)", 1)
    assert facettes.keys() == {"rge", "ess"}


def test_filters_on_establishments_hold_on_a_same_one(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA")
    second = univers.etablissement(siren, 2, **BREST)
    univers.fait("rge", siret=second, code_qualification="A")
    univers.fait("idcc-etablissements", siret=f.siret_no(siren), idcc="1486")
    univers.fait("marches-publics", siren=siren, uid="1", titulaire="x")
    univers.indexer()
    assert sirens("label=rge&departement=29") == [siren]
    assert sirens("label=rge&departement=59") == []
    assert sirens("label=rge&idcc=1486") == []
    assert sirens("label=rge&siege=oui") == []
    assert sirens("label=rge&siege=non") == [siren]
    assert sirens("label=rge&marches_publics=oui&departement=29") == [siren]
    assert sirets("label=rge") == [second]
    assert set(sirets("marches_publics=oui")) == {f.siret_no(siren), second}


def test_a_closed_establishment_says_nothing_of_its_company(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA")
    ferme = univers.etablissement(siren, 2, etat_administratif="F")
    univers.fait("rge", siret=ferme, code_qualification="A")
    univers.indexer()
    assert sirens("label=rge") == []
    assert sirets("label=rge&etat=tous") == [ferme]


def test_the_last_judgment_says_whether_proceedings_are_open(univers: Univers) -> None:
    ouverte, close = univers.entreprise("ALPHA"), univers.entreprise("BETA")
    jour = f.jour_des_fichiers()
    for siren, procedures in (
        (ouverte, ["redressement_judiciaire", "liquidation_judiciaire"]),
        (close, ["liquidation_judiciaire", "cloture"]),
    ):
        for n, procedure in enumerate(procedures):
            univers.fait(
                "bodacc", siren=siren, id=f"{siren}{n}", type_avis="annonce", procedure=procedure,
                jugement_date=jour.replace(day=1 + n), date_parution=jour,
            )  # fmt: skip
    univers.indexer()
    assert sirens("procedure_collective=oui") == [ouverte]
    assert sirens("procedure_collective=liquidation_judiciaire") == [ouverte]
    assert sirens("procedure_collective=redressement_judiciaire") == []
    assert sirens("procedure_collective=non") == [close]


def test_several_values_in_a_cell_are_several_values(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA")
    univers.fait("qualiopi", siren=siren, declaration="1", certifications="Actions de formations/VAE")
    univers.indexer()
    assert {x.code for x in chercher("qualiopi=VAE").facettes["qualiopi"]} == {"Actions de formations", "VAE"}


def test_an_association_is_found_by_its_title_and_number_in_the_register(univers: Univers) -> None:
    siren = univers.entreprise("CLUB NAUTIQUE", categorie_juridique="9220")
    univers.fait("rna", id="W595001234", siret=f.siret_no(siren), titre="LES RAMEURS DE LA DEULE")
    univers.indexer()
    (resultat,) = chercher("q=rameurs de la deule").resultats
    assert (resultat.entreprise.siren, resultat.motif) == (siren, "Titre de l’association : LES RAMEURS DE LA DEULE")
    assert sirens("q=W595001234") == sirens("rna=oui") == [siren]


# --- Never in the index ----------------------------------------------------------------------------------------------


def dans_l_index(mot: str) -> bool:
    """Tell whether a word is in any dictionary of the index, of any kind and state."""
    return any(
        moteur().connus(Question(genre, etats=("actif", "cesse")), champ, (mot, f"{mot}:e"))
        for genre in ("entreprises", "etablissements")
        for champ in ("nom", "enseigne", "exact", "personnes", "faits", "filtres")
    )


def test_the_people_of_a_masked_unit_never_enter(univers: Univers) -> None:
    physique = univers.personne("SECRETAN", "ODILE", statut_diffusion="P")
    morale = univers.entreprise("VISIBLE SARL", statut_diffusion="P")
    for siren, nom in ((physique, "SECRETAN"), (morale, "CACHEUX")):
        univers.dirigeant(siren, nom, "ODILE")
        univers.fait("idcc-etablissements", siret=f.siret_no(siren), idcc="1486")
    univers.fait("rna", id="W1", siret=f.siret_no(morale), titre="TITRE OUVERT")
    univers.indexer()
    assert not dans_l_index("secretan")
    assert not dans_l_index("cacheux")
    assert dans_l_index("titreouvert")  # the name of a masked legal person is public
    assert sirens("dirigeant=cacheux") == sirens("q=odile secretan") == []
    (resultat,) = chercher("idcc=1486").resultats
    assert (resultat.entreprise.siren, resultat.personnes) == (morale, ())


def test_a_masked_establishment_of_a_person_feeds_nothing(univers: Univers) -> None:
    siren = univers.personne("OUVERTE", "ODILE")
    masque = univers.etablissement(siren, 2, statut_diffusion="P")
    univers.fait("rge", siret=masque, code_qualification="A")
    univers.indexer()
    assert sirens("label=rge") == sirets("label=rge") == []


def test_somebody_masked_since_the_index_was_built_is_not_shown(univers: Univers) -> None:
    siren = univers.entreprise("VISIBLE SARL")
    univers.dirigeant(siren, "MARIVAULT", "ODILE")
    univers.indexer()
    univers.unites[0]["statut_diffusion"] = "P"
    univers.charger()
    (resultat,) = chercher("q=visible").resultats
    assert resultat.personnes == ()


class FaitQuiNourrit(Fait):
    """Rows of a source of the tests."""

    siren = Siren("SIREN", "siren")
    nom = Texte("Nom", "nom")
    prenom = Texte("Prénom", "prenom", acces=Agents())
    reserve = Texte("Réservé", "reserve", acces=Habilite("emploi"))


def essai(**champs: Any) -> Source:
    options = {"acces": Public(), "recherche": (Filtre("essai", "Essai", champ="nom"),), **champs}
    return Source(
        "essai", FaitQuiNourrit, titre="Essai", producteur=Producteur("x", "X", "X"), systeme="X",
        frequence=Frequence.ANNUELLE, fichier=Csv(), cle=("siren",), **options,
    )  # fmt: skip


def declarer(monkeypatch: pytest.MonkeyPatch, *sources: Source) -> None:
    monkeypatch.setattr(registre, "toutes", lambda: list(sources))


@pytest.mark.parametrize(
    "champs",
    [
        {"acces": Agents()},
        {"acces": Habilite("emploi")},
        {"recherche": (Filtre("essai", "Essai", champ="reserve"),)},
        {"recherche": (Filtre("essai", "Essai", champ="nom", selection=lambda x, _: x, autres=("reserve",)),)},
        {"recherche": (Personne("nom", "prenom"),)},
    ],
)
def test_what_is_not_open_to_everyone_feeds_nothing(monkeypatch: pytest.MonkeyPatch, champs: dict[str, Any]) -> None:
    declarer(monkeypatch, essai(**champs))
    assert alimentations.apports() == ()
    assert alimentations.sources() == ()
    assert not filtres.declares()


def test_every_source_that_feeds_is_open_and_reads_what_it_declares() -> None:
    for source in registre.toutes():
        for alimentation in source.recherche:
            assert source.acces.classe == "C0", source.nom
            assert set(alimentation.attributs) <= source.champs.keys(), source.nom
    declares = {a.nom for s in registre.toutes() for a in s.recherche if isinstance(a, Filtre)}
    assert declares == {f.nom for f in filtres.declares()}


def test_a_filter_cannot_take_the_name_of_a_parameter(monkeypatch: pytest.MonkeyPatch) -> None:
    partout = Requete("x", "etablissements", {}, "tous", "nom", page=2, taille=3, lieux_inconnus=("y",)).parametres()
    assert {nom for nom, _ in partout} <= {*filtres.PARAMETRES}
    for nom in (*filtres.PARAMETRES, *filtres.SIRENE, "Nom", "a&b"):
        declarer(monkeypatch, essai(recherche=(Filtre(nom, "Titre", champ="nom"),)))
        with pytest.raises(ConfigurationInvalide, match=nom):
            filtres.tous()


# --- Index -----------------------------------------------------------------------------------------------------------


def test_an_import_of_a_source_that_feeds_makes_the_index_stale(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA")
    univers.indexer()
    assert not services.index_perime()
    f.charger("egapro-representation", [])
    assert not services.index_perime()
    f.charger("ess", [{"siren": siren}])
    assert services.index_perime()
    services.indexer()
    assert sirens("label=ess") == [siren]


def test_an_index_fed_otherwise_is_stale(alpha: None, monkeypatch: pytest.MonkeyPatch) -> None:
    autres = [s for s in registre.toutes() if s.nom != "ess"]
    monkeypatch.setattr(registre, "toutes", lambda: autres)
    assert services.index_perime()


def test_a_rule_that_fails_does_not_stop_the_build(univers: Univers, monkeypatch: pytest.MonkeyPatch) -> None:
    source = registre.source("rne-dirigeants")
    monkeypatch.setattr(source, "recherche", (replace(source.recherche[0], selection=lever(ZeroDivisionError)),))
    alimentations._compiler.cache_clear()
    siren = univers.entreprise("ALPHA")
    univers.dirigeant(siren, "MARIVAULT", "ODILE")
    univers.indexer()
    alimentations._compiler.cache_clear()
    assert sirens("dirigeant=marivault") == [siren]


def test_a_page_of_results_with_people_and_filters_makes_three_round_trips_at_most(univers: Univers) -> None:
    for n in range(12):
        siren = univers.entreprise(f"ALPHA {n}")
        univers.dirigeant(siren, "MARIVAULT", "ODILE")
        univers.fait("rge", siret=f.siret_no(siren), code_qualification="A")
    univers.indexer()
    for adresse in ("q=odile marivault", "dirigeant=marivault&label=rge&departement=59", "q=alpha&label=rge"):
        with CaptureQueriesContext(
            connection,
        ) as requetes:
            assert chercher(adresse).total == 12
        assert len(requetes) <= 3, adresse
