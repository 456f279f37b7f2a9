"""Plans of the hand-made companies (``personnages``)."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from fce.demo import lieux, personnages as p
from fce.demo.activites import Activite, activite
from fce.demo.calendrier import Calendrier, Le
from fce.demo.entreprises import Plan, PlanEtablissement, UniteLegale, construire, unite_purgee
from fce.demo.noms import Personne

NOM_LONG = (
    "SYNDICAT MIXTE D'ETUDES ET DE TRAITEMENT DES DECHETS MENAGERS"
    " ET ASSIMILES DES VALLEES DE LA HAUTE ET BASSE ZELBUDOI"
)


def unites(alea: random.Random, entreprises: int, calendrier: Calendrier) -> list[UniteLegale]:
    """Return the hand-made companies; the large networks grow with the universe."""
    le = calendrier.le
    plans = [*_groupes(alea, entreprises, le), *_societes(le), *_personnes(le), *_publics(le)]
    reste = [construire(alea, plan, calendrier) for plan in plans]
    _installer_la_cantine({unite.siren: unite for unite in reste})
    cedee = construire(alea, _cedee(le), calendrier)
    reprise = construire(alea, _repreneur(cedee, le), calendrier)
    purgee = unite_purgee(alea, p.PURGEE.siren, p.PURGEE.nom, "62.21", lieux.ville("80001"), le(1954, 12, 25))
    return [*reste, cedee, reprise, purgee]


def _installer_la_cantine(unites: dict[str, UniteLegale]) -> None:
    """Put the restaurant at the factory's address. Done once both are drawn, so that the other draws do not change."""
    usine, cantine = unites[p.HOMONYME.siren].siege, unites[p.CANTINE.siren].siege
    usine.adresse = replace(usine.adresse, numero="14", indice="", type_voie="AV", voie="DE L'INDUSTRIE")
    cantine.adresse = usine.adresse


def doublons(le: Le) -> list[tuple[str, str, datetime]]:
    """Return ``(kept SIREN, duplicate SIREN, processing time)``: a chain of three and a single one."""
    return [
        (p.ANCIEN_SIREN_2.siren, p.ANCIEN_SIREN_1.siren, datetime.combine(le(2011, 3, 14), time(9, 26, 53))),
        (p.CONSERVEE.siren, p.ANCIEN_SIREN_2.siren, datetime.combine(le(2018, 6, 28), time(18, 31, 41))),
        (p.GROUPE.siren, p.ANCIEN_SIREN_GROUPE.siren, datetime.combine(le(2009, 1, 15), time(7, 0, 12))),
    ]


def _groupes(alea: random.Random, entreprises: int, le: Le) -> list[Plan]:
    groupe = Plan(
        p.GROUPE.siren, "5599", activite("25.11Z"), le(1954, 1, 1), lieux.ville("59350"),
        denomination="FORGES VALSDORAC FRERES", sigle="AFV", effectif=640,
        changements=[
            (le(1987, 5, 4), {"denomination": "VALSDORAC METALLURGIE"}),
            (le(2012, 1, 1), {"denomination": p.GROUPE.nom, "usuelles": ("VALSDORAC",)}),
        ],
        activites_suivantes=[(le(1987, 5, 4), activite("24.10Z"))],
        demenagements=[(le(1996, 10, 1), lieux.ville("59155")), (le(2009, 9, 14), lieux.ville("92026"))],
        secondaires=_reseau(alea, le, round(entreprises * 0.028), le(1960, 1, 1), activite("25.62B"), "VALSDORAC", (20,
        900)),
    )  # fmt: skip
    reseau = Plan(
        p.RESEAU.siren, "5710", activite("70.10Z"), le(1994, 3, 1), lieux.ville("69383"),
        denomination=p.RESEAU.nom, effectif=420,
        secondaires=_reseau(alea, le, round(entreprises * 0.24), le(1994, 4, 1), activite("47.11D"), "TREGLOMARD", (3,
        60)),
    )  # fmt: skip
    interim = Plan(
        p.INTERIM.siren, "5710", activite("78.20Z"), le(1998, 9, 7), lieux.ville("44109"),
        denomination=p.INTERIM.nom, effectif=85,
        secondaires=_reseau(alea, le, round(entreprises * 0.045), le(1999, 1, 4), activite("78.20Z"), "QUISTROUBERT",
        (2, 9)),
    )  # fmt: skip
    return [groupe, reseau, interim]


def _reseau(
    alea: random.Random, le: Le, nombre: int, depuis: date, metier: Activite, enseigne: str, effectifs: tuple[int, int]
) -> list[PlanEtablissement]:
    """Return the establishments of a network, one in six closed."""
    plans = []
    etendue = (le(2026, 6, 30) - depuis).days
    for ville in lieux.tirer(alea, nombre):
        creation = depuis + timedelta(days=alea.randrange(etendue))
        fermeture = None
        if alea.random() < 1 / 6:
            fermeture = creation + timedelta(days=alea.randint(60, max(61, (le(2026, 9, 30) - creation).days)))
        plans.append(
            PlanEtablissement(
                ville,
                creation,
                fermeture,
                enseignes=(f"{enseigne} {ville.nom}"[:50],),
                activite=metier,
                effectif=alea.randint(*effectifs),
            )
        )
    return plans


def _societes(le: Le) -> list[Plan]:
    return [*_ordinaires(le), *_particulieres(le)]


def _ordinaires(le: Le) -> list[Plan]:
    """Companies to find by name, place or sign."""
    strasbourg, rennes = lieux.ville("67482"), lieux.ville("35238")
    return [
        Plan(
            p.BOULANGERIE.siren, "5499", activite("10.71C"), le(2011, 4, 18), rennes, denomination=p.BOULANGERIE.nom,
            enseignes=("AUX DÉLICES DE QUESTROUVEL",), effectif=7,
            secondaires=[PlanEtablissement(rennes, le(2018, 2, 1), enseignes=("LE FOURNIL DE QUESTROUVEL",),
            effectif=3)],
        ),
        Plan(
            p.SOCIETE_MASQUEE.siren, "5499", activite("90.03B"), le(2014, 11, 3), lieux.ville("25056"),
            denomination=p.SOCIETE_MASQUEE.nom, sigle="DO", enseignes=("AU LINGOT DE DRESQUETEC",), effectif=2,
            diffusion="P",
        ),
        Plan(
            p.CONSERVEE.siren, "5499", activite("46.73A"), le(1989, 2, 20), lieux.ville("33063"),
            denomination=p.CONSERVEE.nom,
            effectif=34, changements=[(le(2016, 7, 1), {"categorie_juridique": "5710"})],
        ),
        Plan(
            p.SIGLE.siren, "5720", activite("71.12B"), le(2004, 6, 1), lieux.ville("31555"), denomination=p.SIGLE.nom,
            sigle="B.E.Z.I.", effectif=58,
        ),
        Plan(
            p.ETRANGERE.siren, "3120", activite("28.22Z"), le(2017, 1, 9), strasbourg, denomination=p.ETRANGERE.nom,
            adresse=lieux.adresse_etrangere("HAUPTSTRASSE 12", "70173 STUTTGART", "99109", "ALLEMAGNE"),
            secondaires=[PlanEtablissement(strasbourg, le(2017, 1, 9), effectif=16)],
        ),
        Plan(
            p.HOMONYME.siren, "5599", activite("30.30Z"), le(1971, 9, 1), lieux.ville("31069"),
            denomination=p.HOMONYME.nom,
            effectif=2_150, secondaires=[PlanEtablissement(lieux.ville("44184"), le(1988, 1, 4), effectif=850)],
        ),
        *(
            Plan(
                siren, forme, activite(naf), le(2001 + rang, 1 + rang % 12, 11), lieux.ville(commune),
                denomination=p.HOMONYME.nom, fermeture=le(2022, 5, 31) if rang == 5 else None,
            )
            for rang, (siren, (forme, naf, commune)) in enumerate(zip(p.HOMONYMES_PETITS, _PETITS, strict=True))
        ),
    ]  # fmt: skip


def _particulieres(le: Le) -> list[Plan]:
    """Companies with a peculiarity: markup, formulas, masked siège, overseas, merged commune."""
    return [
        Plan(
            p.BALISES.siren, "5499", activite("43.32A"), le(2019, 3, 4), lieux.ville("13201"),
            denomination=p.BALISES.nom,
            enseignes=("<script>alert('demo')</script>", "<img src=x onerror=alert(1)>", "{{ 7 * 7 }}"), effectif=4,
        ),
        Plan(
            p.FORMULES.siren, "5720", activite("62.02A"), le(2021, 8, 30), lieux.ville("06088"),
            denomination=p.FORMULES.nom,
            usuelles=("-10% LORSQUETIER", "@LORSQUETIER"), enseignes=("=SOMME(A1:A9)",
            "=HYPERLINK(\"x\";\"LORSQUETIER\")"),
        ),
        Plan(
            p.SIEGE_MASQUE.siren, "5499", activite("58.29C"), le(2015, 5, 6), lieux.ville("37261"),
            denomination=p.SIEGE_MASQUE.nom, diffusion_siege="P", effectif=3,
            secondaires=[PlanEtablissement(lieux.ville("49007"), le(2020, 9, 1), effectif=2, diffusion="O")],
        ),
        Plan(
            p.MISSION.siren, "5710", activite("35.11Z"), le(2013, 10, 21), lieux.ville("38185"),
            denomination=p.MISSION.nom,
            ess="N", effectif=22,
            changements=[(le(2021, 3, 15), {"mission": "O"}), (le(2022, 1, 1), {"ess": "O"})],
        ),
        Plan(
            p.REOUVERTE.siren, "5499", activite("56.10A"), le(2009, 6, 15), lieux.ville("21231"),
            denomination=p.REOUVERTE.nom,
            enseignes=("LE FOURNEAU",), effectif=6, fermeture=le(2019, 12, 31), reouverture=le(2021, 6, 9),
        ),
        Plan(
            p.OUTRE_MER.siren, "5710", activite("52.10B"), le(2003, 4, 1), lieux.ville("97411"),
            denomination=p.OUTRE_MER.nom,
            effectif=48, secondaires=[PlanEtablissement(lieux.ville("97611"), le(2012, 4, 2), effectif=11)],
        ),
        Plan(
            p.CORSE.siren, "5499", activite("77.11A"), le(2016, 4, 12), lieux.ville("2A004"),
            denomination=p.CORSE.nom,
            effectif=5, secondaires=[PlanEtablissement(lieux.ville("2B033"), le(2019, 5, 2), effectif=2)],
        ),
        Plan(
            p.SIEGE_FERME.siren, "5499", activite("49.41B"), le(2010, 1, 18), lieux.ville("76540"),
            denomination=p.SIEGE_FERME.nom, fermeture_siege=le(2026, 3, 31), effectif=9,
            secondaires=[PlanEtablissement(lieux.ville("76351"), le(2014, 7, 1), effectif=6)],
        ),
        Plan(
            p.COMMUNE_FUSIONNEE.siren, "5499", activite("43.32A"), le(2008, 9, 1),
            lieux.Ville("74011", "ANNECY-LE-VIEUX", ("74940",), 0, "74"), denomination=p.COMMUNE_FUSIONNEE.nom,
            effectif=12,
        ),
    ]  # fmt: skip


_PETITS = (
    ("6540", "68.20A", "31555"),
    ("5499", "56.10A", "31069"),
    ("5720", "70.22Z", "75108"),
    ("5498", "43.21A", "13208"),
    ("5710", "62.01Z", "69386"),
    ("5499", "47.71Z", "59350"),
    ("6540", "68.20B", "35238"),
    ("5720", "73.11Z", "33063"),
    ("5498", "96.02A", "67482"),
    ("9220", "93.12Z", "29019"),
    ("5710", "64.20Z", "92050"),
    ("5499", "45.20A", "97302"),
)


def _personnes(le: Le) -> list[Plan]:
    masque = Personne("M", ("KEVIN", "NOEL"), "LORBUVARD")
    mal_masque = Personne("F", ("CLAIRE",), "TARZAUSEL", "MONGLONEC")
    return [
        Plan(
            p.INDEPENDANT_MASQUE.siren, "1000", activite("43.34Z"), le(2017, 5, 2), lieux.ville("63113"),
            personne=masque,
            usuelles=("LORBUVARD DECO",), enseignes=("LORBUVARD PEINTURE",), diffusion="P",
        ),
        Plan(
            p.ARTISTE.siren, "1000", activite("90.03B"), le(2012, 9, 3), lieux.ville("34172"),
            personne=Personne("F", ("SOPHIE", "ODETTE"), "GRIBUROT", "DALBUREAU", "ZELDRA"),
            usuelles=("L'ATELIER BLEU DE ZELDRA",), enseignes=("ZELDRA CÉRAMIQUES",),
        ),
        Plan(
            p.INDEPENDANT_MAL_MASQUE.siren, "1000", activite("86.90D"), le(2013, 2, 4), lieux.ville("87085"),
            personne=mal_masque, diffusion="P",
            secondaires=[
                PlanEtablissement(lieux.ville("87085"), le(2019, 1, 7), enseignes=("CABINET TARZAUSEL",),
                diffusion="O")
            ],
        ),
        Plan(
            p.INDIVISION.siren, "2110", activite("68.20A"), le(2005, 12, 1), lieux.ville("64445"),
            denomination="INDIVISION HORDRILOIS", diffusion="P",
        ),
    ]  # fmt: skip


def _publics(le: Le) -> list[Plan]:
    bourg = lieux.ville("23096")
    ecoles = [
        PlanEtablissement(bourg, le(1983, 3, 1), enseignes=(nom,), activite=activite(naf), effectif=effectif)
        for nom, naf, effectif in (
            ("ECOLE MATERNELLE LES LUCIOLES", "85.31Z", 4),
            ("CANTINE SCOLAIRE", "56.21Z", 3),
            ("CAMPING MUNICIPAL", "55.30Z", None),
            ("CRECHE LES PETITS SABOTS", "88.91A", 6),
        )
    ]
    return [
        Plan(
            p.ASSOCIATION.siren, "9220", activite("94.99Z"), le(1986, 3, 22), lieux.ville("24322"),
            denomination=p.ASSOCIATION.nom, sigle="AVMB", rna="W999000001", ess="O", effectif=1,
        ),
        Plan(
            p.COMMUNE.siren, "7210", activite("84.11Z"), le(1983, 3, 1), bourg, denomination=p.COMMUNE.nom,
            enseignes=("MAIRIE",), effectif=41, secondaires=ecoles,
        ),
        Plan(
            p.MUTUELLE.siren, "8210", activite("65.12Z"), le(1961, 1, 1), lieux.ville("72181"),
            denomination=p.MUTUELLE.nom,
            effectif=310, ess="O",
            adresse=lieux.Adresse(
                numero="14", type_voie="BD", voie="DES LUCIOLES", code_postal="72000", commune="LE MANS",
                distribution="CS 40999", code_commune="72181", cedex="72999", libelle_cedex="LE MANS CEDEX 9",
            ),
        ),
        Plan(
            p.NOM_LONG.siren, "7353", activite("38.11Z"), le(1999, 1, 1), lieux.ville("05061"), denomination=NOM_LONG,
            effectif=19,
        ),
        Plan(
            p.ACCENTS.siren, "9220", activite("88.99B"), le(2007, 7, 14), lieux.ville("29232"),
            denomination=p.ACCENTS.nom,
            rna="W999000002", ess="O",
        ),
        Plan(
            p.COPROPRIETE.siren, "9110", activite("81.10Z"), le(1992, 6, 1), lieux.ville("94028"),
            denomination=p.COPROPRIETE.nom,
        ),
        Plan(
            p.HOPITAL.siren, "7364", activite("86.10Z"), le(1975, 1, 1), lieux.ville("54395"),
            denomination=p.HOPITAL.nom,
            effectif=3_900, secondaires=[PlanEtablissement(lieux.ville("54329"), le(1990, 1, 1), effectif=240)],
        ),
    ]  # fmt: skip


def _cedee(le: Le) -> Plan:
    return Plan(
        p.CEDEE.siren, "5499", activite("13.20Z"), le(1978, 1, 2), lieux.ville("88383"), denomination=p.CEDEE.nom,
        effectif=27, fermeture=le(2023, 6, 30),
    )  # fmt: skip


def _repreneur(cedee: UniteLegale, le: Le) -> Plan:
    return Plan(
        p.REPRENEUR.siren, "5710", activite("13.20Z"), le(2023, 6, 30), lieux.ville("88383"),
        denomination=p.REPRENEUR.nom,
        effectif=25, reprise=cedee.siege,
    )  # fmt: skip
