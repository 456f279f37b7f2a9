"""Rows against a small register: found, closed, replaced by, ambiguous, unknown; nothing of a masked person."""

import pytest

from fce.ensembles.rapprochement.contenu import Issue, LigneARapprocher, ReponseDeLigne
from fce.ensembles.rapprochement.lieux import lire_lieu
from fce.ensembles.rapprochement.selectors import rapprocher
from tests.donnees.entreprises import fabrique as f
from tests.recherche.univers import BREST, LILLE, LYON, Univers

pytestmark = pytest.mark.django_db
ROUBAIX = {"code_commune": "59512", "libelle_commune": "ROUBAIX", "code_postal": "59100"}


def un(
    nom: str = "", numero: str = "", cp: str = "", commune: str = "", naf: str = "", *, siret: bool = False
) -> ReponseDeLigne:
    return rapprocher([LigneARapprocher(nom, numero, cp, commune, naf, siret_voulu=siret)])[0]


def test_a_name_and_a_place_give_the_company_or_its_establishment(univers: Univers) -> None:
    bois = univers.entreprise("DUPONT BOIS ET MATERIAUX", LILLE)
    agence = univers.etablissement(bois, 2, **LYON, enseigne_1="COMPTOIR DU BOIS")
    univers.entreprise("DURAND BOIS", LYON)
    univers.indexer()
    assert un("Bois Dupont et Materiaux sarl", cp="59000").numero == bois
    assert un("materiaux dupont bois", commune="Lille").numero == bois
    assert un("Dupont Bois et Matériaux", cp="59100").numero == bois  # the postal code of the next commune
    assert un("comptoir du bois", cp="69003", siret=True).numero == agence
    assert un("Dupond Bois et Materiaux").numero == bois


def test_a_name_that_is_not_there_is_unknown_and_a_far_place_is_not_decided(univers: Univers) -> None:
    univers.entreprise("MENUISERIE DES ALPES", LYON)
    univers.indexer()
    assert un("Charpente du Nord", cp="59000").issue is Issue.INCONNU
    assert un("").issue is Issue.INCONNU
    loin = un("Menuiserie des Alpes", cp="29200")
    assert (loin.issue, loin.numero, len(loin.candidats)) == (Issue.AMBIGU, "", 1)


def test_two_companies_that_answer_as_well_are_not_decided_until_the_activity_tells(univers: Univers) -> None:
    univers.entreprise("LES TILLEULS", LILLE, activite_principale="68.20B", categorie_juridique="6540")
    hotel = univers.entreprise("LES TILLEULS", LILLE, activite_principale="55.10Z")
    univers.indexer()
    assert un("Les Tilleuls", cp="59000").issue is Issue.AMBIGU
    assert len(un("Les Tilleuls", cp="59000").candidats) == 2
    assert un("Les Tilleuls", cp="59000", naf="5510Z").numero == hotel


def test_v30_the_activity_tells_in_the_nomenclature_of_the_row_and_in_that_of_companies(univers: Univers) -> None:
    """Before the switch a row may say the NAF 2025; after it, rows keep saying the NAF rév. 2."""
    for rang in range(3):
        univers.entreprise(f"VOISIN {rang}", LYON, activite_principale="55.10Z", activite_principale_naf25="55.10Y")
    univers.entreprise("LES TILLEULS", LILLE, activite_principale="68.20B", activite_principale_naf25="68.20H")
    hotel = univers.entreprise("LES TILLEULS", LILLE, activite_principale="55.10Z", activite_principale_naf25="55.10Y")
    univers.indexer()
    assert un("Les Tilleuls", cp="59000", naf="5510Y").numero == hotel
    for unite in univers.unites:
        nouveau = unite.pop("activite_principale_naf25")
        unite |= {"activite_principale": nouveau, "nomenclature_activite_principale": "NAF25"}
    univers.indexer()
    assert un("Les Tilleuls", cp="59000", naf="5510Z").numero == hotel
    assert un("Les Tilleuls", cp="59000", naf="55.10Y").numero == hotel
    assert un("Les Tilleuls", cp="59000", naf="43.21A").issue is Issue.AMBIGU


def test_p3_a_legal_form_stuck_to_the_name_is_read_apart_unless_it_is_a_word(univers: Univers) -> None:
    bois = univers.entreprise("DUPONT BOIS", LILLE, categorie_juridique="5499")
    scierie = univers.entreprise("SCIERIE DES ALPES", LYON)
    univers.indexer()
    assert un("SARLDUPONT BOIS", cp="59000").numero == bois
    assert un("sarldupont bois", commune="Lille").numero == bois
    assert un("SCIERIE DES ALPES", cp="69003").numero == scierie
    assert un("SARLDURAND BOIS", cp="59000").numero == ""


def test_p3_a_misspelt_town_keeps_its_departement(univers: Univers) -> None:
    ici = univers.entreprise("MENUISERIE DES TILLEULS", LILLE)
    univers.entreprise("MENUISERIE DES TILLEULS", BREST)
    univers.indexer()
    for cp, commune in (
        ("59", "Lilllle"),
        ("", "Lilllle (59)"),
        ("59800", "Lilllle"),
        ("59100", "Brestoi"),
        ("59", ""),
    ):
        assert un("Menuiserie des Tilleuls", cp=cp, commune=commune).candidats[0].siren == ici, (cp, commune)
        assert "même département" in un("Menuiserie des Tilleuls", cp=cp, commune=commune).candidats[0].pourquoi
    loin = un("Menuiserie des Tilleuls", cp="13", commune="Marseil")
    assert (loin.issue, loin.numero) == (Issue.AMBIGU, "")


@pytest.mark.parametrize(
    ("cp", "commune", "communes", "departements"),
    [
        ("59100", "Marseil", (), {"59"}),
        ("59100", "Roub", ("59512",), {"59"}),
        ("59", "Roubex", (), {"59"}),
        ("2a", "Ajacio", (), {"2A"}),
        ("", "Roubaix (59)", ("59512",), {"59"}),
        ("59000", "Lyon", ("69123",), {"59", "69"}),
        ("", "Roubex", (), set()),
        ("00", "Roubex", (), set()),
    ],
)
def test_p3_the_place_of_a_row_says_its_departement(
    cp: str, commune: str, communes: tuple[str, ...], departements: set[str]
) -> None:
    lu = lire_lieu(cp, commune)
    assert (lu.communes, lu.departements) == (frozenset(communes), frozenset(departements))


def test_a_neighbour_of_the_same_name_is_not_taken_for_one_that_is_not_there(univers: Univers) -> None:
    univers.entreprise("GARAGE DU CENTRE", LILLE)
    univers.entreprise("GARAGE DU CENTRE", BREST)
    univers.indexer()
    assert un("garage du centre", cp="59100").issue is Issue.AMBIGU


def test_a_shop_of_the_same_network_in_the_next_commune_is_not_the_one_asked(univers: Univers) -> None:
    siren = univers.entreprise("ALPHA RESTAURATION", LILLE)
    siret = univers.etablissement(siren, 2, enseigne_1="TACOS DU PORT")
    univers.indexer()
    assert un("Tacos du port", cp="59000", siret=True).numero == siret
    ailleurs = un("Tacos du port", cp="59200", siret=True)
    assert (ailleurs.issue, ailleurs.pourquoi) == (Issue.AMBIGU, "Cette enseigne existe, mais pas à ce lieu.")


def test_one_of_several_establishments_is_told_by_its_own_trade_name(univers: Univers) -> None:
    siren = univers.entreprise("ROBERT", LILLE)
    univers.etablissement(siren, 2, enseigne_1="AMBULANCES ROBERT")
    lui = univers.etablissement(siren, 3, enseigne_1="ROBERT FLEURS")
    univers.indexer()
    assert un("Robert", cp="59000", siret=True).numero == f.siret_no(siren, 1)
    assert un("Robert fleurs", cp="59000", siret=True).numero == lui


def test_a_masked_person_is_never_matched_by_name_whatever_else_the_row_says(univers: Univers) -> None:
    masquee = univers.personne("TROUVETOUT", "ZELIE", statut_diffusion="P")
    cachee = univers.entreprise("SECRETE ET COMPAGNIE", statut_diffusion="P")
    univers.indexer()
    for nom in ("Zelie Trouvetout", "TROUVETOUT", "Secrete et compagnie", "[ND]"):
        for place in ({}, {"cp": "59000"}, {"commune": "Lille"}):
            for siret in (False, True):
                reponse = un(nom, siret=siret, **place)
                assert (reponse.issue, reponse.candidats) == (Issue.INCONNU, ()), (nom, place)
    par_numero = un(numero=masquee)
    assert (par_numero.issue, par_numero.numero) == (Issue.TROUVE, masquee)
    assert "TROUVETOUT" not in repr(par_numero)
    # A right and a wrong name beside the number are answered alike: neither is confirmed.
    assert un("Zelie Trouvetout", masquee) == un("Autre Nom", masquee) == par_numero
    assert un(numero=cachee).numero == cachee


def test_a_unit_masked_since_the_index_was_built_is_matched_no_more(univers: Univers) -> None:
    siren = univers.entreprise("BOULANGERIE PATATRAS", LILLE)
    univers.indexer()
    assert un("Boulangerie Patatras").numero == siren
    f.unites(f.unite(siren, denomination="BOULANGERIE PATATRAS", statut_diffusion="P"))
    assert un("Boulangerie Patatras").issue is Issue.INCONNU


def test_numbers_are_found_closed_replaced_or_unknown(univers: Univers) -> None:
    active = univers.entreprise("ACTIVE", LILLE)
    ferme = univers.etablissement(active, 2, etat_administratif="F")
    repris = univers.etablissement(active, 3, etat_administratif="F")
    cessee = univers.entreprise("CESSEE", LILLE, etat_administratif="C")
    univers.fait("sirene-successions", siret_predecesseur=repris, siret_successeur=f.siret_no(active, 1))
    univers.fait("sirene-doublons", siren=active, siren_doublon=f.siren_no(77))
    univers.charger()
    attendus = {
        active: (Issue.TROUVE, active),
        f.siret_no(active, 1): (Issue.TROUVE, f.siret_no(active, 1)),
        ferme: (Issue.FERME, ferme),
        repris: (Issue.REMPLACE, f.siret_no(active, 1)),
        cessee: (Issue.FERME, cessee),
        f.siren_no(77): (Issue.REMPLACE, active),
        f.siren_no(88): (Issue.INCONNU, ""),
        f.siret_no(active, 9): (Issue.INCONNU, ""),
    }
    reponses = rapprocher([LigneARapprocher(numero=n) for n in attendus])
    assert {n: (r.issue, r.numero) for n, r in zip(attendus, reponses, strict=True)} == attendus
    assert reponses[3].ancien == repris


def test_a_number_and_a_name_that_contradict_each_other_are_for_somebody_to_decide(univers: Univers) -> None:
    siren = univers.entreprise("DUPONT BOIS", LILLE)
    univers.charger()
    assert un("Dupont Bois SARL", siren).issue is Issue.TROUVE
    contraire = un("Garage Martin", siren)
    assert contraire.issue is Issue.AMBIGU
    assert contraire.candidats[0].nom == "DUPONT BOIS"
