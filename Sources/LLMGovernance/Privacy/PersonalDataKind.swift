/// A kind of personal data, named as Presidio names it where both know it.
public enum PersonalDataKind: String, Sendable, Hashable, CaseIterable {
    // Anywhere.
    case emailAddress = "EMAIL_ADDRESS"
    case phoneNumber = "PHONE_NUMBER"
    case creditCard = "CREDIT_CARD"
    case ibanCode = "IBAN_CODE"
    case ipAddress = "IP_ADDRESS"
    case macAddress = "MAC_ADDRESS"
    case url = "URL"
    case crypto = "CRYPTO"
    case dateTime = "DATE_TIME"
    case dateOfBirth = "DATE_OF_BIRTH"
    case medicalLicense = "MEDICAL_LICENSE"
    // By recognizers that guess.
    case person = "PERSON"
    case location = "LOCATION"
    case organization = "ORGANIZATION"
    // The Americas.
    case usSocialSecurity = "US_SSN"
    case usTaxpayer = "US_ITIN"
    case usPassport = "US_PASSPORT"
    case usDriverLicense = "US_DRIVER_LICENSE"
    case usBankNumber = "US_BANK_NUMBER"
    case usRoutingNumber = "ABA_ROUTING_NUMBER"
    case usMedicareBeneficiary = "US_MBI"
    case usProvider = "US_NPI"
    case canadaSocialInsurance = "CA_SIN"
    case brazilCPF = "BR_CPF"
    case brazilCNPJ = "BR_CNPJ"
    case mexicoCURP = "MX_CURP"
    case argentinaCUIT = "AR_CUIT"
    case chileRUT = "CL_RUT"
    // Europe.
    case ukNHS = "UK_NHS"
    case ukNationalInsurance = "UK_NINO"
    case ukPassport = "UK_PASSPORT"
    case irelandPPS = "IE_PPS"
    case germanyTaxID = "DE_TAX_ID"
    case germanySocialSecurity = "DE_SOCIAL_SECURITY"
    case germanyIDCard = "DE_ID_CARD"
    case spainNIF = "ES_NIF"
    case spainNIE = "ES_NIE"
    case italyFiscalCode = "IT_FISCAL_CODE"
    case italyVAT = "IT_VAT_CODE"
    case polandPESEL = "PL_PESEL"
    case franceNIR = "FR_NIR"
    case netherlandsBSN = "NL_BSN"
    case belgiumNationalNumber = "BE_NATIONAL_NUMBER"
    case portugalNIF = "PT_NIF"
    case switzerlandAHV = "CH_AHV"
    case finlandPersonalCode = "FI_PERSONAL_IDENTITY_CODE"
    case swedenPersonnummer = "SE_PERSONNUMMER"
    case norwayNationalID = "NO_FODSELSNUMMER"
    case denmarkCPR = "DK_CPR"
    case czechBirthNumber = "CZ_RODNE_CISLO"
    case romaniaCNP = "RO_CNP"
    case bulgariaEGN = "BG_EGN"
    case croatiaOIB = "HR_OIB"
    case estoniaIsikukood = "EE_ISIKUKOOD"
    case turkeyNationalID = "TR_NATIONAL_ID"
    // Asia, Africa, Oceania.
    case indiaAadhaar = "IN_AADHAAR"
    case indiaPAN = "IN_PAN"
    case singaporeNRIC = "SG_NRIC_FIN"
    case australiaTFN = "AU_TFN"
    case australiaABN = "AU_ABN"
    case australiaACN = "AU_ACN"
    case australiaMedicare = "AU_MEDICARE"
    case koreaRRN = "KR_RRN"
    case thailandTNIN = "TH_TNIN"
    case chinaResidentID = "CN_RESIDENT_ID"
    case taiwanID = "TW_ID"
    case israelID = "IL_ID"
    case southAfricaID = "ZA_ID_NUMBER"

    /// Whether a format tells the kind; the others are guessed from words.
    public var isPattern: Bool {
        switch self {
        case .person, .location, .organization: false
        default: true
        }
    }

    /// The country in ISO 3166 letters (`UK` for the United Kingdom, as in the name); nil where the kind is the same anywhere.
    public var region: String? {
        if self == .usRoutingNumber { return "US" }
        let bytes = Array(rawValue.utf8)
        guard bytes.count > 3, bytes[2] == UInt8(ascii: "_"), self != .ipAddress else { return nil }
        return String(rawValue.prefix(2))
    }

    /// What a detector looks for unless told otherwise: everything but plain dates, which most texts are full of.
    public static let standard = Set(allCases).subtracting([.dateTime])
}
