"""Tax, customs and social standing, in the formats of their producers' deposits."""

from collections.abc import Iterator
from datetime import date, timedelta

from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.comptes import Compte, recents
from fce.demo.jeux.difficultes import CLOTURE, PLAN, Difficultes
from fce.demo.jeux.dirigeants import Direction, proprietaires
from fce.demo.jeux.fichiers import Ligne
from fce.demo.jeux.monde import VEDETTE, Monde, adresse, fermeture, forme, nom, physique
from fce.demo.jeux.rne import tribunal
from fce.socle.identifiants import tva_intracommunautaire

_LIASSES = 60


def attestations_fiscales(monde: Monde, difficultes: Difficultes) -> Iterator[Ligne]:
    """Tax standing; companies in insolvency proceedings are not up to date."""
    situation = monde.calendrier.stock
    delivrance = min(situation + timedelta(days=11), monde.arrete)
    for unite in _societes(monde, "attestation", 0.3):
        a_jour = not en_procedure(difficultes, unite.siren) and _a_jour(monde, "fiscal", unite)
        yield {
            "siren": unite.siren,
            "a_jour": "oui" if a_jour else "non",
            "date_delivrance_attestation": str(delivrance) if a_jour else "",
            "date_periode_analysee": str(situation),
        }


def chiffres_affaires(monde: Monde, tenus: list[Compte]) -> Iterator[Ligne]:
    """Turnover of the last three closings, confidential ones included."""
    for compte in recents(monde, tenus):
        yield {
            "siret": monde.unites[compte.siren].siege.siret,
            "date_fin_exercice": str(compte.cloture),
            "chiffre_affaires": str(compte.chiffre_affaires),
        }


def liasses(monde: Monde, tenus: list[Compte]) -> Iterator[Ligne]:
    """Some cells of the last tax return, for the largest companies."""
    derniers = {c.siren: c for c in tenus}
    for compte in sorted(derniers.values(), key=lambda c: -c.chiffre_affaires)[:_LIASSES]:
        total = round(compte.chiffre_affaires * 1.2)
        cases = (
            ("2050", "300274", "CO", "Total général brut", total),
            ("2051", "300476", "EE", "Total général passif", total),
            ("2051", "300438", "DA", "Capital social", round(total * 0.08)),
            ("2052", "300301", "FL", "Chiffre d'affaires nets", compte.chiffre_affaires),
            ("2053", "300362", "HN", "Bénéfice ou perte", compte.resultat),
        )
        for imprime, nref, case, intitule, valeur in cases:
            yield {
                "siren": compte.siren,
                "date_fin_exercice": str(compte.cloture),
                "numero_imprime": imprime,
                "code_nref": nref,
                "rang": "1",
                "code": case,
                "intitule": intitule,
                "valeur": str(valeur),
                "regime_libelle": "Réel normal",
                "date_declaration": str(compte.cloture + timedelta(days=125)),
                "duree_exercice": "365",
                "millesime": f"{compte.cloture.year + 1}01",
            }


def liens_capitalistiques(monde: Monde, direction: Direction) -> Iterator[Ligne]:
    """Shareholders and subsidiaries, consistent with the other registers."""
    filiales = direction.filiales
    for siren in direction.mandats:
        unite = monde.unites[siren]
        declarante = siren in direction.meres or siren in filiales or monde.retenue("liens", unite, 0.08)
        if physique(unite) or fermeture(unite) or not declarante:
            continue
        liens: list[dict[str, str]] = []
        if mere := direction.meres.get(siren):
            societe = monde.unites[mere]
            liens.append({"sens": "actionnaire", "type": "personne_morale", "siren_lie": mere,
                          "denomination": nom(societe), "pourcentage": "100", "pays": "FR"})  # fmt: skip
        else:
            liens += [
                {
                    "sens": "actionnaire",
                    "type": "personne_physique",
                    "nom_patronymique_et_prenoms": f"{individu.personne.nom} {' '.join(individu.prenoms)}",
                    "pourcentage": f"{part:g}",
                    "pays": "FR",
                }
                for individu, part in proprietaires(direction, siren)
            ]
        liens += [
            {"sens": "filiale", "type": "personne_morale", "siren_lie": fille,
             "denomination": nom(monde.unites[fille]), "pourcentage": "100", "pays": "FR"}
            for fille in filiales.get(siren, ())
        ]  # fmt: skip
        for rang, lien in enumerate(liens, start=1):
            yield {"siren": siren, "annee": str(monde.calendrier.annee_close), "rang": str(rang), **lien}


def eori(monde: Monde) -> Iterator[Ligne]:
    """EORI numbers ("FR" and SIRET) of traders; inactive once closed."""
    for unite in monde.unites.values():
        metier = unite.activite or unite.siege.activite
        commerce = metier is not None and (metier.famille == "industrie" or metier.naf.startswith(("46", "52")))
        if not forme(unite).startswith("5") or not (commerce or fermeture(unite)):
            continue
        if not monde.retenue("eori", unite, 0.35 if commerce else 0.02):
            continue
        lieu = monde.lieu(unite.siege)
        yield {
            "siret": unite.siege.siret,
            "identifiant": f"FR{unite.siege.siret}",
            "actif": "non" if fermeture(unite) else "oui",
            "libelle": nom(unite),
            "rue": adresse(unite.siege),
            "codePostal": lieu.code_postal,
            "ville": lieu.nom,
            "pays": "France",
            "codePays": "FR",
        }


def operateurs(monde: Monde) -> Iterator[Ligne]:
    """Customs authorisations of traders of some size; excise warehouses of breweries and cellars."""
    rang = 0
    for unite in monde.ouvertes:
        metier = unite.activite
        if metier is None or not forme(unite).startswith("5"):
            continue
        alea, codes = monde.alea("douane", unite.siren), []
        if metier.naf.startswith(("11.0", "01.21")) and alea.random() < 0.6:
            codes.append(("ACCISES", "EA", "valide"))
        if metier.famille == "industrie" and ((unite.effectif or 0) >= 40 or unite.siren == VEDETTE):
            codes.append(("OEA", alea.choice(("AEOC", "AEOF", "AEOS")), "valide"))
            if unite.siren == VEDETTE or alea.random() < 0.4:
                codes.append(
                    ("REGIME", alea.choice(("CWP", "IPO", "OPO", "TEA")), alea.choice(("valide", "suspendue")))
                )
        for famille, code, etat in codes:
            rang += 1
            debut = date(monde.calendrier.annee_close - alea.randint(0, 8), alea.randint(1, 12), 1)
            if unite.siren == VEDETTE:
                # Recent for a monthly file.
                debut = monde.calendrier.stock.replace(day=28)
            yield {
                "siret": unite.siege.siret,
                "numero_autorisation": f"FR{code}{rang:09d}",
                "famille": famille,
                "code_autorisation": code,
                "etat": etat,
                "date_debut": str(debut),
                "date_fin": str(debut.replace(year=debut.year + 10)) if famille == "REGIME" else "",
                "bureau_competent": tribunal(monde, unite),
            }


def vigilance(monde: Monde, difficultes: Difficultes) -> Iterator[Ligne]:
    """Employers' social certificates; refused during insolvency proceedings."""
    debut = monde.calendrier.stock
    for unite in monde.ouvertes:
        if not unite.effectif or not monde.retenue("vigilance", unite, 0.4):
            continue
        refusee = en_procedure(difficultes, unite.siren) or not _a_jour(monde, "social", unite)
        yield {
            "siren": unite.siren,
            "entity_status_code": "refus_de_delivrance" if refusee else "ok",
            "entity_status_libelle": "Délivrance de l'attestation refusée par l'Urssaf"
            if refusee
            else "Attestation délivrée par l'Urssaf",
            "date_debut_validite": "" if refusee else str(debut),
            "date_fin_validite": "" if refusee else str(debut + timedelta(days=180)),
        }


def msa(monde: Monde) -> Iterator[Ligne]:
    """Agricultural employers, and the featured company."""
    for unite in monde.ouvertes:
        agricole = unite.activite is not None and unite.activite.naf.startswith(("01", "02"))
        if unite.siren == VEDETTE or (agricole and unite.siege.effectif):
            alea = monde.alea("msa", unite.siren)
            yield {
                "siret": unite.siege.siret,
                "status": alea.choices(("up_to_date", "outdated", "under_investigation"), (85, 9, 6))[0],
                "date_situation": str(monde.calendrier.stock),
            }


def tva(monde: Monde) -> Iterator[Ligne]:
    """Valid VAT numbers, without country, of active trading companies."""
    for unite in monde.ouvertes:
        if forme(unite).startswith(("1", "5", "3120")) and monde.retenue("tva", unite, 0.8):
            yield {"vat_no": tva_intracommunautaire(unite.siren).removeprefix("FR")}
            if unite.siren == VEDETTE:  # a number for another activity: its key has letters
                yield {"vat_no": f"A7{unite.siren}"}
    # Still active years after the company ceased: contradictions to report.
    for unite in monde.unites.values():
        fin = fermeture(unite)
        if fin and fin < monde.arrete - timedelta(days=700) and monde.retenue("tva-restee", unite, 0.05):
            yield {"vat_no": tva_intracommunautaire(unite.siren).removeprefix("FR")}


PLATEFORMES = ("Plateforme Inventée du Nord", "Factures & Cie (inventée)", "Solution Comptable Inventée")


def annuaire_facturation(monde: Monde) -> Iterator[Ligne]:
    """Invoicing addresses of trading companies and public bodies; one in ten has not chosen its platform yet."""
    for unite in monde.ouvertes:
        if not forme(unite).startswith(("1", "5", "7")):
            continue
        alea = monde.alea("facturation", unite.siren)
        choisie = unite.siren == VEDETTE or alea.random() < 0.9
        plateforme = alea.choice(PLATEFORMES) if choisie else ""
        adresses = [unite.siren]
        if unite.siren == VEDETTE or (unite.effectif or 0) >= 250:
            adresses += [f"{unite.siren}_{unite.siege.siret}", f"{unite.siren}_{unite.siege.siret}_COMPTABILITE"]
        for ecrite in adresses if choisie else [""]:
            yield {
                "SIREN": unite.siren,
                "Présent dans l'annuaire de la facturation électronique": "Oui" if choisie else "Non",
                "Plateforme agréée rattachée": plateforme,
                "Adresse de facturation": ecrite,
                "Adresse de facturation active": "Oui" if choisie else "",
            }


def en_procedure(difficultes: Difficultes, siren: str) -> bool:
    """Tell whether the last judgment leaves proceedings open."""
    procedure = difficultes.procedures.get(siren)
    return procedure is not None and procedure.jugements[-1].genre not in (CLOTURE, PLAN)


def _societes(monde: Monde, sujet: str, part: float) -> Iterator[UniteLegale]:
    return (u for u in monde.ouvertes if forme(u).startswith("5") and monde.retenue(sujet, u, part))


def _a_jour(monde: Monde, sujet: str, unite: UniteLegale) -> bool:
    return unite.siren == VEDETTE or monde.alea(f"{sujet}-a-jour", unite.siren).random() < 0.95
