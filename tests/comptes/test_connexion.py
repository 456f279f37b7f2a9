"""Sign-in as a browser lives it: what it left with is used once, by itself, in time; who comes back is one account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import structlog
from django.utils import timezone

from fce.comptes.administration import administration_de
from fce.comptes.models import Compte, EvenementCompte, Session
from fce.comptes.sessions import ESSAI, effacer_les_expirees
from fce.demo.identite.personnages import AGENTS, DDETS, DGFIP
from fce.demo.identite.serveur import Serveur
from fce.droits.acteurs import ANONYME
from fce.droits.selectors import acteur_de
from tests.comptes import fabrique
from tests.comptes.navigateur import Navigateur, choisir, parametre

pytestmark = pytest.mark.django_db


@pytest.fixture
def navigateur(identites: Serveur) -> Navigateur:
    return Navigateur()


def refuse(reponse: Any, statut: int = 400) -> None:
    """Nobody is signed in, and nothing is left that could sign anyone in."""
    assert reponse.status_code == statut
    assert not Session.objects.exclude(compte=None).exists()


def dit(identites: Serveur, **revendications: Any) -> None:
    """What ProConnect says of whoever signs in, until the end of the test; None: nothing."""
    identites.emetteurs["proconnect"].identite_forcee.update(revendications)  # type: ignore[attr-defined]


def test_un_agent_se_connecte_et_revient_ou_il_voulait(navigateur: Navigateur) -> None:
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche?q=boulangerie")
    assert reponse["Location"] == "/recherche?q=boulangerie"
    compte = Compte.objects.get()
    assert (compte.genre, compte.siret, compte.nom) == ("agent", DDETS.siret, "GALSDOREAU")
    assert administration_de(compte) == DDETS.siret
    assert Session.objects.get().compte == compte
    assert "GALSDOREAU" in navigateur.get("/compte").content.decode()


def test_un_chef_d_entreprise_n_est_jamais_un_agent(navigateur: Navigateur) -> None:
    navigateur.se_connecter("chef-entreprise", "franceconnect")
    compte = Compte.objects.get()
    assert (compte.genre, compte.siret, compte.roles) == ("particulier", "", [])
    assert acteur_de(compte, mfa=True) == ANONYME


@pytest.mark.parametrize("state", [None, "", "0" * 64, "é", "\x00"])
def test_oidc_01_un_state_absent_ou_faux_est_refuse_et_note(navigateur: Navigateur, state: str | None) -> None:
    code = parametre(choisir(navigateur.partir(), "douane"), "code")
    with structlog.testing.capture_logs() as traces:
        refuse(navigateur.get("/connexion/proconnect/retour", {"code": code} | ({"state": state} if state else {})))
    assert [t["motif"] for t in traces if t["event"] == "connexion_refusee"] == ["state"]


def test_oidc_01_un_state_ne_sert_qu_une_fois(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    assert navigateur.revenir(retour).status_code == 302
    temoin = navigateur.temoin
    assert navigateur.revenir(retour).status_code == 400
    assert navigateur.temoin == temoin
    assert Session.objects.count() == 1


def test_oidc_01_un_state_refuse_une_fois_ne_sert_plus(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    refuse(navigateur.get("/connexion/proconnect/retour", {"state": parametre(retour, "state"), "code": "faux"}), 403)
    refuse(navigateur.revenir(retour))


def test_oidc_01_et_csrf_05_le_retour_d_un_autre_navigateur_est_refuse(navigateur: Navigateur) -> None:
    """Login CSRF: the attacker's own return, opened by someone else, signs nobody in."""
    retour = choisir(navigateur.partir(), "douane")
    victime = Navigateur()
    refuse(victime.revenir(retour))
    assert victime.temoin == ""
    autre = Navigateur()
    autre.partir()
    refuse(autre.revenir(retour))


def test_oidc_01_une_connexion_commencee_il_y_a_plus_de_dix_minutes_est_refusee(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    assert timedelta(minutes=10) == ESSAI
    Session.objects.update(creee_le=timezone.now() - ESSAI)
    refuse(navigateur.revenir(retour))


def test_oidc_01_un_depart_trop_vieux_est_refuse_dans_une_session_encore_jeune(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir(), "douane")
    session = Session.objects.get()
    session.donnees["departs"][0]["quand"] -= ESSAI.total_seconds()
    session.save(update_fields=["donnees"])
    refuse(navigateur.revenir(retour))


def test_oidc_10_le_depart_vers_un_fournisseur_ne_vaut_pas_retour_de_l_autre(navigateur: Navigateur) -> None:
    retour = choisir(navigateur.partir("franceconnect"), "personne")
    refuse(navigateur.revenir(retour.replace("/connexion/franceconnect/", "/connexion/proconnect/")))
    refuse(navigateur.revenir(retour))


def test_le_refus_du_fournisseur_est_dit_en_francais(navigateur: Navigateur) -> None:
    state = parametre(navigateur.partir(), "state")
    reponse = navigateur.get("/connexion/proconnect/retour", {"state": state, "error": "access_denied<script>"})
    refuse(reponse)
    assert "<script>alert" not in reponse.content.decode()
    assert "n’a pas abouti" in reponse.content.decode()


def test_oidc_09_le_meme_courriel_chez_un_autre_sub_est_un_autre_compte(
    navigateur: Navigateur, identites: Serveur
) -> None:
    dit(identites, email="meme@travail.example")
    navigateur.se_connecter("douane")
    Navigateur().se_connecter("dgfip")
    assert Compte.objects.filter(courriel="meme@travail.example").count() == 2


def test_oidc_09_le_meme_sub_chez_un_autre_fournisseur_est_un_autre_compte(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    compte = Compte.objects.get()
    fabrique.particulier(sub=compte.sub, courriel=compte.courriel)
    Navigateur().se_connecter("douane")
    assert Compte.objects.count() == 2
    assert Compte.objects.filter(sub=compte.sub).values("iss").distinct().count() == 2


@pytest.mark.parametrize("sosie", ["DOUANE@travail.example", "douanе@travail.example", "ｄouane@travail.example"])
def test_oidc_09_un_courriel_ressemblant_ne_rejoint_aucun_compte(
    navigateur: Navigateur, identites: Serveur, sosie: str
) -> None:
    fabrique.compte(courriel="douane@travail.example", siret=DGFIP.siret)
    dit(identites, email=sosie)
    navigateur.se_connecter("douane")
    nouveau = Compte.objects.latest("pk")
    assert Compte.objects.count() == 2
    assert nouveau.siret != DGFIP.siret


@pytest.mark.parametrize(
    "siret",
    [None, "", "  ", "123", "12345678901234", DDETS.siret[:9], "IE6388047V", [DDETS.siret], int(DDETS.siret)],
)
def test_oidc_15_sans_siret_valide_la_raison_est_dite_et_rien_n_est_ouvert(
    navigateur: Navigateur, identites: Serveur, siret: Any
) -> None:
    dit(identites, siret=siret)
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche")
    assert reponse["Location"] == "/compte"
    assert "SIRET" in navigateur.get("/compte").content.decode()
    acteur = acteur_de(Compte.objects.get(), mfa=True)
    assert (acteur.siret_administration, acteur.habilitations) == ("", ())


@pytest.mark.parametrize(
    "roles", [None, [], "agent_public_etat", ["prestataire"], ["non_agent_public"], ["xagent_public"]]
)
def test_oidc_15_un_prestataire_n_a_l_administration_de_personne(
    navigateur: Navigateur, identites: Serveur, roles: Any
) -> None:
    """ACM-25: a contractor's account is refused by default; roles are compared whole."""
    dit(identites, roles=roles)
    assert navigateur.se_connecter("inspectrice-59")["Location"] == "/compte"
    assert acteur_de(Compte.objects.get(), mfa=True).siret_administration == ""


def test_oidc_15_un_siret_change_quitte_les_groupes_de_l_ancien(navigateur: Navigateur, identites: Serveur) -> None:
    navigateur.se_connecter("inspectrice-59")
    compte = Compte.objects.get()
    ancienne = fabrique.organisation(numero=DDETS.siret, nom="DDETS")
    lien = fabrique.appartenance(compte, fabrique.groupe(organisation=ancienne))
    dit(identites, siret=DGFIP.siret)
    Navigateur().se_connecter("inspectrice-59")
    lien.refresh_from_db()
    assert lien.fin is not None


@pytest.mark.parametrize("cle", [p.cle for p in AGENTS])
def test_s8_every_character_of_the_demonstration_signs_in_with_a_second_factor(
    navigateur: Navigateur, cle: str
) -> None:
    navigateur.se_connecter(cle)
    assert navigateur.session["mfa"] is True


def test_oidc_16_sans_second_facteur_il_est_redemande_une_fois_sans_boucle(
    navigateur: Navigateur, settings: Any
) -> None:
    settings.FCE_PROCONNECT_MFA = "off"
    navigateur.se_connecter("inspectrice-59")
    assert navigateur.session["mfa"] is False
    page = navigateur.get("/connexion?mfa=1&suite=/recherche").content.decode()
    assert "second facteur" in page
    assert 'name="mfa"' in page
    reponse = navigateur.se_connecter("inspectrice-59", suite="/recherche", mfa=True)
    assert reponse["Location"] == "/recherche"
    assert navigateur.session["mfa"] is True


@pytest.mark.parametrize("preuve", [{"amr": None, "acr": None}, {"amr": "mfa"}, {"amr": ["pwd"], "acr": "eidas1"}])
def test_oidc_16_un_second_facteur_qui_ne_vient_pas_est_un_refus_et_non_une_boucle(
    navigateur: Navigateur, identites: Serveur, preuve: dict[str, Any]
) -> None:
    identites.emetteurs["proconnect"].preuve_forcee.update(preuve)  # type: ignore[attr-defined]
    reponse = navigateur.se_connecter("inspectrice-59", mfa=True)
    refuse(reponse, 403)
    assert "Location" not in reponse


def test_oidc_19_la_deconnexion_n_est_pas_un_lien(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    assert navigateur.get("/deconnexion").status_code == 405
    assert navigateur.get("/compte").status_code == 200


def test_oidc_19_la_session_finit_ici_avant_celle_du_fournisseur(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    temoin = navigateur.temoin
    sortie = navigateur.post("/deconnexion")["Location"]
    assert "/session/end?" in sortie
    assert not Session.objects.exclude(compte=None).exists()
    assert navigateur.temoin != temoin
    page = navigateur.get("/deconnexion/retour", {"state": parametre(sortie, "state")})
    assert "fermez aussi" not in page.content.decode()


def test_oidc_19_un_retour_de_deconnexion_force_ne_change_rien(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    assert navigateur.get("/deconnexion/retour", {"state": "0" * 64}).status_code == 200
    assert navigateur.get("/compte").status_code == 200


def test_oidc_19_le_fournisseur_en_panne_n_empeche_pas_de_partir(navigateur: Navigateur, settings: Any) -> None:
    navigateur.se_connecter("douane")
    settings.FCE_PROCONNECT_ISSUER = "http://127.0.0.1:1/proconnect"
    reponse = navigateur.post("/deconnexion")
    assert reponse["Location"] == "/deconnexion/retour"
    assert not Session.objects.exclude(compte=None).exists()


def test_oidc_20_cinq_cents_departs_sont_bornes_et_s_effacent(navigateur: Navigateur) -> None:
    for _ in range(20):
        navigateur.partir()
    assert Session.objects.count() == 1
    assert len(Session.objects.get().donnees["departs"]) == 5
    Session.objects.bulk_create(Session(empreinte=f"{n:064x}") for n in range(500))
    assert Navigateur().se_connecter("douane").status_code == 302  # nobody else is locked out
    assert effacer_les_expirees(timezone.now() + ESSAI) == 501
    assert Session.objects.exclude(compte=None).count() == 1


def test_un_compte_desactive_ne_se_connecte_plus(navigateur: Navigateur) -> None:
    navigateur.se_connecter("douane")
    Compte.objects.update(desactive_le=timezone.now())
    Session.objects.all().delete()
    refuse(Navigateur().se_connecter("douane"), 403)


def test_la_premiere_connexion_est_un_evenement_sans_nom(navigateur: Navigateur) -> None:
    navigateur.se_connecter("inspectrice-59")
    evenement = EvenementCompte.objects.get(action="premiere_connexion")
    assert evenement.objet == Compte.objects.get().identifiant
    assert "GALSDOREAU" not in str(evenement.apres)


def test_auth_06_ni_nom_ni_code_ni_jeton_dans_les_journaux(navigateur: Navigateur) -> None:
    with structlog.testing.capture_logs() as traces:
        retour = choisir(navigateur.partir(), "inspectrice-59")
        navigateur.revenir(retour)
        navigateur.revenir(retour)
    ecrit = str(traces)
    id_token = Session.objects.get().donnees["id_token"]
    secrets = [parametre(retour, "code"), parametre(retour, "state"), id_token, navigateur.temoin, "GALSDOREAU"]
    assert [secret for secret in secrets if secret in ecrit] == []
    assert traces
