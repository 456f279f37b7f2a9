"""Recognises formulas and fields that do more than compute from the document: they may fetch an address or run a
program.

Allow-lists, because spreadsheets gain a networking function every few years (IMAGE, STOCKHISTORY, PY).
"""

import re
from typing import Final

_mots = re.compile(r"\S+").findall
FONCTIONS: Final = frozenset(
    _mots(
        """
        ABS ACOS AND ARRAYTOTEXT ASIN ATAN ATAN2 AVEDEV AVERAGE AVERAGEA AVERAGEIF AVERAGEIFS BASE CEILING
        CEILING.MATH CHAR CHOOSE CHOOSECOLS CHOOSEROWS CLEAN CODE COLUMN COLUMNS COMBIN CONCAT CONCATENATE CORREL COS
        COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE DATEDIF DATEVALUE DAVERAGE DAY DAYS DAYS360 DCOUNT DCOUNTA
        DEGREES DGET DMAX DMIN DOLLAR DROP DSUM EDATE EOMONTH ERROR.TYPE EVEN EXACT EXP EXPAND FACT FALSE FILTER FIND
        FIXED FLOOR FLOOR.MATH FORECAST FORECAST.LINEAR FREQUENCY FV GCD GEOMEAN GROWTH HLOOKUP HOUR HSTACK IF IFERROR
        IFNA IFS INDEX INT INTERCEPT IPMT IRR ISBLANK ISERR ISERROR ISEVEN ISFORMULA ISLOGICAL ISNA ISNONTEXT ISNUMBER
        ISODD ISOWEEKNUM ISREF ISTEXT LARGE LCM LEFT LEN LINEST LN LOG LOG10 LOOKUP LOWER MATCH MAX MAXA MAXIFS MEDIAN
        MID MIN MINA MINIFS MINUTE MOD MODE MODE.SNGL MONTH MROUND N NA NETWORKDAYS NETWORKDAYS.INTL NOT NOW NPER NPV
        NUMBERVALUE ODD OR PERCENTILE PERCENTILE.EXC PERCENTILE.INC PERCENTRANK PERCENTRANK.INC PI PMT POWER PPMT
        PRODUCT PROPER PV QUARTILE QUARTILE.INC QUOTIENT RADIANS RAND RANDBETWEEN RANK RANK.AVG RANK.EQ RATE REPLACE
        REPT RIGHT ROUND ROUNDDOWN ROUNDUP ROW ROWS SEARCH SECOND SEQUENCE SHEET SHEETS SIGN SIN SINGLE SLOPE SMALL
        SORT SORTBY SQRT STDEV STDEV.P STDEV.S STDEVA STDEVP SUBSTITUTE SUBTOTAL SUM SUMIF SUMIFS SUMPRODUCT SUMSQ
        SWITCH T TAKE TAN TEXT TEXTAFTER TEXTBEFORE TEXTJOIN TEXTSPLIT TIME TIMEVALUE TOCOL TODAY TOROW TRANSPOSE
        TREND TRIM TRIMMEAN TRUE TRUNC UNICHAR UNICODE UNIQUE UPPER VALUE VALUETOTEXT VAR VAR.P VAR.S VARA VARP
        VLOOKUP VSTACK WEEKDAY WEEKNUM WORKDAY WORKDAY.INTL XIRR XLOOKUP XMATCH XNPV XOR YEAR YEARFRAC
        """
    )
)
CHAMPS: Final = frozenset(
    _mots(
        """
        = ADVANCE AUTHOR BIBLIOGRAPHY CITATION COMMENTS CREATEDATE DATE DOCPROPERTY EDITTIME EQ FILENAME FILESIZE
        FORMCHECKBOX FORMDROPDOWN FORMTEXT HYPERLINK IF INDEX KEYWORDS LASTSAVEDBY LISTNUM MERGEFIELD NOTEREF NUMCHARS
        NUMPAGES NUMWORDS PAGE PAGEREF PRINTDATE QUOTE REF REVNUM SAVEDATE SECTION SECTIONPAGES SEQ SET STYLEREF
        SUBJECT SYMBOL TC TIME TITLE TOC USERADDRESS USERINITIALS USERNAME XE
        """
    )
)
FORMULE_MAX: Final = 8192
"""Maximum length of a formula in spreadsheets, in characters."""
SUIVIE: Final = re.compile(r"(?:https?://|mailto:|tel:|#)[^\\]*\Z", re.IGNORECASE)
"""Links that a reader may follow by hand: never a file or a network share."""

# Quoted texts and sheet names, left to right, so that a quote inside one does not end another. Each is read once,
# closed or not: backtracking over every quote would take quadratic time. A name not followed by a cell stays, to be
# checked.
_CITES: Final = re.compile(r"(\"[^\"]*\"|'(?:[^']|'')*+'(?=[!.:#]))|'(?:[^']|'')*+'?")
_APPEL: Final = re.compile(r"(?<![\w.])([^\W\d][\w.]*+)\s*+\(")
_PREFIXES: Final = re.compile(r"(?:_XLFN\.|_XLWS\.)*")
# Another program (DDE), another workbook ([1], [x.xlsx]), an address, a network share.
_AILLEURS: Final = re.compile(
    r"\||(?<![\w\]])\[\d+\]|\.(?:xl\w{1,2}|od\w|csv|txt|dbf|html?)\]|://|\\\\|file:", re.IGNORECASE
)
_CELLULE: Final = re.compile(r"""[\s"']*([=+@-])""")
# « -Dupont (Lille) », « -Dupont (59) »: after a space, words and numbers, which no function takes for an address.
_PARENTHESE: Final = re.compile(r"\s\((?:[^\W\d_]+|\d+)(?:[\s,.'’-]+(?:[^\W\d_]+|\d+))*\)")
_RENVOI: Final = re.compile(r"[\w'\]]!")
_MOT: Final = re.compile(r"\s*(=|[^\s\"\\]+)")
_CIBLE: Final = re.compile(r"\s*HYPERLINK\s+(\"[^\"]*|[^\s\"\\]+|\\\\)", re.IGNORECASE)
_NON_SUIVIE: Final = re.compile(r"[\s\"](?:\\\\|file:|(?!https?:)[a-z][a-z0-9+.-]*:[/\\])", re.IGNORECASE)


def formule_active(formule: str) -> bool:
    """Whether a formula does more than compute from its workbook."""
    if len(formule) > FORMULE_MAX:
        return True
    nue = _CITES.sub(lambda cite: "" if cite[1] else cite[0], formule)
    if _AILLEURS.search(nue) or _AILLEURS.search("".join(c for c in _CITES.findall(formule) if c[:1] == "'")):
        return True
    noms = (_PREFIXES.sub("", nom.upper(), count=1) for nom in _APPEL.findall(nue))
    return any(nom not in FONCTIONS for nom in noms)


def cellule_active(cellule: str) -> bool:
    """Whether a spreadsheet that opens a CSV would run something for this cell. No function is allowed, because their
    names depend on the reader's language."""
    debut = _CELLULE.match(cellule)
    if debut is None:
        return False
    if debut[1] == "=":
        return bool(_APPEL.search(cellule) or _AILLEURS.search(cellule))
    # After another sign, an invalid formula stays a text: many list items begin with a dash.
    appel = _APPEL.search(_PARENTHESE.sub("", cellule))
    return bool(appel or (_RENVOI.search(cellule) and _AILLEURS.search(cellule)))


def champ_actif(instruction: str) -> bool:
    """Whether a field does more than number, date, refer or link: {INCLUDEPICTURE}, {DDEAUTO}, {LINK}."""
    mot = _MOT.match(instruction)
    if mot is None:
        return bool(instruction.strip())
    nom = mot[1].upper()
    if nom not in CHAMPS and not nom.startswith("="):
        return True
    cible = _CIBLE.match(instruction)
    return bool(_NON_SUIVIE.search(instruction) or (cible and not SUIVIE.match(cible[1].lstrip('"'))))
