"""Tax, customs and social standing, in the formats of their producers' deposits."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from fce.demo import personnages as p
from fce.demo.entreprises import UniteLegale
from fce.demo.jeux.comptes import Compte, recents
from fce.demo.jeux.difficultes import CLOTURE, PLAN, Difficultes
from fce.demo.jeux.dirigeants import Direction, proprietaires
from fce.demo.jeux.fichiers import Faits
from fce.demo.jeux.monde import VEDETTE, Monde, fermeture, forme, nom, physique
from fce.demo.jeux.rne import tribunal
from fce.socle.texte.identifiants import tva_intracommunautaire

_LIASSES = 60


def dgfip_attestation_fiscale(monde: Monde, difficultes: Difficultes) -> Iterator[Faits]:
    """Tax standing; companies in insolvency proceedings are not up to date."""
    situation = monde.calendrier.stock
    for unite in _societes(monde, "attestation", 0.3):
        a_jour = not en_procedure(difficultes, unite.siren) and _a_jour(monde, "fiscal", unite)
        yield {
            "siren": unite.siren,
            "a_jour": a_jour,
            "date_delivrance": min(situation + timedelta(days=11), monde.arrete) if a_jour else None,
            "date_periode_analysee": situation,
        }


def dgfip_chiffre_affaires(monde: Monde, comptes: list[Compte]) -> Iterator[Faits]:
    """Turnover of the last three closings, confidential ones included."""
    for compte in recents(monde, comptes):
        yield {
            "siret": monde.unites[compte.siren].siege.siret,
            "date_fin_exercice": compte.date_cloture,
            "chiffre_affaires": compte.chiffre_affaires,
        }


def dgfip_liasses(monde: Monde, comptes: list[Compte]) -> Iterator[Faits]:
    """Some cells of the last tax return, for the largest companies."""
    derniers = {c.siren: c for c in comptes}
    for compte in sorted(derniers.values(), key=lambda c: -c.chiffre_affaires)[:_LIASSES]:
        total = round(compte.chiffre_affaires * 1.2)
        cases = (
            ("2050", "300274", "CO", "Total général brut", total),
            ("2051", "300476", "EE", "Total général passif", total),
            ("2051", "300438", "DA", "Capital social", round(total * 0.08)),
            ("2052", "300301", "FL", "Chiffre d'affaires nets", compte.chiffre_affaires),
            ("2053", "300362", "HN", "Bénéfice ou perte", compte.resultat_net),
        )
        for case in cases:
            yield {
                **dict(zip(("numero_imprime", "code_nref", "code", "intitule", "valeur"), case, strict=True)),
                "siren": compte.siren,
                "date_fin_exercice": compte.date_cloture,
                "rang": 1,
                "regime": "Réel normal",
                "date_declaration": compte.date_cloture + timedelta(days=125),
                "duree_exercice": 365,
                "millesime": f"{compte.date_cloture.year + 1}01",
            }


def dgfip_liens_capitalistiques(monde: Monde, direction: Direction) -> Iterator[Faits]:
    """Shareholders and subsidiaries of two years, consistent with the other registers."""
    filiales = direction.filiales
    for siren in direction.mandats:
        unite = monde.unites[siren]
        declarante = siren in direction.meres or siren in filiales or monde.retenue("liens", unite, 0.08)
        if physique(unite) or fermeture(unite) or not declarante:
            continue
        for avant in (False, True):
            annee = monde.calendrier.annee_close - avant
            liens = _liens(monde, direction, siren, filiales.get(siren, ()), avant=avant)
            for rang, lien in enumerate(liens, start=1):
                yield {"siren": siren, "annee": annee, "rang": rang, "pays": "FR", **lien}


def _liens(monde: Monde, direction: Direction, siren: str, filles: Iterable[str], *, avant: bool) -> Iterator[Faits]:
    """``avant``: those of the year before; some subsidiaries were not in the group yet."""
    if mere := direction.meres.get(siren):
        if not (avant and _entree(monde, siren)):
            yield _societe_liee(monde, "actionnaire", mere, siren)
    else:
        for individu, part in proprietaires(direction, siren):
            nomme = f"{individu.personne.nom} {' '.join(individu.prenoms)}"
            yield {
                "sens": "actionnaire",
                "type_personne": "personne_physique",
                "personne": nomme,
                "pourcentage": part,
            }
    for fille in filles:
        if not (avant and _entree(monde, fille)):
            yield _societe_liee(monde, "filiale", fille, fille)


def _entree(monde: Monde, fille: str) -> bool:
    """Whether a subsidiary joined its group in the last year."""
    return fille != p.HOMONYME.siren and monde.alea("entree", fille).random() < 0.2


def _societe_liee(monde: Monde, sens: str, siren: str, fille: str) -> Faits:
    part = 100 if fille == p.HOMONYME.siren else monde.alea("part", fille).choice((100, 100, 100, 80, 66.5, 51))
    liee = {"siren_lie": siren, "denomination": nom(monde.unites[siren]), "pourcentage": part}
    return {"sens": sens, "type_personne": "personne_morale", **liee}


def dgddi_eori(monde: Monde) -> Iterator[Faits]:
    """EORI numbers ("FR" and SIRET) of traders; inactive once closed."""
    for unite in monde.unites.values():
        metier = unite.activite or unite.siege.activite
        commerce = metier is not None and (metier.famille == "industrie" or metier.naf.startswith(("46", "52")))
        if not forme(unite).startswith("5") or not (commerce or fermeture(unite)):
            continue
        if monde.retenue("eori", unite, 0.35 if commerce else 0.02):
            numero = {"identifiant": f"FR{unite.siege.siret}", "actif": not fermeture(unite)}
            yield {**monde.identite(unite), **numero, "pays": "France", "code_pays": "FR"}


def dgddi_operateurs(monde: Monde) -> Iterator[Faits]:
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
                "numero": f"FR{code}{rang:09d}",
                "famille": famille,
                "code": code,
                "etat": etat,
                "date_debut": debut,
                "date_fin": debut.replace(year=debut.year + 10) if famille == "REGIME" else None,
                "bureau": tribunal(monde, unite),
            }


def urssaf_vigilance(monde: Monde, difficultes: Difficultes) -> Iterator[Faits]:
    """Employers' social certificates; refused during insolvency proceedings."""
    debut = monde.calendrier.stock
    for unite in monde.ouvertes:
        if not unite.effectif or not monde.retenue("vigilance", unite, 0.4):
            continue
        if en_procedure(difficultes, unite.siren) or not _a_jour(monde, "social", unite):
            statut, libelle = "refus_de_delivrance", "Délivrance de l'attestation refusée par l'Urssaf"
            validite: Faits = {}
        else:
            statut, libelle = "ok", "Attestation délivrée par l'Urssaf"
            validite = {"date_debut_validite": debut, "date_fin_validite": debut + timedelta(days=180)}
        yield {"siren": unite.siren, "statut": statut, "libelle": libelle, **validite}


def msa_conformite(monde: Monde) -> Iterator[Faits]:
    """Agricultural employers, and the featured company."""
    for unite in monde.ouvertes:
        agricole = unite.activite is not None and unite.activite.naf.startswith(("01", "02"))
        if unite.siren == VEDETTE or (agricole and unite.siege.effectif):
            alea = monde.alea("msa", unite.siren)
            statut = alea.choices(("up_to_date", "outdated", "under_investigation"), (85, 9, 6))[0]
            yield {"siret": unite.siege.siret, "statut": statut, "date_situation": monde.calendrier.stock}


def tva(monde: Monde) -> Iterator[Faits]:
    """Valid VAT numbers, without country, of active trading companies."""
    for unite in monde.ouvertes:
        if forme(unite).startswith(("1", "5", "3120")) and monde.retenue("tva", unite, 0.8):
            yield {"ecrit": tva_intracommunautaire(unite.siren).removeprefix("FR")}
            if unite.siren == VEDETTE:  # a number for another activity: its key has letters
                yield {"ecrit": f"A7{unite.siren}"}
    # Still active years after the company ceased: contradictions to report.
    for unite in monde.unites.values():
        fin = fermeture(unite)
        if fin and fin < monde.arrete - timedelta(days=700) and monde.retenue("tva-restee", unite, 0.05):
            yield {"ecrit": tva_intracommunautaire(unite.siren).removeprefix("FR")}


PLATEFORMES = ("Plateforme Inventée du Nord", "Factures & Cie (inventée)", "Solution Comptable Inventée")


def annuaire_facturation(monde: Monde) -> Iterator[Faits]:
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
                "siren": unite.siren,
                "presence": choisie,
                "plateforme": plateforme,
                "adresse": ecrite,
                "active": True if choisie else None,
            }


def en_procedure(difficultes: Difficultes, siren: str) -> bool:
    """Tell whether the last judgment leaves proceedings open."""
    procedure = difficultes.procedures.get(siren)
    return procedure is not None and procedure.jugements[-1].genre not in (CLOTURE, PLAN)


def _societes(monde: Monde, sujet: str, part: float) -> Iterator[UniteLegale]:
    return (u for u in monde.ouvertes if forme(u).startswith("5") and monde.retenue(sujet, u, part))


def _a_jour(monde: Monde, sujet: str, unite: UniteLegale) -> bool:
    return unite.siren == VEDETTE or monde.alea(f"{sujet}-a-jour", unite.siren).random() < 0.95
