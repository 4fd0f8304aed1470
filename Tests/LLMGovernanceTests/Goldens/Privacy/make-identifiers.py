"""Makes identifiers.txt: per kind, identifiers that python-stdnum accepts (+) and that it refuses for their check digit (-).

python-stdnum 2.2, seed 20261123. Usage: python3 make-identifiers.py > identifiers.txt
"""
import random

import stdnum.luhn
import stdnum.iban
from stdnum import exceptions
from stdnum.ar import cuit
from stdnum.au import abn, acn, tfn
from stdnum.be import nn
from stdnum.bg import egn
from stdnum.br import cnpj, cpf
from stdnum.ca import sin
from stdnum.ch import ssn as ahv
from stdnum.cl import rut
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.de import idnr
from stdnum.ee import ik
from stdnum.es import dni, nie
from stdnum.fi import hetu
from stdnum.fr import nir
from stdnum.gb import nhs
from stdnum.hr import oib
from stdnum.ie import pps
from stdnum.il import idnr as il
from stdnum.in_ import aadhaar
from stdnum.it import codicefiscale, iva
from stdnum.kr import rrn
from stdnum.mx import curp
from stdnum.nl import bsn
from stdnum.no import fodselsnummer
from stdnum.pl import pesel
from stdnum.pt import nif
from stdnum.ro import cnp
from stdnum.se import personnummer
from stdnum.th import pin
from stdnum.tr import tckimlik
from stdnum.us import rtn
from stdnum.za import idnr as za

rng = random.Random(20261123)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def digits(count):
    return "".join(rng.choice("0123456789") for _ in range(count))


def letters(count, alphabet=LETTERS):
    return "".join(rng.choice(alphabet) for _ in range(count))


def date(form):
    year, month, day = rng.randrange(1930, 2010), rng.randrange(1, 13), rng.randrange(1, 29)
    return (form.replace("yyyy", f"{year:04}").replace("yy", f"{year % 100:02}")
            .replace("mm", f"{month:02}").replace("dd", f"{day:02}"))


def fiscal_code():
    return (letters(6, "BCDFGLMNPRSTV") + digits(2) + letters(1, "ABCDEHLMPRST") + f"{rng.randrange(1, 29):02}"
            + letters(1) + digits(3) + letters(1))


KINDS = {
    "UK_NHS": (nhs, lambda: digits(10)),
    "IE_PPS": (pps, lambda: digits(7) + letters(1, LETTERS[:23]) + rng.choice(["", letters(1, "ABCDEFGHI")])),
    "DE_TAX_ID": (idnr, lambda: tax_digits()),
    "ES_NIF": (dni, lambda: digits(8) + letters(1, "TRWAGMYFPDXBNJZSQVHLCKE")),
    "ES_NIE": (nie, lambda: letters(1, "XYZ") + digits(7) + letters(1, "TRWAGMYFPDXBNJZSQVHLCKE")),
    "IT_FISCAL_CODE": (codicefiscale, fiscal_code),
    "IT_VAT_CODE": (iva, lambda: digits(7) + f"{rng.randrange(1, 100):03}" + digits(1)),
    "PL_PESEL": (pesel, lambda: date("yymmdd") + digits(5)),
    "FR_NIR": (nir, lambda: rng.choice("12") + date("yymm") + rng.choice([f"{rng.randrange(1, 96):02}", "2A", "2B"])
               + digits(8)),
    "NL_BSN": (bsn, lambda: digits(9)),
    "BE_NATIONAL_NUMBER": (nn, lambda: date("yymmdd") + digits(5)),
    "PT_NIF": (nif, lambda: rng.choice("1235689") + digits(8)),
    "CH_AHV": (ahv, lambda: "756" + digits(10)),
    "FI_PERSONAL_IDENTITY_CODE": (hetu, lambda: date("ddmmyy") + rng.choice("-A") + f"{rng.randrange(2, 900):03}"
                                  + letters(1, "0123456789ABCDEFHJKLMNPRSTUVWXY")),
    "SE_PERSONNUMMER": (personnummer, lambda: date(rng.choice(["yymmdd-", "yyyymmdd-"])) + digits(4)),
    "NO_FODSELSNUMMER": (fodselsnummer, lambda: date("ddmmyy") + digits(5)),
    "CZ_RODNE_CISLO": (rc, lambda: date("yymmdd") + digits(4)),
    "RO_CNP": (cnp, lambda: rng.choice("12") + date("yymmdd") + f"{rng.randrange(1, 47):02}" + digits(4)),
    "BG_EGN": (egn, lambda: date("yymmdd") + digits(4)),
    "HR_OIB": (oib, lambda: digits(11)),
    "EE_ISIKUKOOD": (ik, lambda: rng.choice("34") + date("yymmdd") + digits(4)),
    "TR_NATIONAL_ID": (tckimlik, lambda: rng.choice("123456789") + digits(10)),
    "IN_AADHAAR": (aadhaar, lambda: rng.choice("23456789") + digits(11)),
    "AU_TFN": (tfn, lambda: digits(9)),
    "AU_ABN": (abn, lambda: digits(11)),
    "AU_ACN": (acn, lambda: digits(9)),
    "KR_RRN": (rrn, lambda: date("yymmdd") + rng.choice("12") + f"{rng.randrange(0, 90):02}" + digits(4)),
    "TH_TNIN": (pin, lambda: rng.choice("12345678") + digits(12)),
    "CN_RESIDENT_ID": (ric, lambda: rng.choice(["110101", "310104", "440305", "510107"]) + date("yyyymmdd") + digits(3)
                       + rng.choice("0123456789X")),
    "ZA_ID_NUMBER": (za, lambda: date("yymmdd") + digits(4) + rng.choice("01") + rng.choice("89") + digits(1)),
    "BR_CPF": (cpf, lambda: digits(11)),
    "BR_CNPJ": (cnpj, lambda: digits(8) + "0001" + digits(2)),
    "CA_SIN": (sin, lambda: rng.choice("1234567") + digits(8)),
    "AR_CUIT": (cuit, lambda: rng.choice(["20", "23", "27", "30"]) + digits(9)),
    "CL_RUT": (rut, lambda: digits(8) + rng.choice("0123456789K")),
    "MX_CURP": (curp, lambda: letters(1, "BCDFG") + rng.choice("AEIOU") + letters(2, "BCDFGLMNPR") + date("yymmdd")
                + rng.choice("HM") + rng.choice(["DF", "JC", "NL", "OC"]) + letters(3, "BCDFGLMNPRST")
                + rng.choice("0A") + digits(1)),
    "ABA_ROUTING_NUMBER": (rtn, lambda: f"{rng.choice([1, 7, 12, 21, 32, 61, 72]):02}" + digits(7)),
    "IL_ID": (il, lambda: digits(9)),
}


def tax_digits():
    """Ten digits of which one comes twice, and any eleventh."""
    order = list("0123456789")
    rng.shuffle(order)
    order[rng.randrange(9) + 1] = order[0]
    rng.shuffle(order)
    return "".join(order) + digits(1)


def verdict(module, text):
    try:
        module.validate(text)
        return "+"
    except exceptions.InvalidChecksum:
        return "-"
    except exceptions.ValidationError:
        return None


def iban_of(country, length):
    body = digits(length - 4)
    value = int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
    return f"{country}{98 - value:02}{body}"


for kind, (module, make) in KINDS.items():
    kept = {"+": set(), "-": set()}
    for _ in range(400000):
        text = make()
        sign = verdict(module, text)
        if sign and len(kept[sign]) < 45:
            kept[sign].add(text)
        if all(len(texts) >= 45 for texts in kept.values()):
            break
    for sign, texts in kept.items():
        for text in sorted(texts):
            print(kind, sign, text)
for country, length in [("DE", 22), ("PL", 28), ("AT", 20), ("CH", 21), ("PT", 25), ("BE", 16), ("NO", 15), ("FI", 18)]:
    for _ in range(12):
        text = iban_of(country, length)
        print("IBAN_CODE", "+" if stdnum.iban.is_valid(text, check_country=False) else "-", text)
        wrong = text[:-1] + str((int(text[-1]) + 1) % 10)
        print("IBAN_CODE", "+" if stdnum.iban.is_valid(wrong, check_country=False) else "-", wrong)
for head, length in [("4", 16), ("4", 13), ("51", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16),
                     ("62", 16), ("36", 14), ("65", 16)]:
    for _ in range(10):
        body = head + digits(length - len(head) - 1)
        text = body + stdnum.luhn.calc_check_digit(body)
        print("CREDIT_CARD", "+", text)
        print("CREDIT_CARD", "-", text[:-1] + str((int(text[-1]) + 1) % 10))
