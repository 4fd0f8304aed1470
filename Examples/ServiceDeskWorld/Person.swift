import LLMTensor

/// Somebody who works at the made-up company. Addresses lie in domains and ranges that are reserved for examples.
struct Person: Sendable {
    let firstName: String
    let lastName: String
    let mail: String
    let phone: String
    let asset: String

    init(using generator: inout CounterGenerator) {
        firstName = generator.pick(Self.firstNames)
        lastName = generator.pick(Self.onsets) + generator.pick(Self.middles) + generator.pick(Self.endings)
        mail = "\(firstName).\(lastName)@example.com".lowercased()
        phone = "+1 202-555-01\(generator.digits(2))"
        asset = "\(generator.pick(["LT", "PC", "NB"]))-\(generator.digits(5))"
    }

    var fullName: String { "\(firstName) \(lastName)" }

    private static let firstNames = [
        "Ada", "Amir", "Anna", "Ben", "Carla", "Chen", "Dana", "David", "Elena", "Emil", "Fatima", "Felix", "Grace",
        "Hana", "Henry", "Ines", "Ivan", "Jonas", "Julia", "Kofi", "Lars", "Laura", "Leila", "Lucas", "Maria", "Mei",
        "Milan", "Nadia", "Nora", "Omar", "Paula", "Peter", "Priya", "Rosa", "Samuel", "Sara", "Tariq", "Tom", "Uma",
        "Vera", "Victor", "Wei", "Yara", "Zoe",
    ]
    private static let onsets = [
        "Al", "Bar", "Ber", "Cal", "Dor", "El", "Fer", "Gar", "Hol", "Kar", "Lin", "Mar", "Nor", "Os", "Per", "Ros",
        "San", "Tor", "Vel", "Wil",
    ]
    private static let middles = ["a", "e", "i", "o", "an", "en", "in", "on", "ber", "der", "mer", "ten"]
    private static let endings = [
        "berg", "dez", "field", "ford", "gren", "land", "mann", "ni", "rov", "sen", "son", "ton",
    ]
}

extension CounterGenerator {
    /// An IBAN with valid check digits (ISO 13616; mod 97) for a bank that does not exist.
    mutating func bankAccount() -> String {
        let account = "50010517" + digits(10)
        // D = 13, E = 14; check digits are 98 minus the remainder with "00" in their place.
        let remainder = (account + "131400").utf8.reduce(0) { ($0 * 10 + Int($1 - 48)) % 97 }
        let check = 98 - remainder
        return "DE\(check < 10 ? "0" : "")\(check)\(account)"
    }

    /// A card number that passes the Luhn check, from a range reserved for tests.
    mutating func cardNumber() -> String {
        let body = "411111" + digits(9)
        var sum = 0
        for (place, digit) in body.utf8.reversed().enumerated() {
            let value = Int(digit - 48) * (place % 2 == 0 ? 2 : 1)
            sum += value > 9 ? value - 9 : value
        }
        return body + String((10 - sum % 10) % 10)
    }

    /// An address of a range reserved for documentation (RFC 5737).
    mutating func networkAddress() -> String { "\(pick(["192.0.2", "198.51.100", "203.0.113"])).\(1 + below(254))" }
}
