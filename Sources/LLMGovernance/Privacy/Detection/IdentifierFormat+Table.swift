/// The formats that are known. Scores: `alone` of a bare run of digits is low whatever its check digit says, since one number in
/// ten passes it by chance; separators in the right places and letters raise it; a word that names the number decides.
extension IdentifierFormat {
    static let all: [IdentifierFormat] = americas + britain + westernEurope + northEasternEurope + asiaPacific

    /// The formats of one kind: templates with their scores without context.
    private static func of(
        _ kind: PersonalDataKind, _ rule: String, _ check: IdentifierCheck?, inContext: Double, _ topics: ContextTopics,
        _ templates: KeyValuePairs<String, Double>
    ) -> [IdentifierFormat] {
        templates.flatMap { template, alone in
            expand(
                template, kind: kind, rule: rule, check: check, alone: alone, inContext: inContext, topics: topics)
        }
    }

    private static let americas: [IdentifierFormat] = [
        of(
            .usSocialSecurity, "us-ssn", CheckDigits.usSocialSecurity, inContext: 0.9, ContextTopics(.ssn),
            ["ddd-dd-dddd": 0.65, "ddd dd dddd": 0.5, "ddd.dd.dddd": 0.5, "ddddddddd": 0.1]),
        of(
            .usTaxpayer, "us-itin", CheckDigits.usTaxpayer, inContext: 0.9, ContextTopics(.itin),
            ["ddd-dd-dddd": 0.65, "ddd dd dddd": 0.5, "ddddddddd": 0.1]),
        of(
            .usPassport, "us-passport", nil, inContext: 0.7, ContextTopics(.passport),
            ["ddddddddd": 0.05, "Adddddddd": 0.2]),
        of(
            .usDriverLicense, "us-driver-license", nil, inContext: 0.65, ContextTopics(.driverLicense),
            [
                "Addddddd": 0.15, "Add-ddd-ddd": 0.15, "Adddddddd": 0.1, "Addddddddddddd": 0.15, "Adddddddddddd": 0.15,
                "Addddd": 0.05,
                "Adddddd": 0.1, "ddddddddd": 0.02, "dddddddd": 0.02, "ddddddd": 0.02, "AAddddddd": 0.1, "AAdddddd": 0.1,
                "AAddddddA": 0.1, "Addd-dddd-dddd": 0.3, "Addd-ddd-ddd-ddd": 0.3, "Addd-ddd-dd-ddd-d": 0.3,
                "Addddddddd": 0.1, "Adddddddddd": 0.1, "ddddddddA": 0.05, "ddAAAdddd": 0.15, "ddd-dd-dddd": 0.02,
                "Addddddddddd": 0.1,
            ]),
        of(
            .usBankNumber, "us-bank", nil, inContext: 0.6, ContextTopics(.bank),
            [
                "dddddddd": 0.05, "ddddddddd": 0.05, "dddddddddd": 0.05, "ddddddddddd": 0.05, "dddddddddddd": 0.05,
                "ddddddddddddd": 0.05, "dddddddddddddd": 0.05, "dddddddddddddddd": 0.05, "ddddddddddddddddd": 0.05,
            ]),
        of(
            .usRoutingNumber, "aba-routing", CheckDigits.usRoutingNumber, inContext: 0.9, ContextTopics(.routing),
            ["ddddddddd": 0.1, "dddd-dddd-d": 0.4]),
        of(
            .medicalLicense, "us-dea", CheckDigits.usPrescriber, inContext: 0.95, ContextTopics(.medicalLicense),
            ["AAddddddd": 0.55, "AXddddddd": 0.3]),
        of(
            .usProvider, "us-npi", CheckDigits.usProvider, inContext: 0.9, ContextTopics(.provider), ["dddddddddd": 0.1]
        ),
        of(
            .usMedicareBeneficiary, "us-mbi", CheckDigits.usMedicareBeneficiary, inContext: 0.95,
            ContextTopics(.medicareUS), ["dAXdAXdAAdd": 0.65, "dAXd-AXd-AAdd": 0.85]),
        of(
            .canadaSocialInsurance, "ca-sin", CheckDigits.canadaSocialInsurance, inContext: 0.9, ContextTopics(.sin),
            ["ddd-ddd-ddd": 0.5, "ddd ddd ddd": 0.35, "ddddddddd": 0.1]),
        of(
            .brazilCPF, "br-cpf", CheckDigits.brazilCPF, inContext: 0.98, ContextTopics(.cpf),
            [
                "ddd.ddd.ddd-dd": 0.95, "ddddddddddd": 0.3, "ddd ddd ddd dd": 0.55, "ddd.ddd.ddd.dd": 0.6,
                "ddddddddd-dd": 0.6,
            ]),
        of(
            .brazilCNPJ, "br-cnpj", CheckDigits.brazilCNPJ, inContext: 0.98, ContextTopics(.cnpj),
            ["dd.ddd.ddd/dddd-dd": 0.95, "dddddddddddddd": 0.4, "XX.XXX.XXX/XXXX-dd": 0.9]),
        of(
            .mexicoCURP, "mx-curp", CheckDigits.mexicoCURP, inContext: 0.98, ContextTopics(.curp),
            ["AAAAddddddAAAAAAXd": 0.95]),
        of(
            .argentinaCUIT, "ar-cuit", CheckDigits.argentinaCUIT, inContext: 0.95, ContextTopics(.cuit),
            ["dd-dddddddd-d": 0.85, "ddddddddddd": 0.25]),
        of(
            .chileRUT, "cl-rut", CheckDigits.chileRUT, inContext: 0.95, ContextTopics(.rut),
            ["dd.ddd.ddd-X": 0.9, "d.ddd.ddd-X": 0.85, "dddddddd-X": 0.6, "ddddddd-X": 0.5]),
    ].flatMap { $0 }

    private static let britain: [IdentifierFormat] = [
        of(
            .ukNHS, "uk-nhs", CheckDigits.ukNHS, inContext: 0.95, ContextTopics(.nhs),
            ["ddd ddd dddd": 0.55, "ddd-ddd-dddd": 0.4, "dddddddddd": 0.2]),
        of(
            .ukNationalInsurance, "uk-nino", CheckDigits.ukNINO, inContext: 0.95, ContextTopics(.nino),
            ["AA dd dd dd A": 0.85, "AAddddddA": 0.7, "AA dddddd A": 0.75, "AA-dd-dd-dd-A": 0.8, "AAdd dd dd A": 0.7]),
        of(
            .ukPassport, "uk-passport", nil, inContext: 0.7, ContextTopics(.passport),
            ["AAddddddd": 0.15, "AAdddddd": 0.1, "dddddddd": 0.02, "AXXXXXXXX": 0.02, "ddAAddddd": 0.15]),
        of(
            .irelandPPS, "ie-pps", CheckDigits.irelandPPS, inContext: 0.95, ContextTopics(.pps),
            ["dddddddA": 0.5, "dddddddAA": 0.6]),
    ].flatMap { $0 }

    private static let westernEurope: [IdentifierFormat] = [
        of(
            .germanyTaxID, "de-tax-id", CheckDigits.germanyTaxID, inContext: 0.95, ContextTopics(.steuerID, .tax),
            ["ddddddddddd": 0.4, "dd ddd ddd ddd": 0.7, "dd/ddd/ddd/ddd": 0.6]),
        of(
            .germanySocialSecurity, "de-social-security", CheckDigits.germanySocialSecurity, inContext: 0.95,
            ContextTopics(.socialInsurance),
            ["ddddddddAddd": 0.75, "dd dddddd A ddd": 0.85, "dd ddddddAddd": 0.75, "dd dddddd A dd d": 0.85]),
        of(
            .germanyIDCard, "de-id-card", CheckDigits.germanyIDCard, inContext: 0.9, ContextTopics(.idCard, .passport),
            ["AXXXXXXXXd": 0.35]),
        of(
            .spainNIF, "es-nif", CheckDigits.spainNIF, inContext: 0.98, ContextTopics(.dni),
            [
                "ddddddddA": 0.75, "dddddddd-A": 0.8, "dddddddd A": 0.6, "dd.ddd.ddd-A": 0.9, "dd.ddd.dddA": 0.85,
                "ddddddd-A": 0.4, "dddddddA": 0.2,
            ]),
        of(
            .spainNIE, "es-nie", CheckDigits.spainNIE, inContext: 0.98, ContextTopics(.nie, .dni),
            ["AdddddddA": 0.85, "A-ddddddd-A": 0.9, "Addddddd-A": 0.85, "A ddddddd A": 0.7]),
        of(
            .italyFiscalCode, "it-fiscal-code", CheckDigits.italyFiscalCode, inContext: 1,
            ContextTopics(.codiceFiscale),
            ["AAAAAAXXAXXAXXXA": 0.95, "AAAAAA XXAXX AXXXA": 0.95, "AAA AAA XXAXX AXXXA": 0.95]),
        of(
            .italyVAT, "it-vat", CheckDigits.italyVAT, inContext: 0.9, ContextTopics(.vat),
            ["ddddddddddd": 0.15]),
        of(
            .franceNIR, "fr-nir", CheckDigits.franceNIR, inContext: 0.98, ContextTopics(.nir),
            [
                "ddddddddddddddd": 0.65, "d dd dd dd ddd ddd dd": 0.95, "ddddddXdddddddd": 0.5,
                "d dd dd dX ddd ddd dd": 0.95,
                "ddddddddddddd dd": 0.8, "d.dd.dd.dd.ddd.ddd.dd": 0.95, "d-dd-dd-dd-ddd-ddd-dd": 0.95,
            ]),
        of(
            .netherlandsBSN, "nl-bsn", CheckDigits.netherlandsBSN, inContext: 0.95, ContextTopics(.bsn),
            ["ddddddddd": 0.1, "dddd.dd.ddd": 0.6, "ddd ddd ddd": 0.15, "dddd dd ddd": 0.4, "ddd.ddd.ddd": 0.15]),
        of(
            .belgiumNationalNumber, "be-national-number", CheckDigits.belgiumNationalNumber, inContext: 0.98,
            ContextTopics(.rijksregister, .nationalID),
            ["dd.dd.dd-ddd.dd": 0.95, "ddddddddddd": 0.3, "dd.dd.dd-ddd-dd": 0.95, "dd dd dd ddd dd": 0.85]),
        of(
            .portugalNIF, "pt-nif", CheckDigits.portugalNIF, inContext: 0.9, ContextTopics(.nif),
            ["ddddddddd": 0.1, "ddd ddd ddd": 0.15]),
        of(
            .switzerlandAHV, "ch-ahv", CheckDigits.switzerlandAHV, inContext: 0.98, ContextTopics(.ahv),
            ["ddd.dddd.dddd.dd": 0.95, "ddddddddddddd": 0.7, "ddd dddd dddd dd": 0.9]),
    ].flatMap { $0 }

    private static let northEasternEurope: [IdentifierFormat] = [
        of(
            .polandPESEL, "pl-pesel", CheckDigits.polandPESEL, inContext: 0.98, ContextTopics(.pesel),
            ["ddddddddddd": 0.5]),
        of(
            .finlandPersonalCode, "fi-hetu", CheckDigits.finlandPersonalCode, inContext: 0.98,
            ContextTopics(.hetu, .nationalID),
            ["dddddd-dddX": 0.85, "ddddddAdddX": 0.8, "dddddd+dddX": 0.85]),
        of(
            .swedenPersonnummer, "se-personnummer", CheckDigits.swedenPersonnummer, inContext: 0.98,
            ContextTopics(.personnummer, .nationalID),
            ["dddddd-dddd": 0.7, "dddddddd-dddd": 0.85, "dddddddddddd": 0.5, "dddddddddd": 0.3, "dddddd+dddd": 0.7]),
        of(
            .norwayNationalID, "no-fodselsnummer", CheckDigits.norwayNationalID, inContext: 0.98,
            ContextTopics(.fodselsnummer, .nationalID), ["ddddddddddd": 0.6, "dddddd ddddd": 0.85]),
        of(
            .denmarkCPR, "dk-cpr", CheckDigits.denmarkCPR, inContext: 0.95, ContextTopics(.cpr),
            ["dddddd-dddd": 0.45, "dddddddddd": 0.05]),
        of(
            .czechBirthNumber, "cz-rodne-cislo", CheckDigits.czechBirthNumber, inContext: 0.95,
            ContextTopics(.rodneCislo), ["dddddd/dddd": 0.85, "dddddddddd": 0.2]),
        of(
            .romaniaCNP, "ro-cnp", CheckDigits.romaniaCNP, inContext: 0.98, ContextTopics(.cnp), ["ddddddddddddd": 0.55]
        ),
        of(.bulgariaEGN, "bg-egn", CheckDigits.bulgariaEGN, inContext: 0.95, ContextTopics(.egn), ["dddddddddd": 0.2]),
        of(.croatiaOIB, "hr-oib", CheckDigits.croatiaOIB, inContext: 0.95, ContextTopics(.oib), ["ddddddddddd": 0.15]),
        of(
            .estoniaIsikukood, "ee-isikukood", CheckDigits.estoniaIsikukood, inContext: 0.95, ContextTopics(.isikukood),
            ["ddddddddddd": 0.35]),
        of(
            .turkeyNationalID, "tr-kimlik", CheckDigits.turkeyNationalID, inContext: 0.98, ContextTopics(.kimlik),
            ["ddddddddddd": 0.5]),
    ].flatMap { $0 }

    private static let asiaPacific: [IdentifierFormat] = [
        of(
            .indiaAadhaar, "in-aadhaar", CheckDigits.indiaAadhaar, inContext: 0.98, ContextTopics(.aadhaar),
            ["dddd dddd dddd": 0.75, "dddd-dddd-dddd": 0.75, "dddddddddddd": 0.3]),
        of(.indiaPAN, "in-pan", CheckDigits.indiaPAN, inContext: 0.98, ContextTopics(.pan), ["AAAAAddddA": 0.8]),
        of(
            .singaporeNRIC, "sg-nric", CheckDigits.singaporeNRIC, inContext: 0.98, ContextTopics(.nric),
            ["AdddddddA": 0.85]),
        of(
            .australiaTFN, "au-tfn", CheckDigits.australiaTFN, inContext: 0.9, ContextTopics(.tfn),
            ["ddd ddd ddd": 0.4, "ddddddddd": 0.1, "dddddddd": 0.05, "ddd-ddd-ddd": 0.35]),
        of(
            .australiaABN, "au-abn", CheckDigits.australiaABN, inContext: 0.95, ContextTopics(.abn),
            ["dd ddd ddd ddd": 0.65, "ddddddddddd": 0.3]),
        of(
            .australiaACN, "au-acn", CheckDigits.australiaACN, inContext: 0.9, ContextTopics(.acn),
            ["ddd ddd ddd": 0.35, "ddddddddd": 0.1]),
        of(
            .australiaMedicare, "au-medicare", CheckDigits.australiaMedicare, inContext: 0.95,
            ContextTopics(.medicareAU),
            ["dddd ddddd d": 0.65, "dddddddddd": 0.15, "dddd ddddd d d": 0.7, "ddddddddddd": 0.1]),
        of(
            .koreaRRN, "kr-rrn", CheckDigits.koreaRRN, inContext: 0.98, ContextTopics(.rrn),
            ["dddddd-ddddddd": 0.85, "ddddddddddddd": 0.4]),
        of(
            .koreaRRN, "kr-rrn-2020", CheckDigits.koreaRRNWithoutCheck, inContext: 0.9, ContextTopics(.rrn),
            ["dddddd-ddddddd": 0.6]),
        of(
            .thailandTNIN, "th-tnin", CheckDigits.thailandTNIN, inContext: 0.95, ContextTopics(.thaiID, .nationalID),
            ["d-dddd-ddddd-dd-d": 0.95, "ddddddddddddd": 0.3, "d dddd ddddd dd d": 0.9]),
        of(
            .chinaResidentID, "cn-resident-id", CheckDigits.chinaResidentID, inContext: 0.99,
            ContextTopics(.chinaID, .nationalID), ["dddddddddddddddddX": 0.9]),
        of(
            .taiwanID, "tw-id", CheckDigits.taiwanID, inContext: 0.97, ContextTopics(.chinaID, .nationalID),
            ["Addddddddd": 0.65]),
        of(
            .israelID, "il-id", CheckDigits.israelID, inContext: 0.85, ContextTopics(.chinaID), ["ddddddddd": 0.05]),
        of(
            .southAfricaID, "za-id", CheckDigits.southAfricaID, inContext: 0.97, ContextTopics(.nationalID, .chinaID),
            ["ddddddddddddd": 0.65, "dddddd dddd ddd": 0.8, "dddddd dddd dd d": 0.8]),
    ].flatMap { $0 }
}
