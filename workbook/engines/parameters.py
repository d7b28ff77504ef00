"""What Excel's functions do with an area: take it whole, or only the cell on the formula's own row or column.

A formula that is not stored as an array gives each argument one of these letters:
V wants one value, so that an area is cut to the cell beside the formula; R takes an
area as it is, but works out `A1:A3*2` inside it one value at a time; A works out
everything inside it as arrays; = does as the surrounding call does. The letters
behind a slash repeat for further arguments.
"""

from __future__ import annotations

from functools import cache

_ONE_VALUE = """
    ABS ACOS ACOSH ACOT ACOTH ASIN ASINH ATAN ATAN2 ATANH CEILING CEILING.MATH CEILING.PRECISE
    COMBIN COMBINA COS COSH COT COTH CSC CSCH DEGREES EVEN EXP FACT FACTDOUBLE FLOOR FLOOR.MATH
    FLOOR.PRECISE INT LN LOG LOG10 MOD ODD PERMUT POWER QUOTIENT RADIANS ROUND ROUNDDOWN ROUNDUP SEC
    SECH SIGN SIN SINH SQRT SQRTPI TAN TANH TRUNC ROMAN ISODD ISEVEN MROUND EDATE EOMONTH YEARFRAC
    WEEKNUM DATEDIF TEXTBEFORE TEXTAFTER ARABIC BASE DECIMAL BITAND BITOR BITXOR BITLSHIFT BITRSHIFT
    ASC CHAR CLEAN CODE CONCATENATE DOLLAR EXACT FIND FIXED LEFT LEN LOWER MID PROPER REPLACE REPT
    RIGHT SEARCH SUBSTITUTE TEXT TRIM UNICHAR UNICODE UPPER VALUE NUMBERVALUE HYPERLINK DATE
    DATEVALUE DAY DAYS DAYS360 HOUR ISOWEEKNUM MINUTE MONTH SECOND TIME TIMEVALUE WEEKDAY YEAR
    ISBLANK ISERR ISERROR ISLOGICAL ISNA ISNONTEXT ISNUMBER ISTEXT ERROR.TYPE NOT IFERROR IFNA
    CUMIPMT CUMPRINC DB DDB FV IPMT NPER PMT PPMT PV RATE SLN SYD VDB ISPMT BINOM.DIST BINOMDIST
    CHIDIST CHISQ.DIST CHISQ.DIST.RT CHISQ.INV CHISQ.INV.RT CHIINV CONFIDENCE CONFIDENCE.NORM
    CONFIDENCE.T EXPON.DIST EXPONDIST F.DIST F.DIST.RT F.INV F.INV.RT FDIST FINV FISHER FISHERINV
    GAMMA GAMMA.DIST GAMMA.INV GAMMADIST GAMMAINV GAMMALN GAMMALN.PRECISE GAUSS BETA.DIST BETA.INV
    BETADIST BETAINV HYPGEOM.DIST HYPGEOMDIST LOGNORM.DIST LOGNORM.INV LOGNORMDIST LOGINV
    NEGBINOM.DIST NEGBINOMDIST NORM.DIST NORM.INV NORM.S.DIST NORM.S.INV NORMDIST NORMINV NORMSDIST
    NORMSINV PHI POISSON POISSON.DIST STANDARDIZE T.DIST T.DIST.2T T.DIST.RT T.INV T.INV.2T TDIST
    TINV WEIBULL WEIBULL.DIST ADDRESS
"""

# These give one value whatever they are given.
_SUMMING_UP = """
    SUM AVERAGE AVERAGEA MIN MINA MAX MAXA COUNT COUNTA COUNTBLANK PRODUCT SUMSQ MEDIAN GEOMEAN
    HARMEAN DEVSQ AVEDEV STDEV STDEV.S STDEV.P STDEVA STDEVP STDEVPA VAR VAR.S VAR.P VARA VARP VARPA
    SKEW SKEW.P KURT AND OR XOR ROWS COLUMNS AREAS
"""

_BY_ARGUMENT = {
    "SUMPRODUCT": "A/A", "CORREL": "AA", "PEARSON": "AA", "RSQ": "AA", "SLOPE": "AA", "INTERCEPT": "AA",
    "FORECAST": "VAA", "FORECAST.LINEAR": "VAA", "COVAR": "AA", "COVARIANCE.P": "AA",
    "COVARIANCE.S": "AA", "SUMX2MY2": "AA", "SUMX2PY2": "AA", "SUMXMY2": "AA", "STEYX": "AA",
    "MODE": "A/A", "MODE.SNGL": "A/A", "MDETERM": "A", "NPV": "VR/R", "IRR": "RV", "MIRR": "RVV",
    "XNPV": "VRR", "XIRR": "RRV", "FVSCHEDULE": "VR", "LARGE": "RV", "SMALL": "RV", "PERCENTILE": "RV",
    "PERCENTILE.INC": "RV", "PERCENTILE.EXC": "RV", "QUARTILE": "RV", "QUARTILE.INC": "RV",
    "QUARTILE.EXC": "RV", "PERCENTRANK": "RVV", "TRIMMEAN": "RV", "WORKDAY": "VVR", "NETWORKDAYS": "VVR",
    "WORKDAY.INTL": "VVVR", "NETWORKDAYS.INTL": "VVVR", "RANK": "VRV", "RANK.EQ": "VRV",
    "RANK.AVG": "VRV", "SUBTOTAL": "VR/R", "COUNTIF": "RV", "SUMIF": "RVR", "AVERAGEIF": "RVR",
    "COUNTIFS": "RV/RV", "SUMIFS": "RRV/RV", "AVERAGEIFS": "RRV/RV", "MAXIFS": "RRV/RV",
    "MINIFS": "RRV/RV", "MATCH": "VRV", "ISREF": "R", "ISFORMULA": "R", "FORMULATEXT": "R", "TYPE": "V",
    "N": "R", "T": "R", "VLOOKUP": "VRVV", "HLOOKUP": "VRVV", "LOOKUP": "VAA", "XMATCH": "VRVV",
    "ROW": "R", "COLUMN": "R", "IF": "V==", "CHOOSE": "V/=", "SWITCH": "V/V=", "IFS": "V=/V=",
}  # fmt: skip

# These may give an area.
_FETCHING = {"INDEX": "AVVV", "OFFSET": "RVVVV", "INDIRECT": "VV", "XLOOKUP": "VRR=VV"}

_LETTERS = (
    dict.fromkeys(_ONE_VALUE.split(), "V/V")
    | dict.fromkeys(_SUMMING_UP.split(), "R/R")
    | _BY_ARGUMENT
    | _FETCHING
)
_REDUCING = frozenset(_SUMMING_UP.split()) | {
    function for function, letters in _BY_ARGUMENT.items() if "A" in letters and function != "LOOKUP"
}


@cache
def letter(function: str, place: int) -> str:
    """How a function takes its argument at `place`, counted from 0; A for a function not listed here."""
    fixed, _, repeated = _LETTERS.get(function, "/A").partition("/")
    if place < len(fixed):
        return fixed[place]
    return repeated[(place - len(fixed)) % len(repeated)] if repeated else "V"


def sums_up(function: str) -> bool:
    """Whether a function gives one value whatever it is given."""
    return function in _REDUCING


def is_fetching(function: str) -> bool:
    """Whether a function may give an area though no argument of its own is one."""
    return function in _FETCHING


def is_known(function: str) -> bool:
    """Whether the arguments of a function are listed here."""
    return function in _LETTERS
